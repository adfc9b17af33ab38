"""Many processes and few places: room is never negative, and of many moves on one version one wins."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
import time
import uuid
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from service.referrals.models import ReferralRecord
from service.referrals.states import State
from tests.builders.referrals import Street
from tests.houses import House, Key

pytestmark = [pytest.mark.database, pytest.mark.processes]

RACERS = 4
HEAD_START = 2.0
PROJECT = Path(__file__).resolve().parents[2]


@pytest.fixture
def street(house: House, client: FlaskClient, outreach: Key, clinic: Key, steward: Key) -> Street:
    return Street(house, client, outreach, clinic, steward)


def test_room_is_never_negative_and_places_taken_equal_people_accepted(street: Street) -> None:
    places, people = 5, 24
    offering = street.open_offering("Five Chairs", slots=places)
    referrals = [street.refer(offering)["id"] for _ in range(people)]
    outcomes = race(street, [referrals[number::RACERS] for number in range(RACERS)])
    accepted = street.kept(sa.select(ReferralRecord.id).where(ReferralRecord.state == State.ACCEPTED))

    assert Counter(each for outcome in outcomes for each in outcome.values()) == {
        "accepted": places,
        "no_room": people - places,
    }
    assert len(accepted) == places
    assert street.slots_of(offering) == 0


def test_of_many_moves_on_one_version_exactly_one_wins(street: Street) -> None:
    offering = street.open_offering("Many Chairs", slots=100)
    referrals = [street.refer(offering)["id"] for _ in range(6)]
    outcomes = race(street, [referrals] * RACERS)

    for referral in referrals:
        assert Counter(outcome[referral] for outcome in outcomes) == {"accepted": 1, "stale": RACERS - 1}
    assert street.slots_of(offering) == 100 - len(referrals)


def race(
    street: Street, tasks: list[list[str]], *, by: Key | None = None, move: str = "accept"
) -> list[dict[str, str]]:
    """Let one process per task run at once; answer what each came to, by referral."""
    begin = time.time() + HEAD_START
    racers = [start(street) for _ in tasks]
    for racer, referrals in zip(racers, tasks, strict=True):
        assert racer.stdin is not None
        task = {"caller": who(by or street.clinic), "move": move, "referrals": referrals, "at": begin}
        racer.stdin.write(json.dumps(task))
        racer.stdin.close()
        racer.stdin = None
    return [json.loads(racer.communicate(timeout=60)[0]) for racer in racers]


def start(street: Street, racer: str = "tests.e2e.racer") -> subprocess.Popen[str]:
    """Start a process with the settings of the house."""
    settings = street.house.runtime.settings
    [master] = settings.master_keys
    environment = {
        **os.environ,
        "DATA_DIR": str(settings.data_dir),
        "DATABASE_URL": settings.database_url,
        "KEYSTORE_URL": settings.keystore_url,
        "MASTER_KEYS": f"{master.epoch}:{base64.b64encode(master.secret).decode()}",
        "LOOKUP_SECRET": base64.b64encode(settings.lookup_secret).decode(),
    }
    return subprocess.Popen(
        [sys.executable, "-m", racer],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment, cwd=PROJECT,
    )  # fmt: skip


def who(key: Key) -> dict[str, Any]:
    """Who the racers act for."""
    ids: dict[str, uuid.UUID] = {"organization_id": key.organization_id, "application_id": key.application_id}
    return {name: str(each) for name, each in ids.items()}
