"""How a consent is written down: its paper, its versions, its line in the ledger, its event."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from service import vault
from service.access.models import Organization
from service.access.rules import Caller
from service.consents.models import ConsentRecord, ConsentVersion
from service.consents.rules import Permission
from service.consents.statements import STATEMENTS_VERSION
from service.consents.terms import NewConsent, Paper, Signature
from service.documents import to_document
from service.ledger.actions import write_entry
from service.outbox.actions import promise_event
from service.outbox.rules import EventType


def paper_of(session: Session, new: NewConsent, by: Caller, now: datetime) -> Paper:
    """The paper that was signed. What it leaves out is what we are, show and speak when nobody says otherwise."""
    organization = session.get_one(Organization, by.organization_id)
    signature = None
    if new.signature_method is not None:
        signature = Signature(method=new.signature_method, at=new.signed_at or now, witness=new.witness)
    return Paper(
        discloser=new.discloser or organization.name,
        subject_name=new.subject_name,
        signature=signature,
        recipients=tuple(recipient.text for recipient in new.terms.recipients),
        parent_signature=new.parent_signature,
        statements_version=new.statements_version or STATEMENTS_VERSION,
        limits_version=new.limits_version,
        locale=new.locale or "en",
    )


def write_consent(session: Session, permission: Permission, paper: Paper, *, by: Caller, now: datetime) -> None:
    """Write down a new consent, with its first version."""
    session.add(
        ConsentRecord(
            organization_id=permission.organization_id,
            id=permission.id,
            person_id=permission.person_id,
            version=permission.version,
            state=permission.state,
            given_at=now,
            changed_at=now,
        )
    )
    session.flush()
    _write_version(session, permission, paper, by=by, now=now)


def write_change(session: Session, after: Permission, paper: Paper, *, by: Caller, now: datetime) -> None:
    """Write down the version that a change leads to; those before it stay."""
    _write_version(session, after, paper, by=by, now=now)
    session.execute(
        sa.update(ConsentRecord)
        .where(ConsentRecord.organization_id == after.organization_id, ConsentRecord.id == after.id)
        .values(version=after.version, state=after.state, superseded_by=after.superseded_by, changed_at=now)
        .execution_options(synchronize_session=False)
    )


def announce(
    session: Session, action: str, event: EventType, permission: Permission, *, by: Caller, now: datetime
) -> None:
    """Put on the ledger what was done with it, and promise its organization the event."""
    write_entry(
        session, action, by=by, now=now, person_id=permission.person_id, subject=("consent", permission.id),
        field_groups=sorted(permission.terms.field_groups), purpose=permission.terms.purpose, consent_id=permission.id,
    )  # fmt: skip
    promise_event(
        session, event, audience=permission.organization_id, record_id=permission.id, version=permission.version,
        now=now, person_id=permission.person_id,
    )  # fmt: skip


def _write_version(session: Session, permission: Permission, paper: Paper, *, by: Caller, now: datetime) -> None:
    about = ("consent_version", permission.id, permission.version)
    session.add(
        ConsentVersion(
            organization_id=permission.organization_id,
            consent_id=permission.id,
            version=permission.version,
            state=permission.state,
            terms=to_document(permission.terms.without_words()),
            paper=vault.seal(session, permission.person_id, to_document(paper), about=about),
            written_at=now,
            application_id=by.application_id,
        )
    )
    session.flush()
