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
from numpy.typing import NDArray

from service.matching import codes, reach, wishes
from service.matching.case import Question
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
    plane: Mask


@dataclass(frozen=True, slots=True)
class Share:
    """Offerings of which one component can be at most so much."""

    worth: float
    plane: Mask


class Classes:
    """The classes of one question. What they are made of is asked once of all, whoever is wanted; then only those words
    of the planes are looked at in which anybody is."""

    def __init__(self, case: Question[Planes]) -> None:
        self._case = case

    def of(self, wanted: Plane, words: NDArray[np.intp]) -> Iterator[Class]:
        """Cut those who are wanted into classes that do not overlap, the best one first.

        `wanted` are some words of the plane, and `words` say which; the words of a class are the same ones.
        """
        weight = weights(self._case.book, self._case.applicant.matters_most)
        fits = [Share(each.worth * weight[Component.FIT], each.plane) for each in self._by_fit(wanted, words)]
        nears = [Share(each.worth * weight[Component.NEAR], each.plane) for each in self._by_nearness(words)]
        wishes = [Share(each.worth * weight[Component.WISHES], each.plane) for each in self._by_wishes(words)]

        @cache
        def both(fit: int, near: int) -> Mask | None:
            """Many fit that are not so near, and the other way round: that is found once, not for every wish."""
            plane: Mask = fits[fit].plane & nears[near].plane
            return plane if plane.any() else None

        worths = [
            (fits[fit].worth + nears[near].worth + wish.worth, fit, near, number)
            for fit, near, (number, wish) in product(range(len(fits)), range(len(nears)), enumerate(wishes))
        ]
        for worth, fit, near, number in sorted(worths, key=itemgetter(0), reverse=True):
            pair = both(fit, near)
            if pair is not None:
                yield Class(worth, pair & wishes[number].plane)

    def _by_fit(self, wanted: Plane, words: NDArray[np.intp]) -> Iterator[Share]:
        """By which of the needs they help with."""
        needs = self._case.applicant.needs
        if not self._case.applicant.confirmed:
            yield Share(1.0, wanted)
            return
        told_apart: list[tuple[dict[int, bool], Plane]] = [({}, wanted)]
        for place, helps in self._helping.items():
            these = helps[words]
            told_apart = [
                ({**helped, place: does}, plane)
                for helped, before in told_apart
                for does, plane in ((True, before & these), (False, before & ~these))
                if plane.any()
            ]
        for helped, plane in told_apart:
            worth = fit_of([helped.get(place, bool(need.categories)) for place, need in enumerate(needs)], self._case)
            yield Share(float(worth), plane)

    @cached_property
    def _helping(self) -> dict[int, Mask]:
        """Who helps with each of the needs that are told apart."""
        needs = self._case.applicant.needs
        some = sorted((place for place, need in enumerate(needs) if need.categories), key=lambda p: needs[p].place)
        return {
            place: self._case.is_admitted_for(codes.CATEGORIES.bits(needs[place].categories))
            for place in some[:MOST_NEEDS]
        }

    def _by_nearness(self, words: NDArray[np.intp]) -> Iterator[Share]:
        """By how near they are: they come, or are wanted from afar; within rings around them; from afar; far away."""
        everywhere = self._case.everywhere[: len(words)]
        if self._case.applicant.place is None:
            yield Share(1.0, everywhere)
            return
        curves = self._case.book.curves

        def worth(km: float) -> float:
            return float(np.exp2(-km / curves.near_halves_every_km))

        left, nearest, afar = everywhere, self._as_near_as_can_be[words], self._afar[words]
        inner, seen_afar = 0.0, curves.unwanted_distance_counts
        for ring, within in zip(RINGS_KM, self._rings, strict=True):
            if worth(inner) < seen_afar:
                yield Share(seen_afar, afar & left)
                left = left & ~afar
                seen_afar = 0.0
            nearest = nearest | within[words]
            yield Share(worth(inner), nearest & left)
            left = left & ~nearest
            inner = ring
        yield Share(max(worth(inner), seen_afar), left)

    @cached_property
    def _afar(self) -> Mask:
        return reach.remotely(self._case)

    @cached_property
    def _as_near_as_can_be(self) -> Mask:
        return reach.is_here(self._case) | self._afar & reach.is_wanted_from_afar(self._case)

    @cached_property
    def _rings(self) -> list[Mask]:
        """Who may be within each of the rings."""
        place = self._case.applicant.place
        return [self._case.columns.may_be_within(place, ring) for ring in RINGS_KM] if place else []

    def _by_wishes(self, words: NDArray[np.intp]) -> Iterator[Share]:
        """By how many of the named wishes they hold."""
        count = len(self._holding)
        if not 0 < count <= MOST_WISHES:
            yield Share(1.0, self._case.everywhere[: len(words)])
            return
        # How many each holds, in binary: a plane a digit, the least one first; one wish after the other is added.
        digits: list[Plane] = []
        for holds in self._holding:
            carry = holds[words]
            for place, digit in enumerate(digits):
                digits[place], carry = digit ^ carry, digit & carry
            if count >> len(digits):
                digits.append(carry)
        for held in range(count, -1, -1):
            exactly = (digit if held >> place & 1 else ~digit for place, digit in enumerate(digits))
            yield Share(held / count, reduce(and_, exactly))

    @cached_property
    def _holding(self) -> list[Mask]:
        """Who holds each of the wishes that are named."""
        named = wishes.named(self._case)
        return [wishes.holds(self._case, code) for code in named] if len(named) <= MOST_WISHES else []
