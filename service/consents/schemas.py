"""What consents say on the wire."""

from typing import Any

import marshmallow as ma

from service.consents.notice_rules import Extent
from service.consents.rules import ConsentState, Element
from service.consents.terms import (
    Expiry,
    ExpiryEvent,
    FieldGroup,
    NameBasis,
    NewConsent,
    ParentSignature,
    Purpose,
    Recipient,
    RecipientKind,
    SignatureMethod,
    SubjectName,
    TakenBack,
    Terms,
)
from service.guidance.rules import WhoConsents
from service.guidance.schemas import with_findings
from service.http import Schema, fields

LONGEST_NAME = 200


class NamedRecipient(Schema):
    """Whom a consent names: exactly one of an organization here, a provider of the directory, or words."""

    kind = fields.Code(RecipientKind, load_default=RecipientKind.NAMED)
    organization_id = fields.Id(description="An organization here, with all its providers.")
    provider_id = fields.Id(description="A provider of the directory.")

    @ma.validates_schema(skip_on_field_errors=True)
    def _names_one(self, data: dict[str, Any], **_: Any) -> None:
        if sum(name in data for name in ("organization_id", "provider_id")) > 1 or len(data) < 2:
            raise ma.ValidationError("Name an organization, a provider, or somebody in words.")

    @ma.post_load
    def _make(self, data: dict[str, Any], **_: Any) -> Recipient:
        return Recipient(**data)


class RecipientForm(NamedRecipient):
    """Whom a consent names: exactly one of an organization here, a provider of the directory, or words."""

    text = fields.Text(
        voice="worker",
        longest=500,
        description="A recipient in words. Kept and shown; nothing is ever sent to words alone.",
    )


class ExpiryForm(Schema):
    """Until when: an instant, an event, or no end, which only treatment, payment and operations allow."""

    at = fields.Instant()
    on_event = fields.Code(ExpiryEvent)
    none_tpo = fields.Truth(load_default=False)

    @ma.post_load
    def _make(self, data: dict[str, Any], **_: Any) -> Expiry:
        return Expiry(**data)


class SubjectNameForm(Schema):
    """The name that the person signed with."""

    text = fields.Words(required=True, longest=LONGEST_NAME)
    basis = fields.Code(NameBasis, load_default=NameBasis.NAME_USED)

    @ma.post_load
    def _make(self, data: dict[str, Any], **_: Any) -> SubjectName:
        return SubjectName(**data)


class SignatureForm(Schema):
    """How it was signed. A witnessed word is kept, and has no effect: the law wants a written consent."""

    method = fields.Code(SignatureMethod, required=True)
    at = fields.Instant(description="When; now, if left out.")
    witness = fields.Text(voice="worker", longest=LONGEST_NAME)


class ParentSignatureForm(Schema):
    """A parent's signature on the paper. It comes with the person; nobody here asks a parent, or tells one."""

    name = fields.Text(voice="worker", required=True, longest=LONGEST_NAME)
    method = fields.Code(SignatureMethod, required=True)
    at = fields.Instant(required=True)

    @ma.post_load
    def _make(self, data: dict[str, Any], **_: Any) -> ParentSignature:
        return ParentSignature(**data)


class ConsentForm(Schema):
    """A consent as somebody signs it (42 CFR 2.31). What lacks an element is kept as a draft without effect."""

    subject_name = fields.Nested(
        SubjectNameForm,
        metadata={"x-why-we-ask": "A written consent needs a name. Without one, carry a hand-off yourself."},
    )
    discloser = fields.Text(
        voice="worker", longest=LONGEST_NAME, description="Who may tell; the calling organization, if left out."
    )
    recipients = fields.List(fields.Nested(RecipientForm), most=20, load_default=list)
    purpose = fields.Code(Purpose)
    scope = fields.List(fields.Code(FieldGroup), most=len(FieldGroup), load_default=list)
    expires = fields.Nested(ExpiryForm)
    signature = fields.Nested(SignatureForm)
    parent_signature = fields.Nested(
        ParentSignatureForm, description="Where the law asks for a parent's yes beside that of somebody under 18."
    )
    statements_version = fields.Text(
        voice="system", longest=32, description="Which statements were shown; the present ones, if left out."
    )
    limits_version = fields.Text(voice="system", longest=64, description="Which limits were shown.")
    locale = fields.LanguageTag(description="In which language it was signed.")
    replaces = fields.Id(description="A consent that this one replaces, as soon as this one has effect.")

    @ma.post_load
    def _make(self, data: dict[str, Any], **_: Any) -> NewConsent:
        signature = data.get("signature", {})
        return NewConsent(
            terms=Terms(
                recipients=tuple(data["recipients"]),
                purpose=data.get("purpose"),
                field_groups=frozenset(data["scope"]),
                expiry=data.get("expires", Expiry()),
            ),
            subject_name=data.get("subject_name"),
            discloser=data.get("discloser"),
            signature_method=signature.get("method"),
            signed_at=signature.get("at"),
            witness=signature.get("witness"),
            parent_signature=data.get("parent_signature"),
            statements_version=data.get("statements_version"),
            limits_version=data.get("limits_version"),
            locale=data.get("locale"),
            replaces=data.get("replaces"),
        )


class RevocationForm(Schema):
    """Take a consent back: from one recipient or, when none is named, from everybody; some field groups or, when none
    is named, all of it. An empty body takes everything back. No reason is asked."""

    recipient = fields.Nested(RecipientForm)
    field_groups = fields.List(
        fields.Code(FieldGroup),
        most=len(FieldGroup),
        description="Which field groups are not told any more; for a recipient who keeps the others.",
    )

    @ma.post_load
    def _make(self, data: dict[str, Any], **_: Any) -> TakenBack:
        groups = data.get("field_groups")
        return TakenBack(data.get("recipient"), None if groups is None else frozenset(groups))


