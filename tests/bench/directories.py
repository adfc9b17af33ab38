"""Directories to measure with: invented offerings, clustered in towns the way that people are."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

OFFERINGS_A_PROVIDER = 2
TOWNS = 60
CATEGORIES = (
    "someone_to_talk_to", "grief_trauma", "use_differently", "housing", "shelter_tonight", "safer_use_supplies",
    "overdose_safety", "moud", "legal", "id_documents", "mental_health_care", "physical_health", "food_water",
)  # fmt: skip
IN_PERSON = ("street", "drop_in", "clinic", "home_visit")
REMOTE = ("phone", "video", "text")
STATES = ("US-CA", "US-NV", "US-OR", "US-NY", "US-TX", "US-FL", "US-IL", "US-WA")


def generated_directory(offerings: int, *, today: date, seed: int = 7) -> dict[str, Any]:
    """Invent a directory of HRP offerings in the service's own import format."""
    return {"providers": list(generated_providers(offerings, today=today, seed=seed))}


def generated_providers(offerings: int, *, today: date, seed: int = 7) -> Iterator[dict[str, Any]]:
    """Invent its providers one by one, so that there can be a million."""
    chance = random.Random(seed)
    towns = [(chance.uniform(30, 47), chance.uniform(-122, -72)) for _ in range(TOWNS)]
    yield from _providers(offerings, chance, towns, today)


def _providers(offerings: int, chance: random.Random, towns: list[tuple[float, float]], today: date) -> Iterator[Any]:
    for number in range(offerings // OFFERINGS_A_PROVIDER):
        town = chance.choice(towns)
        yield {
            "external_id": f"bench-{number}",
            "name": f"Room {number}",
            "kind": "organization",
            "practitioners": [_practitioner(number, chance, today)],
            "offerings": [_offering(number, part, chance, town, today) for part in range(OFFERINGS_A_PROVIDER)],
        }


def _practitioner(number: int, chance: random.Random, today: date) -> dict[str, Any]:
    return {
        "external_id": f"bench-{number}-p",
        "name": f"Practitioner {number}",
        "licences": [{"jurisdiction": chance.choice(STATES), "kind": "lcsw"}],
        "competencies": [],
        "credentials": [
            {
                "external_id": f"bench-{number}-c",
                "kind": "certificate",
                "title": "Harm reduction psychotherapy certificate",
                "issuer_text": "A training centre",
                "hours": chance.choice((12, 24, 60, 120)),
                "awarded_on": str(today - timedelta(days=chance.randint(100, 2000))),
                "competency_tags": ["ambivalence", "trauma"],
                "verification": {
                    "status": chance.choice(("issuer_confirmed", "document_seen", "self_declared")),
                    "method": "letter",
                    "on": str(today - timedelta(days=60)),
                    "recheck_due": str(today + timedelta(days=500)),
                },
            }
        ],
    }


def _offering(number: int, part: int, chance: random.Random, town: tuple[float, float], today: date) -> dict[str, Any]:
    remote = chance.random() < 0.25
    settings = [chance.choice(REMOTE)] if remote else [chance.choice(IN_PERSON)]
    return {
        "external_id": f"bench-{number}-{part}",
        "name": f"Offering {number}-{part}",
        "kind": "therapy",
        "categories": chance.sample(CATEGORIES, chance.randint(1, 4)),
        "settings": settings,
        "sites": [] if remote else [_site(chance, town)],
        **({"remote": {"licensed_in": [chance.choice(STATES)]}} if remote else {}),
        "languages_spoken": [{"tag": tag} for tag in chance.sample(("en", "es", "zh", "vi"), chance.randint(1, 2))],
        "interpretation": {"available": chance.random() < 0.5},
        "ages": {"min": chance.choice((12, 18)), "max": 120},
        "policies": _policies(today - timedelta(days=chance.randint(1, 300))),
        "papers": {"id": chance.choice(("no", "no", "for_some"))},
        "cost": chance.sample(("free", "sliding", "medicaid"), chance.randint(1, 2)),
        "access": chance.sample(("wheelchair", "step_free", "easy_read"), chance.randint(0, 2)),
        "affirming": chance.sample(("lgbtq", "trans", "veterans"), chance.randint(0, 2)),
        "welcomes": {"pets": chance.random() < 0.4, "couples": chance.random() < 0.3},
        "limits": [{"scope": "service", "kind": "not_offered", "text": {"en": "No medication here."}}],
        "capacity": {
            "status": chance.choice(("capacity", "capacity", "waitlist", "unknown")),
            "open_slots": chance.randint(1, 9),
            "expected_wait_days": chance.randint(0, 30),
            "as_of": f"{today - timedelta(days=chance.randint(0, 12))}T12:00:00Z",
        },
    }


def _site(chance: random.Random, town: tuple[float, float]) -> dict[str, Any]:
    return {
        "latitude": round(town[0] + chance.gauss(0, 0.08), 5),
        "longitude": round(town[1] + chance.gauss(0, 0.08), 5),
        "timezone": "America/Los_Angeles",
        "hours": [{"days": ["mon", "wed"], "from": "09:00", "to": "17:00", "walk_in": True}],
    }


def _policies(attested_on: date) -> dict[str, Any]:
    return {
        "requires_abstinence_to_start": False,
        "requires_abstinence_goal": False,
        "requires_abstinence_to_continue": False,
        "discharges_for_use": False,
        "drug_testing": "none",
        "drug_test_consequence": "none",
        "accepts_people_on_moud": "all",
        "counselling_required_for_medication": False,
        "requires_12_step": False,
        "accepts_intoxicated_arrival": "yes",
        "missed_visits": "no_penalty",
        "supplies_condition": "none",
        "reports_to_court": "never",
        "attested_by": "The provider",
        "attested_on": str(attested_on),
    }
