"""Nudges: whoever owns an offering is asked for news of its room once the last news counts no more."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from service.database import Database
from service.outbox.actions import promise_event
from service.outbox.rules import EventType
from service.providers.models import OfferingRecord, Provider
from service.providers.rules import A_SILENCE_AGES, NEWS_COUNTS_FOR

# Enough for a million offerings in 14 days, at a round an hour; the rest waits for the next round.
NUDGES_A_ROUND = 3_000
NUDGES_A_COMMIT = 100


def nudge_owners(database: Database, *, now: datetime) -> int:
    """Ask the owners of offerings whose news is old for news. Answer how many were asked about.

    Each is asked once for one piece of news, and again every 14 days while none comes: a nudge that got lost must not
    leave a room unknown for good, and who stays silent is asked no more often than who answers, whose news is old
    after 14 days, too. Two workers at once ask once.
    """
    with database.session(reading=True) as session:
        due = list(session.scalars(due_offerings(now)))
    asked = 0
    for start in range(0, len(due), NUDGES_A_COMMIT):
        with database.session() as session:
            # In the order of ids, as whoever else changes several offerings: so nobody waits for one another in turn.
            asked += sum(_nudge(session, each, now) for each in sorted(due[start : start + NUDGES_A_COMMIT]))
    return asked


def _nudge(session: Session, offering_id: UUID, now: datetime) -> bool:
    """Ask about one offering, unless somebody else has asked meanwhile, or there is news, or nobody to ask."""
    asked = session.execute(
        sa.update(OfferingRecord)
        .where(OfferingRecord.id == offering_id, *_is_due(now))
        .values(nudged_at=now)
        .execution_options(synchronize_session=False)
        .returning(OfferingRecord.provider_id, OfferingRecord.version)
    ).first()
    provider = session.get_one(Provider, asked.provider_id) if asked else None
    if asked is None or provider is None or provider.organization_id is None:
        return False
    promise_event(
        session,
        EventType.CAPACITY_NEWS_OLD,
        audience=provider.organization_id,
        record_id=offering_id,
        version=asked.version,
        now=now,
    )
    return True


def due_offerings(now: datetime) -> sa.Select[UUID]:
    """Offerings that somebody here owns and is to be asked about. Answered from ix_offering_news and no row at all."""
    return (
        sa.select(OfferingRecord.id)
        .join(Provider, Provider.id == OfferingRecord.provider_id)
        .where(Provider.organization_id.is_not(None), *_is_due(now))
        .limit(NUDGES_A_ROUND)
    )


def _is_due(now: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    nudged = OfferingRecord.nudged_at
    return _is_old(now), sa.or_(nudged.is_(None), nudged < now - NEWS_COUNTS_FOR)


def _is_old(now: datetime) -> sa.ColumnElement[bool]:
    """What Capacity.is_old says, over rows: databases do not agree on how to reckon with instants, so nobody does."""
    silences = range(NEWS_COUNTS_FOR // A_SILENCE_AGES + 1)
    return sa.or_(
        *(
            sa.and_(
                OfferingRecord.silences >= number,
                OfferingRecord.capacity_as_of < now - NEWS_COUNTS_FOR + number * A_SILENCE_AGES,
            )
            for number in silences
        )
    )
