"""One offering by itself: one truth for each question, which is all that is needed to say why it is shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, cast
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from service.matching import lots
from service.matching.candidate import Candidate
from service.matching.cards import METRES
from service.matching.columns import Mask
from service.matching.geometry import distances_km, vector
from service.matching.keyed import Vocabularies
from service.matching.readings import FULL
from service.matching.sheets import entry_of, sheet_of
from service.matching.store import Placed, Store, array_of, store_of

# As numpy has them: with & and | and ~, like the masks of many.
NO, YES = cast(tuple[Mask, Mask], (np.False_, np.True_))


class _Facts(dict[str, Any]):
    """The facts of one row, as plain numbers and truths, each looked up once."""

    def __init__(self, placed: Placed) -> None:
        super().__init__()
        self._placed = placed

    def __missing__(self, name: str) -> Any:
        fact = self[name] = self._placed.fact(name)
        return fact


class Row:
    """One row of a store. How far it is may be known already."""

    size = 1
    everywhere, nowhere = YES, NO

    def __init__(self, store: Store, row: int, km: Mapping[tuple[float, float], float] | None = None) -> None:
        self.store = store
        self.row = row
        self._km = dict(km or {})
        self.facts = _Facts(Placed(store, row))

    def any_of(self, name: str, wanted: int) -> Mask:
        """Whether a set of codes has at least one of the wanted ones."""
        return YES if self.facts[name] & wanted else NO

    def all_of(self, name: str, wanted: int) -> Mask:
        """Whether a set of codes has every wanted one."""
        return NO if ~self.facts[name] & wanted else YES

    def flag(self, name: str) -> Mask:
        """Whether something holds."""
        return YES if self.facts[name] else NO

    def at_least(self, name: str, number: int) -> Mask:
        """Whether a number is as large."""
        return YES if self.facts[name] >= number else NO

    def at_most(self, name: str, number: int) -> Mask:
        """Whether a number is no larger."""
        return YES if self.facts[name] <= number else NO

    def having(self, kind: str, keys: Iterable[str]) -> Mask:
        """Whether it has at least one of these keys of a kind."""
        return YES if self.store.sets_of(kind).has(self.facts[array_of(kind)], kind, keys) else NO

    def open_in(self, week: int) -> Mask:
        """Whether it is open in any of these half hours of a week."""
        return YES if self.store.vocabularies.weeks.of(self.facts["weeks"]) & week else NO

    def full_since(self, instant: float) -> Mask:
        """Whether it is known to be full by news no older than an instant."""
        return YES if self.facts["capacity"] == FULL and self.facts["capacity_as_of"] >= instant else NO

    def among_offerings(self, ids: Iterable[UUID]) -> Mask:
        """Whether it is one of these offerings."""
        return YES if self.store.id_of(self.row) in frozenset(ids) else NO

    def among_providers(self, ids: Iterable[UUID]) -> Mask:
        """Whether it belongs to one of these providers, known by the ticket of their id."""
        return YES if any(self.facts["provider_tickets"] == lots.ticket(each) for each in ids) else NO

    def within(self, place: tuple[float, float], km: float) -> Mask:
        """Whether the nearest of its sites is within so many kilometres of a place."""
        return YES if self.km(place) <= km else NO

    def within_own(self, place: tuple[float, float], name: str) -> Mask:
        """Whether a place is within its own distance of any of its sites."""
        return YES if self.km(place) <= self.facts[name] / METRES else NO

    def km(self, place: tuple[float, float] | None) -> float:
        """Kilometres from a place to its nearest site; infinitely far where there is no site or no place."""
        if place is None:
            return np.inf
        if place not in self._km:
            self._km[place] = self._measured(place)
        return self._km[place]

    def _measured(self, place: tuple[float, float]) -> float:
        first, end = self.store.first_sites[self.row : self.row + 2].tolist()
        sites = self.store.vectors(slice(first, end))
        return float(distances_km(sites, vector(place)).min()) if end > first else np.inf

    def array(self, name: str) -> NDArray[Any]:
        """A fact of it, as ranking takes it."""
        return np.asarray(self.facts[name])


def row_of(candidate: Candidate) -> Row:
    """An offering that is at hand: a directory of one row, judged by the very same rules."""
    return Row(store_of(sheet_of([entry_of(candidate)]), Vocabularies()), 0)
