"""The second wall: PostgreSQL shows a transaction the rows of the organization that it acts for, whatever is asked."""

from __future__ import annotations

import os
import re
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa
from alembic import command
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import Session

from service.access.rules import Role
from service.app import create_app
from service.cli import alembic_config
from service.consents.models import ConsentVersion
from service.database import Database, Record
from service.intakes.models import IntakeRecord
from service.ledger.sealing import seal_entries
from service.matching.models import RecordedApplicant
from service.people.models import PersonRecord
from service.referrals.models import HandOff, ReferralRecord
from service.rows import PlainInsert, write_row
from service.wall import act_for, come_as, standing_in
from tests import servers
from tests.builders.referrals import Street
from tests.houses import House, Key
from tests.houses import make_key as make_key_of

pytestmark = pytest.mark.database

# Who may knock, and the directory: the first is asked before anybody is known, the second is public knowledge.
# A tombstone is a random id that is nobody's any more: readiness has to see all of them.
OPEN_GROUND = {
    "organization",
    "application",
    "api_key",
    "provider",
    "attestation",
    "credential_verification",
    "erasure",
}
OPERATIONS = Path(__file__).resolve().parents[2] / "docs" / "operations.md"
WHOSE = ("organization_id", "audience_id", "person_id")
# Whose ids are made here, and nobody asks by them.
KNOWN_BY_NOBODY = {"ledger_entry", "event"}
THE_CURE = """
Table {name} says whose its rows are, and has no wall. In the migration that makes it, for PostgreSQL: ENABLE and FORCE
ROW LEVEL SECURITY, and the policies its_organization and the_house, as 0015 does for the tables in WALLED.
"""


@dataclass(frozen=True, slots=True)
class Advised:
    """The database as its web role sees it, and as its worker role does."""

    web: Database
    worker: Database


@pytest.fixture
def house(houses: Callable[[str], House]) -> House:
    """A wiped house on PostgreSQL; SQLite has no wall."""
    if not os.environ.get("TEST_DATABASE_URL"):
        pytest.skip("no PostgreSQL was found")
    built = houses("postgresql")
    built.wipe()
    return built


@pytest.fixture
def street(client: FlaskClient, house: House, make_key: Callable[..., Key]) -> Street:
    """A team that referred two people to a clinic, one with a consent and one by their own hand."""
    street = Street(house, client, make_key(Role.OUTREACH), make_key(Role.CLINIC), make_key(Role.STEWARD))
    street.open_offering()
    street.refer()
    street.carry()
    street.post(street.team, "/v1/intakes", {}, expect=201)
    client.post("/v1/intakes", json={}, headers={**street.team.headers, "Idempotency-Key": "once"})
    return street


def walled() -> dict[str, sa.Table]:
    """The tables that hold something of an organization's people."""
    said = {name: table for name, table in Record.metadata.tables.items() if any(each in table.c for each in WHOSE)}
    return {name: table for name, table in said.items() if name not in OPEN_GROUND}


def seen(session: Session, table: sa.Table) -> int:
    """How many rows a question without any WHERE finds."""
    return session.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()


def test_every_table_that_says_whose_it_is_stands_behind_the_wall(house: House) -> None:
    with house.runtime.database.session() as session:
        forced = set(
            session.scalars(sa.text("SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity"))
        )
        policies = {tuple(each) for each in session.execute(sa.text("SELECT tablename, policyname FROM pg_policies"))}

    for name in walled():
        there = name in forced and {(name, "its_organization"), (name, "the_house")} <= policies
        assert there, THE_CURE.format(name=name)


def test_whose_it_is_comes_first_in_every_key_by_which_somebody_may_ask() -> None:
    asked_by_id = {name: table for name, table in walled().items() if name not in KNOWN_BY_NOBODY}

    for name, table in asked_by_id.items():
        assert next(iter(table.primary_key.columns)).name == "organization_id", f"{name} is found by its id alone"


@pytest.mark.parametrize("says", [True, False], ids=["another", "nobody"])
def test_whoever_acts_for_another_or_for_nobody_sees_nobody(
    house: House, street: Street, make_key: Callable[..., Key], says: bool
) -> None:
    stranger = make_key(Role.OUTREACH).organization_id
    with house.answering.database.session() as session:
        if says:
            act_for(session, stranger)
        found = {name: seen(session, table) for name, table in walled().items()}

    assert found == dict.fromkeys(walled(), 0)


