"""Looking up consents, always by organization and id together."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from service import vault
from service.consents import rules
from service.consents.models import ConsentRecord, ConsentVersion, Disclosure, RevocationNotice
from service.consents.notice_rules import Notice
from service.consents.terms import FieldGroup, Paper, Party, Terms
from service.documents import from_document


@dataclass(slots=True)
class Known:
    """What somebody was told on the strength of a consent: which field groups, in which of our records."""

    field_groups: set[FieldGroup] = field(default_factory=set)
    subject_ids: set[UUID] = field(default_factory=set)


Row = tuple[ConsentRecord, ConsentVersion]

_STANDING = sa.select(ConsentRecord, ConsentVersion).join(
    ConsentVersion,
    (ConsentVersion.organization_id == ConsentRecord.organization_id)
    & (ConsentVersion.consent_id == ConsentRecord.id)
    & (ConsentVersion.version == ConsentRecord.version),
)
_TOLD = (
    Disclosure.id,
    Disclosure.at,
    Disclosure.basis,
    Disclosure.consent_id,
    Disclosure.consent_version,
    Disclosure.recipient_provider_id,
    Disclosure.recipient_organization_id,
    Disclosure.purpose,
    Disclosure.field_groups,
    Disclosure.subject,
    Disclosure.subject_id,
    Disclosure.notice_version,
    Disclosure.entry_id,
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
        statement = statement.where(_before((ConsentRecord.given_at, ConsentRecord.id), after))
    return [consent_of(session, row, now) for row in session.execute(statement.limit(count))]


def told_under(session: Session, organization_id: UUID, consent_id: UUID) -> dict[Party, Known]:
    """Who was ever told anything on the strength of this consent, or of one that it replaced, and what."""
    columns = (Disclosure.recipient_provider_id, Disclosure.recipient_organization_id, Disclosure.subject_id)
    # As text, because PostgreSQL cannot tell whether two JSON values are the same one.
    groups = sa.cast(Disclosure.field_groups, sa.String)
    rows = session.execute(
        sa.select(*columns, groups)
        .where(
            Disclosure.organization_id == organization_id,
            Disclosure.consent_id.in_(_with_replaced(session, organization_id, consent_id)),
        )
        .distinct()
    )
    known: defaultdict[Party, Known] = defaultdict(Known)
    for provider_id, recipient_id, subject_id, told in rows:
        each = known[Party(provider_id=provider_id, organization_id=recipient_id)]
        each.field_groups.update(map(FieldGroup, json.loads(told)))
        each.subject_ids.add(subject_id)
    return known


def list_disclosures(
    session: Session,
    organization_id: UUID,
    person_id: UUID,
    *,
    after: tuple[Any, ...] | None,
    count: int,
    since: datetime | None = None,
) -> Sequence[sa.Row[Any]]:
    """What was told about a person, the newest first, after the key (at, id), and nothing from before `since`.

    As plain rows: there may be ten thousand of them, and records, with what nobody asks for, take twice as long.
    """
    statement = sa.select(*_TOLD).where(
        Disclosure.organization_id == organization_id, Disclosure.person_id == person_id
    )
    if since is not None:
        statement = statement.where(Disclosure.at >= since)
    if after is not None:
        statement = statement.where(_before((Disclosure.at, Disclosure.id), after))
    return session.execute(statement.order_by(Disclosure.at.desc(), Disclosure.id.desc()).limit(count)).all()


def find_disclosure(session: Session, organization_id: UUID, person_id: UUID, disclosure_id: UUID) -> Disclosure | None:
    """Find one thing that was told about a person."""
    found = session.get(Disclosure, (organization_id, disclosure_id))
    return found if found is not None and found.person_id == person_id else None


def open_consents(session: Session, organization_id: UUID, person_id: UUID) -> list[UUID]:
    """The ids of a person's consents that are not over, always in the same order, so that nobody waits in a circle."""
    statement = sa.select(ConsentRecord.id).where(
        ConsentRecord.organization_id == organization_id,
        ConsentRecord.person_id == person_id,
        ConsentRecord.state.not_in(rules.OVER),
    )
    return list(session.scalars(statement.order_by(ConsentRecord.id)))


def received_notices(
    session: Session, organization_id: UUID, *, after: tuple[Any, ...] | None, count: int
) -> list[Notice]:
    """Notices to an organization that it has not acknowledged, the newest first, after the key (made_at, id)."""
    statement = sa.select(RevocationNotice).where(
        RevocationNotice.recipient_organization_id == organization_id, RevocationNotice.acknowledged_at.is_(None)
    )
    return _notices(session, statement, after, count)


def notices_of(
    session: Session,
    organization_id: UUID,
    person_id: UUID,
    *,
    after: tuple[Any, ...] | None = None,
    count: int | None = None,
    only_open: bool = False,
) -> list[Notice]:
    """Notices that went out because of a person, the newest first, after the key (made_at, id)."""
    statement = sa.select(RevocationNotice).where(
        RevocationNotice.organization_id == organization_id, RevocationNotice.person_id == person_id
    )
    if only_open:
        statement = statement.where(RevocationNotice.acknowledged_at.is_(None))
    return _notices(session, statement, after, count)


def find_notice(session: Session, organization_id: UUID, notice_id: UUID) -> RevocationNotice | None:
    """Find a notice that went out from an organization."""
    return session.get(RevocationNotice, (organization_id, notice_id))


def find_received_notice(session: Session, organization_id: UUID, notice_id: UUID) -> RevocationNotice | None:
    """Find a notice that went to an organization."""
    return session.scalars(
        sa.select(RevocationNotice).where(
            RevocationNotice.recipient_organization_id == organization_id, RevocationNotice.id == notice_id
        )
    ).one_or_none()


def notice_of(record: RevocationNotice) -> Notice:
    """Read a notice. Once it is acknowledged, the recipient has no need to know any more which referrals it was."""
    still_known = () if record.acknowledged_at else map(UUID, record.referral_ids)
    return Notice(
        id=record.id,
        person_id=record.person_id,
        consent_id=record.consent_id,
        consent_version=record.consent_version,
        provider_id=record.recipient_provider_id,
        organization_id=record.recipient_organization_id,
        extent=record.extent,
        referral_ids=tuple(still_known),
        made_at=record.made_at,
        acknowledged_at=record.acknowledged_at,
    )


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


def _notices(
    session: Session, statement: sa.Select[RevocationNotice], after: tuple[Any, ...] | None, count: int | None
) -> list[Notice]:
    columns = RevocationNotice.made_at, RevocationNotice.id
    if after is not None:
        statement = statement.where(_before(columns, after))
    statement = statement.order_by(RevocationNotice.made_at.desc(), RevocationNotice.id.desc()).limit(count)
    return [notice_of(record) for record in session.scalars(statement)]


def _before(columns: tuple[Any, Any], after: tuple[Any, ...]) -> sa.ColumnElement[bool]:
    """Whatever stands behind a key, where the newest comes first."""
    key = (sa.literal(value, column.type) for value, column in zip(after, columns, strict=True))
    return sa.tuple_(*columns) < sa.tuple_(*key)
