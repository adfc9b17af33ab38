"""Writing into the directory. Every change raises its version, in the same transaction."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypeVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload
from sqlalchemy.orm.interfaces import ORMOption

from service import errors
from service.access.models import Organization
from service.access.rules import Caller, OrganizationKind
from service.database import uuid7
from service.documents import from_document, to_document
from service.ledger.actions import write_entry
from service.providers import queries, rules
from service.providers.credentials import Credential, NewPractitioner, Verification
from service.providers.enlisting import relist
from service.providers.entries import KnownCredential, KnownPractitioner, KnownProvider, Offering
from service.providers.models import (
    CredentialRecord,
    DirectoryState,
    OfferingRecord,
    Practitioner,
    Provider,
    VerificationRecord,
)
from service.providers.records import attestation_row, offering_row, set_facts

Known = TypeVar("Known")


def raise_version(session: Session) -> int:
    """Raise the version of the directory, and answer the new one."""
    raised = session.execute(
        sa.update(DirectoryState).values(version=DirectoryState.version + 1).returning(DirectoryState.version)
    ).scalar_one_or_none()
    if raised is None:
        session.add(DirectoryState(id=1, version=1))
        session.flush()
    return raised or 1


def make_provider(session: Session, new: rules.NewProvider, *, by: Caller, now: datetime) -> KnownProvider:
    """Put a provider into the directory. Anybody but a steward makes only their own."""
    owner = _owner(session, new, by)
    record = Provider(
        id=uuid7(now),
        external_id=new.external_id,
        organization_id=owner,
        name=new.name,
        kind=new.kind,
        contact=dict(new.contact),
        version=1,
        made_at=now,
        changed_at=now,
    )
    session.add(record)
    _flush_new(session)
    _noted(session, "provider_made", "provider", record.id, by=by, now=now)
    return _known(queries.find_provider(session, record.id))


def amend_provider(
    session: Session, provider_id: UUID, new: rules.NewProvider, *, expected: int | None, by: Caller, now: datetime
) -> KnownProvider:
    """Change what the directory says of a provider."""
    record = _provider_to_write(session, provider_id, by)
    _same_version(record.version, expected)
    record.name, record.kind, record.contact, record.changed_at = new.name, new.kind, dict(new.contact), now
    if by.organization_kind is OrganizationKind.STEWARD:
        record.organization_id, record.external_id = _owner(session, new, by), new.external_id
    _flush_new(session)
    touch_offerings(session, provider_id)
    _noted(session, "provider_amended", "provider", record.id, by=by, now=now)
    return _known(queries.find_provider(session, record.id))


def make_practitioner(session: Session, new: NewPractitioner, *, by: Caller, now: datetime) -> KnownPractitioner:
    """Put a practitioner into the directory. Raise UnknownProvider."""
    _provider_of_body(session, new.provider_id, by)
    record = Practitioner(
        id=uuid7(now),
        external_id=new.external_id,
        provider_id=new.provider_id,
        name=new.name,
        licences=[to_document(each) for each in new.licences],
        competencies=list(new.competencies),
        version=1,
        made_at=now,
        changed_at=now,
    )
    session.add(record)
    _flush_new(session)
    _noted(session, "practitioner_made", "practitioner", record.id, by=by, now=now)
    return _known(queries.find_practitioner(session, record.id))


def make_credential(
    session: Session, practitioner_id: UUID, credential: Credential, *, by: Caller, now: datetime
) -> KnownCredential:
    """Put a piece of evidence on record. It is self-declared until a verification says otherwise."""
    practitioner = session.get(Practitioner, practitioner_id)
    if practitioner is None or not _may_write(session, practitioner.provider_id, by):
        raise rules.UnknownPractitioner(reasons=(errors.Reason("unknown", "Nobody here.", "/practitioner_id"),))
    record = CredentialRecord(
        id=uuid7(now),
        external_id=credential.external_id,
        practitioner_id=practitioner_id,
        provider_id=practitioner.provider_id,
        evidence=to_document(credential),
        version=1,
        made_at=now,
        changed_at=now,
    )
    session.add(record)
    _flush_new(session)
    touch_offerings(session, record.provider_id)
    _noted(session, "credential_made", "credential", record.id, by=by, now=now)
    return queries.known_credential(record)


def verify_credential(
    session: Session, credential_id: UUID, outcome: Verification, *, by: Caller, now: datetime
) -> KnownCredential:
    """Record how a credential was looked at. Only a steward verifies: nobody vouches for themselves."""
    if by.organization_kind is not OrganizationKind.STEWARD:
        raise errors.Forbidden
    record = session.get(CredentialRecord, credential_id)
    if record is None:
        raise errors.NotThere
    known = queries.known_credential(record)
    record.evidence = to_document(replace(known.credential, verification=outcome))
    record.changed_at = now
    session.add(
        VerificationRecord(
            id=uuid7(now),
            credential_id=credential_id,
            outcome=to_document(outcome),
            recorded_at=now,
            organization_id=by.organization_id,
        )
    )
    touch_offerings(session, record.provider_id)
    session.flush()
    _noted(session, "credential_verified", "credential", credential_id, by=by, now=now)
    return queries.known_credential(record)


def make_offering(session: Session, new: rules.NewOffering, *, by: Caller, now: datetime) -> Offering:
    """Put an offering into the directory. Without attested policies it is found, and never matched."""
    _provider_of_body(session, new.provider_id, by)
    _attested_by_now(new.policies, now, "/policies/attested_on")
    record = offering_row(new, version=raise_version(session), now=now)
    session.add(record)
    _flush_new(session)
    if new.policies is not None:
        session.add(attestation_row(record.id, new.policies, by.organization_id, now))
    relist(session, OfferingRecord.id == record.id, version=record.changed_in)
    write_entry(session, "offering_made", by=by, now=now, subject=("offering", record.id))
    return queries.get_offering(session, record.id, now.date())


def amend_offering(
    session: Session, offering_id: UUID, facts: rules.OfferingFacts, *, expected: int | None, by: Caller, now: datetime
) -> Offering:
    """Change what an offering says about itself; policies and capacity have operations of their own."""
    # Asked for later, the sites would be asked for in the middle of the change, which would then go too early.
    record = offering_to_write(session, offering_id, by, selectinload(OfferingRecord.sites))
    _same_version(record.version, expected)
    known = from_document(record.facts, rules.OfferingFacts)
    set_facts(record, replace(facts, sites=rules.with_what_was_hidden(facts.sites, known.sites)))
    return _offering_changed(session, record, "offering_amended", by=by, now=now)


def attest_policies(
    session: Session, offering_id: UUID, policies: rules.Policies, *, by: Caller, now: datetime
) -> Offering:
    """Record what somebody attests about an offering's policies. Every attestation is kept; the newest counts.

    Raise NotThere, AttestedAhead.
    """
    record = offering_to_write(session, offering_id, by)
    _attested_by_now(policies, now, "/attested_on")
    session.add(attestation_row(offering_id, policies, by.organization_id, now))
    record.policies, record.attested_on = to_document(policies), policies.attested_on
    return _offering_changed(session, record, "offering_attested", by=by, now=now)


def touch_offerings(session: Session, provider_id: UUID) -> None:
    """Have every index read a provider's offerings again: their level or their provider's name may have changed."""
    relist(session, OfferingRecord.provider_id == provider_id, version=raise_version(session))


def offering_to_write(session: Session, offering_id: UUID, by: Caller, *with_it: ORMOption) -> OfferingRecord:
    """Find an offering that this caller may change. Raise NotThere."""
    record = session.get(OfferingRecord, offering_id, options=with_it)
    if record is None or not _may_write(session, record.provider_id, by):
        raise errors.NotThere
    return record


def _offering_changed(session: Session, record: OfferingRecord, action: str, *, by: Caller, now: datetime) -> Offering:
    record.changed_at = now
    _flush_new(session)
    record.changed_in = raise_version(session)
    relist(session, OfferingRecord.id == record.id, version=record.changed_in)
    write_entry(session, action, by=by, now=now, subject=("offering", record.id))
    return queries.get_offering(session, record.id, now.date())


def _attested_by_now(policies: rules.Policies | None, now: datetime, pointer: str) -> None:
    # East of Greenwich tomorrow has begun already.
    if policies is not None and policies.attested_on > now.date() + timedelta(days=1):
        raise rules.AttestedAhead(reasons=(errors.Reason("ahead", "This day has not come yet.", pointer),))


def _owner(session: Session, new: rules.NewProvider, by: Caller) -> UUID | None:
    if by.organization_kind is not OrganizationKind.STEWARD:
        return by.organization_id
    if new.organization_id is not None and session.get(Organization, new.organization_id) is None:
        raise errors.Malformed(reasons=(errors.Reason("unknown", "No such organization.", "/organization_id"),))
    return new.organization_id


def _noted(session: Session, action: str, subject: str, subject_id: UUID, *, by: Caller, now: datetime) -> None:
    raise_version(session)
    write_entry(session, action, by=by, now=now, subject=(subject, subject_id))


def _may_write(session: Session, provider_id: UUID, by: Caller) -> bool:
    if by.organization_kind is OrganizationKind.STEWARD:
        return True
    provider = session.get(Provider, provider_id)
    return provider is not None and provider.organization_id == by.organization_id


def _provider_to_write(session: Session, provider_id: UUID, by: Caller) -> Provider:
    record = session.get(Provider, provider_id)
    if record is None or not _may_write(session, provider_id, by):
        raise rules.NotYourProvider
    return record


def _provider_of_body(session: Session, provider_id: UUID, by: Caller) -> None:
    if session.get(Provider, provider_id) is None or not _may_write(session, provider_id, by):
        raise rules.UnknownProvider(reasons=(errors.Reason("unknown", "No such provider.", "/provider_id"),))


def _same_version(current: int, expected: int | None) -> None:
    if expected is not None and current != expected:
        raise errors.Stale


def _flush_new(session: Session) -> None:
    try:
        session.flush()
    except sa.exc.IntegrityError as taken:
        raise rules.ExternalIdTaken from taken


def _known(value: Known | None) -> Known:
    if value is None:
        raise errors.NotThere
    return value
