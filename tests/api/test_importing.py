"""A directory brought in: in pieces, cut off and gone on with, broken, twice, beside others who change it."""

from __future__ import annotations

import base64
import csv
import json
import os
import pty
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result
from flask.testing import FlaskClient

from service.cli import cli
from service.database import Record
from service.matching.queries import BEFORE_ALL, offerings_without_card
from service.providers.brought import Brought
from service.providers.enlisting import NAMES, OFFERINGS_A_LOOK, relist
from service.providers.importing import OFFERINGS_A_COMMIT, PROVIDERS_A_COMMIT, Quiet, import_directory
from service.providers.models import DirectoryState, ImportRun, ListingRecord, OfferingRecord, TermRecord
from service.providers.queries import directory_version
from service.providers.rules import NewProvider
from service.providers.schemas.entries import read_entry
from tests.bench.directories import generated_directory
from tests.houses import House, Key

pytestmark = pytest.mark.database

PROJECT = Path(__file__).resolve().parents[2]
TALKING = {"external_id": "X1", "name": "Talking", "kind": "therapy"}
CORNER_ROOM = {"external_id": "X1", "name": "Corner Room", "offerings": [TALKING]}
CERTIFICATE = {
    "external_id": "C1", "kind": "certificate", "hours": 60,
    "verification": {"status": "issuer_confirmed", "method": "letter", "on": "2026-01-01"},
}  # fmt: skip
# What no two imports have alike, and what an import has beside the directory.
THEIR_OWN = {"id", "made_at", "changed_at", "changed_in", "recorded_at"}


@pytest.fixture
def environment(house: House, tmp_path: Path) -> dict[str, str]:
    """What a command of this house is told."""
    settings = house.runtime.settings
    key = settings.master_keys[0]
    return {
        "DATA_DIR": str(tmp_path), "DATABASE_URL": settings.database_url, "KEYSTORE_URL": settings.keystore_url,
        "MASTER_KEYS": f"{key.epoch}:{base64.b64encode(key.secret).decode()}",
        "LOOKUP_SECRET": base64.b64encode(settings.lookup_secret).decode(),
    }  # fmt: skip


Import = Callable[..., Result]


@pytest.fixture
def bring(environment: dict[str, str]) -> Import:
    """Bring a file in: bring(file, "--dry-run")."""
    return lambda file, *options: CliRunner().invoke(cli, ["directory", "import", str(file), *options], env=environment)


def a_provider(number: int, **more: Any) -> dict[str, Any]:
    """A provider with one offering."""
    offering = {**TALKING, "external_id": f"o{number}", "name": f"Talking {number}"}
    return {"external_id": f"p{number}", "name": f"Room {number}", "offerings": [offering], **more}


def written(path: Path, providers: Iterable[Any]) -> Path:
    """Write a directory file."""
    path.write_text(json.dumps({"providers": list(providers)}))
    return path


def kept(house: House) -> dict[str, list[Any]]:
    """All that is kept of the directory, with external ids for ids, so that two imports can be compared."""
    names = ("provider", "practitioner", "credential", "offering", "offering_site", "attestation", "offering_listing",
             "offering_term")  # fmt: skip
    with house.runtime.database.session(reading=True) as session:
        rows = {
            name: [dict(row) for row in session.execute(sa.select(Record.metadata.tables[name])).mappings()]
            for name in names
        }
    known = {row["id"]: row["external_id"] for some in rows.values() for row in some if "external_id" in row}
    said = {
        name: [
            {key: known.get(value, value) if key.endswith("_id") else value for key, value in row.items()}
            for row in some
        ]
        for name, some in rows.items()
    }
    return {
        name: sorted(repr(sorted((key, row[key]) for key in row if key not in THEIR_OWN)) for row in some)
        for name, some in said.items()
    }


def runs(house: House) -> list[ImportRun]:
    """The imports on record, in their order."""
    with house.runtime.database.session(reading=True) as session:
        return list(session.scalars(sa.select(ImportRun).order_by(ImportRun.id)))


