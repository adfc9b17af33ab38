"""Commands about the rules of matching: read them, check new ones, try those on people who were here."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from functools import partial
from pathlib import Path

import click

from service.access.actions import let_applicants_be_recorded
from service.cli.group import cli, work, world
from service.matching.index import current_index, ordered_by
from service.matching.invented import invent
from service.matching.queries import candidates_by_id
from service.matching.recorded import list_recorded
from service.matching.tallies import Line
from service.matching.telling import A_DASH, HIDDEN, in_columns, tell_book, tell_differences, tell_trial
from service.matching.trial import Ground, try_book
from service.referrals.exposure import MEASURES, by_group, quarter_of, read_exposure, read_quarter
from service.rulebook import shelf
from service.rulebook.rules import RuleBook, WrongBook

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
MOST = 1000


@cli.group()
def rules() -> None:
    """The rules of matching: what weighs how much, in versions."""


@rules.command()
@click.argument("version", required=False)
def show(version: str | None) -> None:
    """Print the rule book that is in force, or an older VERSION."""
    book = shelf.in_force() if version is None else shelf.find(version)
    if book is None:
        raise click.ClickException(f"There are versions {', '.join(shelf.signed_off())}.")
    _print(tell_book(book))


@rules.command()
@click.argument("file", type=FILE)
def check(file: Path) -> None:
    """See whether FILE is a rule book, and print what it changes. Nothing comes into force by it."""
    book = _read(file)
    _print(tell_book(book))
    _print(["", *tell_differences(book, shelf.in_force())])


@rules.command()
@click.argument("organization_id", type=click.UUID)
@click.option("--stop", is_flag=True, help="record nobody of it from now on; what was recorded goes after its year")
def record(organization_id: uuid.UUID, stop: bool) -> None:
    """Record what an organization's people look for, without them, so that new rules can be tried on it."""
    with work() as (session, _):
        let_applicants_be_recorded(session, organization_id, allowed=not stop)


@rules.command("dry-run")
@click.argument("file", type=FILE)
@click.option("--generated", type=click.IntRange(1, 100_000), help="try it on so many invented people instead")
@click.option(
    "--most", type=click.IntRange(1), default=MOST, show_default=True, help="of the recorded, at most so many"
)
def dry_run(file: Path, generated: int | None, most: int) -> None:
    """Try the rule book FILE on recorded applicants, in the directory as it is now, and print who gains or loses."""
    book, in_force = _read(file), shelf.in_force()
    with world() as runtime, runtime.database.session(reading=True) as session:
        now = runtime.clock.now()
        known = current_index(session, now.date())
        people = invent(generated, known.parts) if generated else list_recorded(session, most)
        if not people:
            raise click.ClickException("Nobody is recorded. Allow it with `rules record`, or try --generated 500.")
        read = partial(candidates_by_id, session, today=now.date())
        ground = Ground(known.parts, ordered_by(known, book), read)
        trial = try_book(people, ground, now, in_force=in_force, new=book)
    who = "invented people; nobody is behind them" if generated else "people who were recorded, without names"
    _print([f"Tried on {who}. Offerings in the directory: {known.size}.", ""])
    _print([*tell_differences(book, in_force), "", *tell_trial(trial, book, in_force)])


@rules.command()
@click.option("--quarter", help="such as 2026Q3; the last one that is over, when left out")
def exposure(quarter: str | None) -> None:
    """Print how often offerings were shown, chosen and accepted, by group, in one quarter."""
    with world() as runtime, runtime.database.session(reading=True) as session:
        now = runtime.clock.now()
        chosen = read_quarter(quarter) if quarter else quarter_of(now.date()).before
        items = read_exposure(session, chosen, now)
    heads = ["offerings", "", *MEASURES, "interested of shown", "accepted of interested"]
    _print([f"{chosen}, by the directory as it is today. A person and an offering count once."])
    _print([*in_columns([heads, *map(_row, by_group(items))]), "", A_DASH])


def _row(line: Line) -> list[str]:
    shown, interested, accepted = (line.counts[measure] for measure in MEASURES)
    counts = [HIDDEN if count is None else str(count) for count in (shown, interested, accepted)]
    return [line.split or "all", line.group, *counts, _share(interested, shown), _share(accepted, interested)]


def _share(part: int | None, whole: int | None) -> str:
    return HIDDEN if part is None or whole is None else f"{part / whole:.0%}" if whole else ""


def _read(file: Path) -> RuleBook:
    try:
        return shelf.read_next(file.read_text(encoding="utf-8"))
    except UnicodeDecodeError:
        raise click.ClickException("This is no text in UTF-8.") from None
    except WrongBook as wrong:
        raise click.ClickException("\n".join(("This is no rule book.", *wrong.wrongs))) from wrong


def _print(lines: Iterable[str]) -> None:
    for line in lines:
        click.echo(line)
