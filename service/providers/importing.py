"""Bringing a whole directory in, some hundred providers a commit; known by external id, safe to repeat or cut off."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from service.access.models import Organization
from service.database import Database
from service.providers.ahead import read_ahead
from service.providers.brought import Brought, CutOff, Done, Refused, Written, external_ids
from service.providers.runs import Counts, keep_counts
from service.providers.tally import Tally
from service.providers.writing import Item, write_chunk

# Whoever changes the directory meanwhile waits for a chunk to be written: a quarter of a second, not more.
PROVIDERS_A_COMMIT = 500
OFFERINGS_A_COMMIT = 1000
# Somebody else may have brought the same, or hold what is to be changed: that is over at the next look.
LOOKS = 5
REFUSED_BY_THE_DATABASE = "The database does not take this entry."

Read = Callable[[Any, str], "Brought | list[Refused]"]


class Listener(Protocol):
    """Whoever wants to know what happens while a list is brought in."""

    def report(self, rows: Sequence[Written | Refused], begin: int) -> int:
        """Report what is done with the rows of a chunk, before it is kept; answer how long the report is, in bytes.

        It is written from `begin` on: what stands behind is of a chunk that was not kept.
        """

    def hear(self, rows: Sequence[Written | Refused], counts: Counts) -> None:
        """Hear that a chunk is kept, and how much was done by now."""


@dataclass(slots=True)
class Quiet:
    """A listener who keeps what was refused."""

    refused: list[Refused] = field(default_factory=list)

    def report(self, rows: Sequence[Written | Refused], begin: int) -> int:  # noqa: ARG002
        """Write nothing."""
        return 0

    def hear(self, rows: Sequence[Written | Refused], counts: Counts) -> None:  # noqa: ARG002
        """Keep what was refused."""
        self.refused += [each for each in rows if isinstance(each, Refused)]


@dataclass(slots=True)
class Chunk:
    """Some entries of a list, read: those that can be written, and what is wrong with the others."""

    items: list[Item] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    entries: int = 0
    offerings: int = 0
    cut_off: str | None = None

    @property
    def is_full(self) -> bool:
        """Whether it is enough for a commit."""
        return self.entries >= PROVIDERS_A_COMMIT or self.offerings >= OFFERINGS_A_COMMIT


def import_directory(
    database: Database,
    entries: Iterable[Any],
    read: Read,
    *,
    now: datetime,
    dry_run: bool = False,
    listener: Listener | None = None,
    run_id: UUID | None = None,
    begun: Counts | None = None,
) -> Counts:
    """Bring entries in, some hundred a commit. What is refused fails itself alone; a second run changes nothing.

    With `dry_run` everything is looked at and nothing is kept. `run_id` is the run on record that counts along;
    `begun` are its counts when it was cut off: what they count is read again, for the ids that came, and not written.
    Where the list itself breaks, what stands before that is kept, and the counts say so.
    """
    listener, counts = listener or Quiet(), begun or Counts()
    bringing = _Bringing(database, listener, run_id, now, dry_run)
    with read_ahead(chunks(entries, read, skip=counts.read)) as ahead:
        for chunk in ahead:
            rows, counts = bringing.bring(chunk, counts)
            listener.hear(rows, counts)
    return counts


def chunks(entries: Iterable[Any], read: Read, *, skip: int = 0) -> Iterator[Chunk]:
    """Read entries into chunks. An external id that came before is refused; the first `skip` entries only count."""
    tally, numbered = Tally(), enumerate(entries)
    chunk = Chunk()
    try:
        for number, entry in itertools.islice(numbered, skip):
            _take(chunk, f"/providers/{number}", read(entry, f"/providers/{number}"))
            if chunk.is_full:
                _refuse_what_comes_twice(chunk, tally)
                chunk = Chunk()
        _refuse_what_comes_twice(chunk, tally)
        chunk = Chunk()
        for number, entry in numbered:
            _take(chunk, f"/providers/{number}", read(entry, f"/providers/{number}"))
            if chunk.is_full:
                _refuse_what_comes_twice(chunk, tally)
                yield chunk
                chunk = Chunk()
    except CutOff as broken:
        chunk.cut_off = broken.why
    if chunk.entries or chunk.cut_off:
        _refuse_what_comes_twice(chunk, tally)
        yield chunk
    tally.close()


def _take(chunk: Chunk, where: str, brought: Brought | list[Refused]) -> None:
    chunk.entries += 1
    if isinstance(brought, Brought):
        chunk.items.append((where, brought))
        chunk.offerings += len(brought.offerings)
    else:
        chunk.refused += brought


def _refuse_what_comes_twice(chunk: Chunk, tally: Tally) -> None:
    named = [[f"{kind} {each}" for kind, each in external_ids(brought)] for _, brought in chunk.items]
    here: set[str] = set()
    before = tally.known({each for some in named for each in some})
    items, chunk.items = chunk.items, []
    for (where, brought), some in zip(items, named, strict=True):
        twice = {each for each, times in Counter(some).items() if times > 1 or each in before or each in here}
        if twice:
            own = brought.provider.external_id
            says = sorted(each.partition(" ")[2] for each in twice)
            chunk.refused += [Refused(where, f"The external id {each} comes twice.", own) for each in says]
        else:
            here.update(some)
            chunk.items.append((where, brought))
    tally.count_all(here)


@dataclass(slots=True)
class _Bringing:
    """One import at work."""

    database: Database
    listener: Listener
    run_id: UUID | None
    now: datetime
    dry_run: bool
    numbers: Iterator[int] = field(default_factory=itertools.count)

    def bring(self, chunk: Chunk, before: Counts) -> tuple[list[Written | Refused], Counts]:
        """Write a chunk, and beside it how far the run has come by then."""
        for look in range(1, LOOKS + 1):
            try:
                with self.database.session() as session:
                    rows = self._written(session, chunk, one_by_one=look == LOOKS)
                    counts = _counted(before, chunk, rows, self.listener.report(rows, before.report_size))
                    if self.run_id is not None:
                        keep_counts(session, self.run_id, counts)
            except (sa.exc.IntegrityError, sa.exc.DataError, sa.exc.OperationalError):
                if look == LOOKS:
                    raise
            else:
                break
        return rows, counts

    def _written(self, session: Session, chunk: Chunk, *, one_by_one: bool) -> list[Written | Refused]:
        items, strange = _of_known_organizations(session, chunk.items)
        rows: list[Written | Refused] = [*chunk.refused, *strange]
        for some in ([item] for item in items) if one_by_one else (items,):
            try:
                with session.begin_nested() if one_by_one else nullcontext():
                    rows += write_chunk(session, some, self.numbers, now=self.now, dry_run=self.dry_run)
            except (sa.exc.IntegrityError, sa.exc.DataError):
                if not one_by_one:
                    raise
                rows.append(Refused(some[0][0], REFUSED_BY_THE_DATABASE, some[0][1].provider.external_id))
        return rows


def _of_known_organizations(session: Session, items: Sequence[Item]) -> tuple[list[Item], list[Refused]]:
    """Part entries from those that name an organization that is not here."""
    named = {owner for _, each in items if (owner := each.provider.organization_id) is not None}
    known = set(session.scalars(sa.select(Organization.id).where(Organization.id.in_(named)))) if named else set()
    strange = named - known
    refused = [
        Refused(f"{where}/organization_id", "No such organization.", each.provider.external_id)
        for where, each in items
        if each.provider.organization_id in strange
    ]
    return [item for item in items if item[1].provider.organization_id not in strange], refused


def _counted(before: Counts, chunk: Chunk, rows: Sequence[Written | Refused], report_size: int) -> Counts:
    done = Counter(each.done for each in rows if isinstance(each, Written))
    return Counts(
        read=before.read + chunk.entries,
        made=before.made + done[Done.MADE],
        changed=before.changed + done[Done.CHANGED],
        unchanged=before.unchanged + done[Done.UNCHANGED],
        refused=before.refused + len(rows) - done.total(),
        report_size=report_size,
        cut_off=chunk.cut_off,
    )
