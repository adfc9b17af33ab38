"""What a long import shows of itself: a bar on a terminal, a line now and then elsewhere, and a report of its rows."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO

import click
import orjson

from service.providers.brought import Refused, Written
from service.providers.runs import Counts

LINE_EVERY_SECONDS = 10.0
# With a report at hand nobody reads a thousand lines on a screen.
MOST_BESIDE_A_REPORT = 20


class Reporter:
    """Tells of each row that was refused: on the screen, and in a report, if there is one; there maybe of all rows."""

    def __init__(self, path: Path | None, begin: int, *, all_rows: bool) -> None:
        self._path = path
        self._begin = begin
        self._all_rows = all_rows
        self._file: BinaryIO | None = None
        self._told = 0

    def __enter__(self) -> Reporter:
        if self._path is not None:
            self._file = self._path.open("r+b" if self._begin and self._path.exists() else "wb")
        return self

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            self._file.close()

    def write(self, rows: Sequence[Written | Refused], begin: int) -> int:
        """Write of some rows into the report, from a place on; answer how long it is by then."""
        if self._file is None:
            return 0
        told = (each for each in rows if self._all_rows or isinstance(each, Refused))
        self._file.seek(min(begin, self._file.seek(0, os.SEEK_END)))
        self._file.truncate()
        self._file.write(b"".join(orjson.dumps(_line(each)) + b"\n" for each in told))
        self._file.flush()
        return self._file.tell()

    def tell(self, rows: Sequence[Written | Refused]) -> None:
        """Say what was refused."""
        for each in rows:
            if isinstance(each, Refused):
                self._told += 1
                if self._file is None or self._told <= MOST_BESIDE_A_REPORT:
                    click.echo(f"{each.where}: {each.why}", err=True)

    def tell_rest(self) -> None:
        """Say how many lines stand in the report alone."""
        if self._file is not None and self._told > MOST_BESIDE_A_REPORT:
            click.echo(f"{self._told - MOST_BESIDE_A_REPORT} more stand in {self._path}.", err=True)


class Progress:
    """Shows how far an import is, by the bytes of its file that were read, and how many rows it does a second."""

    def __init__(self, stream: BinaryIO, reporter: Reporter, begun: Counts) -> None:
        self._stream = stream
        self._size = os.fstat(stream.fileno()).st_size
        self._reporter = reporter
        self._before = self._told_at = time.monotonic()
        self._done = begun.rows
        self._bar: Any = None

    def __enter__(self) -> Progress:
        if sys.stderr.isatty():
            self._bar = click.progressbar(
                length=self._size, label="Bringing in", file=sys.stderr, item_show_func=lambda rate: rate or ""
            ).__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, raised: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.__exit__(kind, raised, trace)

    def report(self, rows: Sequence[Written | Refused], begin: int) -> int:
        """Report the rows of a chunk."""
        return self._reporter.write(rows, begin)

    def hear(self, rows: Sequence[Written | Refused], counts: Counts) -> None:
        """Say what was refused, and show how far it is."""
        self._reporter.tell(rows)
        now = time.monotonic()
        rate = f"{(counts.rows - self._done) / max(now - self._before, 0.001):,.0f} rows/s"
        if self._bar is not None:
            self._before, self._done = now, counts.rows
            self._bar.update(self._stream.tell() - self._bar.pos, rate)
        elif now - self._told_at >= LINE_EVERY_SECONDS:
            self._before, self._done, self._told_at = now, counts.rows, now
            click.echo(f"{self._stream.tell() / max(self._size, 1):.0%} read, {counts}, {rate}", err=True)


class Ticker:
    """Says now and then how much of something is done, where nobody knows how much there will be."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._told_at = time.monotonic()

    def __call__(self, done: int) -> None:
        """Hear how much is done."""
        if (now := time.monotonic()) - self._told_at >= LINE_EVERY_SECONDS:
            self._told_at = now
            click.echo(f"{done:,} {self._what}", err=True)


def _line(row: Written | Refused) -> dict[str, Any]:
    if isinstance(row, Refused):
        return {"row": row.where, "done": "refused", "why": row.why, "external_id": row.external_id}
    return {"row": row.where, "done": row.done.value, "external_id": row.external_id}
