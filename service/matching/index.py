"""The directory in memory: built from the database, refreshed by what changed, never behind what was acknowledged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from threading import Lock
from uuid import UUID

from sqlalchemy.orm import Session

from service.database import Database
from service.matching.candidate import Candidate, candidate_of
from service.matching.columns import Columns, build_columns
from service.providers import queries as providers

REMEMBERED_AS = "matching.index"


@dataclass(frozen=True, slots=True)
class Index:
    """Every attested offering, as of a version of the directory and a day: levels lapse at midnight (UTC)."""

    version: int
    today: date
    candidates: Mapping[UUID, Candidate]
    columns: Columns


class Memory:
    """What one process remembers of the index. Several requests wait while one of them builds, then share it."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.index: Index | None = None


def current_index(session: Session, today: date) -> Index:
    """The index as of the directory's version now: one tiny query, and the changed rows when it moved.

    For units of work that do not write into the directory. What such a one has written is nobody's truth before it
    commits, and must not be remembered: it asks `passing_index`.
    """
    version = providers.directory_version(session)
    memory = _memory(session)
    with memory.lock:
        known = memory.index
        if known is None or known.today != today or known.version < version:
            memory.index = known = _refreshed(session, known, version, today)
        return known


def passing_index(session: Session, today: date) -> Index:
    """The index as this unit of work sees it, its own uncommitted changes included; not remembered."""
    version = providers.directory_version(session)
    known = _memory(session).index
    if known is not None and (known.today, known.version) == (today, version):
        return known
    return _refreshed(session, known if known is None or known.version < version else None, version, today)


def _memory(session: Session) -> Memory:
    database: Database = session.info["database"]
    memory: Memory = database.remembered.setdefault(REMEMBERED_AS, Memory())
    return memory


def _refreshed(session: Session, known: Index | None, version: int, today: date) -> Index:
    """Read what changed since, or everything on a new day, and turn it into columns."""
    base = known if known is not None and known.today == today else None
    changed = providers.attested_offerings(session, today, changed_after=base.version if base else -1)
    candidates = dict(base.candidates) if base else {}
    if base is not None:
        for offering_id in providers.unattested_since(session, base.version):
            candidates.pop(offering_id, None)
    candidates.update({offering.id: candidate_of(offering, today) for offering in changed})
    return Index(version, today, candidates, build_columns(list(candidates.values())))