class RecipientView(Schema):
    """Whom a consent names."""

    kind = fields.Code(RecipientKind, required=True)
    organization_id = fields.Id(allow_none=True)
    provider_id = fields.Id(allow_none=True)
    text = fields.Text(voice="worker", allow_none=True)
    withheld = fields.Every(
        fields.Code(FieldGroup), description="Field groups that the person took back from them. They are not told so."
    )


class ExpiryView(Schema):
    """Until when."""

    at = fields.Instant(allow_none=True)
    on_event = fields.Code(ExpiryEvent, allow_none=True)
    none_tpo = fields.Truth(required=True)


class SubjectNameView(Schema):
    """The name that the person signed with."""

    text = fields.Words(required=True, longest=LONGEST_NAME)
    basis = fields.Code(NameBasis, required=True)


class SignatureView(Schema):
    """How it was signed."""

    method = fields.Code(SignatureMethod, required=True)
    at = fields.Instant(required=True)
    witness = fields.Text(voice="worker", allow_none=True)


class ParentSignatureView(Schema):
    """A parent's signature on the paper."""

    name = fields.Text(voice="worker", required=True)
    method = fields.Code(SignatureMethod, required=True)
    at = fields.Instant(required=True)


class HumanReviewView(Schema):
    """What a human being found about whose yes it needs."""

    found = fields.Code(WhoConsents, required=True)
    at = fields.Instant(required=True)


class ConsentView(Schema):
    """A consent as its organization reads it."""

    id = fields.Id(required=True)
    person_id = fields.Id(required=True)
    version = fields.Whole(least=1, required=True)
    state = fields.Code(ConsentState, required=True)
    effective = fields.Truth(required=True, description="Whether anything may be told on the strength of it now.")
    missing = fields.Every(
        fields.Code(Element), required=True, description="Elements of 42 CFR 2.31 that it lacks; then it has no effect."
    )
    subject_name = fields.Nested(SubjectNameView, attribute="paper.subject_name", allow_none=True)
    discloser = fields.Text(voice="worker", attribute="paper.discloser", required=True)
    recipients = fields.Every(fields.Nested(RecipientView), required=True)
    purpose = fields.Code(Purpose, attribute="permission.terms.purpose", allow_none=True)
    scope = fields.Every(fields.Code(FieldGroup), required=True)
    expires = fields.Nested(ExpiryView, attribute="permission.terms.expiry", required=True)
    signature = fields.Nested(SignatureView, attribute="paper.signature", allow_none=True)
    who_consents = fields.Code(
        WhoConsents,
        attribute="paper.who_consents",
        allow_none=True,
        description="Whose yes it needs, for somebody under 18 by their own words; null for everybody else.",
    )
    parent_signature = fields.Nested(ParentSignatureView, attribute="paper.parent_signature", allow_none=True)
    reviewed_by_human = fields.Nested(HumanReviewView, attribute="paper.reviewed_by_human", allow_none=True)
    statements_version = fields.Text(voice="system", attribute="paper.statements_version", required=True)
    statements = fields.Every(
        fields.Text(voice="system"), required=True, description="What the person was told before they signed."
    )
    limits_version = fields.Text(voice="system", attribute="paper.limits_version", allow_none=True)
    locale = fields.LanguageTag(attribute="paper.locale", required=True)
    superseded_by = fields.Id(attribute="permission.superseded_by", allow_none=True)
    given_at = fields.Instant(required=True)
    changed_at = fields.Instant(required=True)


ConsentWritten = with_findings(ConsentView)


class NoticeView(Schema):
    """The notice that goes along with everything that is told (42 CFR 2.32). Passing it on is not allowed."""

    statement = fields.Whole(least=1, most=2, required=True)
    text = fields.Text(voice="system", required=True)
    text_version = fields.Text(voice="system", required=True)


class ScopeView(Schema):
    """What the consent covers on which something was told (42 CFR 2.32)."""

    consent_id = fields.Id(required=True)
    version = fields.Whole(least=1, required=True)
    purpose = fields.Code(Purpose, allow_none=True)
    scope = fields.Every(fields.Code(FieldGroup), attribute="field_groups", required=True)
    expires = fields.Nested(ExpiryView, attribute="expiry", required=True)


class RevocationNoticeView(Schema):
    """A notice that something you were told is over: an id, and not a word about anybody. Stop using it, and say that
    you heard it."""

    id = fields.Id(required=True)
    made_at = fields.Instant(required=True)
    extent = fields.Code(Extent, required=True, description="Whether everything was taken back, or some field groups.")
    referral_ids = fields.Every(
        fields.Id(), required=True, description="The referrals that you knew it by, until you acknowledge."
    )
    acknowledged_at = fields.Instant(allow_none=True)


class PersonNoticeView(RevocationNoticeView):
    """A notice that went out because of a person, for their own organization."""

    person_id = fields.Id(required=True)
    consent_id = fields.Id(required=True)
    consent_version = fields.Whole(least=1, required=True, description="The version that took it back.")
    provider_id = fields.Id(allow_none=True)
    organization_id = fields.Id(
        allow_none=True, description="The organization here that is to acknowledge; you write it down when it is none."
    )


class RevokedView(Schema):
    """What was taken back, all at once."""

    revoked = fields.Every(fields.Nested(ConsentView), required=True)
