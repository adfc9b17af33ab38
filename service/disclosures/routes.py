"""Where somebody asks who was told what."""

from typing import Any
from uuid import UUID

from service.access.rules import Scope
from service.disclosures import actions
from service.disclosures.rules import Accounted, NotSealedYet
from service.disclosures.schemas import DisclosuresQuery, DisclosureView, ProofView
from service.http import Blueprint, Call, Page, page_of, page_through

blp = Blueprint("disclosures", description="Who was told what about a person, when, and on which ground.")


@blp.get(
    "/people/<uuid:person_id>/disclosures", scope=Scope.DISCLOSURES_READ, process="supporting_agency",
    query=DisclosuresQuery, answer=page_of(DisclosureView),
)  # fmt: skip
def list_disclosures(call: Call, asked: dict[str, Any], person_id: UUID) -> Page[Accounted]:
    """Account for everything that was told about a person, the newest first (42 CFR 2.24, 2.25).

    Whatever became of the consent, what was told stays listed. That you looked is put on record too.
    """
    return page_through(
        call,
        asked,
        lambda after, count: actions.read_accounting(
            call.session, person_id, after=after, count=count, since=asked.get("since"), by=call.caller, now=call.now
        ),
        key=lambda told: (told.at, told.id),
    )


@blp.get(
    "/people/<uuid:person_id>/disclosures/<uuid:disclosure_id>/proof", scope=Scope.DISCLOSURES_READ,
    process="supporting_agency", answer=ProofView, refusals=(NotSealedYet,),
)  # fmt: skip
def prove_disclosure(call: Call, person_id: UUID, disclosure_id: UUID) -> dict[str, Any]:
    """Prove that one thing that was told stands in the ledger as it was sealed.

    The document can be kept, and checked years later without us: `python docs/check_proof.py PROOF PUBLIC_KEY`.
    """
    return actions.prove_disclosure(call.session, person_id, disclosure_id, by=call.caller, now=call.now).document()
