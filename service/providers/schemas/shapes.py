"""Shapes that offerings, evidence and policies take on the wire, coming in as going out."""

import re
from typing import Any

import marshmallow as ma

from service.guidance.rules import (
    AccessNeed,
    AffirmingNeed,
    Category,
    LimitKind,
    LimitScope,
    Paper,
    PaymentWay,
    Setting,
    Weekday,
)
from service.guidance.schemas import jurisdiction, radius_km
from service.http import ValueForm, fields
from service.providers import codes, credentials, rules

CLOCK_TIME = re.compile(r"\A(?:[01][0-9]|2[0-3]):[0-5][0-9]\Z|\A24:00\Z")


def _clock_time(name: str) -> fields.Text:
    return fields.Text(
        voice="external_code", longest=5, data_key=name, required=True, description="Local time, HH:MM.",
        validate=ma.validate.Regexp(CLOCK_TIME, error="This must be a time such as 09:30."),
        metadata={"pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$|^24:00$"},
    )  # fmt: skip


class ContactShape(ma.Schema):
    """How the public reaches a provider."""

    class Meta:
        unknown = ma.RAISE

    phone = fields.Text(voice="provider", longest=100)
    email = fields.Text(voice="provider", longest=200)
    website = fields.Text(voice="external_code", longest=500)
    ask_for = fields.Text(voice="provider", longest=200)


class HoursShape(ValueForm):
    """Opening hours on some days."""

    value = rules.Hours
    days = fields.List(fields.Code(Weekday), most=7, required=True)
    from_ = _clock_time("from")
    until = _clock_time("to")
    walk_in = fields.Truth(load_default=False)


class SiteShape(ValueForm):
    """A place. Of a confidential one only the area is shown."""

    value = rules.Site
    name = fields.Text(voice="provider", longest=300, allow_none=True)
    latitude = fields.Number(least=-90, most=90, required=True, description="Degrees.")
    longitude = fields.Number(least=-180, most=180, required=True, description="Degrees.")
    address = fields.Text(voice="provider", longest=500, allow_none=True)
    confidential = fields.Truth(load_default=False)
    timezone = fields.TimeZone(
        allow_none=True,
        description="IANA zone, such as America/Los_Angeles. Without it nobody can say what is open.",
    )
    hours = fields.List(fields.Nested(HoursShape), most=50, load_default=())


class ComesToYouShape(ValueForm):
    """Help that comes to where somebody is."""

    value = rules.ComesToYou
    within_km = radius_km(allow_none=True)
    areas = fields.List(fields.Text(voice="provider", longest=200), load_default=())


class ServiceAreaShape(ValueForm):
    """Whom an offering serves, by where they are."""

    value = rules.ServiceArea
    jurisdictions = fields.List(jurisdiction(), load_default=())
    counties = fields.List(fields.Text(voice="provider", longest=200), load_default=())
    radius_km = radius_km(allow_none=True)


class RemoteShape(ValueForm):
    """Where somebody may be when helped by phone, video or text."""

    value = rules.Remote
    licensed_in = fields.List(jurisdiction(), load_default=())
    compacts = fields.List(fields.Text(voice="provider", longest=64), load_default=())


class SpokenLanguageShape(ValueForm):
    """A language that is spoken or signed."""

    value = rules.SpokenLanguage
    tag = fields.LanguageTag(required=True)
    signed = fields.Truth(load_default=False)


class InterpretationShape(ValueForm):
    """Whether an interpreter can be called; no language named means any."""

    value = rules.Interpretation
    available = fields.Truth(load_default=False)
    languages = fields.List(fields.LanguageTag(), load_default=())


class WelcomesShape(ValueForm):
    """Who may come along."""

    value = rules.Welcomes
    couples = fields.Truth(allow_none=True)
    pets = fields.Truth(allow_none=True)
    kids = fields.Truth(allow_none=True)


class AgesShape(ma.Schema):
    """Ages that are taken, in whole years."""

    class Meta:
        unknown = ma.RAISE

    min = fields.Whole(least=0, most=130, allow_none=True)
    max = fields.Whole(least=0, most=130, allow_none=True)


class LimitTextShape(ma.Schema):
    """A text by language."""

    class Meta:
        unknown = ma.RAISE

    en = fields.Text(voice="provider", longest=2000, required=True)
    es = fields.Text(voice="provider", longest=2000)


class LimitShape(ValueForm):
    """Something that cannot be done or kept secret, said up front."""

    value = rules.Limit
    scope = fields.Code(LimitScope, required=True)
    kind = fields.Code(LimitKind, required=True)
    text = fields.Nested(LimitTextShape, required=True)
    applies_when = fields.Text(voice="provider", longest=500, allow_none=True)
    required_by = fields.Text(voice="provider", longest=200, allow_none=True)
    effective_from = fields.Day(allow_none=True)
    verified_on = fields.Day(allow_none=True)
    source_url = fields.Text(
        voice="external_code", longest=500, allow_none=True,
        validate=ma.validate.URL(schemes={"https", "http"}, error="This must be an address that begins with https://."),
    )  # fmt: skip


class PapersShape(ma.Schema):
    """Which papers are demanded: no, for some, or yes."""

    class Meta:
        unknown = ma.RAISE

    id = fields.Code(codes.Demand)
    legal_name = fields.Code(codes.Demand)
    address = fields.Code(codes.Demand)
    insurance = fields.Code(codes.Demand)
    drug_test = fields.Code(codes.Demand)

    @ma.post_load
    def _by_paper(self, data: dict[str, codes.Demand], **_: Any) -> dict[Paper, codes.Demand]:
        return {Paper(name): demand for name, demand in data.items()}


