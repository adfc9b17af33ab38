"""What the directory says on the wire."""

from typing import Any

from service.documents import to_document
from service.http import Schema, fields
from service.providers.entries import KnownCredential, KnownPractitioner, KnownProvider, Offering
from service.providers.hours import Doors
from service.providers.level import Level, LevelReason
from service.providers.rules import CONFIDENTIAL_DECIMALS
from service.providers.schemas.shapes import (
    CapacityShape,
    ContactShape,
    CredentialShape,
    LicenceShape,
    OfferingShape,
    PoliciesShape,
    VerificationShape,
)


class CapacityView(CapacityShape):
    """Room, as last known. After 14 days without news it is unknown; each silence counts as seven of them."""

    silences = fields.Whole(
        least=1, description="How many referrals were left unanswered since then; left out where none was."
    )


class OfferingView(OfferingShape):
    """An offering, with the level that evidence and policies add up to, and why."""

    id = fields.Id(required=True)
    provider_id = fields.Id(required=True)
    provider_name = fields.Text(voice="provider", required=True, longest=300)
    policies = fields.Nested(PoliciesShape)
    capacity = fields.Nested(CapacityView, required=True)
    open_now = fields.Truth(
        required=True,
        allow_none=True,
        description="Whether one of its sites is open at the moment of this answer, by its own clock; null: no hours, "
        "or no time zone, are known. It changes without a new version, so a 304 says nothing of it.",
    )
    next_open = fields.LocalInstant(
        required=True, allow_none=True, description="When it opens next after it was closed; null: not known, or never."
    )
    level = fields.Code(Level, required=True)
    level_because = fields.Every(fields.Code(LevelReason), required=True)
    version = fields.Whole(least=1, required=True)
    distance_km = fields.Number(least=0, most=21_000)

    def dump(self, obj: Any, *, many: bool | None = None) -> Any:
        """Write offerings from the documents that they are kept as: one shape, written once."""
        return [write_offering(each) for each in obj] if many else write_offering(obj)


class CredentialView(CredentialShape):
    """A piece of evidence, and how it was verified last."""

    id = fields.Id(required=True)
    practitioner_id = fields.Id(required=True)
    provider_id = fields.Id(required=True)
    verification = fields.Nested(VerificationShape, required=True)
    version = fields.Whole(least=1, required=True)

    def dump(self, obj: Any, *, many: bool | None = None) -> Any:
        """Write credentials."""
        return [write_credential(each) for each in obj] if many else write_credential(obj)


class PractitionerView(Schema):
    """A practitioner with their evidence."""

    id = fields.Id(required=True)
    external_id = fields.Text(voice="system", longest=200)
    provider_id = fields.Id(required=True)
    name = fields.Text(voice="provider", longest=300, required=True)
    licences = fields.Every(fields.Nested(LicenceShape), required=True)
    competencies = fields.Every(fields.Text(voice="provider", longest=64), required=True)
    credentials = fields.Every(fields.Nested(CredentialView), required=True)
    version = fields.Whole(least=1, required=True)

    def dump(self, obj: Any, *, many: bool | None = None) -> Any:
        """Write practitioners."""
        return [write_practitioner(each) for each in obj] if many else write_practitioner(obj)


class ProviderView(Schema):
    """A provider with its practitioners."""

    id = fields.Id(required=True)
    external_id = fields.Text(voice="system", longest=200)
    organization_id = fields.Id()
    name = fields.Text(voice="provider", longest=300, required=True)
    kind = fields.Text(voice="provider", longest=64, required=True)
    contact = fields.Nested(ContactShape, required=True)
    practitioners = fields.Every(fields.Nested(PractitionerView), required=True)
    version = fields.Whole(least=1, required=True)

    def dump(self, obj: Any, *, many: bool | None = None) -> Any:
        """Write providers."""
        return [write_provider(each) for each in obj] if many else write_provider(obj)


def write_offering(offering: Offering) -> dict[str, Any]:
    """Write one offering. What nobody said is left out; a confidential site keeps its secret."""
    written = _facts(to_document(offering.facts))
    written |= {
        "id": str(offering.id),
        "provider_id": str(offering.provider_id),
        "provider_name": offering.provider_name,
        "capacity": {"status": offering.capacity.status.value, **to_document(offering.capacity)},
        **_doors(offering.doors or Doors()),
        "level": offering.level.value,
        "level_because": [reason.value for reason in offering.level_because],
        "version": offering.version,
    }
    if offering.policies is not None:
        written["policies"] = to_document(offering.policies)
    if offering.distance_km is not None:
        written["distance_km"] = round(offering.distance_km, 2)
    return written


def _doors(doors: Doors) -> dict[str, Any]:
    return {"open_now": doors.open_now, "next_open": doors.next_open.isoformat() if doors.next_open else None}


def _facts(document: dict[str, Any]) -> dict[str, Any]:
    facts = {**document, "sites": [_shown(site) for site in document.get("sites", ())]}
    if "papers" in facts:
        facts["papers"] = {str(paper): demand for paper, demand in facts["papers"].items()}
    ages = {"min": facts.pop("age_min", None), "max": facts.pop("age_max", None)}
    facts["ages"] = {name: years for name, years in ages.items() if years is not None}
    for name in ("categories", "settings", "languages_spoken", "cost", "access", "affirming", "limits"):
        facts.setdefault(name, [])
    return facts


def _shown(site: dict[str, Any]) -> dict[str, Any]:
    if not site.get("confidential"):
        return site
    area = {name: round(site[name], CONFIDENTIAL_DECIMALS) for name in ("latitude", "longitude")}
    return {**{name: each for name, each in site.items() if name != "address"}, **area}


def write_credential(known: KnownCredential) -> dict[str, Any]:
    """Write one credential."""
    written = to_document(known.credential)
    shown = {"kind": written.pop("evidence_kind", None), "ref": written.pop("evidence_ref", None)}
    evidence = {name: each for name, each in shown.items() if each is not None}
    return {
        **written,
        **({"evidence": evidence} if evidence else {}),
        "id": str(known.id),
        "practitioner_id": str(known.practitioner_id),
        "provider_id": str(known.provider_id),
        "verification": {
            "status": known.credential.verification.status.value, **to_document(known.credential.verification)
        },
        "version": known.version,
    }  # fmt: skip


def write_practitioner(known: KnownPractitioner) -> dict[str, Any]:
    """Write one practitioner."""
    return {
        "id": str(known.id),
        **({"external_id": known.external_id} if known.external_id else {}),
        "provider_id": str(known.provider_id),
        "name": known.name,
        "licences": [to_document(each) for each in known.licences],
        "competencies": list(known.competencies),
        "credentials": [write_credential(each) for each in known.credentials],
        "version": known.version,
    }


def write_provider(known: KnownProvider) -> dict[str, Any]:
    """Write one provider."""
    return {
        "id": str(known.id),
        **({"external_id": known.external_id} if known.external_id else {}),
        **({"organization_id": str(known.organization_id)} if known.organization_id else {}),
        "name": known.name,
        "kind": known.kind,
        "contact": dict(known.contact),
        "practitioners": [write_practitioner(each) for each in known.practitioners],
        "version": known.version,
    }
