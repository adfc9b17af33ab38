"""Commands about the rules: read, check, record, try, and count exposure, over both databases."""

from __future__ import annotations

import base64
import re
import uuid
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result
from flask.testing import FlaskClient

from service.access.models import Organization
from service.cli import cli
from service.intakes.rules import Choice
from service.matching.models import RecordedApplicant
from service.providers.codes import OfferingKind
from service.referrals.exposure import Quarter, quarter_of
from tests.builders.books import a_document, a_draft, as_toml
from tests.builders.people import Desk
from tests.builders.referrals import Street
from tests.houses import FakeClock, House, Key

pytestmark = pytest.mark.database

Command = Callable[..., Result]
NEARER = {"weights__near": 0.25, "weights__wishes": 0.05}
NEEDS = {
    "priorities": [{"verbatim": "a door", "rank": 1, "categories": [{"code": "housing", "assigned_by": "person"}]}],
    "languages": [{"tag": "en"}],
}


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

    def run(*words: str) -> Result:
        return CliRunner().invoke(cli, words, env=environment)

    return run


@pytest.fixture
def street(house: House, client: FlaskClient, outreach: Key, clinic: Key, steward: Key) -> Street:
    """A team and a clinic, with an offering between them."""
    built = Street(house, client, outreach, clinic, steward)
    built.open_offering(slots=40)
    return built


def written(folder: Path, document: dict[str, Any]) -> str:
    """Write a book; answer the name of its file."""
    path = folder / "next.toml"
    path.write_text(as_toml(document))
    return str(path)


def rows(text: str) -> dict[tuple[str, str], list[str]]:
    """The lines of a table by split and group."""
    cells = [re.split(r"\s{2,}", line.strip()) for line in text.splitlines()]
    return {(row[0], row[1]): row[2:] for row in cells if len(row) > 2}


def test_the_book_in_force_is_shown_and_every_other_by_its_version(command: Command) -> None:
    shown, same, none = command("rules", "show"), command("rules", "show", "1"), command("rules", "show", "0")

    assert shown.exit_code == 0
    assert shown.stdout.startswith("Version 1, signed off on 2026-11-23 by the maintainers of Making Room.")
    assert same.stdout == shown.stdout
    assert (none.exit_code, none.stderr) == (1, "Error: There are versions 1.\n")


def test_a_draft_is_checked_and_told_by_what_it_changes(command: Command, tmp_path: Path) -> None:
    told = command("rules", "check", written(tmp_path, a_draft(2, **NEARER)))

    assert told.exit_code == 0
    assert told.stdout.startswith("Version 2, a draft.")
    assert "weights.near: 0.15 becomes 0.25\nweights.wishes: 0.15 becomes 0.05\n" in told.stdout


@pytest.mark.parametrize(
    ("document", "named"),
    [
        (a_draft(2, weights__near=0.3), "weights: together they must be 1."),
        (a_draft(2, curves__near_halves_every_km=-1), "curves.near_halves_every_km: this must be"),
        (a_draft(2, weights__charm=0.1), "weights.charm: there is no such key."),
        (a_document(weights__near=0.05, weights__wishes=0.25), "version: this one is signed off"),
    ],
)
@pytest.mark.parametrize("word", ["check", "dry-run"])
def test_what_is_no_book_is_refused_by_its_key_and_changes_nothing(
    command: Command, tmp_path: Path, word: str, document: dict[str, Any], named: str
) -> None:
    before = command("rules", "show").stdout
    refused = command("rules", word, written(tmp_path, document))

    assert refused.exit_code == 1
    assert refused.stderr.startswith("Error: This is no rule book.\n")
    assert named in refused.stderr
    assert command("rules", "show").stdout == before


@pytest.mark.parametrize("raw", [b"\xff\xfe", b"[weights", b"", b"{}"])
def test_files_that_are_no_books_are_refused_in_a_sentence(command: Command, tmp_path: Path, raw: bytes) -> None:
    (tmp_path / "next.toml").write_bytes(raw)
    refused = command("rules", "check", str(tmp_path / "next.toml"))

    assert refused.exit_code == 1
    assert refused.stderr.startswith("Error: This is no ")


def test_recording_is_allowed_and_stopped_by_a_command(command: Command, house: House, outreach: Key) -> None:
    found = []
    for words in (("rules", "record"), ("rules", "record", "--stop")):
        assert command(*words, str(outreach.organization_id)).exit_code == 0
        with house.runtime.database.session() as session:
            found.append(session.get_one(Organization, outreach.organization_id).records_applicants)

    assert found == [True, False]
    assert command("rules", "record", str(uuid.uuid4())).stderr.startswith("Error: There is no ")


