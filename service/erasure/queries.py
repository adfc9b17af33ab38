"""Looking up who was erased."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from itertools import islice
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from service.people.models import PersonRecord, Tombstone
from service.vault.shredding import Shredded

# A list can name everybody who was ever erased, and databases take only so many values in one question.
ASKED_AT_A_TIME = 1000


def unfinished(session: Session, count: int) -> list[Shredded]:
    """Those who were erased and whose keys may still be there, the longest waiting first."""
    query = (
        sa.select(Tombstone.organization_id, Tombstone.person_id, Tombstone.erased_at)
        .where(Tombstone.key_destroyed_at.is_(None))
        .order_by(Tombstone.erased_at)
        .limit(count)
    )
    return [Shredded(*row) for row in session.execute(query)]


def erased_since(session: Session, since: datetime | None) -> list[UUID]:
    """Ids of those who were erased since an instant, or ever; they travel with the anchors, where no backup reaches."""
    query = sa.select(Tombstone.person_id).order_by(Tombstone.erased_at)
    if since is not None:
        query = query.where(Tombstone.erased_at >= since)
    return list(session.scalars(query))


def tombstones(session: Session) -> dict[UUID, bool]:
    """Whom every tombstone is for, and whether it says that their key is destroyed."""
    rows = session.execute(sa.select(Tombstone.person_id, Tombstone.key_destroyed_at))
    return {person_id: destroyed_at is not None for person_id, destroyed_at in rows}


def organizations_of(session: Session, person_ids: Iterable[UUID]) -> dict[UUID, UUID]:
    """Which of these people stand here, and with which organization."""
    columns = sa.select(PersonRecord.id, PersonRecord.organization_id)
    found: dict[UUID, UUID] = {}
    waiting = iter(person_ids)
    while some := list(islice(waiting, ASKED_AT_A_TIME)):
        found |= {row.id: row.organization_id for row in session.execute(columns.where(PersonRecord.id.in_(some)))}
    return found


def all_erased(session: Session) -> set[Shredded]:
    """Everybody who was erased, as the main database knows."""
    rows = session.execute(sa.select(Tombstone.organization_id, Tombstone.person_id, Tombstone.erased_at))
    return {Shredded(*row) for row in rows}
