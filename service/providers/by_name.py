"""Finding offerings in the order of their names."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from service.providers.leads import Trail
from service.providers.models import ListingRecord

LISTING = cast(sa.Table, ListingRecord.__table__)


def find(session: Session, trail: Trail, *, after: tuple[Any, ...] | None, count: int) -> list[UUID]:
    """Answer up to `count` ids behind a name and an id."""
    behind = sa.true() if after is None else sa.tuple_(LISTING.c.name, LISTING.c.offering_id) > sa.tuple_(*after)
    if trail.few is not None:
        return _page(session, _all(trail, LISTING.c.offering_id.in_(trail.few), behind), count)
    if not trail.holds(LISTING.c):
        return _page(session, _first(trail, behind, count), count)
    for some in trail.patience.names:
        found = _page(session, _first(trail, behind, some), count)
        if len(found) == count:
            return found
    return _page(session, _all(trail, behind), count)


def _first(trail: Trail, behind: sa.ColumnElement[bool], some: int) -> sa.Select[Any]:
    """What fits of the first ones by name."""
    first = sa.select(LISTING).where(behind).order_by(LISTING.c.name, LISTING.c.offering_id).limit(some).subquery()
    return sa.select(first.c.name, first.c.offering_id).where(*trail.holds(first.c))


def _all(trail: Trail, *where: sa.ColumnElement[bool]) -> sa.Select[Any]:
    """All that fits, found before it is put in order: a database that saw the order first might walk through a million
    names to find three."""
    fits = sa.select(LISTING.c.name, LISTING.c.offering_id).where(*where, *trail.holds(LISTING.c))
    found = fits.cte("found").prefix_with("MATERIALIZED")
    return sa.select(found.c.name, found.c.offering_id)


def _page(session: Session, found: sa.Select[Any], count: int) -> list[UUID]:
    name, offering_id = found.selected_columns
    rows = session.execute(found.order_by(name, offering_id).limit(count))
    return [each for _, each in rows]