def test_where_nobody_is_recorded_invented_people_have_to_be_asked_for(
    command: Command, tmp_path: Path, street: Street
) -> None:
    file = written(tmp_path, a_draft(2, **NEARER))
    refused, told = command("rules", "dry-run", file), command("rules", "dry-run", file, "--generated", "60")

    assert (refused.exit_code, "Nobody is recorded." in refused.stderr) == (1, True)
    assert told.exit_code == 0
    assert told.stdout.startswith("Tried on invented people; nobody is behind them. Offerings in the directory: 1.")


def test_new_rules_are_tried_on_who_was_recorded(
    command: Command, tmp_path: Path, street: Street, client: FlaskClient, house: House
) -> None:
    desk = Desk(client, street.team)
    command("rules", "record", str(street.team.organization_id))
    for _ in range(22):
        desk.read(f"/v1/intakes/{desk.take_in(NEEDS)['id']}/matches")
    told = command("rules", "dry-run", written(tmp_path, a_draft(2, **NEARER)))
    with house.runtime.database.session() as session:
        kept = session.execute(sa.select(sa.func.count()).select_from(RecordedApplicant)).scalar_one()

    assert told.exit_code == 0, told.output
    assert told.stdout.startswith("Tried on people who were recorded, without names. Offerings in the directory: 1.")
    assert "22  people\n" in told.stdout
    assert "22  see the same ten in the same order\n" in told.stdout
    assert rows(told.stdout)["named", "housing"][:2] == ["22", "0"]
    assert kept == 22


def test_exposure_is_counted_by_group_over_a_quarter(command: Command, street: Street, clock: FakeClock) -> None:
    quarter = quarter_of(clock.now().date()).before
    clock.move(seconds=(quarter.since - clock.now()).total_seconds() + 86_400 * 40)
    for number in range(14):
        intake = street.take_in()
        street.client.get(f"/v1/intakes/{intake.id}/matches", headers=street.team.headers)
        street.client.get(f"/v1/intakes/{intake.id}/matches", headers=street.team.headers)
        if number < 12:
            referral = street.refer(intake=intake)
            street.move(street.clinic, street.read(street.clinic, referral), "accept")
    clock.move(seconds=-clock.moved.total_seconds())
    told = command("rules", "exposure")

    assert told.exit_code == 0, told.output
    assert told.stdout.startswith(f"{quarter}, by the directory as it is today.")
    assert rows(told.stdout)["kind", "housing"] == ["14", "12", "12", "86%", "100%"]
    assert rows(told.stdout)["speaks", "en"][0] == "14"


def test_who_was_accepted_by_few_is_told_of_in_no_figure(command: Command, street: Street, clock: FakeClock) -> None:
    rare = street.open_offering("Rare", kind=OfferingKind.LEGAL)
    quarter = quarter_of(clock.now().date()).before
    clock.move(seconds=(quarter.since - clock.now()).total_seconds() + 86_400 * 40)
    for offering in [street.offerings[0]] * 12 + [rare] * 3:
        intake = street.take_in()
        street.client.get(f"/v1/intakes/{intake.id}/matches", headers=street.team.headers)
        street.choose(intake, offering, Choice.INTERESTED)
    clock.move(seconds=-clock.moved.total_seconds())
    told = rows(command("rules", "exposure", "--quarter", str(quarter)).stdout)

    assert told["kind", "legal"] == ["15", "–", "0", "–", "–"]
    assert told["kind", "housing"] == ["15", "–", "0", "–", "–"]


@pytest.mark.parametrize("quarter", ["2026", "2026Q5", "Q3", "1999Q1"])
def test_a_quarter_that_is_none_is_refused_in_a_sentence(command: Command, quarter: str) -> None:
    refused = command("rules", "exposure", "--quarter", quarter)

    assert (refused.exit_code, refused.stderr) == (1, "Error: A quarter looks like 2026Q3.\n")


def test_a_quarter_that_is_not_over_is_not_counted(command: Command, clock: FakeClock) -> None:
    refused = command("rules", "exposure", "--quarter", str(quarter_of(clock.now().date())))

    assert refused.exit_code == 1
    assert refused.stderr.startswith("Error: This quarter is not over yet.")


def test_quarters_follow_one_another() -> None:
    year = [Quarter(2026, number) for number in (1, 2, 3, 4)]

    assert [str(each.before) for each in year] == ["2025Q4", "2026Q1", "2026Q2", "2026Q3"]
    assert all(one.until == other.since for one, other in pairwise(year))
    assert (quarter_of(year[0].since.date()), quarter_of(year[3].since.date())) == (year[0], year[3])
