"""Looking up referrals: one's own by organization and id, those sent to one by recipient and id."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from service.consents.queries import may_be_in_force
from service.referrals.models import HandOff, MoveRecord, ProviderReview, ReferralRecord
from service.referrals.rules import says_silence
from service.referrals.states import LIVING, UNSEEN_BY_PROVIDER, Move, Side, State


def find_standing(session: Session, organization_id: UUID, referral_id: UUID) -> ReferralRecord | None:
    """Find a referral that an organization made, or one that was sent to it and that it may know about."""
    own = session.get(ReferralRecord, (organization_id, referral_id), populate_existing=True)
    return own or _find_received(session, organization_id, referral_id)


def sides_of(record: ReferralRecord, organization_id: UUID) -> tuple[Side, ...]:
    """On which sides an organization stands.

    A provider without an organization here answers by phone or in person; then the referrer writes its answers down.
    """
    own = record.organization_id == organization_id
    answers = record.recipient_organization_id == organization_id or (own and record.recipient_organization_id is None)
    return tuple(side for side, stands in ((Side.REFERRER, own), (Side.PROVIDER, answers)) if stands)


def list_steps(session: Session, record: ReferralRecord) -> Sequence[MoveRecord]:
    """Every step of a referral, the first one first."""
    return session.scalars(
        sa.select(MoveRecord)
        .where(MoveRecord.organization_id == record.organization_id, MoveRecord.referral_id == record.id)
        .order_by(MoveRecord.version)
    ).all()


def silence_of(session: Session, record: ReferralRecord) -> MoveRecord | None:
    """The first step that says that nobody answered at the offering: one referral is one silence."""
    said = (step for step in list_steps(session, record) if says_silence(step.side, step.reason))
    return next(said, None)


def accepted_between(session: Session, since: datetime, until: datetime) -> list[tuple[UUID, UUID]]:
    """Who was accepted by which offering within a span, each pair once: person, offering. For the house at work."""
    asked = (
        sa.select(ReferralRecord.person_id, ReferralRecord.offering_id)
        .join(
            MoveRecord,
            (MoveRecord.organization_id == ReferralRecord.organization_id)
            & (MoveRecord.referral_id == ReferralRecord.id),
        )
        .where(MoveRecord.move == Move.ACCEPT, MoveRecord.at >= since, MoveRecord.at < until)
    )
    return [(person_id, offering_id) for person_id, offering_id in session.execute(asked.distinct())]


def find_hand_off(session: Session, record: ReferralRecord) -> HandOff | None:
    """Find what the person carries for this referral."""
    return session.get(HandOff, (record.organization_id, record.id), populate_existing=True)


def find_presentable(
    session: Session, organization_id: UUID, token_hash: bytes, now: datetime
) -> tuple[HandOff, ReferralRecord] | None:
    """Find a hand-off that this organization may redeem now, and its referral, by the keyed hash of the token."""
    statement = (
        sa.select(HandOff, ReferralRecord)
        .join(
            ReferralRecord,
            (ReferralRecord.organization_id == HandOff.organization_id) & (ReferralRecord.id == HandOff.referral_id),
        )
        .where(
            HandOff.token_hash == token_hash,
            HandOff.presented_at.is_(None),
            HandOff.expires_at > now,
            ReferralRecord.recipient_organization_id == organization_id,
            ReferralRecord.state == State.CARRIED,
        )
    )
    return session.execute(statement).one_or_none()


def find_by_token(session: Session, organization_id: UUID, token_hash: bytes) -> ReferralRecord | None:
    """Find the referral to this organization that a token belongs to, whether it was redeemed or not."""
    carried = sa.select(ReferralRecord).join(
        HandOff,
        (ReferralRecord.organization_id == HandOff.organization_id) & (ReferralRecord.id == HandOff.referral_id),
    )
    mine = carried.where(HandOff.token_hash == token_hash, ReferralRecord.recipient_organization_id == organization_id)
    return session.scalars(mine).one_or_none()


def held_of_person(session: Session, organization_id: UUID, person_id: UUID) -> Sequence[ReferralRecord]:
    """A person's referrals as they stand; nobody moves them before this unit of work is over."""
    theirs = (ReferralRecord.organization_id == organization_id, ReferralRecord.person_id == person_id)
    hold = sa.update(ReferralRecord).where(*theirs).values(version=ReferralRecord.version)
    session.execute(hold.execution_options(synchronize_session=False))
    return session.scalars(sa.select(ReferralRecord).where(*theirs).execution_options(populate_existing=True)).all()


