"""What has grown old in the directory, by provider."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from service.providers.importing import import_directory
from service.providers.schemas.entries import read_entry
from service.providers.stale import PROVIDERS_A_LOOK
from tests.api.test_commands import Command
from tests.api.test_commands import command as command
from tests.houses import House

pytestmark = pytest.mark.database


def a_provider(house: House, number: int, *, news: int = 0, attested: int = 0, recheck: int = 90) -> dict[str, Any]:
    """A provider whose news and attestation are so many days old, and whose verification is good for so many."""
    today = house.clock.now().date()
    verification = {"status": "issuer_confirmed", "recheck_due": str(today + timedelta(days=recheck))}
    return {
        "external_id": f"p{number}",
        "name": f"Room {number}",
        "practitioners": [
            {
                "external_id": f"w{number}",
                "name": "R. Alvarez",
                "credentials": [{"external_id": f"c{number}", "kind": "certificate", "verification": verification}],
            }
        ],
        "offerings": [
            {
                "external_id": f"o{number}",
                "name": "Talking",
                "kind": "therapy",
                "policies": {"attested_by": "The provider", "attested_on": str(today - timedelta(days=attested))},
                "capacity": {"status": "capacity", "as_of": f"{today - timedelta(days=news)}T00:00:00Z"},
            }
        ],
    }


def bring(house: House, *providers: dict[str, Any]) -> None:
    """Bring providers in."""
    counts = import_directory(house.runtime.database, providers, read_entry, now=house.clock.now())
    assert counts.refused == 0


def test_what_is_old_is_told_by_provider_and_what_is_fresh_is_not(house: House, command: Command) -> None:
    bring(
        house, a_provider(house, 1), a_provider(house, 2, news=20), a_provider(house, 3, attested=366),
        a_provider(house, 4, recheck=29), a_provider(house, 5, recheck=-1, news=15),
    )  # fmt: skip
    told = json.loads(command("directory", "stale", "--format", "json", "--rows").stdout)

    nothing = {"capacity": 0, "attestation": 0, "verification_due": 0, "verification_lapsed": 0}
    assert [(each["name"], each["stale"]) for each in told["providers"]] == [
        ("Room 2", {**nothing, "capacity": 1}),
        ("Room 3", {**nothing, "attestation": 1}),
        ("Room 4", {**nothing, "verification_due": 1}),
        ("Room 5", {**nothing, "capacity": 1, "verification_lapsed": 1}),
    ]
    assert told["totals"] == {"capacity": 2, "attestation": 1, "verification_due": 1, "verification_lapsed": 1}
    assert [(row["what"], row["external_id"]) for row in told["providers"][3]["rows"]] == [
        ("capacity", "o5"), ("verification_lapsed", "c5"),
    ]  # fmt: skip


def test_it_is_told_as_lines_too_with_each_row_if_asked(house: House, command: Command) -> None:
    bring(house, a_provider(house, 1, news=20))
    without, with_rows = command("directory", "stale").stdout, command("directory", "stale", "--rows").stdout

    header, provider, totals = without.splitlines()
    assert header.split("  ")[-1] == "provider"
    assert provider.split()[:4] == ["1", "0", "0", "0"]
    assert provider.endswith("  Room 1")
    assert totals == "capacity: 1, attestation: 0, verification due: 0, verification lapsed: 0"
    assert with_rows.splitlines()[2].endswith("  o1")


def test_a_directory_of_which_nothing_is_old_says_so(house: House, command: Command) -> None:
    bring(house, a_provider(house, 1))

    assert json.loads(command("directory", "stale", "--format", "json").stdout)["providers"] == []
    assert command("directory", "stale").stdout.startswith("capacity: 0, ")


def test_everybody_is_looked_at_however_many_there_are(house: House, command: Command) -> None:
    count = PROVIDERS_A_LOOK + 3
    bring(house, *(a_provider(house, number, news=20 * (number % 2)) for number in range(2 * count)))

    told = json.loads(command("directory", "stale", "--format", "json").stdout)

    assert len(told["providers"]) == told["totals"]["capacity"] == count
