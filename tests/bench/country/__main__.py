"""Measures matching for a whole country: `make bench-country`, or `python -m tests.bench.country --help`."""

from __future__ import annotations

import json
import platform
from datetime import UTC, datetime
from os import cpu_count, getloadavg
from pathlib import Path
from typing import Any

import click

from tests.bench.country import alone, over_http

ALONE = (10_000, 30_000, 100_000, 300_000, 1_000_000)
OVER_HTTP = (100_000, 1_000_000)


@click.command()
@click.option("--offerings", type=int, multiple=True, default=ALONE, show_default=True, help="sizes for engines alone")
@click.option(
    "--over-http", "served", type=int, multiple=True, default=OVER_HTTP, show_default=True, help="sizes served"
)
@click.option("--only-alone", is_flag=True, help="leave HTTP out")
@click.option("--only-http", is_flag=True, help="leave the engines alone out")
@click.option("--without", type=click.Choice(alone.EVERYBODY), multiple=True, help="whom to leave out")
@click.option("--passes", default=3, show_default=True, help="how often the questions are asked, once warm")
@click.option("--by-import", is_flag=True, help="bring offerings in by `directory import`, not by COPY")
@click.option("--figures", type=click.Path(path_type=Path), default=Path(".reports/country.json"), show_default=True)
def main(
    *, offerings: tuple[int, ...], served: tuple[int, ...], only_alone: bool, only_http: bool, without: tuple[str, ...],
    passes: int, by_import: bool, figures: Path,
) -> None:  # fmt: skip
    """Measure, print, and write the figures down. Nothing is asserted."""
    now = datetime.now(UTC).replace(microsecond=0)
    found: dict[str, Any] = {"at": f"{now:%Y-%m-%dT%H:%M:%SZ}", "machine": _machine(), "alone": {}, "http": {}}
    print(found["machine"])
    figures.parent.mkdir(exist_ok=True)
    for size in () if only_http else offerings:
        found["alone"][str(size)] = alone.measure(size, now, passes=passes, without=without)
        figures.write_text(json.dumps(found, indent=1))
    for size in () if only_alone else served:
        found["http"][str(size)] = over_http.measure(size, by_import=by_import)
        figures.write_text(json.dumps(found, indent=1))


def _machine() -> str:
    return (
        f"Python {platform.python_version()}, {cpu_count()} cores, load before {getloadavg()[0]:.1f}; "
        "everything runs on the same machine"
    )


if __name__ == "__main__":
    main()
