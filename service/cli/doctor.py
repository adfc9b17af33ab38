"""The command that looks whether everything is as it should be, and names the cure of what is not."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import click

from service.cli.group import cli, world
from service.database import Database
from service.erasure.restoring import brings_nobody_back
from service.http.health import at_head
from service.runtime import Runtime
from service.vault import epochs
from service.vault.shredding import erased_people
from service.wall import obeys_the_wall

TURN_WITHIN = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Found:
    """One thing that was looked at: whether it is well, and what cures it when not."""

    what: str
    well: bool
    cure: str


@cli.command()
def doctor() -> None:
    """Look at databases, keys and erasures; print what is well and what is not, with its cure. Ends with 1 if so."""
    with world() as runtime:
        found = list(_look(runtime, runtime.clock.now()))
    for each in found:
        click.echo(f"well  {each.what}" if each.well else f"ILL   {each.what}: {each.cure}")
    sys.exit(0 if all(each.well for each in found) else 1)


def _look(runtime: Runtime, now: datetime) -> Iterator[Found]:
    # That settings, key files and SQLite's pragmas are right was looked at before: else nothing would have begun.
    yield Found("settings and key files", True, "")
    yield from _shapes(runtime)
    with runtime.database.session(reading=True) as session:
        yield Found(
            "PostgreSQL keeps organizations apart", obeys_the_wall(session),
            "connect as a role without SUPERUSER and BYPASSRLS; docs/operations.md shows it",
        )  # fmt: skip
        yield Found(
            "nobody who was erased came back with an older copy", brings_nobody_back(session, runtime.vault),
            "run `finish-restore`",
        )  # fmt: skip
    yield Found(
        "nobody erased more than seven days ago is left in an old epoch", not _overdue(runtime, now),
        "run `vault rotate`, and destroy the old epoch key everywhere",
    )  # fmt: skip


def _shapes(runtime: Runtime) -> Iterator[Found]:
    stores: tuple[tuple[str, Database, str], ...] = (
        ("main database", runtime.database, "versions"),
        ("key store", runtime.vault.store, "keystore"),
    )
    for name, database, diary in stores:
        yield Found(f"{name} in the newest shape", at_head(database, diary), "run `migrate`")


def _overdue(runtime: Runtime, now: datetime) -> bool:
    """Whether an epoch still lives that wrapped the key of somebody who was erased over seven days ago.

    Until it is destroyed, a copy of the key store from before the erasure opens what a copy of the main one holds.
    """
    long_ago = [each.erased_at for each in erased_people(runtime.vault) if each.erased_at < now - TURN_WITHIN]
    with runtime.vault.opened(reading=True) as store:
        living = epochs.in_use(store) | set(runtime.vault.keyring.epochs)
        began = [each.began_at for each in epochs.all_epochs(store) if each.name in living]
    return any(begun <= erased_at for begun in began for erased_at in long_ago)
