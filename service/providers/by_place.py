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
# Around somebody in a town there is enough in here; where there is not, the circle grows.
FIRST_KM = 4.0
GROWS = 4.0
# A circle is parted into so many squares each way, and each has a number.
SQUARES = 32
ROW = 1e8
SMALLEST_CIRCLE_KM = 0.1
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
        """Look in a circle that grows while it holds too few."""
        radius = min(within_km, self.begin + FIRST_KM)
        while True:
            sites = self.sites(*_box(self.here, radius), most=self.most + 1)
            ranked = self.ranked(sites, radius) if len(sites) <= self.most else self.among_many(radius)
            if len(ranked) >= self.count or radius >= within_km:
                return ranked
            radius = min(within_km, radius * GROWS)

    def among_many(self, radius: float) -> Near:
        """Where more lies around than anybody should read, count it by squares, and read the nearest squares.

        A circle may hold nothing until it holds a whole town, or, for who is far from all of them, a whole country.
        """
        scale = SQUARES * KM_A_DEGREE / (2 * max(radius, SMALLEST_CIRCLE_KM))
        number = sa.func.round(SITE.c.latitude * scale) * ROW + sa.func.round(SITE.c.longitude * scale)
        squares, wanted = self.squares(radius, number, scale), self.count
        while True:
            reach = self.reach(squares, wanted)
            near = [each.key for each in squares if each.nearest <= reach]
            ranked = self.ranked(self.sites(*_box(self.here, radius), number.in_(near)), min(reach, radius))
            if len(ranked) >= self.count or reach >= radius:
                return ranked
            wanted *= 4

    def squares(self, radius: float, number: sa.ColumnElement[float], scale: float) -> list[_Square]:
        """The squares of a circle that hold any sites, `scale` of them a degree, in the order of their far corners."""
        query: Any = sa.select(number, sa.func.count()).where(*_box(self.here, radius)).group_by(number)
        # No point of a square is farther from its middle than this.
        half, found = KM_A_DEGREE / scale * math.sqrt(0.5), []
        for key, sites in self.session.execute(self._holding(query)):
            row = round(key / ROW)
            km = distance_km(self.here, (row / scale, (key - row * ROW) / scale))
            found.append(_Square(km + half, km - half, sites, key))
        return sorted(found)

    def reach(self, squares: Sequence[_Square], wanted: int) -> float:
        """Within how many km there are surely as many sites as are wanted, behind where the page begins."""
        sure = 0
        for each in squares:
            sure += each.sites if self.after is None or each.nearest > self.begin else 0
            if sure >= wanted:
                return each.farthest
        return math.inf

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
