"""Canaries: words that are planted wherever words may go, and looked for where none may be.

Each has a core that stands nowhere else in the world. It is looked for in whatever case, as UTF-16, in hexadecimal (as
a dump writes bytes) and in base64; percent signs and JSON's escapes leave a core as it is.
"""

from __future__ import annotations

import base64
import json
import random
import string
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

PLANTED = (
    "name_to_use", "pronouns", "verbatim", "small_step", "part_of_me_wants", "part_of_me_does_not", "name_verbatim",
    "what_it_does_for_me", "what_i_do_not_like", "area_text", "near", "wish", "place_text", "usual_times_text",
    "ask_for_text", "phone", "safe_times_text", "not_safe_times_text", "code_word", "what_would_help_now",
    "blocked_recipient", "worker_note", "given_item", "never_kept", "amended", "signed_name", "discloser", "witness",
    "note", "providers_reason",
)  # fmt: skip
Body = Mapping[str, Any] | bytes | None
Places = Iterable[tuple[str, bytes]]


@dataclass(frozen=True, slots=True)
class Heard:
    """An answer as it came over the wire."""

    status: int
    headers: Mapping[str, str]
    raw: bytes

    @property
    def json(self) -> Any:
        """Its body."""
        return json.loads(self.raw)


@dataclass(frozen=True, slots=True)
class World:
    """Whom requests are sent to: `send(who, method, path, body, headers)`; three organizations and their API keys."""

    send: Callable[[str, str, str, bytes | None, Mapping[str, str]], Heard]
    api_keys: Mapping[str, str]
    clinic_id: str


