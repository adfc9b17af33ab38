"""Coming in: whatever somebody says, and be it nothing, they are in."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from service.intakes.models import IntakeRecord, IntakeVersion
from service.ledger.models import Entry
from service.outbox.models import Event
from service.outbox.rules import EventType
from service.people.models import PersonRecord
from tests.builders.intakes import EVERYTHING, an_intake_body
from tests.builders.people import Desk
from tests.houses import FakeClock, House, Key

pytestmark = pytest.mark.database

AVOID = "junkie, addict, clean, dirty, drug of choice, refuses treatment, non-compliant; limpio, sucio"


@pytest.fixture
def desk(client: FlaskClient, outreach: Key) -> Desk:
    """A street worker's app."""
    return Desk(client, outreach)


@pytest.fixture
def neighbour(client: FlaskClient, make_key: Callable[..., Key]) -> Desk:
    """Another organization's app, with the same scopes."""
    return Desk(client, make_key())


def count(house: House, *what: Any) -> int:
    """How many rows there are."""
    with house.runtime.database.session(reading=True) as session:
        return session.execute(sa.select(sa.func.count()).select_from(*what)).scalar_one()


def test_saying_nothing_is_a_complete_intake(desk: Desk) -> None:
    answer = desk.take_in({})

    assert answer["mode"] == "unspecified"
    assert answer["priorities"] == []
    assert answer["wants_therapy"] == "not_asked"
    assert answer["not_kept"] == []


def test_no_body_at_all_is_a_complete_intake_too(desk: Desk) -> None:
    answer = desk.client.post("/v1/intakes", headers=desk.key.headers)

    assert answer.status_code == 201


def test_whoever_comes_in_gets_words_help_limits_and_what_is_next(desk: Desk) -> None:
    answer = desk.take_in({})

    assert len(answer["return_code"].split("-")) == 6
    assert {"911", "988"} <= {each["phone"] for each in answer["help_now"] if each.get("phone")}
    assert answer["what_happens_next"]
    assert answer["what_we_cannot_do"]
    assert answer["monitored"] is False


@pytest.mark.parametrize(
    ("body", "header", "locale"),
    [
        ({}, "es", "es"),
        ({}, "es-MX,en;q=0.5", "es"),
        ({"locale": "es"}, "en", "es"),
        ({"locale": "en"}, "es", "en"),
        ({"locale": "es-419"}, "en", "es"),
        ({}, "fr", "en"),
        ({"locale": "not a language"}, "es", "es"),
    ],
)
def test_we_answer_in_the_language_that_was_wished(desk: Desk, body: Any, header: str, locale: str) -> None:
    english = desk.take_in({}, **{"Accept-Language": "en"})["what_happens_next"]

    said = desk.take_in(body, **{"Accept-Language": header})["what_happens_next"]

    assert (said == english) is (locale == "en")


def test_everything_that_can_be_said_comes_back_as_it_was_said(desk: Desk) -> None:
    answer = desk.take_in(EVERYTHING)

    kept = desk.read(f"/v1/intakes/{answer['id']}")
    without_ids = [{name: priority[name] for name in priority if name != "id"} for priority in kept["priorities"]]
    assert {**{name: kept[name] for name in EVERYTHING}, "priorities": without_ids} == EVERYTHING
    assert kept["not_kept"] == []


@pytest.mark.parametrize(
    "words",
    [
        "  leading, trailing \n\t ",
        "e\u0301 stays two characters, \u00e9 stays one",
        "\ufeffZero\u200bwidth\u202eand right-to-left",
        "😶‍🌫️👩🏽‍🚒",
        "\r\n\x1b[31m",
        "x" * 4000,
        "ٱلْعَرَبِيَّة 漢字 ᏣᎳᎩ",
        AVOID,
        "'; DROP TABLE person; --",
        "<script>alert(1)</script>",
    ],
)
def test_words_are_kept_byte_for_byte_and_never_looked_at(desk: Desk, words: str) -> None:
    answer = desk.take_in({"priorities": [{"verbatim": words}], "substances": [{"what_it_does_for_me": words}]})

    kept = desk.read(f"/v1/intakes/{answer['id']}")
    assert kept["priorities"][0]["verbatim"].encode() == words.encode()
    assert kept["substances"][0]["what_it_does_for_me"].encode() == words.encode()
    assert kept["language_findings"] == []


