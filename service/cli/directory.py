"""Commands about the directory of providers and offerings."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import click
import orjson

from service.cli.group import cli, work, world
from service.guidance.language import lint
from service.http.staff_texts import staff_texts
from service.matching.keeping import Cards
from service.providers.importing import import_directory, read_csv, read_map
from service.providers.schemas.entries import ProviderEntry, read_entry
from service.referrals.queries import list_reviews

# A long list says the same thing a thousand times.
MOST_FINDINGS = 20


@cli.command()
@click.option("--count", type=click.IntRange(1, 1000), default=50, show_default=True, help="how many, at most")
def reviews(count: int) -> None:
    """List providers to look at for how they turned somebody away, the newest first: day, reason, provider, offering.

    Whose reason was the person's use or medication is reviewed; the person never is, and none is named.
    """
    with work() as (session, _):
        for each in list_reviews(session, count):
            click.echo(f"{each.flagged_at:%Y-%m-%d}  {each.reason:20}  {each.provider_id}  {each.offering_id}")


@cli.group()
def directory() -> None:
    """The directory of providers and offerings."""


@directory.command()
def cards() -> None:
    """Make the cards that matching starts from, where they are missing or older than the facts; a worker does, too."""
    with world() as runtime:
        made = Cards(runtime.database).keep(runtime.clock.now().date())
    click.echo(f"{made} cards made")


@directory.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--format", "form", type=click.Choice(["json", "csv"]), default="json", show_default=True, help="of FILE")
@click.option(
    "--map",
    "map_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="which columns of a CSV say what, as service/providers/maps/samhsa.json does",
)
@click.option("--dry-run", is_flag=True, help="look at everything, keep nothing")
def import_file(file: Path, form: str, map_file: Path | None, dry_run: bool) -> None:
    """Bring a directory in, known by external ids: a second run changes nothing, a wrong row fails itself alone."""
    if (form == "csv") != (map_file is not None):
        raise click.UsageError("A CSV needs a --map, and only a CSV does.")
    entries = read_csv(file, read_map(map_file)) if map_file else providers_in(file.read_bytes())
    with world() as runtime:
        report = import_directory(
            runtime.database, entries, read_entry, now=runtime.clock.now(), dry_run=dry_run, steps=_with_progress
        )
    for line in islice(_said_otherwise(entries), MOST_FINDINGS):
        click.echo(line, err=True)
    for refused in report.refused:
        click.echo(f"{refused.where}: {refused.why}", err=True)
    click.echo(f"{report}; kept nothing, as this was a dry run" if dry_run else str(report))
    sys.exit(1 if report.refused else 0)


def _said_otherwise(entries: list[Any]) -> Iterator[str]:
    """What could be said otherwise in the texts of a file; nothing is refused for it. Names of places are theirs."""
    for place, entry in enumerate(entries):
        for pointer, text in staff_texts(ProviderEntry(), entry, f"/providers/{place}"):
            if not pointer.endswith("/name"):
                yield from (f"{pointer}: {each.term}; rather: {each.suggestion}" for each in lint(text))


def providers_in(text: bytes) -> list[Any]:
    """Read the providers of a directory in our own format."""
    try:
        providers = orjson.loads(text)["providers"]
    except (ValueError, KeyError, TypeError, IndexError):
        providers = None
    if not isinstance(providers, list):
        raise click.ClickException('A directory is a JSON object with one list: {"providers": [...]}.')
    return providers


def _with_progress(chunks: Iterable[Any]) -> Iterator[Any]:
    with click.progressbar(list(chunks), label="Bringing in", file=sys.stderr) as bar:
        yield from bar
