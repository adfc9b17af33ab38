"""Police and courts demand: everything is held, nothing is looked up, and a subpoena alone opens nothing."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from service.access.rules import Role
from service.consents.models import Disclosure
from service.consents.terms import Basis
from tests.builders.law import ORDER_AND_SUBPOENA, a_demand
from tests.builders.mine import Own
from tests.builders.people import Desk
from tests.houses import House, Key

pytestmark = pytest.mark.database

SAID = {"name_to_use": "Ruby", "safe_contact": {"preference": "person_returns"}, "pronouns": "she"}
PATH = "/v1/legal-demands"


@pytest.fixture
def hub(client: FlaskClient, coordinator: Key) -> Desk:
    """A coordinator's screen."""
    return Desk(client, coordinator)


@pytest.fixture
def lead(client: FlaskClient, coordinator: Key, make_key: Callable[..., Key]) -> Desk:
    """The privacy lead of the same organization."""
    return Desk(client, make_key(Role.PRIVACY_LEAD, organization_id=coordinator.organization_id))


def record(lead: Desk, worker: str = "front-desk", **changes: Any) -> str:
    """Put a demand on record, and answer where it is."""
    answer = lead.post(PATH, a_demand(**changes), **{"Acting-Worker": worker})
    assert answer.status_code == 201, answer.get_data(as_text=True)
    return f"{PATH}/{answer.get_json()['id']}"


def approve(lead: Desk, path: str, worker: str, person_id: str, *groups: str) -> Any:
    """Approve as a worker."""
    body = {"person_id": person_id, "field_groups": list(groups or ("name",))}
    return lead.post(f"{path}/approvals", body, **{"Acting-Worker": worker})


def release(lead: Desk, path: str, person_id: str, *groups: str, worker: str = "achebe") -> Any:
    """Release as a worker."""
    body = {"person_id": person_id, "field_groups": list(groups or ("name",))}
    return lead.post(f"{path}/releases", body, **{"Acting-Worker": worker})


def test_a_demand_is_recorded_and_held(lead: Desk) -> None:
    answer = lead.post(PATH, a_demand(reference="24-1177"), **{"Acting-Worker": "front-desk"})

    held = answer.get_json()
    assert (held["state"], held["nothing_was_looked_up"]) == ("held", True)
    assert set(held) == {"id", "state", "what_happens_next", "nothing_was_looked_up", "language_findings"}
    read = lead.read(f"{PATH}/{held['id']}")
    assert read["from"] == {"name": "Det. Harlan", "office": "County, narcotics unit"}
    assert (read["about_words"], read["reference"]) == ("whoever goes by Ruby", "24-1177")
    assert [each["id"] for each in lead.read(PATH)["items"]] == [held["id"]]


def test_who_is_named_changes_neither_bytes_nor_statements(house: House, hub: Desk, lead: Desk) -> None:
    came = hub.take_in(SAID)
    answers, asked = [], []

    for words in ("Ruby", "Nobody", came["person_id"], came["return_code"]):
        with statements(house) as seen:
            answer = lead.post(PATH, a_demand(about_words=words)).get_json()
        answers.append({**answer, "id": None})
        asked.append(seen)

    assert all(each == answers[0] for each in answers)
    assert all(each == asked[0] for each in asked)
    tables = ("person", "intake", "intake_version", "consent", "referral", "choice")
    assert not [each for each in asked[0] if any(f" {table} " in f"{each} " for table in tables)]


def test_what_it_says_is_sealed_for_the_house(house: House, lead: Desk) -> None:
    record(lead)

    with house.runtime.database.session(reading=True) as session:
        sealed = session.execute(sa.text("SELECT sealed FROM legal_demand")).scalar_one()
    assert b"Ruby" not in bytes(sealed)
    assert b"Harlan" not in bytes(sealed)


@pytest.mark.parametrize("kind", ["subpoena", "warrant", "investigative_demand", "other", "court_order"])
def test_one_paper_alone_opens_nothing_whoever_approves(house: House, hub: Desk, lead: Desk, kind: str) -> None:
    person_id = hub.take_in(SAID)["person_id"]
    path = record(lead, kind=kind, documents=[{"kind": kind, "received_on": "2026-11-24"}])

    answers = [approve(lead, path, worker, person_id) for worker in ("achebe", "lindqvist", "okoro")]

    assert {each.status_code for each in answers} == {409}
    assert {each.get_json()["type"] for each in answers} == {"/problems/papers-missing"}
    assert release(lead, path, person_id).status_code == 409
    assert told(house) == []


def test_both_papers_and_two_people_open_what_the_order_names_once(house: House, hub: Desk, lead: Desk) -> None:
    person_id = hub.take_in(SAID)["person_id"]
    path = record(lead)
    for document in ORDER_AND_SUBPOENA:
        assert lead.post(f"{path}/documents", document).status_code == 201
    first = approve(lead, path, "achebe", person_id)
    early = release(lead, path, person_id)
    second = approve(lead, path, "lindqvist", person_id)
    more = release(lead, path, person_id, "name", "contact")

    done = release(lead, path, person_id)
    again = release(lead, path, person_id)

    assert (first.get_json()["state"], second.get_json()["state"]) == ("held", "approved_for_release")
    assert (early.status_code, more.status_code) == (409, 409)
    assert done.status_code == 201, done.get_data(as_text=True)
    assert done.get_json()["shared"] == {"name": {"name_to_use": "Ruby", "pronouns": "she"}}
    assert again.status_code == 409
    assert told(house) == [(Basis.COURT_ORDER, ["name"])]


