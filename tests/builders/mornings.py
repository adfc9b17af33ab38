"""A morning at a coordinating team: people who wait, places that are free, and what the team's app asks."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from service.guidance.rules import Category, Setting
from service.providers.codes import OfferingKind
from tests.builders.intakes import a_priority
from tests.builders.people import Desk
from tests.builders.referrals import Street


@dataclass(frozen=True)
class Morning:
    """A team's desk on a street with offerings."""

    street: Street
    desk: Desk

    def open(self, name: str, *categories: str, slots: int | None = 1, **facts: Any) -> str:
        """An offering with so many open places, without conditions; answers its id."""
        helps_with = tuple(Category(each) for each in categories or ("housing",))
        return str(self.street.open_offering(name, slots=slots, categories=helps_with, **facts))

    def therapy(self, name: str, *, slots: int | None = 1, verified: bool = True, **facts: Any) -> str:
        """A room to talk in, with training that is verified, or declared alone; answers its id."""
        kind = {"kind": OfferingKind.THERAPY, "settings": (Setting.STREET,), **facts}
        offering_id = self.street.open_offering(name, slots=slots, categories=(Category.SOMEONE_TO_TALK_TO,), **kind)
        provider_id = str(self.street.provider_of(offering_id))
        steward, post = self.street.steward, self.street.post
        someone = post(steward, "/v1/practitioners", {"provider_id": provider_id, "name": "R. Alvarez"})
        evidence = {"practitioner_id": someone["id"], "credential": {"kind": "certificate", "hours": 60}}
        credential = post(steward, "/v1/credentials", evidence)
        if verified:
            post(steward, f"/v1/credentials/{credential['id']}/verifications", {"status": "issuer_confirmed"})
        return str(offering_id)

    def come_in(self, *categories: str, **said: Any) -> Any:
        """Somebody comes in who names these things in this order; answers what they got back."""
        named = [a_priority("in my own words", each, rank=place) for place, each in enumerate(categories, start=1)]
        return self.desk.take_in({"priorities": named, **said})

    def say_no(self, somebody: Any, offering_id: str) -> None:
        """Somebody says not this one."""
        said = {"offering_id": offering_id, "choice": "not_this_one"}
        assert self.desk.post(f"/v1/intakes/{somebody['id']}/choices", said).status_code == 201

    def set_status(self, somebody: Any, status: str) -> None:
        """How things stand with somebody is written down."""
        assert self.desk.post(f"/v1/people/{somebody['person_id']}/status", {"status": status}).status_code == 200

    def refer(self, somebody: Any, offering_id: str) -> Any:
        """Somebody takes a referral along."""
        said = {"offering_id": offering_id, "choice": "interested"}
        choice = self.desk.post(f"/v1/intakes/{somebody['id']}/choices", said).get_json()
        body = {"intake_id": somebody["id"], "offering_id": offering_id, "choice_id": choice["id"],
                "route": "self_carried", "shows": []}  # fmt: skip
        answer = self.desk.post("/v1/referrals", body)
        assert answer.status_code == 201, answer.get_data(as_text=True)
        return answer.get_json()

    def could_help(self, offering_id: str, **asked: Any) -> Any:
        """Whom an offering could help."""
        answer = self.desk.post(f"/v1/offerings/{offering_id}/could-help", asked)
        assert answer.status_code == 200, answer.get_data(as_text=True)
        return answer.get_json()

    def match(self, *people: Any, **asked: Any) -> Any:
        """The matches of several people; each is named by what they got back, or by an id."""
        ids = [each if isinstance(each, str) else each["id"] for each in people]
        answer = self.desk.post("/v1/match-batches", {"intake_ids": ids, **asked})
        assert answer.status_code == 200, answer.get_data(as_text=True)
        return answer.get_json()

    def propose(self, *people: Any, **asked: Any) -> dict[str, Any]:
        """What is proposed to each, by intake."""
        items = self.match(*people, propose=True, **asked)["proposal"]["items"]
        return {each["intake_id"]: each for each in items}


def an_absent_id() -> str:
    """An id of nobody."""
    return str(uuid.uuid4())
