"""The one gate that every disclosure passes: a live consent, the person's own hand, or an exception on record."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from service import errors
from service.access.queries import records_years
from service.consents import queries, rules
from service.consents.models import ConsentRecord, Disclosure
from service.consents.statements import NOTICE
from service.consents.terms import (
    Basis,
    Consented,
    FieldGroup,
    Ground,
    Party,
    Preview,
    Promised,
    Scope,
    Telling,
    Told,
)
from service.database import uuid7
from service.documents import from_document, to_document
from service.ledger.actions import Actor, write_entry
from service.outbox.actions import promise_event
from service.outbox.rules import EventType

# A consent that was replaced leads on to the one that replaced it; more than this many is a circle.
LONGEST_CHAIN = 16


def disclose(
    session: Session,
    telling: Telling,
    ground: Ground,
    groups: Iterable[FieldGroup] | None = None,
    *,
    by: Actor,
    now: datetime,
) -> Told:
    """Let field groups through if their ground holds now, and put it on record (42 CFR 2.31 to 2.33).

    On the ground of a consent, `groups` None asks for everything that it names; none at all tells only that somebody
    was referred, which is a disclosure too (42 CFR 2.11). Every other ground says itself what is told. Raise NotThere
    when the ground does not hold: confirming that there is something to hide would already tell.
    """
    if not isinstance(ground, Consented):
        told = frozenset(groups or ())
        _record(session, telling, ground.basis, told, None, by=by, now=now)
        return Told(telling=telling, ground=ground, field_groups=told, notice=NOTICE)
    permission = hold_permission(session, telling.organization_id, ground.consent_id)
    if permission is None or permission.person_id != telling.person_id:
        raise errors.NotThere
    told = permission.groups_for(telling.party) if groups is None else frozenset(groups)
    if not permission.covers(telling.party, telling.purpose, told, now):
        raise errors.NotThere
    _record(session, telling, ground.basis, told, permission, by=by, now=now)
    scope = scope_of(permission, telling.party)
    return Told(telling=telling, ground=ground, field_groups=told, notice=NOTICE, scope=scope)


def preview(
    session: Session, telling: Telling, ground: Ground, groups: Iterable[FieldGroup], now: datetime
) -> Preview | None:
    """Answer what would be let through now, for those whose record it is; None when nothing would be.

    On the ground of a consent that is everything it names for this party; every other ground says itself what."""
    if not isinstance(ground, Consented):
        return Preview(field_groups=frozenset(groups), notice=NOTICE)
    permission = allows(session, telling, ground.consent_id, now)
    if permission is None:
        return None
    shown = permission.groups_for(telling.party)
    return Preview(field_groups=shown, notice=NOTICE, scope=scope_of(permission, telling.party))


def promise(session: Session, told: Told, event: EventType, *, version: int, now: datetime) -> None:
    """Promise an event to the organization that was `told`, in the unit of work in which the gate let it through.

    The ground goes along, so that the gate can be asked again at every attempt to deliver it. Whoever has no
    organization here is promised nothing.
    """
    audience = told.telling.party.organization_id
    if audience is None:
        return
    consent_id = told.ground.consent_id if isinstance(told.ground, Consented) else None
    promise_event(
        session, event, audience=audience, record_id=told.telling.about[1], version=version, now=now,
        person_id=told.telling.person_id, ground=to_document(Promised(told.telling, consent_id)),
    )  # fmt: skip


def promise_end(
    session: Session, audience: UUID, event: EventType, record_id: UUID, *, version: int = 1, now: datetime
) -> None:
    """Promise to tell somebody who knew that something is over: an id. It carries no person, so that the next
    revocation does not cancel it, and so that it arrives when the person is erased."""
    promise_event(session, event, audience=audience, record_id=record_id, version=version, now=now)


def still_allowed(session: Session, ground: dict[str, Any] | None, audience: UUID, now: datetime) -> bool:
    """Ask once more, at the moment of delivery, whether an event may be told, and hold its consent until then.

    `ground` is what `promise` laid down beside the event; without one the answer is no.
    """
    if ground is None:
        return False
    promised = from_document(ground, Promised)
    telling = promised.telling
    if telling.party.organization_id != audience:
        return False
    if promised.consent_id is None:
        return True
    permission = hold_permission(session, telling.organization_id, promised.consent_id)
    return _covering(permission, telling, now) is not None


def allows(session: Session, telling: Telling, consent_id: UUID, now: datetime) -> rules.Permission | None:
    """Answer the permission that lets this party know at all that somebody is on their way to them, or None."""
    permission = _follow(session, telling.organization_id, consent_id, hold=False)
    return _covering(permission, telling, now)


def hold_permission(session: Session, organization_id: UUID, consent_id: UUID) -> rules.Permission | None:
    """Find what a consent allows, and let nobody change it before this unit of work is over.

    So a revocation either came before, and is seen here, or waits until what was told is on record.
    """
    return _follow(session, organization_id, consent_id, hold=True)


def scope_of(permission: rules.Permission, party: Party) -> Scope:
    """Explain what a permission covers for this party, without the name of anybody, or a word on what it does not."""
    return Scope(
        consent_id=permission.id,
        version=permission.version,
        purpose=permission.terms.purpose,
        field_groups=tuple(sorted(permission.groups_for(party))),
        expiry=permission.terms.expiry,
    )


def forget_old_disclosures(session: Session, now: datetime) -> int:
    """Drop what was told longer ago than its organization accounts for. Answer how many."""
    dropped = 0
    for organization_id, years in records_years(session):
        old = sa.delete(Disclosure).where(
            Disclosure.organization_id == organization_id, Disclosure.at < now - timedelta(days=366 * years)
        )
        dropped += cast(sa.CursorResult[Any], session.execute(old)).rowcount
    return dropped


def hold(session: Session, organization_id: UUID, consent_id: UUID) -> None:
    """Write to the consent's row, changing nothing: both databases let nobody else write there until the commit."""
    session.execute(
        sa.update(ConsentRecord)
        .where(ConsentRecord.organization_id == organization_id, ConsentRecord.id == consent_id)
        .values(version=ConsentRecord.version)
        .execution_options(synchronize_session=False)
    )


