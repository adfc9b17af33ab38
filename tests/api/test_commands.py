"""Commands over a real database: who may knock, a directory brought in, a demo set up."""

from __future__ import annotations

import base64
import json
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from flask.testing import FlaskClient

from service import demo
from service.cli import cli
from service.referrals.models import ProviderReview
from service.referrals.reasons import Reason
from tests.houses import House
from tests.stories.directory import load

Command = Callable[..., Result]
TALKING = {"external_id": "X1", "name": "Talking", "kind": "therapy"}
CORNER_ROOM = {"external_id": "X1", "name": "Corner Room", "offerings": [TALKING]}


@pytest.fixture
def command(house: House, tmp_path: Path) -> Command:
    """Run a command against the house: command("make-organization", "A team", "--kind", "outreach")."""
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


def a_key(command: Command, *options: str) -> str:
    """Make an organization with an application, and issue a key."""
    organization = command("make-organization", "A team", "--kind", "outreach").stdout.strip()
    application = command("make-application", organization, "An app", "--role", "outreach").stdout.strip()
    return command("issue-key", application, *options).stdout.strip()


def status_of(client: FlaskClient, key: str) -> int:
    """What somebody with this key is answered."""
    return client.get("/v1/intakes", headers={"Authorization": f"Bearer {key}"}).status_code


def written(folder: Path, providers: Any) -> str:
    """Write a directory file; answer its name."""
    path = folder / "directory.json"
    path.write_text(json.dumps({"providers": providers}))
    return str(path)


def test_issued_key_opens_the_door_until_it_is_revoked(command: Command, client: FlaskClient) -> None:
    key = a_key(command)
    before = status_of(client, key)
    command("revoke-key", key.split("_")[1])

    assert (before, status_of(client, key)) == (200, 401)


def test_issued_key_closes_on_its_day(command: Command, client: FlaskClient, house: House) -> None:
    key = a_key(command, "--days", "30")
    before = status_of(client, key)
    house.clock.move(days=31)

    assert (before, status_of(client, key)) == (200, 401)


def test_unknown_ids_are_refused_in_a_sentence(command: Command) -> None:
    nobody = "00000000-0000-4000-8000-000000000000"
    for words in (("make-application", nobody, "An app", "--role", "outreach"), ("issue-key", nobody),
                  ("revoke-key", "abcdefabcdef")):  # fmt: skip
        refused = command(*words)

        assert refused.exit_code == 1
        assert refused.stderr.startswith("Error: There is no ")


def test_application_without_scopes_is_not_made(command: Command) -> None:
    organization = command("make-organization", "A team", "--kind", "outreach").stdout.strip()

    assert command("make-application", organization, "An app").exit_code == 2


def test_organizations_are_listed(command: Command) -> None:
    made = command("make-organization", "A team", "--kind", "outreach").stdout.strip()

    assert command("organizations").stdout.split() == [made, "outreach", "A", "team"]


def test_providers_that_turned_somebody_away_for_use_are_listed(command: Command, house: House) -> None:
    provider, offering = uuid.uuid4(), uuid.uuid4()
    with house.runtime.database.session() as session:
        session.add(
            ProviderReview(
                id=uuid.uuid4(), provider_id=provider, offering_id=offering, reason=Reason.USE,
                flagged_at=datetime(2026, 3, 1, tzinfo=UTC),
            )
        )  # fmt: skip

    assert command("reviews").stdout.split() == ["2026-03-01", "use", str(provider), str(offering)]


def test_dry_run_keeps_nothing_and_a_second_import_changes_nothing(command: Command, tmp_path: Path) -> None:
    file = written(tmp_path, [CORNER_ROOM])
    told = [command("directory", "import", file, *options).stdout for options in (["--dry-run"], [], [])]

    assert told == [
        "2 made, 0 changed, 0 unchanged, 0 refused; kept nothing, as this was a dry run\n",
        "2 made, 0 changed, 0 unchanged, 0 refused\n",
        "0 made, 0 changed, 2 unchanged, 0 refused\n",
    ]


def test_wrong_row_fails_itself_alone_and_says_where(command: Command, tmp_path: Path) -> None:
    wrong = {**CORNER_ROOM, "external_id": "X2", "offerings": [{**TALKING, "external_id": "X2", "kind": "no"}]}
    told = command("directory", "import", written(tmp_path, [wrong, CORNER_ROOM]))

    assert told.exit_code == 1
    assert "/providers/0/offerings/0/kind: " in told.stderr
    assert told.stdout == "2 made, 0 changed, 0 unchanged, 1 refused\n"


def test_texts_of_a_file_are_answered_like_those_of_a_request(command: Command, tmp_path: Path) -> None:
    limit = {"scope": "service", "kind": "not_offered", "text": {"en": "Not for people in denial."}}
    provider = {**CORNER_ROOM, "offerings": [{**TALKING, "limits": [limit]}]}
    told = command("directory", "import", written(tmp_path, [provider]))

    assert told.exit_code == 0
    assert "/providers/0/offerings/0/limits/0/text/en: in denial; rather: " in told.stderr


def test_file_that_is_no_directory_is_refused_in_a_sentence(command: Command, tmp_path: Path) -> None:
    for content in ("[]", "{", '{"providers": 7}'):
        (tmp_path / "other.json").write_text(content)
        told = command("directory", "import", str(tmp_path / "other.json"))

        assert told.exit_code == 1
        assert told.stderr.startswith("Error: A directory is ")


def test_demo_has_an_organization_for_everybody_who_knocks_or_is_sent_to(
    command: Command, client: FlaskClient, tmp_path: Path
) -> None:
    providers = load(datetime.now(UTC).date())["providers"]
    told = command("set-up-demo", "--directory", written(tmp_path, providers))
    credentials = demo.read_credentials(tmp_path)
    listed = command("organizations").stdout

    assert told.exit_code == 0, told.output
    assert set(credentials) == {"outreach", "coordinator", "clinic", "steward", "auditor", "privacy_lead"}
    assert credentials["privacy_lead"].organization_id == credentials["coordinator"].organization_id
    assert status_of(client, credentials["outreach"].api_key) == 200
    assert status_of(client, credentials["steward"].api_key) == 403
    assert all(each["name"] in listed for each in providers if "organization" not in each)


def test_demo_with_a_directory_that_cannot_be_read_is_refused_and_leaves_no_credentials(
    command: Command, tmp_path: Path
) -> None:
    told = command("set-up-demo", "--directory", written(tmp_path, [{**CORNER_ROOM, "offerings": [{}]}]))

    assert told.exit_code == 1
    assert told.stderr.startswith("Error: /providers/0/offerings/0/")
    assert demo.read_credentials(tmp_path) == {}


def test_demo_that_is_set_up_stays_as_it_is(command: Command, tmp_path: Path) -> None:
    file = written(tmp_path, [CORNER_ROOM])
    command("set-up-demo", "--directory", file)
    before = demo.credentials_file(tmp_path).read_bytes(), command("organizations").stdout
    command("set-up-demo", "--directory", file)

    assert (demo.credentials_file(tmp_path).read_bytes(), command("organizations").stdout) == before
