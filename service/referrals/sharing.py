"""What the recipient of a referral may see of a person, at the very moment of looking."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy.orm import Session

from service import errors
from service.consents import actions as consents
from service.consents import gate
from service.consents.terms import Carried, Consented, FieldGroup, Party, Preview, Purpose, Telling, Told
from service.ledger.actions import Actor
from service.referrals import queries
from service.referrals.models import ReferralRecord
from service.referrals.states import LIVING, Route
from service.wall import standing_in


def telling_of(record: ReferralRecord) -> Telling:
    """Who would be told what about whom, because of this referral."""
    return Telling(
        organization_id=record.organization_id,
        person_id=record.person_id,
        party=Party(provider_id=record.provider_id, organization_id=record.recipient_organization_id),
        purpose=Purpose.REFERRAL,
        about=("referral", record.id),
    )


def tell_recipient(session: Session, record: ReferralRecord, *, by: Actor, now: datetime) -> Told:
    """Let the recipient see what they may see now, and put it on record. Raise NotThere when that is nothing at all.

    Once a referral is over, nothing about the person is shown any more, only how it ended.
    """
    if record.state not in LIVING:
        return tell_fact(session, record, by=by, now=now)
    return _tell(session, record, None, _carried(session, record), by=by, now=now)


def recipient_may_know(session: Session, record: ReferralRecord, now: datetime) -> bool:
    """Whether the recipient may know at all, now, that somebody is on the way to them."""
    return known_fact(session, record, now) is not None


def known_fact(session: Session, record: ReferralRecord, now: datetime) -> Preview | None:
    """That there is this referral, with its notice and scope, if the recipient may know it now; and no field."""
    ground = _ground_of(record)
    if isinstance(ground, Carried):
        hand_off = queries.find_hand_off(session, record)
        if hand_off is None or hand_off.presented_at is None:
            return None
    return gate.preview(session, telling_of(record), ground, (), now)


def may_hear_again(session: Session, record: ReferralRecord | None, *, by: Actor, now: datetime) -> bool:
    """Whether an answer about a referral may be given once more: to whom it belongs always, to others as it stands now.

    What somebody showed by their own hand is shown until the referral is over, and no longer.
    """
    if record is None:
        return False
    if record.organization_id == by.organization_id:
        return True
    with standing_in(session, record.organization_id):
        return record.state in LIVING and recipient_may_know(session, record, now)


def would_tell(session: Session, record: ReferralRecord, now: datetime) -> Preview | None:
    """What the recipient would be told if they looked now; for the referrer's eyes, so it tells nobody anything."""
    return gate.preview(session, telling_of(record), _ground_of(record), _carried(session, record), now)


def _tell(
    session: Session,
    record: ReferralRecord,
    consented: Collection[FieldGroup] | None,
    carried: Collection[FieldGroup],
    *,
    by: Actor,
    now: datetime,
) -> Told:
    ground = _ground_of(record)
    # Somebody may have told their team how it went, and never have shown the token there.
    if isinstance(ground, Carried) and not recipient_may_know(session, record, now):
        raise errors.NotThere
    groups = carried if isinstance(ground, Carried) else consented
    return consents.disclose(session, telling_of(record), ground, groups, by=by, now=now)


def _ground_of(record: ReferralRecord) -> Consented | Carried:
    if record.route == Route.SELF_CARRIED or record.consent_id is None:
        return Carried()
    return Consented(record.consent_id)


def _carried(session: Session, record: ReferralRecord) -> frozenset[FieldGroup]:
    hand_off = queries.find_hand_off(session, record)
    return frozenset(FieldGroup(code) for code in hand_off.shows) if hand_off else frozenset()


def tell_fact(session: Session, record: ReferralRecord, *, by: Actor, now: datetime) -> Told:
    """Tell the recipient that there is this referral, and no field; that too is put on record. Raise NotThere."""
    return _tell(session, record, (), (), by=by, now=now)


def hold_consent(session: Session, record: ReferralRecord) -> None:
    """Hold the consent before the referral: everybody takes the two in this order, so nobody waits in a circle."""
    if record.consent_id is not None:
        gate.hold_permission(session, record.organization_id, record.consent_id)
