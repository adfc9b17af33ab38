"""Where the directory is read and written."""

from collections.abc import Iterable
from typing import Any, TypeVar
from uuid import UUID

from service import errors
from service.access.rules import Scope
from service.guidance.schemas import with_findings
from service.http import Blueprint, Call, Page, PageQuery, page_of, page_through
from service.providers import actions, capacity, queries, rules, search
from service.providers.credentials import NewPractitioner, Verification
from service.providers.entries import KnownCredential, KnownPractitioner, KnownProvider, Offering
from service.providers.schemas.forms import (
    CredentialForm,
    OfferingForm,
    OfferingsQuery,
    PractitionerForm,
    ProviderForm,
    SearchForm,
)
from service.providers.schemas.shapes import CapacityShape, OfferingShape, PoliciesShape, VerificationShape
from service.providers.schemas.views import CredentialView, OfferingView, PractitionerView, ProviderView

blp = Blueprint("providers", description="The directory: who offers what, on which conditions, with which limits.")

Known = TypeVar("Known")
ProviderWritten, PractitionerWritten = with_findings(ProviderView), with_findings(PractitionerView)
CredentialWritten, OfferingWritten = with_findings(CredentialView), with_findings(OfferingView)
OfferingsFound = with_findings(page_of(OfferingView))
READ, WRITE = Scope.DIRECTORY_READ, Scope.DIRECTORY_WRITE
CORNER_ROOM = {"name": "Corner Room", "kind": "organization", "contact": {"phone": "555-0101"}}
TALKING = {
    "provider_id": "018f2f6e-7d5a-7b3a-9c1e-2a4f60b7c001",
    "name": "Street and drop-in therapy",
    "kind": "therapy",
    "categories": ["someone_to_talk_to", "grief_trauma"],
    "settings": ["street", "drop_in"],
    "limits": [{"scope": "service", "kind": "not_offered", "text": {"en": "No medication here."}}],
}
ATTESTED = {
    "requires_abstinence_to_start": False,
    "discharges_for_use": False,
    "drug_testing": "none",
    "accepts_people_on_moud": "all",
    "attested_by": "The clinical lead",
    "attested_on": "2026-11-01",
}


@blp.post(
    "/providers", scope=WRITE, process="holding", body=ProviderForm, answer=ProviderWritten, status=201,
    location="/v1/providers/{id}", versioned=True, refusals=(rules.ExternalIdTaken,), example=CORNER_ROOM,
)  # fmt: skip
def make_provider(call: Call, new: rules.NewProvider) -> KnownProvider:
    """Put a provider into the directory.

    A directory steward makes any; everybody else makes their own.
    """
    return actions.make_provider(call.session, new, by=call.caller, now=call.now)


@blp.get("/providers", scope=READ, process="meeting_at", query=PageQuery, answer=page_of(ProviderView), reading=True)
def list_providers(call: Call, asked: dict[str, Any]) -> Page[KnownProvider]:
    """List providers by name."""
    return page_through(
        call,
        asked,
        lambda after, count: queries.list_providers(call.session, after=after, count=count),
        key=lambda each: (each.name, each.id),
    )


@blp.get("/providers/<uuid:provider_id>", scope=READ, process="meeting_at", answer=ProviderView, versioned=True,
         reading=True)  # fmt: skip
def read_provider(call: Call, provider_id: UUID) -> KnownProvider:
    """Read a provider with its practitioners and their evidence."""
    return _there(queries.find_provider(call.session, provider_id))


@blp.put(
    "/providers/<uuid:provider_id>", scope=WRITE, process="holding", body=ProviderForm, answer=ProviderWritten,
    versioned=True, if_match=True, refusals=(rules.ExternalIdTaken,), example=CORNER_ROOM,
)  # fmt: skip
def amend_provider(call: Call, new: rules.NewProvider, provider_id: UUID) -> KnownProvider:
    """Say anew what the directory says of a provider."""
    return actions.amend_provider(
        call.session, provider_id, new, expected=call.expected_version, by=call.caller, now=call.now
    )


