"""How often offerings are shown, chosen and accepted, by group: counted from what is on record anyway.

Nothing is collected for it. What was shown stands in the ledger, what was chosen and accepted in choices and moves; a
counter beside them would have to be trusted, and could not tell eleven people from one who came eleven times.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from service import errors
from service.intakes.queries import chosen_between
from service.ledger.queries import done_between
from service.matching.actions import READ
from service.matching.groups import OFFERINGS
from service.matching.queries import find_candidate
from service.matching.tallies import Item, Layout, Line, tabulate
from service.referrals.queries import accepted_between

MEASURES = ("shown", "interested", "accepted")
GONE = frozenset({"not_there_any_more"})
Pair = tuple[UUID | None, UUID]


class QuarterNotOver(errors.Contradiction):
    """This quarter is not over yet. Figures that grow from day to day give away who came in between."""


class QuarterUnclear(errors.Malformed):
    """A quarter looks like 2026Q3."""


@dataclass(frozen=True, slots=True, order=True)
class Quarter:
    """Three months of a year (UTC), as tables are made: no table of fewer days is."""

    year: int
    number: int

    def __str__(self) -> str:
        return f"{self.year}Q{self.number}"

    @property
    def since(self) -> datetime:
        """Its first instant."""
        return datetime(self.year, 3 * self.number - 2, 1, tzinfo=UTC)

    @property
    def until(self) -> datetime:
        """The first instant after it."""
        return (Quarter(self.year + 1, 1) if self.number == 4 else Quarter(self.year, self.number + 1)).since

    @property
    def before(self) -> Quarter:
        """The one before."""
        return Quarter(self.year - 1, 4) if self.number == 1 else Quarter(self.year, self.number - 1)


def quarter_of(day: date) -> Quarter:
    """The quarter that a day is in."""
    return Quarter(day.year, (day.month + 2) // 3)


def read_quarter(text: str) -> Quarter:
    """Read a quarter. Raise QuarterUnclear."""
    found = re.fullmatch(r"(2[0-9]{3})Q([1-4])", text)
    if found is None:
        raise QuarterUnclear
    return Quarter(int(found[1]), int(found[2]))


def read_exposure(session: Session, quarter: Quarter, now: datetime) -> list[Item]:
    """Read who was shown, chose and was accepted by what, to be counted by groups of today's directory.

    A person and an offering count once a quarter, however often they met; shown means named in an answer, as a match,
    an invitation or almost one. Raise QuarterNotOver.
    """
    if quarter.until > now:
        raise QuarterNotOver
    pairs: dict[str, set[Pair]] = {
        "shown": set(_shown(session, quarter)),
        "interested": set(chosen_between(session, quarter.since, quarter.until)),
        "accepted": set(accepted_between(session, quarter.since, quarter.until)),
    }
    groups = _groups(session, {offering_id for each in pairs.values() for _, offering_id in each}, now.date())
    return [
        Item(who, groups[offering_id], {measure: int((who, offering_id) in pairs[measure]) for measure in MEASURES})
        for who, offering_id in set().union(*pairs.values())
    ]


def by_group(items: Sequence[Item]) -> list[Line]:
    """Count by group of offerings; what is counted over few people is left out."""
    return tabulate(items, Layout(splits={split.name: split.once for split in OFFERINGS}, measures=MEASURES))


def _shown(session: Session, quarter: Quarter) -> Iterator[Pair]:
    """Who was shown which offering; somebody whose intake has no person is known by the intake alone."""
    for each in done_between(session, READ, quarter.since, quarter.until):
        for offering_id in each.also:
            yield each.person_id or each.subject_id, UUID(offering_id)


def _groups(session: Session, offering_ids: Iterable[UUID], today: date) -> dict[UUID, dict[str, frozenset[str]]]:
    found = {each: find_candidate(session, each, today) for each in offering_ids}
    return {
        offering_id: {split.name: split.group(candidate) if candidate else GONE for split in OFFERINGS}
        for offering_id, candidate in found.items()
    }
