"""In which order: five components, weighed and curved as the rule book says, and lots between equals."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from service.matching import codes, lots, reach, wishes
from service.matching.case import Case
from service.matching.readings import FULL, ROOM, UNKNOWN_WAIT, UNSAID, WAITLIST
from service.matching.rules import Component
from service.rulebook.rules import RuleBook

Values = NDArray[np.float64]

SAME_TO_DECIMALS = 9


def fit(case: Case) -> Values:
    """How much of what they named it helps with: each thing counts for a part of the one before it."""
    helped = np.zeros(case.size)
    weighed = 0.0
    for need in case.applicant.needs:
        weight = case.book.curves.next_priority_counts ** (need.place - 1)
        helped += weight * codes.any_of(case.admitted, codes.CATEGORIES.bits(need.categories))
        weighed += weight
    return helped / weighed if case.applicant.confirmed else np.ones(case.size)


def openness(case: Case) -> Values:
    """How likely there was room when it was last heard of."""
    book = case.book.openness
    by_room = {UNSAID: book.unknown, ROOM: book.room, WAITLIST: book.waitlist, FULL: book.full}
    return np.array([by_room[each] for each in range(len(by_room))])[case.columns.capacity]


def probability_open(case: Case) -> Values:
    """How likely there is room: what was last known, drifting to not knowing as the news ages."""
    certainty = np.exp2(-case.news_age_days / case.book.curves.news_halves_every_days)
    return certainty * openness(case) + (1 - certainty) * case.book.openness.unknown


def expected_wait_days(case: Case) -> Values:
    """How long the wait is expected to be; a waitlist of unknown length waits as long as the book says."""
    waits = case.columns.wait_days
    return np.where(waits == UNKNOWN_WAIT, case.book.curves.unknown_wait_days, waits)


def soon(case: Case) -> Values:
    """How soon: half as much for every so many days of waiting, times how likely there is room."""
    waited = np.exp2(-expected_wait_days(case) / case.book.curves.wait_halves_every_days)
    return np.asarray(waited * probability_open(case))


def near(case: Case) -> Values:
    """How near: half as much for every so many km; all of it where it comes to them, or is wanted from a distance."""
    return reach.nearness(case)


def wished(case: Case) -> Values:
    """How many of the named wishes hold."""
    return wishes.share_held(case)


def depth(case: Case) -> Values:
    """How much training there is evidence of, up to so many hours: verified ones in full, declared ones in part.

    Where it is for something else than what they named first, it counts in part, too.
    """
    columns, curves = case.columns, case.book.curves
    enough = curves.hours_are_enough_at
    hours = np.maximum(
        np.minimum(columns.hours_verified, enough),
        np.minimum(columns.hours_declared, enough) * curves.declared_hours_count,
    )
    return hours / enough * np.where(is_relevant(case), 1.0, curves.other_training_counts)


def is_relevant(case: Case) -> NDArray[np.bool_]:
    """Whether the training is for what the person named first; where that asks for none in particular, all of it is."""
    first = frozenset().union(*(need.categories for need in case.applicant.needs if need.place == 1))
    wanted = codes.competencies_for(first)
    return codes.any_of(case.columns.competencies, wanted) if wanted else case.everywhere


@dataclass(frozen=True, slots=True)
class Part:
    """One row of the table: a component and its value. What it weighs, and how steep its curves are, says the book."""

    component: Component
    value: Callable[[Case], Values]


TABLE: tuple[Part, ...] = (
    Part(Component.FIT, fit),
    Part(Component.SOON, soon),
    Part(Component.NEAR, near),
    Part(Component.WISHES, wished),
    Part(Component.DEPTH, depth),
)


def weights(book: RuleBook, matters_most: Component | None) -> dict[Component, float]:
    """The weights, summing to one; what matters most to the person weighs double before all are scaled again."""
    doubled = {
        part.component: getattr(book.weights, part.component) * (2 if part.component == matters_most else 1)
        for part in TABLE
    }
    total = sum(doubled.values())
    return {component: weight / total for component, weight in doubled.items()}


def score_all(case: Case) -> tuple[Values, Values]:
    """Score every offering: the values, shape (5, n), and their weighted sum, shape (n,), to 9 decimals."""
    by_component = weights(case.book, case.applicant.matters_most)
    values = np.stack([part.value(case) for part in TABLE])
    scores = np.zeros(case.size)
    for part, value in zip(TABLE, values, strict=True):
        scores += by_component[part.component] * value
    return values, np.round(scores, SAME_TO_DECIMALS)


def in_order(rows: NDArray[np.intp], scores: Values, tickets: NDArray[np.uint64], start: np.uint64) -> NDArray[np.intp]:
    """Put rows into their order: by score, equals by lot; the ticket itself decides if even the lots agree."""
    drawn = lots.draw(tickets[rows], start)
    return rows[np.lexsort((tickets[rows], drawn, -scores[rows]))]
