"""Telling somebody what may save a life, when the person cannot say yes (42 CFR 2.51): by a human being, on record."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
import structlog
from sqlalchemy.orm import Session

from service import errors, vault
from service.access.rules import Caller
from service.consents.actions import disclose
from service.consents.gate import preview
from service.consents.terms import Basis, Excepted, FieldGroup, Party, Purpose, Telling
from service.documents import to_document
from service.law import queries, rules
from service.law.content import content_of
from service.law.models import EmergencyRecord
from service.law.terms import Emergency, EmergencyLine, NewEmergency
from service.ledger.actions import write_entry
from service.outbox.actions import promise_event
from service.outbox.rules import EventType
from service.people.queries import find_person

_GROUND = Excepted(Basis.MEDICAL_EMERGENCY)


def disclose_in_emergency(session: Session, new: NewEmergency, *, by: Caller, now: datetime) -> Emergency:
    """Put an emergency on record with its four facts, and let exactly the named field groups through, for 60 minutes.

    The organization that answers for it is alerted in the same transaction. Raise NotThere, StillToCome.
    """
    happened_at = rules.happened(new.happened_at, now)
    if find_person(session, by.organization_id, new.person_id) is None:
        raise errors.NotThere
    record = _write_down(session, new, happened_at, by=by, now=now)
    told = disclose(session, _telling(record), _GROUND, new.field_groups, by=by, now=now)
    _alert(session, record, by, now)
    return Emergency(
        line=queries.line_of(record),
        facts=new.facts,
        shared=content_of(session, by.organization_id, record.person_id, told),
        notice=told.notice,
    )


def read_emergency(session: Session, emergency_id: UUID, *, by: Caller, now: datetime) -> Emergency:
    """Read what was told, as long as it is open; afterwards only that it was. Raise NotThere."""
    record = _found(session, emergency_id, by)
    still_open = rules.is_open(record.closes_at, now)
    groups = queries.line_of(record).field_groups
    write_entry(
        session, "emergency_disclosure_read", by=by, now=now, person_id=record.person_id,
        subject=("emergency_disclosure", record.id), field_groups=groups if still_open else (),
    )  # fmt: skip
    return _shown(session, record, groups if still_open else None, now)


def list_emergencies(
    session: Session, *, after: tuple[Any, ...] | None, count: int, by: Caller, now: datetime
) -> list[EmergencyLine]:
    """Read which emergencies there were, the newest first, without their facts."""
    lines = queries.list_emergencies(session, by.organization_id, after=after, count=count)
    write_entry(session, "emergency_disclosures_listed", by=by, now=now, also=[line.id for line in lines[: count - 1]])
    return lines


def review_emergency(session: Session, emergency_id: UUID, *, by: Caller, now: datetime) -> Emergency:
    """Write down that somebody who did not tell it has looked at it; the first look counts.

    Raise NotThere, WorkerNotNamed, OwnDisclosure.
    """
    worker = rules.worker_of(by.acting_worker)
    record = _found(session, emergency_id, by)
    if record.acting_worker == worker:
        raise rules.OwnDisclosure
    if record.reviewed_at is None:
        record.reviewed_at, record.reviewed_by = now, worker
        session.flush()
    write_entry(
        session, "emergency_disclosure_reviewed", by=by, now=now, person_id=record.person_id,
        subject=("emergency_disclosure", record.id),
    )  # fmt: skip
    return _shown(session, record, None, now)


def forget_person(session: Session, organization_id: UUID, person_id: UUID) -> None:
    """Remove the facts of a person's emergencies. That something was told stays in the accounting."""
    session.execute(
        sa.delete(EmergencyRecord)
        .where(EmergencyRecord.organization_id == organization_id, EmergencyRecord.person_id == person_id)
        .execution_options(synchronize_session=False)
    )


def _write_down(
    session: Session, new: NewEmergency, happened_at: datetime, *, by: Caller, now: datetime
) -> EmergencyRecord:
    emergency_id = uuid.uuid4()
    about = ("emergency_disclosure", emergency_id, 1)
    record = EmergencyRecord(
        organization_id=by.organization_id,
        id=emergency_id,
        person_id=new.person_id,
        field_groups=sorted(new.field_groups),
        facts=vault.seal(session, new.person_id, to_document(new.facts), about=about),
        happened_at=happened_at,
        made_at=now,
        closes_at=now + rules.OPEN_FOR,
        application_id=by.application_id,
        acting_worker=by.acting_worker,
    )
    session.add(record)
    session.flush()
    return record


def _telling(record: EmergencyRecord) -> Telling:
    # Whom it tells is rarely in the directory: the record of the emergency names them, sealed.
    return Telling(
        organization_id=record.organization_id,
        person_id=record.person_id,
        party=Party(),
        purpose=Purpose.TREATMENT,
        about=("emergency_disclosure", record.id),
    )


def _alert(session: Session, record: EmergencyRecord, by: Caller, now: datetime) -> None:
    # The event names no person, so that no revocation takes the alert back.
    promise_event(
        session, EventType.DISCLOSURE_EMERGENCY, audience=record.organization_id, record_id=record.id, version=1,
        now=now,
    )  # fmt: skip
    # Said before the commit: an alarm too many is better than one that a crash swallows.
    structlog.get_logger().warning(
        "emergency_disclosure",
        organization_id=str(record.organization_id),
        application_id=str(by.application_id),
        record_id=str(record.id),
        request_id=by.request_id,
    )


def _found(session: Session, emergency_id: UUID, by: Caller) -> EmergencyRecord:
    record = queries.find_emergency(session, by.organization_id, emergency_id)
    if record is None:
        raise errors.NotThere
    return record


def _shown(
    session: Session, record: EmergencyRecord, groups: tuple[FieldGroup, ...] | None, now: datetime
) -> Emergency:
    """Show it to those whose record it is: with what was told, or, without groups, only that it happened."""
    seen = preview(session, _telling(record), _GROUND, groups, now) if groups is not None else None
    return Emergency(
        line=queries.line_of(record),
        facts=queries.facts_of(session, record),
        shared=content_of(session, record.organization_id, record.person_id, seen) if seen else None,
        notice=seen.notice if seen else None,
    )