def test_what_staff_writes_is_kept_and_a_better_word_is_offered(desk: Desk) -> None:
    note = "An addict, refuses treatment."

    answer = desk.take_in({"worker_note": note})

    assert answer["worker_note"] == note
    assert {finding["severity"] for finding in answer["language_findings"]} == {"warn"}
    assert "addict" in {finding["term"].lower() for finding in answer["language_findings"]}
    assert desk.read(f"/v1/intakes/{answer['id']}")["language_findings"] == answer["language_findings"]


def test_ranks_ties_and_no_rank_stay_as_the_person_gave_them(desk: Desk) -> None:
    priorities = [{"verbatim": "a", "rank": 2}, {"verbatim": "b", "rank": 1}, {"verbatim": "c", "rank": 2}]

    answer = desk.take_in({"priorities": [*priorities, {"verbatim": "d", "rank": None}]})

    assert [(each["verbatim"], each.get("rank")) for each in answer["priorities"]] == [
        ("a", 2), ("b", 1), ("c", 2), ("d", None),
    ]  # fmt: skip


@pytest.mark.parametrize("value", ["yes", "no", "declined", "not_asked"])
def test_not_asked_declined_and_no_are_three_things(desk: Desk, value: str) -> None:
    assert desk.take_in({"pregnant": value})["pregnant"] == value


def test_what_is_never_kept_is_dropped_and_named_and_refuses_nothing(desk: Desk, house: House) -> None:
    body = {"ssn": "078-05-1120", "diagnosis": ["F11.20"], "shoe_size": 43, "place": {"gps": "37.774929,-122.419416"}}

    answer = desk.take_in(body)

    assert {(each["path"], each["reason"]) for each in answer["not_kept"]} == {
        ("/ssn", "never_kept"),
        ("/diagnosis", "never_kept"),
        ("/shoe_size", "not_known_here"),
        ("/place/gps", "never_kept"),
    }
    assert desk.read(f"/v1/intakes/{answer['id']}")["not_kept"] == answer["not_kept"]
    assert "078-05" not in str(answer)


def test_an_exact_position_is_never_kept(desk: Desk) -> None:
    answer = desk.take_in({"place": {"latitude": 37.774929, "longitude": -122.4}})

    assert answer["place"] == {"latitude": 37.77, "longitude": -122.4}
    assert answer["not_kept"] == [{"path": "/place/latitude", "reason": "rounded_to_two_decimals"}]


def test_danger_puts_help_first_and_promises_nobody_who_is_not_there(desk: Desk, house: House) -> None:
    answer = desk.post("/v1/intakes", {"safety": {"in_danger_now": "yes"}})

    assert answer.status_code == 201
    assert answer.get_data(as_text=True).startswith('{"help_now":[')
    assert answer.get_json()["monitored"] is False
    with house.runtime.database.session(reading=True) as session:
        told = set(session.execute(sa.select(Event.type)).scalars())
    assert told == {EventType.INTAKE_SUBMITTED, EventType.NEEDS_A_PERSON_NOW}


def test_a_hint_for_the_worker_is_in_the_answer_alone(desk: Desk) -> None:
    answer = desk.take_in({"priorities": [{"verbatim": "Some days I don't want to be here."}]})

    assert answer["worker_prompt"]
    assert "worker_prompt" not in desk.read(f"/v1/intakes/{answer['id']}")


