"""Values of the directory, written as its rows; both who changes one offering and who imports a list write them so."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from service.database import uuid7
from service.documents import to_document
from service.providers.listing import Listing, Owner, listing_of
from service.providers.models import Attestation, OfferingRecord, SiteRecord
from service.providers.rules import Capacity, NewOffering, OfferingFacts, Policies


class Derived(NamedTuple):
    """What follows from an offering and its provider: columns of its own row, and how it is listed."""

    columns: dict[str, Any]
    listing: Listing


def derive(
    offering_id: UUID, facts: OfferingFacts, policies: Policies | None, owner: Owner, *, version: int
) -> Derived:
    """Work out what follows from an offering's facts and policies, and from its provider's name and evidence.

    Asked wherever one of these is written, by one change or by an import of a million; `version` is the directory's.
    """
    return Derived({"changed_in": version, "described_in": version}, listing_of(offering_id, facts, policies, owner))


def offering_values(offering_id: UUID, new: NewOffering, *, now: datetime) -> dict[str, Any]:
    """Write a new offering as the columns of its row that say what was brought; what follows is not among them."""
    return {
        "id": offering_id,
        "provider_id": new.provider_id,
        **facts_columns(new.facts),
        **policies_columns(new.policies),
        **capacity_columns(new.capacity or Capacity(as_of=now)),
        "version": 1,
        "made_at": now,
        "changed_at": now,
    }


def facts_columns(facts: OfferingFacts) -> dict[str, Any]:
    """Write an offering's facts as columns of its row."""
    return {
        "external_id": facts.external_id, "name": facts.name, "kind": facts.kind, "facts": to_document(facts),
    }  # fmt: skip


def policies_columns(policies: Policies | None) -> dict[str, Any]:
    """Write what an offering demands as columns of its row."""
    if policies is None:
        return {"policies": None, "attested_on": None}
    return {"policies": to_document(policies), "attested_on": policies.attested_on}


def capacity_columns(capacity: Capacity) -> dict[str, Any]:
    """Write how much room there is as columns of an offering's row."""
    return {
        "capacity_status": capacity.status,
        "open_slots": capacity.open_slots,
        "expected_wait_days": capacity.expected_wait_days,
        "capacity_as_of": capacity.as_of,
        "silences": 0,
        "nudged_at": None,
    }


def site_values(offering_id: UUID, facts: OfferingFacts) -> list[dict[str, Any]]:
    """Write where an offering is searched by place, as the rows of its sites."""
    return [
        {"offering_id": offering_id, "number": number, "latitude": latitude, "longitude": longitude}
        for number, (latitude, longitude) in enumerate(site.shown_at for site in facts.sites)
    ]


def attestation_values(
    offering_id: UUID, policies: Policies, organization_id: UUID | None, now: datetime, *, nth: int | None = None
) -> dict[str, Any]:
    """Write an attestation as the columns of its row."""
    return {
        "id": uuid7(now, nth),
        "offering_id": offering_id,
        "policies": to_document(policies),
        "attested_on": policies.attested_on,
        "recorded_at": now,
        "organization_id": organization_id,
    }


def offering_row(new: NewOffering, *, version: int, now: datetime) -> OfferingRecord:
    """Write a new offering as its row; `version` is the directory's."""
    record = OfferingRecord(**offering_values(uuid7(now), new, now=now), changed_in=version, described_in=version)
    record.sites = [SiteRecord(**each) for each in site_values(record.id, new.facts)]
    return record


def set_facts(record: OfferingRecord, facts: OfferingFacts) -> None:
    """Write an offering's facts into its row."""
    for name, value in facts_columns(facts).items():
        setattr(record, name, value)
    wanted = site_values(record.id, facts)
    places = [(each["latitude"], each["longitude"]) for each in wanted]
    if [(each.latitude, each.longitude) for each in record.sites] != places:
        record.sites = [SiteRecord(**each) for each in wanted]


def attestation_row(offering_id: UUID, policies: Policies, organization_id: UUID | None, now: datetime) -> Attestation:
    """Write an attestation as its row."""
    return Attestation(**attestation_values(offering_id, policies, organization_id, now))
