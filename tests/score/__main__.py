"""Measure and print the scoreboard: `python -m tests.score [--rows 23,26] [--seed 7] [--short]`.

One JSON line a measurement goes to .reports/score.jsonl. A row counts when its figure holds and its control fails.
"""

from __future__ import annotations

import json
import os
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import click

from tests import servers
from tests.houses import BACKENDS
from tests.score.board import Figure, Row, lent
from tests.score.rows import all_rows

REPORT = Path(".reports/score.jsonl")


@click.command()
@click.option("--rows", "wanted", default="", help="numbers, comma separated; all of them, when left out")
@click.option("--seed", default=20261125, show_default=True, help="where chance begins")
@click.option("--short", is_flag=True, help="the short form that the test run uses")
def main(wanted: str, seed: int, short: bool) -> None:
    """Measure, print, and end with 1 when anything that was promised does not hold."""
    numbers = {int(number) for number in wanted.split(",") if number.strip()}
    rows = [row for row in all_rows() if not numbers or row.number in numbers]
    REPORT.parent.mkdir(exist_ok=True)
    with servers.postgresql() as server:
        if server is None:
            click.secho("No PostgreSQL was found, so half of every row was not run.", fg="red", err=True)
        else:
            os.environ["TEST_DATABASE_URL"] = server.url
        backends = BACKENDS if server else ("sqlite",)
        kept = [_measured(row, backend, seed=seed, short=short) for row in rows for backend in backends]
    sys.exit(0 if server and all(kept) else 1)


def _measured(row: Row, backend: str, *, seed: int, short: bool) -> bool:
    began = time.monotonic()
    with lent(backend, seed=seed, short=short) as bench:
        figure = row.measure(bench)
    with lent(backend, seed=seed, short=short) as bench:
        control = row.control(bench)
    counts = figure.holds and not control.holds
    _print(row, backend, figure, control, time.monotonic() - began)
    line = {
        "at": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}", "row": row.number, "figure": row.figure, "target": row.target,
        "database": backend, "seed": seed, "short": short, "measured": figure.says, "holds": figure.holds,
        "naive_way": row.naive_way, "control": control.says, "control_fails": not control.holds, "counts": counts,
    }  # fmt: skip
    with REPORT.open("a") as report:
        report.write(json.dumps(line) + "\n")
    return counts


def _print(row: Row, backend: str, figure: Figure, control: Figure, seconds: float) -> None:
    good, bad = click.style("holds", fg="green"), click.style("DOES NOT HOLD", fg="red", bold=True)
    fails = click.style("fails", fg="green") if not control.holds else click.style("DOES NOT FAIL", fg="red", bold=True)
    click.echo(f"{row.number:>3}  {row.figure}  [{backend}, {seconds:.1f} s]")
    click.echo(f"     wanted    {row.target}")
    click.echo(f"     measured  {figure.says}: {good if figure.holds else bad}")
    click.echo(f"     control   {row.naive_way}: {control.says}: {fails}")


if __name__ == "__main__":
    main()
