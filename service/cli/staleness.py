"""The command that says what in the directory has grown old."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

import click
import orjson

from service.cli.directory import directory
from service.cli.group import world
from service.providers.stale import Old, StaleProvider, StaleRow, stale_providers
from service.runtime import Runtime


@directory.command("stale")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True, help="how")
@click.option("--rows", is_flag=True, help="name each offering and each credential, too")
def stale(form: str, rows: bool) -> None:
    """Say by provider what has grown old: news about room, attestations, verifications that lapsed or are due soon.

    News about room is old after 14 days, an attestation after 12 months; a verification lapses on its own day, and is
    due in the 30 days before.
    """
    totals: Counter[Old] = Counter()
    say = _Json() if form == "json" else _Text()
    with world() as runtime:
        now = runtime.clock.now()
        for number, each in enumerate(_stale(runtime, now)):
            totals.update(each.counts())
            say.provider(number, each, rows=rows)
        say.totals(totals, now.date().isoformat())


def _stale(runtime: Runtime, now: datetime) -> Iterator[StaleProvider]:
    """Each look is a unit of work of its own: whoever reads a page of it over a coffee keeps no transaction open."""
    after: UUID | None = None
    while True:
        with runtime.database.session(reading=True) as session:
            found, after = stale_providers(session, now, after=after)
        yield from found
        if after is None:
            return


class _Text:
    def provider(self, number: int, stale: StaleProvider, *, rows: bool) -> None:
        """Print one provider."""
        if number == 0:
            click.echo("  ".join(f"{_words(what):>19}" for what in Old) + "  provider")
        counted = "  ".join(f"{count:19}" for count in stale.counts().values())
        click.echo(f"{counted}  {stale.id}  {stale.name}")
        for each in stale.rows if rows else ():
            click.echo(f"    {_words(each.what):19}  {each.day}  {each.id}  {each.external_id or ''}".rstrip())

    def totals(self, totals: Counter[Old], _: str) -> None:
        """Print the sums."""
        click.echo(", ".join(f"{_words(what)}: {totals[what]}" for what in Old))


class _Json:
    """One document, written as it comes, so that a directory of any size is never whole in memory."""

    def provider(self, number: int, stale: StaleProvider, *, rows: bool) -> None:
        """Print one provider."""
        more: dict[str, Any] = {"rows": [_row(each) for each in stale.rows]} if rows else {}
        said = orjson.dumps({"id": stale.id, "name": stale.name, "stale": _counts(stale.counts()), **more}).decode()
        click.echo(("," if number else '{"providers": [\n') + said)
        self._began = True

    _began = False

    def totals(self, totals: Counter[Old], as_of: str) -> None:
        """Print the sums, and close the document."""
        opening = "" if self._began else '{"providers": ['
        click.echo(f'{opening}], "totals": {orjson.dumps(_counts(totals)).decode()}, "as_of": "{as_of}"}}')


def _counts(counts: dict[Old, int] | Counter[Old]) -> dict[str, int]:
    return {what.value: counts[what] for what in Old}


def _row(row: StaleRow) -> dict[str, Any]:
    return {"what": row.what.value, "id": row.id, "external_id": row.external_id, "day": row.day}


def _words(what: Old) -> str:
    return what.value.replace("_", " ")