def test_a_mother_asks_and_nobody_gets_a_record(desk: Desk, house: House) -> None:
    answer = desk.take_in({"recorded_by": "third_party", "mode": "family_or_friend"})

    assert answer["status"] == "enquiry"
    assert "return_code" not in answer
    assert "person_id" not in answer
    assert set(answer["links"]) == {"self"}
    assert answer["help_now"]
    assert count(house, PersonRecord) == 0
    assert desk.read(answer["links"]["self"])["status"] == "enquiry"


def test_nobody_chooses_for_somebody_else(desk: Desk) -> None:
    enquiry = desk.take_in({"recorded_by": "third_party"})

    answer = desk.post(
        f"/v1/intakes/{enquiry['id']}/choices", {"offering_id": str(uuid.uuid4()), "choice": "interested"}
    )

    assert answer.status_code == 409


def test_what_was_said_stands_nowhere_in_the_clear(desk: Desk, house: House) -> None:
    desk.take_in({**EVERYTHING, "name_to_use": "Zyxwvut", "priorities": [{"verbatim": "Zyxwvut"}]})

    with house.runtime.database.session(reading=True) as session:
        tables = session.get_bind().dialect.get_table_names(session.connection())
        rows = [row for table in tables for row in session.execute(sa.text(f'SELECT * FROM "{table}"'))]  # noqa: S608
    assert rows
    assert not any("Zyxwvut" in str(row) or b"Zyxwvut" in bytes(str(row), "utf-8") for row in rows)


def test_coming_in_is_one_fact_written_four_times(desk: Desk, house: House) -> None:
    answer = desk.take_in(an_intake_body(), **{"Acting-Worker": "w-17"})

    with house.runtime.database.session(reading=True) as session:
        entry = session.execute(sa.select(Entry)).scalar_one()
        event = session.execute(sa.select(Event)).scalar_one()
    assert (entry.action, str(entry.person_id), str(entry.subject_id), entry.acting_worker) == (
        "intake_submitted", answer["person_id"], answer["id"], "w-17",
    )  # fmt: skip
    assert (event.type, str(event.record_id), event.audience_id) == (
        EventType.INTAKE_SUBMITTED, answer["id"], desk.key.organization_id,
    )  # fmt: skip
    assert (count(house, IntakeRecord), count(house, IntakeVersion), count(house, PersonRecord)) == (1, 1, 1)


def test_reading_is_written_down(desk: Desk, house: House) -> None:
    answer = desk.take_in()

    desk.read(f"/v1/intakes/{answer['id']}")

    with house.runtime.database.session(reading=True) as session:
        entry = session.execute(sa.select(Entry).where(Entry.action == "intake_read")).scalar_one()
    assert (str(entry.person_id), str(entry.subject_id)) == (answer["person_id"], answer["id"])


def test_the_answer_says_where_the_intake_is_and_in_which_version(desk: Desk) -> None:
    answer = desk.post("/v1/intakes", {})

    assert answer.headers["Location"] == f"/v1/intakes/{answer.get_json()['id']}"
    assert answer.headers["ETag"] == '"1"'
    assert answer.headers["Cache-Control"] == "no-store"


def test_an_unchanged_intake_need_not_be_sent_again(desk: Desk) -> None:
    intake = desk.take_in()

    answer = desk.get(intake["links"]["self"], **{"If-None-Match": '"1"'})

    assert answer.status_code == 304


def test_the_same_key_twice_is_one_person_with_one_code(desk: Desk, house: House) -> None:
    key = {"Idempotency-Key": f'"{uuid.uuid4()}"'}

    first = desk.post("/v1/intakes", an_intake_body(), **key)
    second = desk.post("/v1/intakes", an_intake_body(), **key)

    assert (second.status_code, second.get_data()) == (201, first.get_data())
    assert count(house, PersonRecord) == 1


