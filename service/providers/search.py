"""Finding offerings in the directory: by name, need, place, language; nearest first when a place is given."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from service.guidance.rules import Category, PaymentWay, Setting
from service.providers import queries
from service.providers.codes import OfferingKind
from service.providers.entries import Offering
from service.providers.level import Level
from service.providers.models import OfferingRecord, Provider, SiteRecord

EARTH_KM = 6371.0088
KM_A_DEGREE = 111.2
ROWS_A_LOOK = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What somebody looks for; what is empty is not looked at."""

    text: str | None = None
    categories: frozenset[Category] = frozenset()
    settings: frozenset[Setting] = frozenset()
    kinds: frozenset[OfferingKind] = frozenset()
    levels: frozenset[Level] = frozenset()
    language: str | None = None
    cost: frozenset[PaymentWay] = frozenset()
    latitude: float | None = None
    longitude: float | None = None
    within_km: float = 50.0

    def fits(self, offering: Offering) -> bool:
        """Whether an offering is what is looked for, its place apart."""
        facts = offering.facts
        return (
            (not self.categories or not self.categories.isdisjoint(facts.categories))
            and (not self.settings or not self.settings.isdisjoint(facts.settings))
            and (not self.levels or offering.level in self.levels)
            and (not self.cost or not self.cost.isdisjoint(facts.cost))
            and (self.language is None or self._speaks(offering))
        )

    def _speaks(self, offering: Offering) -> bool:
        wanted = (self.language or "").split("-")[0]
        return any(each.tag.split("-")[0] == wanted for each in offering.facts.languages_spoken)


def search_offerings(
    session: Session, asked: Search, *, after: tuple[Any, ...] | None, count: int, today: date
) -> list[Offering]:
    """Answer up to `count` offerings that come after a place in the order: by distance and id, else by name and id."""
    near = _nearest if asked.latitude is not None else _by_name
    found: list[Offering] = []
    for offering in near(session, asked, after, today):
        if asked.fits(offering):
            found.append(offering)
        if len(found) == count:
            break
    return found


def order_key(offering: Offering) -> tuple[Any, ...]:
    """The place of an offering in the order of its search."""
    return (offering.name if offering.distance_km is None else offering.distance_km, offering.id)


def distance_km(here: tuple[float, float], there: tuple[float, float]) -> float:
    """Great-circle distance in km between two points in degrees (haversine)."""
    (lat1, lon1), (lat2, lon2) = (tuple(map(math.radians, point)) for point in (here, there))
    half = math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    return 2 * EARTH_KM * math.asin(min(1.0, math.sqrt(half)))


def _by_name(session: Session, asked: Search, after: tuple[Any, ...] | None, today: date) -> Iterator[Offering]:
    while True:
        where = _where(asked)
        if after is not None:
            where.append(sa.tuple_(OfferingRecord.name, OfferingRecord.id) > sa.tuple_(*after))
        query = (
            sa.select(OfferingRecord.id)
            .join(Provider, Provider.id == OfferingRecord.provider_id)
            .where(*where)
            .order_by(OfferingRecord.name, OfferingRecord.id)
            .limit(ROWS_A_LOOK)
        )
        ids = list(session.execute(query).scalars())
        read = queries.offerings_by_id(session, ids, today)
        yield from (read[each] for each in ids)
        if len(ids) < ROWS_A_LOOK:
            return
        after = (read[ids[-1]].name, ids[-1])


def _nearest(session: Session, asked: Search, after: tuple[Any, ...] | None, today: date) -> Iterator[Offering]:
    here = (asked.latitude or 0.0, asked.longitude or 0.0)
    query = (
        sa.select(SiteRecord.offering_id, SiteRecord.latitude, SiteRecord.longitude)
        .join(OfferingRecord, OfferingRecord.id == SiteRecord.offering_id)
        .join(Provider, Provider.id == OfferingRecord.provider_id)
        .where(*_where(asked), *_box(here, asked.within_km))
    )
    nearest: dict[UUID, float] = {}
    for offering_id, *there in session.execute(query):
        km = distance_km(here, (there[0], there[1]))
        nearest[offering_id] = min(km, nearest.get(offering_id, km))
    ranked = sorted((km, offering_id) for offering_id, km in nearest.items())
    ranked = [each for each in ranked if each[0] <= asked.within_km and (after is None or each > tuple(after))]
    for start in range(0, len(ranked), ROWS_A_LOOK):
        part = ranked[start : start + ROWS_A_LOOK]
        read = queries.offerings_by_id(session, [offering_id for _, offering_id in part], today)
        yield from (replace(read[offering_id], distance_km=km) for km, offering_id in part)


def _where(asked: Search) -> list[sa.ColumnElement[bool]]:
    where: list[sa.ColumnElement[bool]] = []
    if asked.kinds:
        where.append(OfferingRecord.kind.in_(asked.kinds))
    if asked.text:
        where.append(
            sa.or_(
                sa.func.lower(OfferingRecord.name).contains(asked.text.lower(), autoescape=True),
                sa.func.lower(Provider.name).contains(asked.text.lower(), autoescape=True),
            )
        )
    return where


def _box(here: tuple[float, float], km: float) -> list[sa.ColumnElement[bool]]:
    """A box around the circle, so that an index narrows it; near the poles and the date line all longitudes count."""
    latitude, longitude = here
    span = km / KM_A_DEGREE + 0.01
    box: list[sa.ColumnElement[bool]] = [SiteRecord.latitude.between(latitude - span, latitude + span)]
    shrink = math.cos(math.radians(min(89.9, abs(latitude) + span)))
    wide = span / shrink if shrink > 0.01 else 360.0
    if longitude - wide > -180 and longitude + wide < 180:
        box.append(SiteRecord.longitude.between(longitude - wide, longitude + wide))
    return box


def asked_for(asked: dict[str, Any]) -> Search:
    """Read what a search form asked for."""
    place = asked.get("place") or {}
    return Search(
        text=asked.get("text"),
        categories=frozenset(asked.get("categories", ())),
        settings=frozenset(asked.get("settings", ())),
        kinds=frozenset(asked.get("kinds", ())),
        levels=frozenset(asked.get("levels", ())),
        language=asked.get("language"),
        cost=frozenset(asked.get("cost", ())),
        **place,
    )
