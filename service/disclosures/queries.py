"""Drawing up the accounting: every disclosure that is on record, also of consents that are over."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from service.access.queries import organization_names
from service.consents.queries import list_disclosures
from service.consents.terms import FieldGroup
from service.disclosures.rules import Accounted
from service.providers.queries import provider_names


def account_for(
    session: Session,
    organization_id: UUID,
    person_id: UUID,
    *,
    after: tuple[Any, ...] | None,
    count: int,
    since: datetime | None = None,
) -> list[Accounted]:
    """Account for what was told about a person, the newest first: at most `count` after the key (at, id), and nothing
    from before `since`. It is read in three queries, however long it is."""
    found = list_disclosures(session, organization_id, person_id, after=after, count=count, since=since)
    providers = {each.recipient_provider_id for each in found if each.recipient_provider_id}
    organizations = {each.recipient_organization_id for each in found if each.recipient_organization_id}
    names = {**provider_names(session, providers), **organization_names(session, organizations)}
    return [_accounted(each, names) for each in found]


def _accounted(told: sa.Row[Any], names: Mapping[UUID, str]) -> Accounted:
    return Accounted(
        id=told.id,
        at=told.at,
        provider_id=told.recipient_provider_id,
        provider_name=_name(told.recipient_provider_id, names),
        organization_id=told.recipient_organization_id,
        organization_name=_name(told.recipient_organization_id, names),
        field_groups=tuple(map(FieldGroup, told.field_groups)),
        purpose=told.purpose,
        basis=told.basis,
        consent_id=told.consent_id,
        consent_version=told.consent_version,
        notice_version=told.notice_version,
        subject=told.subject,
        subject_id=told.subject_id,
        entry_id=told.entry_id,
    )


def _name(known: UUID | None, names: Mapping[UUID, str]) -> str | None:
    return names.get(known) if known else None
