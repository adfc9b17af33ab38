"""Making organizations, applications and keys, and letting callers in."""

from __future__ import annotations

import hmac
import uuid
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.orm import Session

from service import vault
from service.access import queries, rules
from service.access.models import ApiKey, Application, Organization

_NOBODY = bytes(32)


def make_organization(session: Session, name: str, kind: rules.OrganizationKind, *, now: datetime) -> Organization:
    """Make a tenant."""
    organization = Organization(id=uuid.uuid4(), name=name, kind=kind, made_at=now)
    session.add(organization)
    session.flush()
    return organization


def set_retention(session: Session, organization_id: uuid.UUID, *, people_days: int | None, records_years: int) -> None:
    """Set the clocks of an organization: after how many days without contact people are erased, None for never, and
    how many years what was told is kept. Raise UnknownOrganization."""
    organization = session.get(Organization, organization_id)
    if organization is None:
        raise rules.UnknownOrganization
    organization.people_days = people_days
    organization.records_years = max(records_years, rules.LEAST_RECORDS_YEARS)


def let_applicants_be_recorded(session: Session, organization_id: uuid.UUID, *, allowed: bool) -> None:
    """Let what an organization's people look for be recorded from here on, or no more. Raise UnknownOrganization.

    What was recorded until now stays its twelve months: nothing says any more whose it was.
    """
    organization = session.get(Organization, organization_id)
    if organization is None:
        raise rules.UnknownOrganization
    organization.records_applicants = allowed


def make_application(
    session: Session, organization_id: uuid.UUID, name: str, scopes: Iterable[rules.Scope], *, now: datetime
) -> Application:
    """Make an application of an organization, with its scopes. Raise UnknownOrganization."""
    if session.get(Organization, organization_id) is None:
        raise rules.UnknownOrganization
    application = Application(
        organization_id=organization_id, id=uuid.uuid4(), name=name, scopes=sorted(scopes), made_at=now
    )
    session.add(application)
    session.flush()
    return application


def issue_key(
    session: Session, application_id: uuid.UUID, *, now: datetime, expires_at: datetime | None = None
) -> rules.NewKey:
    """Issue a key. It is shown now and never again; what is kept is its hash. Raise UnknownApplication."""
    application = queries.find_application(session, application_id)
    if application is None:
        raise rules.UnknownApplication
    key = rules.draw_key()
    session.add(
        ApiKey(
            id=key.id,
            organization_id=application.organization_id,
            application_id=application.id,
            secret_hash=vault.blind(session, "api-key", key.secret),
            made_at=now,
            expires_at=expires_at,
        )
    )
    return key


def revoke_key(session: Session, key_id: str, *, now: datetime) -> None:
    """Revoke a key: the very next request with it is refused. Raise UnknownKey."""
    key = session.get(ApiKey, key_id)
    if key is None:
        raise rules.UnknownKey
    key.revoked_at = key.revoked_at or now


def authenticate(
    session: Session, text: str, *, request_id: str, acting_worker: str | None, now: datetime
) -> rules.Caller | None:
    """Answer who sends this key, or None. Unknown, wrong, expired and revoked keys look and cost the same."""
    key = rules.read_key(text)
    found = queries.find_key(session, key.id) if key else None
    offered = vault.blind(session, "api-key", key.secret if key else "")
    if not hmac.compare_digest(offered, found.secret_hash if found else _NOBODY) or found is None or key is None:
        return None
    if not rules.is_live(expires_at=found.expires_at, revoked_at=found.revoked_at, now=now):
        return None
    return rules.Caller(
        organization_id=found.organization_id,
        organization_kind=found.organization_kind,
        application_id=found.application_id,
        credential_id=key.id,
        scopes=found.scopes,
        request_id=request_id,
        acting_worker=acting_worker,
        names_places=found.named_places > 0,
        records_applicants=found.records_applicants,
    )
