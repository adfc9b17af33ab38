"""The directory in memory, as narrow as its facts are: about a hundred bytes an offering."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from service.matching import readings
from service.matching.candidate import Candidate
from service.matching.cards import FIELDS, MILLIONTHS, Card, card_of
from service.matching.geometry import unit_vectors
from service.matching.keyed import KeySets, Vocabularies
from service.providers.codes import CapacityStatus

# Open places where nobody counts them; and as many as make no difference any more.
UNCOUNTED = -1
MOST_SLOTS = 32_767
TONGUES = frozenset({"speaks", "interprets"})


class Entry(NamedTuple):
    """One offering as it comes from the directory: which, when it changed, its room as last known, its card.

    `id` and `provider_id` as text; `as_of`, from when on the news of its room ages, in seconds since 1970.
    """

    id: str
    provider_id: str
    changed_in: int
    status: CapacityStatus
    open_slots: int | None
    expected_wait_days: int | None
    as_of: float
    until: date
    fields: bytes
    sites: bytes
    week: bytes
    tongues: str
    areas: str


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
        return self.store.arrays[name][self.row].item()


def array_of(kind: str) -> str:
    """The array in which rows keep their set of a kind of key."""
    return "tongues" if kind in TONGUES else "areas"


class Gathering:
    """Gathers entries into a store, some thousand at a time, so that what is in between never grows."""

    def __init__(self, vocabularies: Vocabularies) -> None:
        self._vocabularies = vocabularies
        self._stores = [store_of([], vocabularies)]

    def add(self, entries: Sequence[Entry]) -> None:
        """Take some more."""
        self._stores.append(store_of(entries, self._vocabularies))

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


def store_of(entries: Sequence[Entry], vocabularies: Vocabularies) -> Store:
    """Turn entries into arrays. They come by the million, so each of their facts is taken from all of them at once."""
    (
        ids, provider_ids, changed_in, statuses, open_slots, waits, as_of, until, fields, sites, weeks, tongues, areas,
    ) = zip(*entries, strict=True) if entries else ((),) * len(Entry._fields)  # fmt: skip
    cards = np.frombuffer(b"".join(fields), dtype=FIELDS)
    providers = _halves(provider_ids)
    arrays = {name: np.ascontiguousarray(cards[name]) for name in FIELDS.names or ()}
    places = np.frombuffer(b"".join(sites), dtype="<i4").astype(np.int32).reshape(-1, 2)
    counts = np.array([len(each) // 8 for each in sites], dtype=np.int32)
    arrays |= {
        "ids": _halves(ids),
        "has_sites": counts > 0,
        "provider_tickets": providers[:, 0] ^ providers[:, 1],
        "changed_in": np.array(changed_in, dtype=np.int32),
        "until": np.array([each.toordinal() for each in until], dtype=np.int32),
        "tongues": np.array(vocabularies.tongues.numbers(tongues), dtype=np.int32),
        "areas": np.array(vocabularies.areas.numbers(areas), dtype=np.int32),
        "weeks": np.array(vocabularies.weeks.numbers(weeks), dtype=np.int32),
        "open_slots": np.array(
            [UNCOUNTED if each is None else min(each, MOST_SLOTS) for each in open_slots], dtype=np.int16
        ),
        "capacity": np.array([*map(readings.room, statuses, open_slots)], dtype=np.uint8),
        "wait_days": np.array([*map(readings.wait_days, statuses, waits)], dtype=np.int16),
        "capacity_as_of": np.array(as_of, dtype=np.float64),
    }
    return Store(vocabularies, arrays, places, np.concatenate(([0], np.cumsum(counts))).astype(np.int32))


def _halves(ids: Iterable[str]) -> NDArray[np.uint64]:
    digits = "".join(ids).replace("-", "")
    return np.frombuffer(bytes.fromhex(digits), dtype=">u8").astype(np.uint64).reshape(-1, 2)


def entry_of(candidate: Candidate, card: Card | None = None) -> Entry:
    """An offering that is at hand, as an entry."""
    room = candidate.capacity
    written = card or card_of(candidate)
    return Entry(
        id=candidate.id.hex,
        provider_id=candidate.provider_id.hex,
        changed_in=candidate.changed_in,
        status=room.status if room else CapacityStatus.UNKNOWN,
        open_slots=room.open_slots if room else None,
        expected_wait_days=room.expected_wait_days if room else None,
        as_of=room.counts_from.timestamp() if room else -np.inf,
        until=written.until,
        fields=written.fields,
        sites=written.sites,
        week=written.week,
        tongues=written.tongues,
        areas=written.areas,
    )
