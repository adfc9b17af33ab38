"""The diary of the databases' shapes: readable, one line of history, true to the models, good in both directions."""

from __future__ import annotations

import os
import re
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy.orm import Session

from service.cli import alembic_config
from service.database import Database
from service.providers.importing import import_directory
from service.providers.models import ListingRecord, TermRecord
from service.providers.schemas.entries import read_entry
from tests import servers
from tests.bench.directories import generated_directory

MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations"
BEFORE_LISTINGS = "0017"
FOLDERS = {"main": MIGRATIONS / "versions", "keystore": MIGRATIONS / "keystore"}


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'migrated.sqlite3'}"
        return
    if not os.environ.get("TEST_DATABASE_URL"):
        pytest.skip("no PostgreSQL was found")
    fresh = servers.new_database()
    yield fresh
    servers.drop_database(fresh)


@pytest.mark.parametrize("folder", FOLDERS.values(), ids=FOLDERS)
def test_names_say_an_intention(folder: Path) -> None:
    names = sorted(path.name for path in folder.glob("*.py"))

    assert names
    assert all(re.fullmatch(r"[0-9]{4}_[a-z]+(_[a-z]+)+\.py", name) for name in names)
    assert [int(name[:4]) for name in names] == list(range(1, len(names) + 1))


@pytest.mark.parametrize("store", FOLDERS)
def test_there_is_one_head(store: str) -> None:
    assert len(ScriptDirectory.from_config(alembic_config(store, "sqlite://")).get_heads()) == 1


@pytest.mark.database
@pytest.mark.parametrize("store", FOLDERS)
def test_up_agrees_with_the_models_and_down_and_up_again(store: str, url: str) -> None:
    config = alembic_config(store, url)

    command.upgrade(config, "head")
    command.check(config)
    command.downgrade(config, "base")
    command.upgrade(config, "head")
    command.check(config)


@pytest.mark.database
def test_places_come_along_when_they_move_into_a_table_of_their_own(url: str) -> None:
    config = alembic_config("main", url)
    command.upgrade(config, "0008")
    ground = Database(url)
    sites = [{"latitude": 37.76123, "longitude": -122.41456, "confidential": True}, {"latitude": 1.5, "longitude": 2.5}]
    with ground.session() as session:
        _write_before_sites_had_a_table(session, sites)

    command.upgrade(config, "head")
    with ground.session(reading=True) as session:
        moved = session.execute(sa.text("SELECT latitude, longitude FROM offering_site ORDER BY number")).all()
    command.downgrade(config, "0008")
    with ground.session(reading=True) as session:
        back = session.execute(sa.text("SELECT latitude, longitude FROM offering")).all()
    ground.dispose()

    assert [tuple(each) for each in moved] == [(37.8, -122.4), (1.5, 2.5)]
    assert [tuple(each) for each in back] == [(37.8, -122.4)]


def _write_before_sites_had_a_table(session: Session, sites: list[dict[str, Any]]) -> None:
    """One offering as it stood in 0008."""
    some_id, now = uuid.uuid4(), datetime.now(UTC)
    dates = {"version": 1, "made_at": now, "changed_at": now}
    known_by = {"id": some_id, "name": "Corner Room", **dates}
    place = {"latitude": sites[0]["latitude"], "longitude": sites[0]["longitude"]}
    tables = sa.MetaData()
    tables.reflect(session.connection(), only=["provider", "offering"])
    provider, offering = tables.tables["provider"], tables.tables["offering"]
    for table in (provider, offering):  # SQLite knows ids and documents by no type of their own.
        table.c.id.type = sa.Uuid()
    offering.c.provider_id.type, offering.c.facts.type, provider.c.contact.type = sa.Uuid(), sa.JSON(), sa.JSON()
    session.execute(sa.insert(provider).values(**known_by, kind="organization", contact={}))
    session.execute(
        sa.insert(offering).values(
            **known_by, **place, provider_id=some_id, kind="therapy", facts={"sites": sites}, capacity_status="unknown",
            capacity_as_of=now, changed_in=1,
        )
    )  # fmt: skip


@pytest.mark.database
def test_offerings_that_are_there_are_listed_when_the_listing_comes(url: str) -> None:
    config = alembic_config("main", url)
    command.upgrade(config, "head")
    ground = Database(url)
    providers = generated_directory(30, today=datetime.now(UTC).date())["providers"]
    import_directory(ground, providers, read_entry, now=datetime.now(UTC))
    before = _listed(ground)
    command.downgrade(config, BEFORE_LISTINGS)
    command.upgrade(config, "head")
    after = _listed(ground)
    ground.dispose()

    assert len(before[0]) == 30
    assert before == after


def _listed(ground: Database) -> list[list[Any]]:
    with ground.session(reading=True) as session:
        tables = ListingRecord.__table__, TermRecord.__table__
        return [sorted(map(tuple, session.execute(sa.select(table)))) for table in tables]
