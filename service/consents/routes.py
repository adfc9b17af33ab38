"""Where consents are given, read, and taken back."""

from typing import Any
from uuid import UUID

from service.access.rules import Scope
from service.consents import actions, rules
from service.consents.schemas import ConsentForm, ConsentView, RevocationForm
from service.consents.terms import NewConsent, Recipient
from service.guidance.schemas import with_findings
from service.http import Blueprint, Call, Page, PageQuery, page_of, page_through

blp = Blueprint("consents", description="Permission to disclose: given in writing, in versions, taken back at once.")

ConsentWritten = with_findings(ConsentView)
EXAMPLE = {
    "subject_name": {"text": "Ruby", "basis": "name_used"},
    "recipients": [{"kind": "named", "provider_id": "0192f0c1-0000-7000-8000-000000000013"}],
    "purpose": "referral",
    "scope": ["name", "priorities", "language"],
    "expires": {"at": "2027-06-30T00:00:00Z"},
    "signature": {"method": "typed"},
    "locale": "en",
}


@blp.post(
    "/people/<uuid:person_id>/consents", scope=Scope.CONSENTS_WRITE, process="holding", body=ConsentForm,
    answer=ConsentWritten, status=201, location="/v1/consents/{id}", versioned=True, concerns="person_id",
    refusals=(rules.ConsentOver,), example=EXAMPLE,
)  # fmt: skip
def give_consent(call: Call, new_consent: NewConsent, person_id: UUID) -> rules.Consent:
    """Put a signed consent on record.

    It has effect when it holds every element of 42 CFR 2.31; `missing` names those that it lacks. It can be replaced
    or taken back, never widened.
    """
    return actions.give_consent(call.session, person_id, new_consent, by=call.caller, now=call.now)


@blp.get(
    "/people/<uuid:person_id>/consents", scope=Scope.CONSENTS_WRITE, process="holding", query=PageQuery,
    answer=page_of(ConsentView),
)  # fmt: skip
def list_consents(call: Call, asked: dict[str, Any], person_id: UUID) -> Page[rules.Consent]:
    """List a person's consents, the newest first; those that are over too."""
    return page_through(
        call,
        asked,
        lambda after, count: actions.list_consents(
            call.session, person_id, after=after, count=count, by=call.caller, now=call.now
        ),
        key=lambda consent: (consent.given_at, consent.id),
    )


@blp.get(
    "/consents/<uuid:consent_id>", scope=Scope.CONSENTS_WRITE, process="holding", answer=ConsentView, versioned=True
)
def read_consent(call: Call, consent_id: UUID) -> rules.Consent:
    """Read one consent as it stands."""
    return actions.read_consent(call.session, consent_id, by=call.caller, now=call.now)


@blp.post(
    "/consents/<uuid:consent_id>/revocations", scope=Scope.CONSENTS_WRITE, process="supporting_agency",
    body=RevocationForm, answer=ConsentWritten, status=201, location="/v1/consents/{id}", versioned=True,
    concerns="person_id", refusals=(rules.RecipientNotNamed, rules.Replaced),
    example={"recipient": {"provider_id": "0192f0c1-0000-7000-8000-000000000015"}},
)  # fmt: skip
def revoke_consent(call: Call, recipient: Recipient | None, consent_id: UUID) -> rules.Consent:
    """Take a consent back, for everybody or for one recipient.

    It takes effect with this answer: the very next read by that recipient finds nothing, and what was still waiting to
    be told is cancelled. No reason is asked, and the help goes on as before.
    """
    return actions.revoke_consent(call.session, consent_id, recipient, by=call.caller, now=call.now)
