"""Coming back with nothing but six words; and being just as welcome without them."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from service.ledger.models import Entry
from service.people.models import PersonRecord
from service.vault.guesses import A_SOURCE, SOURCE_SECONDS
from service.vault.models import PersonKey
from tests.builders.intakes import WORDS, an_intake_body
from tests.builders.people import Desk
from tests.houses import FakeClock, House, Key

pytestmark = pytest.mark.database

WRONG = "-".join(["anchor"] * 6)
FIND = "/v1/people/find-by-code"


@pytest.fixture
def desk(client: FlaskClient, outreach: Key) -> Desk:
    """A street worker's app."""
    return Desk(client, outreach)


@pytest.fixture
def neighbour(client: FlaskClient, make_key: Callable[..., Key]) -> Desk:
    """Another organization's app."""
    return Desk(client, make_key())


@pytest.fixture
def intake(desk: Desk) -> Any:
    """Somebody who came in, and holds their words."""
    return desk.take_in(an_intake_body())


def begin_a_stretch(clock: FakeClock) -> None:
    """Guesses are counted by stretches of ten minutes; begin with a new one, so that none ends in between."""
    clock.move(seconds=SOURCE_SECONDS - clock.now().timestamp() % SOURCE_SECONDS + 1)


def people(house: House) -> int:
    """How many people are on record."""
    with house.runtime.database.session(reading=True) as session:
        return session.execute(sa.select(sa.func.count()).select_from(PersonRecord)).scalar_one()


def test_the_words_find_the_person(desk: Desk, intake: Any) -> None:
    found = desk.post(FIND, {"return_code": intake["return_code"]})

    assert (found.status_code, found.get_json()["id"]) == (200, intake["person_id"])


def test_they_find_the_person_after_they_were_hardened_too(desk: Desk, intake: Any, house: House) -> None:
    vault = house.runtime.vault
    with vault.opened() as store:
        key = store.get_one(PersonKey, uuid.UUID(intake["person_id"]))
        key.code_tag, key.hardened = vault.hard_tag(key.code_tag), True

    assert desk.post(FIND, {"return_code": intake["return_code"]}).get_json()["id"] == intake["person_id"]


def test_capitals_and_blanks_do_not_matter(desk: Desk, intake: Any) -> None:
    said = "  " + intake["return_code"].upper().replace("-", "  ") + " "

    assert desk.post(FIND, {"return_code": said}).get_json()["id"] == intake["person_id"]


def test_words_are_in_the_language_of_the_person(desk: Desk) -> None:
    spanish = desk.take_in({"locale": "es"})

    found = desk.post(FIND, {"return_code": spanish["return_code"]})

    assert found.get_json()["id"] == spanish["person_id"]


def test_wrong_words_and_another_organizations_words_look_alike(desk: Desk, neighbour: Desk, intake: Any) -> None:
    def asked(said: str) -> tuple[int, bytes]:
        answer = neighbour.post(FIND, {"return_code": said}, **{"X-Request-Id": "same"})
        return answer.status_code, answer.get_data()

    answers = {asked(intake["return_code"]), asked(WRONG), asked("no words at all"), asked("🙂")}

    ((status, told),) = answers
    assert status == 404
    assert b"Start anew at once" in told


def test_a_return_is_a_new_intake_of_the_same_person(desk: Desk, intake: Any, clock: FakeClock) -> None:
    desk.post(f"/v1/people/{intake['person_id']}/status", {"status": "quiet"})
    clock.move(days=240)

    back = desk.take_in({"return_code": intake["return_code"]})

    assert (back["person_id"], back["id"] == intake["id"]) == (intake["person_id"], False)
    assert [each["verbatim"] for each in back["still_true"]] == [each["verbatim"] for each in intake["priorities"]]
    assert back["priorities"] == []
    assert "return_code" not in back
    person = desk.read(back["links"]["person"])
    assert (person["status"], person["intakes"]) == ("open", [back["id"], intake["id"]])


def test_what_is_still_true_stays_the_same_priority(desk: Desk, intake: Any) -> None:
    old = intake["priorities"]

    back = desk.take_in({"person_id": intake["person_id"], "priorities": [{**old[2], "rank": 1}, {"verbatim": WORDS}]})

    assert [each["id"] for each in back["priorities"]] == [old[2]["id"], old[0]["id"]]


def test_a_person_known_by_id_comes_back_the_same_way(desk: Desk, intake: Any) -> None:
    back = desk.take_in({"person_id": intake["person_id"]})

    assert (back["person_id"], back["still_true"][0]["verbatim"]) == (intake["person_id"], WORDS)


def test_a_lost_code_turns_nobody_away(desk: Desk, intake: Any) -> None:
    answer = desk.take_in({"return_code": WRONG})

    assert answer["person_id"] != intake["person_id"]
    assert answer["return_code"]
    assert answer["not_kept"] == [{"path": "/return_code", "reason": "nobody_found_started_anew"}]
    assert answer.get("still_true", []) == []


