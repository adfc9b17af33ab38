"""What the law lets be told, with canaries: an emergency, demands, papers, approvals, a release."""

from __future__ import annotations

from typing import Any

from tests.canaries.asking import Asking
from tests.canaries.bodies import EVERY_GROUP, a_demand, a_paper, an_emergency

LEAD = "privacy_lead"
EMERGENCIES, DEMANDS = "/v1/emergency-disclosures", "/v1/legal-demands"


def live_under_the_law(asking: Asking, person_id: str) -> None:
    """An ambulance asks, a detective asks, a court orders."""
    _an_emergency(asking, person_id)
    _answered_without_data(asking)
    _released(asking, person_id)
    asking.done(LEAD, "GET", f"/v1/people/{person_id}/disclosures")


def hold(asking: Asking, **changes: Any) -> str:
    """Put a demand on record, and answer where it is."""
    body = {**a_demand(asking.words), **changes}
    return f"{DEMANDS}/{asking.done(LEAD, 'POST', DEMANDS, body, Acting_Worker='front-desk')['id']}"


def _an_emergency(asking: Asking, person_id: str) -> None:
    body, key = an_emergency(asking.words, person_id), asking.once("of an emergency")
    for _ in range(2):
        told = asking.done(LEAD, "POST", EMERGENCIES, body, Acting_Worker="reyes", Idempotency_Key=key)
    here = f"{EMERGENCIES}/{told['id']}"
    asking.done(LEAD, "GET", EMERGENCIES)
    asking.done(LEAD, "GET", here)
    asking.done(LEAD, "POST", f"{here}/reviews", {}, Acting_Worker="achebe")


def _answered_without_data(asking: Asking) -> None:
    body, key = a_demand(asking.words), asking.once("of a demand")
    for _ in range(2):
        held = asking.done(LEAD, "POST", DEMANDS, body, Acting_Worker="front-desk", Idempotency_Key=key)
    asking.done(LEAD, "GET", DEMANDS)
    asking.done(LEAD, "POST", f"{DEMANDS}/{held['id']}/moves", {"move": "answer_without_data"})


def _released(asking: Asking, person_id: str) -> None:
    here, order = hold(asking), {"person_id": person_id, "field_groups": EVERY_GROUP}
    asking.done(LEAD, "POST", f"{here}/documents", a_paper(asking.words, "court_order"))
    for worker in ("achebe", "lindqvist"):
        asking.done(LEAD, "POST", f"{here}/approvals", order, Acting_Worker=worker)
    key = asking.once("of a release")
    asking.done(LEAD, "POST", f"{here}/releases", order, Acting_Worker="achebe", Idempotency_Key=key)
    asking.done(LEAD, "GET", here)
