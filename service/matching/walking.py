"""The way through a large part of the directory: from whoever can be worth the most, as long as anybody could do."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from service.matching.bounds import Class, Classes
from service.matching.case import Question
from service.matching.columns import Mask
from service.matching.parts import Blocks
from service.matching.planes import WORDS_A_BLOCK, Plane, Planes, rows_of
from service.matching.ranking import SAME_TO_DECIMALS, weights
from service.matching.rules import Component

# Scores are rounded before they are compared; so is what they are bounded by.
CUSHION = 2 * 10.0**-SAME_TO_DECIMALS


class Walk:
    """One question's way through a part: what anybody can be worth by their class and their block."""

    def __init__(self, case: Question[Planes], blocks: Blocks) -> None:
        self._case = case
        self._blocks = blocks
        self._classes = Classes(case)

    def from_the_best(self, wanted: Plane, many: int, least: Callable[[], float]) -> Iterator[NDArray[np.intp]]:
        """The rows of those who are wanted, some at a time, the most promising first.

        About `many` come first, then twice as many each time, until nobody that is left can be worth what `least` says
        by then.
        """
        words = np.flatnonzero(wanted)
        words = words[np.argsort(self._ranks[words // WORDS_A_BLOCK], kind="stable")]
        best = self._best[words // WORDS_A_BLOCK]
        waiting: list[_Waiting] = []
        many = max(1, many)
        for each in self._classes.of(wanted[words], words):
            if each.worth + best[0] < least():
                break
            waiting.append(_waiting(each, words, best))
            if sum(one.rows_left for one in waiting) >= many:
                yield _next(waiting, many, least())
        while any(one.has_any_worth(least()) for one in waiting):
            many *= 2
            yield _next(waiting, many, least())

    @cached_property
    def _best(self) -> NDArray[np.float64]:
        """What room, waiting and training can be worth at most in each block."""
        weight = weights(self._case.book, self._case.applicant.matters_most)
        soon = weight[Component.SOON] * self._blocks.soon(self._case.now.timestamp())
        return soon + weight[Component.DEPTH] * self._blocks.depth + CUSHION

    @cached_property
    def _ranks(self) -> NDArray[Any]:
        """The place of each block among all of them, the best one first; small numbers are sorted the fastest."""
        ranks = np.empty(len(self._best), dtype=np.uint16 if len(self._best) <= np.iinfo(np.uint16).max else np.int64)
        ranks[np.argsort(-self._best, kind="stable")] = np.arange(len(ranks))
        return ranks


@dataclass(slots=True)
class _Waiting:
    """The words of one class that hold anybody, the most promising first, and how far they were looked at."""

    plane: Mask
    words: NDArray[np.intp]
    bounds: NDArray[np.float64]
    counts: NDArray[np.intp]
    begin: int = 0

    @property
    def rows_left(self) -> int:
        """How many offerings were not looked at."""
        return int(self.counts[self.begin :].sum())

    def has_any_worth(self, least: float) -> bool:
        """Whether any of them can be worth so much."""
        return self.begin < len(self.bounds) and bool(self.bounds[self.begin] >= least)

    def take(self, least: float) -> NDArray[np.intp]:
        """The rows of the next words that can be worth so much; they were looked at then."""
        end = max(int(np.searchsorted(-self.bounds, -least, side="right")), self.begin)
        some, self.begin = slice(self.begin, end), end
        return rows_of(self.plane[some], self.words[some])


def _waiting(each: Class, words: NDArray[np.intp], best: NDArray[np.float64]) -> _Waiting:
    some = np.flatnonzero(each.plane)
    plane = each.plane[some]
    return _Waiting(plane, words[some], each.worth + best[some], np.bitwise_count(plane).astype(np.intp))


def _next(waiting: Sequence[_Waiting], many: int, least: float) -> NDArray[np.intp]:
    """About so many of those that wait, the most promising first, and nobody who cannot be worth so much."""
    bounds = np.concatenate([one.bounds[one.begin :] for one in waiting])
    words = max(1, many * len(bounds) // sum(one.rows_left for one in waiting))
    nth = max(len(bounds) - words, 0)
    level = max(least, float(np.partition(bounds, nth)[nth]))
    return np.concatenate([one.take(level) for one in waiting])
