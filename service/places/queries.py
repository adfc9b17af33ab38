"""Looking places up, always within their organization, and always by exactly what they are called."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from service import vault
from service.documents import from_document
from service.places.models import PlaceName, PlaceRecord
from service.places.rules import NamedPlace, NewPlace, key_of


def find_record(session: Session, organization_id: UUID, place_id: UUID) -> PlaceRecord | None:
    """Find the row of a place of an organization."""
    return session.get(PlaceRecord, (organization_id, place_id))


def find_by_name(session: Session, organization_id: UUID, name: str) -> NamedPlace | None:
    """Find the place of an organization that goes by this name; what no place goes by is no place."""
    return find_by_names(session, organization_id, [name]).get(name)


def find_by_names(session: Session, organization_id: UUID, names: Collection[str]) -> dict[str, NamedPlace]:
    """Find the places of an organization that go by these names."""
    if not names:
        return {}
    hashes = {name: hash_of(session, organization_id, key_of(name)) for name in names}
    query = (
        sa.select(PlaceName.name_hash, PlaceRecord)
        .join(
            PlaceName,
            (PlaceName.organization_id == PlaceRecord.organization_id) & (PlaceName.place_id == PlaceRecord.id),
        )
        .where(PlaceName.organization_id == organization_id, PlaceName.name_hash.in_(list(hashes.values())))
    )
    found = {name_hash: read_place(session, record) for name_hash, record in session.execute(query)}
    return {name: found[name_hash] for name, name_hash in hashes.items() if name_hash in found}


def list_places(
    session: Session, organization_id: UUID, *, after: tuple[Any, ...] | None, count: int
) -> list[NamedPlace]:
    """An organization's places in the order in which they were named, at most `count` after (id,)."""
    query = sa.select(PlaceRecord).where(PlaceRecord.organization_id == organization_id)
    if after is not None:
        query = query.where(PlaceRecord.id > after[0])
    return [read_place(session, record) for record in session.scalars(query.order_by(PlaceRecord.id).limit(count))]


def read_place(session: Session, record: PlaceRecord) -> NamedPlace:
    """Open a place's row."""
    said = from_document(vault.open_for_house(session, record.sealed, about=about(record)), NewPlace)
    return NamedPlace(
        name=said.name,
        other_names=said.other_names,
        latitude=said.latitude,
        longitude=said.longitude,
        jurisdiction=said.jurisdiction,
        areas=said.areas,
        organization_id=record.organization_id,
        id=record.id,
        version=record.version,
    )


def about(record: PlaceRecord) -> tuple[str, UUID, int]:
    """For which place, in which version, its document is sealed."""
    return ("named_place", record.id, record.version)


def hash_of(session: Session, organization_id: UUID, key: str) -> bytes:
    """By what a name is found again. Two organizations that know one place do not show it by their hashes."""
    return vault.blind(session, "place-name", f"{organization_id}|{key}")
