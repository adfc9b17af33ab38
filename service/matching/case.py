"""One question to the directory: an applicant, the offerings that are asked, the instant."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Generic, TypeVar

from service.guidance.rules import Category
from service.matching import codes
from service.matching.columns import Columns, Mask
from service.matching.readings import CONFLICTS, DECLARED, FRIENDLY, UNATTESTED, VERIFIED, jurisdiction_keys
from service.matching.row import Row
from service.matching.rows import Rows
from service.matching.rules import THERAPY, Applicant
from service.rulebook import shelf
from service.rulebook.rules import RuleBook

DAY = 86_400.0
ALL_BUT_THERAPY = codes.CATEGORIES.bits(frozenset(Category) - THERAPY)
# Of what is matched for everything it names, as far as its level goes.
_SHOWN = VERIFIED | DECLARED | UNATTESTED


Some_co = TypeVar("Some_co", bound=Columns, covariant=True)


@dataclass(frozen=True, slots=True)
class Question(Generic[Some_co]):
    """Who asks, of which offerings, when. What is asked is said in `conditions`, `standing` and `ranking`."""

    applicant: Applicant
    columns: Some_co
    now: datetime
    book: RuleBook = field(default_factory=shelf.in_force)

    @property
    def everywhere(self) -> Mask:
        """A yes for every offering: what silence answers."""
        return self.columns.everywhere

    @property
    def nowhere(self) -> Mask:
        """A no for every offering."""
        return self.columns.nowhere

    @property
    def jurisdictions(self) -> tuple[str, ...]:
        """What to look up where they are by."""
        return jurisdiction_keys(self.applicant.jurisdiction)

    def is_admitted_for(self, categories: int) -> Mask:
        """Whether it can be matched at its level for any of these categories, as bits.

        Who has shown no training is matched for all but therapy, and what demands abstinence for what was asked for
        by name; neither earns anything by what else it says of itself.
        """
        shown = self.columns.any_of("level", _SHOWN) & self.columns.any_of("categories", categories)
        return shown | self.is_plain_help_for(categories) | self.is_asked_for_by_name(categories)

    def is_plain_help_for(self, categories: int) -> Mask:
        """Whether it has shown no training, and can be matched for one of these categories all the same."""
        plain = categories & ALL_BUT_THERAPY
        return self.columns.any_of("level", FRIENDLY) & self.columns.any_of("categories", plain)

    def is_asked_for_by_name(self, categories: int) -> Mask:
        """Whether it demands abstinence, and one of these categories was asked for by name."""
        by_name = categories & codes.CATEGORIES.bits(self.applicant.asks_for)
        if not by_name:
            return self.nowhere
        return self.columns.any_of("level", CONFLICTS) & self.columns.any_of("categories", by_name)


def in_rows(case: OneCase) -> RowCase:
    """The question to one offering, as one to a list of it: what is scored stands in rows."""
    return Question(case.applicant, Rows.just(case.columns), case.now, case.book)


# What rules are asked of: one offering, some, or a whole directory. Ranking is asked of some, reasons of one.
Case = Question[Columns]
RowCase = Question[Rows]
OneCase = Question[Row]
