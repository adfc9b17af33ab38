"""How one provider of an import file is read: the same shapes as over HTTP, refused with pointers to what to mend."""

from contextlib import suppress
from typing import Any
from uuid import UUID

import marshmallow as ma

from service.http import fields
from service.http.body import flatten
from service.http.quick import quick_reader
from service.providers import rules
from service.providers.brought import Brought, Refused
from service.providers.credentials import NewPractitioner, Verification
from service.providers.lists import UNREADABLE
from service.providers.schemas.shapes import (
    CapacityShape,
    ContactShape,
    CredentialShape,
    LicenceShape,
    OfferingShape,
    PoliciesShape,
    VerificationShape,
)

NOWHERE = UUID(int=0)


class CredentialEntry(CredentialShape):
    """A credential in a file; it may bring how it was verified."""

    verification = fields.Nested(VerificationShape, allow_none=True)

    @ma.post_load
    def _make(self, data: dict[str, Any], **more: Any) -> Any:
        data["verification"] = data.get("verification") or Verification()
        return super()._make(data, **more)


class PractitionerEntry(ma.Schema):
    """A practitioner in a file, with their evidence."""

    class Meta:
        unknown = ma.RAISE

    external_id = fields.Text(voice="system", longest=200)
    name = fields.Text(voice="provider", longest=300, required=True)
    licences = fields.List(fields.Nested(LicenceShape), most=60, load_default=())
    competencies = fields.List(fields.Text(voice="provider", longest=64), most=50, load_default=())
    credentials = fields.List(fields.Nested(CredentialEntry), most=100, load_default=())

    @ma.post_load
    def _make(self, data: dict[str, Any], **_: Any) -> Any:
        owned = tuple(data.pop("credentials"))
        data["licences"], data["competencies"] = tuple(data["licences"]), tuple(data["competencies"])
        return NewPractitioner(provider_id=NOWHERE, **data), owned


class OfferingEntry(OfferingShape):
    """An offering in a file."""

    policies = fields.Nested(PoliciesShape, allow_none=True)
    capacity = fields.Nested(CapacityShape, allow_none=True)

    @ma.post_load
    def _make(self, data: dict[str, Any], **more: Any) -> Any:
        policies, capacity = data.pop("policies", None), data.pop("capacity", None)
        facts = super()._make(data, **more)
        return rules.NewOffering(provider_id=NOWHERE, facts=facts, policies=policies, capacity=capacity)


class ProviderEntry(ma.Schema):
    """A provider in a file, with everything that hangs on it."""

    class Meta:
        unknown = ma.RAISE

    external_id = fields.Text(voice="system", longest=200, required=True)
    name = fields.Text(voice="provider", longest=300, required=True)
    kind = fields.Text(voice="provider", longest=64, load_default="organization")
    contact = fields.Nested(ContactShape, load_default=dict)
    organization_id = fields.Id(allow_none=True)
    practitioners = fields.List(fields.Nested(PractitionerEntry), most=500, load_default=())
    offerings = fields.List(fields.Nested(OfferingEntry), most=500, load_default=())

    @ma.post_load
    def _make(self, data: dict[str, Any], **_: Any) -> Brought:
        practitioners, offerings = tuple(data.pop("practitioners")), tuple(data.pop("offerings"))
        return Brought(provider=rules.NewProvider(**data), practitioners=practitioners, offerings=offerings)


_ENTRY = ProviderEntry()
_QUICK = quick_reader(_ENTRY)
LONGEST_ID = 200


def read_entry(entry: Any, where: str) -> Brought | list[Refused]:
    """Read one provider, or answer everything that is wrong with it."""
    with suppress(ma.ValidationError):
        quickly: Brought = _QUICK(entry)
        return quickly
    if entry is UNREADABLE:
        return [Refused(where, "This line is no JSON.")]
    try:
        brought: Brought = _ENTRY.load(entry)
    except ma.ValidationError as wrong:
        known_by = _external_id(entry)
        return [Refused(f"{where}{reason.pointer or ''}", reason.says, known_by) for reason in flatten(wrong.messages)]
    return brought


def _external_id(entry: Any) -> str | None:
    named = entry.get("external_id") if isinstance(entry, dict) else None
    return named if isinstance(named, str) and len(named) <= LONGEST_ID else None
