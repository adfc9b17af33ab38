"""What the recipient of a referral may see of a person, at the very moment of looking."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy.orm import Session

from service import errors
from service.consents import actions as consents
from service.consents import gate
from service.consents.statements import NOTICE
from service.consents.terms import Carried, Consented, FieldGroup, Party, Purpose, Telling, Told
from service.ledger.actions import Actor
from service.referrals import queries
from service.referrals.models import ReferralRecord
from service.referrals.states import LIVING, Route


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
    if record.route == Route.SELF_CARRIED or record.consent_id is None:
        hand_off = queries.find_hand_off(session, record)
        return hand_off is not None and hand_off.presented_at is not None
    return gate.allows(session, telling_of(record), record.consent_id, now) is not None


def would_tell(session: Session, record: ReferralRecord, now: datetime) -> Told | None:
    """What the recipient would be told if they looked now; for the referrer's eyes, so it tells nobody anything."""
    if record.route == Route.SELF_CARRIED or record.consent_id is None:
        return Told(field_groups=_carried(session, record), notice=NOTICE)
    permission = gate.allows(session, telling_of(record), record.consent_id, now)
    if permission is None:
        return None
    return Told(field_groups=permission.terms.field_groups, notice=NOTICE, scope=gate.scope_of(permission))


def _tell(
    session: Session,
    record: ReferralRecord,
    consented: Collection[FieldGroup] | None,
    carried: Collection[FieldGroup],
    *,
    by: Actor,
    now: datetime,
) -> Told:
    if record.route == Route.SELF_CARRIED or record.consent_id is None:
        # Somebody may have told their team how it went, and never have shown the token there.
        if not recipient_may_know(session, record, now):
            raise errors.NotThere
        return consents.disclose(session, telling_of(record), Carried(), carried, by=by, now=now)
    return consents.disclose(session, telling_of(record), Consented(record.consent_id), consented, by=by, now=now)


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
