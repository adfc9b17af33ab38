"""What becomes of a person's referrals when they are erased: those on the way are withdrawn, then all are removed."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from service.ledger.actions import Actor, write_entry
from service.outbox.actions import promise_event
from service.outbox.rules import EventType
from service.providers import capacity
from service.referrals import queries, sharing
from service.referrals.models import HandOff, MoveRecord, ReferralRecord
from service.referrals.states import LIVING


def withdraw_all(session: Session, organization_id: UUID, person_id: UUID, *, by: Actor, now: datetime) -> None:
    """Withdraw whatever is on the way: places are given back, and who may know of it learns that it is over."""
    for record in queries.held_of_person(session, organization_id, person_id):
        if record.state not in LIVING:
            continue
        if record.holds_place:
            capacity.give_place_back(session, record.offering_id, by=by, now=now)
        _tell_recipient(session, record, by=by, now=now)
        write_entry(
            session, "referral_move_withdraw", by=by, now=now, person_id=person_id, subject=("referral", record.id),
            consent_id=record.consent_id, recipient_id=record.provider_id,
        )  # fmt: skip


def forget_person(session: Session, organization_id: UUID, person_id: UUID) -> None:
    """Remove a person's referrals, each step of them, and what they carried."""
    theirs = sa.select(ReferralRecord.id).where(
        ReferralRecord.organization_id == organization_id, ReferralRecord.person_id == person_id
    )
    removals = (
        sa.delete(HandOff).where(HandOff.organization_id == organization_id, HandOff.referral_id.in_(theirs)),
        sa.delete(MoveRecord).where(MoveRecord.organization_id == organization_id, MoveRecord.referral_id.in_(theirs)),
        sa.delete(ReferralRecord).where(
            ReferralRecord.organization_id == organization_id, ReferralRecord.person_id == person_id
        ),
    )
    for removal in removals:
        session.execute(removal.execution_options(synchronize_session=False))


def _tell_recipient(session: Session, record: ReferralRecord, *, by: Actor, now: datetime) -> None:
    audience = record.recipient_organization_id
    if audience in {None, record.organization_id} or not sharing.recipient_may_know(session, record, now):
        return
    sharing.tell_fact(session, record, by=by, now=now)
    # This notice carries no person, so that nothing cancels it; it holds nothing but the id of what is over.
    promise_event(
        session, EventType.REFERRAL_WITHDRAWN, audience=audience, record_id=record.id, version=record.version + 1,
        now=now,
    )  # fmt: skip
