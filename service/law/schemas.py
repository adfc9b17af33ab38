"""What emergencies and legal demands say on the wire."""

from typing import Any

import marshmallow as ma

from service.consents.schemas import NoticeView
from service.consents.terms import FieldGroup
from service.guidance.rules import WhoConsents
from service.http import Schema, fields
from service.law.states import Closing, DemandMove, DemandState
from service.law.terms import DemandKind, Document, Facts, MedicalPersonnel, NewDemand, NewEmergency, Sender
from service.referrals.schemas import SharedView

_A_WORD = ma.validate.Regexp(r"[\s\S]*?[^\W_]", error="Say it in words.")


def _fact(longest: int, description: str) -> fields.Text:
    """A fact that the law asks for: words, and not just a dot."""
    return fields.Text(voice="worker", required=True, longest=longest, validate=_A_WORD, description=description)


def _groups(*, needed: bool = True) -> fields.List:
    least = ma.validate.Length(min=1 if needed else 0, max=len(FieldGroup), error="Name at least one field group.")
    return fields.List(fields.Code(FieldGroup), required=True, validate=least)


class EmergencyRecipientForm(Schema):
    """Who is told, and where they work (42 CFR 2.51(c)(1))."""

    name = _fact(200, "Their name.")
    facility = _fact(200, "The health care facility that they belong to.")

    @ma.post_load
    def _make(self, data: dict[str, Any], **_: Any) -> MedicalPersonnel:
        return MedicalPersonnel(**data)


class DiscloserForm(Schema):
    """Who tells it (42 CFR 2.51(c)(2))."""

    name = _fact(200, "Their name.")


class EmergencyForm(Schema):
    """A medical emergency in which somebody cannot say yes, with the facts of 42 CFR 2.51(c)."""

    person_id = fields.Id(required=True)
    field_groups = _groups()
    recipient = fields.Nested(EmergencyRecipientForm, required=True)
    discloser = fields.Nested(DiscloserForm, required=True)
    nature = _fact(2000, "What happened, in your words (42 CFR 2.51(c)(4)).")
    happened_at = fields.Instant(description="When (42 CFR 2.51(c)(3)); now, if left out.")

    @ma.post_load
    def _make(self, data: dict[str, Any], **_: Any) -> NewEmergency:
        facts = Facts(recipient=data["recipient"], discloser=data["discloser"]["name"], nature=data["nature"])
        return NewEmergency(
            person_id=data["person_id"],
            field_groups=frozenset(data["field_groups"]),
            facts=facts,
            happened_at=data.get("happened_at"),
        )


class EmergencyLineView(Schema):
    """That something was told in an emergency, without its facts."""

    id = fields.Id(required=True)
    person_id = fields.Id(required=True)
    field_groups = fields.Every(fields.Code(FieldGroup), required=True)
    happened_at = fields.Instant(required=True)
    made_at = fields.Instant(required=True)
    closes_at = fields.Instant(required=True, description="From then on what was told is not shown here any more.")
    reviewed_at = fields.Instant(required=True, allow_none=True)


class EmergencyRecipientView(Schema):
    """Who was told."""

    name = fields.Text(voice="worker", required=True)
    facility = fields.Text(voice="worker", required=True)


class DiscloserView(Schema):
    """Who told it."""

    name = fields.Text(voice="worker", attribute="discloser", required=True)


class EmergencyView(EmergencyLineView):
    """What was told in an emergency: with its content for 60 minutes, afterwards only that it was told."""

    recipient = fields.Nested(EmergencyRecipientView, attribute="facts.recipient", required=True)
    discloser = fields.Nested(DiscloserView, attribute="facts", required=True)
    nature = fields.Text(voice="worker", attribute="facts.nature", required=True)
    shared = fields.Nested(SharedView, allow_none=True, description="What the field groups hold; null once closed.")
    notice = fields.Nested(NoticeView, allow_none=True)

    def get_attribute(self, obj: Any, attr: str, default: Any) -> Any:
        """What stands in the clear stands on the line; facts and content beside it."""
        return super().get_attribute(obj.line if attr in EmergencyLineView._declared_fields else obj, attr, default)


class ReviewForm(Schema):
    """That somebody looked at it. Nothing needs to be said."""


