"""Confidential places: everybody knows the area; where the door is, whoever was accepted and walks there."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from service.database import Record
from service.documents import to_document
from service.providers import actions as providers
from service.providers import queries as directory
from service.providers.models import OfferingRecord
from service.providers.rules import Site, with_what_was_hidden
from tests.builders.mine import Own, Phone
from tests.builders.referrals import Street
from tests.contract.matrix import ask, ids_for, operations_of, read_matrix
from tests.contract.rehearsal import rehearsing_app
from tests.contract.world import World
from tests.houses import House, Key

pytestmark = pytest.mark.database

ADDRESS = "17 Wren Hollow Lane"
DOOR = Site(latitude=37.77123, longitude=-122.41117, name="The house", address=ADDRESS, confidential=True)
OPEN_DESK = Site(latitude=37.7, longitude=-122.4, name="The desk", address="1 Market St")
# What nobody may find anywhere: the address, and either half of where the door is.
SECRETS = (ADDRESS, "37.77123", "122.41117")
AREA = {"latitude": 37.8, "longitude": -122.4, "address": None}
EXACTLY = {"latitude": DOOR.latitude, "longitude": DOOR.longitude, "address": ADDRESS}


@pytest.fixture
def street(house: House, client: FlaskClient, outreach: Key, clinic: Key, steward: Key) -> Street:
    """A team, a clinic, and the clinic's offering with a desk that everybody may know and a house that not."""
    built = Street(house, client, outreach, clinic, steward)
    built.open_offering("Safe House", sites=(OPEN_DESK, DOOR))
    return built


def door_of(offering: Any) -> dict[str, Any]:
    """Where the confidential house is said to be."""
    [house] = [site for site in offering["sites"] if site["confidential"]]
    return {name: house[name] for name in ("latitude", "longitude", "address")}


def told(street: Street, key: Key, referral: Any) -> dict[str, Any]:
    """Where the house is, as somebody reads it in a referral."""
    return door_of(street.read(key, referral)["offering"])


def moved(street: Street, key: Key, referral: Any, *moves: str, **body: Any) -> Any:
    """Go some steps; answer the referral as the last mover sees it."""
    for move in moves:
        referral = street.move(key, {**referral, "version": _version(street, key, referral)}, move, **body)
    return referral


def _version(street: Street, key: Key, referral: Any) -> int:
    return int(street.read(key, referral)["version"])


def test_the_address_is_told_once_they_accepted_and_to_those_who_go_there(street: Street) -> None:
    referral = street.refer()
    before = told(street, street.team, referral)
    accepted = moved(street, street.clinic, referral, "accept")

    assert before == AREA
    assert told(street, street.team, referral) == EXACTLY
    assert door_of(accepted["offering"]) == AREA  # Whoever lives behind the door needs no answer that says where it is.
    assert told(street, street.clinic, referral) == AREA
    everybody = street.read(street.team, referral)["offering"]["sites"][0]
    assert (everybody["address"], everybody["latitude"]) == ("1 Market St", 37.7)


@pytest.mark.parametrize(
    ("by", "moves", "body"),
    [
        ("clinic", ("receive",), {}),
        ("clinic", ("receive", "needs_more_talk"), {}),
        ("clinic", ("waitlist",), {}),
        ("clinic", ("waitlist", "pause"), {}),
        ("clinic", ("decline",), {"reason": {"code": "provider_no_capacity"}}),
        ("team", ("pause",), {}),
        ("team", ("no_reply",), {}),
        ("team", ("withdraw",), {}),
        ("team", ("enter_in_error",), {}),
    ],
)
def test_before_somebody_is_accepted_there_is_no_address(
    street: Street, by: str, moves: tuple[str, ...], body: dict[str, Any]
) -> None:
    referral = street.refer()
    moved(street, getattr(street, by), referral, *moves, **body)

    assert told(street, street.team, referral) == AREA


@pytest.mark.parametrize("then", ["schedule", "not_met_yet", "first_meeting", "pause"])
def test_while_somebody_is_on_their_way_there_the_address_is_there(street: Street, then: str) -> None:
    referral = street.refer()
    moved(street, street.clinic, referral, "accept")
    moved(street, street.team, referral, then)

    assert told(street, street.team, referral) == EXACTLY


@pytest.mark.parametrize("ends", ["withdraw", "close", "lost_touch", "enter_in_error"])
def test_when_the_way_there_is_over_so_is_the_address(street: Street, ends: str) -> None:
    referral = street.refer()
    moved(street, street.clinic, referral, "accept")
    moved(street, street.team, referral, ends)

    assert told(street, street.team, referral) == AREA


def test_a_hand_off_tells_it_when_it_was_shown_and_they_accepted(street: Street) -> None:
    carried = street.carry()
    before = told(street, street.team, carried)
    shown = street.post(street.clinic, "/v1/hand-offs/present", {"token": carried["hand_off"]["token"]}, expect=200)
    presented = told(street, street.team, carried)
    moved(street, street.clinic, carried, "accept")

    assert door_of(carried["offering"]) == before == presented == door_of(shown["offering"]) == AREA
    assert told(street, street.team, carried) == EXACTLY


