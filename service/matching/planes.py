"""A whole directory as bit planes: one truth value an offering, sixty-four of them a word.

One plane is kept for each code of each list. To ask a million offerings whether they have one of three codes is to
combine three planes of 125 kB; a rule costs some hundredths of a millisecond, and no offering is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from copy import copy
from functools import reduce
from operator import and_, or_
from threading import Lock
from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from service.matching import codes, lots
from service.matching.columns import Columns, Mask
from service.matching.places import Bounds, Places, placed
from service.matching.readings import FULL
from service.matching.store import Store, array_of
from service.matching.week import as_words

Plane = NDArray[np.uint64]
# Planes are whole blocks of 256 offerings long.
WORDS_A_BLOCK = 4
ROWS_A_BLOCK = 64 * WORDS_A_BLOCK
# How many planes each set of codes has.
SETS: dict[str, int] = {
    "level": 5,
    "talks": 2,
    "capacity": 4,
    "categories": len(codes.CATEGORIES.codes),
    "settings": len(codes.SETTINGS.codes),
    "papers": len(codes.PAPERS.codes),
    "cost": len(codes.PAYMENT.codes),
    "access": len(codes.ACCESS.codes),
    "affirming": len(codes.AFFIRMING.codes),
    "welcomes": len(codes.WELCOMES.codes),
    "times": len(codes.TIMES.codes),
    "competencies": len(codes.COMPETENCIES.codes),
}
FLAGS = ("for_couples", "takes_moud", "interprets_any", "names_areas", "needs_no_licence", "has_sites")
# More than so many rows are marked as truth values first.
ROWS_ONE_BY_ONE = 4_096
# What is asked again and again is kept: who has a key that more than so many have, who takes people of an age, and who
# is full, which is another answer only when the next news has grown old.
ROWS_TO_KEEP = 512
MOST_KEPT = 96


class Planes:
    """The columns of a whole store, packed. What stands behind the last offering in its last word means nothing."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.words = -(-store.size // ROWS_A_BLOCK) * WORDS_A_BLOCK
        self.places: Places = placed(store)
        self._sets = {name: self._cut(store.arrays[name], count) for name, count in SETS.items()}
        self._any = {name: self.packed(store.arrays[name] != 0) for name in SETS}
        self._flags = {name: self.packed(store.arrays[name]) for name in FLAGS}
        full = np.flatnonzero(store.arrays["capacity"] == FULL).astype(np.int32)
        self._full = full[np.argsort(store.arrays["capacity_as_of"][full], kind="stable")]
        self._full_as_of = store.arrays["capacity_as_of"][self._full]
        self._by_set = {name: _by_number(store.arrays[name]) for name in ("tongues", "areas")}
        self.everywhere, self.nowhere = np.full(self.words, ~np.uint64(0)), self._empty()
        self.everywhere.flags.writeable = self.nowhere.flags.writeable = False
        self._kept: dict[tuple[Any, ...], Plane] = {}
        self._lock = Lock()
        self._seen_from: dict[tuple[float, float], Bounds] | None = None

    @property
    def size(self) -> int:
        """How many offerings there are."""
        return self.store.size

    def nearest_km(self, place: tuple[float, float], among: Plane, *, beyond: float) -> float:
        """How far the nearest site is of some offerings, of those that are further away than so many kilometres."""
        return self.places.nearest_km(self.places.bounds(place), lambda rows: says(among, rows), beyond)

    def for_one_search(self) -> Planes:
        """The same planes, which remember how far away everything is, for as long as one search lasts."""
        once = copy(self)
        once._seen_from = {}
        return once

    def _empty(self) -> Plane:
        return np.zeros(self.words, dtype=np.uint64)

    def any_of(self, name: str, wanted: int) -> Plane:
        """Whether a set of codes has at least one of the wanted ones."""
        named = self._named(name, wanted)
        if len(named) == SETS[name]:
            return self._any[name]
        return reduce(or_, named) if named else self.nowhere

    def all_of(self, name: str, wanted: int) -> Plane:
        """Whether a set of codes has every wanted one."""
        named = self._named(name, wanted)
        return reduce(and_, named) if named else self.everywhere

    def _named(self, name: str, wanted: int) -> list[Plane]:
        planes = self._sets[name]
        return [planes[place] for place in range(len(planes)) if wanted >> place & 1]

    def flag(self, name: str) -> Plane:
        """Whether something holds."""
        return self._flags[name]

    def at_least(self, name: str, number: int) -> Plane:
        """Whether a number is as large."""
        return self._keep(("at_least", name, number), lambda: self.packed(self.store.arrays[name] >= number))

    def at_most(self, name: str, number: int) -> Plane:
        """Whether a number is no larger."""
        return self._keep(("at_most", name, number), lambda: self.packed(self.store.arrays[name] <= number))

    def having(self, kind: str, keys: Iterable[str]) -> Plane:
        """Whether they have at least one of these keys of a kind."""
        asked = (kind, *keys)
        kept = self._kept.get(asked)
        if kept is not None:
            return kept
        marked = self.store.sets_of(kind).having(kind, asked[1:])
        rows, starts = self._by_set[array_of(kind)]
        numbers = np.flatnonzero(marked[: len(starts) - 1])
        count = int((starts[numbers + 1] - starts[numbers]).sum())
        if count > ROWS_ONE_BY_ONE:
            return self._keep(asked, lambda: self.packed(np.take(marked, self.store.arrays[array_of(kind)])))
        none = np.zeros(0, dtype=np.int32)
        found = np.concatenate([none, *(rows[starts[each] : starts[each + 1]] for each in numbers)])
        return self._keep(asked, lambda: self.of_rows(found)) if count > ROWS_TO_KEEP else self.of_rows(found)

    def _keep(self, key: tuple[Any, ...], find: Callable[[], Plane]) -> Plane:
        """What was found before, or is found now; what was kept longest is forgotten first."""
        plane = self._kept.get(key)
        if plane is None:
            plane = find()
            with self._lock:
                while len(self._kept) >= MOST_KEPT:
                    del self._kept[next(iter(self._kept))]
                self._kept[key] = plane
        return plane

    def open_in(self, week: int) -> Plane:
        """Whether they are open in any of these half hours of a week."""
        return self._keep(("open", week), lambda: self._open_in(week))

    def _open_in(self, week: int) -> Plane:
        weeks = self.store.vocabularies.weeks
        shared = weeks.words(np.arange(len(weeks), dtype=np.int32)) & as_words(week)
        return self.packed(np.take(shared.any(axis=1), self.store.arrays["weeks"]))

    def full_since(self, instant: float) -> Plane:
        """Whether they are known to be full by news no older than an instant."""
        older = int(np.searchsorted(self._full_as_of, instant, side="left"))
        return self._keep(("full", older), lambda: self._full_from(older))

    def _full_from(self, older: int) -> Plane:
        if older * 2 > len(self._full):
            return self.of_rows(self._full[older:])
        return self.any_of("capacity", FULL) & ~self.of_rows(self._full[:older])

    def among_offerings(self, ids: Iterable[UUID]) -> Plane:
        """Whether they are one of these offerings."""
        halves = np.array([lots.halves(each) for each in ids], dtype=np.uint64).reshape(-1, 2)
        return self.of_rows(self.store.rows_of(halves))

    def among_providers(self, ids: Iterable[UUID]) -> Plane:
        """Whether they belong to one of these providers, known by the ticket of their id."""
        found = np.zeros(self.size, dtype=np.bool_)
        for each in ids:
            found |= self.store.arrays["provider_tickets"] == np.uint64(lots.ticket(each))
        return self.packed(found)

    def within(self, place: tuple[float, float], km: float) -> Plane:
        """Whether the nearest of their sites is within so many kilometres of a place."""
        return self.of_rows(self.places.within(self._bounds(place), km))

    def within_own(self, place: tuple[float, float], name: str) -> Plane:
        """Whether a place is within their own distance of any of their sites."""
        return self.of_rows(self.places.within_own(self._bounds(place), name))

    def may_be_within(self, place: tuple[float, float], km: float) -> Plane:
        """Whether the nearest of their sites is within so many kilometres of a place; of some others, too."""
        return self.of_rows(self.places.may_be_within(self._bounds(place), km))

    def _bounds(self, place: tuple[float, float]) -> Bounds:
        if self._seen_from is None:
            return self.places.bounds(place)
        if place not in self._seen_from:
            self._seen_from[place] = self.places.bounds(place)
        return self._seen_from[place]

    def of_rows(self, rows: NDArray[Any]) -> Plane:
        """A plane that says yes for some rows."""
        if len(rows) < ROWS_ONE_BY_ONE:
            plane = self._empty()
            np.bitwise_or.at(plane, rows >> 6, np.uint64(1) << (rows & 63).astype(np.uint64))
            return plane
        truths = np.zeros(self.words * 64, dtype=np.bool_)
        truths[rows] = True
        return np.packbits(truths, bitorder="little").view(np.uint64)

    def packed(self, truths: NDArray[np.bool_]) -> Plane:
        """Truth values, one an offering, as a plane."""
        plane = np.zeros(self.words * 8, dtype=np.uint8)
        packed = np.packbits(truths, bitorder="little")
        plane[: len(packed)] = packed
        return plane.view(np.uint64)

    def _cut(self, column: NDArray[Any], count: int) -> list[Plane]:
        one = column.dtype.type(1)
        return [self.packed((column >> column.dtype.type(place) & one).astype(np.bool_)) for place in range(count)]


