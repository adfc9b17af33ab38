"""Everything done wrong, with canaries and secrets in bodies, addresses and headers."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping
from itertools import cycle
from typing import Any

from tests.canaries.asking import Asking
from tests.canaries.bodies import EVERY_GROUP, Say, a_demand, an_emergency, an_intake, what_they_say
from tests.canaries.law import DEMANDS, EMERGENCIES, LEAD, hold
from tests.canaries.own_door import MINE
from tests.canaries.own_pages import Visit, send_form, which

NOBODYS = "0192f0c1-0000-7000-8000-00000000dead"


def at_the_team(asking: Asking) -> None:
    """What an application of the team's, the clinic's or the steward's may send."""
    say, ask = asking.words, asking.ask
    whole = json.dumps(an_intake(say), ensure_ascii=False).encode()
    for raw in (*_cut(whole), whole * 900):
        ask("outreach", "POST", "/v1/intakes", raw)
    for name in ("priorities", "safe_contact", "place", "worker_note", "name_to_use", "mode", "languages", "safety"):
        for odd in _odd(say):
            ask("outreach", "POST", "/v1/intakes", {name: odd})
    for path in ("/v1/referrals", "/v1/hand-offs/present", "/v1/people/find-by-code", "/v1/match-queries",
                 "/v1/offerings/search", "/v1/providers", "/v1/offerings"):  # fmt: skip
        who = "steward" if path in {"/v1/providers", "/v1/offerings", "/v1/offerings/search"} else "outreach"
        ask(who, "POST", path, {say("name_to_use"): say("verbatim")})
        ask(who, "POST", path, {"text": {"x": say("verbatim")}, "token": say("note"), "return_code": say("phone")})
        ask(who, "POST", path, whole)
    _addresses_and_headers(asking, whole)
    _contradictions(asking)


def before_the_law(asking: Asking, person_id: str) -> None:
    """What a privacy lead's application may send."""
    say, ask = asking.words, asking.ask
    demand, order = hold(asking), {"person_id": person_id, "field_groups": EVERY_GROUP}
    for path, body in (
        (EMERGENCIES, an_emergency(say, person_id)),
        (DEMANDS, a_demand(say)),
        (f"{demand}/documents", {"kind": "other", "received_on": "2026-11-24", "reference": say("note")}),
        (f"{demand}/approvals", order),
        (f"{demand}/releases", order),
        (f"{demand}/moves", {"move": say("note")}),
    ):
        for wrong in _wrong(body, say):
            ask(LEAD, "POST", path, wrong, Acting_Worker="achebe")
        # Papers are missing, it is too early, or nobody is named: by what was asked, or by a name that is a canary.
        ask(LEAD, "POST", path, body, Acting_Worker=asking.canaries.cores["discloser"] + " \\")
    for path in (f"{demand}/approvals", f"{demand}/releases"):
        ask(LEAD, "POST", path, order, Acting_Worker="achebe")
        ask(LEAD, "POST", path, order)
    emergency = an_emergency(say, person_id)
    ask(LEAD, "POST", EMERGENCIES, {**emergency, "happened_at": "2099-01-01T00:00:00Z"})
    ask(LEAD, "POST", EMERGENCIES, {**emergency, "person_id": NOBODYS})
    told = asking.done(LEAD, "POST", EMERGENCIES, emergency, Acting_Worker="reyes")
    ask(LEAD, "POST", f"{EMERGENCIES}/{told['id']}/reviews", {}, Acting_Worker="reyes")
    ask("outreach", "POST", EMERGENCIES, emergency)
    for path in (EMERGENCIES, DEMANDS):
        ask(LEAD, "GET", f"{path}/{asking.canaries.cores['note']}")
        ask(LEAD, "GET", f"{path}?cursor={asking.canaries.cores['note']}")