def started(environment: dict[str, str], *words: str) -> subprocess.Popen[str]:
    """A command as a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "service.cli", *words],
        cwd=PROJECT, env={**os.environ, **environment}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


@pytest.mark.processes
def test_an_import_that_is_killed_goes_on_behind_what_it_kept_and_ends_as_if_nothing_had_been(
    house: House, environment: dict[str, str], tmp_path: Path
) -> None:
    providers = generated_directory(4 * OFFERINGS_A_COMMIT, today=house.clock.now().date())["providers"]
    providers[3]["kind"] = providers[-3]["kind"] = 7
    providers[-2]["external_id"] = providers[0]["external_id"]
    file, report = written(tmp_path / "directory.json", providers), tmp_path / "report.jsonl"
    words = ("directory", "import", str(file), "--report", str(report), "--all-rows")
    whole = started(environment, *words).communicate()[0]
    once, told = kept(house), report.read_text()
    house.wipe()

    killed = started(environment, *words)
    while not (runs(house) and runs(house)[0].providers_read):
        time.sleep(0.01)
    killed.send_signal(signal.SIGKILL)
    killed.communicate()
    (cut_off,) = runs(house)
    again = started(environment, *words, "--resume").communicate()[0]
    (finished,) = runs(house)

    assert 0 < cut_off.providers_read < len(providers)
    assert cut_off.finished_at is None
    assert finished.finished_at is not None
    assert again == whole
    assert kept(house) == once
    assert report.read_text() == told
    assert len(told.splitlines()) == finished.made + finished.refused


@pytest.mark.processes
def test_two_imports_of_the_same_at_once_make_everything_once(
    house: House, environment: dict[str, str], tmp_path: Path
) -> None:
    providers = [a_provider(number) for number in range(3 * PROVIDERS_A_COMMIT)]
    file = written(tmp_path / "directory.json", providers)
    both = [started(environment, "directory", "import", str(file)) for _ in range(2)]
    told = [process.communicate() for process in both]

    assert [process.returncode for process in both] == [0, 0], told
    assert sum(run.made for run in runs(house)) == 2 * len(providers)
    assert sum(run.made + run.unchanged for run in runs(house)) == 4 * len(providers)
    assert len(kept(house)["offering"]) == len(kept(house)["offering_listing"]) == len(providers)


def test_an_entry_that_the_database_does_not_take_fails_itself_alone(house: House) -> None:
    if house.backend == "sqlite":
        pytest.skip("SQLite takes every text")
    listener, names = Quiet(), ["Room 1", "\x00", "Room 3"]
    entries = [Brought(provider=NewProvider(name=name, external_id=f"p{number}")) for number, name in enumerate(names)]
    counts = import_directory(
        house.runtime.database, entries, lambda entry, _: entry, now=house.clock.now(), listener=listener
    )

    assert (counts.made, counts.refused) == (2, 1)
    assert [(each.where, each.external_id) for each in listener.refused] == [("/providers/1", "p1")]


def test_a_file_that_changed_is_not_gone_on_with_by_mistake(bring: Import, house: House, tmp_path: Path) -> None:
    file = written(tmp_path / "directory.json", [CORNER_ROOM])
    never = bring(file, "--resume")
    bring(file)
    done = bring(file, "--resume")
    written(file, [CORNER_ROOM, a_provider(2)])
    changed = bring(file, "--resume")

    assert [told.exit_code for told in (never, done, changed)] == [1, 1, 1]
    assert never.stderr.startswith("Error: No import of this file was cut off")
    assert done.stderr.startswith("Error: This file was brought in whole.")
    assert changed.stderr.startswith("Error: No import of this file was cut off")
    assert len(runs(house)) == 1


def test_a_file_that_breaks_off_is_kept_up_to_there_and_says_where(bring: Import, house: House, tmp_path: Path) -> None:
    count = PROVIDERS_A_COMMIT + 7
    text = written(tmp_path / "whole.json", map(a_provider, range(count + 1))).read_text()
    file = tmp_path / "half.json"
    file.write_text(text[: text.rindex('"kind"')])
    told = bring(file)

    assert told.exit_code == 1
    assert told.stdout == f"{2 * count} made, 0 changed, 0 unchanged, 0 refused\n"
    assert f"Error: Behind /providers/{count - 1} the file ends too early, or is no JSON." in told.stderr
    assert [(run.providers_read, run.finished_at) for run in runs(house)] == [(count, None)]
    assert bring(tmp_path / "whole.json").stdout == f"2 made, 0 changed, {2 * count} unchanged, 0 refused\n"


@pytest.mark.parametrize(
    "behind", [b"", b'{"external_id": "\xff"}]}', b"[" * 100_000, b'{"a": 1e999}]}', b"nonsense", b"[]]} and more"]
)
def test_whatever_stands_in_a_file_no_traceback_comes_of_it(bring: Import, tmp_path: Path, behind: bytes) -> None:
    file = tmp_path / "odd.json"
    file.write_bytes(json.dumps({"providers": [CORNER_ROOM]})[:-2].encode() + b"," + behind)
    told = bring(file)

    assert told.exit_code == 1
    assert isinstance(told.exception, SystemExit)
    assert "Error: " in told.stderr
    assert told.stdout.startswith("2 made, ")


def test_a_line_that_is_no_json_fails_itself_alone(bring: Import, tmp_path: Path) -> None:
    file = tmp_path / "directory.jsonl"
    file.write_text(f"{json.dumps(CORNER_ROOM)}\n\n{{half\n{json.dumps(a_provider(2))}\n")
    told = bring(file, "--format", "jsonl")

    assert told.stdout == "4 made, 0 changed, 0 unchanged, 1 refused\n"
    assert told.stderr == "/providers/1: This line is no JSON.\n"


def test_each_row_is_reported_with_its_place_and_its_external_id(bring: Import, tmp_path: Path) -> None:
    file = written(tmp_path / "directory.json", [CORNER_ROOM, {"external_id": "X2", "name": 7}])
    report = tmp_path / "report.jsonl"
    bring(file, "--report", str(report))
    refused = report.read_text()
    written(file, [{**CORNER_ROOM, "name": "Corner House"}])
    bring(file, "--report", str(report), "--all-rows")
    changed = report.read_text()

    assert [json.loads(line) for line in refused.splitlines()] == [
        {"row": "/providers/1/name", "done": "refused", "why": "This must be text.", "external_id": "X2"}
    ]
    assert [json.loads(line) for line in changed.splitlines()] == [
        {"row": "/providers/0", "done": "changed", "external_id": "X1"},
        {"row": "/providers/0/offerings/0", "done": "unchanged", "external_id": "X1"},
    ]


def test_an_external_id_that_comes_twice_is_told_however_far_apart(bring: Import, tmp_path: Path) -> None:
    providers = [a_provider(number) for number in range(2 * PROVIDERS_A_COMMIT)]
    twins = [{**TALKING, "external_id": "twin"}, {**TALKING, "external_id": "twin"}]
    file = written(tmp_path / "directory.json", [*providers, a_provider(0), a_provider(-1, offerings=twins)])
    told = bring(file)

    assert told.stdout == f"{4 * PROVIDERS_A_COMMIT} made, 0 changed, 0 unchanged, 3 refused\n"
    for number, twice in ((0, "o0"), (0, "p0"), (1, "twin")):
        assert f"/providers/{2 * PROVIDERS_A_COMMIT + number}: The external id {twice} comes twice.\n" in told.stderr


def test_a_provider_of_an_organization_that_is_not_here_fails_itself_alone(bring: Import, tmp_path: Path) -> None:
    nobody = "00000000-0000-4000-8000-000000000000"
    told = bring(written(tmp_path / "directory.json", [a_provider(1, organization_id=nobody), CORNER_ROOM]))

    assert told.stdout == "2 made, 0 changed, 0 unchanged, 1 refused\n"
    assert told.stderr == "/providers/0/organization_id: No such organization.\n"


def test_a_foreign_list_is_read_row_by_row_and_says_where_it_breaks(bring: Import, tmp_path: Path) -> None:
    mapping = {"source": "list", "columns": {"external_id": {"from": ["id"]}, "name": {"from": ["name"]}},
               "offering": {"kind": "other"}}  # fmt: skip
    (tmp_path / "map.json").write_text(json.dumps(mapping))
    file = tmp_path / "list.csv"
    with file.open("w", newline="") as out:
        csv.writer(out).writerows([["id", "name"], ["1", "Corner Room"], ["1", "Corner Room"], ["2", ""]])
    options = ("--format", "csv", "--map", str(tmp_path / "map.json"))
    told = bring(file, *options)
    file.write_bytes(file.read_bytes() + b"3,Caf\xe9\n")
    broken = bring(file, *options)
    (tmp_path / "map.json").write_text("[]")

    assert told.stdout == "4 made, 0 changed, 0 unchanged, 2 refused\n"
    assert broken.exit_code == 1
    assert "no CSV in UTF-8. What stands before is kept." in broken.stderr
    assert bring(file, *options).stderr.startswith("Error: A map is a JSON object")


def test_a_second_run_leaves_the_directory_and_its_version_alone(house: House) -> None:
    providers = generated_directory(60, today=house.clock.now().date())["providers"]
    brought = [_brought(house, providers) for _ in range(2)]
    with house.runtime.database.session(reading=True) as session:
        version = session.scalars(sa.select(DirectoryState.version)).one()

    assert brought[0].made == brought[1].unchanged == 30 + 30 + 30 + 60
    assert brought[1].made + brought[1].changed + brought[1].refused == 0
    assert version == 1


def test_only_newer_news_about_room_counts(house: House) -> None:
    def with_room(as_of: str, slots: int) -> list[dict[str, Any]]:
        room = {"status": "capacity", "open_slots": slots, "as_of": as_of}
        return [{**CORNER_ROOM, "offerings": [{**TALKING, "capacity": room}]}]

    seen = []
    for as_of, slots in (("2026-01-02T00:00:00Z", 3), ("2026-01-01T00:00:00Z", 9), ("2026-01-03T00:00:00Z", 1)):
        counts = _brought(house, with_room(as_of, slots))
        with house.runtime.database.session(reading=True) as session:
            offering = session.scalars(sa.select(OfferingRecord)).one()
        seen.append((counts.changed, offering.open_slots, offering.version))

    assert seen == [(0, 3, 1), (0, 3, 1), (1, 1, 2)]


def test_evidence_that_is_brought_later_or_moves_changes_what_is_found(
    house: House, client: FlaskClient, steward: Key
) -> None:
    attested = {"policies": {"attested_by": "The provider", "attested_on": str(house.clock.now().date())},
                "limits": [{"scope": "service", "kind": "hours", "text": {"en": "Weekdays only."}}]}  # fmt: skip
    first, second = (a_provider(number) for number in (1, 2))
    for each in (first, second):
        each["offerings"][0].update(attested)
    worker = {"external_id": "W1", "name": "R. Alvarez", "credentials": [CERTIFICATE]}

    def verified() -> list[str]:
        asked = {"levels": ["hrp_verified"]}
        found = client.post("/v1/offerings/search", json=asked, headers=steward.headers).get_json()["items"]
        return [each["name"] for each in found if each["level"] == "hrp_verified"]

    seen = []
    for brought in (
        [first, second],
        [{**first, "offerings": [], "practitioners": [worker]}],
        [{**second, "offerings": [], "practitioners": [worker]}],
    ):
        _brought(house, brought)
        seen.append(verified())

    assert seen == [[], ["Talking 1"], ["Talking 2"]]


def test_what_the_directory_is_searched_by_never_drifts_from_what_it_says(
    house: House, client: FlaskClient, steward: Key
) -> None:
    providers = generated_directory(40, today=house.clock.now().date())["providers"]
    _brought(house, providers)
    for number, each in enumerate(providers[:9]):
        each["name"] = f"New Name {number}"
        each["offerings"][0]["languages_spoken"] = [{"tag": "nv"}]
        del each["offerings"][1]["policies"]
        each["practitioners"][0]["credentials"][0]["expires_on"] = "2026-01-01"
    _brought(house, providers)
    some = client.get("/v1/offerings?limit=3", headers=steward.headers).get_json()["items"]
    headers = {**steward.headers, "If-Match": "*"}
    facts = {"name": "Hablar", "kind": "peer", "categories": ["legal"]}
    renamed = {"name": "Otro Nombre", "kind": "organization"}
    answers = [
        client.put(f"/v1/offerings/{some[0]['id']}", json=facts, headers=headers),
        client.put(f"/v1/providers/{some[1]['provider_id']}", json=renamed, headers=headers),
    ]
    with house.runtime.database.session() as session:
        before = _listed(session)
        relist(session, sa.true(), version=directory_version(session))
        after = _listed(session)
        named = {row[0]: row[2] for row in before[0]}

    assert [answer.status_code for answer in answers] == [200, 200]
    assert before == after
    assert len(before[0]) == 40
    assert sum(" hablar " in words for words in named.values()) == 1
    assert sum(" otro " in words for words in named.values()) == 2


def test_all_can_be_listed_anew_whoever_spoiled_it(house: House, environment: dict[str, str]) -> None:
    _brought(house, [a_provider(number) for number in range(OFFERINGS_A_LOOK + 3)])
    with house.runtime.database.session() as session:
        before = _listed(session)
        session.execute(sa.update(ListingRecord).values(words=" spoiled ", cost=3))
        session.execute(sa.delete(TermRecord).where(TermRecord.term.like("talk%")))
    told = CliRunner().invoke(cli, ["directory", "relist"], env=environment)
    with house.runtime.database.session() as session:
        after = _listed(session)

    assert told.stdout == f"{OFFERINGS_A_LOOK + 3} offerings listed\n"
    assert after == before


def _listed(session: Any) -> tuple[list[Any], list[Any]]:
    listings = session.execute(sa.select(*(getattr(ListingRecord, name) for name in NAMES)))
    terms = session.execute(sa.select(TermRecord.term, TermRecord.offering_id))
    return sorted(map(tuple, listings)), sorted(map(tuple, terms))


def _brought(house: House, providers: list[dict[str, Any]]) -> Any:
    listener = Quiet()
    counts = import_directory(
        house.runtime.database, json.loads(json.dumps(providers)), read_entry, now=house.clock.now(), listener=listener
    )
    assert listener.refused == []
    return counts


@pytest.mark.processes
def test_on_a_terminal_a_bar_shows_how_far_it_is(environment: dict[str, str], tmp_path: Path) -> None:
    file = written(tmp_path / "directory.json", map(a_provider, range(2 * PROVIDERS_A_COMMIT)))
    terminal, screen = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "service.cli", "directory", "import", str(file)],
        cwd=PROJECT, env={**os.environ, **environment, "TERM": "xterm"}, stdout=subprocess.PIPE, stderr=screen,
    )  # fmt: skip
    process.communicate()
    shown = os.read(terminal, 100_000).decode()
    for each in (terminal, screen):
        os.close(each)

    assert process.returncode == 0
    assert "Bringing in" in shown
    assert "100%" in shown
    assert " rows/s" in shown


def test_what_was_brought_in_has_its_cards(house: House, bring: Import, tmp_path: Path) -> None:
    today = house.clock.now().date()
    bring(written(tmp_path / "directory.json", generated_directory(40, today=today)["providers"]))

    with house.runtime.database.session(reading=True) as session:
        is_attested = OfferingRecord.attested_on.is_not(None)
        assert session.scalars(sa.select(OfferingRecord.id).where(is_attested)).first()
        assert not offerings_without_card(session, today, changed_after=-1, after=BEFORE_ALL, count=10)
