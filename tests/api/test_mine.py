"""The person's own door: six words, and everything that is theirs."""

from __future__ import annotations

import statistics
import time
import uuid
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from service.ledger.models import Entry
from service.ledger.rules import Hand
from service.vault.guesses import A_SOURCE, EVERYBODY, Door, guesses_a_second, waits_until
from service.vault.models import GuessCount
from tests.builders.consents import a_consent_body
from tests.builders.intakes import WORDS, an_intake_body
from tests.builders.mine import Own
from tests.builders.people import Desk
from tests.builders.referrals import Street
from tests.houses import FakeClock, House, Key

pytestmark = pytest.mark.database

WRONG = "-".join(["anchor"] * 6)
HOSTILE = "<script>alert('1')</script> {{7*7}} \u202e\" ' & ]]> \U0001f408 ../../etc/passwd \x07"


@pytest.fixture
def desk(client: FlaskClient, outreach: Key) -> Desk:
    """A street worker's app."""
    return Desk(client, outreach)


@pytest.fixture
def intake(desk: Desk) -> Any:
    """Somebody who came in, and holds their words."""
    return desk.take_in(an_intake_body())


@pytest.fixture
def own(client: FlaskClient, intake: Any) -> Own:
    """Their own door."""
    return Own(client, intake["return_code"])


@pytest.fixture
def street(house: House, client: FlaskClient, outreach: Key, clinic: Key, steward: Key) -> Street:
    """A team, a clinic, and an offering between them."""
    return Street(house, client, outreach, clinic, steward)


def entries(house: House, action: str) -> list[Entry]:
    """What is on record about one thing that was done."""
    with house.runtime.database.session(reading=True) as session:
        return list(session.scalars(sa.select(Entry).where(Entry.action == action)))


def test_six_words_show_everything_that_was_said(own: Own, intake: Any) -> None:
    mine = own.read()

    assert mine["person_id"] == intake["person_id"]
    assert [each["verbatim"] for each in mine["intakes"][0]["priorities"]] == [
        each["verbatim"] for each in intake["priorities"]
    ]
    assert mine["help_now"]
    assert mine["limits"]
    assert mine["standing"] == "In touch"


def test_reading_is_on_record_as_the_persons_own(own: Own, house: House, intake: Any) -> None:
    own.read()

    [entry] = entries(house, "mine_read")
    assert (entry.hand, entry.application_id, str(entry.person_id)) == (Hand.PERSON, None, intake["person_id"])


def test_an_application_has_no_business_here(desk: Desk, intake: Any) -> None:
    answer = desk.get("/v1/mine")

    assert intake
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == 'Return-Code realm="making-room"'
    assert "six words" in answer.get_json()["detail"]


def test_six_words_open_no_other_door(client: FlaskClient, intake: Any) -> None:
    answer = client.get(f"/v1/intakes/{intake['id']}", headers={"Return-Code": intake["return_code"]})

    assert answer.status_code == 401


def no_after(own: Own, words: str) -> tuple[int, tuple[tuple[str, str], ...], bytes]:
    answer = Own(own.client, words).get("", **{"X-Request-Id": "same"})
    return answer.status_code, tuple(sorted(answer.headers.items())), answer.get_data()


def test_every_code_that_opens_nothing_has_one_answer(own: Own, desk: Desk, intake: Any, clock: FakeClock) -> None:
    reserved = desk.post("/v1/return-codes", {"count": 2}).get_json()["return_codes"]
    gone = desk.take_in({})
    assert Own(own.client, gone["return_code"]).ask("DELETE").status_code == 200
    replaced = desk.post(f"/v1/people/{intake['person_id']}/return-codes", {"locale": "en"})
    assert replaced.status_code == 201

    answers = {no_after(own, each) for each in (WRONG, "no words at all", "x" * 5000, reserved[0])}
    clock.move(days=91)
    answers |= {no_after(own, each) for each in (reserved[1], gone["return_code"], intake["return_code"])}

    ((status, _, told),) = answers
    assert status == 404
    assert b"no-such-code" in told


