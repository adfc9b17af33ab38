"""What may be written into the directory, and what may be looked for."""

from typing import Any

import marshmallow as ma

from service.guidance.rules import Category, PaymentWay, Setting
from service.guidance.schemas import radius_km
from service.http import PageQuery, Schema, ValueForm, fields
from service.providers import codes, credentials, rules
from service.providers.level import Level
from service.providers.schemas.shapes import (
    CapacityShape,
    ContactShape,
    CredentialShape,
    LicenceShape,
    OfferingShape,
    PoliciesShape,
)


class ProviderForm(ValueForm):
    """A provider."""

    value = rules.NewProvider
    external_id = fields.Text(voice="system", longest=200, allow_none=True)
    name = fields.Text(voice="provider", longest=300, required=True)
    kind = fields.Text(voice="provider", longest=64, load_default="organization")
    contact = fields.Nested(ContactShape, load_default=dict)
    organization_id = fields.Id(allow_none=True, description="The organization here that answers for it.")


class PractitionerForm(ValueForm):
    """Somebody who works at a provider."""

    value = credentials.NewPractitioner
    external_id = fields.Text(voice="system", longest=200, allow_none=True)
    provider_id = fields.Id(required=True)
    name = fields.Text(voice="provider", longest=300, required=True)
    licences = fields.List(fields.Nested(LicenceShape), most=60, load_default=())
    competencies = fields.List(fields.Text(voice="provider", longest=64), most=50, load_default=())


class CredentialForm(Schema):
    """A piece of evidence for a practitioner."""

    practitioner_id = fields.Id(required=True)
    credential = fields.Nested(CredentialShape, required=True)


class OfferingForm(OfferingShape):
    """A new offering; with attested policies and with what is known about its room, or without."""

    provider_id = fields.Id(required=True)
    policies = fields.Nested(PoliciesShape, allow_none=True)
    capacity = fields.Nested(CapacityShape, allow_none=True)

    @ma.post_load
    def _make(self, data: dict[str, Any], **more: Any) -> Any:
        provider_id = data.pop("provider_id")
        policies, capacity = data.pop("policies", None), data.pop("capacity", None)
        facts = super()._make(data, **more)
        return rules.NewOffering(provider_id=provider_id, facts=facts, policies=policies, capacity=capacity)


class OfferingsQuery(PageQuery):
    """Which offerings."""

    provider_id = fields.Id()


class SearchPlace(ma.Schema):
    """Where to look, and how far."""

    class Meta:
        unknown = ma.RAISE

    latitude = fields.Number(least=-90, most=90, required=True)
    longitude = fields.Number(least=-180, most=180, required=True)
    within_km = radius_km(load_default=50.0)


class SearchForm(Schema):
    """What to look for. Nothing is required; what is named must all hold."""

    text = fields.Text(
        voice="coordinator", longest=200,
        description="Words of the offering's or its provider's name. The beginning of a word will do; "
        "case, accents and apostrophes do not matter.",
    )  # fmt: skip
    categories = fields.List(fields.Code(Category), most=50, description="Helps with at least one of them.")
    settings = fields.List(fields.Code(Setting), most=20, description="Offers at least one of them.")
    kinds = fields.List(fields.Code(codes.OfferingKind), most=20)
    levels = fields.List(fields.Code(Level), most=5)
    language = fields.LanguageTag()
    cost = fields.List(fields.Code(PaymentWay), most=10, description="Takes at least one of them.")
    place = fields.Nested(SearchPlace)
    limit = fields.Whole(least=1, most=100, load_default=20)
    cursor = fields.Text(voice="system", longest=1000)