def recipients_of(session: Session, organization_id: UUID, person_id: UUID) -> list[UUID]:
    """The other organizations to which a person was ever referred."""
    found = sa.select(ReferralRecord.recipient_organization_id).where(
        ReferralRecord.organization_id == organization_id,
        ReferralRecord.person_id == person_id,
        ReferralRecord.recipient_organization_id != organization_id,
    )
    return [each for each in session.scalars(found.distinct()) if each is not None]


def has_living(session: Session, organization_id: UUID, person_id: UUID, offering_id: UUID) -> bool:
    """Whether this person is on the way to this offering already."""
    found = session.execute(
        sa.select(ReferralRecord.id).where(
            ReferralRecord.organization_id == organization_id,
            ReferralRecord.person_id == person_id,
            ReferralRecord.offering_id == offering_id,
            ReferralRecord.state.in_(LIVING),
        )
    )
    return found.first() is not None


def living_under(session: Session, organization_id: UUID, consent_id: UUID) -> bool:
    """Whether anybody is still on the way on the strength of this consent."""
    found = session.execute(
        sa.select(ReferralRecord.id).where(
            ReferralRecord.organization_id == organization_id,
            ReferralRecord.consent_id == consent_id,
            ReferralRecord.state.in_(LIVING),
        )
    )
    return found.first() is not None


def tried_offerings(session: Session, organization_id: UUID, person_id: UUID) -> frozenset[UUID]:
    """The offerings to which this person was, or is being, referred: none of them is the next best."""
    return frozenset(
        session.scalars(
            sa.select(ReferralRecord.offering_id).where(
                ReferralRecord.organization_id == organization_id, ReferralRecord.person_id == person_id
            )
        )
    )


def list_reviews(session: Session, count: int) -> Sequence[ProviderReview]:
    """Providers to look at because of how they turned somebody away, the newest flag first; for commands."""
    return session.scalars(sa.select(ProviderReview).order_by(ProviderReview.flagged_at.desc()).limit(count)).all()


def worklist(
    session: Session,
    organization_id: UUID,
    *,
    side: Side | None,
    states: Sequence[State],
    changed_after: datetime | None,
    after: tuple[Any, ...] | None,
    count: int,
) -> Sequence[ReferralRecord]:
    """Referrals of an organization and to it, changed last first, at most `count` after (changed_at, id)."""
    made = ReferralRecord.organization_id == organization_id
    received = sa.and_(
        ReferralRecord.recipient_organization_id == organization_id, ReferralRecord.state.not_in(UNSEEN_BY_PROVIDER)
    )
    boxes = {Side.REFERRER: made, Side.PROVIDER: received, None: sa.or_(made, received)}
    statement = sa.select(ReferralRecord).where(boxes[side])
    if states:
        statement = statement.where(ReferralRecord.state.in_(states))
    if changed_after is not None:
        statement = statement.where(ReferralRecord.changed_at > changed_after)
    if after is not None:
        statement = statement.where(_place(ReferralRecord.changed_at, ReferralRecord.id) < _key(after))
    order = (ReferralRecord.changed_at.desc(), ReferralRecord.id.desc())
    return session.scalars(statement.order_by(*order).limit(count)).all()


def _find_received(session: Session, organization_id: UUID, referral_id: UUID) -> ReferralRecord | None:
    """One question for all that may not be known: not there, somebody else's, revoked, and never shown."""
    shown = sa.exists().where(
        HandOff.organization_id == ReferralRecord.organization_id,
        HandOff.referral_id == ReferralRecord.id,
        HandOff.presented_at.is_not(None),
    )
    return session.scalars(
        sa.select(ReferralRecord)
        .where(
            ReferralRecord.recipient_organization_id == organization_id,
            ReferralRecord.id == referral_id,
            ReferralRecord.state.not_in(UNSEEN_BY_PROVIDER),
            may_be_in_force(ReferralRecord.organization_id, ReferralRecord.consent_id) | shown,
        )
        .execution_options(populate_existing=True)
    ).one_or_none()


def _place(*columns: Any) -> sa.Tuple:
    return sa.tuple_(*columns)


def _key(after: tuple[Any, ...]) -> sa.Tuple:
    changed_at, referral_id = after
    return sa.tuple_(
        sa.literal(changed_at, ReferralRecord.changed_at.type), sa.literal(referral_id, ReferralRecord.id.type)
    )
