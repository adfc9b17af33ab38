"""Emergencies and legal demands with sane defaults."""

from __future__ import annotations

from typing import Any

ORDER_AND_SUBPOENA = (
    {"kind": "court_order", "received_on": "2026-11-20", "reference": "CV-1"},
    {"kind": "subpoena", "received_on": "2026-11-21", "reference": "SP-1"},
)


def an_emergency(person_id: str, **changes: Any) -> dict[str, Any]:
    """The body of POST /v1/emergency-disclosures, with the four facts of 42 CFR 2.51(c)."""
    body: dict[str, Any] = {
        "person_id": person_id,
        "field_groups": ["name", "substances"],
        "recipient": {"name": "Dr. Okafor", "facility": "Bayline General"},
        "discloser": {"name": "M. Reyes"},
        "nature": "Not breathing when we found them; the ambulance asked what was taken.",
    }
    return {**body, **changes}


def a_demand(**changes: Any) -> dict[str, Any]:
    """The body of POST /v1/legal-demands: a detective's subpoena."""
    body: dict[str, Any] = {
        "kind": "subpoena",
        "received_on": "2026-11-24",
        "from": {"name": "Det. Harlan", "office": "County, narcotics unit"},
        "about_words": "whoever goes by Ruby",
        "documents": [],
    }
    return {**body, **changes}
