"""Measures everything: `make bench`, or `python -m tests.bench FACILITIES.csv` with a real list of facilities."""

from __future__ import annotations

import platform
import sys
from os import cpu_count
from pathlib import Path

from tests.bench import intakes, matches, rounds
from tests.bench.serving import Ground, postgresql_ground


def main(facilities: Path | None) -> None:
    """Measure on PostgreSQL with two workers, and print."""
    print(f"Python {platform.python_version()}, {cpu_count()} cores, the load runs on the same machine")
    with postgresql_ground() as ground:
        key = _key(ground)
        matches.fill(ground, facilities)
        matches.measure(ground, key)
        rounds.measure(ground, key)
        intakes.measure(ground, key)


def _key(ground: Ground) -> str:
    organization = ground.command("make-organization", "Bench", "--kind", "outreach")
    application = ground.command("make-application", organization, "Bench", "--role", "outreach")
    return ground.command("issue-key", application)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
