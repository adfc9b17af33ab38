"""One question to the directory: an applicant, the columns, the instant, and what all rules need of the three."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from service.matching.columns import Columns
from service.matching.geometry import distances_km, unit_vectors
from service.matching.readings import jurisdiction_keys
from service.matching.rules import Applicant

DAY = 86_400.0


@dataclass(frozen=True, slots=True)
class Case:
    """What the rules and the ranking look at. Everything that is counted twice is counted here, once."""

    applicant: Applicant
    columns: Columns
    now: datetime
    km: NDArray[np.float64]
    news_age_days: NDArray[np.float64]
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
        return replace(self, columns=self.columns.only(row), km=self.km[here], news_age_days=self.news_age_days[here])


def case_of(applicant: Applicant, columns: Columns, now: datetime) -> Case:
    """Put a question. News from the future is news from now: a clock that runs ahead earns nothing."""
    age = (now.timestamp() - columns.capacity_as_of) / DAY
    return Case(
        applicant=applicant,
        columns=columns,
        now=now,
        km=nearest_km(columns, applicant.place),
        news_age_days=np.maximum(age, 0.0),
        tongues=tuple(sorted({tongue.key for tongue in applicant.languages})),
        jurisdictions=jurisdiction_keys(applicant.jurisdiction),
    )


def nearest_km(columns: Columns, place: tuple[float, float] | None) -> NDArray[np.float64]:
    """Kilometres to the nearest site of every offering; infinitely far where there is no site or no place."""
    km = np.full(columns.size, np.inf)
    if place is not None and columns.sites.size:
        here = unit_vectors(np.array([place[0]]), np.array([place[1]]))[0]
        km[columns.rows_with_sites] = np.minimum.reduceat(distances_km(columns.sites, here), columns.first_sites)
    return km
