"""Looking up consents, always by organization and id together."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from service import vault
from service.consents import rules
from service.consents.models import ConsentRecord, ConsentVersion, Disclosure
from service.consents.terms import Paper, Party, Terms
from service.documents import from_document

Row = tuple[ConsentRecord, ConsentVersion]

_STANDING = sa.select(ConsentRecord, ConsentVersion).join(
    ConsentVersion,
    (ConsentVersion.organization_id == ConsentRecord.organization_id)
    & (ConsentVersion.consent_id == ConsentRecord.id)
    & (ConsentVersion.version == ConsentRecord.version),
)


def find_permission(session: Session, organization_id: UUID, consent_id: UUID) -> rules.Permission | None:
    """Find what a consent allows as it stands; needs nobody's key."""
    row = _find(session, organization_id, consent_id)
    return permission_of(*row) if row else None


def may_be_in_force(organization_id: Any, consent_id: Any) -> sa.ColumnElement[bool]:
    """Whether a consent, or the one that replaced it, may be in force: for the WHERE of what rests on it.

    So what was revoked is not found, and costs as much as what was never there. It is the gate that decides.
    """
    living = rules.LIVE | {rules.ConsentState.SUPERSEDED}
    return sa.exists().where(
        ConsentRecord.organization_id == organization_id,
        ConsentRecord.id == consent_id,
        ConsentRecord.state.in_(living),
    )


def find_consent(session: Session, organization_id: UUID, consent_id: UUID, *, now: datetime) -> rules.Consent | None:
    """Find a consent with its signed paper."""
    row = _find(session, organization_id, consent_id)
    return consent_of(session, row, now) if row else None


def list_consents(
    session: Session,
    organization_id: UUID,
    person_id: UUID,
    *,
    after: tuple[Any, ...] | None,
    count: int,
    now: datetime,
) -> list[rules.Consent]:
    """A person's consents, the newest first, at most `count` after the key (given_at, id)."""
    statement = _STANDING.where(
        ConsentRecord.organization_id == organization_id, ConsentRecord.person_id == person_id
    ).order_by(ConsentRecord.given_at.desc(), ConsentRecord.id.desc())
    if after is not None:
        statement = statement.where(sa.tuple_(ConsentRecord.given_at, ConsentRecord.id) < sa.tuple_(*_key(after)))
    return [consent_of(session, row, now) for row in session.execute(statement.limit(count))]


def told_parties(session: Session, organization_id: UUID, consent_id: UUID) -> list[Party]:
    """Who was ever told anything on the strength of this consent, or of one that it replaced."""
    rows = session.execute(
        sa.select(Disclosure.recipient_provider_id, Disclosure.recipient_organization_id)
        .where(
            Disclosure.organization_id == organization_id,
            Disclosure.consent_id.in_(_with_replaced(session, organization_id, consent_id)),
        )
        .distinct()
    )
    return [Party(provider_id=provider_id, organization_id=organization) for provider_id, organization in rows]


def permission_of(record: ConsentRecord, version: ConsentVersion) -> rules.Permission:
    """Read what a version allows."""
    return rules.Permission(
        organization_id=record.organization_id,
        id=record.id,
        person_id=record.person_id,
        version=version.version,
        state=version.state,
        terms=from_document(version.terms, Terms),
        superseded_by=record.superseded_by,
    )


def consent_of(session: Session, row: Row, now: datetime) -> rules.Consent:
    """Read a consent and open its paper."""
    record, version = row
    permission = permission_of(record, version)
    about = ("consent_version", record.id, version.version)
    paper = from_document(vault.open(session, record.person_id, version.paper, about=about), Paper)
    return rules.Consent(
        permission=permission,
        paper=paper,
        given_at=record.given_at,
        changed_at=record.changed_at,
        state=permission.state_at(now),
        effective=permission.is_effective(now),
        missing=rules.missing_elements(permission.terms, paper, now),
    )


def _with_replaced(session: Session, organization_id: UUID, consent_id: UUID) -> list[UUID]:
    known = [consent_id]
    for each in known:  # It grows while it is walked, until nothing older is found.
        replaced = sa.select(ConsentRecord.id).where(
            ConsentRecord.organization_id == organization_id, ConsentRecord.superseded_by == each
        )
        known += session.scalars(replaced)
    return known


def _find(session: Session, organization_id: UUID, consent_id: UUID) -> Row | None:
    statement = _STANDING.where(ConsentRecord.organization_id == organization_id, ConsentRecord.id == consent_id)
    return session.execute(statement, execution_options={"populate_existing": True}).one_or_none()


def _key(after: tuple[Any, ...]) -> tuple[sa.ColumnElement[Any], sa.ColumnElement[Any]]:
    given_at, consent_id = after
    return sa.literal(given_at, ConsentRecord.given_at.type), sa.literal(consent_id, ConsentRecord.id.type)
