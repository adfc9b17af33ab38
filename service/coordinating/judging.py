"""How this room asks matching: one person before the whole directory, one offering before many people.

The only module here that knows how matching keeps the directory in memory and what it answers with.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from uuid import UUID

from sqlalchemy.orm import Session

from service.coordinating.assignment import Option
from service.matching import codes, index, queries, search
from service.matching.answers import Account, Match, NothingYet
from service.matching.candidate import Candidate
from service.matching.case import Case
from service.matching.columns import Mask
from service.matching.finding import Finding, Hit
from service.matching.readings import FULL, ROOM, UNCOUNTED, WAITLIST
from service.matching.rules import Applicant, UnknownOffering
from service.matching.shown import read_shown
from service.matching.standing import Met, matched
from service.matching.store import Placed
from service.matching.verdicts import Single, single
from service.providers.rules import NEWS_COUNTS_FOR

NOBODY = Applicant()
Given = Option[UUID]


@dataclass(frozen=True, slots=True)
class Directory:
    """The directory at one instant, in one language, for all questions of one request.

    `read` brings what the directory knows of offerings that are to be shown. How many places are open at each that
    was found is remembered; None where nobody counted them, or the news is old. On a waitlist there is none.
    """

    known: index.Index
    now: datetime
    locale: str
    read: search.Read
    rooms: dict[UUID, int | None] = field(default_factory=dict, repr=False)
    found: dict[UUID, Placed] = field(default_factory=dict, repr=False)

    @property
    def version(self) -> int:
        """As of which version of the directory."""
        return self.known.version

    def finding(self, applicant: Applicant, seed: bytes) -> Finding:
        """Put the directory before somebody."""
        return Finding(applicant, self.known.parts, self.now, seed)

    def matches(self, finding: Finding, limit: int) -> tuple[Match, ...]:
        """The first that their own matches would show."""
        return search.shown_matches(finding, self.read, limit=limit, locale=self.locale)

    def nothing_yet(self, finding: Finding) -> NothingYet | None:
        """Why nothing matches, and what can be done now."""
        return search.search(finding, self.read, limit=1, locale=self.locale).nothing_yet

    def best(self, finding: Finding, count: int) -> list[Given]:
        """The first of all that matches, in the order of their own matches."""
        helps = helps_first(finding.applicant)
        return [self._option(hit, helps) for hit in finding.first(matched, count)]

    def options(self, finding: Finding, at_first: int) -> Iterator[Given]:
        """All that matches: what helps with what comes first before what does not, each in the order of matches.

        They are looked for as far as they are asked for, `at_first` so many, then more.
        """
        first = helps_first(finding.applicant)

        def helps(case: Case, met: Met) -> Mask:
            return matched(case, met) & first(case)

        def helps_later(case: Case, met: Met) -> Mask:
            return matched(case, met) & ~first(case)

        for standing in (helps, helps_later):
            told, many = 0, at_first
            while told < many:
                hits = finding.first(standing, many)
                yield from (self._option(hit, first) for hit in hits[told:])
                if len(hits) < many:
                    break
                told, many = many, many * 2

    def _option(self, hit: Hit, helps: Callable[[Case], Mask]) -> Given:
        offering = hit.placed
        self.found[offering.id] = offering
        self.rooms[offering.id] = _open_places(offering, self.now)
        return Option(offering.id, bool(helps(hit.case)), hit.score)

    def room(self, offering_id: UUID) -> int | None:
        """How many places are open at an offering that was found."""
        return self.rooms[offering_id]

    def fits(self, people: Iterable[Applicant], offerings: Sequence[UUID]) -> dict[UUID, int]:
        """How many of these people each of some offerings matches."""
        counts = dict.fromkeys(offerings, 0)
        for applicant in people:
            for each in index.standing_among(self.known, applicant, offerings, self.now):
                counts[each] += 1
        return counts

    def sheets(self, offerings: Sequence[UUID]) -> dict[UUID, Match]:
        """What is to be known of offerings that were found, whoever asks."""
        known = self.read([self.found[each] for each in offerings])
        return {each: sheet_of(before_nobody(known[each], self.now, self.locale)) for each in offerings}


def open_directory(session: Session, *, now: datetime, locale: str) -> Directory:
    """Open the directory as it is now."""
    known = index.current_index(session, now.date())
    return Directory(known, now, locale, partial(read_shown, session, known.today, exactly=False))


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


def helps_first(applicant: Applicant) -> Callable[[Case], Mask]:
    """Whether an offering helps with the first of their priorities that says what it is about.

    Who named nothing of the kind is helped with it anywhere: to be silent costs nothing.
    """
    telling = [need for need in applicant.needs if need.categories]
    if not telling:
        return lambda case: case.everywhere
    first = min(need.place for need in telling)
    wanted = frozenset().union(*(need.categories for need in telling if need.place == first))
    return lambda case: case.is_admitted_for(codes.CATEGORIES.bits(wanted))


def _open_places(offering: Placed, now: datetime) -> int | None:
    known, slots = offering.fact("capacity"), offering.fact("open_slots")
    if offering.fact("capacity_as_of") < (now - NEWS_COUNTS_FOR).timestamp():
        return None
    if known == ROOM:
        return None if slots == UNCOUNTED else int(slots)
    return 0 if known in {WAITLIST, FULL} else None
