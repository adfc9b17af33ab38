"""Where consents are given, read, and taken back."""

from typing import Any
from uuid import UUID

from service.access.rules import Scope
from service.consents import actions, notices, rules
from service.consents.notice_rules import Notice, TheirsToAcknowledge
from service.consents.rules import Revoked
from service.consents.schemas import (
    ConsentView,
    ConsentWritten,
    PersonNoticeView,
    RevocationForm,
    RevocationNoticeView,
    RevokedView,
)
from service.consents.terms import TakenBack
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
    body=RevocationForm, answer=ConsentWritten, status=201, location="/v1/consents/{id}", versioned=True,
    concerns="person_id", refusals=(rules.RecipientNotNamed, rules.Replaced),
    example={"recipient": {"provider_id": "0192f0c1-0000-7000-8000-000000000015"}, "field_groups": ["name"]},
)  # fmt: skip
def revoke_consent(call: Call, back: TakenBack, consent_id: UUID) -> rules.Consent:
    """Take a consent back, for everybody or for one recipient, all of it or some field groups.

    It takes effect with this answer: the very next read by that recipient finds no more than is left, and what was
    still waiting to be told is cancelled when nothing is. No reason is asked, and the help goes on as before.
    """
    return actions.revoke_consent(
        call.session, consent_id, back.recipient, back.field_groups, by=call.caller, now=call.now
    )


@blp.post(
    "/people/<uuid:person_id>/revocations", scope=Scope.CONSENTS_WRITE, process="supporting_agency",
    answer=RevokedView, status=201, concerns="person_id",
)  # fmt: skip
def revoke_all(call: Call, person_id: UUID) -> Revoked:
    """Take back everything that a person ever allowed, on their word.

    Nobody finds anything about them on the strength of a consent from this answer on. No reason is asked.
    """
    return Revoked(person_id, actions.revoke_all(call.session, person_id, by=call.caller, now=call.now))


@blp.get(
    "/revocation-notices", scope=Scope.REFERRALS_READ, process="holding", query=PageQuery,
    answer=page_of(RevocationNoticeView),
)  # fmt: skip
def list_revocation_notices(call: Call, asked: dict[str, Any]) -> Page[Notice]:
    """List what you were told and is over now, the newest first, until you acknowledge it.

    Stop using it, and say so. Who it was about is not said here.
    """
    return page_through(
        call,
        asked,
        lambda after, count: notices.list_received(
            call.session, after=after, count=count, by=call.caller, now=call.now
        ),
        key=_place,
    )


@blp.post(
    "/revocation-notices/<uuid:notice_id>/acknowledgements", scope=Scope.REFERRALS_WRITE, process="holding",
    answer=RevocationNoticeView, status=201,
)  # fmt: skip
def acknowledge_notice(call: Call, notice_id: UUID) -> Notice:
    """Say that you heard it and stopped. To say it again changes nothing."""
    return notices.acknowledge_notice(call.session, notice_id, by=call.caller, now=call.now)


@blp.get(
    "/people/<uuid:person_id>/revocation-notices", scope=Scope.CONSENTS_WRITE, process="supporting_agency",
    query=PageQuery, answer=page_of(PersonNoticeView),
)  # fmt: skip
def list_person_notices(call: Call, asked: dict[str, Any], person_id: UUID) -> Page[Notice]:
    """List who was told that something is over, the newest first, and who has not said yet that they heard it."""
    return page_through(
        call,
        asked,
        lambda after, count: notices.list_of_person(
            call.session, person_id, after=after, count=count, by=call.caller, now=call.now
        ),
        key=_place,
    )


@blp.post(
    "/people/<uuid:person_id>/revocation-notices/<uuid:notice_id>/acknowledgements", scope=Scope.CONSENTS_WRITE,
    process="holding", answer=PersonNoticeView, status=201, concerns="person_id",
    refusals=(TheirsToAcknowledge,),
)  # fmt: skip
def write_acknowledgement(call: Call, person_id: UUID, notice_id: UUID) -> Notice:
    """Write down that a recipient without an organization here said that they heard it, by phone or in person."""
    return notices.write_acknowledgement(call.session, person_id, notice_id, by=call.caller, now=call.now)


def _place(notice: Notice) -> tuple[Any, ...]:
    return notice.made_at, notice.id
