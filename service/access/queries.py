"""Looking up who knocks."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from service.access.models import ApiKey, Application, Organization
from service.access.rules import Scope


def find_key(session: Session, key_id: str) -> tuple[ApiKey, frozenset[Scope], Organization] | None:
    """Find a key with the scopes of its application and its organization, in one query."""
    row = session.execute(
        sa.select(ApiKey, Application.scopes, Organization)
        .join(
            Application,
            (Application.organization_id == ApiKey.organization_id) & (Application.id == ApiKey.application_id),
        )
        .join(Organization, Organization.id == ApiKey.organization_id)
        .where(ApiKey.id == key_id)
    ).one_or_none()
    if row is None:
        return None
    return row[0], frozenset(Scope(scope) for scope in row[1]), row[2]


def find_application(session: Session, application_id: UUID) -> Application | None:
    """Find an application by its id alone; for commands, never for requests."""
    return session.execute(sa.select(Application).where(Application.id == application_id)).scalar_one_or_none()


def list_organizations(session: Session) -> list[Organization]:
    """All organizations, by name; for commands."""
    return list(session.execute(sa.select(Organization).order_by(Organization.name, Organization.id)).scalars())
