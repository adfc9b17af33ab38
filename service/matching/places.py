"""Sites in an order that keeps near ones near each other, so that whoever asks from a place looks at few of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from service.matching.cards import METRES, MILLIONTHS
from service.matching.geometry import EARTH_RADIUS_KM, Circles, are_within, distances_km, vector
from service.matching.store import Store

SITES_A_CAP = 256
SITES_A_RUN = 8
CAPS_AT_FIRST = 16
CELL_DEGREES = 0.05
# Distances are rounded to the metre; so is what bounds them.
CUSHION_KM = 0.002
Place = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Own:
    """The sites of offerings that name a distance of their own: whose, as unit vectors, and circles around them.

    They stand in runs of a few of the same cap, the farthest-reaching first; of each run: its cap, where it begins, how
    far it reaches.
    """

    rows: NDArray[np.int32]
    vectors: NDArray[np.float64]
    circles: Circles
    caps: NDArray[np.intp]
    starts: NDArray[np.intp]
    most_km: NDArray[np.float64]

    def holding(self, bounds: Bounds) -> NDArray[np.int32]:
        """The rows that have a place within their own distance."""
        near = np.flatnonzero(bounds.least_km[self.caps] <= self.most_km)
        counts = self.starts[near + 1] - self.starts[near]
        sites = np.repeat(self.starts[near] + counts - np.cumsum(counts), counts) + np.arange(counts.sum())
        rows: NDArray[np.int32] = self.rows[sites[self.circles.some(sites).hold(self.vectors[sites], bounds.place)]]
        return rows


@dataclass(frozen=True, slots=True)
class Bounds:
    """How far the sites of each cap are from a place, at least and at most."""

    place: Place
    least_km: NDArray[np.float64]
    most_km: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Places:
    """All sites of a store in caps of so many: a cap is a centre, as a unit vector, and a radius around it in km.

    `vectors` are the sites as unit vectors, shape (caps, sites, 3), `rows` whose they are. The last cap is filled up
    with its last site, at no place: near to nothing.
    """

    vectors: NDArray[np.float64]
    rows: NDArray[np.int32]
    centres: NDArray[np.float64]
    radii_km: NDArray[np.float64]
    own: dict[str, Own]

    def within(self, bounds: Bounds, km: float) -> NDArray[np.int32]:
        """The rows with a site within so many kilometres of a place, some of them more than once."""
        least, most = bounds.least_km, bounds.most_km
        near = np.flatnonzero((least <= km) & (most > km))
        return np.concatenate(
            (self._rows(most <= km), self.rows[near][are_within(self.vectors[near], bounds.place, km)])
        )

    def may_be_within(self, bounds: Bounds, km: float) -> NDArray[np.int32]:
        """The rows with a site within so many kilometres of a place, and some others: whole caps, without measuring."""
        return self._rows(bounds.least_km <= km)

    def within_own(self, bounds: Bounds, name: str) -> NDArray[np.int32]:
        """The rows that have the place within their own distance, which stands in metres under a name."""
        return self.own[name].holding(bounds)

    def nearest_km(
        self, bounds: Bounds, among: Callable[[NDArray[np.int32]], NDArray[np.bool_]], beyond: float
    ) -> float:
        """How far the nearest site is of some rows, of those that are further away than so many kilometres.

        `among` says which of some rows they are. Caps are looked at from the nearest one on, more of them each time,
        until all that are left must be further.
        """
        order, nearest = np.argsort(bounds.least_km), np.inf
        begin, many = 0, CAPS_AT_FIRST
        while begin < len(order) and bounds.least_km[order[begin]] < nearest:
            caps = order[begin : begin + many]
            km = distances_km(self.vectors[caps][among(self.rows[caps])], vector(bounds.place))
            nearest = float(np.min(km[km > beyond], initial=nearest))
            begin, many = begin + many, many * 2
        return nearest

    def bounds(self, place: Place) -> Bounds:
        """How near and how far the sites of each cap can be; to a few centimetres, far less than the cushion."""
        centres = EARTH_RADIUS_KM * np.arccos(np.clip(self.centres @ vector(place), -1.0, 1.0))
        return Bounds(place, centres - self.radii_km - CUSHION_KM, centres + self.radii_km + CUSHION_KM)

    def _rows(self, caps: NDArray[np.bool_]) -> NDArray[np.int32]:
        return self.rows[np.flatnonzero(caps)].ravel()


def placed(store: Store) -> Places:
    """Put the sites of a store in order, and a cap around every few of them."""
    order = np.argsort(cells_of(store.sites), kind="stable").astype(np.int32)
    rows = np.repeat(np.arange(store.size, dtype=np.int32), np.diff(store.first_sites))[order]
    vectors = store.vectors(order)
    own = {name: _own(store.arrays[name][rows], rows, vectors) for name in ("comes_within_m", "covers_within_m")}
    caps, filling = _caps(vectors), -len(rows) % SITES_A_CAP
    in_caps = np.pad(vectors, ((0, filling), (0, 0)), constant_values=np.nan).reshape(-1, SITES_A_CAP, 3)
    return Places(in_caps, np.pad(rows, (0, filling), mode="edge").reshape(-1, SITES_A_CAP), *caps, own)


def cells_of(sites: NDArray[np.int32]) -> NDArray[np.int64]:
    """A number for the cell that each site is in; near cells mostly have near numbers (Morton 1966)."""
    cells = np.floor(sites / (MILLIONTHS * CELL_DEGREES)).astype(np.int64) + np.array([1800, 3600])
    return _spread(cells[:, 0]) << 1 | _spread(cells[:, 1])


def _own(metres: NDArray[np.int32], rows: NDArray[np.int32], vectors: NDArray[np.float64]) -> Own:
    some = np.flatnonzero(metres >= 0)
    some = some[np.lexsort((-metres[some], some // SITES_A_CAP))]
    caps, km = some // SITES_A_CAP, metres[some] / METRES
    in_cap = np.arange(len(some)) - np.searchsorted(caps, caps, side="left")
    starts = np.flatnonzero(in_cap % SITES_A_RUN == 0)
    return Own(rows[some], vectors[some], Circles.of(km), caps[starts], np.append(starts, len(some)), km[starts])


def _caps(vectors: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """A cap around every few sites: centres, shape (n, 3), and radii in km."""
    starts = np.arange(0, len(vectors), SITES_A_CAP)
    if not len(starts):
        return np.zeros((0, 3)), np.zeros(0)
    sums = np.add.reduceat(vectors, starts, axis=0)
    lengths = np.linalg.norm(sums, axis=1, keepdims=True)
    # Sites all around the globe have no middle; any point will do, as their radius then says.
    centres = np.where(lengths > 0, sums / np.maximum(lengths, 1e-300), np.array([0.0, 0.0, 1.0]))
    counts = np.diff(np.append(starts, len(vectors)))
    return centres, np.maximum.reduceat(distances_km(vectors, np.repeat(centres, counts, axis=0)), starts)


def _spread(numbers: NDArray[np.int64]) -> NDArray[np.int64]:
    """Sixteen bits of each number, with a gap behind each of them."""
    spread = numbers.copy()
    for shift, mask in ((8, 0x00FF00FF), (4, 0x0F0F0F0F), (2, 0x33333333), (1, 0x55555555)):
        spread = (spread | spread << shift) & mask
    return spread
