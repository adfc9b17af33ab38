"""Looking a person up, always within their organization."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from service.access.models import Organization
from service.access.rules import OrganizationKind
from service.people.models import PersonRecord, Tombstone
from service.people.rules import Status
from service.wall import act_for, come_as

# Whoever is not found costs as many questions as whoever is.
NOBODY = UUID(int=0)


def find_person(session: Session, organization_id: UUID, person_id: UUID) -> PersonRecord | None:
    """Find a person of an organization."""
    return session.get(PersonRecord, (organization_id, person_id))


def find_anywhere(session: Session, person_id: UUID) -> tuple[PersonRecord, OrganizationKind] | None:
    """Find a person by their id alone, with the kind of organization that took them in; for their own door only.

    From here on the unit of work acts for that organization, and for no other one.
    """
    come_as(session, person_id)
    query = (
        sa.select(PersonRecord, Organization.kind)
        .join(Organization, Organization.id == PersonRecord.organization_id)
        .where(PersonRecord.id == person_id)
    )
    row = session.execute(query).one_or_none()
    act_for(session, row[0].organization_id if row else NOBODY)
    return None if row is None else (row[0], row[1])


def hold_person(session: Session, organization_id: UUID, person_id: UUID) -> bool:
    """Hold a person's row, against writers and against rows that would point to it; False when there is nobody.

    A lock hint, for once: on PostgreSQL nothing less stops a twin from hanging something new on a row that is about to
    go. SQLite drops the hint, and needs none: a unit of work that writes is alone there.
    """
    query = sa.select(PersonRecord.id).where(
        PersonRecord.organization_id == organization_id, PersonRecord.id == person_id
    )
    return session.execute(query.with_for_update()).first() is not None


def was_erased(session: Session, organization_id: UUID, person_id: UUID) -> bool:
    """Whether this id was somebody's who is erased now."""
    return session.get(Tombstone, (organization_id, person_id)) is not None


def known_people(session: Session, ids: set[UUID]) -> set[UUID]:
    """Which of these ids belong to somebody."""
    return set(session.execute(sa.select(PersonRecord.id).where(PersonRecord.id.in_(ids))).scalars())


def own_people(session: Session, organization_id: UUID, ids: set[UUID]) -> set[UUID]:
    """Which of these ids belong to people of an organization."""
    statement = sa.select(PersonRecord.id).where(
        PersonRecord.organization_id == organization_id, PersonRecord.id.in_(ids)
    )
    return set(session.scalars(statement))


def past_their_clock(session: Session, now: datetime, count: int) -> list[PersonRecord]:
    """People whom their organization keeps no longer: last contact lies further back than its clock says."""
    clocks = session.execute(
        sa.select(Organization.id, Organization.people_days).where(Organization.people_days.is_not(None))
    )
    found: list[PersonRecord] = []
    for organization_id, days in ((each, days) for each, days in clocks.all() if days is not None):
        over = PersonRecord.last_contact_at < now - timedelta(days=days)
        query = sa.select(PersonRecord).where(PersonRecord.organization_id == organization_id, over)
        found += session.scalars(query.limit(count - len(found)))
    return found


def silent_since(session: Session, instant: datetime, count: int) -> list[PersonRecord]:
    """People who are open and have not been in touch since an instant."""
    query = (
        sa.select(PersonRecord)
        .where(PersonRecord.status == Status.OPEN, PersonRecord.last_contact_at < instant)
        .limit(count)
    )
    return list(session.execute(query).scalars())
