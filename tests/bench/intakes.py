"""How many intakes a second, beside bare WSGI applications that do the same SQL and sealing."""

from __future__ import annotations

import contextlib
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


FLOORS = {
    "bare WSGI, statement by statement": "tests.bench.bare:create_app()",
    "bare WSGI, rows in one journey": "tests.bench.bare:create_app(joined=True)",
}


def measure(ground: Ground, key: str) -> None:
    """Print requests a second and latencies of all, in turns, and the ratios: other work on the machine meets all."""
    request = request_bytes("POST", "/v1/intakes", orjson.dumps(TYPICAL), Authorization=f"Bearer {key}")
    with contextlib.ExitStack() as running:
        floors = {name: running.enter_context(serve(ground, each)) for name, each in FLOORS.items()}
        service = running.enter_context(serve(ground, "service.app:create_app()", ready="/readyz"))
        everybody = {**floors, "the service": service}
        for each in everybody.values():
            _round(each, request, WARM_UP)
        turns = [{name: _round(each, request, SECONDS) for name, each in everybody.items()} for _ in range(ROUNDS)]
    for name in everybody:
        print(f"{name}: {together([turn[name] for turn in turns])}")
    for name in floors:
        ratios = sorted(turn["the service"].per_second / turn[name].per_second for turn in turns)
        print(
            f"POST /v1/intakes: {statistics.median(ratios):.2f} of {name} "
            f"(median of {ROUNDS} turns of {SECONDS:.0f} s; {ratios[0]:.2f} to {ratios[-1]:.2f})"
        )


def _round(serving: Serving, request: bytes, seconds: float) -> Figures:
    return load(serving.port, lambda: request, connections=CONNECTIONS, seconds=seconds, expect=201)