def test_the_person_reads_which_court_was_told_and_who_agreed(hub: Desk, lead: Desk) -> None:
    came = hub.take_in(SAID)
    path = record(lead, documents=list(ORDER_AND_SUBPOENA))
    for worker in ("achebe", "lindqvist"):
        approve(lead, path, worker, came["person_id"])
    release(lead, path, came["person_id"])

    seen = Own(lead.client, came["return_code"]).read("/disclosures")

    told_groups = [(each["basis"], [group["code"] for group in each["field_groups"]]) for each in seen["told"]]
    assert told_groups == [("court_order", ["name"])]
    agreed = [each for each in seen["looked"] if each["action"] == "legal_demand_approved"]
    assert [each["worker"] for each in agreed] == ["lindqvist", "achebe"]
    assert {each["says"] for each in agreed} == {"Read a court order that names you, and agreed to follow it"}


def test_who_recorded_it_and_who_approved_before_do_not_count(hub: Desk, lead: Desk) -> None:
    person_id = hub.take_in(SAID)["person_id"]
    path = record(lead, documents=ORDER_AND_SUBPOENA)
    body = {"person_id": person_id, "field_groups": ["name"]}

    answers = {
        "nobody": lead.post(f"{path}/approvals", body),
        "recorder": approve(lead, path, "front-desk", person_id),
        "first": approve(lead, path, "achebe", person_id),
        "twice": approve(lead, path, "achebe", person_id),
        "otherwise": approve(lead, path, "lindqvist", person_id, "name", "contact"),
    }

    assert {name: each.status_code for name, each in answers.items()} == {
        "nobody": 422, "recorder": 409, "first": 201, "twice": 409, "otherwise": 409,
    }  # fmt: skip
    assert lead.read(path)["state"] == "held"


def test_a_demand_that_nobody_signed_for_is_held_and_never_opened(hub: Desk, lead: Desk) -> None:
    answer = lead.post(PATH, a_demand(documents=ORDER_AND_SUBPOENA)).get_json()

    refused = approve(lead, f"{PATH}/{answer['id']}", "achebe", hub.take_in(SAID)["person_id"])

    assert (refused.status_code, refused.get_json()["type"]) == (409, "/problems/recorder-not-known")


def test_two_releases_at_once_tell_once(house: House, hub: Desk, lead: Desk) -> None:
    person_id = hub.take_in(SAID)["person_id"]
    path = record(lead, documents=ORDER_AND_SUBPOENA)
    for worker in ("achebe", "lindqvist"):
        approve(lead, path, worker, person_id)
    statuses: list[int] = []
    gate = threading.Barrier(2)

    def ask() -> None:
        desk = Desk(house.app.test_client(), lead.key)
        gate.wait()
        statuses.append(release(desk, path, person_id).status_code)

    threads = [threading.Thread(target=ask) for _ in range(2)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()

    assert sorted(statuses) == [201, 409]
    assert len(told(house)) == 1


def test_a_demand_is_answered_without_data_and_stays_so(lead: Desk) -> None:
    path = record(lead)

    done = lead.post(f"{path}/moves", {"move": "answer_without_data"}).get_json()
    after = lead.post(f"{path}/moves", {"move": "withdraw"})

    assert (done["state"], done["allowed_moves"]) == ("answered_without_data", [])
    assert (after.status_code, after.get_json()["allowed_moves"]) == (409, [])
    assert lead.post(f"{path}/documents", ORDER_AND_SUBPOENA[0]).status_code == 409


def test_nobody_else_reads_or_writes_them(
    client: FlaskClient, lead: Desk, make_key: Callable[..., Key], auditor: Key, hub: Desk
) -> None:
    path = record(lead)
    foreign = Desk(client, make_key(Role.PRIVACY_LEAD))

    assert {foreign.get(path).status_code, approve(foreign, path, "a", path[-36:]).status_code} == {404}
    assert {desk.get(path).status_code for desk in (hub, Desk(client, auditor))} == {403}


@contextmanager
def statements(house: House) -> Iterator[list[str]]:
    """Every statement that the main database and the key store are asked meanwhile."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        seen.append(statement)

    engines = (house.runtime.database.engine, house.runtime.vault.store.engine)
    for engine in engines:
        sa.event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        for engine in engines:
            sa.event.remove(engine, "before_cursor_execute", note)


def told(house: House) -> list[tuple[Basis, list[str]]]:
    """What was told so far."""
    with house.runtime.database.session(reading=True) as session:
        return [(each.basis, each.field_groups) for each in session.execute(sa.select(Disclosure)).scalars()]
