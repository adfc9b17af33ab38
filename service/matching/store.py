"""The directory in memory, as narrow as its facts are: about a hundred bytes an offering."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from service.matching import readings
from service.matching.cards import FIELDS, MILLIONTHS
from service.matching.geometry import unit_vectors
from service.matching.keyed import KeySets, Vocabularies
from service.matching.sheets import Sheet, sheet_of

# As many open places as make no difference any more.
MOST_SLOTS = 32_767
TONGUES = frozenset({"speaks", "interprets"})


@dataclass(frozen=True)
class Store:
    """Offerings as narrow arrays, one place in each an offering."""

    vocabularies: Vocabularies
    arrays: Mapping[str, NDArray[Any]]
    sites: NDArray[np.int32]
    first_sites: NDArray[np.int32]

    @property
    def size(self) -> int:
        """How many offerings there are."""
        return len(self.arrays["changed_in"])

    def sets_of(self, kind: str) -> KeySets:
        """The vocabulary that a kind of key stands in."""
        return self.vocabularies.tongues if kind in TONGUES else self.vocabularies.areas

    def vectors(self, places: NDArray[np.integer[Any]] | slice) -> NDArray[np.float64]:
        """Some sites as unit vectors, by their places in the list of sites, shape (n, 3)."""
        degrees = self.sites[places] / MILLIONTHS
        return unit_vectors(degrees[:, 0], degrees[:, 1])

    def id_of(self, row: int) -> UUID:
        """Which offering a row is."""
        high, low = self.arrays["ids"][row].tolist()
        return UUID(int=high << 64 | low)

    def rows_of(self, ids: NDArray[np.uint64]) -> NDArray[np.intp]:
        """The rows of those of these offerings that are here; ids in halves, shape (n, 2)."""
        order, tickets = self._by_ticket
        asked = ids[:, 0] ^ ids[:, 1]
        # Two ids may share a ticket, so each is looked for among all that do.
        begin, end = np.searchsorted(tickets, asked, "left"), np.searchsorted(tickets, asked, "right")
        found = [
            row
            for number in np.flatnonzero(end > begin)
            for row in order[begin[number] : end[number]]
            if (self.arrays["ids"][row] == ids[number]).all()
        ]
        return np.array(found, dtype=np.intp)

    @cached_property
    def _by_ticket(self) -> tuple[NDArray[np.int32], NDArray[np.uint64]]:
        tickets = self.arrays["ids"][:, 0] ^ self.arrays["ids"][:, 1]
        order = np.argsort(tickets).astype(np.int32)
        return order, tickets[order]

    def some(self, rows: NDArray[np.intp]) -> Store:
        """Some offerings, in this order."""
        first, counts = self.first_sites[rows], np.diff(self.first_sites)[rows]
        first_sites = np.concatenate(([0], np.cumsum(counts))).astype(np.int32)
        places = np.repeat(first - first_sites[:-1], counts) + np.arange(first_sites[-1])
        arrays = {name: array[rows] for name, array in self.arrays.items()}
        return replace(self, arrays=arrays, sites=self.sites[places], first_sites=first_sites)

    def joined(self, other: Store) -> Store:
        """These offerings, then those of another store of the same vocabularies."""
        return _together(self.vocabularies, [self, other])


@dataclass(frozen=True, slots=True)
class Placed:
    """One offering, by its place in a store: as much of it as is known here."""

    store: Store
    row: int

    @property
    def id(self) -> UUID:
        """Which offering it is."""
        return self.store.id_of(self.row)

    @property
    def changed_in(self) -> int:
        """The version of the directory in which it changed last."""
        return int(self.fact("changed_in"))

    def fact(self, name: str) -> Any:
        """A fact of it, as the store keeps it."""
        return self.store.arrays[name].item(self.row)


def array_of(kind: str) -> str:
    """The array in which rows keep their set of a kind of key."""
    return "tongues" if kind in TONGUES else "areas"


class Gathering:
    """Gathers sheets into a store, one after the other, so that what is in between never grows."""

    def __init__(self, vocabularies: Vocabularies) -> None:
        self._vocabularies = vocabularies
        self._stores = [store_of(sheet_of([]), vocabularies)]

    def add(self, sheet: Sheet) -> None:
        """Take some more."""
        self._stores.append(store_of(sheet, self._vocabularies))

    def store(self) -> Store:
        """All that came, in the order in which it came."""
        return _together(self._vocabularies, self._stores)


def _together(vocabularies: Vocabularies, stores: Sequence[Store]) -> Store:
    before = np.concatenate(([0], np.cumsum([len(each.sites) for each in stores])))
    firsts = [each.first_sites[:-1] + start for each, start in zip(stores, before, strict=False)]
    return Store(
        vocabularies=vocabularies,
        arrays={name: np.concatenate([each.arrays[name] for each in stores]) for name in stores[0].arrays},
        sites=np.concatenate([each.sites for each in stores]),
        first_sites=np.concatenate([*firsts, before[-1:]]).astype(np.int32),
    )


def store_of(sheet: Sheet, vocabularies: Vocabularies) -> Store:
    """Turn a sheet into arrays. They come by the million, so each of their facts is taken from all of them at once."""
    cards = np.frombuffer(sheet.fields, dtype=FIELDS)
    providers = _halves(sheet.provider_ids)
    arrays = {name: np.ascontiguousarray(cards[name]) for name in FIELDS.names or ()}
    places = np.frombuffer(sheet.sites, dtype="<i4").astype(np.int32).reshape(-1, 2)
    arrays |= {
        "ids": _halves(sheet.ids),
        "has_sites": sheet.site_counts > 0,
        "provider_tickets": providers[:, 0] ^ providers[:, 1],
        "changed_in": sheet.changed_in.astype(np.int32),
        "until": sheet.until.astype(np.int32),
        "tongues": np.array(vocabularies.tongues.numbers(sheet.tongues), dtype=np.int32),
        "areas": np.array(vocabularies.areas.numbers(sheet.areas), dtype=np.int32),
        "weeks": np.array(vocabularies.weeks.numbers(sheet.weeks), dtype=np.int32),
        "open_slots": np.minimum(sheet.open_slots, MOST_SLOTS).astype(np.int16),
        "capacity": readings.room(sheet.said, sheet.open_slots).astype(np.uint8),
        "wait_days": readings.wait_days(sheet.said, sheet.wait_days).astype(np.int16),
        "capacity_as_of": sheet.as_of.astype(np.float64),
    }
    return Store(vocabularies, arrays, places, np.concatenate(([0], np.cumsum(sheet.site_counts))).astype(np.int32))


def _halves(ids: bytes) -> NDArray[np.uint64]:
    return np.frombuffer(ids, dtype=">u8").astype(np.uint64).reshape(-1, 2)