def at_the_own_door(asking: Asking, code: str) -> None:
    """What somebody's own tool may send; and their words where they do not belong."""
    say, ask, core = asking.words, asking.ask, asking.canaries.cores["name_to_use"]
    for wrong in _wrong(what_they_say(say), say):
        ask("", "PATCH", MINE, wrong, Return_Code=code, If_Match="*")
    for stale in ('"77"', f'"{core}"', f"{core} \\"):
        ask("", "PATCH", MINE, what_they_say(say), Return_Code=code, If_Match=stale)
    ask("", "PATCH", MINE, what_they_say(say), Return_Code=code)
    ask("", "PATCH", MINE, what_they_say(say), Return_Code=code, If_Match="*", Content_Type=core)
    for path, body in (
        ("/choices", {"offering_id": NOBODYS, "choice": "interested"}),
        ("/revocations", {"consent_id": NOBODYS, "recipient": {"text": say("signed_name")}}),
        ("/return-codes", {"locale": say("note")}),
    ):
        ask("", "POST", MINE + path, body, Return_Code=code)
        for wrong in _odd_fields(body, say):
            ask("", "POST", MINE + path, wrong, Return_Code=code)
    for path in (f"/{core}", f"?{core}=1", f"?lang={core}", f"/disclosures/{core}/proof", f"/{code}",
                 f"?return_code={code}", f"/export?return_code={code}"):  # fmt: skip
        ask("", "GET", MINE + path, Return_Code=code)
        ask("", "GET", MINE + path)
    odd = f"{core} \\ {code}"
    ask("", "GET", f"{MINE}/export", Return_Code=code, Accept=odd)
    ask("", "GET", MINE, Return_Code=code, Accept_Language=odd, X_Request_Id=odd, Referer=odd, If_None_Match=odd)
    ask("", "GET", MINE, Authorization=f"Bearer {code}")
    ask("", "GET", MINE, Cookie=f"visit={code}; return-code={code}")
    ask("", "POST", MINE, {"return_code": code, "words": say("verbatim")})


def on_the_pages(asking: Asking, code: str) -> None:
    """What a browser may send; and the words where they do not belong."""
    say, core = asking.words, asking.canaries.cores["name_to_use"]
    visit = Visit(asking, code)
    first = which(visit.page())[0]
    words = f"{say('verbatim')} {code}"
    for fields in (
        {"do": words}, {"do": "change", "which": core, "words": words}, {"do": "out", "which": NOBODYS},
        {"do": "add", "words": words, "version": "1"}, {"do": "add", "words": words, "version": core},
        {"do": "add", "words": words * 400}, {"do": "add", "words": words, "form_token": core},
        {"do": "change", "which": first, "words": f"{words}\0"}, {words: words},
    ):  # fmt: skip
        visit.send("/words", **fields)
    visit.send("/choices", offering_id=core, choice="interested")
    visit.send("/choices", offering_id=NOBODYS, choice=say("note"))
    visit.send("/allowed", consent_id=core, text=words)
    visit.send("/allowed", consent_id=NOBODYS, what="groups", group=say("note"), text=words)
    for path in (f"/{core}", f"/{code}", f"?lang={core}", f"?return_code={code}", f"/seen/{core}/proof",
                 f"/seen/{NOBODYS}/proof", f"/in?return_code={code}", f"/places?{core}={code}"):  # fmt: skip
        asking.ask("", "GET", f"/mine{path}", Cookie=visit.cookie)
        asking.ask("", "GET", f"/mine{path}", Cookie=f"visit={core}{code}", Referer=f"http://localhost/{code}")
        asking.ask("", "DELETE", f"/mine{path}", Cookie=visit.cookie)
    send_form(asking, "/in", {"return_code": code}, Sec_Fetch_Site="cross-site", Origin=f"https://{core}.example")
    send_form(asking, f"/in?return_code={code}", {"return_code": code}, Sec_Fetch_Site=core)


