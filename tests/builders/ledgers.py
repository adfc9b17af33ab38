"""A ledger with something in it, whoever asks what of it arrived, and the keys that seal it."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import Flask
from flask.testing import FlaskClient

from service.database import uuid7
from service.ledger.models import Entry
from service.ledger.rules import Hand
from tests.builders.people import Desk
from tests.builders.referrals import Street
from tests.houses import House

SEALER = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))


class Watching(FlaskClient):
    """A caller who writes down every answer: request id, method, path, status."""

    def __init__(self, app: Flask) -> None:
        super().__init__(app, app.response_class)
        self.heard: list[tuple[str, str, str, int]] = []

    def open(self, *args: Any, **kwargs: Any) -> Any:
        """Ask, and write down what came back."""
        answer = super().open(*args, **kwargs)
        request = answer.request
        self.heard.append((answer.headers["X-Request-Id"], request.method, request.path, answer.status_code))
        return answer


def live_through(street: Street) -> None:
    """What a day holds: somebody comes in, is read, corrected, matched, referred, answered, carried, and leaves."""
    team = Desk(street.client, street.team)
    once = {"Idempotency-Key": f'"{uuid.uuid4()}"'}
    came = team.take_in({"priorities": [{"verbatim": "somewhere dry", "rank": 1}]}, **once)
    team.take_in({"priorities": [{"verbatim": "somewhere dry", "rank": 1}]}, **once)
    team.take_in({"return_code": came["return_code"]})
    brought = {"id": str(uuid.uuid4()), "priorities": [{"verbatim": "somewhere dry", "rank": 1}]}
    team.take_in(brought)
    team.post("/v1/intakes", brought)
    team.post("/v1/people/find-by-code", {"return_code": came["return_code"]})
    intake, person = f"/v1/intakes/{came['id']}", f"/v1/people/{came['person_id']}"
    version = team.get(intake).headers["ETag"]
    team.patch(intake, {"name_to_use": "Ruby"}, **{"If-Match": version})
    for path in (intake, f"{intake}/versions", f"{intake}/versions/1", f"{intake}/matches", f"{intake}/choices", person,
                 "/v1/intakes", f"{person}/consents", "/v1/referrals"):  # fmt: skip
        team.read(path)
    offering = street.offerings[0]
    team.post(f"{intake}/choices", {"offering_id": str(offering), "choice": "tell_me_more"})
    team.post(f"{person}/status", {"status": "paused_by_person"})
    team.post(f"{person}/return-codes")
    team.post("/v1/return-codes", {"count": 2})
    _refer(street, team)


def _refer(street: Street, team: Desk) -> None:
    words = street.take_in()
    consent = street.sign(words, street.offerings[0], expires={"on_event": "first_meeting"})
    team.read(f"/v1/consents/{consent['id']}")
    referral = street.refer(intake=words, consent=consent)
    street.read(street.clinic, referral)
    Desk(street.client, street.clinic).read("/v1/referrals")
    for move in ("receive", "accept", "schedule", "first_meeting"):
        referral = street.move(street.clinic, referral, move)
    turned_away = street.refer()
    street.move(street.clinic, turned_away, "decline", reason={"code": "medication"})
    carried = street.carry(shows=("name", "priorities"))
    street.post(street.clinic, "/v1/hand-offs/present", {"token": carried["hand_off"]["token"]}, expect=200)
    revoked = street.sign(street.take_in(), street.offerings[0])
    for _ in range(2):
        street.post(street.team, f"/v1/consents/{revoked['id']}/revocations", {})


def write_entries(house: House, count: int, **facts: Any) -> list[uuid.UUID]:
    """Write entries as requests would, quickly; answer their ids in order."""
    now, organization_id = house.clock.now(), uuid.uuid4()
    rows = [
        {
            "id": uuid7(now), "at": now, "organization_id": organization_id, "application_id": organization_id,
            "request_id": uuid.uuid4().hex, "hand": Hand.APPLICATION, "action": "intake_read", "decision": "allowed",
            "person_id": uuid.uuid4(), "subject": "intake", "subject_id": uuid.uuid4(),
            "also": [str(organization_id)], **facts,
        }
        for _ in range(count)
    ]  # fmt: skip
    with house.runtime.database.session() as session:
        session.execute(sa.insert(Entry), rows)
    return sorted(row["id"] for row in rows)


@contextmanager
def ledger_held(house: House) -> Iterator[None]:
    """Hold the ledger from another connection, so that nobody else can write there."""
    database = house.runtime.database
    other = sa.create_engine(database.engine.url, isolation_level="AUTOCOMMIT")
    with other.connect() as connection:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if database.is_sqlite else "BEGIN")
        if not database.is_sqlite:
            connection.exec_driver_sql("LOCK TABLE ledger_entry IN SHARE MODE")
        yield
        connection.exec_driver_sql("ROLLBACK")
    other.dispose()
