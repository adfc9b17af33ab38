"""How long a morning's round takes: 500 intakes at once, with a proposal, and whom one free place could help."""

from __future__ import annotations

import time
from typing import Any

from tests.bench.matches import varied_people
from tests.bench.serving import Ground, post, serve

PEOPLE = 500
TIMES = 5


def measure(ground: Ground, key: str) -> None:
    """Print how long each takes, the best and the worst of a few times, and what a worker's memory grows to."""
    with serve(ground, "service.app:create_app()", ready="/readyz", workers=1) as serving:
        taken_in = [post(serving.port, "/v1/intakes", key, body)["id"] for body in varied_people(PEOPLE)]
        before = serving.worker_megabytes()[0]
        round_of_all: dict[str, Any] = {"intake_ids": taken_in}
        some = post(serving.port, "/v1/match-batches", key, {"intake_ids": taken_in[:1]})["offerings"]
        asked = {
            "POST /v1/match-batches": ("/v1/match-batches", round_of_all),
            "the same, with a proposal": ("/v1/match-batches", {**round_of_all, "propose": True}),
            "POST …/could-help": (f"/v1/offerings/{some[0]['id']}/could-help", {"limit": 100}),
        }
        for name, (path, body) in asked.items():
            seconds = [_timed(serving.port, path, key, body) for _ in range(TIMES)]
            print(f"{name}, {PEOPLE} people: {min(seconds):.2f} to {max(seconds):.2f} s")
        print(f"memory of the worker (PSS): {before:.0f} MB before, {serving.worker_megabytes()[0]:.0f} MB after")


def _timed(port: int, path: str, key: str, body: dict[str, Any]) -> float:
    began = time.perf_counter()
    post(port, path, key, body)
    return time.perf_counter() - began
