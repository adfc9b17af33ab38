"""Consents with sane defaults."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

from service.consents.rules import ConsentState, Permission
from service.consents.terms import (
    Expiry,
    FieldGroup,
    NameBasis,
    Paper,
    Party,
    Purpose,
    Recipient,
    Signature,
    SignatureMethod,
    SubjectName,
    Terms,
)

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def a_party(*, provider_id: uuid.UUID | None = None, organization_id: uuid.UUID | None = None) -> Party:
    """Somebody who might be told something."""
    return Party(provider_id=provider_id or uuid.uuid4(), organization_id=organization_id)


def some_terms(*parties: Party, **changes: Any) -> Terms:
    """Terms that name these parties, for a referral, with priorities and language, for 90 days."""
    facts: dict[str, Any] = {
        "recipients": tuple(Recipient(provider_id=party.provider_id) for party in parties or (a_party(),)),
        "purpose": Purpose.REFERRAL,
        "field_groups": frozenset({FieldGroup.PRIORITIES, FieldGroup.LANGUAGE}),
        "expiry": Expiry(at=NOON + timedelta(days=90)),
    }
    return Terms(**{**facts, **changes})


def a_paper(**changes: Any) -> Paper:
    """A paper with a name and a typed signature."""
    facts: dict[str, Any] = {
        "discloser": "Night Outreach",
        "subject_name": SubjectName(text="Ruby", basis=NameBasis.NAME_USED),
        "signature": Signature(method=SignatureMethod.TYPED, at=NOON - timedelta(minutes=1)),
        "recipients": (None,),
    }
    return Paper(**{**facts, **changes})


def a_permission(*parties: Party, state: ConsentState = ConsentState.ACTIVE, **changes: Any) -> Permission:
    """A live permission that names these parties."""
    return Permission(
        organization_id=uuid.uuid4(),
        id=uuid.uuid4(),
        person_id=uuid.uuid4(),
        version=1,
        state=state,
        terms=some_terms(*parties, **changes),
    )


def a_consent_body(**changes: Any) -> dict[str, Any]:
    """The body of POST /v1/people/{id}/consents: complete, for 90 days, to whom `recipients` says."""
    body: dict[str, Any] = {
        "subject_name": {"text": "Ruby", "basis": "name_used"},
        "purpose": "referral",
        "scope": ["name", "priorities", "language"],
        "expires": {"at": "2099-01-01T00:00:00Z"},
        "signature": {"method": "typed"},
    }
    return {**body, **changes}