def rows_in(plane: Plane) -> NDArray[np.intp]:
    """The rows for which a plane says yes."""
    words = np.flatnonzero(plane)
    return rows_of(plane[words], words)


def rows_of(some: Plane, words: NDArray[np.intp]) -> NDArray[np.intp]:
    """The rows for which some words of a plane say yes; `words` say which ones."""
    bits = np.unpackbits(some.view(np.uint8), bitorder="little")
    # The places of truth values are found ten times as fast as those of numbers.
    places = np.flatnonzero(bits.view(np.bool_))
    return np.asarray(words[places >> 6] * 64 + (places & 63))


def count_in(plane: Plane) -> int:
    """For how many rows a plane says yes."""
    return int(np.bitwise_count(plane).sum())


def says(plane: Plane, rows: NDArray[Any]) -> NDArray[np.bool_]:
    """What a plane says of some rows."""
    return np.asarray(plane[rows >> 6] >> (rows & 63).astype(np.uint64) & np.uint64(1), dtype=np.bool_)


def _by_number(numbers: NDArray[np.int32]) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """The rows of each number, one after the other, and where each begins."""
    counts = np.bincount(numbers)
    return np.argsort(numbers, kind="stable").astype(np.int32), np.concatenate(([0], np.cumsum(counts)))


class Recalling:
    """Columns that remember what they answered: a search asks some things several times."""

    def __init__(self, columns: Columns) -> None:
        self._columns = columns
        self._answers: dict[tuple[Any, ...], Mask] = {}

    def __getattr__(self, name: str) -> Any:
        asked = getattr(self._columns, name)
        if not callable(asked):
            self.__dict__[name] = asked
            return asked

        # It does not hold on to these columns: what a search has remembered is gone as soon as the search is.
        answers = self._answers

        def recall(*arguments: Any) -> Mask:
            question = (name, *arguments)
            if question not in answers:
                answers[question] = asked(*arguments)
            return answers[question]

        # Found at once the next time it is looked for.
        self.__dict__[name] = recall
        return recall