def test_an_app_may_send_its_own_id_again(desk: Desk, house: House) -> None:
    body = an_intake_body(id=str(uuid.uuid4()))

    first, second = desk.take_in(body), desk.take_in(body)

    assert first["id"] == second["id"] == body["id"]
    assert first["priorities"] == second["priorities"]
    assert "return_code" not in second
    assert count(house, IntakeRecord) == 1


def test_an_id_can_be_sent_again_after_the_intake_went_on(desk: Desk) -> None:
    body = an_intake_body(id=str(uuid.uuid4()))
    desk.take_in(body)
    desk.patch(f"/v1/intakes/{body['id']}", {"name_to_use": "Ruby"}, **{"If-Match": "*"})

    again = desk.take_in(body)

    assert (again["version"], again["name_to_use"]) == (2, "Ruby")


def test_who_sends_an_id_again_is_told_so_and_how_to_get_lost_words(desk: Desk) -> None:
    body = an_intake_body(id=str(uuid.uuid4()))

    first, second = desk.take_in(body), desk.take_in(body)

    assert "six words" in first["what_happens_next"][0]
    assert second["what_happens_next"][0].startswith("This was taken down before")
    assert desk.post(f"/v1/people/{first['person_id']}/return-codes").status_code == 201


def test_an_id_of_somebody_else_is_never_answered_with_them(desk: Desk) -> None:
    ruby, sol = desk.take_in(), desk.take_in()
    intake = {"id": str(uuid.uuid4())}
    desk.take_in({**intake, "return_code": ruby["return_code"]})

    same = [{"person_id": ruby["person_id"]}, {"return_code": ruby["return_code"]}]
    others = [{"person_id": sol["person_id"]}, {"person_id": str(uuid.uuid4())}, {"return_code": sol["return_code"]},
              {"return_code": "nobody knows these six words here"}]  # fmt: skip

    assert [desk.take_in({**intake, **each})["person_id"] for each in same] == [ruby["person_id"]] * 2
    assert [desk.post("/v1/intakes", {**intake, **each}).status_code for each in others] == [409] * 4


def test_words_that_were_nobodys_are_nobodys_again(desk: Desk) -> None:
    body = {"id": str(uuid.uuid4()), "return_code": "nobody knows these six words here"}

    first, second = desk.take_in(body), desk.take_in(body)

    assert first["person_id"] == second["person_id"]


def test_an_id_with_other_words_is_another_intake(desk: Desk) -> None:
    body = an_intake_body(id=str(uuid.uuid4()))
    desk.take_in(body)

    answer = desk.post("/v1/intakes", {**body, "name_to_use": "somebody else"})

    assert answer.status_code == 409
    assert answer.get_json()["type"] == "/problems/id-taken"


def test_two_organizations_may_use_one_id(desk: Desk, neighbour: Desk, house: House) -> None:
    body = an_intake_body(id=str(uuid.uuid4()))

    mine, theirs = desk.take_in(body), neighbour.take_in(body)

    assert mine["person_id"] != theirs["person_id"]
    assert count(house, IntakeRecord) == 2


def test_what_is_not_yours_looks_like_what_is_not_there(desk: Desk, neighbour: Desk) -> None:
    intake = desk.take_in()

    def looked_at(desk: Desk, intake_id: str) -> tuple[int, bytes]:
        answer = desk.get(f"/v1/intakes/{intake_id}", **{"X-Request-Id": "same"})
        return answer.status_code, answer.get_data()

    assert looked_at(neighbour, intake["id"]) == looked_at(neighbour, str(uuid.uuid4()))
    assert looked_at(neighbour, intake["id"])[0] == 404


@pytest.mark.parametrize("role", ["steward", "auditor"])
def test_who_has_no_business_with_people_learns_nothing(desk: Desk, request: Any, role: str) -> None:
    intake = desk.take_in()
    stranger = Desk(desk.client, request.getfixturevalue(role))

    answers = [
        stranger.post("/v1/intakes", {}),
        stranger.get("/v1/intakes"),
        stranger.get(intake["links"]["self"]),
        stranger.get(f"/v1/intakes/{uuid.uuid4()}"),
        stranger.get(intake["links"]["person"]),
    ]

    assert {answer.status_code for answer in answers} == {403}


