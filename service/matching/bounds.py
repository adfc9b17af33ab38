"""What offerings can be worth at most by what they are to the person: classes of them, the best one first.

A class is a plane of offerings that help with the same needs, hold as many of the wishes and are about as near; so
three components of its score are known, or bounded from above, before any of it is looked at.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property, reduce
from itertools import product
from operator import and_, itemgetter

import numpy as np

from service.matching import codes, reach, wishes
from service.matching.case import Case, Question
from service.matching.columns import Mask
from service.matching.planes import Plane, Planes
from service.matching.ranking import fit_of, weights
from service.matching.rules import Component

# More than so many needs or wishes are not told apart: what they add is small, and taken as added.
MOST_NEEDS = 4
MOST_WISHES = 6
RINGS_KM = (3.0, 10.0, 30.0)


@dataclass(frozen=True, slots=True)
class Class:
    """Offerings that are worth at most so much by fit, nearness and wishes together."""

    worth: float
    plane: Plane


@dataclass(frozen=True, slots=True)
class Share:
    """Offerings of which one component can be at most so much."""

    worth: float
    mask: Mask


class Classes:
    """The classes of one question; what they are made of is found once, whoever is wanted."""

    def __init__(self, case: Question[Planes]) -> None:
        self._case = case

    def of(self, wanted: Plane) -> Iterator[Class]:
        """Cut the wanted offerings into classes that do not overlap, the best one first."""
        weight = weights(self._case.book, self._case.applicant.matters_most)
        fits = [Share(each.worth * weight[Component.FIT], each.mask & wanted) for each in self._fits]
        fits = [each for each in fits if each.mask.any()]
        nears = [Share(each.worth * weight[Component.NEAR], each.mask) for each in self._nears]
        wishes = [Share(each.worth * weight[Component.WISHES], each.mask) for each in self._wishes]

        @cache
        def both(fit: int, near: int) -> Mask | None:
            """Many fit that are not so near, and the other way round: that is found once, not for every wish."""
            mask: Mask = fits[fit].mask & nears[near].mask
            return mask if mask.any() else None

        worths = [
            (fits[fit].worth + nears[near].worth + wish.worth, fit, near, number)
            for fit, near, (number, wish) in product(range(len(fits)), range(len(nears)), enumerate(wishes))
        ]
        for worth, fit, near, number in sorted(worths, key=itemgetter(0), reverse=True):
            pair = both(fit, near)
            if pair is None:
                continue
            plane: Mask = pair & wishes[number].mask
            if plane.any():
                yield Class(worth, plane)

    @cached_property
    def _fits(self) -> list[Share]:
        return list(_by_fit(self._case))

    @cached_property
    def _nears(self) -> list[Share]:
        return list(_by_nearness(self._case))

    @cached_property
    def _wishes(self) -> list[Share]:
        return list(_by_wishes(self._case))


def _by_fit(case: Case) -> Iterator[Share]:
    """By which of the needs they help with."""
    needs = case.applicant.needs
    if not case.applicant.confirmed:
        yield Share(1.0, case.everywhere)
        return
    told_apart = sorted((place for place, need in enumerate(needs) if need.categories), key=lambda p: needs[p].place)
    told_apart = told_apart[:MOST_NEEDS]
    masks = [case.is_admitted_for(codes.CATEGORIES.bits(needs[place].categories)) for place in told_apart]
    for helped in product((True, False), repeat=len(told_apart)):
        mask = case.everywhere
        for each, helps in zip(masks, helped, strict=True):
            mask = mask & (each if helps else ~each)
        by_place = dict(zip(told_apart, helped, strict=True))
        worth = fit_of([by_place.get(place, bool(need.categories)) for place, need in enumerate(needs)], case)
        yield Share(float(worth), mask)


def _by_nearness(case: Question[Planes]) -> Iterator[Share]:
    """By how near they are: they come, or are wanted from afar; within rings around the person; from afar; far away."""
    place = case.applicant.place
    if place is None:
        yield Share(1.0, case.everywhere)
        return
    curves = case.book.curves

    def worth(km: float) -> float:
        return float(np.exp2(-km / curves.near_halves_every_km))

    afar: Mask = reach.remotely(case)
    left: Mask = case.everywhere
    nearest: Mask = reach.is_here(case) | afar & reach.is_wanted_from_afar(case)
    inner, seen_afar = 0.0, curves.unwanted_distance_counts
    for ring in RINGS_KM:
        if worth(inner) < seen_afar:
            yield Share(seen_afar, afar & left)
            left = left & ~afar
            seen_afar = 0.0
        nearest = nearest | case.columns.may_be_within(place, ring)
        yield Share(worth(inner), nearest & left)
        left = left & ~nearest
        inner = ring
    yield Share(max(worth(inner), seen_afar), left)


def _by_wishes(case: Case) -> Iterator[Share]:
    """By how many of the named wishes they hold."""
    named = wishes.named(case)
    if not 0 < len(named) <= MOST_WISHES:
        yield Share(1.0, case.everywhere)
        return
    # How many each holds, in binary: a plane a digit, the least one first; one wish after the other is added.
    digits: list[Mask] = []
    for code in named:
        carry = wishes.holds(case, code)
        for place, digit in enumerate(digits):
            digits[place], carry = digit ^ carry, digit & carry
        if len(named) >> len(digits):
            digits.append(carry)
    for held in range(len(named), -1, -1):
        exactly = (digit if held >> place & 1 else ~digit for place, digit in enumerate(digits))
        yield Share(held / len(named), reduce(and_, exactly))