def test_no_code_is_told_by_the_time_its_answer_takes(own: Own, desk: Desk, clock: FakeClock) -> None:
    reserved = desk.post("/v1/return-codes", {"count": 1}).get_json()["return_codes"][0]
    times: dict[str, list[float]] = {WRONG: [], "nothing": [], reserved: []}
    for _ in range(6):
        for words, took in times.items():
            clock.move(minutes=61 * 24)
            began = time.perf_counter()
            Own(own.client, words).get()
            took.append(time.perf_counter() - began)

    medians = [statistics.median(took) for took in times.values()]
    assert max(medians) < 2 * min(medians)
    assert min(medians) > 0.02


def test_words_are_changed_in_place_and_nothing_is_lost(own: Own, desk: Desk, intake: Any) -> None:
    read = own.get()
    old = read.get_json()["intakes"][0]["priorities"]
    new = [{"verbatim": "see my kids", "rank": 1}, {**old[0], "rank": 2}]

    changed = own.patch({"priorities": new, "wants_therapy": "maybe"}, read.headers["ETag"])

    assert changed.status_code == 200, changed.get_json()
    now = changed.get_json()["intakes"][0]
    assert [(each["verbatim"], each["rank"]) for each in now["priorities"]] == [("see my kids", 1), (WORDS, 2)]
    assert (now["priorities"][1]["id"], now["wants_therapy"]) == (old[0]["id"], "maybe")
    first = desk.read(f"/v1/intakes/{intake['id']}/versions/1")
    assert [each["verbatim"] for each in first["priorities"]] == [each["verbatim"] for each in old]


def test_a_change_is_on_record_as_the_persons_own(own: Own, house: House) -> None:
    own.patch({"wants_therapy": "no"}, "*")

    assert [entry.hand for entry in entries(house, "intake_amended")] == [Hand.PERSON]


def test_a_change_needs_what_was_read(own: Own) -> None:
    etag = own.get().headers["ETag"]
    assert own.patch({"wants_therapy": "no"}, etag).status_code == 200

    assert own.patch({"wants_therapy": "yes"}, etag).status_code == 412
    assert own.ask("PATCH", "", {}, **{"Content-Type": "application/merge-patch+json"}).status_code == 428


def test_a_new_intake_in_between_makes_what_was_read_old(own: Own, desk: Desk, intake: Any) -> None:
    etag = own.get().headers["ETag"]
    desk.take_in({"person_id": intake["person_id"]})

    assert own.patch({"wants_therapy": "no"}, etag).status_code == 412


def test_whoever_was_found_before_they_said_anything_can_say_it_here(desk: Desk, client: FlaskClient) -> None:
    code = desk.post("/v1/return-codes", {"count": 1}).get_json()["return_codes"][0]
    desk.post("/v1/people/find-by-code", {"return_code": code})
    own = Own(client, code)
    read = own.get()

    said = own.patch({"priorities": [{"verbatim": "a bed"}]}, read.headers["ETag"])

    assert read.get_json()["intakes"] == []
    [first] = said.get_json()["intakes"]
    assert (first["mode"], first["recorded_by"], first["priorities"][0]["verbatim"]) == ("web_self", "person", "a bed")


def test_hostile_words_stay_words(own: Own) -> None:
    own.patch({"priorities": [{"verbatim": HOSTILE}]}, "*")

    page = own.get("/export", Accept="text/html")

    assert own.read()["intakes"][0]["priorities"][0]["verbatim"] == HOSTILE
    text = page.get_data(as_text=True)
    assert "<script>" not in text
    assert "&lt;script&gt;" in text


def test_not_this_one_is_the_persons_own_word(street: Street, client: FlaskClient) -> None:
    offering = street.open_offering()
    came = Desk(client, street.team).take_in(an_intake_body())

    said = Own(client, came["return_code"]).post("/choices", {"offering_id": str(offering), "choice": "not_this_one"})

    assert said.status_code == 201, said.get_json()
    [choice] = said.get_json()["choices"]
    assert (choice["says"], choice["decided_by"], choice["offering"]) == ("Not this one", "person", "Open Door")
    matches = Own(client, came["return_code"]).read("/matches")
    assert str(offering) not in str(matches["items"])