def test_the_worklist_shows_what_stands_in_the_clear_newest_first(desk: Desk, clock: FakeClock, house: House) -> None:
    made = []
    for mode in ("street_outreach", "phone", "street_outreach"):
        made.append(desk.take_in({"mode": mode, "name_to_use": "Ruby"})["id"])
        clock.move(minutes=1)

    page = desk.read("/v1/intakes")

    assert [line["id"] for line in page["items"]] == made[::-1]
    assert set(page["items"][0]) == {"id", "person_id", "status", "mode", "version", "received_at", "changed_at"}
    with house.runtime.database.session(reading=True) as session:
        entry = session.execute(sa.select(Entry).where(Entry.action == "intakes_listed")).scalar_one()
    assert entry.also == made[::-1]


def test_the_worklist_comes_in_pages_that_miss_nothing(desk: Desk, clock: FakeClock) -> None:
    made = {desk.take_in()["id"] for _ in range(5)}

    seen, cursor = [], ""
    while True:
        page = desk.read(f"/v1/intakes?limit=2{cursor}")
        seen += [line["id"] for line in page["items"]]
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"

    assert len(seen) == 5
    assert set(seen) == made


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("mode=phone", 1),
        ("mode=phone&mode=street_outreach", 2),
        ("status=open", 2),
        ("status=enquiry", 1),
        ("received_after=2000-01-01T00:00:00Z", 3),
        ("received_before=2000-01-01T00:00:00Z", 0),
        ("changed_after=2000-01-01T00:00:00Z", 3),
        ("changed_after=2999-01-01T00:00:00Z", 0),
    ],
)
def test_the_worklist_can_be_narrowed(desk: Desk, asked: str, found: int) -> None:
    desk.take_in({"mode": "phone"})
    desk.take_in({"mode": "street_outreach"})
    desk.take_in({"recorded_by": "third_party"})

    assert len(desk.read(f"/v1/intakes?{asked}")["items"]) == found


def test_the_worklist_is_of_one_organization(desk: Desk, neighbour: Desk) -> None:
    desk.take_in()

    assert neighbour.read("/v1/intakes")["items"] == []


def test_a_clinic_reads_what_it_brought_itself(client: FlaskClient, clinic: Key, desk: Desk) -> None:
    theirs, ours = Desk(client, clinic).take_in(), desk.take_in()

    assert Desk(client, clinic).get(theirs["links"]["self"]).status_code == 200
    assert Desk(client, clinic).get(ours["links"]["self"]).status_code == 404


def test_coming_in_asks_little_and_writes_five_rows(desk: Desk, house: House) -> None:
    desk.take_in(an_intake_body())
    before = _rows_written(house)
    asked: list[str] = []

    def note(_: Any, __: Any, statement: str, *___: Any) -> None:
        asked.append(statement.split("(", maxsplit=1)[0].strip())

    sa.event.listen(house.runtime.database.engine, "before_cursor_execute", note)
    try:
        desk.take_in(an_intake_body())
    finally:
        sa.event.remove(house.runtime.database.engine, "before_cursor_execute", note)

    assert {name: count - before[name] for name, count in _rows_written(house).items()} == dict.fromkeys(before, 1)
    assert len([each for each in asked if not each.startswith("INSERT")]) <= 3


def _rows_written(house: House) -> dict[str, int]:
    with house.runtime.database.session(reading=True) as session:
        return {
            name: session.execute(sa.select(sa.func.count()).select_from(sa.table(name))).scalar_one()
            for name in ("person", "intake", "intake_version", "ledger_entry", "event")
        }
