"""Making a referral: from the person's own choice, with their consent or by their own hand."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from service import errors, vault
from service.access.rules import Caller
from service.consents import gate
from service.consents.rules import NoLiveConsent
from service.guidance.language import lint
from service.intakes import queries as intakes
from service.intakes.rules import Choice
from service.matching import actions as matching
from service.providers import queries as providers
from service.referrals import conditions, hand_offs, moving, queries, reading, sharing
from service.referrals.models import ReferralRecord
from service.referrals.referral import NewMove, NewReferral, Referral, Ticket
from service.referrals.rules import MOVES
from service.referrals.states import Move, Route, Side


def make_referral(session: Session, new: NewReferral, *, locale: str, by: Caller, now: datetime) -> Referral:
    """Make a referral, and send it or hand it to the person.

    The rules that would keep the match away refuse here too, with the same reasons. Raise AnswersOnly, RouteUnclear,
    UnknownReference, NotChosen, OnTheWayAlready, CannotServe, NoLiveConsent.
    """
    conditions.may_refer(by.organization_kind)
    conditions.fits_route(new.route, has_consent=new.consent_id is not None, shows=new.shows)
    record = _begin(session, new, by=by, now=now)
    _check_choice(session, new, record)
    _check_rules(session, record, locale=locale, now=now)
    _check_consent(session, record, now)
    ticket = _set_out(session, record, new, by=by, now=now)
    referral = reading.show(session, record, queries.sides_of(record, by.organization_id), None, locale=locale, now=now)
    return replace(referral, hand_off=ticket, language_findings=lint(new.note) if new.note else ())


def _begin(session: Session, new: NewReferral, *, by: Caller, now: datetime) -> ReferralRecord:
    """Find everything that the body names, and put it together; nothing is on record yet."""
    intake = intakes.find_intake(session, by.organization_id, new.intake_id)
    if intake is None:
        raise conditions.unknown("/intake_id")
    if intake.person_id is None:
        raise conditions.NotChosen
    offering = providers.find_offering(session, new.offering_id)
    if offering is None:
        raise conditions.unknown("/offering_id")
    carried = new.route == Route.SELF_CARRIED
    record_id = uuid.uuid4()
    note = vault.seal(session, intake.person_id, new.note, about=("referral", record_id, 1)) if new.note else None
    return ReferralRecord(
        organization_id=by.organization_id,
        id=record_id,
        person_id=intake.person_id,
        intake_id=intake.id,
        choice_id=new.choice_id,
        offering_id=offering.id,
        provider_id=offering.provider_id,
        recipient_organization_id=offering.organization_id,
        route=new.route,
        consent_id=new.consent_id,
        state=MOVES[Move.CARRY if carried else Move.SEND].to,
        holds_place=False,
        version=1,
        note=note,
        made_at=now,
        changed_at=now,
    )


def _check_choice(session: Session, new: NewReferral, record: ReferralRecord) -> None:
    choice = intakes.find_choice(session, record.organization_id, new.choice_id)
    if choice is None:
        raise conditions.unknown("/choice_id")
    of_this = (choice.intake_id, choice.offering_id) == (record.intake_id, record.offering_id)
    last = intakes.last_choice(session, record.organization_id, record.intake_id, record.offering_id)
    # Somebody may think again: the last word on this offering counts, and it must be the one that is named.
    if not of_this or choice.choice != Choice.INTERESTED or last is None or last.id != choice.id:
        raise conditions.NotChosen
    if queries.has_living(session, record.organization_id, record.person_id, record.offering_id):
        raise conditions.OnTheWayAlready


def _check_rules(session: Session, record: ReferralRecord, *, locale: str, now: datetime) -> None:
    unmet = matching.judge(
        session, record.organization_id, record.intake_id, record.offering_id, locale=locale, now=now
    )
    if unmet:
        raise conditions.CannotServe(reasons=tuple(errors.Reason(each.rule, each.reason) for each in unmet))


def _check_consent(session: Session, record: ReferralRecord, now: datetime) -> None:
    if record.consent_id is None:
        return
    permission = gate.hold_permission(session, record.organization_id, record.consent_id)
    if permission is None or permission.person_id != record.person_id:
        raise conditions.unknown("/consent_id")
    telling = sharing.telling_of(record)
    reasons = permission.why_not(telling.party, telling.purpose, (), now)
    if reasons:
        raise NoLiveConsent(reasons=reasons)


def _set_out(session: Session, record: ReferralRecord, new: NewReferral, *, by: Caller, now: datetime) -> Ticket | None:
    move = Move.CARRY if new.route == Route.SELF_CARRIED else Move.SEND
    session.add(record)
    session.flush()
    moving.write_step(session, record, NewMove(move=move), Side.REFERRER, None, by=by, now=now)
    if move == Move.CARRY:
        return hand_offs.give_hand_off(session, record, new.shows, now=now)
    if record.recipient_organization_id is None:
        # Nobody there reads this service: the worker tells them, and that is a disclosure like any other.
        sharing.tell_fact(session, record, by=by, now=now)
    moving.announce(session, record, MOVES[move].event, None, by=by, now=now)
    return None
