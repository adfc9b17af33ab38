"""The directory in parts: a large one, in an order that lets a search stop early, and what has changed since."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from service.guidance.rules import REMOTE_SETTINGS
from service.matching import codes
from service.matching.case import DAY
from service.matching.places import cells_of
from service.matching.planes import ROWS_A_BLOCK, Plane, Planes
from service.matching.ranking import openness, patience, trained
from service.matching.readings import ROOM
from service.matching.store import Store
from service.rulebook.rules import RuleBook

# As large as makes no difference, and small enough to be reckoned with.
MOST_HALVES = 100.0
# So many who are near each other stand together, those who help from afar by where their licences are.
ROWS_A_REGION = 16 * ROWS_A_BLOCK
_REMOTE = codes.SETTINGS.bits(REMOTE_SETTINGS)
# Fewer rows than this are looked at one and all: planes would cost more than they save.
FEW = 2_048


@dataclass(frozen=True, slots=True)
class Blocks:
    """What the best of every 256 rows could be worth by what does not depend on who asks: room, waiting, training.

    By the book, `soon` is what waiting leaves, w, of openness, which drifts from s, what was said, to u, not knowing:
    w·u + w·(s − u)·2^(−age ÷ half-life). Where s is less than u, it is never more than w·u. So of each block the
    largest w·u is kept, the largest w·(s − u), and the largest second term as it was on the day `since`.
    """

    book: RuleBook
    since: float
    waits: NDArray[np.float64]
    rooms: NDArray[np.float64]
    news: NDArray[np.float64]
    depth: NDArray[np.float64]

    def soon(self, now: float) -> NDArray[np.float64]:
        """The most that `soon` can be in each block."""
        older = min((self.since - now) / DAY / self.book.curves.news_halves_every_days, MOST_HALVES)
        return np.asarray(self.waits + np.minimum(self.rooms, self.news * np.exp2(older)))


@dataclass(frozen=True, slots=True)
class Part:
    """Some of the directory's offerings; `hidden` marks those that stand in another part in a newer form.

    A small part has no planes, and is looked at one and all.
    """

    store: Store
    hidden: NDArray[np.bool_] | None = None
    planes: Planes | None = None
    blocks: Blocks | None = None
    valid: Plane | None = None

    @property
    def size(self) -> int:
        """How many of its offerings are not hidden."""
        return self.store.size - (int(self.hidden.sum()) if self.hidden is not None else 0)

    def rows(self) -> NDArray[np.intp]:
        """Those that are not hidden."""
        return np.arange(self.store.size) if self.hidden is None else np.flatnonzero(~self.hidden)

    def hiding(self, rows: NDArray[np.intp]) -> Part:
        """The same with some more offerings hidden."""
        if not len(rows):
            return self
        hidden = np.zeros(self.store.size, dtype=np.bool_) if self.hidden is None else self.hidden.copy()
        hidden[rows] = True
        return replace(self, hidden=hidden, valid=self.planes.packed(~hidden) if self.planes else None)


def part_of(store: Store, book: RuleBook, *, now: float, few: int = FEW) -> Part:
    """Put offerings into order: by region, as most people look in one, and there by what speaks for them by the book.

    `now`, in seconds since 1970, is for how old news is by and by.
    """
    if store.size < few:
        return Part(store)
    arrays = store.arrays
    waits, depth = patience(arrays["wait_days"], book), _depth(store, book)
    has_no_room, regions = arrays["capacity"] != ROOM, _regions(store)
    ordered = store.some(np.lexsort((-arrays["capacity_as_of"], -depth, -waits, has_no_room, regions)))
    planes = Planes(ordered)
    valid = planes.packed(np.ones(ordered.size, dtype=np.bool_))
    return Part(ordered, planes=planes, blocks=_blocks(ordered, book, now), valid=valid)


def _regions(store: Store) -> NDArray[np.intp]:
    """The number of the region where each is at home: with those who are near it, or licensed for the same places."""
    arrays = store.arrays
    is_afar = arrays["settings"] & np.uint16(_REMOTE) != 0
    homes = np.full(store.size, -1, dtype=np.int64)
    has_sites = arrays["has_sites"]
    homes[has_sites] = cells_of(store.sites[store.first_sites[:-1][has_sites]])
    homes[is_afar] = store.vocabularies.areas.ranks("licensed", arrays["areas"][is_afar])
    regions = np.empty(store.size, dtype=np.intp)
    regions[np.lexsort((homes, is_afar))] = np.arange(store.size) // ROWS_A_REGION
    return regions


def _depth(store: Store, book: RuleBook) -> NDArray[np.float64]:
    """The most that `depth` can be."""
    return trained(store.arrays["hours_verified"], store.arrays["hours_declared"], book)


def _blocks(store: Store, book: RuleBook, since: float) -> Blocks:
    starts = np.arange(0, store.size, ROWS_A_BLOCK)
    waited, unknown = patience(store.arrays["wait_days"], book), book.openness.unknown
    rooms = waited * np.maximum(openness(store.arrays["capacity"], book) - unknown, 0.0)
    halves = (since - store.arrays["capacity_as_of"]) / DAY / book.curves.news_halves_every_days
    news = rooms * np.exp2(-np.maximum(halves, -MOST_HALVES))
    each = [np.maximum.reduceat(part, starts) for part in (waited * unknown, rooms, news, _depth(store, book))]
    return Blocks(book, since, *each)
