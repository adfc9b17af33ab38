"""Every flow there is, with a canary in every text; and every fault, with canaries in it."""

from __future__ import annotations

from typing import Any

from tests.canaries import faults
from tests.canaries.asking import Asking, World
from tests.canaries.bodies import a_consent, an_intake
from tests.canaries.hatched import Canaries
from tests.canaries.law import live_under_the_law
from tests.canaries.own_door import live_at_the_own_door
from tests.canaries.own_pages import erase_on_the_pages, live_on_the_pages


class Play:
    """One team, its privacy lead, a clinic, and a person who lives through everything with them."""

    def __init__(self, world: World, canaries: Canaries) -> None:
        self.asking = Asking(world, canaries)
        self._person = self._code = ""

    def everything(self) -> None:
        """Live through all of it; erasing comes last, and takes others along."""
        asking, offering = self.asking, self._an_offering()
        intake = self._come_in()
        self._person = intake["person_id"]
        self._amend_and_read(intake)
        self._consented(intake, offering)
        self._carried(intake, self._an_offering())
        code = self._come_back(intake)
        live_under_the_law(asking, self._person)
        code = live_at_the_own_door(asking, code, self._told_again(intake), offering["id"])
        self._stop(self._person)
        self._told_again(intake)
        self._code = live_on_the_pages(asking, code, offering["id"])
        erase_on_the_pages(asking, self._somebody_else("third code"))
        gone = asking.hear("", "DELETE", "/v1/mine", Return_Code=self._somebody_else("second code"))
        assert gone.json["done"]

    def faults(self) -> None:
        """Do everything wrong, with canaries in hand; guessing comes last, because it closes the door."""
        faults.at_the_team(self.asking)
        faults.before_the_law(self.asking, self._person)
        faults.at_the_own_door(self.asking, self._code)
        faults.on_the_pages(self.asking, self._code)
        faults.guesses(self.asking, self._code)

    def knock_in_vain(self) -> tuple[int, int]:
        """Knock with the right words when something else is broken; answer what the door and the page say."""
        asking, body = self.asking, f"return_code={self._code}".encode()
        door = asking.ask("", "PATCH", "/v1/mine", an_intake(asking.words), Return_Code=self._code, If_Match="*")
        form = "application/x-www-form-urlencoded"
        return door.status, asking.ask("", "POST", "/mine/in", body, Content_Type=form).status

    def _an_offering(self) -> Any:
        provider = self.asking.done("steward", "POST", "/v1/providers", {
            "name": "Corner Room", "organization_id": self.asking.world.clinic_id})  # fmt: skip
        return self.asking.done("steward", "POST", "/v1/offerings", {
            "provider_id": provider["id"], "name": "Open Door", "kind": "housing", "categories": ["housing"],
            "settings": ["phone", "street"], "languages_spoken": [{"tag": "en"}],
            "limits": [{"scope": "service", "kind": "hours", "text": {"en": "Weekdays only."}}],
            "policies": {
                "requires_abstinence_to_start": False, "requires_abstinence_goal": False, "discharges_for_use": False,
                "requires_abstinence_to_continue": False, "accepts_people_on_moud": "all", "requires_12_step": False,
                "attested_by": "the coordinator there", "attested_on": "2026-11-20",
            },
        })  # fmt: skip

    def _come_in(self) -> Any:
        asking, body = self.asking, an_intake(self.asking.words)
        key = asking.once("of an intake")
        first = asking.ask("outreach", "POST", "/v1/intakes", body, Idempotency_Key=key)
        assert first.status == 201, first.raw
        again = asking.ask("outreach", "POST", "/v1/intakes", body, Idempotency_Key=key)
        assert again.raw == first.raw
        asking.keep("return code", first.json["return_code"])
        return first.json

    def _somebody_else(self, name: str) -> str:
        body = an_intake(self.asking.words)
        return self.asking.keep(name, self.asking.done("outreach", "POST", "/v1/intakes", body)["return_code"])

    def _amend_and_read(self, intake: Any) -> None:
        asking, path = self.asking, f"/v1/intakes/{intake['id']}"
        asking.done("outreach", "PATCH", path, {"name_to_use": asking.words("amended")}, If_Match='"1"')
        for read in (path, f"{path}/versions", f"{path}/versions/1", f"{path}/matches", "/v1/intakes",
                     f"/v1/people/{intake['person_id']}"):  # fmt: skip
            asking.done("outreach", "GET", read)
        asking.done("outreach", "POST", "/v1/match-queries", {"priorities": an_intake(asking.words)["priorities"]})

    def _consented(self, intake: Any, offering: Any) -> None:
        consent, referral = self._told(intake, offering)
        version = referral["version"]
        for who, move in (("outreach", {"move": "send"}), ("clinic", {"move": "receive"}), ("clinic", self._no())):
            if move["move"] in self.asking.done(who, "GET", f"/v1/referrals/{referral['id']}")["allowed_moves"]:
                moves = f"/v1/referrals/{referral['id']}/moves"
                version = self.asking.done(who, "POST", moves, move, If_Match=f'"{version}"')["version"]
        self.asking.done("outreach", "GET", f"/v1/consents/{consent['id']}")
        self.asking.done("outreach", "GET", f"/v1/referrals/{referral['id']}")
        for taken in ({"recipient": {"text": self.asking.words("signed_name")}}, {}):
            self.asking.done("outreach", "POST", f"/v1/consents/{consent['id']}/revocations", taken)

    def _told(self, intake: Any, offering: Any) -> tuple[Any, Any]:
        asking = self.asking
        body = a_consent(asking.words, offering["provider_id"])
        consent = asking.done("outreach", "POST", f"/v1/people/{intake['person_id']}/consents", body)
        return consent, asking.done("outreach", "POST", "/v1/referrals", {
            "intake_id": intake["id"], "offering_id": offering["id"], "choice_id": self._choice(intake, offering),
            "consent_id": consent["id"], "note": asking.words("note"),
        })  # fmt: skip

    def _told_again(self, intake: Any) -> str:
        consent, referral = self._told(intake, self._an_offering())
        self.asking.done("clinic", "GET", f"/v1/referrals/{referral['id']}")
        return str(consent["id"])

    def _choice(self, intake: Any, offering: Any) -> Any:
        said = {"offering_id": offering["id"], "choice": "interested"}
        return self.asking.done("outreach", "POST", f"/v1/intakes/{intake['id']}/choices", said)["id"]

    def _no(self) -> dict[str, Any]:
        text = self.asking.words("providers_reason")
        return {"move": "decline", "reason": {"code": "provider_no_capacity", "text": text}}

    def _carried(self, intake: Any, offering: Any) -> None:
        carried = self.asking.done("outreach", "POST", "/v1/referrals", {
            "intake_id": intake["id"], "offering_id": offering["id"], "choice_id": self._choice(intake, offering),
            "route": "self_carried", "shows": ["name", "priorities"],
        })  # fmt: skip
        token = self.asking.keep("hand-off token", carried["hand_off"]["token"])
        self.asking.done("clinic", "POST", "/v1/hand-offs/present", {"token": token})

    def _come_back(self, intake: Any) -> str:
        asking = self.asking
        asking.done("outreach", "POST", "/v1/people/find-by-code", {"return_code": intake["return_code"]})
        ahead = asking.done("outreach", "POST", "/v1/return-codes", {"count": 2, "locale": "es"})
        reserved = asking.keep("reserved code", ahead["return_codes"][0])
        asking.done("outreach", "POST", "/v1/intakes", {**an_intake(asking.words), "return_code": reserved})
        path = f"/v1/people/{intake['person_id']}/return-codes"
        return asking.keep("new code", asking.done("outreach", "POST", path, {"locale": "en"})["return_code"])

    def _stop(self, person_id: str) -> None:
        """Say for the clinic, which is the clinic's to say, and at the clinic, that the consent is over."""
        for who, path in (("outreach", f"/v1/people/{person_id}"), ("clinic", "/v1")):
            for notice in self.asking.done(who, "GET", f"{path}/revocation-notices")["items"]:
                heard = self.asking.ask(who, "POST", f"{path}/revocation-notices/{notice['id']}/acknowledgements", {})
                assert heard.status == (409 if who == "outreach" else 201), heard.raw
