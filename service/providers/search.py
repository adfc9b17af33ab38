"""Finding offerings in the directory: by name, need, place, language; nearest first when a place is given."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from service.guidance.rules import Category, PaymentWay, Setting
from service.providers import by_name, by_place, queries
from service.providers.codes import OfferingKind
from service.providers.entries import Offering
from service.providers.leads import USUAL, Asked, Patience, follow
from service.providers.level import Level


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

    @property
    def here(self) -> tuple[float, float] | None:
        """The place, in degrees."""
        return None if self.latitude is None or self.longitude is None else (self.latitude, self.longitude)


def search_offerings(
    session: Session,
    asked: Search,
    *,
    after: tuple[Any, ...] | None,
    count: int,
    today: date,
    patience: Patience = USUAL,
) -> list[Offering]:
    """Answer up to `count` offerings that come after a place in the order: by distance and id, else by name and id.

    However it looks for them, and whatever `patience` it has, the answer is the same.
    """
    trail = follow(session, _in_listings(asked), today, patience)
    if trail is None:
        return []
    if asked.here is None:
        ids = by_name.find(session, trail, after=after, count=count)
        read = queries.offerings_by_id(session, ids, today)
        return [read[each] for each in ids]
    near = by_place.find(session, trail, asked.here, asked.within_km, after=after, count=count)
    read = queries.offerings_by_id(session, [each for _, each in near], today)
    return [replace(read[each], distance_km=km) for km, each in near]


def order_key(offering: Offering) -> tuple[Any, ...]:
    """The place of an offering in the order of its search."""
    return (offering.name if offering.distance_km is None else offering.distance_km, offering.id)


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


def _in_listings(asked: Search) -> Asked:
    codes = {"categories": asked.categories, "settings": asked.settings, "cost": asked.cost, "kind": asked.kinds}
    return Asked(text=asked.text, language=asked.language, codes=codes, levels=asked.levels)
