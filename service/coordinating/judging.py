"""How this room asks matching: one person before the whole directory, one offering before many people.

The only module here that knows how matching keeps the directory in memory and what it answers with.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from service.matching import codes, index, queries, search
from service.matching.answers import Account, Match, NothingYet
from service.matching.candidate import Candidate
from service.matching.rules import Applicant, UnknownOffering
from service.matching.verdicts import Single, single
from service.providers.codes import CapacityStatus

NOBODY = Applicant()


@dataclass(frozen=True, slots=True)
class Ranked:
    """All that matches one person, best first: rows of the directory, scores, whether it helps with what comes first.

    What comes first is the first of their priorities that says what it is about. Who named nothing of the kind is
    helped with it anywhere: to be silent costs nothing.
    """

    rows: NDArray[np.intp]
    scores: NDArray[np.float64]
    first: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Directory:
    """The directory at one instant, in one language, for all questions of one request."""

    known: index.Index
    now: datetime
    locale: str
    rooms: dict[int, int | None] = field(default_factory=dict, repr=False)

    @property
    def version(self) -> int:
        """As of which version of the directory."""
        return self.known.version

    @property
    def size(self) -> int:
        """How many rows it has."""
        return self.known.columns.size

    def matches(self, applicant: Applicant, seed: bytes, limit: int) -> tuple[Match, ...]:
        """The first that their own matches would show, without what is almost there, which costs as much again."""
        judged = search.judge_all(applicant, self.known.columns, self.now, seed)
        cut = (
            (int(row), Single(judged.case.only(int(row)), self.candidate(int(row)), self.locale))
            for row in judged.matched()[:limit]
        )
        return tuple(
            search.shown_match(one, judged.values[:, row], float(judged.scores[row]), rank)
            for rank, (row, one) in enumerate(cut, start=1)
        )

    def nothing_yet(self, applicant: Applicant, seed: bytes) -> NothingYet | None:
        """Why nothing matches, and what can be done now."""
        columns = self.known.columns
        return search.search(applicant, columns, self.now, seed=seed, limit=1, locale=self.locale).nothing_yet

    def rank(self, applicant: Applicant, seed: bytes) -> Ranked:
        """All that matches, in the same order, without a word about it. What stands apart is not among them."""
        judged = search.judge_all(applicant, self.known.columns, self.now, seed)
        rows = judged.matched()
        return Ranked(rows, judged.scores[rows], _helps_first(applicant, judged.case.admitted[rows]))

    def candidate(self, row: int) -> Candidate:
        """The offering in a row."""
        return self.known.columns.candidates[row]

    def room(self, row: int) -> int | None:
        """How many places are open; None where nobody counted them, or the news is old. On a waitlist there is none."""
        if row not in self.rooms:
            self.rooms[row] = _room(before_nobody(self.candidate(row), self.now, self.locale))
        return self.rooms[row]

    def sheet(self, row: int) -> Match:
        """What is to be known of an offering, whoever asks."""
        return sheet_of(before_nobody(self.candidate(row), self.now, self.locale))


def open_directory(session: Session, *, now: datetime, locale: str) -> Directory:
    """Open the directory as it is now."""
    return Directory(index.current_index(session, now.date()), now, locale)


def open_offering(session: Session, offering_id: UUID, *, now: datetime, locale: str) -> Single:
    """Open one offering of the directory, before nobody yet. Raise UnknownOffering."""
    candidate = queries.find_candidate(session, offering_id, now.date())
    if candidate is None:
        raise UnknownOffering
    return before_nobody(candidate, now, locale)


def before_nobody(candidate: Candidate, now: datetime, locale: str) -> Single:
    """An offering before somebody who said nothing: what it says then, it says to everybody."""
    return single(NOBODY, candidate, now, locale)


def account_before(offering: Single, applicant: Applicant) -> Account:
    """How one offering stands for a person, by the very rules that a referral to it would be judged by."""
    return search.account(offering.after(applicant))


def sheet_of(offering: Single) -> Match:
    """What is to be known of an offering: limits, room, what it asks."""
    return search.account(offering).match


def _helps_first(applicant: Applicant, admitted: NDArray[np.uint64]) -> NDArray[np.bool_]:
    telling = [need for need in applicant.needs if need.categories]
    if not telling:
        return np.ones(len(admitted), dtype=np.bool_)
    first = min(need.place for need in telling)
    wanted = frozenset().union(*(need.categories for need in telling if need.place == first))
    return codes.any_of(admitted, codes.CATEGORIES.bits(wanted))


def _room(offering: Single) -> int | None:
    status = search.shown_capacity(offering).status
    if status is CapacityStatus.CAPACITY:
        capacity = offering.candidate.capacity
        return capacity.open_slots if capacity else None
    return 0 if status in {CapacityStatus.WAITLIST, CapacityStatus.NO_CAPACITY} else None
