"""Naming places, and reading the list of them; each change and each reading is on record."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from service import errors, vault
from service.access.models import Organization
from service.access.rules import Caller
from service.database import only_row, uuid7
from service.documents import to_document
from service.ledger.actions import write_entry
from service.places import queries, rules
from service.places.models import PlaceName, PlaceRecord


def name_place(session: Session, new: rules.NewPlace, *, by: Caller, now: datetime) -> rules.NamedPlace:
    """Name a place for the caller's organization. Raise NameTaken, TooManyPlaces."""
    _count(session, by, 1)
    record = PlaceRecord(organization_id=by.organization_id, id=uuid7(now), version=0)
    _write(session, record, new, now)
    write_entry(session, "place_named", by=by, now=now, subject=("place", record.id))
    return queries.read_place(session, record)


def read_place(session: Session, place_id: UUID, *, by: Caller, now: datetime) -> rules.NamedPlace:
    """Read one place. Raise NotThere."""
    record = _there(session, place_id, by)
    write_entry(session, "place_read", by=by, now=now, subject=("place", place_id))
    return queries.read_place(session, record)


def list_places(
    session: Session, *, after: tuple[Any, ...] | None, count: int, by: Caller, now: datetime
) -> list[rules.NamedPlace]:
    """Read the list. One entry names all that is shown."""
    places = queries.list_places(session, by.organization_id, after=after, count=count)
    write_entry(session, "places_listed", by=by, now=now, also=[place.id for place in places])
    return places


def amend_place(
    session: Session, place_id: UUID, new: rules.NewPlace, *, expected: int | None, by: Caller, now: datetime
) -> rules.NamedPlace:
    """Say anew what a place is called and where it is. Raise NotThere, Stale, NameTaken."""
    _count(session, by, 0)
    record = _there(session, place_id, by, expected)
    _forget_names(session, record)
    _write(session, record, new, now)
    write_entry(session, "place_amended", by=by, now=now, subject=("place", place_id))
    return queries.read_place(session, record)


def delete_place(
    session: Session, place_id: UUID, *, expected: int | None, by: Caller, now: datetime
) -> rules.NamedPlace:
    """Delete a place, and answer what it was; who is said to be near it is near words again. Raise NotThere, Stale."""
    _count(session, by, -1)
    record = _there(session, place_id, by, expected)
    was = queries.read_place(session, record)
    _forget_names(session, record)
    session.delete(record)
    session.flush()
    write_entry(session, "place_deleted", by=by, now=now, subject=("place", place_id))
    return was


def _write(session: Session, record: PlaceRecord, new: rules.NewPlace, now: datetime) -> None:
    record.version, record.changed_at = record.version + 1, now
    record.sealed = vault.seal_for_house(session, to_document(new), about=queries.about(record))
    session.add(record)
    session.flush()
    here = record.organization_id
    hashes = sorted(queries.hash_of(session, here, key) for key in new.keys)
    session.add_all(PlaceName(organization_id=here, name_hash=each, place_id=record.id) for each in hashes)
    try:
        session.flush()
    except sa.exc.IntegrityError as taken:
        raise rules.NameTaken from taken


def _forget_names(session: Session, record: PlaceRecord) -> None:
    session.execute(
        sa.delete(PlaceName)
        .where(PlaceName.organization_id == record.organization_id, PlaceName.place_id == record.id)
        .execution_options(synchronize_session=False)
    )


def _count(session: Session, by: Caller, more: int) -> None:
    """Count the organization's places as they come and go. Counting rows instead would let two of them in at once.

    Every change counts first, one that changes no number as well: so an organization's changes take turns, and two
    that swap names do not wait in a circle.
    """
    result = session.execute(
        sa.update(Organization)
        .where(Organization.id == by.organization_id, Organization.named_places + more <= rules.MOST_PLACES)
        .values(named_places=Organization.named_places + more)
        .execution_options(synchronize_session=False)
    )
    only_row(cast(sa.CursorResult[Any], result), rules.TooManyPlaces)


def _there(session: Session, place_id: UUID, by: Caller, expected: int | None = None) -> PlaceRecord:
    record = queries.find_record(session, by.organization_id, place_id)
    if record is None:
        raise errors.NotThere
    if expected not in {None, record.version}:
        raise errors.Stale
    return record
