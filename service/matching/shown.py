"""What the directory knows of the offerings that are to be shown; what is shown over and over is remembered."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from threading import Lock
from uuid import UUID

from sqlalchemy.orm import Session

from service.database import Database
from service.matching import queries
from service.matching.candidate import Candidate
from service.matching.store import Placed

REMEMBERED_AS = "matching.shown"
# A few kilobytes each: what the people of some hundred towns are shown.
MOST_SHOWN = 4_096
# Which offering, as of which version of the directory, on which day: levels lapse at midnight.
Key = tuple[UUID, int, date]


class Moved(Exception):
    """An offering that is to be shown has changed since the index was read; the index is read again, then."""


class Shown:
    """What one process has shown; what was not shown for the longest is forgotten first."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._known: dict[Key, Candidate] = {}

    def recall(self, keys: Iterable[Key]) -> dict[UUID, Candidate]:
        """Those that are remembered."""
        with self._lock:
            found = {key: candidate for key in keys if (candidate := self._known.pop(key, None))}
            self._known |= found
        return {offering_id: candidate for (offering_id, *_), candidate in found.items()}

    def keep(self, key: Key, candidate: Candidate) -> None:
        """Remember one more."""
        with self._lock:
            self._known[key] = candidate
            while len(self._known) > MOST_SHOWN:
                del self._known[next(iter(self._known))]


def read_shown(session: Session, today: date, offerings: Sequence[Placed], *, exactly: bool) -> dict[UUID, Candidate]:
    """What the directory knows of the offerings that are to be shown.

    Raise Moved when one has changed since the index was read, unless it need not be `exactly` the same.
    """
    database: Database = session.info["database"]
    shown: Shown = database.remembered.setdefault(REMEMBERED_AS, Shown())
    asked = {each.id: each for each in offerings}
    found = shown.recall((offering_id, each.changed_in, today) for offering_id, each in asked.items())
    missing = {offering_id: each for offering_id, each in asked.items() if offering_id not in found}
    read = queries.candidates_as_judged(session, missing, today) if missing else {}
    for offering_id, each in missing.items():
        candidate = read.get(offering_id)
        if candidate is None or (exactly and candidate.changed_in != each.changed_in):
            raise Moved
        shown.keep((offering_id, candidate.changed_in, today), candidate)
        found[offering_id] = candidate
    return found
