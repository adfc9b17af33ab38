"""Commands about the ledger, as whoever runs the service calls them."""

from __future__ import annotations

import base64
import json
import uuid
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result

from service.cli import cli
from service.ledger.models import Entry
from tests.builders.ledgers import write_entries
from tests.houses import House

pytestmark = pytest.mark.database

Command = Callable[..., Result]


@pytest.fixture
def command(house: House, tmp_path: Path) -> Command:
    """Run a command against the house, with keys and a place for anchors of its own."""
    settings = house.runtime.settings
    key = settings.master_keys[0]
    places = tmp_path / "anchors"
    places.mkdir()
    environment = {
        "DATA_DIR": str(tmp_path), "DATABASE_URL": settings.database_url, "KEYSTORE_URL": settings.keystore_url,
        "MASTER_KEYS": f"{key.epoch}:{base64.b64encode(key.secret).decode()}",
        "LOOKUP_SECRET": base64.b64encode(settings.lookup_secret).decode(), "ANCHORS": f"file://{places}",
    }  # fmt: skip

    def run(*words: str) -> Result:
        return CliRunner().invoke(cli, words, env=environment)

    assert run("make-keys").exit_code == 0
    return run


def test_a_worker_seals_anchors_and_what_it_sealed_is_verified(command: Command, house: House, tmp_path: Path) -> None:
    write_entries(house, 3)

    assert command("work", "--once").exit_code == 0
    told = command("ledger", "verify", "--anchors", str(tmp_path / "anchors"))
    assert told.exit_code == 0
    assert (
        "Hashed 3 entries in 1 batches (0 gone for their age, 0 not sealed yet), held against 1 anchors" in told.output
    )


def test_the_place_of_what_was_spoiled_is_told(command: Command, house: House) -> None:
    ids = write_entries(house, 3)
    command("work", "--once")
    with house.runtime.database.session() as session:
        session.execute(sa.update(Entry).where(Entry.id == ids[1]).values(action="nothing_happened"))

    told = command("ledger", "verify")
    assert told.exit_code == 1
    assert f"Batch 1, entry {ids[1]}: it was changed, or put here." in told.output


def test_a_proof_is_printed_for_what_is_sealed(command: Command, house: House) -> None:
    [entry] = write_entries(house, 1)
    before = command("ledger", "prove", str(entry))
    command("work", "--once")
    after = command("ledger", "prove", str(entry))

    assert before.exit_code == 1
    assert json.loads(json.loads(after.stdout)["entry"])["id"] == entry.hex
    assert command("ledger", "prove", str(uuid.uuid4())).exit_code == 1


def test_the_sealing_key_is_its_owners_alone_and_its_public_half_is_beside_it(command: Command, tmp_path: Path) -> None:
    private, public = tmp_path / "keys" / "ledger-key", tmp_path / "keys" / "ledger-key.pub"

    assert private.stat().st_mode & 0o077 == 0
    assert len(base64.b64decode(public.read_text())) == 32
    private.unlink()
    told = command("work", "--once")
    assert told.exit_code == 1
    assert "ledger-key is missing" in told.output
