"""Where the law speaks: whose yes is needed, what an emergency opens, what becomes of a legal demand."""

from typing import Any
from uuid import UUID

from service.access.rules import Scope
from service.consents.rules import Consent, ConsentOver, NothingToReview
from service.consents.schemas import ConsentForm, ConsentWritten
from service.consents.terms import NewConsent
from service.guidance.schemas import with_findings
from service.http import Blueprint, Call, Page, PageQuery, page_of, page_through
from service.law import consenting, demands, emergencies, rules
from service.law.schemas import (
    ClosingForm,
    ConsentReviewForm,
    DemandForm,
    DemandView,
    DocumentForm,
    EmergencyForm,
    EmergencyLineView,
    EmergencyView,
    HeldView,
    ReleaseForm,
    ReleaseView,
    ReviewForm,
)
from service.law.terms import Demand, Document, Emergency, EmergencyLine, Held, NewDemand, NewEmergency, Release

EmergencyWritten, HeldWritten, DemandWritten = map(with_findings, (EmergencyView, HeldView, DemandView))

blp = Blueprint("law", description="What the law asks for a consent, and what it lets be told without one. Held tight.")

CONSENT = {
    "subject_name": {"text": "Ruby", "basis": "name_used"},
    "recipients": [{"kind": "named", "provider_id": "0192f0c1-0000-7000-8000-000000000013"}],
    "purpose": "referral",
    "scope": ["name", "priorities", "language"],
    "expires": {"at": "2027-06-30T00:00:00Z"},
    "signature": {"method": "typed"},
    "locale": "en",
}
EMERGENCY = {
    "person_id": "0192f0c1-0000-7000-8000-000000000021",
    "field_groups": ["name", "substances"],
    "recipient": {"name": "Dr. Okafor", "facility": "Bayline General, emergency department"},
    "discloser": {"name": "M. Reyes"},
    "nature": "Found not breathing, came round after two naloxone; the ambulance asked what was taken.",
}
DEMAND = {
    "kind": "subpoena",
    "received_on": "2026-11-24",
    "from": {"name": "Det. Harlan", "office": "County, narcotics unit"},
    "reference": "24-1177",
    "about_words": "whoever goes by Ruby",
    "documents": [{"kind": "subpoena", "received_on": "2026-11-24"}],
}
ORDER = {"person_id": "0192f0c1-0000-7000-8000-000000000021", "field_groups": ["contact"]}


@blp.post(
    "/people/<uuid:person_id>/consents", scope=Scope.CONSENTS_WRITE, process="holding", body=ConsentForm,
    answer=ConsentWritten, status=201, location="/v1/consents/{id}", versioned=True, concerns="person_id",
    refusals=(ConsentOver,), example=CONSENT,
)  # fmt: skip
def give_consent(call: Call, new_consent: NewConsent, person_id: UUID) -> Consent:
    """Put a signed consent on record.

    It has effect when it holds every element of 42 CFR 2.31; `missing` names those that it lacks. It can be replaced
    or taken back, never widened. For somebody under 18, by their own words, the law of the place says whose yes it
    needs: theirs alone, a parent's signature beside theirs, or first a human being who looks. Nobody tells a parent.
    """
    return consenting.give_consent(call.session, person_id, new_consent, by=call.caller, now=call.now)


@blp.post(
    "/consents/<uuid:consent_id>/reviews", scope=Scope.CONSENTS_WRITE, process="holding", body=ConsentReviewForm,
    answer=ConsentWritten, status=201, location="/v1/consents/{id}", versioned=True, concerns="person_id",
    refusals=(rules.WorkerNotNamed, NothingToReview, ConsentOver), example={"found": "minor_alone"},
)  # fmt: skip
def review_consent(call: Call, asked: dict[str, Any], consent_id: UUID) -> Consent:
    """Say whose yes this consent needs, where we do not know.

    For somebody under 18 in a place that we know no rule for, a human being looks it up, with counsel where it is not
    plain, and is named in the Acting-Worker header. When nothing else is missing, the consent has effect at once.
    """
    return consenting.review_consent(call.session, consent_id, asked["found"], by=call.caller, now=call.now)


@blp.post(
    "/emergency-disclosures", scope=Scope.EMERGENCIES_WRITE, process="holding", body=EmergencyForm,
    answer=EmergencyWritten, status=201, location="/v1/emergency-disclosures/{id}", concerns="person_id",
    replayed_for=rules.OPEN_FOR, refusals=(rules.StillToCome,), example=EMERGENCY,
)  # fmt: skip
def disclose_in_emergency(call: Call, new_emergency: NewEmergency) -> Emergency:
    """Tell medical staff what may save a life, when the person cannot say yes (42 CFR 2.51).

    Who is told, where they work, who tells it and what happened go on record first. The answer holds exactly the named
    field groups, for 60 minutes; the privacy lead is alerted at once. Only a human being does this, never a program.
    """
    return emergencies.disclose_in_emergency(call.session, new_emergency, by=call.caller, now=call.now)


@blp.get(
    "/emergency-disclosures", scope=Scope.EMERGENCIES_REVIEW, process="signaling_limits", query=PageQuery,
    answer=page_of(EmergencyLineView),
)  # fmt: skip
def list_emergency_disclosures(call: Call, asked: dict[str, Any]) -> Page[EmergencyLine]:
    """List what was told in emergencies, the newest first, and whether somebody looked at it since."""
    return page_through(
        call,
        asked,
        lambda after, count: emergencies.list_emergencies(
            call.session, after=after, count=count, by=call.caller, now=call.now
        ),
        key=lambda line: (line.made_at, line.id),
    )


