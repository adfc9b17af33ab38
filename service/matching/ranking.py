"""In which order: five components, their weights and curves in one versioned table, and lots between equals."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from service.matching import codes, lots, reach, wishes
from service.matching.case import DAY, Case, RowCase
from service.matching.columns import Mask
from service.matching.readings import MOST_HOURS, OPENNESS, UNKNOWN_WAIT_DAYS
from service.matching.rules import Component

Values = NDArray[np.float64]

RULES_VERSION = "1"
WAIT_HALVES_EVERY_DAYS = 14.0
NEWS_HALVES_EVERY_DAYS = 7.0
HOURS_ARE_ENOUGH_AT = float(MOST_HOURS)
DECLARED_COUNTS = 0.5
ELSEWHERE_COUNTS = 0.5
NEAR_HALVES_EVERY_KM = 10.0
AFAR_COUNTS = 0.5
SAME_TO_DECIMALS = 9
# By what is known about room, as a bit.
_OPENNESS = np.array([OPENNESS.get(known, 0.5) for known in range(max(OPENNESS) + 1)])


def fit(case: RowCase) -> Values:
    """How much of what they named it helps with: the n-th thing counts half as much as the one before it."""
    if not case.applicant.confirmed:
        return np.ones(case.columns.size)
    return fit_of([case.is_admitted_for(codes.CATEGORIES.bits(need.categories)) for need in case.applicant.needs], case)


def fit_of(helped: Sequence[Values | bool], case: Case) -> Values:
    """The value of `fit`, by which of the needs are helped with."""
    worth = [2.0 ** -(need.place - 1) for need in case.applicant.needs]
    return np.asarray(sum(each * one for each, one in zip(worth, helped, strict=True)) / sum(worth))


def probability_open(case: RowCase) -> Values:
    """How likely there is room: what was last known, drifting to one half as the news ages (7 days for half of it)."""
    certainty = np.exp2(-news_age_days(case) / NEWS_HALVES_EVERY_DAYS)
    return np.asarray(certainty * _OPENNESS[case.columns.array("capacity")] + (1 - certainty) * 0.5)


def news_age_days(case: RowCase) -> Values:
    """How old the news about room is. A clock that runs ahead earns nothing: news from the future is from now."""
    return np.maximum((case.now.timestamp() - case.columns.array("capacity_as_of")) / DAY, 0.0)


def soon(case: RowCase) -> Values:
    """How soon: half as much for every 14 days of waiting, times how likely there is room at all."""
    return np.exp2(case.columns.array("wait_days") / -WAIT_HALVES_EVERY_DAYS) * probability_open(case)


def near(case: RowCase) -> Values:
    """How near: the best of the ways that are open to the person.

    In person half as much for every 10 km; where it comes to them, all of it; by phone, video or text all of it where
    they want that, else half. Where the place was not said, the same for all.
    """
    if case.applicant.place is None:
        return np.ones(case.columns.size)
    there = np.where(reach.is_there(case), np.exp2(-case.columns.km(case.applicant.place) / NEAR_HALVES_EVERY_KM), 0.0)
    wanted = np.where(reach.is_wanted_from_afar(case), 1.0, AFAR_COUNTS)
    afar = np.where(reach.remotely(case), wanted, 0.0)
    return np.asarray(np.maximum(np.maximum(there, afar), reach.is_here(case)))


def wished(case: RowCase) -> Values:
    """How many of the named wishes hold; the same for all where none was named."""
    named = wishes.named(case)
    if not named:
        return np.ones(case.columns.size)
    held: Values = np.sum([wishes.holds(case, code) for code in named], axis=0) / len(named)
    return held


def depth(case: RowCase) -> Values:
    """How much training there is evidence of: up to 60 hours, verified in full, declared by half.

    Where it is for something else than what they named first, it counts by half.
    """
    verified, declared = case.columns.array("hours_verified"), case.columns.array("hours_declared")
    return trained(verified, declared) * np.where(is_relevant(case), 1.0, ELSEWHERE_COUNTS)


def trained(verified: NDArray[np.uint8], declared: NDArray[np.uint8]) -> Values:
    """The value of `depth`, by hours, where the training is for what was named first."""
    hours = np.maximum(
        np.minimum(verified, HOURS_ARE_ENOUGH_AT), np.minimum(declared, HOURS_ARE_ENOUGH_AT) * DECLARED_COUNTS
    )
    return np.asarray(hours / HOURS_ARE_ENOUGH_AT)


def is_relevant(case: RowCase) -> Mask:
    """Whether the training is for what the person named first; where that asks for none in particular, all of it is."""
    first = frozenset().union(*(need.categories for need in case.applicant.needs if need.place == 1))
    wanted = codes.competencies_for(first)
    return case.columns.any_of("competencies", wanted) if wanted else case.everywhere


@dataclass(frozen=True, slots=True)
class Part:
    """One row of the table: a component, its weight, its curve."""

    component: Component
    weight: float
    value: Callable[[RowCase], Values]
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
        f"0.5 otherwise; a waitlist of unknown length counts as {UNKNOWN_WAIT_DAYS} d",
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


def score_all(case: RowCase) -> tuple[Values, Values]:
    """Score every offering: the values, shape (5, n), and their weighted sum, shape (n,), to 9 decimals."""
    by_component = weights(case.applicant.matters_most)
    values = np.stack([part.value(case) for part in TABLE])
    scores = np.zeros(case.columns.size)
    for part, value in zip(TABLE, values, strict=True):
        scores += by_component[part.component] * value
    return values, np.round(scores, SAME_TO_DECIMALS)


def in_order(rows: NDArray[np.intp], scores: Values, tickets: NDArray[np.uint64], start: np.uint64) -> NDArray[np.intp]:
    """Put rows into their order: by score, equals by lot; the ticket itself decides if even the lots agree."""
    drawn = lots.draw(tickets[rows], start)
    return rows[np.lexsort((tickets[rows], drawn, -scores[rows]))]
