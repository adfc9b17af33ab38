"""One question to the directory: an applicant, the columns, the instant, and what all rules need of the three."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from service.guidance.rules import Category
from service.matching import codes
from service.matching.columns import Columns
from service.matching.geometry import distances_km, unit_vectors
from service.matching.readings import CONFLICTS, FRIENDLY, jurisdiction_keys
from service.matching.rules import THERAPY, Applicant
from service.rulebook import shelf
from service.rulebook.rules import RuleBook

DAY = 86_400.0
ALL_BUT_THERAPY = codes.CATEGORIES.bits(frozenset(Category) - THERAPY)


@dataclass(frozen=True, slots=True)
class Case:
    """What the rules and the ranking look at. Everything that is counted twice is counted here, once."""

    applicant: Applicant
    columns: Columns
    now: datetime
    book: RuleBook
    km: NDArray[np.float64]
    news_age_days: NDArray[np.float64]
    admitted: NDArray[np.uint64]
    tongues: tuple[str, ...]
    jurisdictions: tuple[str, ...]

    @property
    def size(self) -> int:
        """How many offerings there are."""
        return self.columns.size

    @property
    def everywhere(self) -> NDArray[np.bool_]:
        """A yes for every offering: what silence answers."""
        return np.ones(self.size, dtype=np.bool_)

    def only(self, row: int) -> Case:
        """The same question to one offering alone."""
        here = slice(row, row + 1)
        return replace(
            self,
            columns=self.columns.only(row),
            km=self.km[here],
            news_age_days=self.news_age_days[here],
            admitted=self.admitted[here],
        )


def case_of(applicant: Applicant, columns: Columns, now: datetime, book: RuleBook | None = None) -> Case:
    """Put a question, by the book that is in force unless another one is named, as when new rules are tried.

    News from the future is news from now: a clock that runs ahead earns nothing.
    """
    age = (now.timestamp() - columns.capacity_as_of) / DAY
    return Case(
        applicant=applicant,
        columns=columns,
        now=now,
        book=book or shelf.in_force(),
        km=nearest_km(columns, applicant.place),
        news_age_days=np.maximum(age, 0.0),
        admitted=admitted(applicant, columns),
        tongues=tuple(sorted({tongue.key for tongue in applicant.languages})),
        jurisdictions=jurisdiction_keys(applicant.jurisdiction),
    )


def admitted(applicant: Applicant, columns: Columns) -> NDArray[np.uint64]:
    """For which of its categories, as bits, an offering can be matched at its level.

    Who has shown no training is matched for all but therapy, and what demands abstinence for what was asked for by
    name; neither earns anything by what else it says of itself.
    """
    plain = columns.categories & ALL_BUT_THERAPY
    by_name = columns.categories & codes.CATEGORIES.bits(applicant.asks_for)
    return np.select((columns.level == FRIENDLY, columns.level == CONFLICTS), (plain, by_name), columns.categories)


def nearest_km(columns: Columns, place: tuple[float, float] | None) -> NDArray[np.float64]:
    """Kilometres to the nearest site of every offering; infinitely far where there is no site or no place."""
    km = np.full(columns.size, np.inf)
    if place is not None and columns.sites.size:
        here = unit_vectors(np.array([place[0]]), np.array([place[1]]))[0]
        km[columns.rows_with_sites] = np.minimum.reduceat(distances_km(columns.sites, here), columns.first_sites)
    return km