@dataclass
class Canaries:
    """What was planted, and what the service itself made that nobody but its owner may see: name → core."""

    chance: random.Random
    cores: dict[str, str] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Hatch the thirty."""
        self.cores = {name: self._core(name) for name in PLANTED}

    def _core(self, name: str) -> str:
        if name == "phone":
            return "".join(self.chance.choices(string.digits, k=14))
        return "cnry" + "".join(self.chance.choices(string.ascii_lowercase, k=14))

    def words(self, name: str) -> str:
        """A text around a core, as somebody might say it, accents and all."""
        return self.cores[name] if name == "phone" else f"Señal {self.cores[name].title()} ☂"

    def all(self) -> dict[str, str]:
        """Everything that is looked for."""
        return {**self.cores, **self.secrets}

    def found(self, places: Places) -> list[str]:
        """Where which of them were found: `log: code_word`."""
        forms = {name: tuple(forms_of(core)) for name, core in self.all().items()}
        return [
            f"{place}: {name}"
            for place, raw, folded in ((place, raw, raw.lower()) for place, raw in places)
            for name, looks in forms.items()
            if any(look in (raw if cased else folded) for cased, look in looks)
        ]


def forms_of(core: str) -> Iterator[tuple[bool, bytes]]:
    """The forms in which a core may lie about; and whether case matters in it."""
    plain = core.lower()
    for encoding in ("utf-8", "utf-16-le"):
        raw = plain.encode(encoding)
        yield False, raw
        yield False, raw.hex().encode()
    for cased in {core, core.title(), core.upper()}:
        raw = cased.encode()
        yield True, raw.hex().encode()
        for shift in range(3):
            inside = base64.b64encode(b"\0" * shift + raw)
            yield True, inside[4 if shift else 0 : len(inside) // 4 * 4 - 4]


class Play:
    """Every flow there is, with a canary in every text; and every fault, with canaries in it."""

    def __init__(self, world: World, canaries: Canaries) -> None:
        self._world = world
        self._canaries = canaries
        self.seen: list[tuple[str, bytes]] = []
        self.planted: set[str] = set()
        for who, key in world.api_keys.items():
            canaries.secrets[f"api key of {who}"] = key.split("_", 2)[2]

    def ask(self, who: str, method: str, path: str, body: Body = None, **headers: str) -> Heard:
        """Send one request. What no answer may hold is kept: all of an error, and of the others the headers."""
        raw = json.dumps(body).encode() if isinstance(body, Mapping) else body
        kind = "application/merge-patch+json" if method == "PATCH" else "application/json"
        sent = {
            "Content-Type": kind,
            **({"Authorization": f"Bearer {self._world.api_keys[who]}"} if who else {}),
            **{name.replace("_", "-"): value for name, value in headers.items()},
        }
        heard = self._world.send(who, method, path, raw, sent)
        self.seen.append((f"headers of {heard.status}", repr(dict(heard.headers)).encode()))
        if heard.status >= 400:
            self.seen.append((f"body of {heard.status}", heard.raw))
        return heard

    def _done(self, who: str, method: str, path: str, body: Body = None, **headers: str) -> Any:
        heard = self.ask(who, method, path, body, **headers)
        assert heard.status < 300, (method, heard.status, heard.raw[:2000])
        return heard.json

    def everything(self) -> None:
        """Live through all of it."""
        offering = self._an_offering()
        self._canaries.secrets["idempotency key"] = key = f"cnry{'k' * 8}{self._canaries.cores['near']}"
        first = self.ask("outreach", "POST", "/v1/intakes", self.intake_body(), Idempotency_Key=key)
        assert first.status == 201, first.raw
        again = self.ask("outreach", "POST", "/v1/intakes", self.intake_body(), Idempotency_Key=key)
        assert again.raw == first.raw
        intake = first.json
        self._keep_code("return code", intake["return_code"])
        self._amend_and_read(intake)
        self._consented(intake, offering)
        self._carried(intake, self._an_offering())
        self._come_back(intake)

    def words(self, name: str) -> str:
        """Plant one."""
        self.planted.add(name)
        return self._canaries.words(name)

    def _keep_code(self, name: str, code: str) -> None:
        self._canaries.secrets[name] = code

    def _an_offering(self) -> Any:
        provider = self._done("steward", "POST", "/v1/providers", {
            "name": "Corner Room", "organization_id": self._world.clinic_id})  # fmt: skip
        return self._done("steward", "POST", "/v1/offerings", {
            "provider_id": provider["id"], "name": "Open Door", "kind": "housing", "categories": ["housing"],
            "settings": ["phone", "street"], "languages_spoken": [{"tag": "en"}],
            "limits": [{"scope": "service", "kind": "hours", "text": {"en": "Weekdays only."}}],
            "policies": {
                "requires_abstinence_to_start": False, "requires_abstinence_goal": False, "discharges_for_use": False,
                "requires_abstinence_to_continue": False, "accepts_people_on_moud": "all", "requires_12_step": False,
                "attested_by": "the coordinator there", "attested_on": "2026-11-20",
            },
        })  # fmt: skip

    def intake_body(self) -> dict[str, Any]:
        """An intake with every text that there is."""
        say = self.words
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
            "safety": {"what_would_help_now": say("what_would_help_now"), "given": [{"item": say("given_item")}]},
            "worker_note": say("worker_note"),
            "coercion": {"pressure": True, "blocked_recipients": [say("blocked_recipient")]},
            "ssn": say("never_kept"), "diagnosis": say("never_kept"),
        }  # fmt: skip

    def _amend_and_read(self, intake: Any) -> None:
        path = f"/v1/intakes/{intake['id']}"
        self._done("outreach", "PATCH", path, {"name_to_use": self.words("amended")}, If_Match='"1"')
        for read in (path, f"{path}/versions", f"{path}/versions/1", f"{path}/matches", "/v1/intakes",
                     f"/v1/people/{intake['person_id']}"):  # fmt: skip
            self._done("outreach", "GET", read)
        self._done("outreach", "POST", "/v1/match-queries", {"priorities": self.intake_body()["priorities"]})

    def _choice(self, intake: Any, offering: Any) -> Any:
        said = {"offering_id": offering["id"], "choice": "interested"}
        return self._done("outreach", "POST", f"/v1/intakes/{intake['id']}/choices", said)["id"]

    def _consented(self, intake: Any, offering: Any) -> None:
        consent = self._done("outreach", "POST", f"/v1/people/{intake['person_id']}/consents", {
            "subject_name": {"text": self.words("signed_name"), "basis": "name_used"}, "purpose": "referral",
            "scope": ["name", "contact", "priorities", "substances", "place", "preferences", "safety", "language"],
            "discloser": self.words("discloser"), "expires": {"at": "2099-01-01T00:00:00Z"},
            "signature": {"method": "typed", "witness": self.words("witness")},
            "recipients": [{"provider_id": offering["provider_id"], "text": self.words("signed_name")}],
        })  # fmt: skip
        referral = self._done("outreach", "POST", "/v1/referrals", {
            "intake_id": intake["id"], "offering_id": offering["id"], "choice_id": self._choice(intake, offering),
            "consent_id": consent["id"], "note": self.words("note"),
        })  # fmt: skip
        version = referral["version"]
        for who, move in (("outreach", {"move": "send"}), ("clinic", {"move": "receive"}), ("clinic", self._no())):
            if move["move"] in self._done(who, "GET", f"/v1/referrals/{referral['id']}")["allowed_moves"]:
                moves = f"/v1/referrals/{referral['id']}/moves"
                version = self._done(who, "POST", moves, move, If_Match=f'"{version}"')["version"]
        self._done("outreach", "GET", f"/v1/consents/{consent['id']}")
        self._done("outreach", "GET", f"/v1/referrals/{referral['id']}")
        self._done("outreach", "POST", f"/v1/consents/{consent['id']}/revocations", {})

    def _no(self) -> dict[str, Any]:
        return {"move": "decline", "reason": {"code": "provider_no_capacity", "text": self.words("providers_reason")}}

    def _carried(self, intake: Any, offering: Any) -> None:
        carried = self._done("outreach", "POST", "/v1/referrals", {
            "intake_id": intake["id"], "offering_id": offering["id"], "choice_id": self._choice(intake, offering),
            "route": "self_carried", "shows": ["name", "priorities"],
        })  # fmt: skip
        self._keep_code("hand-off token", carried["hand_off"]["token"])
        self._done("clinic", "POST", "/v1/hand-offs/present", {"token": carried["hand_off"]["token"]})

    def _come_back(self, intake: Any) -> None:
        self._done("outreach", "POST", "/v1/people/find-by-code", {"return_code": intake["return_code"]})
        ahead = self._done("outreach", "POST", "/v1/return-codes", {"count": 2, "locale": "es"})
        self._keep_code("reserved code", ahead["return_codes"][0])
        new = self._done("outreach", "POST", f"/v1/people/{intake['person_id']}/return-codes", {"locale": "en"})
        self._keep_code("new code", new["return_code"])

    def faults(self) -> None:
        """Do everything wrong, with canaries in hand."""
        say, ask = self.words, self.ask
        whole = json.dumps(self.intake_body(), ensure_ascii=False).encode()
        for raw in (whole[:-1], whole + b"}", whole.replace(b"{", b"[", 1), whole + b"\xff", whole * 900):
            ask("outreach", "POST", "/v1/intakes", raw)
        for name in (
            "priorities",
            "safe_contact",
            "place",
            "worker_note",
            "name_to_use",
            "mode",
            "languages",
            "safety",
        ):
            ask("outreach", "POST", "/v1/intakes", {name: {say("verbatim"): say("phone")}})
            ask("outreach", "POST", "/v1/intakes", {name: [say("verbatim")]})
            ask("outreach", "POST", "/v1/intakes", {name: say("code_word") * 400})
        for path in ("/v1/referrals", "/v1/hand-offs/present", "/v1/people/find-by-code", "/v1/match-queries",
                     "/v1/offerings/search", "/v1/providers", "/v1/offerings"):  # fmt: skip
            who = "steward" if path in {"/v1/providers", "/v1/offerings", "/v1/offerings/search"} else "outreach"
            ask(who, "POST", path, {say("name_to_use"): say("verbatim")})
            ask(who, "POST", path, {"text": {"x": say("verbatim")}, "token": say("note"), "return_code": say("phone")})
            ask(who, "POST", path, whole)
        core = self._canaries.cores["name_to_use"]
        for path in (f"/v1/intakes/{core}", f"/v1/people/{core}", f"/v1/vocabularies/{core}", f"/{core}",
                     f"/problems/{core}", f"/v1/intakes?{core}=1", f"/v1/intakes?status={core}",
                     f"/v1/intakes?cursor={core}", f"/v1/offerings?limit={core}"):  # fmt: skip
            ask("outreach", "GET", path)
            ask("outreach", "DELETE", path)
        for secret in self._canaries.secrets.values():
            ask("outreach", "GET", f"/v1/people/{secret}")
            ask("outreach", "POST", f"/v1/intakes/{secret}/choices", {"return_code": [secret], secret: secret})
        for name in ("If_Match", "Idempotency_Key", "Accept", "Accept_Language", "Acting_Worker", "X_Request_Id"):
            ask("outreach", "POST", "/v1/intakes", whole[:-1], **{name: f"{core} \\ {core}"})
        ask("", "GET", "/v1/intakes", Authorization=f"Bearer mr_aaaaaaaaaaaa_{core}{core}{core}")
        ask("", "GET", "/v1/intakes", Authorization=f"Basic {base64.b64encode(core.encode()).decode()}")
        self._contradictions()

    def _contradictions(self) -> None:
        """Ids that are taken, versions that are stale, keys that were used for something else."""
        taken = {**self.intake_body(), "id": "0192f0c1-0000-7000-8000-00000000c0de"}
        for _ in range(2):
            self.ask("outreach", "POST", "/v1/intakes", taken)
        self.ask("outreach", "PATCH", f"/v1/intakes/{taken['id']}", self.intake_body(), If_Match='"77"')
        self.ask("outreach", "PATCH", f"/v1/intakes/{taken['id']}", self.intake_body())
        key = self._canaries.secrets["idempotency key"]
        self.ask("outreach", "POST", "/v1/intakes", {"name_to_use": self.words("amended")}, Idempotency_Key=key)
        for _ in range(6):
            self.ask("clinic", "POST", "/v1/people/find-by-code", {"return_code": self.words("name_to_use")})
