"""Proofs of what was told: for staff and for the person, checked by a program that knows nothing of ours."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from flask.testing import FlaskClient

from service.ledger.sealing import seal_entries
from tests.builders.ledgers import SEALER
from tests.builders.people import Desk
from tests.builders.referrals import Street
from tests.houses import House, Key

pytestmark = pytest.mark.database
CHECK = Path(__file__).resolve().parents[2] / "docs" / "check_proof.py"


@pytest.fixture
def street(house: House, client: FlaskClient, outreach: Key, clinic: Key, steward: Key) -> Street:
    """A team and a clinic that has an offering."""
    built = Street(house, client, outreach, clinic, steward)
    built.open_offering()
    return built


def a_told_person(street: Street) -> tuple[str, list[Any]]:
    referral = street.refer()
    street.read(street.clinic, referral)
    person = referral["person_id"]
    return person, Desk(street.client, street.team).read(f"/v1/people/{person}/disclosures")["items"]


def checked(folder: Path, proof: Any) -> subprocess.CompletedProcess[str]:
    kept, key = folder / "proof.json", folder / "ledger-key.pub"
    kept.write_text(json.dumps(proof))
    key.write_text(base64.b64encode(SEALER.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)).decode())
    return subprocess.run([sys.executable, CHECK, kept, key], capture_output=True, text=True, check=False)


def test_every_line_of_an_accounting_has_a_proof(street: Street, house: House, tmp_path: Path) -> None:
    person, lines = a_told_person(street)
    path = f"/v1/people/{person}/disclosures/{lines[0]['id']}/proof"
    early = Desk(street.client, street.team).get(path)
    seal_entries(house.runtime.database, SEALER, now=house.clock.now())

    proofs = [
        Desk(street.client, street.team).read(f"/v1/people/{person}/disclosures/{each['id']}/proof") for each in lines
    ]

    assert (early.status_code, early.headers["Retry-After"]) == (409, "2")
    assert lines
    for proof in proofs:
        result = checked(tmp_path, proof)
        assert (result.returncode, result.stderr) == (0, "")
        assert person.replace("-", "") in result.stdout.replace("-", "")


def test_a_proof_that_was_touched_is_found_out(street: Street, house: House, tmp_path: Path) -> None:
    person, lines = a_told_person(street)
    seal_entries(house.runtime.database, SEALER, now=house.clock.now())
    proof = Desk(street.client, street.team).read(f"/v1/people/{person}/disclosures/{lines[0]['id']}/proof")

    proof["entry"] = proof["entry"].replace("disclosed", "forgotten").replace("referral_", "nothing_")

    assert checked(tmp_path, proof).returncode != 0


def test_the_person_takes_the_proof_along(street: Street, house: House, tmp_path: Path) -> None:
    person, _ = a_told_person(street)
    team = Desk(street.client, street.team)
    words = {"Return-Code": team.post(f"/v1/people/{person}/return-codes").get_json()["return_code"]}
    account = street.client.get("/v1/mine/disclosures", headers=words).get_json()
    seal_entries(house.runtime.database, SEALER, now=house.clock.now())

    proof = street.client.get(f"/v1/mine/disclosures/{account['told'][0]['id']}/proof", headers=words)

    assert proof.status_code == 200
    assert checked(tmp_path, proof.get_json()).returncode == 0


def test_nobody_proves_what_is_somebody_elses(street: Street, house: House) -> None:
    person, lines = a_told_person(street)
    other, _ = a_told_person(street)
    seal_entries(house.runtime.database, SEALER, now=house.clock.now())
    ends = [
        Desk(street.client, street.clinic).get(f"/v1/people/{person}/disclosures/{lines[0]['id']}/proof"),
        Desk(street.client, street.team).get(f"/v1/people/{other}/disclosures/{lines[0]['id']}/proof"),
    ]

    assert [each.status_code for each in ends] == [404, 404]