@blp.post(
    "/practitioners", scope=WRITE, process="holding", body=PractitionerForm, answer=PractitionerWritten, status=201,
    location="/v1/practitioners/{id}", versioned=True, refusals=(rules.UnknownProvider, rules.ExternalIdTaken),
    example={"provider_id": "018f2f6e-7d5a-7b3a-9c1e-2a4f60b7c001", "name": "R. Alvarez",
             "licences": [{"jurisdiction": "US-CA", "kind": "LCSW"}]},
)  # fmt: skip
def make_practitioner(call: Call, new: NewPractitioner) -> KnownPractitioner:
    """Put somebody who works at a provider into the directory."""
    return actions.make_practitioner(call.session, new, by=call.caller, now=call.now)


@blp.get("/practitioners/<uuid:practitioner_id>", scope=READ, process="meeting_at", answer=PractitionerView,
         versioned=True, reading=True)  # fmt: skip
def read_practitioner(call: Call, practitioner_id: UUID) -> KnownPractitioner:
    """Read a practitioner with their evidence."""
    return _there(queries.find_practitioner(call.session, practitioner_id))


@blp.post(
    "/credentials", scope=WRITE, process="holding", body=CredentialForm, answer=CredentialWritten, status=201,
    location="/v1/credentials/{id}", versioned=True, refusals=(rules.UnknownPractitioner, rules.ExternalIdTaken),
    example={"practitioner_id": "018f2f6e-7d5a-7b3a-9c1e-2a4f60b7c002",
             "credential": {"kind": "certificate", "title": "Harm Reduction Psychotherapy Certificate", "hours": 60}},
)  # fmt: skip
def make_credential(call: Call, asked: dict[str, Any]) -> KnownCredential:
    """Put a piece of evidence on record.

    It is self-declared until a steward verified it; a licence to practise alone makes no level.
    """
    return actions.make_credential(
        call.session, asked["practitioner_id"], asked["credential"], by=call.caller, now=call.now
    )


@blp.get("/credentials/<uuid:credential_id>", scope=READ, process="meeting_at", answer=CredentialView, versioned=True,
         reading=True)  # fmt: skip
def read_credential(call: Call, credential_id: UUID) -> KnownCredential:
    """Read a piece of evidence and how it was verified."""
    return _there(queries.find_credential(call.session, credential_id))


@blp.post(
    "/credentials/<uuid:credential_id>/verifications", scope=WRITE, process="holding", body=VerificationShape,
    answer=CredentialWritten, status=201, versioned=True, refusals=(errors.Forbidden,),
    example={"status": "issuer_confirmed", "method": "letter", "by": "steward", "on": "2026-11-01"},
)  # fmt: skip
def verify_credential(call: Call, outcome: Verification, credential_id: UUID) -> KnownCredential:
    """Record how a credential was looked at.

    Only a directory steward verifies; nobody vouches for themselves. Every verification is kept, the newest counts.
    """
    return actions.verify_credential(call.session, credential_id, outcome, by=call.caller, now=call.now)


@blp.post(
    "/offerings", scope=WRITE, process="holding", body=OfferingForm, answer=OfferingWritten, status=201,
    location="/v1/offerings/{id}", versioned=True,
    refusals=(rules.UnknownProvider, rules.ExternalIdTaken, rules.AttestedAhead), example=TALKING,
)  # fmt: skip
def make_offering(call: Call, new: rules.NewOffering) -> Offering:
    """Put an offering into the directory.

    Until somebody attests its policies it is `unattested`: found by searching, never matched.
    """
    return actions.make_offering(call.session, new, by=call.caller, now=call.now).seen_at(call.now)


@blp.get("/offerings", scope=READ, process="meeting_at", query=OfferingsQuery, answer=page_of(OfferingView),
         reading=True)  # fmt: skip
