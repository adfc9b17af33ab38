"""The command that brings a directory in."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any, BinaryIO

import click

from service.bulk import take_stock
from service.cli.directory import directory
from service.cli.group import world
from service.cli.progress import Progress, Reporter, Ticker
from service.guidance.language import Finding, lint
from service.http.staff_texts import gatherer, staff_texts
from service.matching.keeping import Cards
from service.providers import runs
from service.providers.importing import import_directory
from service.providers.lists import NoDirectory, NoMap, read_csv, read_json, read_lines, read_map
from service.providers.models import DIRECTORY
from service.providers.runs import Counts, Run
from service.providers.schemas.entries import ProviderEntry, read_entry
from service.runtime import Runtime

# A long list says the same thing a thousand times.
MOST_FINDINGS = 20
# After fewer a database's idea of what it holds is still about right.
MANY_NEW_ROWS = 10_000
SELDOM = (50_000, 50, 50)
IN_A_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@directory.command("import")
@click.argument("file", type=IN_A_FILE)
@click.option(
    "--format", "form", type=click.Choice(["json", "jsonl", "csv"]), default="json", show_default=True,
    help="of FILE; jsonl is one provider a line",
)  # fmt: skip
@click.option(
    "--map", "map_file", type=IN_A_FILE,
    help="which columns of a CSV say what, as service/providers/maps/samhsa.json does",
)  # fmt: skip
@click.option("--dry-run", is_flag=True, help="look at everything, keep nothing")
@click.option("--resume", is_flag=True, help="go on where an import of this very file was cut off")
@click.option(
    "--report", "report_file", type=click.Path(dir_okay=False, writable=True, path_type=Path),
    help="write a line of JSON for each row that was refused: its place, why, its external id",
)  # fmt: skip
@click.option("--all-rows", is_flag=True, help="report the rows that were made, changed and left alone, too")
def import_file(
    *,
    file: Path,
    form: str,
    map_file: Path | None,
    dry_run: bool,
    resume: bool,
    report_file: Path | None,
    all_rows: bool,
) -> None:
    """Bring a directory in, known by external ids: a second run changes nothing, a wrong row fails itself alone.

    Some hundred providers are kept at a time. An import that was cut off goes on with --resume; without it everything
    is looked at again, which is as good and takes longer. Where the file itself breaks, what stands before is kept.
    When all of it is in, the cards that matching starts from are made.
    Ends with 1 when a row was refused or the file broke.
    """
    if (form == "csv") != (map_file is not None):
        raise click.UsageError("A CSV needs a --map, and only a CSV does.")
    if resume and dry_run:
        raise click.UsageError("A dry run keeps nothing that it could go on from.")
    if all_rows and report_file is None:
        raise click.UsageError("--all-rows needs a --report to write them into.")
    findings = _Findings()
    with world() as runtime, _collecting_seldom():
        run = None if dry_run else _run(runtime, file, form, map_file, resume=resume)
        begun = run.counts if run else Counts()
        with Reporter(report_file, begun.report_size, all_rows=all_rows) as reporter, file.open("rb") as stream:
            entries = findings.of(_entries(stream, form, map_file))
            with Progress(stream, reporter, begun) as progress:
                counts = _bring(runtime, entries, progress, run)
            reporter.tell_rest()
        _finish(runtime, run, counts)
    findings.tell()
    click.echo(str(counts) if run else f"{counts}; kept nothing, as this was a dry run")
    if counts.cut_off:
        raise click.ClickException(f"{counts.cut_off} What stands before is {'kept' if run else 'looked at'}.")
    sys.exit(1 if counts.refused else 0)


@contextmanager
def _collecting_seldom() -> Iterator[None]:
    """Let Python look for garbage in circles a hundred times less often: a list makes none, and it costs a third."""
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(*SELDOM)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


def _run(runtime: Runtime, path: Path, form: str, map_file: Path | None, *, resume: bool) -> Run:
    """The run that is to be gone on with, or a new one."""
    file = runs.file_of(path, form.encode(), map_file.read_bytes() if map_file else b"")
    with runtime.database.session() as session:
        if resume:
            return runs.run_to_resume(session, file)
        before = runs.find_run(session, file)
        run = runs.begin_run(session, file, now=runtime.clock.now())
    if before is not None and before.finished_at is None and before.counts.read:
        click.echo(
            f"An import of this file of {before.started_at:%Y-%m-%d %H:%M} UTC was cut off after {before.counts.read}"
            " providers. This one begins anew; with --resume it would have gone on from there.",
            err=True,
        )
    return run


def _bring(runtime: Runtime, entries: Iterator[Any], progress: Progress, run: Run | None) -> Counts:
    known = {"run_id": run.id, "begun": run.counts} if run else {"dry_run": True}
    try:
        return import_directory(
            runtime.database, entries, read_entry, now=runtime.clock.now(), listener=progress, **known
        )
    except NoDirectory as other:
        raise click.ClickException(str(NoDirectory.__doc__)) from other


def _finish(runtime: Runtime, run: Run | None, counts: Counts) -> None:
    if run is not None and counts.cut_off is None:
        with runtime.database.session() as session:
            runs.finish_run(session, run.id, now=runtime.clock.now())
            if counts.made + counts.changed > MANY_NEW_ROWS:
                take_stock(session, *DIRECTORY)
        # Without them the next start would read every document.
        Cards(runtime.database).keep(runtime.clock.now().date(), Ticker("cards made"))


def _entries(stream: BinaryIO, form: str, map_file: Path | None) -> Iterator[Any]:
    if map_file is not None:
        try:
            return read_csv(stream, read_map(map_file))
        except NoMap as other:
            raise click.ClickException(str(NoMap.__doc__)) from other
    return read_lines(stream) if form == "jsonl" else read_json(stream)


class _Findings:
    """What could be said otherwise in the texts of a file; nothing is refused for it. Names of places are theirs."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._shape = ProviderEntry()
        self._gather = gatherer(self._shape, but_not="name")

    def of(self, entries: Iterator[Any]) -> Iterator[Any]:
        """Pass entries on, and look at them on the way until there are enough findings."""
        for place, entry in enumerate(entries):
            if len(self._lines) < MOST_FINDINGS:
                self._lines += self._in(entry, f"/providers/{place}")
            yield entry

    def tell(self) -> None:
        """Print them."""
        for line in self._lines[:MOST_FINDINGS]:
            click.echo(line, err=True)

    def _in(self, entry: Any, where: str) -> Iterator[str]:
        texts: list[str] = []
        self._gather(entry, texts)
        if not any(map(_findings, texts)):
            return
        for pointer, text in staff_texts(self._shape, entry, where):
            if not pointer.endswith("/name"):
                yield from (f"{pointer}: {each.term}; rather: {each.suggestion}" for each in _findings(text))


@lru_cache(maxsize=8192)
def _findings(text: str) -> tuple[Finding, ...]:
    """What could be said otherwise in a text; many rows of a list say the same."""
    return lint(text)
