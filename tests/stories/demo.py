"""One whole story, told while it happens: a throw-away server, every step over HTTP, from the first word to the last.

Run as a program it exits with 0 when all went as told, and with 1 when anything did not.
"""

from __future__ import annotations

import json
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.e2e.conftest import an_environment, serving, set_up
from tests.stories.asking import StoryBroke, Telling
from tests.stories.own_door import at_the_own_door
from tests.stories.telling import heading, label, point, quote, tell, title
from tests.stories.worlds import OverHttp

LEVELS = {
    "hrp_verified": "trained in harm reduction psychotherapy: verified",
    "harm_reduction_friendly": "friendly to harm reduction: attested",
}
STEPS = {
    "send": "Announced to the clinic, with Wren's consent.",
    "receive": "Read by a human being at the clinic.",
    "accept": "Yes. A place is kept for Wren.",
    "schedule": "They have a time.",
    "first_meeting": "They met.",
}
WREN = {
    "mode": "mobile_van",
    "recorded_by": "worker_with_person",
    "name_to_use": "Wren",
    "age_band": "25_44",
    "languages": [{"tag": "en", "spoken": True}],
    "priorities": [
        {
            "verbatim": words,
            "rank": rank,
            "categories": [{"code": code, "assigned_by": "worker", "confirmed_by_person": True}],
        }
        for rank, (words, code) in enumerate(
            (
                ("some subs so I'm not sick every morning", "moud"),
                ("a room with a door. n my dog comes too", "housing"),
                ("somebody to talk to who won't lecture me", "someone_to_talk_to"),
            ),
            start=1,
        )
    ],
    "substances": [
        {"name_verbatim": "fetty, mostly", "what_it_does_for_me": "keeps the cold out", "stance": "use_less"}
    ],
    "place": {"area_text": "the underpass by the canal", "latitude": 37.77, "longitude": -122.41,
              "jurisdiction": "US-CA"},
    "travel": {"max_km": 8},
    "household": {"pets": True},
    "will_not_show": ["id", "address"],
    "safe_contact": {"preference": "person_returns", "will_return": {"usual_times_text": "mornings, at the van"}},
}  # fmt: skip
NOT_FOR_THE_CLINIC = ("fetty", "keeps the cold out", "use_less", "underpass", "at the van", "substances", "household")


def tell_story(telling: Telling) -> None:
    """Play and tell the whole story."""
    title("Making Room: from the first word to the last")
    tell("Everything below happens now, over HTTP, on a server of its own. Wren, the team and all places are invented.")
    intake = _comes_in(telling)
    offering = _who_can_help(telling, intake)
    _why_not(telling, intake)
    referral = _says_yes(telling, intake, offering)
    _at_the_clinic(telling, referral)
    _back_at_the_van(telling, intake, referral)
    at_the_own_door(telling, intake, referral)


def _comes_in(telling: Telling) -> Any:
    heading("1. Somebody comes to the van")
    tell("A worker of Lantern Street Outreach asks what would help. Wren says, in this order:")
    for priority in WREN["priorities"]:
        quote(priority["verbatim"])  # type: ignore[index]
    tell("Asked what to call them: Wren. Papers: none to show. Phone: none; they come by in the mornings. Everything "
         "could have been left out; an empty form is a welcome, too.")  # fmt: skip
    intake = telling.ask("outreach", "POST /v1/intakes", WREN, expect=201)
    label("The service answers at once. What happens next:")
    for line in intake["what_happens_next"]:
        point(line)
    label("What we cannot do, said before anybody asks more; among it:")
    for line in intake["what_we_cannot_do"][:4]:
        point(line)
    label("Help that needs nobody's permission, the same for everyone; among it:")
    for resource in intake["help_now"][:4]:
        point(f"{resource['title']}: {resource['text']}")
    label("And six words on a card, the only key to what was said:")
    quote(intake["return_code"])
    return intake


def _who_can_help(telling: Telling, intake: Any) -> Any:
    heading("2. Who can help, and why")
    tell("What Wren uses is no part of the question, and neither is their name. Asking tells nobody.")
    found = telling.ask("outreach", f"GET /v1/intakes/{intake['id']}/matches?limit=3")
    for match in found["items"]:
        _show_match(match)
    for almost in found["almost"][:1]:
        label(f"Almost: {almost['offering']['name']}")
        point(f"{almost['unmet'][0]['reason']} What would change that: {almost['unmet'][0]['would_change']}")
    return found["items"][0]["offering"]


def _show_match(match: Any) -> None:
    label(f"{match['rank']}. {match['offering']['name']}")
    point(LEVELS[match["level"]].capitalize() + ".", mark="+")
    for because in match["because"]:
        if because["contributes"] > 0:
            point(because["says"], mark="+")
    for asked in match["asks_of_you"]:
        point(f"It asks of Wren: {asked}", mark="?")
    for limit in match["limits"]:
        point(f"Its limit: {limit['text']}", mark="!")