class SenderForm(Schema):
    """Who demands it."""

    name = fields.Text(voice="worker", required=True, longest=200)
    office = fields.Text(voice="worker", longest=200)

    @ma.post_load
    def _make(self, data: dict[str, Any], **_: Any) -> Sender:
        return Sender(**data)


class DocumentForm(Schema):
    """One paper. A court order is one under 42 CFR 2.61 to 2.67; any other paper of a court is `other`."""

    kind = fields.Code(DemandKind, required=True)
    received_on = fields.Day(required=True)
    reference = fields.Text(voice="worker", longest=200)

    @ma.post_load
    def _make(self, data: dict[str, Any], **_: Any) -> Document:
        return Document(**data)


class DemandForm(Schema):
    """A legal demand as it came in. Whom it says it is about is kept in words, and never looked up."""

    kind = fields.Code(DemandKind, required=True)
    received_on = fields.Day(required=True)
    sender = fields.Nested(SenderForm, required=True, data_key="from")
    reference = fields.Text(voice="worker", longest=200)
    about_words = fields.Text(voice="worker", longest=2000, description="Whom it says it is about, as it says it.")
    documents = fields.List(fields.Nested(DocumentForm), most=20, load_default=list)

    @ma.post_load
    def _make(self, data: dict[str, Any], **_: Any) -> NewDemand:
        return NewDemand(**{**data, "documents": tuple(data["documents"])})


class ReleaseForm(Schema):
    """Whom the court order concerns, and which field groups it names."""

    person_id = fields.Id(required=True)
    field_groups = _groups()


class ClosingForm(Schema):
    """How the demand ends without anything being told."""

    move = fields.Code(Closing, required=True)


class SenderView(Schema):
    """Who demands it."""

    name = fields.Text(voice="worker", required=True)
    office = fields.Text(voice="worker", allow_none=True)


class DocumentView(Schema):
    """One paper."""

    kind = fields.Code(DemandKind, required=True)
    received_on = fields.Day(required=True)
    reference = fields.Text(voice="worker", allow_none=True)


class ApprovalView(Schema):
    """That one worker approved, and what."""

    worker = fields.Text(voice="external_code", required=True)
    person_id = fields.Id(required=True)
    field_groups = fields.Every(fields.Code(FieldGroup), required=True)
    approved_at = fields.Instant(required=True)


class DemandView(Schema):
    """A legal demand as it stands."""

    id = fields.Id(required=True)
    version = fields.Whole(least=1, required=True)
    state = fields.Code(DemandState, required=True)
    allowed_moves = fields.Every(fields.Code(DemandMove), required=True)
    kind = fields.Code(DemandKind, attribute="content.kind", required=True)
    received_on = fields.Day(attribute="content.received_on", required=True)
    sender = fields.Nested(SenderView, attribute="content.sender", required=True, data_key="from")
    reference = fields.Text(voice="worker", attribute="content.reference", allow_none=True)
    about_words = fields.Text(voice="worker", attribute="content.about_words", allow_none=True)
    documents = fields.Every(fields.Nested(DocumentView), attribute="content.documents", required=True)
    approvals = fields.Every(fields.Nested(ApprovalView), required=True)
    recorded_by = fields.Text(voice="external_code", allow_none=True, description="The Acting-Worker who recorded it.")
    recorded_at = fields.Instant(required=True)
    changed_at = fields.Instant(required=True)


class HeldView(Schema):
    """What whoever recorded a demand reads at once. Whoever it names: the same answer."""

    id = fields.Id(required=True)
    state = fields.Code(DemandState, required=True)
    what_happens_next = fields.Every(fields.Text(voice="system"), required=True)
    nothing_was_looked_up = fields.Truth(required=True)


class ReleaseView(Schema):
    """What was told to a court: about one person, what two people approved, once."""

    demand = fields.Nested(DemandView, required=True)
    person_id = fields.Id(required=True)
    field_groups = fields.Every(fields.Code(FieldGroup), required=True)
    shared = fields.Nested(SharedView, required=True)
    notice = fields.Nested(NoticeView, required=True)
    released_at = fields.Instant(required=True)


class ConsentReviewForm(Schema):
    """What a human being found about whose yes it needs, for somebody under 18."""

    found = fields.Code(WhoConsents, required=True, validate=ma.validate.NoneOf([WhoConsents.UNKNOWN]))