class PoliciesShape(ValueForm):
    """What an offering demands of people, attested by somebody on a day."""

    value = rules.Policies
    requires_abstinence_to_start = fields.Truth(allow_none=True)
    requires_abstinence_goal = fields.Truth(allow_none=True)
    requires_abstinence_to_continue = fields.Truth(allow_none=True)
    discharges_for_use = fields.Truth(allow_none=True)
    drug_testing = fields.Code(codes.DrugTesting, allow_none=True)
    drug_test_consequence = fields.Code(codes.TestConsequence, allow_none=True)
    accepts_people_on_moud = fields.Code(codes.AcceptsMoud, allow_none=True)
    counselling_required_for_medication = fields.Truth(allow_none=True)
    requires_12_step = fields.Truth(allow_none=True)
    accepts_intoxicated_arrival = fields.Code(codes.IntoxicatedArrival, allow_none=True)
    missed_visits = fields.Code(codes.MissedVisits, allow_none=True)
    supplies_condition = fields.Code(codes.SuppliesCondition, allow_none=True)
    reports_to_court = fields.Code(codes.ReportsToCourt, allow_none=True)
    attested_by = fields.Text(voice="provider", longest=200, required=True)
    attested_on = fields.Day(required=True)


class CapacityShape(ValueForm):
    """How much room there is, as of an instant."""

    value = rules.Capacity
    status = fields.Code(codes.CapacityStatus, required=True)
    open_slots = fields.Whole(least=0, most=100_000, allow_none=True)
    expected_wait_days = fields.Whole(least=0, most=3650, allow_none=True)
    as_of = fields.Instant(required=True)


class VerificationShape(ValueForm):
    """How a credential was looked at."""

    value = credentials.Verification
    status = fields.Code(credentials.VerificationStatus, required=True)
    method = fields.Text(voice="coordinator", longest=200, allow_none=True)
    by = fields.Text(voice="coordinator", longest=200, allow_none=True)
    on = fields.Day(allow_none=True)
    recheck_due = fields.Day(allow_none=True)


class LicenceShape(ValueForm):
    """Where somebody may legally see people."""

    value = credentials.Licence
    jurisdiction = jurisdiction(required=True)
    kind = fields.Text(voice="provider", longest=64, required=True)
    expires_on = fields.Day(allow_none=True)


class EvidenceShape(ma.Schema):
    """What shows it: an address, the hash of a document, an attestation. No images are kept."""

    class Meta:
        unknown = ma.RAISE

    kind = fields.Text(voice="provider", longest=32)
    ref = fields.Text(voice="external_code", longest=500)


class CredentialShape(ValueForm):
    """One piece of evidence of harm reduction training."""

    value = credentials.Credential
    kind = fields.Code(credentials.CredentialKind, required=True)
    title = fields.Text(voice="provider", longest=300, allow_none=True)
    issuer_text = fields.Text(voice="provider", longest=300, allow_none=True)
    hours = fields.Whole(least=0, most=20_000, allow_none=True)
    months = fields.Whole(least=0, most=1_200, allow_none=True, description="Of supervised practice.")
    modality = fields.Text(voice="provider", longest=64, allow_none=True)
    awarded_on = fields.Day(allow_none=True)
    expires_on = fields.Day(allow_none=True)
    competency_tags = fields.List(fields.Text(voice="provider", longest=64), most=50, load_default=())
    evidence = fields.Nested(EvidenceShape, allow_none=True)
    external_id = fields.Text(voice="system", longest=200, allow_none=True)

    @ma.post_load
    def _make(self, data: dict[str, Any], **_: Any) -> Any:
        shown = data.pop("evidence", None) or {}
        data["competency_tags"] = tuple(data.get("competency_tags") or ())
        return credentials.Credential(**data, evidence_kind=shown.get("kind"), evidence_ref=shown.get("ref"))


class OfferingShape(ValueForm):
    """What an offering says about itself."""

    value = rules.OfferingFacts
    external_id = fields.Text(voice="system", longest=200, allow_none=True)
    name = fields.Text(voice="provider", longest=300, required=True)
    kind = fields.Code(codes.OfferingKind, required=True)
    categories = fields.List(fields.Code(Category), most=50, load_default=())
    settings = fields.List(fields.Code(Setting), most=20, load_default=())
    sites = fields.List(fields.Nested(SiteShape), most=50, load_default=())
    comes_to_you = fields.Nested(ComesToYouShape, allow_none=True)
    service_area = fields.Nested(ServiceAreaShape, allow_none=True)
    remote = fields.Nested(RemoteShape, allow_none=True)
    languages_spoken = fields.List(fields.Nested(SpokenLanguageShape), most=50, load_default=())
    interpretation = fields.Nested(InterpretationShape)
    ages = fields.Nested(AgesShape)
    papers = fields.Nested(PapersShape)
    cost = fields.List(fields.Code(PaymentWay), most=10, load_default=())
    access = fields.List(fields.Code(AccessNeed), most=50, load_default=())
    affirming = fields.List(fields.Code(AffirmingNeed), most=50, load_default=())
    welcomes = fields.Nested(WelcomesShape)
    limits = fields.List(fields.Nested(LimitShape), most=50, load_default=())

    @ma.post_load
    def _make(self, data: dict[str, Any], **_: Any) -> Any:
        ages = data.pop("ages", None) or {}
        plain: dict[str, Any] = {name: tuple(each) if isinstance(each, list) else each for name, each in data.items()}
        return rules.OfferingFacts(**plain, age_min=ages.get("min"), age_max=ages.get("max"))
