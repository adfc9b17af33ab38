"""Making a move: one step, for whoever may make it, from the version that they saw."""

from __future__ import annotations

import uuid
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from service import errors, vault
from service.access.rules import Caller
from service.consents import actions as consents
from service.consents import gate
from service.consents.terms import ExpiryEvent, Told
from service.database import only_row, uuid7
from service.guidance.language import lint
from service.ledger.actions import write_entry
from service.outbox.actions import promise_event
from service.outbox.rules import EventType
from service.providers import capacity
from service.providers.rules import NoRoom
from service.referrals import queries, reading, rules, sharing
from service.referrals.models import MoveRecord, ProviderReview, ReferralRecord
from service.referrals.reasons import REASONS, Reason, flags_provider
from service.referrals.referral import NewMove, Referral
from service.referrals.states import OVER, Move, Place, Side, State
from service.wall import standing_in

# An event with which a consent may end by itself, and the moves that bring it about.
_ENDS = frozenset({ExpiryEvent.REFERRAL_CLOSED, ExpiryEvent.END_OF_TREATMENT})


def make_move(
    session: Session,
    referral_id: uuid.UUID,
    new_move: NewMove,
    *,
    expected_version: int | None,
    locale: str,
    by: Caller,
    now: datetime,
) -> Referral:
    """Make one move, and answer the referral as the mover sees it afterwards.

    Raise NotThere, then Stale, then MoveNotAllowed, in this order, so that nobody learns more than they may know.
    """
    record = queries.find_standing(session, by.organization_id, referral_id)
    if record is None:
        raise errors.NotThere
    with standing_in(session, record.organization_id):
        return _move(session, record, new_move, expected_version=expected_version, locale=locale, by=by, now=now)


def _move(
    session: Session,
    record: ReferralRecord,
    new_move: NewMove,
    *,
    expected_version: int | None,
    locale: str,
    by: Caller,
    now: datetime,
) -> Referral:
    sides = queries.sides_of(record, by.organization_id)
    sharing.hold_consent(session, record)
    told = None if Side.REFERRER in sides else sharing.tell_fact(session, record, by=by, now=now)
    if expected_version not in {None, record.version}:
        raise errors.Stale
    side = rules.side_of(new_move.move, record.state, sides)
    reason = rules.reason_for(new_move.move, side, new_move.reason)
    waited = record.state == State.WAITLISTED
    take_step(session, record, new_move, side, reason, by=by, now=now)
    _change_room(session, record, new_move, side, reason, waited=waited, by=by, now=now)
    if side == Side.PROVIDER or new_move.move == Move.CLOSE:
        _flag(session, record, reason, by=by, now=now)
    announce(session, record, rules.MOVES[new_move.move].event, told, by=by, now=now)
    _end_consent(session, record, new_move.move, by=by, now=now)
    referral = reading.show(session, record, sides, told, locale=locale, now=now)
    return replace(referral, language_findings=lint(new_move.text, "/reason/text") if new_move.text else ())


def take_step(
    session: Session,
    record: ReferralRecord,
    new_move: NewMove,
    side: Side,
    reason: Reason | None,
    *,
    by: Caller,
    now: datetime,
) -> None:
    """Write a step down, if the referral still stands where it stood when it was read. Raise Stale when not."""
    state = rules.after(new_move.move, record.paused_from)
    result = session.execute(
        sa.update(ReferralRecord)
        .where(
            ReferralRecord.organization_id == record.organization_id,
            ReferralRecord.id == record.id,
            ReferralRecord.version == record.version,
            ReferralRecord.state == record.state,
        )
        .values(
            state=state,
            paused_from=record.state if new_move.move == Move.PAUSE else None,
            version=ReferralRecord.version + 1,
            changed_at=now,
        )
        .execution_options(synchronize_session=False)
    )
    only_row(cast(sa.CursorResult[Any], result), errors.Stale)
    session.refresh(record)
    write_step(session, record, new_move, side, reason, by=by, now=now)


def write_step(
    session: Session,
    record: ReferralRecord,
    new_move: NewMove,
    side: Side,
    reason: Reason | None,
    *,
    by: Caller,
    now: datetime,
) -> None:
    """Write down the step that made this version, with what was said sealed under the person's key."""
    session.add(
        MoveRecord(
            organization_id=record.organization_id,
            referral_id=record.id,
            version=record.version,
            move=new_move.move,
            state=record.state,
            side=side,
            reason=reason,
            said=_sealed(session, record, new_move),
            at=now,
            happened_at=new_move.happened_at,
            by_organization_id=by.organization_id,
            application_id=by.application_id,
            acting_worker=by.acting_worker,
        )
    )
    write_entry(
        session,
        f"referral_move_{new_move.move}",
        by=by,
        now=now,
        person_id=record.person_id,
        subject=("referral", record.id),
        consent_id=record.consent_id,
        recipient_id=record.provider_id,
    )
    session.flush()


