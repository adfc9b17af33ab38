"""What the person's own door says on the wire, and what it takes in."""

from typing import Any

import marshmallow as ma

from service.consents.rules import ConsentState
from service.consents.schemas import ExpiryView, NamedRecipient
from service.consents.terms import Basis, FieldGroup, Purpose
from service.guidance.schemas import PlatformLimitView, ResourceView
from service.http import Schema, fields
from service.intakes.rules import Choice, DecidedBy, NewChoice
from service.intakes.schemas import IntakePatch, IntakeView
from service.intakes.schemas.parts import SafetyPart
from service.ledger.rules import Hand
from service.mine.record import TakingBack
from service.mine.rules import NothingNamed
from service.people.rules import Status
from service.people.schemas import asked
from service.referrals.schemas import ReferralSiteView, StepView
from service.referrals.states import Route, State


class MyChoiceForm(Schema):
    """What you say to an offering. It sends nothing and tells nobody."""

    offering_id = fields.Id(required=True)
    choice = fields.Code(Choice, required=True)

    @ma.post_load
    def _make(self, data: dict[str, Any], **_: Any) -> NewChoice:
        return NewChoice(**data, decided_by=DecidedBy.PERSON)


class MySafetyPart(SafetyPart):
    """What you say about your safety. What a worker handed you is theirs to write down."""

    class Meta(SafetyPart.Meta):
        exclude = ("given",)


class MyPatch(IntakePatch):
    """What you say more, or otherwise. A worker's own words are not among it."""

    class Meta(IntakePatch.Meta):
        exclude = ("worker_note",)

    safety = asked(MySafetyPart, "So that what helps now stands on top. Nothing here is scored.")


class MyRecipientForm(NamedRecipient):
    """A recipient of yours: exactly one of an organization here, a provider of the directory, or your words."""

    text = fields.Words(longest=500, description="As you named them.")


class MyRevocationForm(Schema):
    """What you take back. No reason is asked, and your help goes on."""

    everything = fields.Truth(load_default=False, description="All that you ever allowed; then nothing else is named.")
    consent_id = fields.Id(description="One consent.")
    recipient = fields.Nested(MyRecipientForm, metadata={"description": "Of that consent, only this recipient."})

    field_groups = fields.List(
        fields.Code(FieldGroup), most=len(FieldGroup), description="Only these; the others may still be told."
    )

    @ma.validates_schema(skip_on_field_errors=True)
    def _names_something(self, data: dict[str, Any], **_: Any) -> None:
        if data["everything"] == ("consent_id" in data) or (data["everything"] and len(data) > 1):
            raise ma.ValidationError(NothingNamed.message())

    @ma.post_load
    def _make(self, data: dict[str, Any], **_: Any) -> TakingBack:
        return TakingBack(**{**data, "field_groups": frozenset(data.get("field_groups", ()))})


class MyCodeForm(Schema):
    """In which language your new words are to be."""

    locale = fields.LanguageTag(description="Accept-Language, if left out.")


class LabelledView(Schema):
    """A code, and what it says."""

    code = fields.Text(voice="system", required=True)
    says = fields.Text(voice="system", required=True)


class NamedView(Schema):
    """Somebody who may be told something."""

    name = fields.Text(voice="provider", required=True)
    provider_id = fields.Id(allow_none=True)
    organization_id = fields.Id(allow_none=True)
    text = fields.Text(voice="worker", allow_none=True)
    withheld = fields.Every(fields.Nested(LabelledView), description="What you took back from them alone.")


class MyChoiceView(Schema):
    """What you said to one offering."""

    offering_id = fields.Id(required=True)
    offering = fields.Text(voice="provider", required=True)
    provider = fields.Text(voice="provider", required=True)
    choice = fields.Code(Choice, required=True, attribute="choice.choice")
    says = fields.Text(voice="system", required=True)
    decided_by = fields.Code(DecidedBy, required=True, attribute="choice.decided_by")
    made_at = fields.Instant(required=True, attribute="choice.made_at")


class MyConsentView(Schema):
    """One consent: to whom it lets be told what, what for, until when."""

    id = fields.Id(required=True, attribute="consent.id")
    state = fields.Code(ConsentState, required=True, attribute="consent.state")
    says = fields.Text(voice="system", required=True)
    effective = fields.Truth(required=True, attribute="consent.effective", description="Whether it allows anything.")
    recipients = fields.Every(fields.Nested(NamedView), required=True)
    allows = fields.Every(fields.Nested(LabelledView), required=True)
    purpose = fields.Text(voice="system", required=True, allow_none=True)
    expires = fields.Nested(ExpiryView, required=True, attribute="consent.permission.terms.expiry")
    given_at = fields.Instant(required=True, attribute="consent.given_at")