def test_the_organization_itself_sees_its_rows_in_every_table_that_has_any(house: House, street: Street) -> None:
    with house.runtime.database.session() as session:
        there = {name for name, table in walled().items() if seen(session, table)}
    with house.answering.database.session() as session:
        act_for(session, street.team.organization_id)
        found = {name for name, table in walled().items() if seen(session, table)}

    assert found == there
    assert {"person", "intake", "consent", "referral", "hand_off", "ledger_entry", "event", "disclosure"} <= found


def test_nothing_is_written_for_another_organization(house: House, street: Street) -> None:
    clinic = street.clinic.organization_id
    with house.answering.database.session() as session:
        act_for(session, clinic)
        changed = session.execute(sa.update(ReferralRecord).values(version=99))
        gone = session.execute(sa.delete(IntakeRecord))
    now = house.clock.now()
    row = {"organization_id": street.team.organization_id, "id": uuid.uuid4(), "status": "open", "version": 1,
           "first_came_at": now, "last_contact_at": now}  # fmt: skip

    assert (changed.rowcount, gone.rowcount) == (0, 0)  # type: ignore[attr-defined]
    with house.answering.database.session() as session:
        act_for(session, clinic)
        with pytest.raises(ProgrammingError, match="row-level security"):
            session.execute(sa.insert(PersonRecord).values(row))
        session.rollback()


def test_a_recipient_sees_the_referral_and_reaches_the_rest_only_standing_in(house: House, street: Street) -> None:
    ours = {table: street.kept(sa.select(sa.func.count()).select_from(table))[0] for table in (ReferralRecord, HandOff)}
    with house.answering.database.session() as session:
        act_for(session, street.clinic.organization_id)
        referrals, tokens = _count(session, ReferralRecord), _count(session, HandOff)
        before = _count(session, ConsentVersion)
        with standing_in(session, street.team.organization_id):
            inside = _count(session, ConsentVersion)
        after = _count(session, ConsentVersion)

    assert (referrals, tokens) == (ours[ReferralRecord], ours[HandOff])
    assert (before, inside, after) == (0, 1, 0)


def test_a_refusal_inside_leaves_no_door_open(house: House, street: Street) -> None:
    with house.answering.database.session() as session:
        act_for(session, street.clinic.organization_id)
        with pytest.raises(LookupError), standing_in(session, street.team.organization_id):
            raise LookupError

        assert _count(session, ConsentVersion) == 0


def test_somebody_at_their_own_door_sees_their_own_row_and_no_other(house: House, street: Street) -> None:
    person_id = street.kept(sa.select(PersonRecord.id))[0]
    with house.answering.database.session() as session:
        come_as(session, person_id)
        found = session.scalars(sa.select(PersonRecord)).one()
        intakes_before = _count(session, IntakeRecord)
        act_for(session, found.organization_id)
        intakes_after = _count(session, IntakeRecord)

    assert (found.id, found.organization_id) == (person_id, street.team.organization_id)
    assert intakes_before == 0
    assert intakes_after > 0


def test_what_a_transaction_said_is_over_with_it(house: House, street: Street) -> None:
    database = Database(house.runtime.settings.database_url, pool_size=1)
    found = []
    for organization_id in (street.team.organization_id, None):
        with database.session() as session:
            if organization_id is not None:
                act_for(session, organization_id)
            served = session.execute(sa.text("SELECT pg_backend_pid()")).scalar_one()
            found.append((served, _count(session, IntakeRecord) > 0))
    database.dispose()

    assert found[0][0] == found[1][0]
    assert [saw for _, saw in found] == [True, False]


def test_to_act_for_somebody_costs_taking_in_no_journey(house: House, street: Street, client: FlaskClient) -> None:
    asked: list[str] = []

    def listen(*event: Any) -> None:
        asked.append(event[2])

    sa.event.listen(house.answering.database.engine, "before_cursor_execute", listen)
    client.post("/v1/intakes", json={}, headers=street.team.headers)
    sa.event.remove(house.answering.database.engine, "before_cursor_execute", listen)

    assert [each.split()[0] for each in asked] == ["SELECT", "WITH"]
    assert "set_config" in asked[0]


