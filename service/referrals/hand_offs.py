"""Hand-offs: tokens that people carry, and that an offering redeems once."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from service import errors, vault
from service.access.rules import Caller
from service.consents.terms import FieldGroup
from service.database import only_row
from service.referrals import moving, queries, reading, sharing
from service.referrals.models import HandOff, ReferralRecord
from service.referrals.referral import NewMove, Referral, Ticket
from service.referrals.rules import MOVES
from service.referrals.states import Move, Side
from service.vault.actions import vault_of
from service.vault.guesses import counted_guess
from service.wall import standing_in

TOKEN_BYTES = 16
GOOD_FOR = timedelta(days=14)


class NoSuchHandOff(errors.NotThere):
    """No hand-off for you was found by this token. It may be used, taken back, or over; whoever gave it can give a new
    one."""

    says_more = True


def give_hand_off(session: Session, record: ReferralRecord, shows: Iterable[FieldGroup], *, now: datetime) -> Ticket:
    """Draw a token of 128 random bits. It is shown now and never again; what is kept is its keyed hash."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    session.add(
        HandOff(
            organization_id=record.organization_id,
            referral_id=record.id,
            token_hash=vault.blind(session, "hand-off", token),
            shows=sorted(shows),
            expires_at=now + GOOD_FOR,
        )
    )
    return Ticket(token=token, expires_at=now + GOOD_FOR)


def present_hand_off(
    session: Session,
    token: str,
    only: frozenset[FieldGroup] | None = None,
    *,
    locale: str,
    by: Caller,
    now: datetime,
) -> Referral:
    """Redeem the token that somebody brought, and show what they chose to show; `only` less of it, never more.

    Raise NoSuchHandOff alike for a token that is unknown, used, expired, taken back, or meant for somebody else, and
    TooMany after a few of them.
    """
    source = vault.blind(session, "guess", f"hand-off|{by.application_id}|{by.acting_worker or ''}")
    with counted_guess(vault_of(session), source, now):
        found = queries.find_presentable(session, by.organization_id, vault.blind(session, "hand-off", token), now)
        if found is None:
            raise NoSuchHandOff
    with standing_in(session, found[1].organization_id):
        return _redeem(session, *found, only, locale=locale, by=by, now=now)


def _redeem(
    session: Session,
    hand_off: HandOff,
    record: ReferralRecord,
    only: frozenset[FieldGroup] | None,
    *,
    locale: str,
    by: Caller,
    now: datetime,
) -> Referral:
    shows = [code for code in hand_off.shows if only is None or code in only]
    _use_up(session, hand_off, shows, now)
    moving.take_step(session, record, NewMove(move=Move.PRESENT), Side.PROVIDER, None, by=by, now=now)
    told = sharing.tell_recipient(session, record, by=by, now=now)
    moving.announce(session, record, MOVES[Move.PRESENT].event, told, by=by, now=now)
    return reading.show(session, record, (Side.PROVIDER,), told, locale=locale, now=now)


def carried_with(session: Session, token: str, *, by: Caller) -> ReferralRecord | None:
    """Find the referral to this caller that a token belongs to, used or not."""
    return queries.find_by_token(session, by.organization_id, vault.blind(session, "hand-off", token))


def _use_up(session: Session, hand_off: HandOff, shows: list[str], now: datetime) -> None:
    result = session.execute(
        sa.update(HandOff)
        .where(HandOff.token_hash == hand_off.token_hash, HandOff.presented_at.is_(None))
        .values(presented_at=now, shows=shows)
        .execution_options(synchronize_session=False)
    )
    only_row(cast(sa.CursorResult[Any], result), NoSuchHandOff)
    session.refresh(hand_off)