class MyReferralView(Schema):
    """One way to help: where it stands, and what the other side would see if they looked now."""

    id = fields.Id(required=True)
    offering_id = fields.Id(required=True)
    offering = fields.Text(voice="provider", required=True)
    provider = fields.Text(voice="provider", required=True)
    sites = fields.Every(fields.Nested(ReferralSiteView), required=True, description="Where to go.")
    state = fields.Code(State, required=True)
    says = fields.Text(voice="system", required=True)
    route = fields.Code(Route, required=True)
    would_be_told = fields.Every(fields.Nested(LabelledView), required=True)
    history = fields.Every(fields.Nested(StepView), required=True, description="Every step, the first one first.")
    note = fields.Text(voice="worker", required=True, allow_none=True, description="What the worker wrote beside it.")
    made_at = fields.Instant(required=True)
    changed_at = fields.Instant(required=True)


class MyLinksView(Schema):
    """Where the rest is."""

    self = fields.Text(voice="system", required=True)
    matches = fields.Text(voice="system", required=True)
    disclosures = fields.Text(voice="system", required=True)
    notices = fields.Text(voice="system", required=True)
    export = fields.Text(voice="system", required=True)
    choices = fields.Text(voice="system", required=True)
    revocations = fields.Text(voice="system", required=True)
    return_codes = fields.Text(voice="system", required=True)


class MineView(Schema):
    """Everything that stands on record about you."""

    person_id = fields.Id(required=True)
    version = fields.Whole(least=0, required=True, description="Rises with every word; the ETag, for If-Match.")
    organization = fields.Text(voice="system", required=True, description="The team that keeps it.")
    status = fields.Code(Status, required=True, attribute="person.status")
    standing = fields.Text(voice="system", required=True)
    first_came_at = fields.Instant(required=True, attribute="person.first_came_at")
    intakes = fields.Every(
        fields.Nested(IntakeView), required=True, description="The newest first; a change is written into that one."
    )
    choices = fields.Every(fields.Nested(MyChoiceView), required=True)
    consents = fields.Every(fields.Nested(MyConsentView), required=True)
    referrals = fields.Every(fields.Nested(MyReferralView), required=True)
    help_now = fields.Every(fields.Nested(ResourceView), required=True)
    limits = fields.Every(fields.Nested(PlatformLimitView), required=True)
    links = fields.Nested(MyLinksView, required=True)


class ToldView(Schema):
    """One thing that somebody was told. No field group at all means: that you are on the way to them."""

    id = fields.Id(required=True)
    at = fields.Instant(required=True)
    to = fields.Nested(NamedView, required=True)
    basis = fields.Code(Basis, required=True)
    says = fields.Text(voice="system", required=True, description="On which ground, in words.")
    purpose = fields.Code(Purpose, required=True)
    what_for = fields.Text(voice="system", required=True)
    field_groups = fields.Every(fields.Nested(LabelledView), required=True)
    consent_id = fields.Id(required=True, allow_none=True)


class LookedView(Schema):
    """One thing that was done with your record, or read in it."""

    at = fields.Instant(required=True)
    hand = fields.Code(Hand, required=True, description="An application's, your own, or the service's at its chores.")
    who = fields.Text(voice="system", required=True)
    worker = fields.Text(voice="worker", required=True, allow_none=True, description="The worker's id, if given.")
    action = fields.Text(voice="system", required=True)
    says = fields.Text(voice="system", required=True)


class MyAccountView(Schema):
    """Who was told what about you, and who looked; the newest first."""

    told = fields.Every(fields.Nested(ToldView), required=True)
    looked = fields.Every(fields.Nested(LookedView), required=True)


class MyNoticeView(Schema):
    """Somebody for whom your consent is over, and who has not said that they know."""

    consent_id = fields.Id(required=True)
    over_since = fields.Instant(required=True)
    to = fields.Nested(NamedView, required=True)


class MyNoticesView(Schema):
    """Everybody who had been told something, must stop now, and has not said that they know."""

    notices = fields.Every(fields.Nested(MyNoticeView), required=True)


class MyCopyView(Schema):
    """All there is about you, to take along. We keep no copy of it."""

    made_at = fields.Instant(required=True)
    mine = fields.Nested(MineView, required=True)
    versions = fields.Every(fields.Nested(IntakeView), required=True, description="Every version of what you said.")
    account = fields.Nested(MyAccountView, required=True)
    notices = fields.Every(fields.Nested(MyNoticeView), required=True)


class MyCodeView(Schema):
    """Your new words. They are shown once; the old ones are dead."""

    return_code = fields.Text(voice="system", required=True)


class GoneView(Schema):
    """What erasing did."""

    erased_at = fields.Instant(required=True)
    done = fields.Every(fields.Text(voice="system"), required=True)
    stays = fields.Every(fields.Text(voice="system"), required=True)
    cannot_be_unsaid = fields.Every(fields.Text(voice="system"), required=True)
