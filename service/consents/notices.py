"""Notices that something is over: made for whoever had been told, and acknowledged by them."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from service import errors
from service.access.rules import Caller
from service.consents import gate, queries, rules
from service.consents.models import RevocationNotice
from service.consents.notice_rules import Extent, Notice, TheirsToAcknowledge, extent_of
from service.consents.queries import Known
from service.consents.terms import Party
from service.database import uuid7
from service.ledger.actions import write_entry
from service.outbox.actions import cancel_undelivered
from service.outbox.rules import EventType
from service.people.queries import find_person


def make_notices(session: Session, before: rules.Permission, after: rules.Permission, now: datetime) -> None:
    """Give a notice to everybody who loses something that they had been told, and stop telling those who lose all."""
    for party, known in queries.told_under(session, before.organization_id, before.id).items():
        had, keeps = before.groups_now(party, now), after.groups_now(party, now)
        extent = extent_of(had, keeps, frozenset(known.field_groups))
        if extent is None:
            continue
        if extent == Extent.EVERYTHING and party.organization_id is not None:
            cancel_undelivered(session, audience=party.organization_id, person_id=before.person_id, now=now)
        _make_notice(session, before, party, known, extent=extent, now=now)


def list_received(
    session: Session, *, after: tuple[Any, ...] | None, count: int, by: Caller, now: datetime
) -> list[Notice]:
    """Read what an organization was told is over and has not acknowledged, the newest first, after (made_at, id)."""
    found = queries.received_notices(session, by.organization_id, after=after, count=count)
    write_entry(session, "revocation_notices_listed", by=by, now=now, also=[notice.id for notice in found])
    return found


def list_of_person(
    session: Session, person_id: UUID, *, after: tuple[Any, ...] | None, count: int, by: Caller, now: datetime
) -> list[Notice]:
    """Read every notice that went out because of a person, the newest first, after (made_at, id). Raise NotThere."""
    if not rules.may_decide(by.person_id, person_id) or find_person(session, by.organization_id, person_id) is None:
        raise errors.NotThere
    found = queries.notices_of(session, by.organization_id, person_id, after=after, count=count)
    also = [notice.id for notice in found]
    write_entry(session, "revocation_notices_listed", by=by, now=now, person_id=person_id, also=also)
    return found


def unacknowledged_notices(session: Session, organization_id: UUID, person_id: UUID) -> list[Notice]:
    """Who was told that something is over, and has not said yet that they heard it; the newest first."""
    return queries.notices_of(session, organization_id, person_id, only_open=True)


def acknowledge_notice(session: Session, notice_id: UUID, *, by: Caller, now: datetime) -> Notice:
    """Say that one heard it; to say it again changes nothing. Raise NotThere."""
    found = queries.find_received_notice(session, by.organization_id, notice_id)
    if found is None:
        raise errors.NotThere
    return _acknowledge(session, found, by=by, now=now)


def write_acknowledgement(session: Session, person_id: UUID, notice_id: UUID, *, by: Caller, now: datetime) -> Notice:
    """Write down that a recipient without an organization here said that they heard it. Raise NotThere,
    TheirsToAcknowledge."""
    found = queries.find_notice(session, by.organization_id, notice_id)
    if found is None or found.person_id != person_id:
        raise errors.NotThere
    if found.recipient_organization_id is not None:
        raise TheirsToAcknowledge
    return _acknowledge(session, found, by=by, now=now)


def let_go_of(session: Session, organization_id: UUID, person_id: UUID) -> None:
    """Leave the notices of somebody who is erased, and take the person out of them."""
    session.execute(
        sa.update(RevocationNotice)
        .where(RevocationNotice.organization_id == organization_id, RevocationNotice.person_id == person_id)
        .values(person_id=None)
        .execution_options(synchronize_session=False)
    )


def _make_notice(
    session: Session, before: rules.Permission, party: Party, known: Known, *, extent: Extent, now: datetime
) -> None:
    notice = RevocationNotice(
        organization_id=before.organization_id,
        id=uuid7(now),
        person_id=before.person_id,
        consent_id=before.id,
        consent_version=before.version + 1,
        recipient_provider_id=party.provider_id,
        recipient_organization_id=party.organization_id,
        extent=extent,
        referral_ids=sorted(map(str, known.subject_ids)),
        made_at=now,
    )
    session.add(notice)
    session.flush()
    if party.organization_id is not None:
        gate.promise_end(session, party.organization_id, EventType.CONSENT_REVOKED, notice.id, now=now)


def _acknowledge(session: Session, found: RevocationNotice, *, by: Caller, now: datetime) -> Notice:
    """Write it down once: of two who say it at the same moment, the first one stands."""
    result = session.execute(
        sa.update(RevocationNotice)
        .where(
            RevocationNotice.organization_id == found.organization_id,
            RevocationNotice.id == found.id,
            RevocationNotice.acknowledged_at.is_(None),
        )
        .values(
            acknowledged_at=now,
            acknowledged_by_organization_id=by.organization_id,
            acknowledged_by_application_id=by.application_id,
            acknowledged_by_worker=by.acting_worker,
        )
        .execution_options(synchronize_session=False)
    )
    if cast(sa.CursorResult[Any], result).rowcount:
        subject = ("revocation_notice", found.id)
        write_entry(session, "revocation_acknowledged", by=by, now=now, person_id=found.person_id, subject=subject)
    session.refresh(found)
    return queries.notice_of(found)