def test_to_write_down_a_meeting_is_not_to_be_accepted(street: Street) -> None:
    carried = street.carry()
    met = moved(street, street.team, carried, "first_meeting", "connected")

    assert met["state"] == "connected"
    assert door_of(met["offering"]) == AREA


def test_the_person_reads_it_at_their_own_door_when_they_are_accepted(street: Street, client: FlaskClient) -> None:
    with_words = street.post(street.team, "/v1/intakes", {"priorities": [{"verbatim": "somewhere safe"}]})
    intake = SimpleNamespace(id=UUID(with_words["id"]), person_id=UUID(with_words["person_id"]))
    referral = street.refer(intake=intake)
    words = with_words["return_code"]
    own = Own(client, words)
    before, page_before = own.read()["referrals"][0], _page(street, words)
    moved(street, street.clinic, referral, "accept")
    accepted, page, copy = own.read()["referrals"][0], _page(street, words), own.read("/export")
    moved(street, street.team, referral, "withdraw")
    after, page_after = own.read()["referrals"][0], _page(street, words)

    assert [door_of(each) for each in (before, accepted, after)] == [AREA, EXACTLY, AREA]
    assert [ADDRESS in each for each in (page_before, page, page_after)] == [False, True, False]
    assert ADDRESS in json.dumps(copy)


def _page(street: Street, words: str) -> str:
    """What the person's own page says."""
    phone = Phone(street.house.app.test_client())
    phone.come_in(words)
    return phone.page()


def test_whoever_changes_what_they_were_shown_does_not_lose_the_door(street: Street) -> None:
    path = f"/v1/offerings/{street.offerings[0]}"
    shown = street.client.get(path, headers=street.clinic.headers).get_json()
    kept = ("name", "kind", "categories", "settings", "sites", "languages_spoken", "limits")
    body = {name: shown[name] for name in kept}
    body["sites"][1]["hours"] = [{"days": ["mon"], "from": "09:00", "to": "12:00"}]
    answer = street.client.put(path, json=body, headers={**street.clinic.headers, "If-Match": "*"})
    with street.house.runtime.database.session() as session:
        sites = directory.get_offering(session, street.offerings[0]).facts.sites

    assert answer.status_code == 200, answer.text
    assert all(secret not in answer.text for secret in SECRETS)
    assert (sites[1].latitude, sites[1].longitude, sites[1].address) == (DOOR.latitude, DOOR.longitude, ADDRESS)
    assert sites[1].hours


def test_what_was_hidden_comes_back_only_to_the_same_place() -> None:
    shown, moved_on = DOOR.shown(), replace(DOOR.shown(), latitude=37.9)
    told_anew = replace(DOOR.shown(), address="2 Other St")

    assert with_what_was_hidden((shown,), (DOOR,)) == (DOOR,)
    assert with_what_was_hidden((moved_on, told_anew), (DOOR,)) == (moved_on, told_anew)
    assert with_what_was_hidden((shown, shown), (DOOR,)) == (DOOR, shown)
    assert with_what_was_hidden((replace(shown, confidential=False),), (DOOR,))[0].address is None


# The sweep: everything that anybody may ask.


def hide_everywhere(house: House) -> None:
    """Give every offering of the directory a confidential place."""
    with house.runtime.database.session() as session:
        for record in session.scalars(sa.select(OfferingRecord)):
            record.facts = {**record.facts, "sites": [to_document(DOOR)]}
            record.changed_in = providers.raise_version(session)


def answers(world: World, app: Any) -> Iterator[tuple[str, str, str]]:
    """What everybody who holds a scope is answered, by every operation, about what is theirs and what is not."""
    roles, rules = read_matrix()
    client = app.test_client()
    for operation in operations_of(app):
        rule = rules[operation.name]
        for identity in world.everybody(rule.scope or ""):
            if rule.scope in (*roles.get(identity.role, ()), None) or identity.role == "person":
                for relation in {"own", "recipient", "nobody"} & set(rule.relations()):
                    body = rule.said.get(f"body_{relation}", rule.body)
                    answer = ask(client, operation, body, identity, ids_for(world, identity, relation))
                    yield operation.name, identity.name, answer.get_data(as_text=True)


def test_no_answer_to_anybody_holds_what_is_confidential(house: House) -> None:
    world = World(house).build()
    hide_everywhere(house)
    with rehearsing_app(house) as app:
        said = list(answers(world, app))

    assert [(name, who) for name, who, text in said if _tells(text)] == []
    shows_area = {name for name, _, text in said if '"confidential":true' in text.replace(" ", "")}
    assert {"read_offering", "list_offerings", "read_referral", "make_move", "read_mine"} <= shows_area


def test_nothing_that_is_kept_or_told_besides_holds_it_when_somebody_was_accepted(street: Street) -> None:
    referral = street.refer()
    moved(street, street.clinic, referral, "accept")
    street.read(street.team, referral)
    with street.house.runtime.database.session() as session:
        rows = {
            table.name: [str(dict(row)) for row in session.execute(sa.select(table)).mappings()]
            for table in Record.metadata.sorted_tables
            if table.name != OfferingRecord.__tablename__
        }

    assert [name for name, kept in rows.items() if _tells("\n".join(kept))] == []
    assert rows["ledger_entry"]
    assert rows["event"]


def _tells(text: str) -> bool:
    return any(secret in text for secret in SECRETS)
