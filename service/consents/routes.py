"""Where consents are given, read, and taken back."""

from typing import Any
from uuid import UUID

from service.access.rules import Scope
from service.consents import actions, rules
from service.consents.schemas import ConsentView, RevocationForm
from service.consents.terms import Recipient
from service.http import Blueprint, Call, Page, PageQuery, page_of, page_through

blp = Blueprint("consents", description="Permission to disclose: given in writing, in versions, taken back at once.")


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
    body=RevocationForm, answer=ConsentView, status=201, location="/v1/consents/{id}", versioned=True,
    concerns="person_id", refusals=(rules.RecipientNotNamed, rules.Replaced),
    example={"recipient": {"provider_id": "0192f0c1-0000-7000-8000-000000000015"}},
)  # fmt: skip
def revoke_consent(call: Call, recipient: Recipient | None, consent_id: UUID) -> rules.Consent:
    """Take a consent back, for everybody or for one recipient.

    It takes effect with this answer: the very next read by that recipient finds nothing, and what was still waiting to
    be told is cancelled. No reason is asked, and the help goes on as before.
    """
    return actions.revoke_consent(call.session, consent_id, recipient, by=call.caller, now=call.now)