def announce(
    session: Session, record: ReferralRecord, event: EventType | None, told: Told | None, *, by: Caller, now: datetime
) -> None:
    """Promise to tell both organizations, the recipient only if they may know about the person at this moment.

    `told` is what the recipient was let through for this very step; without it the gate is asked here.
    """
    if event is None:
        return
    promise_event(
        session,
        event,
        audience=record.organization_id,
        record_id=record.id,
        version=record.version,
        now=now,
        person_id=record.person_id,
    )
    elsewhere = record.recipient_organization_id not in {None, record.organization_id}
    if told is None and elsewhere and sharing.recipient_may_know(session, record, now):
        told = sharing.tell_fact(session, record, by=by, now=now)
    if told is not None:
        gate.promise(session, told, event, version=record.version, now=now)


def _change_room(
    session: Session,
    record: ReferralRecord,
    new_move: NewMove,
    side: Side,
    reason: Reason | None,
    *,
    waited: bool,
    by: Caller,
    now: datetime,
) -> None:
    """Take a place or give it back, and hear the news: whoever answers tells how much room there is."""
    place = rules.MOVES[new_move.move].place
    if place == Place.TAKE:
        _hold_place(session, record, _took_place(session, record, waited=waited, by=by, now=now))
    elif place == Place.GIVE_BACK and record.holds_place:
        capacity.give_place_back(session, record.offering_id, by=by, now=now)
        _hold_place(session, record, False)
    elif side == Side.PROVIDER and reason is not None and REASONS[reason].no_room:
        capacity.hear_of_no_room(
            session,
            record.offering_id,
            waitlist=new_move.move == Move.WAITLIST,
            expected_wait_days=new_move.details.expected_wait_days,
            by=by,
            now=now,
        )
    if rules.says_silence(side, reason) or new_move.move == Move.ENTER_IN_ERROR:
        _hear_silence(session, record, by=by, now=now)


def _hear_silence(session: Session, record: ReferralRecord, *, by: Caller, now: datetime) -> None:
    """Count a silence with the step that says so first; what was no referral at all was no silence either."""
    silence = queries.silence_of(session, record)
    if silence is not None and record.state == State.ENTERED_IN_ERROR:
        capacity.take_silence_back(session, record.offering_id, silence.at, by=by, now=now)
    elif silence is not None and silence.version == record.version:
        capacity.hear_silence(session, record.offering_id, by=by, now=now)


def _took_place(session: Session, record: ReferralRecord, *, waited: bool, by: Caller, now: datetime) -> bool:
    """Whether a counted place was taken. Raise NoRoom."""
    try:
        return capacity.take_place(session, record.offering_id, by=by, now=now)
    except NoRoom:
        # A place that frees up goes straight to whoever waited for it; it was never among the open ones.
        if not waited:
            raise
        return False


def _hold_place(session: Session, record: ReferralRecord, holds: bool) -> None:
    record.holds_place = holds
    session.flush()


def _flag(session: Session, record: ReferralRecord, reason: Reason | None, *, by: Caller, now: datetime) -> None:
    """Have somebody look at the provider. The flag names no person, and nobody's record hears of it."""
    if reason is None or not flags_provider(reason):
        return
    session.add(
        ProviderReview(
            id=uuid7(now), provider_id=record.provider_id, offering_id=record.offering_id, reason=reason, flagged_at=now
        )
    )
    write_entry(session, "provider_flagged", by=by, now=now, subject=("provider", record.provider_id))


def _end_consent(session: Session, record: ReferralRecord, move: Move, *, by: Caller, now: datetime) -> None:
    """End a consent whose term has come, once nobody is on the way on the strength of it any more."""
    if record.consent_id is None:
        return
    if move == Move.FIRST_MEETING:
        events = frozenset({ExpiryEvent.FIRST_MEETING})
    elif record.state in OVER and not queries.living_under(session, record.organization_id, record.consent_id):
        events = _ENDS
    else:
        return
    consents.end_with(session, record.organization_id, record.consent_id, events, by=by, now=now)


def _sealed(session: Session, record: ReferralRecord, new_move: NewMove) -> bytes | None:
    details = {name: value for name, value in asdict(new_move.details).items() if value is not None}
    if new_move.text is None and not details:
        return None
    about = ("referral_move", record.id, record.version)
    return vault.seal(session, record.person_id, {"text": new_move.text, "details": details}, about=about)
