"""Bodies of requests with a canary in every text that they take: `say(name)` plants one and answers the words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Say = Callable[[str], str]
EVERY_GROUP = ["name", "contact", "priorities", "substances", "place", "preferences", "safety", "language"]


def an_intake(say: Say) -> dict[str, Any]:
    """An intake with every text that there is."""
    return {
        **what_they_say(say),
        "safety": {"what_would_help_now": say("what_would_help_now"), "given": [{"item": say("given_item")}]},
        "worker_note": say("worker_note"),
    }


def what_they_say(say: Say) -> dict[str, Any]:
    """All that somebody may say themselves; what a worker handed over or noted is not among it."""
    return {
        "mode": "street_outreach", "name_to_use": say("name_to_use"), "pronouns": say("pronouns"),
        "languages": [{"tag": "en", "spoken": True}],
        "priorities": [{
            "verbatim": say("verbatim"), "rank": 1, "small_step": say("small_step"),
            "part_of_me_wants": say("part_of_me_wants"), "part_of_me_does_not": say("part_of_me_does_not"),
            "categories": [{"code": "housing", "assigned_by": "worker", "confirmed_by_person": True}],
        }],
        "substances": [{
            "name_verbatim": say("name_verbatim"), "what_it_does_for_me": say("what_it_does_for_me"),
            "what_i_do_not_like": say("what_i_do_not_like"), "stance": "use_more_safely",
        }],
        "place": {"area_text": say("area_text"), "near": say("near")},
        "wishes": [{"words": say("wish"), "dealbreaker": False}],
        "safe_contact": {
            "preference": "contact_ok",
            "will_return": {
                "place_text": say("place_text"), "usual_times_text": say("usual_times_text"),
                "ask_for_text": say("ask_for_text"),
            },
            "channels": [{
                "type": "call", "value": say("phone"), "safe_times_text": say("safe_times_text"),
                "not_safe_times_text": say("not_safe_times_text"), "code_word": say("code_word"),
            }],
        },
        "safety": {"what_would_help_now": say("what_would_help_now")},
        "coercion": {"pressure": True, "blocked_recipients": [say("blocked_recipient")]},
        "ssn": say("never_kept"), "diagnosis": say("never_kept"),
    }  # fmt: skip


def a_consent(say: Say, provider_id: str) -> dict[str, Any]:
    """A consent for a provider and for somebody in words, signed by everybody who can sign."""
    return {
        "subject_name": {"text": say("signed_name"), "basis": "name_used"}, "purpose": "referral",
        "scope": EVERY_GROUP, "discloser": say("discloser"), "expires": {"at": "2099-01-01T00:00:00Z"},
        "signature": {"method": "typed", "witness": say("witness")},
        "parent_signature": {"name": say("witness"), "method": "typed", "at": "2026-11-20T10:00:00Z"},
        "recipients": [{"provider_id": provider_id, "text": say("signed_name")}, {"text": say("signed_name")}],
    }  # fmt: skip


def an_emergency(say: Say, person_id: str) -> dict[str, Any]:
    """What somebody on the street tells an ambulance, with the four facts in words."""
    return {
        "person_id": person_id,
        "field_groups": EVERY_GROUP,
        "recipient": {"name": say("witness"), "facility": say("place_text")},
        "discloser": {"name": say("discloser")},
        "nature": say("note"),
    }


def a_demand(say: Say) -> dict[str, Any]:
    """What a detective demands, with a paper of their own."""
    return {
        "kind": "subpoena",
        "received_on": "2026-11-24",
        "from": {"name": say("signed_name"), "office": say("near")},
        "reference": say("note"),
        "about_words": f"{say('name_to_use')} {say('phone')}",
        "documents": [a_paper(say, "subpoena")],
    }


def a_paper(say: Say, kind: str) -> dict[str, Any]:
    """One paper that comes with a demand, or later."""
    return {"kind": kind, "received_on": "2026-11-24", "reference": say("note")}
