"""Ids of people and places that are really there: with made-up ones a generated request ends at its first 404."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from tests.builders.consents import a_consent_body
from tests.builders.law import ORDER_AND_SUBPOENA, a_demand, an_emergency
from tests.stories.worlds import OverHttp

PEOPLE = 6
STEWARDED = frozenset({"providers", "practitioners", "credentials", "offerings"})
# Where each kind of id is asked for. Two in three requests bring one that is there; the others meet the 404.
PLACES: dict[str, tuple[str, ...]] = {
    "people": ("path.person_id", "body.person_id"),
    "intakes": ("path.intake_id", "body.intake_id"),
    "offerings": ("path.offering_id", "body.offering_id"),
    "providers": ("path.provider_id", "body.provider_id"),
    "practitioners": ("path.practitioner_id", "body.practitioner_id"),
    "credentials": ("path.credential_id",),
    "choices": ("body.choice_id",),
    "consents": ("path.consent_id", "body.consent_id", "body.replaces"),
    "referrals": ("path.referral_id",),
    "tokens": ("body.token",),
    "codes": ("body.return_code",),
    "emergency-disclosures": ("path.emergency_id",),
    "legal-demands": ("path.demand_id",),
    "places": ("path.place_id",),
    "disclosures": ("path.disclosure_id",),
    "revocation-notices": ("path.notice_id",),
    "vocabularies": ("path.name",),
    "versions": ("header.If-Match",),
}
PROBABILITY = 0.66
# After these, words open nothing any more, and each try counts as a guess: they have their own person and address.
LAST_WISHES = ("erase_mine", "change_my_code")


@dataclass
class Acquaintances:
    """Everybody and everything that generated requests may ask about, by kind."""

    world: OverHttp
    recipient_id: str
    known: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    words: str = ""

    def make(self) -> Acquaintances:
        """Bring in a provider with an offering, and people who are at different places of their way there."""
        self.known["versions"] = ["*", '"1"']
        self.known["vocabularies"] = self._ask("GET", "/v1/vocabularies")["names"]
        offering = self._an_offering()
        for number in range(PEOPLE):
            intake = self._somebody(offering, carries=number == 0, refers=number < PEOPLE // 2)
            self.known["people"].append(intake["person_id"])
            self.known["codes"].append(intake["return_code"])
        self.words = self._somebody(offering, carries=False, refers=True)["return_code"]
        told = self._ask("GET", "/v1/mine/disclosures", own=self.words)["told"]
        self.known["disclosures"] = [each["id"] for each in told]
        self.known["revocation-notices"] = self._notices(self.known["people"][1])
        self._make("emergency-disclosures", an_emergency(self.known["people"][0]))
        self._make("legal-demands", a_demand(documents=ORDER_AND_SUBPOENA))
        self._make("places", {"name": "the library", "latitude": 37.78, "longitude": -122.42})
        return self

    def as_configuration(self) -> str:
        """Say it in the words of schemathesis.toml."""
        lines = []
        for kind, ids in self.known.items():
            lines += [f"[dictionaries.{kind}]", f"values = {json.dumps(ids)}"]
        lines.append("[parameters]")
        lines += [
            f'"{place}" = {{ dictionary = "{kind}", probability = {PROBABILITY} }}'
            for kind in self.known
            for place in PLACES[kind]
        ]
        lines += [
            "[[operations]]",
            'include-tag = "mine"',
            f"exclude-operation-id = {json.dumps(LAST_WISHES)}",
            f'headers = {{ "Return-Code" = "{self.words}" }}',
        ]
        for number, operation in enumerate(LAST_WISHES):
            own = f'"Return-Code" = "{self._words_of_somebody()}", "X-Forwarded-For" = "192.0.2.{number}"'
            lines += ["[[operations]]", f'include-operation-id = ["{operation}"]', f"headers = {{ {own} }}"]
        return "\n".join(lines) + "\n"

    def _words_of_somebody(self) -> str:
        """The words of somebody whom no other request knows."""
        words: str = self._ask("POST", "/v1/intakes", {"priorities": [{"verbatim": "to be left alone"}]})["return_code"]
        return words

    def _an_offering(self) -> dict[str, Any]:
        provider = self._make("providers", {"name": "Corner Room", "organization_id": self.recipient_id})
        practitioner = self._make("practitioners", {"provider_id": provider["id"], "name": "R. Alvarez"})
        credential = {"kind": "certificate", "hours": 60}
        self._make("credentials", {"practitioner_id": practitioner["id"], "credential": credential})
        return self._make("offerings", {
            "provider_id": provider["id"], "name": "Housing navigation", "kind": "housing", "categories": ["housing"],
            "settings": ["phone", "street"],
            "limits": [{"scope": "service", "kind": "hours", "text": {"en": "Weekdays only."}}],
            "policies": {
                "requires_abstinence_to_start": False, "requires_abstinence_to_continue": False,
                "discharges_for_use": False, "accepts_people_on_moud": "all", "attested_by": "the coordinator there",
                "attested_on": str(datetime.now(UTC).date()),
            },
            "capacity": {"status": "capacity", "open_slots": 50, "as_of": datetime.now(UTC).isoformat()},
        })  # fmt: skip

    def _somebody(self, offering: dict[str, Any], *, carries: bool, refers: bool) -> dict[str, Any]:
        intake = self._make("intakes", {"name_to_use": "Ruby", "priorities": [{"verbatim": "a room with a door"}]})
        choice = self._ask(
            "POST", f"/v1/intakes/{intake['id']}/choices", {"offering_id": offering["id"], "choice": "interested"}
        )
        self.known["choices"].append(choice["id"])
        consent = self._ask(
            "POST", f"/v1/people/{intake['person_id']}/consents",
            a_consent_body(recipients=[{"provider_id": offering["provider_id"]}]),
        )  # fmt: skip
        self.known["consents"].append(consent["id"])
        referral = {"intake_id": intake["id"], "offering_id": offering["id"], "choice_id": choice["id"]}
        if carries:
            carried = self._make("referrals", {**referral, "route": "self_carried", "shows": ["priorities"]})
            self.known["tokens"].append(carried["hand_off"]["token"])
        elif refers:
            sent = self._make("referrals", {**referral, "consent_id": consent["id"]})
            self._ask("GET", f"/v1/referrals/{sent['id']}", who="steward")
        return intake

    def _notices(self, person_id: str) -> list[str]:
        """Take back all that somebody allowed; ids of the notices that those who had been told something hear."""
        self._ask("POST", f"/v1/people/{person_id}/revocations", {})
        notices = self._ask("GET", f"/v1/people/{person_id}/revocation-notices")["items"]
        return [each["id"] for each in notices]

    def _make(self, kind: str, body: dict[str, Any]) -> dict[str, Any]:
        made = self._ask("POST", f"/v1/{kind}", body, who="steward" if kind in STEWARDED else "hub")
        self.known[kind].append(made["id"])
        return made

    def _ask(
        self, method: str, path: str, body: dict[str, Any] | None = None, who: str = "hub", own: str | None = None
    ) -> dict[str, Any]:
        headers = {} if own is None else {"Return-Code": own}
        answer = self.world.send(who if own is None else "", method, path, body, headers)
        assert answer.status in {200, 201}, f"{method} {path}: {answer.text}"
        document: dict[str, Any] = answer.body
        return document