@blp.get(
    "/emergency-disclosures/<uuid:emergency_id>", scope=Scope.EMERGENCIES_WRITE, process="holding",
    answer=EmergencyView,
)  # fmt: skip
def read_emergency_disclosure(call: Call, emergency_id: UUID) -> Emergency:
    """Read what was told, within 60 minutes; afterwards only that it was told, to whom, by whom and why."""
    return emergencies.read_emergency(call.session, emergency_id, by=call.caller, now=call.now)


@blp.post(
    "/emergency-disclosures/<uuid:emergency_id>/reviews", scope=Scope.EMERGENCIES_REVIEW, process="signaling_limits",
    body=ReviewForm, answer=EmergencyView, status=201, location="/v1/emergency-disclosures/{id}", concerns="person_id",
    refusals=(rules.WorkerNotNamed, rules.OwnDisclosure), example={},
)  # fmt: skip
def review_emergency_disclosure(call: Call, _: dict[str, Any], emergency_id: UUID) -> Emergency:
    """Write down that somebody else has looked at an emergency disclosure. The first look counts."""
    return emergencies.review_emergency(call.session, emergency_id, by=call.caller, now=call.now)


@blp.post(
    "/legal-demands", scope=Scope.LEGAL_DEMANDS_WRITE, process="holding", body=DemandForm, answer=HeldWritten,
    status=201, location="/v1/legal-demands/{id}", example=DEMAND,
)  # fmt: skip
def record_legal_demand(call: Call, new_demand: NewDemand) -> Held:
    """Put a subpoena, an order, a warrant or any other demand on record, and hold it.

    Nothing is looked up and nothing is told, whomever it names. Name yourself in the Acting-Worker header.
    """
    return demands.record_demand(call.session, new_demand, locale=call.locale, by=call.caller, now=call.now)


@blp.get(
    "/legal-demands", scope=Scope.LEGAL_DEMANDS_WRITE, process="holding", query=PageQuery, answer=page_of(DemandView)
)
def list_legal_demands(call: Call, asked: dict[str, Any]) -> Page[Demand]:
    """List your organization's legal demands, the newest first."""
    return page_through(
        call,
        asked,
        lambda after, count: demands.list_demands(call.session, after=after, count=count, by=call.caller, now=call.now),
        key=lambda demand: (demand.recorded_at, demand.id),
    )


@blp.get(
    "/legal-demands/<uuid:demand_id>", scope=Scope.LEGAL_DEMANDS_WRITE, process="holding", answer=DemandView,
    versioned=True,
)  # fmt: skip
def read_legal_demand(call: Call, demand_id: UUID) -> Demand:
    """Read one legal demand as it stands."""
    return demands.read_demand(call.session, demand_id, by=call.caller, now=call.now)


@blp.post(
    "/legal-demands/<uuid:demand_id>/documents", scope=Scope.LEGAL_DEMANDS_WRITE, process="holding", body=DocumentForm,
    answer=DemandWritten, status=201, location="/v1/legal-demands/{id}", versioned=True,
    refusals=(rules.DemandMoveNotAllowed,), example={"kind": "court_order", "received_on": "2026-12-01"},
)  # fmt: skip
def add_legal_document(call: Call, document: Document, demand_id: UUID) -> Demand:
    """Put a paper that came later with a demand that is held."""
    return demands.add_document(call.session, demand_id, document, by=call.caller, now=call.now)


@blp.post(
    "/legal-demands/<uuid:demand_id>/approvals", scope=Scope.LEGAL_DEMANDS_WRITE, process="holding", body=ReleaseForm,
    answer=DemandView, status=201, location="/v1/legal-demands/{id}", versioned=True,
    refusals=(
        rules.WorkerNotNamed, rules.PapersMissing, rules.RecorderNotKnown, rules.RecordedItThemselves,
        rules.ApprovedBefore, rules.ApprovalsDiffer, rules.DemandMoveNotAllowed,
    ),
    example=ORDER,
)  # fmt: skip
def approve_legal_release(call: Call, order: dict[str, Any], demand_id: UUID) -> Demand:
    """Say that you read both papers, and whom and what the court order names.

    Two people have to, and neither is the one who put the demand on record. A subpoena alone opens nothing, whoever
    approves. Nobody is looked up.
    """
    return demands.approve_release(
        call.session, demand_id, order["person_id"], order["field_groups"], by=call.caller, now=call.now
    )


@blp.post(
    "/legal-demands/<uuid:demand_id>/releases", scope=Scope.LEGAL_DEMANDS_WRITE, process="holding", body=ReleaseForm,
    answer=ReleaseView, status=201, location="/v1/legal-demands/{demand.id}", concerns="person_id",
    refusals=(rules.WorkerNotNamed, rules.NotWhatWasApproved, rules.DemandMoveNotAllowed), example=ORDER,
)  # fmt: skip
def release_to_court(call: Call, order: dict[str, Any], demand_id: UUID) -> Release:
    """Tell a court exactly what two people approved: about one person, the named field groups, once."""
    return demands.release(
        call.session, demand_id, order["person_id"], order["field_groups"], by=call.caller, now=call.now
    )


@blp.post(
    "/legal-demands/<uuid:demand_id>/moves", scope=Scope.LEGAL_DEMANDS_WRITE, process="holding", body=ClosingForm,
    answer=DemandView, status=201, location="/v1/legal-demands/{id}", versioned=True,
    refusals=(rules.DemandMoveNotAllowed,), example={"move": "answer_without_data"},
)  # fmt: skip
def close_legal_demand(call: Call, asked: dict[str, Any], demand_id: UUID) -> Demand:
    """End a demand without telling anything: it was answered without data, or it was withdrawn."""
    return demands.close_demand(call.session, demand_id, asked["move"], by=call.caller, now=call.now)
