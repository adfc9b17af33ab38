"""Looking up who knocks."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from service.access.models import ApiKey, Application, Organization
from service.access.rules import OrganizationKind, Scope
from service.wall import acts_for


@dataclass(frozen=True, slots=True)
class KnownKey:
    """As much of a key, its application and its organization as the door needs to know."""

    secret_hash: bytes
    expires_at: datetime | None
    revoked_at: datetime | None
    application_id: UUID
    scopes: frozenset[Scope]
    organization_id: UUID
    organization_kind: OrganizationKind
    named_places: int
    records_applicants: bool


# Asked on every request, so it asks for columns and not for records.
_KEY = (
    sa.select(
        ApiKey.secret_hash,
        ApiKey.expires_at,
        ApiKey.revoked_at,
        ApiKey.application_id,
        Application.scopes,
        ApiKey.organization_id,
        Organization.kind,
        Organization.named_places,
        Organization.records_applicants,
    )
    .join(
        Application,
        (Application.organization_id == ApiKey.organization_id) & (Application.id == ApiKey.application_id),
    )
    .join(Organization, Organization.id == ApiKey.organization_id)
    .where(ApiKey.id == sa.bindparam("key_id"))
)
# On PostgreSQL the same question says whom the transaction acts for, so that it costs no journey of its own. A key that
# turns out to be wrong ends the transaction before anything else is asked.
_KEY_ACTING = _KEY.add_columns(acts_for(ApiKey.organization_id))


def find_key(session: Session, key_id: str) -> KnownKey | None:
    """Find a key with the scopes of its application and its organization, and act for that, in one query."""
    question = _KEY if session.info["database"].is_sqlite else _KEY_ACTING
    row = session.connection().execute(question, {"key_id": key_id}).one_or_none()
    if row is None:
        return None
    session.info["acts_for"] = row.organization_id
    return KnownKey(
        secret_hash=row.secret_hash,
        expires_at=row.expires_at,
        revoked_at=row.revoked_at,
        application_id=row.application_id,
        scopes=frozenset(Scope(scope) for scope in row.scopes),
        organization_id=row.organization_id,
        organization_kind=row.kind,
        named_places=row.named_places,
        records_applicants=row.records_applicants,
    )


def organization_names(session: Session, ids: Collection[UUID]) -> dict[UUID, str]:
    """The names of these organizations."""
    if not ids:
        return {}
    rows = session.execute(sa.select(Organization.id, Organization.name).where(Organization.id.in_(ids)))
    return dict(rows.all())


def find_application(session: Session, application_id: UUID) -> Application | None:
    """Find an application by its id alone; for commands, never for requests."""
    return session.execute(sa.select(Application).where(Application.id == application_id)).scalar_one_or_none()


def records_years(session: Session) -> list[tuple[UUID, int]]:
    """How many years each organization accounts for what was told."""
    return [(each.id, each.records_years) for each in session.scalars(sa.select(Organization))]


def list_organizations(session: Session) -> list[Organization]:
    """All organizations, by name; for commands."""
    return list(session.execute(sa.select(Organization).order_by(Organization.name, Organization.id)).scalars())
