"""Room: taken and given back by conditional updates, so that it is never negative on any database."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from service import errors
from service.access.rules import Caller
from service.ledger.actions import Actor, write_entry
from service.outbox.actions import promise_event
from service.outbox.rules import EventType
from service.providers import queries, rules
from service.providers.actions import offering_to_write, raise_version
from service.providers.codes import CapacityStatus
from service.providers.entries import Offering
from service.providers.models import OfferingRecord, Provider
from service.providers.rules import Capacity


def set_capacity(
    session: Session, offering_id: UUID, capacity: Capacity, *, expected: int | None, by: Caller, now: datetime
) -> Offering:
    """Record how much room there is, as of an instant."""
    record = offering_to_write(session, offering_id, by)
    if expected is not None and record.version != expected:
        raise errors.Stale
    written = _write(
        session,
        OfferingRecord.version == record.version,
        offering_id,
        now,
        capacity_status=capacity.status,
        open_slots=capacity.open_slots,
        expected_wait_days=capacity.expected_wait_days,
        **_news(min(capacity.as_of, now)),
    )
    if not written:
        raise errors.Stale
    session.expire(record)
    _tell(session, offering_id, by=by, now=now)
    return queries.get_offering(session, offering_id, now.date())


def take_place(session: Session, offering_id: UUID, *, by: Caller, now: datetime) -> bool:
    """Take one place. True when one was counted, False when places are not counted here. Raise NoRoom.

    To accept somebody is news about room: where places are not counted, it says that there is some.
    """
    taken = _write(
        session,
        OfferingRecord.open_slots > 0,
        offering_id,
        now,
        open_slots=OfferingRecord.open_slots - 1,
        capacity_status=sa.case(
            (OfferingRecord.open_slots == 1, CapacityStatus.NO_CAPACITY), else_=CapacityStatus.CAPACITY
        ),
        **_news(now),
    )
    if not taken and not _write(
        session,
        OfferingRecord.open_slots.is_(None),
        offering_id,
        now,
        capacity_status=CapacityStatus.CAPACITY,
        **_news(now),
    ):
        raise rules.NoRoom
    _tell(session, offering_id, by=by, now=now)
    return taken


def give_place_back(session: Session, offering_id: UUID, *, by: Actor, now: datetime) -> None:
    """Give back a place that was counted."""
    if _write(
        session,
        OfferingRecord.open_slots.is_not(None),
        offering_id,
        now,
        open_slots=OfferingRecord.open_slots + 1,
        capacity_status=CapacityStatus.CAPACITY,
        **_news(now),
    ):
        _tell(session, offering_id, by=by, now=now)


def hear_of_no_room(
    session: Session, offering_id: UUID, *, waitlist: bool, expected_wait_days: int | None, by: Caller, now: datetime
) -> None:
    """Hear from the offering itself that there is no room now. What a clinic says at the door is the newest news."""
    _write(
        session,
        sa.true(),
        offering_id,
        now,
        capacity_status=CapacityStatus.WAITLIST if waitlist else CapacityStatus.NO_CAPACITY,
        open_slots=sa.case((OfferingRecord.open_slots.is_(None), None), else_=0),
        expected_wait_days=expected_wait_days,
        **_news(now),
    )
    _tell(session, offering_id, by=by, now=now)


def hear_silence(session: Session, offering_id: UUID, *, by: Actor, now: datetime) -> None:
    """Hear nothing from the offering: somebody was referred there, and nobody answered.

    That says nothing of room, only that what was said of it is less sure. So the news stays what it is, and ages.
    """
    _write(session, sa.true(), offering_id, now, silences=OfferingRecord.silences + 1)
    _tell(session, offering_id, by=by, now=now)


def take_silence_back(session: Session, offering_id: UUID, heard_at: datetime, *, by: Actor, now: datetime) -> None:
    """Take back a silence that was noted by mistake, unless there was news since, which it does not count against."""
    uncounted = sa.and_(OfferingRecord.silences > 0, OfferingRecord.capacity_as_of <= heard_at)
    if _write(session, uncounted, offering_id, now, silences=OfferingRecord.silences - 1):
        _tell(session, offering_id, by=by, now=now)


def _news(as_of: datetime) -> dict[str, Any]:
    """What any word of the offering itself does: it is the newest news, and whoever spoke was not silent."""
    return {"capacity_as_of": as_of, "silences": 0, "nudged_at": None}


def _write(
    session: Session, condition: sa.ColumnElement[bool], offering_id: UUID, now: datetime, **values: Any
) -> bool:
    result = session.execute(
        sa.update(OfferingRecord)
        .where(OfferingRecord.id == offering_id, condition)
        .values(**values, version=OfferingRecord.version + 1, changed_at=now, changed_in=raise_version(session))
        .execution_options(synchronize_session=False)
        .returning(OfferingRecord.id)
    )
    return result.first() is not None


def _tell(session: Session, offering_id: UUID, *, by: Actor, now: datetime) -> None:
    """Promise the news to the organization that owns the offering, and write it down."""
    owner, version = session.execute(
        sa.select(Provider.organization_id, OfferingRecord.version)
        .join(Provider, Provider.id == OfferingRecord.provider_id)
        .where(OfferingRecord.id == offering_id)
    ).one()
    write_entry(session, "capacity_changed", by=by, now=now, subject=("offering", offering_id))
    if owner is not None:
        promise_event(
            session, EventType.CAPACITY_CHANGED, audience=owner, record_id=offering_id, version=version, now=now
        )
