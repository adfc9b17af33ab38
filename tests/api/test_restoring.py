"""Copies: made while the service runs, put back, and nobody comes back with them who was erased since."""

from __future__ import annotations

import base64
import json
import os
import shlex
import shutil
import sqlite3
import subprocess
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result
from flask.testing import FlaskClient

from service.access.actions import set_retention
from service.app import nobody_came_back
from service.cli import cli
from service.consents.gate import forget_old_disclosures
from service.consents.models import Disclosure
from service.database import Record
from service.erasure.actions import erase_past_their_clock
from service.erasure.restoring import brings_nobody_back, erase_again
from service.people.models import PersonRecord, Tombstone
from service.vault.models import Erased, PersonKey
from tests.builders.people import Desk
from tests.builders.referrals import Street
from tests.houses import FakeClock, House, Key

pytestmark = pytest.mark.database
Command = Callable[..., Result]


@pytest.fixture
def desk(client: FlaskClient, outreach: Key) -> Desk:
    """A worker's app."""
    return Desk(client, outreach)


@pytest.fixture
def street(house: House, client: FlaskClient, outreach: Key, clinic: Key, steward: Key) -> Street:
    """A team and a clinic that has an offering."""
    built = Street(house, client, outreach, clinic, steward)
    built.open_offering()
    return built


@pytest.fixture
def command(house: House, tmp_path: Path) -> Command:
    """Run a command against the house."""
    settings = house.runtime.settings
    key = settings.master_keys[0]
    environment = {
        "DATA_DIR": str(tmp_path), "DATABASE_URL": settings.database_url, "KEYSTORE_URL": settings.keystore_url,
        "MASTER_KEYS": f"{key.epoch}:{base64.b64encode(key.secret).decode()}",
        "LOOKUP_SECRET": base64.b64encode(settings.lookup_secret).decode(),
    }  # fmt: skip
    return lambda *words: CliRunner().invoke(cli, words, env=environment)


def copied(house: House, *records: Any) -> list[tuple[Any, dict[str, Any]]]:
    """What a copy of some tables holds."""
    with house.runtime.database.session(reading=True) as session:
        return [
            (record, dict(row._mapping)) for record in records for row in session.execute(sa.select(record.__table__))
        ]


def put_back(house: House, copy: list[tuple[Any, dict[str, Any]]]) -> None:
    """Put an older copy back: its rows are there again, and whatever is newer is not."""
    with house.runtime.database.session() as session:
        session.execute(sa.delete(Tombstone))
        for record, row in copy:
            session.execute(sa.insert(record.__table__).values(**row))
    for runtime in (house.runtime, house.answering):
        runtime.database.remembered.clear()


def everything() -> tuple[Any, ...]:
    """Every table that erasing empties, from those that others point to."""
    names = ("person", "intake", "intake_version", "choice", "consent", "consent_version", "referral",
             "referral_move", "hand_off")  # fmt: skip
    by_name = {mapper.local_table.name: mapper.class_ for mapper in Record.registry.mappers}  # type: ignore[attr-defined]
    return tuple(by_name[name] for name in names)


def test_an_older_copy_brings_nobody_back(house: House, client: FlaskClient, desk: Desk) -> None:
    gone, stays = desk.take_in({"name_to_use": "Ruby"}), desk.take_in({"name_to_use": "Sam"})
    older = [each for each in copied(house, *everything()) if gone["person_id"] in map(str, each[1].values())]
    older += [each for each in copied(house, *everything()) if gone["id"] in map(str, each[1].values())]
    desk.post(f"/v1/people/{gone['person_id']}/erasures")
    put_back(house, list({str(row): (record, row) for record, row in older}.values()))
    assert client.get("/readyz").status_code == 503

    done = erase_again(house.runtime.database, house.runtime.vault, now=house.clock.now())

    assert (done.keys, done.people) == (0, 1)
    assert client.get("/readyz").status_code == 200
    assert desk.get(f"/v1/intakes/{gone['id']}").status_code == 404
    assert desk.read(f"/v1/intakes/{stays['id']}")["name_to_use"] == "Sam"


def test_an_older_key_store_brings_no_key_back(house: House, client: FlaskClient, desk: Desk) -> None:
    gone = desk.take_in()
    with house.runtime.vault.opened(reading=True) as store:
        older = dict(store.execute(sa.select(PersonKey.__table__).where(
            PersonKey.person_id == uuid.UUID(gone["person_id"]))).one()._mapping)  # fmt: skip
    desk.post(f"/v1/people/{gone['person_id']}/erasures")
    with house.runtime.vault.opened() as store:
        store.execute(sa.delete(Erased))
        store.execute(sa.insert(PersonKey).values(**older))
    house.answering.database.remembered.clear()
    assert client.get("/readyz").status_code == 503

    done = erase_again(house.runtime.database, house.runtime.vault, now=house.clock.now())

    assert (done.keys, done.people) == (1, 0)
    assert client.get("/readyz").status_code == 200
    with house.runtime.vault.opened(reading=True) as store:
        assert store.get(PersonKey, uuid.UUID(gone["person_id"])) is None


