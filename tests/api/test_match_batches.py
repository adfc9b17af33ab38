"""A round in the morning: many intakes at once, and a proposal when places are fewer than people."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service import vault
from service.access.rules import Role, Scope
from service.app import create_app
from service.database import Record
from service.guidance.rules import AccessNeed, Setting
from service.ledger.models import Entry
from service.providers.level import Level
from tests.builders.ledgers import ledger_held
from tests.builders.mine import Own
from tests.builders.mornings import Morning, an_absent_id
from tests.builders.people import Desk
from tests.builders.referrals import Street
from tests.contract.existence import counting
from tests.houses import FakeClock, House, Key

pytestmark = pytest.mark.database


@pytest.fixture
def morning(house: House, client: FlaskClient, coordinator: Key, clinic: Key, steward: Key) -> Morning:
    """A coordinating team, and nothing open yet."""
    return Morning(Street(house, client, coordinator, clinic, steward), Desk(client, coordinator))


@pytest.fixture
def neighbour(morning: Morning, make_key: Callable[..., Key]) -> Morning:
    """Another organization on the same street."""
    return Morning(morning.street, Desk(morning.desk.client, make_key(Role.COORDINATOR)))


def entries(house: House, *where: Any) -> list[Entry]:
    """What is on record."""
    with house.runtime.database.session(reading=True) as session:
        return list(session.scalars(sa.select(Entry).where(*where)))


def rows(house: House) -> dict[str, int]:
    """How many rows every table has, but for the ledger."""
    with house.runtime.database.session(reading=True) as session:
        return {
            table.name: session.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
            for table in Record.metadata.sorted_tables
            if not table.name.startswith("ledger")
        }


def test_each_intake_has_the_matches_that_it_has_alone(morning: Morning) -> None:
    # What is worth nearly the same may change places while time passes between two answers, so each has its own worth.
    both, one = (AccessNeed.WHEELCHAIR, AccessNeed.STEP_FREE), (AccessNeed.WHEELCHAIR,)
    for name, category, access in (
        ("Open Door", "housing", both),
        ("Side Door", "housing", one),
        ("Clinic", "legal", ()),
    ):
        morning.open(name, category, slots=3, access=access)
    wishes = [{"code": each.value} for each in both]
    people = [morning.come_in(*named, wishes=wishes) for named in (("housing", "legal"), ("legal",), ())]

    batch = morning.match(*people, limit=2)

    assert [each["intake_id"] for each in batch["items"]] == [each["id"] for each in people]
    named = {each["id"]: each for each in batch["offerings"]}
    for item in batch["items"]:
        alone = morning.desk.read(f"/v1/intakes/{item['intake_id']}/matches?limit=2")
        assert item["status"] == "found"
        assert item["matches"]["intake_version"] == 1
        assert item["matches"]["nothing_yet"] is None
        for short, whole in zip(item["matches"]["items"], alone["items"], strict=True):
            assert (short["rank"], short["offering_id"]) == (whole["rank"], whole["offering"]["id"])
            assert short["score"] == pytest.approx(whole["score"], abs=1e-6)
            for part, told in zip(short["because"], whole["because"], strict=True):
                assert (part["component"], part["weight"]) == (told["component"], told["weight"])
                assert part["contributes"] == pytest.approx(told["contributes"], abs=1e-6)
            assert named[short["offering_id"]]["limits"] == whole["limits"]
            assert named[short["offering_id"]]["capacity"]["as_of"] == whole["capacity"]["as_of"]
    assert len(named) == len(batch["offerings"])
    assert batch["proposal"] is None
    assert batch["rules_version"] == "1"


def test_not_there_and_not_yours_are_the_same_and_fail_nobody_else(morning: Morning, neighbour: Morning) -> None:
    morning.open("Open Door")
    mine, theirs, erased = morning.come_in("housing"), neighbour.come_in("housing"), morning.come_in("housing")
    morning.desk.post(f"/v1/people/{erased['person_id']}/erasures")

    batch = morning.match(an_absent_id(), theirs, mine, erased, propose=True)

    assert [each["status"] for each in batch["items"]] == ["not_there", "not_there", "found", "not_there"]
    assert [each["matches"] for each in batch["items"] if each["status"] == "not_there"] == [None] * 3
    assert [each["intake_id"] for each in batch["proposal"]["items"]] == [mine["id"]]
    assert batch["proposal"]["left_out"] == []


def test_whose_key_is_gone_is_not_there_and_waits_for_nothing(morning: Morning, house: House) -> None:
    offering = morning.open("Open Door")
    gone, here = morning.come_in("housing"), morning.come_in("housing")
    with house.runtime.database.session() as session:
        vault.drop_keys(session, {uuid.UUID(gone["person_id"])})

    batch, shown = morning.match(gone, here), morning.could_help(offering)

    assert [each["status"] for each in batch["items"]] == ["not_there", "found"]
    assert [each["intake_id"] for each in shown["items"]] == [here["id"]]
    assert shown["considered"]["count"] == 1


def test_what_is_not_there_takes_as_much_work_as_what_is_not_yours(morning: Morning, neighbour: Morning) -> None:
    morning.open("Open Door")
    theirs, erased = neighbour.come_in("housing"), morning.come_in("housing")
    morning.desk.post(f"/v1/people/{erased['person_id']}/erasures")
    morning.match(an_absent_id())
    work, said = [], []

    for each in (an_absent_id(), theirs["id"], erased["id"]):
        with counting(morning.desk.client.application.extensions["making_room"]) as asked:
            batch = morning.match(each, propose=True)
        work.append(asked)
        said.append({**batch, "computed_at": "", "items": [{**batch["items"][0], "intake_id": ""}]})

    assert work == [work[0]] * 3
    assert said == [said[0]] * 3


def test_where_nothing_matches_it_says_why_and_what_now(morning: Morning) -> None:
    morning.open("Open Door", age_min=18)

    [item] = morning.match(morning.come_in("housing", age_band="16_17"))["items"]

    assert item["matches"]["items"] == []
    assert item["matches"]["nothing_yet"]["removed_most"][0]["rule"] == "age"
    assert item["matches"]["nothing_yet"]["what_now"]


def test_declared_offerings_are_matched_when_asked_for(morning: Morning, house: House) -> None:
    offering = morning.therapy("Harbor Room", verified=False)
    somebody = morning.come_in("someone_to_talk_to")

    without = morning.match(somebody)["items"][0]["matches"]["items"]
    batch = morning.match(somebody, include=["hrp_declared"])

    assert without == []
    assert [each["offering_id"] for each in batch["items"][0]["matches"]["items"]] == [offering]
    assert batch["offerings"][0]["level"] == Level.HRP_DECLARED


def test_every_person_who_is_shown_can_see_it_and_nobody_else(
    morning: Morning, neighbour: Morning, house: House
) -> None:
    offering = morning.open("Open Door")
    first, second = morning.come_in("housing"), morning.come_in("legal")
    theirs, absent = neighbour.come_in("housing"), an_absent_id()

    morning.match(first, second, theirs, absent)

    found = entries(house, Entry.action == "match_batch_read")
    assert {(str(each.subject_id), str(each.person_id)) for each in found} == {
        (each["id"], each["person_id"]) for each in (first, second)
    }
    assert {str(each.subject_id): each.also for each in found} == {first["id"]: [offering], second["id"]: None}
    for each, times in ((first, 1), (second, 1), (theirs, 0)):
        looked = Own(morning.desk.client, each["return_code"]).read("/disclosures")["looked"]
        said = [line["says"] for line in looked]
        assert said.count("Looked at what could fit, for several people at once") == times
    [denied] = entries(house, Entry.decision == "denied")
    assert (denied.action, denied.subject, denied.person_id) == ("not_there", "match_batch", None)
    assert theirs["id"] not in str(vars(denied))


def test_nobody_is_shown_while_the_ledger_cannot_be_written(morning: Morning, house: House) -> None:
    offering, somebody = morning.open("Open Door"), morning.come_in("housing")

    with ledger_held(house):
        batch = morning.desk.post("/v1/match-batches", {"intake_ids": [somebody["id"]]})
        could = morning.desk.post(f"/v1/offerings/{offering}/could-help")

    assert (batch.status_code, could.status_code) == (503, 503)


def test_whoever_tries_ids_is_stopped_however_many_they_try_at_once(morning: Morning, house: House) -> None:
    told = replace(house.answering.settings, not_there_limit="2 per minute", web_concurrency=1)
    desk = Desk(create_app(runtime=replace(house.answering, settings=told)).test_client(), morning.desk.key)
    mine = morning.come_in("housing")["id"]

    def status(*ids: str) -> int:
        return int(desk.post("/v1/match-batches", {"intake_ids": ids}).status_code)

    guesses = [status(mine, an_absent_id(), an_absent_id()) for _ in range(3)]

    assert guesses == [200, 200, 429]
    assert status(mine) == 200


def test_places_that_are_fewer_than_people_are_proposed_by_what_comes_first(morning: Morning, house: House) -> None:
    offering = morning.open("Open Door", slots=1)
    second, first = morning.come_in("legal", "housing"), morning.come_in("housing")
    before = rows(house)

    proposal = morning.match(second, first, propose=True)["proposal"]

    left, given = proposal["items"]
    assert given["offering_id"] == given["best_offering_id"] == offering
    assert given["says"] == ["This is their best match.", "It helps with what they put first."]
    assert (left["intake_id"], left["offering_id"], left["score"]) == (second["id"], None, None)
    assert left["best_offering_id"] == offering
    assert left["says"] == [
        "No open place is left for them in this round.",
        "Their best match is Open Door.",
        "Open places there: 1; people of this round whom it fits: 2. "
        "They are proposed so that the most people are helped.",
        "Ask again as soon as there is news of room.",
    ]
    assert proposal["places"] == [{"offering_id": offering, "places": 1, "fits": 2, "proposed": 1}]
    counts = {name: proposal[name] for name in ("people", "helped_with_first", "helped", "without")}
    assert counts == {"people": 2, "helped_with_first": 1, "helped": 1, "without": 1}
    assert proposal["says"][0].startswith("Nothing was reserved and nobody was told.")
    assert rows(house) == before
    assert morning.street.slots_of(uuid.UUID(offering)) == 1


def test_whoever_could_go_elsewhere_leaves_the_place_to_whoever_could_not(morning: Morning) -> None:
    near = morning.open("Open Door", "housing", "legal", slots=1)
    far = morning.open("Side Door", "housing", slots=1)
    flexible, bound = morning.come_in("housing", "legal"), morning.come_in("legal")

    given = morning.propose(flexible, bound)

    assert (given[flexible["id"]]["offering_id"], given[bound["id"]]["offering_id"]) == (far, near)
    assert given[flexible["id"]]["best_offering_id"] == near
    assert given[flexible["id"]]["says"][0] == "Their best match is Open Door."
    assert "people of this round whom it fits: 2" in given[flexible["id"]]["says"][1]
    assert bound["id"] not in str(given[flexible["id"]])


def test_what_comes_first_for_somebody_weighs_more_than_a_high_score(morning: Morning) -> None:
    later = morning.open("Later Things", "legal", "food_water", "id_documents", slots=5)
    first = morning.open("First Thing", "housing", slots=1, settings=(Setting.PHONE,), languages_spoken=())
    somebody = morning.come_in("housing", "legal", "food_water", "id_documents", matters_most="wishes",
                               wishes=[{"code": "street"}], languages=[])  # fmt: skip

    proposed = morning.propose(somebody)[somebody["id"]]

    assert (proposed["offering_id"], proposed["best_offering_id"]) == (first, later)
    assert proposed["says"] == [
        "Their best match is Later Things.",
        "It does not help with what they put first, and what is proposed does.",
        "It helps with what they put first.",
    ]


def test_a_waitlist_is_no_place_and_is_what_one_may_ask_for(morning: Morning) -> None:
    offering = morning.open("Open Door")
    capacity = {"status": "waitlist", "expected_wait_days": 9, "as_of": morning.street.house.clock.now().isoformat()}
    headers = {**morning.street.steward.headers, "If-Match": "*"}
    answer = morning.desk.client.put(f"/v1/offerings/{offering}/capacity", json=capacity, headers=headers)
    assert answer.status_code == 200
    somebody = morning.come_in("housing")

    batch = morning.match(somebody, propose=True)

    [proposed] = batch["proposal"]["items"]
    assert [each["offering_id"] for each in batch["items"][0]["matches"]["items"]] == [offering]
    assert proposed["offering_id"] is None
    assert "It has a waitlist and no open place now." in proposed["says"]
    assert "Ask them whether they want to be on the waitlist of Open Door." in proposed["says"]
    assert batch["proposal"]["places"][0]["places"] == 0


def test_room_that_was_counted_long_ago_is_not_known_any_more(morning: Morning, clock: FakeClock) -> None:
    offering = morning.open("Open Door", slots=1)
    clock.move(days=15)
    people = [morning.come_in("housing") for _ in range(2)]

    proposal = morning.match(*people, propose=True)["proposal"]

    assert proposal["places"] == [{"offering_id": offering, "places": None, "fits": 2, "proposed": 2}]
    assert [each["uncertain"] for each in proposal["items"]] == [True, True]


def test_room_that_nobody_counted_limits_nobody_and_is_called_uncertain(morning: Morning) -> None:
    uncounted = morning.open("Open Door", slots=None)
    people = [morning.come_in("housing") for _ in range(3)]

    given = morning.propose(*people)

    assert {(each["offering_id"], each["uncertain"]) for each in given.values()} == {(uncounted, True)}
    assert "How much room there is there is not known: ask before anybody sets out." in given[people[0]["id"]]["says"]


def test_a_proposal_is_for_those_who_wait_and_for_each_of_them_once(morning: Morning) -> None:
    offering, elsewhere = morning.open("Open Door", slots=9), morning.open("Side Door", "legal", slots=9)
    waits, quiet, on_the_way = (morning.come_in("housing") for _ in range(3))
    older = waits["id"]
    waits = morning.come_in("housing", person_id=waits["person_id"])
    morning.set_status(quiet, "quiet")
    morning.refer(on_the_way, offering)
    asks = morning.desk.take_in({"recorded_by": "third_party"})
    said_no = morning.come_in("legal")
    morning.say_no(said_no, elsewhere)

    batch = morning.match(older, waits, quiet, on_the_way, asks, said_no, propose=True)

    assert [each["status"] for each in batch["items"]] == ["found"] * 6
    proposal = batch["proposal"]
    assert {each["intake_id"]: each["offering_id"] for each in proposal["items"]} == {
        waits["id"]: offering,
        said_no["id"]: None,
    }
    assert proposal["left_out"] == [older, quiet["id"], on_the_way["id"], asks["id"]]
    assert proposal["items"][1]["says"][0].startswith("Nothing matches yet.")


def test_who_named_nothing_loses_nothing_by_that(morning: Morning) -> None:
    morning.open("Open Door", slots=1)
    silent = morning.come_in()

    proposal = morning.match(silent, propose=True)["proposal"]

    assert (proposal["helped_with_first"], proposal["items"][0]["helps_with_first"]) == (1, None)
    assert proposal["items"][0]["says"] == ["This is their best match."]


def test_the_order_of_ids_changes_nothing_but_the_order_of_the_answer(morning: Morning) -> None:
    morning.open("Open Door", slots=1, access=(AccessNeed.WHEELCHAIR,))
    morning.open("Side Door", slots=1)
    people = [morning.come_in("housing", wishes=[{"code": "wheelchair"}]) for _ in range(5)]

    given, again = morning.propose(*people), morning.propose(*reversed(people))

    assert list(given) == list(reversed(again))
    assert {each: (told["offering_id"], told["says"]) for each, told in given.items()} == {
        each: (told["offering_id"], told["says"]) for each, told in again.items()
    }
    assert len({each["offering_id"] for each in given.values() if each["offering_id"]}) == 2


def test_what_is_proposed_can_be_chosen_and_sent(morning: Morning) -> None:
    morning.open("Open Door", slots=1)
    people = [morning.come_in("housing") for _ in range(2)]
    given = morning.propose(*people)
    [chosen] = [each for each in people if given[each["id"]]["offering_id"]]

    referral = morning.refer(chosen, given[chosen["id"]]["offering_id"])

    assert referral["state"] == "carried"


def test_a_proposal_speaks_the_language_of_whoever_asks(morning: Morning) -> None:
    morning.open("Open Door")
    body = {"intake_ids": [morning.come_in("housing")["id"]], "propose": True}

    proposal = morning.desk.post("/v1/match-batches", body, **{"Accept-Language": "es"}).get_json()["proposal"]

    assert proposal["says"][0].startswith("No se reservó nada y no se avisó a nadie.")
    assert proposal["items"][0]["says"][0] == "Es lo que mejor le encaja."


def test_not_a_word_of_anybody_is_shown(morning: Morning) -> None:
    morning.open("Open Door")
    somebody = morning.come_in("housing", name_to_use="Ruby", affirming_needs=["trans"], wishes=[{"code": "evenings"}])

    said = str(morning.match(somebody, propose=True))

    for word in ("Ruby", "in my own words", "trans", "evenings"):
        assert word not in said


def test_the_scope_is_needed(morning: Morning, make_key: Callable[..., Key]) -> None:
    body = {"intake_ids": [morning.come_in("housing")["id"]]}
    organization_id = morning.desk.key.organization_id
    without = make_key(Role.COORDINATOR, organization_id=organization_id, scopes={Scope.INTAKES_READ})

    assert Desk(morning.desk.client, without).post("/v1/match-batches", body).status_code == 403
    assert morning.desk.client.post("/v1/match-batches", json=body).status_code == 401


AN_ID = "6b0e2f64-8a3f-4a53-9d0a-3f1c2b4d5e6f"


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/intake_ids"),
        ({"intake_ids": []}, "/intake_ids"),
        ({"intake_ids": None}, "/intake_ids"),
        ({"intake_ids": AN_ID}, "/intake_ids"),
        ({"intake_ids": [AN_ID, AN_ID]}, "/intake_ids"),
        ({"intake_ids": [AN_ID, "Zyxwvut"]}, "/intake_ids/1"),
        ({"intake_ids": [AN_ID, None]}, "/intake_ids/1"),
        ({"intake_ids": [str(uuid.UUID(int=n)) for n in range(501)]}, "/intake_ids"),
        ({"intake_ids": [AN_ID] * 1001}, "/intake_ids"),
        ({"intake_ids": [AN_ID], "limit": 0}, "/limit"),
        ({"intake_ids": [AN_ID], "limit": 11}, "/limit"),
        ({"intake_ids": [AN_ID], "include": ["conflicts"]}, "/include/0"),
        ({"intake_ids": [AN_ID], "include": "hrp_declared"}, "/include"),
        ({"intake_ids": [AN_ID], "propose": "yes"}, "/propose"),
        ({"intake_ids": [AN_ID], "apply": True}, "/…"),
        ([AN_ID], ""),
    ],
)
def test_what_cannot_be_asked_is_said_kindly(morning: Morning, body: Any, pointer: str) -> None:
    answer = morning.desk.post("/v1/match-batches", body)

    assert answer.status_code == 422
    assert pointer in [each["pointer"] for each in answer.get_json()["errors"]]
    assert "Zyxwvut" not in answer.get_data(as_text=True)


def test_five_hundred_are_not_too_many(morning: Morning) -> None:
    ids = [str(uuid.UUID(int=n, version=4)) for n in range(500)]

    batch = morning.match(*ids)

    assert {each["status"] for each in batch["items"]} == {"not_there"}
    assert len(batch["items"]) == 500


numbers = st.integers(-(2**63), 2**64 - 1) | st.floats(allow_nan=False, allow_infinity=False)
rubbish = st.recursive(
    st.none() | st.booleans() | numbers | st.text(max_size=5) | st.just(AN_ID),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["intake_ids", "limit", "include", "propose", "received_before"]), inner)
    ),
    max_leaves=6,
)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(rubbish)
def test_no_body_whatever_breaks_it(morning: Morning, body: Any) -> None:
    for path in ("/v1/match-batches", f"/v1/offerings/{AN_ID}/could-help"):
        assert morning.desk.post(path, body).status_code in {200, 400, 404, 422}
