"""Looking things up in the directory."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from service import errors
from service.documents import from_document
from service.providers.credentials import Credential, Licence
from service.providers.entries import KnownCredential, KnownPractitioner, KnownProvider, Offering
from service.providers.level import level_of
from service.providers.models import (
    CredentialRecord,
    DirectoryState,
    OfferingRecord,
    Practitioner,
    Provider,
)
from service.providers.rules import Capacity, OfferingFacts, Policies

_VERSION = sa.select(DirectoryState.version)


def directory_version(session: Session) -> int:
    """The version of the directory; 0 while nothing was ever written into it."""
    return session.connection().execute(_VERSION).scalar_one_or_none() or 0


def find_offering(session: Session, offering_id: UUID, today: date | None = None) -> Offering | None:
    """Find an offering; its level is as of `today`, by default the day of its newest attestation."""
    row = _joined(session, OfferingRecord.id == offering_id)
    return next(_offerings(session, row, today), None)


def get_offering(session: Session, offering_id: UUID, today: date | None = None) -> Offering:
    """Find an offering. Raise NotThere."""
    found = find_offering(session, offering_id, today)
    if found is None:
        raise errors.NotThere
    return found


def offerings_by_id(session: Session, ids: Sequence[UUID], today: date | None = None) -> dict[UUID, Offering]:
    """Find several offerings at once."""
    if not ids:
        return {}
    rows = _joined(session, OfferingRecord.id.in_(ids))
    return {each.id: each for each in _offerings(session, rows, today)}


def unattested_since(session: Session, version: int) -> list[UUID]:
    """Offerings that changed after a version of the directory and are unattested now, be it that they always were."""
    query = sa.select(OfferingRecord.id).where(
        OfferingRecord.attested_on.is_(None), OfferingRecord.changed_in > version
    )
    return list(session.execute(query).scalars())


def list_offerings(
    session: Session, *, after: tuple[Any, ...] | None, count: int, provider_id: UUID | None = None, today: date
) -> list[Offering]:
    """Offerings by name, from a place in the list on."""
    where: list[sa.ColumnElement[bool]] = []
    if provider_id is not None:
        where.append(OfferingRecord.provider_id == provider_id)
    if after is not None:
        where.append(sa.tuple_(OfferingRecord.name, OfferingRecord.id) > sa.tuple_(*after))
    rows = _joined(session, *where, order=(OfferingRecord.name, OfferingRecord.id), count=count)
    return list(_offerings(session, rows, today))


def list_providers(session: Session, *, after: tuple[Any, ...] | None, count: int) -> list[KnownProvider]:
    """Providers by name, from a place in the list on."""
    query = sa.select(Provider).order_by(Provider.name, Provider.id).limit(count)
    if after is not None:
        query = query.where(sa.tuple_(Provider.name, Provider.id) > sa.tuple_(*after))
    return _known_providers(session, session.execute(query).scalars().all())


def find_provider(session: Session, provider_id: UUID) -> KnownProvider | None:
    """Find a provider with its practitioners and their credentials."""
    record = session.get(Provider, provider_id)
    return _known_providers(session, [record])[0] if record else None


def provider_names(session: Session, ids: Collection[UUID]) -> dict[UUID, str]:
    """The names of these providers."""
    if not ids:
        return {}
    rows = session.execute(sa.select(Provider.id, Provider.name).where(Provider.id.in_(ids)))
    return dict(rows.all())


def find_practitioner(session: Session, practitioner_id: UUID) -> KnownPractitioner | None:
    """Find a practitioner with their credentials."""
    record = session.get(Practitioner, practitioner_id)
    if record is None:
        return None
    return _known_practitioner(record, _credential_rows(session, [record.provider_id]))


def find_credential(session: Session, credential_id: UUID) -> KnownCredential | None:
    """Find a credential."""
    record = session.get(CredentialRecord, credential_id)
    return known_credential(record) if record else None


def credentials_by_provider(session: Session, providers: Iterable[UUID]) -> dict[UUID, list[Credential]]:
    """All evidence of the practitioners of some providers."""
    found: dict[UUID, list[Credential]] = defaultdict(list)
    for record in _credential_rows(session, list(providers)):
        found[record.provider_id].append(from_document(record.evidence, Credential))
    return found


def known_credential(record: CredentialRecord) -> KnownCredential:
    """Read a credential's row."""
    return KnownCredential(
        id=record.id,
        practitioner_id=record.practitioner_id,
        provider_id=record.provider_id,
        credential=from_document(record.evidence, Credential),
        version=record.version,
    )


