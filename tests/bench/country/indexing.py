"""The index of one process over the database: built cold, and taking in what changed, as a request would have it do.

Run by itself (`python -m tests.bench.country.indexing`) in the ground's environment, so that its memory is its own.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from datetime import date
from typing import Any

import sqlalchemy as sa

from service.matching.index import current_index
from service.providers.actions import raise_version
from service.providers.codes import CapacityStatus
from service.providers.models import OfferingRecord
from service.runtime import Runtime, build_runtime
from service.serving import settle_memory
from service.settings import load_settings
from tests.bench.country.processes import megabytes
from tests.bench.serving import PROJECT, Ground

CHANGES = (1, 1_000)
TIMES = 5


def measure(ground: Ground) -> dict[str, Any]:
    """Measure in a process of its own; answer seconds and MB."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.country.indexing"],
        cwd=PROJECT, env=ground.environment, check=True, capture_output=True, text=True,
    )  # fmt: skip
    figures: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return figures


def _measured() -> dict[str, Any]:
    runtime = build_runtime(load_settings())
    try:
        today, before = runtime.clock.now().date(), megabytes()
        figures = {"cold_seconds": _seconds(runtime, today)}
        settle_memory()
        figures["megabytes"] = megabytes() - before
        for count in CHANGES:
            taken = []
            for _ in range(TIMES):
                _change(runtime, count)
                taken.append(_seconds(runtime, today))
            figures[f"absorbs_{count}_seconds"] = statistics.median(taken)
        return figures
    finally:
        runtime.dispose()


def _seconds(runtime: Runtime, today: date) -> float:
    with runtime.database.session(reading=True) as session:
        began = time.perf_counter()
        current_index(session, today)
        return time.perf_counter() - began


def _change(runtime: Runtime, count: int) -> None:
    """Have news of so many offerings' room, all over the directory, in one unit of work."""
    now = runtime.clock.now()
    with runtime.database.session() as session:
        some = session.execute(sa.select(OfferingRecord.id).order_by(OfferingRecord.name).limit(count)).scalars().all()
        session.execute(
            sa.update(OfferingRecord)
            .where(OfferingRecord.id.in_(some))
            .values(
                capacity_status=CapacityStatus.CAPACITY, open_slots=3, capacity_as_of=now, changed_at=now,
                version=OfferingRecord.version + 1, changed_in=raise_version(session),
            )
            .execution_options(synchronize_session=False)
        )  # fmt: skip


if __name__ == "__main__":
    print(json.dumps(_measured()))