def list_offerings(call: Call, asked: dict[str, Any]) -> Page[Offering]:
    """List offerings by name."""
    return page_through(
        call,
        asked,
        lambda after, count: _seen(
            call,
            queries.list_offerings(
                call.session, after=after, count=count, provider_id=asked.get("provider_id"), today=call.now.date()
            ),
        ),
        key=lambda each: (each.name, each.id),
    )


@blp.post(
    "/offerings/search", scope=READ, process="supporting_agency", body=SearchForm, answer=OfferingsFound,
    once=False, reading=True,
    example={"categories": ["someone_to_talk_to"], "language": "es",
             "place": {"latitude": 37.77, "longitude": -122.42, "within_km": 10}},
)  # fmt: skip
def search_offerings(call: Call, asked: dict[str, Any]) -> Page[Offering]:
    """Find offerings by name, need, place, language, level.

    Nearest first when a place is given. Searching is not matching: offerings that nobody attested are found, too.
    """
    wanted = search.asked_for(asked)
    return page_through(
        call,
        asked,
        lambda after, count: _seen(
            call,
            search.search_offerings(call.session, wanted, after=after, count=count, today=call.now.date()),
        ),
        key=search.order_key,
    )


@blp.get("/offerings/<uuid:offering_id>", scope=READ, process="signaling_limits", answer=OfferingView, versioned=True,
         reading=True)  # fmt: skip
def read_offering(call: Call, offering_id: UUID) -> Offering:
    """Read an offering with its limits, its level, and why it has that level; its room and doors as of now."""
    return queries.get_offering(call.session, offering_id, call.now.date()).seen_at(call.now)


@blp.put(
    "/offerings/<uuid:offering_id>", scope=WRITE, process="holding", body=OfferingShape, answer=OfferingWritten,
    versioned=True, if_match=True, refusals=(rules.ExternalIdTaken,),
    example={name: each for name, each in TALKING.items() if name != "provider_id"},
)  # fmt: skip
def amend_offering(call: Call, facts: rules.OfferingFacts, offering_id: UUID) -> Offering:
    """Say anew what an offering says about itself; policies and room have operations of their own."""
    return actions.amend_offering(
        call.session, offering_id, facts, expected=call.expected_version, by=call.caller, now=call.now
    ).seen_at(call.now)


@blp.post(
    "/offerings/<uuid:offering_id>/attestations", scope=WRITE, process="signaling_limits", body=PoliciesShape,
    answer=OfferingWritten, status=201, versioned=True, refusals=(rules.AttestedAhead,), example=ATTESTED,
)  # fmt: skip
def attest_policies(call: Call, policies: rules.Policies, offering_id: UUID) -> Offering:
    """Attest what an offering demands of people.

    Dated, kept, to be said again every 12 months. Hard conflicts with harm reduction show in the level at once.
    """
    return actions.attest_policies(call.session, offering_id, policies, by=call.caller, now=call.now).seen_at(call.now)


@blp.put(
    "/offerings/<uuid:offering_id>/capacity", scope=WRITE, process="holding", body=CapacityShape, answer=OfferingView,
    versioned=True, if_match=True,
    example={"status": "capacity", "open_slots": 3, "as_of": "2026-11-20T09:00:00Z"},
)  # fmt: skip
def set_capacity(call: Call, room: rules.Capacity, offering_id: UUID) -> Offering:
    """Say how much room there is, as of an instant. The next answer of every process knows it."""
    return capacity.set_capacity(
        call.session, offering_id, room, expected=call.expected_version, by=call.caller, now=call.now
    ).seen_at(call.now)


def _seen(call: Call, offerings: Iterable[Offering]) -> list[Offering]:
    return [each.seen_at(call.now) for each in offerings]


def _there(found: Known | None) -> Known:
    if found is None:
        raise errors.NotThere
    return found
