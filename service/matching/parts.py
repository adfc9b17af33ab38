"""The directory in parts: a large one, in an order that lets a search stop early, and what has changed since."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from service.matching.case import DAY
from service.matching.planes import ROWS_A_BLOCK, Plane, Planes
from service.matching.ranking import NEWS_HALVES_EVERY_DAYS, WAIT_HALVES_EVERY_DAYS, trained
from service.matching.readings import ROOM
from service.matching.store import Store

# As large as makes no difference, and small enough to be reckoned with.
MOST_HALVES = 100.0
# Fewer rows than this are looked at one and all: planes would cost more than they save.
FEW = 2_048


@dataclass(frozen=True, slots=True)
class Blocks:
    """What the best of every 256 rows could be worth by what does not depend on who asks: room, waiting, training.

    With room, `soon` is u/2 + u/2 · 2^(−age ÷ 7 d), u = 2^(−wait ÷ 14 d); without, it is never more than u/2. So of
    each block the largest u/2 is kept, and the largest of the second term, as it was on the day `since`.
    """

    since: float
    waits: NDArray[np.float64]
    rooms: NDArray[np.float64]
    news: NDArray[np.float64]
    depth: NDArray[np.float64]

    def soon(self, now: float) -> NDArray[np.float64]:
        """The most that `soon` can be in each block."""
        older = min((self.since - now) / DAY / NEWS_HALVES_EVERY_DAYS, MOST_HALVES)
        fresh = np.minimum(self.rooms, self.news * np.exp2(older))
        return np.asarray(self.waits + fresh)


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


def part_of(store: Store, *, now: float, few: int = FEW) -> Part:
    """Put offerings into the order of what speaks for them wherever somebody is; `now` is in seconds since 1970."""
    if store.size < few:
        return Part(store)
    arrays = store.arrays
    ordered = store.some(
        np.lexsort((-arrays["capacity_as_of"], -_training(store), arrays["wait_days"], arrays["capacity"] != ROOM))
    )
    planes = Planes(ordered)
    valid = planes.packed(np.ones(ordered.size, dtype=np.bool_))
    return Part(ordered, planes=planes, blocks=_blocks(ordered, now), valid=valid)


def _training(store: Store) -> NDArray[np.float64]:
    """The most that `depth` can be."""
    return trained(store.arrays["hours_verified"], store.arrays["hours_declared"])


def _blocks(store: Store, since: float) -> Blocks:
    starts = np.arange(0, store.size, ROWS_A_BLOCK)
    halves = np.exp2(store.arrays["wait_days"] / -WAIT_HALVES_EVERY_DAYS) / 2
    rooms = np.where(store.arrays["capacity"] == ROOM, halves, 0.0)
    ages = np.maximum((since - store.arrays["capacity_as_of"]) / DAY, -NEWS_HALVES_EVERY_DAYS * MOST_HALVES)
    news = rooms * np.exp2(-ages / NEWS_HALVES_EVERY_DAYS)
    each = [np.maximum.reduceat(values, starts) for values in (halves, rooms, news, _training(store))]
    return Blocks(since, *each)
