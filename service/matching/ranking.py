"""In which order: five components, their weights and curves in one versioned table, and lots between equals."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from service.matching import codes, lots, reach, wishes
from service.matching.case import Case
from service.matching.readings import UNKNOWN_WAIT_DAYS
from service.matching.rules import Component

Values = NDArray[np.float64]

RULES_VERSION = "1"
WAIT_HALVES_EVERY_DAYS = 14.0
NEWS_HALVES_EVERY_DAYS = 7.0
HOURS_ARE_ENOUGH_AT = 60.0
DECLARED_COUNTS = 0.5
ELSEWHERE_COUNTS = 0.5
SAME_TO_DECIMALS = 9


def fit(case: Case) -> Values:
    """How much of what they named it helps with: the n-th thing counts half as much as the one before it."""
    helped = np.zeros(case.size)
    weighed = 0.0
    for need in case.applicant.needs:
        weight = 2.0 ** -(need.place - 1)
        helped += weight * codes.any_of(case.admitted, codes.CATEGORIES.bits(need.categories))
        weighed += weight
    return helped / weighed if case.applicant.confirmed else np.ones(case.size)


def probability_open(case: Case) -> Values:
    """How likely there is room: what was last known, drifting to one half as the news ages (7 days for half of it)."""
    certainty = np.exp2(-case.news_age_days / NEWS_HALVES_EVERY_DAYS)
    return certainty * case.columns.openness + (1 - certainty) * 0.5


def soon(case: Case) -> Values:
    """How soon: half as much for every 14 days of waiting, times how likely there is room at all."""
    return np.exp2(-case.columns.wait_days / WAIT_HALVES_EVERY_DAYS) * probability_open(case)


def near(case: Case) -> Values:
    """How near: half as much for every 10 km; all of it where it comes to them, or is wanted from a distance."""
    return reach.nearness(case)


def wished(case: Case) -> Values:
    """How many of the named wishes hold."""
    return wishes.share_held(case)


def depth(case: Case) -> Values:
    """How much training there is evidence of: up to 60 hours, verified in full, declared by half.

    Where it is for something else than what they named first, it counts by half.
    """
    columns = case.columns
    hours = np.maximum(
        np.minimum(columns.hours_verified, HOURS_ARE_ENOUGH_AT),
        np.minimum(columns.hours_declared, HOURS_ARE_ENOUGH_AT) * DECLARED_COUNTS,
    )
    return hours / HOURS_ARE_ENOUGH_AT * np.where(is_relevant(case), 1.0, ELSEWHERE_COUNTS)


def is_relevant(case: Case) -> NDArray[np.bool_]:
    """Whether the training is for what the person named first; where that asks for none in particular, all of it is."""
    first = frozenset().union(*(need.categories for need in case.applicant.needs if need.place == 1))
    wanted = codes.competencies_for(first)
    return codes.any_of(case.columns.competencies, wanted) if wanted else case.everywhere


@dataclass(frozen=True, slots=True)
class Part:
    """One row of the table: a component, its weight, its curve."""

    component: Component
    weight: float
    value: Callable[[Case], Values]
    curve: str


TABLE: tuple[Part, ...] = (
    Part(
        Component.FIT,
        0.45,
        fit,
        "sum over priorities of 2^-(place-1) where the offering serves one of its categories / sum of 2^-(place-1); "
        "what has shown no training serves none that is therapy",
    ),
    Part(
        Component.SOON,
        0.20,
        soon,
        "2^(-expected wait / 14 d) * (c*s + (1-c)*0.5); c = 2^(-age / 7 d), "
        "each referral that nobody answered since then counting as 7 d of age; s = 1 capacity, 0.4 waitlist, 0 none, "
        f"0.5 otherwise; a waitlist of unknown length counts as {UNKNOWN_WAIT_DAYS:.0f} d",
    ),
    Part(
        Component.NEAR,
        0.15,
        near,
        "in person 2^(-km / 10); comes to you 1; phone, video, text 1 where wanted, else 0.5; place unknown: 1 for all",
    ),
    Part(Component.WISHES, 0.15, wished, "share of the named wishes that hold; none named: 1 for all"),
    Part(
        Component.DEPTH,
        0.05,
        depth,
        "min(hours, 60) / 60, by half where declared only, by half where not for what was named first",
    ),
)


def weights(matters_most: Component | None) -> dict[Component, float]:
    """The weights, summing to one; what matters most to the person weighs double before all are scaled again."""
    doubled = {part.component: part.weight * (2 if part.component == matters_most else 1) for part in TABLE}
    total = sum(doubled.values())
    return {component: weight / total for component, weight in doubled.items()}


def score_all(case: Case) -> tuple[Values, Values]:
    """Score every offering: the values, shape (5, n), and their weighted sum, shape (n,), to 9 decimals."""
    by_component = weights(case.applicant.matters_most)
    values = np.stack([part.value(case) for part in TABLE])
    scores = np.zeros(case.size)
    for part, value in zip(TABLE, values, strict=True):
        scores += by_component[part.component] * value
    return values, np.round(scores, SAME_TO_DECIMALS)


def in_order(rows: NDArray[np.intp], scores: Values, tickets: NDArray[np.uint64], start: np.uint64) -> NDArray[np.intp]:
    """Put rows into their order: by score, equals by lot; the ticket itself decides if even the lots agree."""
    drawn = lots.draw(tickets[rows], start)
    return rows[np.lexsort((tickets[rows], drawn, -scores[rows]))]