def test_whom_only_an_anchor_names_is_erased_as_well(
    house: House, command: Command, desk: Desk, tmp_path: Path
) -> None:
    gone, stays = desk.take_in(), desk.take_in()
    anchors = tmp_path / "anchors"
    anchors.mkdir()
    (anchors / "1.json").write_text(json.dumps({"number": 1, "erased": [gone["person_id"], str(uuid.uuid4())]}))

    told = command("finish-restore", "--erased", str(anchors))

    assert told.exit_code == 0, told.output
    assert told.output == "2 keys were destroyed once more, 2 people erased once more.\n"
    assert desk.get(f"/v1/intakes/{gone['id']}").status_code == 404
    assert desk.get(f"/v1/intakes/{stays['id']}").status_code == 200
    assert command("finish-restore", "--erased", str(anchors)).output.startswith("0 keys")


def test_a_list_of_ids_will_do(command: Command, desk: Desk, tmp_path: Path) -> None:
    gone = desk.take_in()
    listed = tmp_path / "erased.txt"
    listed.write_text(f"{gone['person_id']}\n")

    assert command("finish-restore", "--erased", str(listed)).output.startswith("1 keys")
    assert desk.get(f"/v1/intakes/{gone['id']}").status_code == 404


def test_a_copy_holds_both_stores_and_is_for_its_owner_alone(
    house: House, command: Command, desk: Desk, tmp_path: Path
) -> None:
    desk.take_in({"name_to_use": "Ruby"})
    told = command("backup", str(tmp_path / "copy"))

    assert told.exit_code == 0, told.output
    if house.backend == "postgresql":
        _copies_as_told(house, told.output, tmp_path / "copy")
        return
    main, keys = tmp_path / "copy" / "making-room.sqlite3", tmp_path / "copy" / "keystore.sqlite3"
    assert [each.stat().st_mode & 0o777 for each in (main, keys)] == [0o600, 0o600]
    assert sqlite3.connect(main).execute("SELECT count(*) FROM person").fetchone() == (1,)
    assert b"Ruby" not in main.read_bytes() + keys.read_bytes()
    assert "is there already" in command("backup", str(tmp_path / "copy")).output


def _copies_as_told(house: House, told: str, folder: Path) -> None:
    """Run the lines that were printed, and look whether the wall let the person into the copy."""
    if shutil.which("pg_dump") is None:
        pytest.skip("PostgreSQL's own programs are not here")
    (line,) = [line for line in told.splitlines() if "pg_dump" in line]
    password = house.runtime.database.url.password or ""
    subprocess.run(["env", *shlex.split(line)], check=True, env={**os.environ, "PGPASSWORD": password})
    read = ["pg_restore", "--data-only", "--table=person", "--file=-", str(folder / "making-room.dump")]
    people = subprocess.run(read, check=True, capture_output=True, encoding="utf-8").stdout

    assert sum("\topen\t" in row for row in people.splitlines()) == 1
    assert (folder / "keystore.sqlite3").exists()


def test_the_doctor_finds_an_erasure_whose_epoch_lives_on(
    house: House, command: Command, desk: Desk, clock: FakeClock
) -> None:
    assert command("doctor").exit_code == 0, command("doctor").output
    person = desk.take_in()["person_id"]
    desk.post(f"/v1/people/{person}/erasures")
    assert command("doctor").exit_code == 0
    with house.runtime.vault.opened() as store:
        store.execute(sa.update(Erased).values(erased_at=clock.now().replace(year=clock.now().year - 1)))
        store.execute(sa.text("UPDATE epoch SET began_at = '2020-01-01 00:00:00.000000'"))

    told = command("doctor")

    assert told.exit_code == 1
    assert "ILL   nobody erased more than seven days ago is left in an old epoch: run `vault rotate`" in told.output


def test_people_are_kept_as_long_as_their_organization_says(
    house: House, command: Command, desk: Desk, clock: FakeClock
) -> None:
    person = desk.take_in()
    assert command("set-retention", str(desk.key.organization_id), "--people-days", "400").exit_code == 0
    clock.move(days=399)
    assert erase_past_their_clock(house.runtime.database, now=clock.now()) == 0

    clock.move(days=2)

    assert erase_past_their_clock(house.runtime.database, now=clock.now()) == 1
    assert desk.get(f"/v1/intakes/{person['id']}").status_code == 404


def test_nobody_is_erased_by_a_clock_that_was_not_set(house: House, desk: Desk, clock: FakeClock) -> None:
    desk.take_in()
    clock.move(days=9000)

    assert erase_past_their_clock(house.runtime.database, now=clock.now()) == 0


def test_what_was_told_is_accounted_for_six_years_at_least(house: House, street: Street, clock: FakeClock) -> None:
    street.read(street.clinic, street.refer())
    with house.runtime.database.session() as session:
        set_retention(session, street.team.organization_id, people_days=None, records_years=1)

    clock.move(days=365 * 6)
    with house.runtime.database.session() as session:
        assert forget_old_disclosures(session, clock.now()) == 0
    clock.move(days=10)
    with house.runtime.database.session() as session:
        assert forget_old_disclosures(session, clock.now()) > 0
        assert session.scalars(sa.select(Disclosure)).all() == []


def test_readiness_looks_until_it_is_so_and_believes_it_then(house: House) -> None:
    with house.app.app_context():
        assert nobody_came_back()
    assert house.answering.database.remembered["nobody_came_back"]
    with house.runtime.database.session(reading=True) as session:
        assert brings_nobody_back(session, house.runtime.vault)
        assert session.scalars(sa.select(PersonRecord)).all() == []