def a_consent(street: Street, client: FlaskClient, offerings: list[uuid.UUID]) -> tuple[Own, Any]:
    """Somebody who came in and allowed something to the providers of these offerings."""
    desk = Desk(client, street.team)
    came = desk.take_in(an_intake_body())
    recipients = [{"provider_id": str(street.provider_of(each))} for each in offerings]
    given = desk.post(f"/v1/people/{came['person_id']}/consents", a_consent_body(recipients=recipients))
    assert given.status_code == 201, given.get_json()
    return Own(client, came["return_code"]), given.get_json()


def test_a_consent_says_to_whom_what_and_can_be_taken_back_in_part_and_whole(
    street: Street, client: FlaskClient
) -> None:
    first, second = street.open_offering("First"), street.open_offering("Second")
    own, consent = a_consent(street, client, [first, second])

    [shown] = own.read()["consents"]
    some = own.post(
        "/revocations",
        {"consent_id": consent["id"], "recipient": {"provider_id": str(street.provider_of(first))}},
    )
    whole = own.post("/revocations", {"everything": True})

    assert [each["name"] for each in shown["recipients"]] == ["First Inc", "Second Inc"]
    assert "What matters to you, in your words." in [each["says"] for each in shown["allows"]]
    assert [each["name"] for each in some.get_json()["consents"][0]["recipients"]] == ["Second Inc"]
    assert (whole.status_code, whole.get_json()["consents"][0]["effective"]) == (201, False)
    assert own.post("/revocations", {"everything": True}).status_code == 201


@pytest.mark.parametrize("body", [{}, {"everything": False}, {"everything": True, "consent_id": str(uuid.uuid4())}])
def test_to_take_back_something_has_to_be_named(own: Own, body: Any) -> None:
    assert own.post("/revocations", body).status_code == 422


def test_nobody_takes_back_what_somebody_else_allowed(street: Street, client: FlaskClient) -> None:
    _, theirs = a_consent(street, client, [street.open_offering()])
    own, _ = a_consent(street, client, [street.open_offering("Other")])

    assert own.post("/revocations", {"consent_id": theirs["id"]}).status_code == 404


def test_who_looked_is_shown_and_who_was_told(street: Street, client: FlaskClient) -> None:
    desk = Desk(client, street.team)
    came = desk.take_in(an_intake_body())
    desk.get(f"/v1/intakes/{came['id']}", **{"Acting-Worker": "w-7"})

    account = Own(client, came["return_code"]).read("/disclosures")

    read = next(each for each in account["looked"] if each["action"] == "intake_read")
    assert (read["worker"], read["says"], read["hand"]) == ("w-7", "Read what you said", "application")
    assert account["told"] == []


def test_whoever_was_told_and_did_not_answer_stands_in_the_notices(street: Street, client: FlaskClient) -> None:
    offering = street.open_offering()
    referral = street.refer(offering)
    with street.house.runtime.database.session(reading=True) as session:
        person = session.execute(
            sa.text("SELECT person_id FROM referral WHERE CAST(id AS TEXT) IN (:id, :hex)"),
            {"id": referral["id"], "hex": uuid.UUID(referral["id"]).hex},
        ).scalar_one()
    desk = Desk(client, street.team)
    code = desk.post(f"/v1/people/{uuid.UUID(str(person))}/return-codes", {"locale": "en"}).get_json()["return_code"]
    own = Own(client, code)
    Desk(client, street.clinic).read(f"/v1/referrals/{referral['id']}")

    told = own.read("/disclosures")["told"]
    before = own.read("/notices")["notices"]
    own.post("/revocations", {"everything": True})
    after = own.read("/notices")["notices"]

    assert {each["to"]["name"] for each in told} == {"Open Door Inc"}
    assert before == []
    assert [each["to"]["name"] for each in after] == ["Open Door Inc"]


