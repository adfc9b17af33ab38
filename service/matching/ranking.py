"""In which order: five components, weighed and curved as the rule book says, and lots between equals."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from service.matching import codes, lots, reach, wishes
from service.matching.case import DAY, Case, OneCase, RowCase
from service.matching.columns import Mask
from service.matching.readings import FULL, ROOM, UNKNOWN_WAIT, UNSAID, WAITLIST
from service.matching.rules import Component
from service.rulebook.rules import Openness, RuleBook

Values = NDArray[np.float64]

SAME_TO_DECIMALS = 9


def fit(case: RowCase) -> Values:
    """How much of what they named it helps with: each thing counts for a part of the one before it."""
    if not case.applicant.confirmed:
        return np.ones(case.columns.size)
    return fit_of([case.is_admitted_for(codes.CATEGORIES.bits(need.categories)) for need in case.applicant.needs], case)


def fit_of(helped: Sequence[Values | bool], case: Case) -> Values:
    """The value of `fit`, by which of the needs are helped with."""
    worth = [case.book.curves.next_priority_counts ** (need.place - 1) for need in case.applicant.needs]
    return np.asarray(sum(each * one for each, one in zip(worth, helped, strict=True)) / sum(worth))


def probability_open(case: RowCase | OneCase) -> Values:
    """How likely there is room: what was last known, drifting to not knowing as the news ages."""
    certainty = np.exp2(-news_age_days(case) / case.book.curves.news_halves_every_days)
    there_was = openness(case.columns.array("capacity"), case.book)
    return np.asarray(certainty * there_was + (1 - certainty) * case.book.openness.unknown)


def openness(capacity: NDArray[np.uint8], book: RuleBook) -> Values:
    """How likely there was room when it was last heard of."""
    return _openness(book.openness)[capacity]


@cache
def _openness(known: Openness) -> Values:
    """The same for each that can be heard."""
    said = {UNSAID: known.unknown, ROOM: known.room, WAITLIST: known.waitlist, FULL: known.full}
    return np.array([said.get(each, known.unknown) for each in range(max(said) + 1)])


def news_age_days(case: RowCase | OneCase) -> Values:
    """How old the news about room is. A clock that runs ahead earns nothing: news from the future is from now."""
    return np.maximum((case.now.timestamp() - case.columns.array("capacity_as_of")) / DAY, 0.0)


def soon(case: RowCase) -> Values:
    """How soon: half as much for every so many days of waiting, times how likely there is room."""
    return patience(case.columns.array("wait_days"), case.book) * probability_open(case)


def patience(wait_days: NDArray[np.int16], book: RuleBook) -> Values:
    """What is left of a value after waiting; a waitlist of unknown length waits as long as the book says."""
    waits = np.where(wait_days == UNKNOWN_WAIT, book.curves.unknown_wait_days, wait_days)
    return np.exp2(-waits / book.curves.wait_halves_every_days)


def near(case: RowCase) -> Values:
    """How near: the best of the ways that are open to the person.

    In person half as much for every so many kilometres; where it comes to them, all of it; by phone, video or text all
    of it where they want that, else what the book says. Where the place was not said, the same for all.
    """
    if case.applicant.place is None:
        return np.ones(case.columns.size)
    curves = case.book.curves
    by_km = np.exp2(-case.columns.km(case.applicant.place) / curves.near_halves_every_km)
    there = np.where(reach.is_there(case), by_km, 0.0)
    wanted = np.where(reach.is_wanted_from_afar(case), 1.0, curves.unwanted_distance_counts)
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
    """How much training there is evidence of, up to so many hours: verified ones in full, declared ones in part.

    Where it is for something else than what they named first, it counts in part, too.
    """
    verified, declared = case.columns.array("hours_verified"), case.columns.array("hours_declared")
    elsewhere = case.book.curves.other_training_counts
    return trained(verified, declared, case.book) * np.where(is_relevant(case), 1.0, elsewhere)


def trained(verified: NDArray[np.uint16], declared: NDArray[np.uint16], book: RuleBook) -> Values:
    """The value of `depth`, by hours, where the training is for what was named first."""
    enough = book.curves.hours_are_enough_at
    hours = np.maximum(np.minimum(verified, enough), np.minimum(declared, enough) * book.curves.declared_hours_count)
    return np.asarray(hours / enough)


def is_relevant(case: RowCase) -> Mask:
    """Whether the training is for what the person named first; where that asks for none in particular, all of it is."""
    first = frozenset().union(*(need.categories for need in case.applicant.needs if need.place == 1))
    wanted = codes.competencies_for(first)
    return case.columns.any_of("competencies", wanted) if wanted else case.everywhere


@dataclass(frozen=True, slots=True)
class Part:
    """One row of the table: a component and its value. What it weighs, and how steep its curves are, says the book."""

    component: Component
    value: Callable[[RowCase], Values]


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


def score_all(case: RowCase) -> tuple[Values, Values]:
    """Score every offering: the values, shape (5, n), and their weighted sum, shape (n,), to 9 decimals."""
    by_component = weights(case.book, case.applicant.matters_most)
    values = np.stack([part.value(case) for part in TABLE])
    scores = np.zeros(case.columns.size)
    for part, value in zip(TABLE, values, strict=True):
        scores += by_component[part.component] * value
    return values, np.round(scores, SAME_TO_DECIMALS)


def in_order(rows: NDArray[np.intp], scores: Values, tickets: NDArray[np.uint64], start: np.uint64) -> NDArray[np.intp]:
    """Put rows into their order: by score, equals by lot; the ticket itself decides if even the lots agree."""
    drawn = lots.draw(tickets[rows], start)
    return rows[np.lexsort((tickets[rows], drawn, -scores[rows]))]