def _covering(permission: rules.Permission | None, telling: Telling, now: datetime) -> rules.Permission | None:
    if permission is None or permission.person_id != telling.person_id:
        return None
    return permission if permission.covers(telling.party, telling.purpose, (), now) else None


def _follow(session: Session, organization_id: UUID, consent_id: UUID, *, hold: bool) -> rules.Permission | None:
    take = _held if hold else queries.find_permission
    permission = take(session, organization_id, consent_id)
    for _ in range(LONGEST_CHAIN):
        if permission is None or permission.superseded_by is None:
            return permission
        permission = take(session, organization_id, permission.superseded_by)
    return None


def _held(session: Session, organization_id: UUID, consent_id: UUID) -> rules.Permission | None:
    hold(session, organization_id, consent_id)
    return queries.find_permission(session, organization_id, consent_id)


def _record(
    session: Session,
    telling: Telling,
    basis: Basis,
    told: frozenset[FieldGroup],
    permission: rules.Permission | None,
    *,
    by: Actor,
    now: datetime,
) -> None:
    consent_id = permission.id if permission else None
    entry_id = write_entry(
        session,
        "disclosed",
        by=by,
        now=now,
        person_id=telling.person_id,
        subject=telling.about,
        field_groups=sorted(told),
        purpose=telling.purpose,
        consent_id=consent_id,
        recipient_id=telling.party.provider_id,
    )
    session.add(
        Disclosure(
            organization_id=telling.organization_id,
            id=uuid7(now),
            person_id=telling.person_id,
            at=now,
            basis=basis,
            consent_id=consent_id,
            consent_version=permission.version if permission else None,
            recipient_provider_id=telling.party.provider_id,
            recipient_organization_id=telling.party.organization_id,
            purpose=telling.purpose,
            field_groups=sorted(told),
            subject=telling.about[0],
            subject_id=telling.about[1],
            notice_version=NOTICE.text_version,
            request_id=by.request_id,
            entry_id=entry_id,
        )
    )