def _why_not(telling: Telling, intake: Any) -> None:
    heading("3. Why not them?")
    offering_id, _ = telling.world.offering("P03")
    account = telling.ask("outreach", f"GET /v1/intakes/{intake['id']}/matches/{offering_id}")
    tell(f"{account['offering']['name']} has beds tonight. Wren asks why it is not on the list, and gets an answer:")
    for verdict in account["rules"]:
        if not verdict["met"]:
            point(verdict["reason"])
    tell("It would have asked:")
    for asked in account["asks_of_you"][:4]:
        point(asked, mark="?")


def _says_yes(telling: Telling, intake: Any, offering: Any) -> Any:
    heading("4. Wren chooses, and signs for exactly this much")
    quote("the first one. but they don't need to know where I sleep")
    choice = telling.ask("outreach", f"POST /v1/intakes/{intake['id']}/choices", {
        "offering_id": offering["id"], "choice": "interested", "decided_by": "person", "readback_confirmed": True,
    }, expect=201)  # fmt: skip
    consent = telling.ask("outreach", f"POST /v1/people/{intake['person_id']}/consents", {
        "subject_name": {"text": "Wren", "basis": "name_used"},
        "recipients": [{"kind": "named", "provider_id": offering["provider"]["id"]}],
        "purpose": "referral", "scope": ["name", "priorities"],
        "expires": {"on_event": "referral_closed"}, "signature": {"method": "typed"},
    }, expect=201)  # fmt: skip
    label(f"Written consent. From: {consent['discloser']}. To: {offering['provider']['name']}, nobody else.")
    point(f"What: {' and '.join(consent['scope'])}. For: a {consent['purpose']}. Until: the referral is closed.")
    for statement in consent["statements"][:3]:
        point(statement)
    tell("Only now, with a choice and a consent on record, anything is sent.")
    return telling.ask("outreach", "POST /v1/referrals", {
        "intake_id": intake["id"], "offering_id": offering["id"], "choice_id": choice["id"],
        "route": "consented", "consent_id": consent["id"],
    }, expect=201)  # fmt: skip


def _at_the_clinic(telling: Telling, referral: Any) -> None:
    heading("5. What the clinic sees")
    here = f"/v1/referrals/{referral['id']}"
    seen = telling.ask("clinic", f"GET {here}")
    label(f"A name to use: {seen['shared']['name']['name_to_use']}. And what matters, in their own words:")
    for priority in seen["shared"]["priorities"]["priorities"]:
        quote(priority["verbatim"])
    label(f"On it, by law: {seen['redisclosure_notice']['text']}")
    tell("It can answer: " + ", ".join(seen["allowed_moves"]).replace("_", " ") + ". It reads, says yes, finds a time.")
    tomorrow = f"{datetime.now(UTC).date() + timedelta(days=1)}T10:30"
    when = {"details": {"appointment_local": tomorrow, "timezone": "America/Los_Angeles"}}
    version = seen["version"]
    for move in ({"move": "receive"}, {"move": "accept"}, {"move": "schedule", **when}, {"move": "first_meeting"}):
        version = telling.ask("clinic", f"POST {here}/moves", move, expect=201, version=version)["version"]


def _back_at_the_van(telling: Telling, intake: Any, referral: Any) -> None:
    heading("6. Back at the van")
    read = telling.ask("outreach", f"GET /v1/referrals/{referral['id']}")
    for step in read["history"]:
        at = (step["details"]["appointment_local"] or "").replace("T", " at ")
        point(f"{STEPS[step['move']]}{f' {at}.' if at else ''}", mark="✓")
    told = [each for each in (*NOT_FOR_THE_CLINIC, intake["return_code"], intake["person_id"])
            if any(each in text for text in telling.clinic_heard)]  # fmt: skip
    if read["state"] != "met" or told:
        raise StoryBroke(f"The referral is {read['state']}; the clinic was told what was not signed for: {told}")
    tell("What Wren uses and why, where they sleep, when they come to the van: the clinic was told nothing of it. "
         "That was checked just now, in every answer it got. The loop is closed, and the door stays open: with six "
         "words Wren can come back, whenever, whatever happened.")  # fmt: skip


def main() -> int:
    """Run the server, tell the story, stop the server."""
    with tempfile.TemporaryDirectory(prefix="making-room-demo-") as folder:
        data_dir = Path(folder)
        environment = an_environment(data_dir)
        try:
            set_up(data_dir, environment)
            with serving(data_dir, environment):
                credentials = json.loads((data_dir / "demo-credentials.json").read_text())
                keys = {role: each["api_key"] for role, each in credentials.items()}
                tell_story(Telling(OverHttp(f"http://127.0.0.1:{environment['PORT']}", keys)))
        except (StoryBroke, AssertionError) as broke:
            print(f"\nThe story broke. {broke}", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