def test_changing_the_words_ends_the_old_ones_at_once(own: Own) -> None:
    new = own.post("/return-codes", {"locale": "es"}).get_json()["return_code"]

    assert own.get().status_code == 404
    assert Own(own.client, new).get().status_code == 200


def test_the_copy_holds_everything_as_json_and_as_a_page(own: Own) -> None:
    own.patch({"priorities": [{"verbatim": "see my kids"}]}, "*")

    copy = own.read("/export")
    page = own.get("/export", Accept="text/html", **{"Accept-Language": "es"})

    assert [each["version"] for each in copy["versions"]] == [2, 1]
    assert WORDS in str(copy["versions"][1])
    text = page.get_data(as_text=True)
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    assert 'lang="es"' in text
    assert {"see my kids" in text, WORDS in text} == {True}
    assert page.headers["Cache-Control"] == "no-store"
    assert "src=" not in text


def test_other_operations_stay_json(own: Own) -> None:
    assert own.get("", Accept="text/html").status_code == 406


def test_wrong_words_have_to_wait_by_address_and_longer_each_time(own: Own, clock: FakeClock) -> None:
    # Waits grow within a day, so the day has just begun.
    clock.move(seconds=86_400 - clock.now().timestamp() % 86_400)
    stranger = Own(own.client, WRONG, "198.51.100.9")

    def guess_until_stopped() -> int:
        for _ in range(A_SOURCE):
            assert stranger.get().status_code == 404
            clock.move(seconds=1)
        stopped = stranger.get()
        assert stopped.status_code == 429
        return int(stopped.headers["Retry-After"])

    waits = []
    for _ in range(3):
        waits.append(guess_until_stopped())
        assert own.get().status_code == 200
        clock.move(seconds=waits[-1])

    assert [round(wait / 600) for wait in waits] == [1, 2, 4]


def test_right_words_are_no_guesses(own: Own, clock: FakeClock) -> None:
    statuses = set()
    for _ in range(A_SOURCE * 2):
        statuses.add(own.get().status_code)
        clock.move(seconds=1)

    assert statuses == {200}


def test_a_flood_at_this_door_leaves_the_other_one_open(house: House, own: Own, desk: Desk, intake: Any) -> None:
    now = int(house.clock.now().timestamp())
    with house.runtime.vault.opened() as store:
        for second in range(now, now + 20):
            store.add(GuessCount(source=Door.OWN.encode(), stretch=second, wrong=EVERYBODY))

    stopped = own.get()

    assert (stopped.status_code, stopped.headers["Retry-After"]) == (429, "1")
    assert desk.post("/v1/people/find-by-code", {"return_code": intake["return_code"]}).status_code == 200


@pytest.mark.parametrize(("live", "most"), [(0, 10), (1_160_000, 10), (2_000_000, 5), (10_000_000, 1), (10**9, 1)])
def test_more_live_codes_allow_fewer_guesses(live: int, most: int) -> None:
    assert guesses_a_second(live) == most


def test_waits_double() -> None:
    assert [waits_until(range(10, 10 + spent)) // 600 - 10 for spent in (1, 2, 3, 4)] == [1, 3, 6, 11]


def test_two_organizations_have_one_door(client: FlaskClient, make_key: Callable[..., Key]) -> None:
    came = [Desk(client, make_key()).take_in({}) for _ in range(2)]

    seen = [Own(client, each["return_code"]).read()["person_id"] for each in came]

    assert seen == [each["person_id"] for each in came]


def test_everything_is_erased_at_the_persons_word(own: Own, desk: Desk, house: House, intake: Any) -> None:
    gone = own.ask("DELETE", **{"Accept-Language": "es"})

    assert (gone.status_code, list(gone.get_json())) == (200, ["erased_at", "done", "stays", "cannot_be_unsaid"])
    assert own.get().status_code == 404
    assert desk.get(f"/v1/intakes/{intake['id']}").status_code == 404
    assert [entry.hand for entry in entries(house, "person_erased")] == [Hand.PERSON]
