"""At the person's own door, too, every answer that holds something of them has exactly one entry, by their own hand."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
import sqlalchemy as sa

from service.ledger.models import Entry
from service.ledger.rules import Hand
from service.ledger.sealing import seal_entries
from tests.builders.ledgers import SEALER, Watching
from tests.builders.mine import Own, Phone
from tests.builders.people import Desk
from tests.builders.referrals import Street
from tests.houses import House, Key

pytestmark = pytest.mark.database


@pytest.fixture
def client(house: House) -> Watching:
    """A caller who writes down every answer."""
    return Watching(house.app)


@pytest.fixture
def words(house: House, client: Watching, outreach: Key, clinic: Key, steward: Key) -> str:
    """The six words of somebody whose referral the clinic has read."""
    street = Street(house, client, outreach, clinic, steward)
    street.open_offering()
    referral = street.refer()
    street.read(clinic, referral)
    answer = Desk(client, outreach).post(f"/v1/people/{referral['person_id']}/return-codes")
    seal_entries(house.runtime.database, SEALER, now=house.clock.now())
    client.heard.clear()
    return str(answer.get_json()["return_code"])


def entries_of(house: House, client: Watching) -> dict[str, tuple[int, set[Hand]]]:
    """How many entries each request has that was answered with something, and by whose hand, by its path."""
    with house.runtime.database.session(reading=True) as session:
        rows = session.execute(sa.select(Entry.request_id, Entry.hand)).all()
    counted = Counter(request_id for request_id, _ in rows)
    hands: dict[str, set[Hand]] = {}
    for request_id, hand in rows:
        hands.setdefault(request_id, set()).add(hand)
    return {
        f"{method} {path}": (counted[request_id], hands.get(request_id, set()))
        for request_id, method, path, status in client.heard
        if status < 300
    }


def test_every_answer_to_the_six_words_has_one_entry(house: House, client: Watching, words: str) -> None:
    own = Own(client, words)
    for path in ("", "/matches", "/disclosures", "/notices", "/export"):
        own.read(path)
    own.get("/export", Accept="text/html")
    own.read(f"/disclosures/{own.read('/disclosures')['told'][0]['id']}/proof")
    own.patch({"wants_therapy": "maybe"}, own.get().headers["ETag"])
    offering = own.read()["referrals"][0]["offering_id"]
    own.post("/choices", {"offering_id": offering, "choice": "not_now"})
    own.post("/revocations", {"everything": True})
    own = Own(client, own.post("/return-codes").get_json()["return_code"])
    own.ask("DELETE")

    found = entries_of(house, client)
    assert {path: (1, {Hand.PERSON}) for path in found} == found
    assert len(found) >= 11


def test_every_page_that_shows_something_has_one_entry(house: House, client: Watching, words: str) -> None:
    phone = Phone(client)
    phone.come_in(words)
    client.heard.clear()
    for path in ("", "/places", "/seen", "/allowed", "/copy/page", "/copy/file"):
        assert phone.get(path).status_code == 200
    told: Any = Own(client, words).read("/disclosures")["told"]
    assert phone.get(f"/seen/{told[0]['id']}/proof").status_code == 200

    found = entries_of(house, client)
    assert {path: (1, {Hand.PERSON}) for path in found} == found


def test_whatever_was_done_is_told_in_words_of_its_own(client: Watching, words: str) -> None:
    own = Own(client, words)
    own.read(f"/disclosures/{own.read('/disclosures')['told'][0]['id']}/proof")

    looked = own.read("/disclosures")["looked"]

    assert not [each["action"] for each in looked if "Did something with what is kept" in each["says"]]
    assert any(each["says"].startswith("Took a step on a way to help") for each in looked)
