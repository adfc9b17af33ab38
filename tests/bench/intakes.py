"""How many intakes a second, beside a bare WSGI application that does the same SQL and sealing."""

from __future__ import annotations

import orjson

from tests.bench.load import Figures, load, request_bytes
from tests.bench.serving import Ground, serve

SECONDS = 8.0
CONNECTIONS = 16
ROUNDS = 3
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
    """Print requests a second and latencies of both, round by round, and the ratio of the medians."""
    request = request_bytes("POST", "/v1/intakes", orjson.dumps(TYPICAL), Authorization=f"Bearer {key}")
    ours, bare = [], []
    for number in range(1, ROUNDS + 1):
        bare.append(_round(ground, "tests.bench.bare:create_app()", request, ready=False))
        print(f"bare WSGI   round {number}: {bare[-1]}")
        ours.append(_round(ground, "service.app:create_app()", request, ready=True))
        print(f"the service round {number}: {ours[-1]}")
    ratio = _median(ours) / _median(bare)
    print(f"POST /v1/intakes: {ratio:.2f} of the bare application (medians of {ROUNDS} rounds of {SECONDS:.0f} s)")


def _round(ground: Ground, application: str, request: bytes, *, ready: bool) -> Figures:
    with serve(ground, application, ready="/readyz" if ready else None) as serving:
        load(serving.port, lambda: request, connections=CONNECTIONS, seconds=1.5, expect=201)
        return load(serving.port, lambda: request, connections=CONNECTIONS, seconds=SECONDS, expect=201)


def _median(figures: list[Figures]) -> float:
    return sorted(each.per_second for each in figures)[len(figures) // 2]