def guesses(asking: Asking, code: str) -> None:
    """Words that open nothing, at the door and in the form, until no more of them are taken."""
    core = asking.canaries.cores["code_word"]
    near = asking.keep("near miss", "-".join([*code.split("-")[:-1], "anchor"]))
    asking.ask("", "GET", MINE, Return_Code=core)
    asking.ask("", "PATCH", MINE, what_they_say(asking.words), Return_Code=near, If_Match="*")
    send_form(asking, "/in", {"return_code": near, "lang": core})
    send_form(asking, "/in", {"return_code": asking.words("verbatim")})
    # More than are taken, even when ten minutes begin anew in between.
    old = asking.canaries.secrets["return code"]
    assert any(asking.ask("", "DELETE", MINE, Return_Code=old).status == 429 for _ in range(11))
    send_form(asking, "/in", {"return_code": code})
    asking.ask("", "GET", MINE, Return_Code=code)


def _cut(whole: bytes) -> Iterator[bytes]:
    """The ways in which JSON is none."""
    yield from (whole[:-1], whole + b"}", whole.replace(b"{", b"[", 1), whole + b"\xff")


def _odd(say: Say) -> Iterator[Any]:
    """What stands nowhere: an object of words, a list of them, too many of them."""
    yield from ({say("verbatim"): say("phone")}, [say("verbatim")], say("code_word") * 400)


def _wrong(body: Mapping[str, Any], say: Say) -> Iterator[Mapping[str, Any] | bytes]:
    """A body as it cannot be read, and as it cannot be meant."""
    yield from _cut(json.dumps(body, ensure_ascii=False).encode())
    yield {say("verbatim"): body}
    yield from _odd_fields(body, say)


def _odd_fields(body: Mapping[str, Any], say: Say) -> Iterator[Mapping[str, Any]]:
    """A body with each of its fields in turn as it cannot be."""
    yield from ({**body, name: odd} for name, odd in zip(body, cycle(_odd(say)), strict=False))


def _addresses_and_headers(asking: Asking, whole: bytes) -> None:
    ask, core = asking.ask, asking.canaries.cores["name_to_use"]
    for path in (f"/v1/intakes/{core}", f"/v1/people/{core}", f"/v1/vocabularies/{core}", f"/{core}",
                 f"/problems/{core}", f"/v1/intakes?{core}=1", f"/v1/intakes?status={core}",
                 f"/v1/intakes?cursor={core}", f"/v1/offerings?limit={core}"):  # fmt: skip
        ask("outreach", "GET", path)
        ask("outreach", "DELETE", path)
    for secret in tuple(asking.canaries.secrets.values()):
        ask("outreach", "GET", f"/v1/people/{secret}")
        ask("outreach", "POST", f"/v1/intakes/{secret}/choices", {"return_code": [secret], secret: secret})
    for name in ("If_Match", "Idempotency_Key", "Accept", "Accept_Language", "Acting_Worker", "X_Request_Id"):
        ask("outreach", "POST", "/v1/intakes", whole[:-1], **{name: f"{core} \\ {core}"})
    ask("", "GET", "/v1/intakes", Authorization=f"Bearer mr_aaaaaaaaaaaa_{core}{core}{core}")
    ask("", "GET", "/v1/intakes", Authorization=f"Basic {base64.b64encode(core.encode()).decode()}")


def _contradictions(asking: Asking) -> None:
    """Ids that are taken, versions that are stale, keys that were used for something else."""
    say, ask = asking.words, asking.ask
    taken = {**an_intake(say), "id": "0192f0c1-0000-7000-8000-00000000c0de"}
    for _ in range(2):
        ask("outreach", "POST", "/v1/intakes", taken)
    ask("outreach", "PATCH", f"/v1/intakes/{taken['id']}", an_intake(say), If_Match='"77"')
    ask("outreach", "PATCH", f"/v1/intakes/{taken['id']}", an_intake(say))
    key = asking.canaries.secrets["idempotency key of an intake"]
    ask("outreach", "POST", "/v1/intakes", {"name_to_use": say("amended")}, Idempotency_Key=key)
    for _ in range(6):
        ask("clinic", "POST", "/v1/people/find-by-code", {"return_code": say("name_to_use")})
