"""The diary of the databases' shapes: readable, one line of history, true to the models, good in both directions."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.script import ScriptDirectory

from service.cli import alembic_config
from tests import servers

MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations"
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
