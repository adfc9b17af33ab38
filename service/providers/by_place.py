"""Finding offerings in the order of their distance from a place, each by the nearest of its sites."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, cast
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from service.providers.leads import Trail
from service.providers.models import ListingRecord, SiteRecord

EARTH_KM = 6371.0088
KM_A_DEGREE = 111.2
# Around somebody in a town there is enough in the first, in a state in the last; then all there is is counted first.
CIRCLES_KM = (4.0, 32.0, 256.0)
OFFERINGS_A_LOOK = 400
# Each way a circle is parted into so many squares, and a square into so many smaller ones; each has a number.
SQUARES, FINER = 32, 16
ROW = 1e8
SMALLEST_KM = 0.05
LISTING, SITE = cast(sa.Table, ListingRecord.__table__), cast(sa.Table, SiteRecord.__table__)

Place = tuple[float, float]
Key = tuple[Any, ...]
Near = list[tuple[float, UUID]]


def find(session: Session, trail: Trail, here: Place, within_km: float, *, after: Key | None, count: int) -> Near:
    """Answer up to `count` offerings behind a distance and an id, with their distances in km."""
    look = _Look(session, trail, here, after, count, most=trail.patience.sites)
    if trail.few is not None:
        return look.ranked(look.sites(SITE.c.offering_id.in_(trail.few)), within_km)[:count]
    return look.in_a_circle(within_km)[:count]


def distance_km(here: Place, there: Place) -> float:
    """Great-circle distance in km between two points in degrees (haversine)."""
    (lat1, lon1), (lat2, lon2) = (tuple(map(math.radians, point)) for point in (here, there))
    half = math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    return 2 * EARTH_KM * math.asin(min(1.0, math.sqrt(half)))


class _Square(NamedTuple):
    """A square with sites in it: the most and the least km that any of them can be away, how many, its number."""

    farthest: float
    nearest: float
    sites: int
    key: float


@dataclass(frozen=True, slots=True)
class _Grid:
    """Squares of the world, `scale` of them a degree."""

    scale: float

    @property
    def number(self) -> sa.ColumnElement[float]:
        """The number of the square that a site lies in."""
        return sa.func.round(SITE.c.latitude * self.scale) * ROW + sa.func.round(SITE.c.longitude * self.scale)

    @property
    def half_km(self) -> float:
        """No point of a square is farther from its middle than this."""
        return KM_A_DEGREE / self.scale * math.sqrt(0.5)

    def middle(self, key: float) -> Place:
        """The middle of a square, in degrees."""
        row = round(key / ROW)
        return row / self.scale, (key - row * ROW) / self.scale

    def holds(self, squares: Sequence[_Square]) -> list[sa.ColumnElement[bool]]:
        """That a site lies in one of some squares, which lie in a stretch that an index narrows."""
        latitudes = [self.middle(each.key)[0] for each in squares] or [0.0]
        half = 0.51 / self.scale
        stretch = SITE.c.latitude.between(min(latitudes) - half, max(latitudes) + half)
        return [stretch, self.number.in_([each.key for each in squares])]


@dataclass(frozen=True, slots=True)
class _Look:
    """A look for one page around a place."""

    session: Session
    trail: Trail
    here: Place
    after: Key | None
    count: int
    most: int

    @property
    def begin(self) -> float:
        """Behind how many km the page begins."""
        return 0.0 if self.after is None else float(self.after[0])

    def in_a_circle(self, within_km: float) -> Near:
        """Look in circles, each wider than the last, until one holds enough."""
        for wide in CIRCLES_KM:
            radius = min(within_km, self.begin + wide)
            sites = self.sites(*_box(self.here, radius), most=self.most + 1)
            ranked = self.ranked(sites, radius) if len(sites) <= self.most else self.among_many(radius)
            if len(ranked) >= self.count or radius >= within_km:
                return ranked
        return self.among_many(within_km)

    def among_many(self, radius: float) -> Near:
        """Where more lies around than anybody should read, count it by squares, and read those where the page is.

        A circle may hold nothing until it holds a whole town, or, for who is far from all of them, a whole country;
        and whoever reads on has everything nearer behind them.
        """
        wanted = self.count
        while True:
            squares, grid, reach = self.ring(radius, wanted)
            ranked = self.nearest_here(self.ranked(self.sites(*grid.holds(squares)), min(reach, radius)))
            if len(ranked) >= self.count or reach >= radius:
                return ranked
            wanted *= 4

    def ring(self, radius: float, wanted: int) -> tuple[list[_Square], _Grid, float]:
        """The squares in which the next sites lie, as many as are wanted at least, and within how many km that is."""
        grid = _Grid(SQUARES * KM_A_DEGREE / (2 * max(radius, SMALLEST_KM)))
        where = _box(self.here, radius)
        while True:
            squares = self.squares(grid, where)
            reach = self.reach(squares, wanted)
            ring = [each for each in squares if each.nearest <= min(reach, radius) and each.farthest >= self.begin]
            if sum(each.sites for each in ring) <= self.most or grid.half_km < SMALLEST_KM:
                return ring, grid, reach
            where, grid = grid.holds(ring), _Grid(grid.scale * FINER)

    def squares(self, grid: _Grid, where: Sequence[sa.ColumnElement[bool]]) -> list[_Square]:
        """The squares that hold any sites, in the order of their far corners."""
        number, found = grid.number, []
        query: Any = sa.select(number, sa.func.count()).where(*where).group_by(number)
        for key, sites in self.session.execute(self._holding(query)):
            km = distance_km(self.here, grid.middle(key))
            found.append(_Square(km + grid.half_km, km - grid.half_km, sites, key))
        return sorted(found)

    def reach(self, squares: Sequence[_Square], wanted: int) -> float:
        """Within how many km there are surely as many sites as are wanted, behind where the page begins."""
        sure = 0
        for each in squares:
            sure += each.sites if self.after is None or each.nearest > self.begin else 0
            if sure >= wanted:
                return each.farthest
        return math.inf

    def nearest_here(self, ranked: Near) -> Near:
        """Leave out those that have a nearer site before the ring: they stood on an earlier page."""
        if self.after is None:
            return ranked
        kept: Near = []
        for start in range(0, len(ranked), OFFERINGS_A_LOOK):
            some = ranked[start : start + OFFERINGS_A_LOOK]
            sites = self.sites(SITE.c.offering_id.in_([offering_id for _, offering_id in some]))
            kept += sorted(set(some) & set(self.ranked(sites, math.inf)))
            if len(kept) >= self.count:
                break
        return kept

    def ranked(self, sites: Iterable[Any], within_km: float) -> Near:
        """Offerings by the nearest of their sites."""
        nearest: dict[UUID, float] = {}
        for offering_id, *there in sites:
            km = distance_km(self.here, (there[0], there[1]))
            nearest[offering_id] = min(km, nearest.get(offering_id, km))
        ranked = sorted((km, offering_id) for offering_id, km in nearest.items() if km <= within_km)
        return ranked if self.after is None else [each for each in ranked if each > tuple(self.after)]

    def sites(self, *where: sa.ColumnElement[bool], most: int | None = None) -> Sequence[Any]:
        """Sites of offerings that are what is looked for."""
        query = sa.select(SITE.c.offering_id, SITE.c.latitude, SITE.c.longitude).where(*where).limit(most)
        return self.session.execute(self._holding(query)).all()

    def _holding(self, query: sa.Select[Any]) -> sa.Select[Any]:
        holds = self.trail.holds(LISTING.c)
        if not holds:
            return query
        return query.join_from(SITE, LISTING, LISTING.c.offering_id == SITE.c.offering_id).where(*holds)


def _box(here: Place, km: float) -> list[sa.ColumnElement[bool]]:
    """A box around the circle, so that an index narrows it; near the poles and the date line all longitudes count."""
    latitude, longitude = here
    span = km / KM_A_DEGREE + 0.01
    box: list[sa.ColumnElement[bool]] = [SITE.c.latitude.between(latitude - span, latitude + span)]
    shrink = math.cos(math.radians(min(89.9, abs(latitude) + span)))
    wide = span / shrink if shrink > 0.01 else 360.0
    if longitude - wide > -180 and longitude + wide < 180:
        box.append(SITE.c.longitude.between(longitude - wide, longitude + wide))
    return box
