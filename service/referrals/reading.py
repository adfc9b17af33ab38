"""Reading referrals: each side sees its own picture, made at the moment of looking."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, cast

from sqlalchemy.orm import Session

from service import errors, vault
from service.access.rules import Caller
from service.consents.terms import Preview, Told
from service.intakes import queries as intakes
from service.intakes.groups import Shared, shared_of
from service.ledger.actions import write_entry
from service.providers import queries as providers
from service.referrals import queries, rules, sharing
from service.referrals.models import MoveRecord, ReferralRecord
from service.referrals.next_best import next_best_for
from service.referrals.reasons import REASONS
from service.referrals.referral import Because, Details, Line, OfferingName, Referral, Step, Ticket
from service.referrals.states import LIVING, Move, Route, Side, State
from service.wall import standing_in


def read_referral(session: Session, referral_id: uuid.UUID, *, locale: str, by: Caller, now: datetime) -> Referral:
    """Read one referral, as the side that asks may see it now. Raise NotThere."""
    record = queries.find_standing(session, by.organization_id, referral_id)
    if record is None:
        raise errors.NotThere
    sides = queries.sides_of(record, by.organization_id)
    if Side.REFERRER not in sides:
        with standing_in(session, record.organization_id):
            told = sharing.tell_recipient(session, record, by=by, now=now)
            return show(session, record, sides, told, locale=locale, now=now)
    write_entry(session, "referral_read", by=by, now=now, person_id=record.person_id, subject=("referral", record.id))
    return show(session, record, sides, None, locale=locale, now=now)


def list_referrals(
    session: Session,
    *,
    side: Side | None,
    states: Sequence[State],
    changed_after: datetime | None,
    after: tuple[Any, ...] | None,
    count: int,
    by: Caller,
    now: datetime,
) -> list[Line]:
    """Read a worklist: what one made, and what was sent to one and may still be known. One entry names them all."""
    lines: list[Line] = []
    while len(lines) < count:
        rows = queries.worklist(
            session, by.organization_id, side=side, states=states, changed_after=changed_after, after=after, count=count
        )
        lines += [line for row in rows if (line := _line(session, row, by, now))]
        if len(rows) < count:
            break
        after = (rows[-1].changed_at, rows[-1].id)
    write_entry(session, "referrals_listed", by=by, now=now, also=[line.id for line in lines[:count]])
    return lines[:count]


def show(
    session: Session, record: ReferralRecord, sides: tuple[Side, ...], told: Told | None, *, locale: str, now: datetime
) -> Referral:
    """Show a referral as it stands: the recipient sees what they were `told`, the referrer what would be told."""
    if Side.REFERRER not in sides:
        return _picture(session, record, sides, told)
    would_be_told = sharing.would_tell(session, record, now)
    hand_off = queries.find_hand_off(session, record)
    steps = queries.list_steps(session, record)
    return replace(
        _picture(session, record, sides, would_be_told),
        person_id=record.person_id,
        intake_id=record.intake_id,
        choice_id=record.choice_id,
        consent_id=record.consent_id,
        consent_effective=would_be_told is not None if record.route == Route.CONSENTED else None,
        note=note_of(session, record),
        hand_off=Ticket(expires_at=hand_off.expires_at) if hand_off else None,
        next_best=next_best_for(session, record, steps, locale=locale, now=now),
    )


def history_of(session: Session, record: ReferralRecord) -> tuple[Step, ...]:
    """Every step of a referral with all that was said at it, for the person whose way it is."""
    return tuple(_step(session, record, step, (Side.REFERRER,)) for step in queries.list_steps(session, record))


def note_of(session: Session, record: ReferralRecord) -> str | None:
    """What the worker wrote beside a referral."""
    if record.note is None:
        return None
    return cast(str, vault.open(session, record.person_id, record.note, about=("referral", record.id, 1)))


def _picture(
    session: Session, record: ReferralRecord, sides: tuple[Side, ...], told: Told | Preview | None
) -> Referral:
    steps = queries.list_steps(session, record)
    closings = [(step.side, step.reason) for step in steps if step.move == Move.CLOSE]
    # Whoever receives people there knows where it is; the address is for those who go, and for who walks with them.
    told_where = Side.REFERRER in sides and rules.tells_where(record.state, [step.move for step in steps])
    return Referral(
        concerning=record.person_id,
        id=record.id,
        version=record.version,
        state=record.state,
        route=record.route,
        side=sides[0],
        allowed_moves=rules.allowed_moves(record.state, sides),
        history=tuple(_step(session, record, step, sides) for step in steps),
        offering=_offering(session, record, told_where=told_where),
        shared=_shared(session, record, told),
        made_at=record.made_at,
        changed_at=record.changed_at,
        notice=told.notice if told else None,
        consent_scope=told.scope if told else None,
        closing_word=rules.closing_word(closings) if Side.REFERRER in sides else None,
    )


def _step(session: Session, record: ReferralRecord, step: MoveRecord, sides: tuple[Side, ...]) -> Step:
    said = _said(session, record, step)
    return Step(
        move=step.move,
        state=step.state,
        at=step.at,
        by=step.side,
        happened_at=step.happened_at,
        reason=_because(step, said.get("text"), sides),
        details=Details(**said.get("details", {})),
    )


def _because(step: MoveRecord, text: str | None, sides: tuple[Side, ...]) -> Because | None:
    # Why the person stepped back is theirs; a provider reads its own reasons. What they lead to is the referrer's.
    referrer = Side.REFERRER in sides
    if step.reason is None or not (referrer or step.side == Side.PROVIDER):
        return None
    return Because(code=step.reason, text=text, leads_to=REASONS[step.reason].leads_to if referrer else ())


def _said(session: Session, record: ReferralRecord, step: MoveRecord) -> dict[str, Any]:
    if step.said is None:
        return {}
    about = ("referral_move", record.id, step.version)
    return cast(dict[str, Any], vault.open(session, record.person_id, step.said, about=about))


def _shared(session: Session, record: ReferralRecord, told: Told | Preview | None) -> Shared:
    if told is None or not told.field_groups or record.state not in LIVING:
        return {}
    intake = intakes.find_intake(session, record.organization_id, record.intake_id)
    return shared_of(intake.content, told) if intake else {}


def _offering(session: Session, record: ReferralRecord, *, told_where: bool) -> OfferingName:
    offering = providers.get_offering(session, record.offering_id)
    return OfferingName(
        id=offering.id,
        name=offering.name,
        provider_id=offering.provider_id,
        provider_name=offering.provider_name,
        sites=tuple(site.shown(told_where=told_where) for site in offering.facts.sites),
    )


def _line(session: Session, record: ReferralRecord, by: Caller, now: datetime) -> Line | None:
    """A line of a worklist; None for a recipient who may not know of it now."""
    own = record.organization_id == by.organization_id
    with standing_in(session, record.organization_id):
        known = None if own else sharing.known_fact(session, record, now)
    if not own and known is None:
        return None
    return Line(
        id=record.id,
        version=record.version,
        state=record.state,
        route=record.route,
        side=Side.REFERRER if own else Side.PROVIDER,
        offering_id=record.offering_id,
        made_at=record.made_at,
        changed_at=record.changed_at,
        person_id=record.person_id if own else None,
        intake_id=record.intake_id if own else None,
        notice=known.notice if known else None,
        consent_scope=known.scope if known else None,
    )