Row = tuple[OfferingRecord, str, UUID | None]


def _joined(
    session: Session,
    *where: sa.ColumnElement[bool],
    order: tuple[Any, ...] = (OfferingRecord.id,),
    count: int | None = None,
) -> Sequence[Row]:
    query = (
        sa.select(OfferingRecord, Provider.name, Provider.organization_id)
        .join(Provider, Provider.id == OfferingRecord.provider_id)
        .where(*where)
        .order_by(*order)
        .limit(count)
    )
    return session.execute(query).all()


def _offerings(session: Session, rows: Sequence[Row], today: date | None) -> Iterator[Offering]:
    credentials = credentials_by_provider(session, {row[0].provider_id for row in rows})
    for record, provider_name, organization_id in rows:
        yield read_offering(record, provider_name, organization_id, credentials[record.provider_id], today)


def room_of(row: OfferingRecord | sa.Row[*tuple[Any, ...]]) -> Capacity:
    """Read what is known of an offering's room."""
    return Capacity(
        status=row.capacity_status,
        open_slots=row.open_slots,
        expected_wait_days=row.expected_wait_days,
        as_of=row.capacity_as_of,
        silences=row.silences,
    )


def read_offering(
    record: OfferingRecord,
    provider_name: str,
    organization_id: UUID | None,
    credentials: list[Credential],
    today: date | None,
) -> Offering:
    """Read an offering's row, and compute its level."""
    facts = from_document(record.facts, OfferingFacts)
    policies = from_document(record.policies, Policies) if record.policies else None
    return Offering(
        id=record.id,
        provider_id=record.provider_id,
        provider_name=provider_name,
        organization_id=organization_id,
        facts=facts,
        policies=policies,
        capacity=room_of(record),
        credentials=tuple(credentials),
        verdict=level_of(policies, credentials, facts.limits, today or record.changed_at.date()),
        version=record.version,
        changed_in=record.changed_in,
        described_in=record.described_in,
        made_at=record.made_at,
        changed_at=record.changed_at,
    )


def _credential_rows(session: Session, providers: list[UUID]) -> list[CredentialRecord]:
    if not providers:
        return []
    query = sa.select(CredentialRecord).where(CredentialRecord.provider_id.in_(providers)).order_by(CredentialRecord.id)
    return list(session.execute(query).scalars())


def _known_providers(session: Session, records: Sequence[Provider]) -> list[KnownProvider]:
    ids = [record.id for record in records]
    credentials = _credential_rows(session, ids)
    practitioners: dict[UUID, list[KnownPractitioner]] = defaultdict(list)
    query = sa.select(Practitioner).where(Practitioner.provider_id.in_(ids)).order_by(Practitioner.id)
    for record in session.execute(query).scalars() if ids else ():
        practitioners[record.provider_id].append(_known_practitioner(record, credentials))
    return [
        KnownProvider(
            id=record.id,
            external_id=record.external_id,
            organization_id=record.organization_id,
            name=record.name,
            kind=record.kind,
            contact=record.contact,
            practitioners=tuple(practitioners[record.id]),
            version=record.version,
        )
        for record in records
    ]


def _known_practitioner(record: Practitioner, credentials: Iterable[CredentialRecord]) -> KnownPractitioner:
    return KnownPractitioner(
        id=record.id,
        external_id=record.external_id,
        provider_id=record.provider_id,
        name=record.name,
        licences=tuple(from_document(each, Licence) for each in record.licences),
        competencies=tuple(record.competencies),
        credentials=tuple(known_credential(each) for each in credentials if each.practitioner_id == record.id),
        version=record.version,
    )
