"""Some offerings, row by row: one truth value each, and the numbers that ranking is made of."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from service.matching import lots
from service.matching.cards import METRES
from service.matching.geometry import distances_km, vector
from service.matching.readings import FULL
from service.matching.row import Row
from service.matching.store import Store, array_of
from service.matching.week import as_words

Truths = NDArray[np.bool_]
Numbers = NDArray[np.float64]


class Rows:
    """Some rows of a store. What is asked for is gathered then, and nothing else."""

    def __init__(self, store: Store, rows: NDArray[np.intp] | None = None) -> None:
        self.store = store
        self.rows = np.arange(store.size) if rows is None else rows
        self._km: dict[tuple[float, float], Numbers] = {}
        self._gathered: dict[str, NDArray[Any]] = {}

    @classmethod
    def just(cls, one: Row) -> Rows:
        """One offering, as a list."""
        return cls(one.store, np.array([one.row]))

    @property
    def size(self) -> int:
        """How many offerings there are."""
        return len(self.rows)

    @cached_property
    def everywhere(self) -> Truths:
        """A yes for every offering."""
        return np.ones(self.size, dtype=np.bool_)

    @cached_property
    def nowhere(self) -> Truths:
        """A no for every offering."""
        return np.zeros(self.size, dtype=np.bool_)

    def array(self, name: str) -> NDArray[Any]:
        """A fact of each."""
        gathered = self._gathered.get(name)
        if gathered is None:
            gathered = self._gathered[name] = self.store.arrays[name][self.rows]
        return gathered

    @cached_property
    def tickets(self) -> NDArray[np.uint64]:
        """The ticket of each, for lots."""
        ids = self.array("ids")
        return np.asarray(ids[:, 0] ^ ids[:, 1])

    def one(self, place: int) -> Row:
        """One of these offerings, by its place here; how far it is stays known."""
        return Row(self.store, int(self.rows[place]), {there: float(km[place]) for there, km in self._km.items()})

    def any_of(self, name: str, wanted: int) -> Truths:
        """Whether a set of codes has at least one of the wanted ones."""
        column = self.array(name)
        return np.asarray(column & column.dtype.type(wanted), dtype=np.bool_)

    def all_of(self, name: str, wanted: int) -> Truths:
        """Whether a set of codes has every wanted one."""
        column = self.array(name)
        return ~np.asarray(~column & column.dtype.type(wanted), dtype=np.bool_)

    def flag(self, name: str) -> Truths:
        """Whether something holds."""
        return self.array(name)

    def at_least(self, name: str, number: int) -> Truths:
        """Whether a number is as large."""
        return np.asarray(self.array(name) >= number)

    def at_most(self, name: str, number: int) -> Truths:
        """Whether a number is no larger."""
        return np.asarray(self.array(name) <= number)

    def having(self, kind: str, keys: Iterable[str]) -> Truths:
        """Whether they have at least one of these keys of a kind."""
        marked: Truths = self.store.sets_of(kind).having(kind, keys)[self.array(array_of(kind))]
        return marked

    def open_in(self, week: int) -> Truths:
        """Whether they are open in any of these half hours of a week."""
        words = self.store.vocabularies.weeks.words(self.array("weeks"))
        return np.asarray((words & as_words(week)).any(axis=1))

    def full_since(self, instant: float) -> Truths:
        """Whether they are known to be full by news no older than an instant."""
        return np.asarray((self.array("capacity") == FULL) & (self.array("capacity_as_of") >= instant))

    def among_offerings(self, ids: Iterable[UUID]) -> Truths:
        """Whether they are one of these offerings."""
        among = self.nowhere
        for each in ids:
            among = among | (self.array("ids") == np.array(lots.halves(each), dtype=np.uint64)).all(axis=1)
        return among

    def among_providers(self, ids: Iterable[UUID]) -> Truths:
        """Whether they belong to one of these providers, known by the ticket of their id."""
        return np.isin(self.array("provider_tickets"), np.array([lots.ticket(each) for each in ids], dtype=np.uint64))

    def within(self, place: tuple[float, float], km: float) -> Truths:
        """Whether the nearest of their sites is within so many kilometres of a place."""
        return np.asarray(self.km(place) <= km)

    def within_own(self, place: tuple[float, float], name: str) -> Truths:
        """Whether a place is within their own distance of any of their sites."""
        return np.asarray(self.km(place) <= self.array(name) / METRES)

    def km(self, place: tuple[float, float] | None) -> Numbers:
        """Kilometres from a place to the nearest site of each; infinitely far where there is no site or no place."""
        if place is None:
            return np.full(self.size, np.inf)
        known = self._km.get(place)
        if known is None:
            known = self._km[place] = self._measured(place)
        return known

    def _measured(self, place: tuple[float, float]) -> Numbers:
        km = np.full(self.size, np.inf)
        first = self.store.first_sites[self.rows]
        counts = self.store.first_sites[self.rows + 1] - first
        there = np.flatnonzero(counts)
        if len(there):
            counts = counts[there]
            starts = np.cumsum(counts) - counts
            sites = np.repeat(first[there] - starts, counts) + np.arange(counts.sum())
            km[there] = np.minimum.reduceat(distances_km(self.store.vectors(sites), vector(place)), starts)
        return km
