"""Real stories, as the documentation shows them."""

from __future__ import annotations

from typing import Any

CORNER_ROOM = "0192f3c4-5b6a-7c8d-9e0f-a1b2c3d4e5f6"
RUBYS_INTAKE = "6b0e2f64-8a3f-4a53-9d0a-3f1c2b4d5e6f"
SAMS_INTAKE = "2c9d4e1f-7b60-4d18-8a5c-9e0f1a2b3c4d"
RUBYS_PRIORITY = "1f6f3a0e-2b1c-4d5e-8f90-a1b2c3d4e5f6"
THIS_MORNING = "2026-11-23T07:30:00Z"

# A clinic calls at half past seven: one place has come free.
WHO_WAITS: dict[str, Any] = {"limit": 10}

_SHEET: dict[str, Any] = {
    "id": CORNER_ROOM,
    "name": "Corner Room",
    "provider": {"id": "0192f3c4-5b6a-7c8d-9e0f-0a1b2c3d4e5f", "name": "Corner Room Collective"},
    "kind": "therapy",
    "settings": ["street", "drop_in"],
    "languages": ["en", "es"],
    "level": "hrp_verified",
    "asks_of_you": ["Nothing."],
    "limits": [{"kind": "not_offered", "scope": "service", "text": "No medication here."}],
    "limits_declared": True,
    "capacity": {
        "status": "capacity",
        "as_of": "2026-11-23T07:15:00Z",
        "probability_open": 0.999484469,
        "expected_wait_days": 0,
    },
}
_BECAUSE = [{"component": "fit", "weight": 0.45, "value": 0.857142857, "contributes": 0.385714286}]
_SERVES = [{"priority_id": RUBYS_PRIORITY, "place": 1}]

SOME_WHO_WAIT: dict[str, Any] = {
    "offering": _SHEET,
    "rules_version": "1",
    "computed_at": THIS_MORNING,
    "considered": {"count": 37, "received_from": "2026-10-30T16:05:00Z", "more": False},
    "could_help": 1,
    "items": [
        {
            "rank": 1,
            "intake_id": RUBYS_INTAKE,
            "person_id": "9a8b7c6d-5e4f-4a3b-8c2d-1e0f9a8b7c6d",
            "received_at": "2026-11-20T21:10:00Z",
            "score": 0.8132,
            "because": _BECAUSE,
            "serves": _SERVES,
        }
    ],
    "invitations": [],
}

A_ROUND: dict[str, Any] = {"intake_ids": [RUBYS_INTAKE, SAMS_INTAKE], "limit": 3, "propose": True}


def _found(intake_id: str, score: float, serves: list[dict[str, Any]]) -> dict[str, Any]:
    match = {"rank": 1, "offering_id": CORNER_ROOM, "distance_km": 1.4, "score": score, "because": _BECAUSE}
    matches = {"intake_version": 1, "items": [{**match, "serves": serves}], "nothing_yet": None}
    return {"intake_id": intake_id, "status": "found", "matches": matches}


# One place, and two people whom it fits.
A_PROPOSED_ROUND: dict[str, Any] = {
    "rules_version": "1",
    "directory_version": 18211,
    "computed_at": THIS_MORNING,
    "items": [
        _found(RUBYS_INTAKE, 0.8132, _SERVES),
        _found(SAMS_INTAKE, 0.7011, [{"priority_id": "5d6e7f80-9a1b-4c2d-8e3f-405162738495", "place": 2}]),
    ],
    "offerings": [_SHEET],
    "proposal": {
        "people": 2,
        "helped_with_first": 1,
        "helped": 1,
        "without": 1,
        "items": [
            {
                "intake_id": RUBYS_INTAKE,
                "offering_id": CORNER_ROOM,
                "score": 0.8132,
                "helps_with_first": True,
                "uncertain": False,
                "best_offering_id": CORNER_ROOM,
                "says": ["This is their best match.", "It helps with what they put first."],
            },
            {
                "intake_id": SAMS_INTAKE,
                "offering_id": None,
                "score": None,
                "helps_with_first": None,
                "uncertain": False,
                "best_offering_id": CORNER_ROOM,
                "says": [
                    "No open place is left for them in this round.",
                    "Their best match is Corner Room.",
                    "Open places there: 1; people of this round whom it fits: 2. They are proposed so that the most "
                    "people are helped.",
                    "Ask again as soon as there is news of room.",
                ],
            },
        ],
        "places": [{"offering_id": CORNER_ROOM, "places": 1, "fits": 2, "proposed": 1}],
        "left_out": [],
        "says": [
            "Nothing was reserved and nobody was told. Each person still chooses, and may say no to all of this.",
            "It is made so that the most people get help with what they put first; then so that the most get help at "
            "all; then so that it fits best in all. Between equals lots are drawn, anew each day.",
            "It is not kept. Asked again, it is made anew from what is known then.",
        ],
    },
}
