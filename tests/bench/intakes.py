"""How many intakes a second, beside a bare WSGI application that does the same SQL and sealing."""

from __future__ import annotations

import statistics

import orjson

from tests.bench.load import Figures, load, request_bytes, together
from tests.bench.serving import Ground, Serving, serve

WARM_UP = 1.5
SECONDS = 2.0
CONNECTIONS = 16
ROUNDS = 12
TYPICAL = {
    "mode": "street_outreach",
    "priorities": [
        {"verbatim": "somewhere dry n my dog safe", "rank": 1,
         "categories": [{"code": "housing", "assigned_by": "worker", "confirmed_by_person": True}]},
        {"verbatim": "get my ID back", "rank": 2},
        {"verbatim": "somebody who gets it, no lectures", "rank": 3},
    ],
    "place": {"latitude": 37.77, "longitude": -122.41, "jurisdiction": "US-CA"},
    "safe_contact": {"preference": "person_returns"},
}  # fmt: skip


def measure(ground: Ground, key: str) -> None:
    """Print requests a second and latencies of both, in turns, and the ratio: other work on the machine meets both."""
    request = request_bytes("POST", "/v1/intakes", orjson.dumps(TYPICAL), Authorization=f"Bearer {key}")
    with (
        serve(ground, "tests.bench.bare:create_app()") as bare,
        serve(ground, "service.app:create_app()", ready="/readyz") as service,
    ):
        _round(bare, request, WARM_UP)
        _round(service, request, WARM_UP)
        rounds = [(_round(bare, request, SECONDS), _round(service, request, SECONDS)) for _ in range(ROUNDS)]
    print(f"bare WSGI:   {together([each for each, _ in rounds])}")
    print(f"the service: {together([each for _, each in rounds])}")
    ratios = sorted(ours.per_second / floor.per_second for floor, ours in rounds)
    print(
        f"POST /v1/intakes: {statistics.median(ratios):.2f} of the bare application "
        f"(median of {ROUNDS} turns of {SECONDS:.0f} s; {ratios[0]:.2f} to {ratios[-1]:.2f})"
    )


def _round(serving: Serving, request: bytes, seconds: float) -> Figures:
    return load(serving.port, lambda: request, connections=CONNECTIONS, seconds=seconds, expect=201)
