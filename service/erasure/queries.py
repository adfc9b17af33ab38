"""Looking up who was erased."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from service.people.models import Tombstone
from service.vault.shredding import Shredded


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


def all_erased(session: Session) -> set[Shredded]:
    """Everybody who was erased, as the main database knows."""
    rows = session.execute(sa.select(Tombstone.organization_id, Tombstone.person_id, Tombstone.erased_at))
    return {Shredded(*row) for row in rows}