def test_too_many_wrong_guesses_have_to_wait_and_the_right_words_then_work(
    desk: Desk, intake: Any, clock: FakeClock
) -> None:
    begin_a_stretch(clock)
    for _ in range(A_SOURCE):
        assert desk.post(FIND, {"return_code": WRONG}).status_code == 404
        clock.move(seconds=1)

    stopped = desk.post(FIND, {"return_code": intake["return_code"]})

    assert stopped.status_code == 429
    assert int(stopped.headers["Retry-After"]) > 0
    clock.move(minutes=10)
    assert desk.post(FIND, {"return_code": intake["return_code"]}).status_code == 200


def test_right_guesses_are_given_back(desk: Desk, intake: Any, clock: FakeClock) -> None:
    statuses = set()
    for _ in range(A_SOURCE * 2):
        statuses.add(desk.post(FIND, {"return_code": intake["return_code"]}).status_code)
        clock.move(seconds=1)

    assert statuses == {200}


def test_guesses_at_the_intake_count_as_guesses(desk: Desk, clock: FakeClock) -> None:
    begin_a_stretch(clock)
    for _ in range(A_SOURCE):
        desk.take_in({"return_code": WRONG})
        clock.move(seconds=1)

    assert desk.post(FIND, {"return_code": WRONG}).status_code == 429


def test_a_code_travels_in_a_body_only(desk: Desk, intake: Any) -> None:
    assert desk.get(f"{FIND}?return_code={intake['return_code']}").status_code == 405
    assert desk.get(f"/v1/people/{intake['return_code']}").status_code == 404
    assert desk.client.post(f"{FIND}?return_code=x", json={}, headers=desk.key.headers).status_code == 422


@pytest.mark.parametrize("body", [{}, {"return_code": None}, {"return_code": 7}, {"return_code": ["a"]}, [], "x"])
def test_finding_needs_words(desk: Desk, body: Any) -> None:
    assert desk.post(FIND, body).status_code == 422


def test_codes_can_be_reserved_and_belong_to_whoever_brings_them_first(desk: Desk, house: House) -> None:
    reserved = desk.post("/v1/return-codes", {"count": 3}).get_json()

    first = desk.take_in({**an_intake_body(), "return_code": reserved["return_codes"][0]})
    back = desk.take_in({"return_code": reserved["return_codes"][0]})

    assert len(set(reserved["return_codes"])) == 3
    assert first["not_kept"] == []
    assert back["person_id"] == first["person_id"]
    assert people(house) == 1


def test_a_reserved_code_is_good_for_90_days(desk: Desk, clock: FakeClock) -> None:
    codes = desk.post("/v1/return-codes", {"count": 2}).get_json()["return_codes"]
    clock.move(days=89)
    assert desk.take_in({"return_code": codes[0]})["not_kept"] == []
    clock.move(days=2)

    late = desk.take_in({"return_code": codes[1]})

    assert late["not_kept"] == [{"path": "/return_code", "reason": "nobody_found_started_anew"}]
    assert late["return_code"] != codes[1]
    assert desk.post(FIND, {"return_code": codes[0]}).status_code == 200


def test_a_reserved_code_is_good_for_one_organization(desk: Desk, neighbour: Desk) -> None:
    code = desk.post("/v1/return-codes", {"count": 1}).get_json()["return_codes"][0]

    theirs = neighbour.take_in({"return_code": code})

    assert theirs["not_kept"][0]["path"] == "/return_code"
    assert desk.take_in({"return_code": code})["person_id"] != theirs["person_id"]


@pytest.mark.parametrize(("count", "status"), [(0, 422), (1, 201), (200, 201), (201, 422), ("7", 422), (2**60, 422)])
def test_at_most_200_codes_at_once(desk: Desk, count: Any, status: int) -> None:
    assert desk.post("/v1/return-codes", {"count": count}).status_code == status


def test_reserving_is_written_down_without_the_codes(desk: Desk, house: House) -> None:
    codes = desk.post("/v1/return-codes", {"count": 1}).get_json()["return_codes"]

    with house.runtime.database.session(reading=True) as session:
        entry = session.execute(sa.select(Entry)).scalar_one()
    assert (entry.action, len(entry.also or [])) == ("return_codes_reserved", 1)
    assert codes[0] not in str(vars(entry))


def test_a_replaced_code_ends_the_old_one(desk: Desk, intake: Any) -> None:
    new = desk.post(f"/v1/people/{intake['person_id']}/return-codes", {"locale": "es"})

    assert new.status_code == 201
    assert desk.post(FIND, {"return_code": intake["return_code"]}).status_code == 404
    assert desk.post(FIND, {"return_code": new.get_json()["return_code"]}).get_json()["id"] == intake["person_id"]


def test_a_lost_answer_is_repeated_with_its_code(desk: Desk) -> None:
    key = {"Idempotency-Key": f'"{uuid.uuid4()}"'}
    desk.post("/v1/intakes", {}, **key)

    code = desk.post("/v1/intakes", {}, **key).get_json()["return_code"]

    assert desk.post(FIND, {"return_code": code}).status_code == 200
