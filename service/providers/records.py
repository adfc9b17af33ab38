"""Values of the directory, written as its rows; both who changes one offering and who imports a list write them so."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from service.database import uuid7
from service.documents import to_document
from service.providers.models import Attestation, OfferingRecord, SiteRecord
from service.providers.rules import Capacity, NewOffering, OfferingFacts, Policies


def offering_row(new: NewOffering, *, version: int, now: datetime) -> OfferingRecord:
    """Write a new offering as its row; `version` is the directory's."""
    capacity = new.capacity or Capacity(as_of=now)
    record = OfferingRecord(
        id=uuid7(now),
        provider_id=new.provider_id,
        policies=to_document(new.policies) if new.policies else None,
        attested_on=new.policies.attested_on if new.policies else None,
        capacity_status=capacity.status,
        open_slots=capacity.open_slots,
        expected_wait_days=capacity.expected_wait_days,
        capacity_as_of=capacity.as_of,
        silences=0,
        changed_in=version,
        described_in=version,
        version=1,
        made_at=now,
        changed_at=now,
    )
    set_facts(record, new.facts)
    return record


def set_facts(record: OfferingRecord, facts: OfferingFacts) -> None:
    """Write an offering's facts into its row."""
    record.external_id, record.name, record.kind = facts.external_id, facts.name, facts.kind
    record.facts = to_document(facts)
    places = [site.shown_at for site in facts.sites]
    if [(each.latitude, each.longitude) for each in record.sites] != places:
        record.sites = [
            SiteRecord(number=number, latitude=latitude, longitude=longitude)
            for number, (latitude, longitude) in enumerate(places)
        ]


def attestation_row(offering_id: UUID, policies: Policies, organization_id: UUID | None, now: datetime) -> Attestation:
    """Write an attestation as its row."""
    return Attestation(
        id=uuid7(now),
        offering_id=offering_id,
        policies=to_document(policies),
        attested_on=policies.attested_on,
        recorded_at=now,
        organization_id=organization_id,
    )
