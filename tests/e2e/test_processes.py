"""What happens to processes: none outlives its master, none inherits a connection."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.e2e.conftest import an_environment, run, serving
from tests.houses import House


def children_of(parent: int) -> list[int]:
    """The ids of the processes that one process started."""
    return [int(child) for child in Path(f"/proc/{parent}/task/{parent}/children").read_text().split()]


def is_alive(process: int) -> bool:
    """Whether a process runs; one that only waits to be buried does not."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def say_from_a_child(house: House) -> str:
    """Fork; the child leaves the parent's connections alone and says which one of its own it got."""
    reading, writing = os.pipe()
    if os.fork() == 0:
        try:
            house.runtime.leave_to_parent()
            os.write(writing, who_serves(house).encode())
        finally:
            os._exit(0)
    os.close(writing)
    os.wait()
    with os.fdopen(reading) as told:
        return told.read()


def who_serves(house: House) -> str:
    """Name the connection: the server process on PostgreSQL, our own process on SQLite."""
    with house.runtime.database.session() as session:
        asked = "SELECT 'file'" if house.runtime.database.is_sqlite else "SELECT pg_backend_pid()::text"
        return str(session.execute(sa.text(asked)).scalar_one())


def test_child_after_a_fork_never_speaks_on_its_parents_connection(house: House) -> None:
    house.runtime.database.dispose()  # Whatever earlier tests left in the pool would answer in turn.
    before = who_serves(house)

    told = [say_from_a_child(house) for _ in range(5)]

    assert who_serves(house) == before
    if house.backend == "postgresql":
        assert before not in told
        assert len(set(told)) == 5


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="promised on Linux alone")
def test_workers_end_with_a_master_that_was_killed(tmp_path: Path) -> None:
    environment = an_environment(tmp_path)
    run(environment, "service.cli", "make-keys")
    run(environment, "service.cli", "migrate")
    with serving(tmp_path, environment) as starter:
        (master,) = (child for child in children_of(starter.pid) if children_of(child))
        workers = children_of(master)

        os.kill(master, signal.SIGKILL)
        time.sleep(2)

    assert len(workers) == 2
    assert not [worker for worker in workers if is_alive(worker)]


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="promised on Linux alone")
def test_nothing_is_left_when_the_starter_was_killed(tmp_path: Path) -> None:
    environment = an_environment(tmp_path)
    run(environment, "service.cli", "make-keys")
    run(environment, "service.cli", "migrate")
    with serving(tmp_path, environment) as starter:
        started = [each for child in children_of(starter.pid) for each in (child, *children_of(child))]

        os.kill(starter.pid, signal.SIGKILL)
        time.sleep(2)

    assert len(started) == 4
    assert not [process for process in started if is_alive(process)]
