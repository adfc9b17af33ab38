"""All that is held is held for a reason: a column, a sealed field, a log line's key without one stops the build."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from flask.testing import FlaskClient

from service.cli import cli
from service.database import Record
from service.http.fields import Voice
from service.inventory.reading import read_inventory
from service.inventory.rules import Form, Held, Taking, yielded
from service.inventory.writing import as_markdown
from service.vault.models import KeyRecord

PAGE = Path(__file__).resolve().parents[2] / "docs" / "inventory.md"
INVENTORY = read_inventory()
PLACES = {each.place for each in INVENTORY.held}


def test_all_that_is_held_has_its_reason() -> None:
    assert INVENTORY.missing == (), "\n".join(INVENTORY.missing)


@pytest.mark.parametrize("base", [Record, KeyRecord])
def test_every_column_of_both_databases_is_on_the_page(base: type[Record] | type[KeyRecord]) -> None:
    columns = {f"{table.name}.{name}" for table in base.metadata.sorted_tables for name in table.c.keys()}  # noqa: SIM118

    assert columns <= PLACES


def test_what_is_said_is_on_the_page_field_by_field() -> None:
    said = "intake_version.sealed/Said"

    assert {
        f"{said}.name_to_use",
        f"{said}.priorities.verbatim",
        f"{said}.safe_contact.channels.code_word",
        "referral_move.said/said.details.appointment_local",
        "consent_version.paper/Paper.subject_name.text",
    } <= PLACES


def test_page_is_what_the_code_says() -> None:
    assert PAGE.read_text() == as_markdown(INVENTORY), "docs/inventory.md is behind the code; run `make inventory`."


def test_voices_are_those_of_the_document() -> None:
    assert set(get_args(Voice)) == set(INVENTORY.words.voices)


def test_no_word_of_a_person_is_kept_in_the_clear() -> None:
    """What people say is sealed; only what their own team's phone has not sent yet is theirs to keep."""
    clear = [each.place for each in INVENTORY.held if each.whose == "person" and each.form is Form.CLEAR]

    assert [place for place in clear if not place.startswith("phone/")] == []


def test_main_database_alone_yields_no_word_of_a_person() -> None:
    taken = {each.taking.code: each for each in INVENTORY.yields}
    whose = {each.place: each.whose for each in INVENTORY.held}

    for code in ("main_database", "main_backup", "both_databases", "key_store", "logs"):
        assert {whose[place] for place in taken[code].readable} <= {"system", "provider", "coordinator"}, code
    assert "intake_version.sealed/Said.name_to_use" in taken["web_host"].readable


def test_hash_stays_a_hash_even_with_the_keys() -> None:
    held = Held(store="main", place="a.b", form=Form.HASHED, whose="system", why="w", read_by=(), kept="k")
    found = yielded(Taking(code="c", what="w", yields="y", holds=("main",), opens=True), [held])

    assert (found.readable, found.noise, found.hashes) == ((), 0, 1)


def test_column_without_a_line_stops_the_build_and_names_the_cure() -> None:
    column = sa.Column("shoe_size", sa.Integer())
    table = Record.metadata.tables["person"]
    table.append_column(column)
    read_inventory.cache_clear()
    try:
        told = CliRunner().invoke(cli, ["inventory", "--check"])
    finally:
        table._columns.remove(column)
        read_inventory.cache_clear()

    assert told.exit_code == 1
    assert "person.shoe_size is kept without a reason" in told.output
    assert '[tables.person.why] shoe_size = "…"' in told.output


@pytest.mark.parametrize("form", ["text", "markdown", "json"])
def test_command_prints_every_field(form: str) -> None:
    told = CliRunner().invoke(cli, ["inventory", "--format", form])

    assert told.exit_code == 0
    assert "name_to_use" in told.output


def test_everybody_may_read_it(client: FlaskClient) -> None:
    document, page = client.get("/v1/inventory"), client.get("/inventory")

    assert [document.status_code, page.status_code] == [200, 200]
    assert {each["place"] for each in document.json["held"]} == PLACES  # type: ignore[index]
    assert "public" in document.headers["Cache-Control"]
    assert "the name that the person signed with" in page.get_data(as_text=True)
