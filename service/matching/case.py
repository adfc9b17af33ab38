"""One question to the directory: an applicant, the offerings that are asked, the instant."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Generic, TypeVar

from service.guidance.rules import Category
from service.matching import codes
from service.matching.columns import Columns, Mask
from service.matching.readings import CONFLICTS, DECLARED, FRIENDLY, UNATTESTED, VERIFIED, jurisdiction_keys
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
    def tongues(self) -> tuple[str, ...]:
        """The languages that the person speaks or signs, as keys."""
        return tuple(sorted({tongue.key for tongue in self.applicant.languages}))

    @property
    def jurisdictions(self) -> tuple[str, ...]:
        """What to look up where they are by."""
        return jurisdiction_keys(self.applicant.jurisdiction)

    def is_admitted_for(self, categories: int) -> Mask:
        """Whether it can be matched at its level for any of these categories, as bits.

        Who has shown no training is matched for all but therapy, and what demands abstinence for what was asked for
        by name; neither earns anything by what else it says of itself.
        """
        columns = self.columns
        asked = codes.CATEGORIES.bits(self.applicant.asks_for)
        shown = columns.any_of("level", _SHOWN) & columns.any_of("categories", categories)
        plain = columns.any_of("level", FRIENDLY) & columns.any_of("categories", categories & ALL_BUT_THERAPY)
        by_name = columns.any_of("level", CONFLICTS) & columns.any_of("categories", categories & asked)
        return shown | plain | by_name


# What rules are asked of: one offering, some, or a whole directory. Ranking is asked of some, row by row.
Case = Question[Columns]
RowCase = Question[Rows]
