"""How often one credential may knock, with Redis, without one, and while it is away."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from service.http.limits import AWAY_SECONDS, Counter
from service.settings import MasterKey, Settings
from tests import servers


class Hands:
    """A clock whose hands are moved by the test."""

    def __init__(self) -> None:
        self.at = 100.0

    def __call__(self) -> float:
        return self.at


@pytest.fixture(scope="module")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with servers.redis(tmp_path_factory.mktemp("redis")) as url:
        if url is None:
            pytest.skip("There is no Redis, and no program to start one.")
        yield url


def settings(limit: str, redis_url: str | None = None, processes: int = 2) -> Settings:
    return Settings(
        data_dir=Path(),
        database_url="sqlite://",
        keystore_url="sqlite://",
        master_keys=(MasterKey("test", bytes(32)),),
        lookup_secret=bytes(32),
        redis_url=redis_url,
        rate_limit=limit,
        web_concurrency=processes,
    )


def test_without_redis_each_process_allows_its_share() -> None:
    counter = Counter(settings("6 per minute"))

    assert [counter.lets_in("a") for _ in range(4)] == [True, True, True, False]
    assert counter.lets_in("b")
    assert counter.window == 60


def test_threads_that_count_at_the_same_moment_all_get_an_answer() -> None:
    counter, threads, rounds = Counter(settings("1000000 per minute")), 8, 60
    together = threading.Barrier(threads)

    def knock(_: int) -> list[bool]:
        heard = []
        for _ in range(rounds):
            time.sleep(0.012)  # Longer than the storage's timer lives, so that every round wants a new one.
            together.wait(10)
            heard.append(counter.lets_in("a"))
        return heard

    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(threads) as pool:
            heard = [each for answers in pool.map(knock, range(threads)) for each in answers]
    finally:
        sys.setswitchinterval(before)

    assert heard == [True] * threads * rounds


def test_with_redis_processes_count_together(redis_url: str) -> None:
    one, other = (Counter(settings("4 per minute", redis_url)) for _ in range(2))

    assert [one.lets_in("a"), other.lets_in("a"), one.lets_in("a"), other.lets_in("a")] == [True] * 4
    assert [one.lets_in("a"), other.lets_in("a")] == [False, False]


def test_redis_away_falls_back_to_the_share_and_asks_again_later() -> None:
    hands = Hands()
    nobody_there = f"redis://127.0.0.1:{servers.free_port()}/0"
    counter = Counter(settings("4 per minute", nobody_there), hands)

    assert [counter.lets_in("a") for _ in range(3)] == [True, True, False]
    hands.at += AWAY_SECONDS
    assert counter.lets_in("b")


def test_redis_that_comes_back_counts_again(redis_url: str) -> None:
    hands = Hands()
    counter = Counter(settings("2 per minute", redis_url), hands)
    counter._away_until = hands.at + AWAY_SECONDS

    assert [counter.lets_in("back") for _ in range(2)] == [True, False]
    hands.at += AWAY_SECONDS
    assert [counter.lets_in("back") for _ in range(3)] == [True, True, False]
