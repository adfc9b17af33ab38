"""The directory in memory: built from the database, refreshed by what changed, never behind what was acknowledged."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time
from threading import Lock
from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from service.database import Database
from service.matching import lots, pages, queries
from service.matching.case import Question
from service.matching.conditions import ask_all
from service.matching.keyed import Vocabularies
from service.matching.parts import Part, part_of
from service.matching.rows import Rows
from service.matching.rules import Applicant
from service.matching.sheets import Entry, Sheet, sheet_of
from service.matching.standing import matched
from service.matching.store import Gathering, Store, store_of
from service.rulebook import shelf
from service.rulebook.rules import RuleBook

REMEMBERED_AS = "matching.index"
# What changed last stands apart, and is looked at one and all; more than so many go to what changed before.
MOST_FRESH = 1_024
# What changed since the start is put in order with the rest when it is so large a share of it.
MOST_CHANGED_IS_A_SHARE_OF = 1 / 16
LONGEST_WAIT_FOR_A_TURN = 0.5


@dataclass(frozen=True, slots=True)
class Index:
    """Every attested offering, as of a version of the directory and a day: levels lapse at midnight (UTC).

    Three parts: all that was there when it was built, what changed since, what changed last. What stands in a later
    part is hidden in the earlier ones.
    """

    version: int
    today: date
    vocabularies: Vocabularies
    parts: tuple[Part, ...]

    @property
    def size(self) -> int:
        """How many offerings there are."""
        return sum(part.size for part in self.parts)


@dataclass(slots=True)
class Memory:
    """What one process remembers. Several requests wait while one of them reads the directory, then share it."""

    lock: Lock = field(default_factory=Lock)
    searching: Lock = field(default_factory=Lock)
    index: Index | None = field(default_factory=lambda: _bequeathed.get("index"))


# What a process read before it forked. Its children begin with it, and share its memory as long as nobody writes there.
_bequeathed: dict[str, Index] = {}


def bequeath_index(session: Session, today: date) -> None:
    """Read the directory for the processes that will be forked from this one."""
    _bequeathed["index"] = current_index(session, today)


def current_index(session: Session, today: date) -> Index:
    """The index as of the directory's version now: one tiny query, and the changed rows when it moved.

    For units of work that do not write into the directory. What such a one has written is nobody's truth before it
    commits, and must not be remembered: it asks `passing_index`.
    """
    version = queries.directory_version(session)
    memory = _memory(session)
    with memory.lock:
        known = memory.index
        if known is None or known.today < today or known.version < version:
            memory.index = known = _read(session, known, version, today)
        return known


def passing_index(session: Session, today: date) -> Index:
    """The index as this unit of work sees it, its own uncommitted changes included; not remembered."""
    version = queries.directory_version(session)
    memory = _memory(session)
    with memory.lock:
        known = memory.index
        if known is not None and (known.today, known.version) == (today, version):
            return known
        return _read(session, known if known is None or known.version < version else None, version, today)


@contextmanager
def turn_to_search(session: Session) -> Iterator[None]:
    """Search alone in this process: two that search at once take twice the memory, and neither is done any sooner.

    Nobody waits long for their turn: when the one before is kept waiting itself, by the database, they go on all the
    same.
    """
    turn = _memory(session).searching
    has_it = turn.acquire(timeout=LONGEST_WAIT_FOR_A_TURN)
    try:
        yield
    finally:
        if has_it:
            turn.release()


def ordered_by(known: Index, book: RuleBook) -> tuple[Part, ...]:
    """All that an index holds, in the order of another rule book."""
    return tuple(part_of(_left(part), book, now=_noon(known.today)) for part in known.parts)


def standing_among(known: Index, applicant: Applicant, ids: Sequence[UUID], now: datetime) -> set[UUID]:
    """Those of some offerings that match somebody, by the very same rules."""
    asked = np.array([lots.halves(each) for each in ids], dtype=np.uint64).reshape(-1, 2)
    found: set[UUID] = set()
    for part in known.parts:
        rows = part.store.rows_of(asked)
        rows = rows if part.hidden is None else rows[~part.hidden[rows]]
        case = Question(applicant, Rows(part.store, rows), now)
        found.update(part.store.id_of(int(row)) for row in rows[matched(case, ask_all(case))])
    return found


def _memory(session: Session) -> Memory:
    database: Database = session.info["database"]
    memory: Memory = database.remembered.setdefault(REMEMBERED_AS, Memory())
    return memory


def _read(session: Session, known: Index | None, version: int, today: date) -> Index:
    """Read what changed since, or everything where nothing is known; then what lapsed, on a new day."""
    if known is None or known.today > today:
        return built(pages.attested_sheets(session, today), version, today)
    lapsed = [_lapsed(part, today) for part in known.parts] if known.today < today else []
    reads = [
        *queries.attested_entries(session, today, changed_after=known.version),
        *queries.entries_by_id(session, [each for some in lapsed for each in some], today),
    ]
    # What changed and lapsed comes twice, and is the same.
    changed = {entry.id: entry for entries in reads for entry in entries}
    gone = queries.unattested_since(session, known.version)
    return replace(absorbed(known, list(changed.values()), gone), version=version, today=today)


def _lapsed(part: Part, today: date) -> list[UUID]:
    """The offerings whose card does not hold any more, as a level or a piece of evidence may have lapsed."""
    rows = part.rows()
    return [part.store.id_of(int(row)) for row in rows[part.store.arrays["until"][rows] <= today.toordinal()]]


def built(sheets: Iterable[Sheet], version: int, today: date) -> Index:
    """Make an index of offerings that come some thousand at a time."""
    vocabularies = Vocabularies()
    gathering = Gathering(vocabularies)
    for sheet in sheets:
        gathering.add(sheet)
    return Index(version, today, vocabularies, (part_of(gathering.store(), shelf.in_force(), now=_noon(today)),))


def absorbed(known: Index, entries: Sequence[Entry], gone: Iterable[UUID] = ()) -> Index:
    """The index with some offerings in a newer form, and some no more."""
    return replace(known, parts=_changed(known, entries, gone))


def _changed(known: Index, entries: Sequence[Entry], gone: Iterable[UUID]) -> tuple[Part, ...]:
    fresh = store_of(sheet_of(entries), known.vocabularies)
    others = np.array([lots.halves(each) for each in gone], dtype=np.uint64).reshape(-1, 2)
    ids: NDArray[np.uint64] = np.concatenate((fresh.arrays["ids"], others))
    if not len(ids):
        return known.parts
    first, *later = (part.hiding(part.store.rows_of(ids)) for part in known.parts)
    nothing = Part(store_of(sheet_of([]), known.vocabularies))
    since, last = later or (nothing, nothing)
    fresh = _left(last).joined(fresh)
    if fresh.size <= MOST_FRESH:
        return first, since, Part(fresh)
    changed = _left(since).joined(fresh)
    if changed.size <= first.store.size * MOST_CHANGED_IS_A_SHARE_OF:
        return first, part_of(changed, shelf.in_force(), now=_noon(known.today)), nothing
    return (part_of(_left(first).joined(changed), shelf.in_force(), now=_noon(known.today)),)


def _left(part: Part) -> Store:
    return part.store if part.hidden is None else part.store.some(part.rows())


def _noon(today: date) -> float:
    return datetime.combine(today, time(12), UTC).timestamp()