@pytest.fixture
def advised(house: House) -> Iterator[Advised]:
    """A database of its own, made and granted as docs/operations.md tells an owner to."""
    owned, unique = servers.new_database(), uuid.uuid4().hex[:8]
    before, after = (block.replace("making_room_", f"making_room_{unique}_") for block in _advised_sql())
    roles = [f"making_room_{unique}_{role}" for role in ("web", "worker")]
    with psycopg.connect(os.environ["TEST_DATABASE_URL"], autocommit=True) as server:
        for role in roles:
            server.execute(f"CREATE ROLE {role} LOGIN PASSWORD '{role}'")
    _run(owned, before)
    command.upgrade(alembic_config("main", owned), "head")
    _run(owned, after)
    web, worker = (
        Database(sa.make_url(owned).set(username=role, password=role).render_as_string(hide_password=False), at_work=at)
        for role, at in zip(roles, (False, True), strict=True)
    )
    for database in (web, worker):
        database.lends["vault"] = house.runtime.vault
    yield Advised(web, worker)
    for database in (web, worker):
        database.dispose()
    servers.drop_database(owned)
    with psycopg.connect(os.environ["TEST_DATABASE_URL"], autocommit=True) as server:
        server.execute(f"DROP ROLE {', '.join(roles)}")


def test_the_grants_that_we_advise_are_enough(house: House, advised: Advised) -> None:
    key = make_key_of(replace(house, runtime=replace(house.runtime, database=advised.worker)))
    client = _app_over(house, advised.web).test_client()

    ready = client.get("/readyz")
    taken_in = client.post("/v1/intakes", json={}, headers=key.headers)
    erased = client.delete("/v1/mine", headers={"Return-Code": taken_in.get_json()["return_code"]})
    sealed = seal_entries(advised.worker, Ed25519PrivateKey.generate(), now=house.clock.now())

    assert (ready.status_code, taken_in.status_code, erased.status_code) == (200, 201, 200)
    assert sealed > 0


def test_the_grants_that_we_advise_let_applicants_be_added_and_read_by_the_worker_alone(advised: Advised) -> None:
    row = {"id": uuid.uuid4(), "month": date(2026, 11, 1), "sealed": b"x"}
    with advised.web.session() as session:
        write_row(session, PlainInsert(RecordedApplicant), row)
    with advised.worker.session() as session:
        kept = session.scalars(sa.select(RecordedApplicant.id)).all()

    assert kept == [row["id"]]


@pytest.mark.parametrize(
    ("role", "statement"),
    [
        ("web", "UPDATE ledger_entry SET action = 'nothing'"),
        ("web", "UPDATE ledger_entry SET batch = NULL"),
        ("web", "DELETE FROM ledger_entry"),
        ("web", "DELETE FROM ledger_batch"),
        ("web", "TRUNCATE ledger_entry"),
        ("web", "SELECT * FROM recorded_applicant"),
        ("web", "DELETE FROM recorded_applicant"),
        ("worker", "UPDATE ledger_entry SET action = 'nothing'"),
        ("worker", "TRUNCATE ledger_entry"),
        ("worker", "DELETE FROM alembic_version"),
    ],
)
def test_the_grants_that_we_advise_keep_the_ledger_as_it_was_written(
    advised: Advised, role: str, statement: str
) -> None:
    database = advised.web if role == "web" else advised.worker
    with pytest.raises(ProgrammingError, match="permission denied"), database.session() as session:
        session.execute(sa.text(statement))


def _advised_sql() -> tuple[str, str]:
    """What docs/operations.md tells an owner to run before and after `migrate`."""
    blocks = re.findall(r"```sql\n(.*?)```", OPERATIONS.read_text(), re.DOTALL)
    before, after = [block for block in blocks if "making_room_web" in block and "CREATE ROLE" not in block]
    return before, after


def _run(url: str, statements: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statements.encode())


def _app_over(house: House, database: Database) -> Flask:
    return create_app(runtime=replace(house.runtime, database=database))


def test_a_role_that_passes_through_the_wall_is_never_ready(house: House) -> None:
    url = sa.make_url(os.environ["TEST_DATABASE_URL"]).set(database=house.runtime.database.url.database)
    above = Database(url.render_as_string(hide_password=False))
    above.lends["vault"] = house.runtime.vault
    client = create_app(runtime=replace(house.runtime, database=above)).test_client()

    answer = client.get("/readyz")
    above.dispose()

    assert answer.status_code == 503
    assert house.app.test_client().get("/readyz").status_code == 200


def _count(session: Session, record: type[Record]) -> int:
    return session.execute(sa.select(sa.func.count()).select_from(record)).scalar_one()
