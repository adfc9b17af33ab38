"""Real stories, as the documentation shows them."""

from __future__ import annotations

from typing import Any

A_NEED: dict[str, Any] = {
    "languages": [{"tag": "es", "spoken": True}],
    "priorities": [
        {"rank": 1, "categories": [{"code": "housing", "assigned_by": "person", "confirmed_by_person": True}]},
        {"rank": 2, "categories": [{"code": "someone_to_talk_to", "assigned_by": "person"}]},
    ],
    "place": {"latitude": 37.76, "longitude": -122.41, "jurisdiction": "US-CA"},
    "travel": {"max_km": 5, "by": "foot"},
    "will_not_show": ["id"],
    "household": {"pets": True},
}

AN_OFFERING: dict[str, Any] = {
    "id": "0192f3c4-5b6a-7c8d-9e0f-a1b2c3d4e5f6",
    "name": "Corner Room",
    "provider": {"id": "0192f3c4-5b6a-7c8d-9e0f-0a1b2c3d4e5f", "name": "Corner Room Collective"},
    "kind": "therapy",
    "settings": ["street", "drop_in"],
    "languages": ["en", "es"],
    "distance_km": 1.4,
}

SOME_MATCHES: dict[str, Any] = {
    "intake_id": "6b0e2f64-8a3f-4a53-9d0a-3f1c2b4d5e6f",
    "intake_version": 3,
    "rules_version": "1",
    "directory_version": 18211,
    "computed_at": "2026-11-23T09:30:00Z",
    "items": [
        {
            "rank": 1,
            "offering": AN_OFFERING,
            "level": "hrp_verified",
            "score": 0.8132,
            "because": [
                {
                    "component": "fit",
                    "weight": 0.45,
                    "value": 0.857142857,
                    "contributes": 0.385714286,
                    "says": "Helps with the first and second of the things you named.",
                }
            ],
            "serves": [
                {
                    "priority_id": "1f6f3a0e-2b1c-4d5e-8f90-a1b2c3d4e5f6",
                    "place": 1,
                    "categories": ["someone_to_talk_to"],
                }
            ],
            "asks_of_you": ["Nothing."],
            "limits": [{"kind": "not_offered", "scope": "service", "text": "No medication here."}],
            "limits_declared": True,
            "capacity": {
                "status": "capacity",
                "as_of": "2026-11-22T17:00:00Z",
                "silences": 0,
                "probability_open": 0.967,
                "open_slots": 2,
                "expected_wait_days": 0,
            },
            "open_now": False,
            "next_open": "2026-11-23T09:00:00-08:00",
            "hours_say": "Closed now. Opens today at 9:00.",
        }
    ],
    "invitations": [],
    "almost": [],
    "would_add": [],
    "nothing_yet": None,
}
