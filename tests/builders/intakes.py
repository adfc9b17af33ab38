"""Intakes with sane defaults: what somebody on a street might say."""

from __future__ import annotations

from typing import Any

WORDS = "somewhere dry n my dog safe"


def a_priority(verbatim: str = WORDS, *categories: str, **changes: Any) -> dict[str, Any]:
    """A priority in the person's words, with categories that they confirmed."""
    confirmed = [{"code": code, "assigned_by": "worker", "confirmed_by_person": True} for code in categories]
    return {"verbatim": verbatim, "categories": confirmed, **changes}


def an_intake_body(**changes: Any) -> dict[str, Any]:
    """What a street worker's app sends: three priorities, where about, and that nobody is to be contacted."""
    body: dict[str, Any] = {
        "mode": "street_outreach",
        "recorded_by": "worker_with_person",
        "languages": [{"tag": "en", "spoken": True}],
        "priorities": [
            a_priority(WORDS, "housing", "pets_things", rank=1),
            a_priority("somebody who gets it, no lectures", "someone_to_talk_to", rank=2),
            a_priority("clean works", "safer_use_supplies", rank=2),
        ],
        "safe_contact": {"preference": "person_returns", "will_return": {"place_text": "under the overpass"}},
    }
    return {**body, **changes}


# Every field of an intake, said once: what a form must take and a view must give back.
EVERYTHING: dict[str, Any] = {
    "mode": "drop_in",
    "recorded_by": "worker_with_person",
    "locale": "es",
    "observed_at": "2026-11-20T21:15:00Z",
    "name_to_use": "Ruby",
    "pronouns": "she/her",
    "languages": [{"tag": "es-MX", "spoken": True, "read": False, "signed": False}],
    "interpreter": {"needed": True, "modality": "phone", "accepted": False},
    "priorities": [
        {
            "verbatim": "  Quiero dejar de usar solo\ty ver a mis hijos…  ",
            "verbatim_lang": "es",
            "rank": 1,
            "want": "change",
            "horizon": "this_month",
            "categories": [{"code": "children_family", "assigned_by": "person", "confirmed_by_person": False}],
            "small_step": "llamar a mi hermana",
            "part_of_me_wants": "verlos mañana",
            "part_of_me_does_not": "me da vergüenza",
            "stated_by": "person",
        }
    ],
    "wants_therapy": "maybe",
    "substances": [
        {
            "name_verbatim": "fetty",
            "what_it_does_for_me": "quiet",
            "what_i_do_not_like": "the mornings",
            "stance": "use_more_safely",
        }
    ],
    "place": {
        "area_text": "by the river",
        "near": "the library",
        "latitude": 37.77,
        "longitude": -122.42,
        "jurisdiction": "US-CA",
    },
    "travel": {"max_km": 5.5, "by": "foot"},
    "preferred_settings": ["street", "text"],
    "best_times": [{"days": ["tue", "thu"], "from": "18:00", "to": "21:30"}],
    "age_band": "25_44",
    "can_pay": ["free", "medicaid"],
    "will_not_show": ["id", "drug_test"],
    "access_needs": ["step_free"],
    "affirming_needs": ["trans"],
    "medications_for_oud": "yes",
    "pregnant": "declined",
    "ever_served": "no",
    "household": {"partner": True, "kids": False, "pets": True},
    "mandated": "no",
    "wishes": [{"code": "evenings", "dealbreaker": True}, {"words": "no fluorescent lights", "dealbreaker": False}],
    "matters_most": "near",
    "not_this_one": [{"offering_id": "0192f0c1-0000-7000-8000-000000000003"}],
    "asks_for": ["sober_housing"],
    "safe_contact": {
        "preference": "contact_ok",
        "will_return": {"place_text": "the steps", "usual_times_text": "dusk", "ask_for_text": "Ruby"},
        "channels": [
            {
                "type": "call",
                "value": "+1 555 0100",
                "shared_device": "yes",
                "ok_to_leave_message": "no",
                "ok_to_say_who_we_are": "no",
                "ok_to_text_content": "no",
                "safe_times_text": "Wed 10-11",
                "not_safe_times_text": "nights",
                "code_word": "library",
                "if_someone_else_answers": "say_wrong_number",
                "confirmed_on": "2026-11-20",
                "recheck_after_days": 14,
                "stop_after": "2027-01-01",
            }
        ],
    },
    "safety": {
        "in_danger_now": "no",
        "what_would_help_now": "a charger",
        "has_naloxone": "wants_some",
        "sometimes_uses_alone": "declined",
        "recent_change_in_tolerance": "not_asked",
        "given": [{"item": "naloxone", "at": "2026-11-20T21:10:00Z"}],
        "shown": [{"resource_id": "988", "version": "1"}],
    },
    "worker_note": "Met by the bridge; asked about blankets.",
    "coercion": {"pressure": True, "blocked_recipients": ["my landlord"]},
}
