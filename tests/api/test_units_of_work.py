"""Units of work: plain rows go out in time and together, all or none; connections that died are replaced."""

from __future__ import annotations

import time
import uuid

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from service import database, errors
from service.ledger.models import Entry
from service.outbox.models import Event
from service.outbox.rules import EventType
from service.rows import ROWS_A_JOURNEY, PlainInsert, send_rows, write_row
from tests.houses import House, Key

pytestmark = pytest.mark.database
_EVENT = PlainInsert(Event)


def promise(session: Session, house: House, event_id: uuid.UUID | None = None) -> uuid.UUID:
    event_id = event_id or uuid.uuid4()
    write_row(
        session,
        _EVENT,
        {"id": event_id, "audience_id": uuid.uuid4(), "type": EventType.INTAKE_SUBMITTED, "record_id": uuid.uuid4(),
         "record_version": 1, "at": house.clock.now()},
    )  # fmt: skip
    return event_id


def promised(session: Session) -> int:
    return session.execute(sa.select(sa.func.count()).select_from(Event)).scalar_one()


def test_rows_held_back_are_there_for_the_next_question(house: House) -> None:
    with house.runtime.database.session() as session:
        before = promised(session)
        promise(session, house)

        assert promised(session) == before + 1


def test_many_rows_go_in_several_journeys(house: House) -> None:
    with house.runtime.database.session() as session:
        before = promised(session)
        for _ in range(2 * ROWS_A_JOURNEY + 1):
            promise(session, house)

    with house.runtime.database.session(reading=True) as session:
        assert promised(session) == before + 2 * ROWS_A_JOURNEY + 1


def test_what_raises_leaves_no_row(house: House) -> None:
    def fail() -> None:
        with house.runtime.database.session() as session:
            promise(session, house)
            send_rows(session)
            promise(session, house)
            raise RuntimeError

    with house.runtime.database.session(reading=True) as session:
        before = promised(session)
    with pytest.raises(RuntimeError):
        fail()

    with house.runtime.database.session(reading=True) as session:
        assert promised(session) == before


def test_a_row_that_is_refused_takes_the_others_with_it_and_tells_no_value(house: House) -> None:
    twice = uuid.uuid4()

    def fail() -> None:
        with house.runtime.database.session() as session:
            promise(session, house)
            promise(session, house, twice)
            promise(session, house, twice)

    with house.runtime.database.session(reading=True) as session:
        before = promised(session)
    with pytest.raises(IntegrityError) as refused:
        fail()

    assert refused.value.hide_parameters
    with house.runtime.database.session(reading=True) as session:
        assert promised(session) == before


@pytest.mark.parametrize("trusted_seconds", [0.0, 3600.0], ids=["rested", "just used"])
def test_connections_that_the_server_closed_are_replaced_unseen(
    client: FlaskClient, outreach: Key, house: House, trusted_seconds: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    if house.runtime.database.is_sqlite:
        pytest.skip("SQLite has no server that could go away.")
    assert client.post("/v1/intakes", headers=outreach.headers).status_code == 201
    monkeypatch.setattr(database, "TRUSTED_SECONDS", trusted_seconds)
    lonely = sa.create_engine(house.runtime.database.engine.url, isolation_level="AUTOCOMMIT")
    with lonely.connect() as other:
        other.execute(
            sa.text(
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )
    lonely.dispose()

    assert client.post("/v1/intakes", headers=outreach.headers).status_code == 201
    with house.runtime.database.session(reading=True) as session:
        assert session.execute(sa.select(sa.func.count()).select_from(Entry)).scalar_one() == 2


def test_who_keeps_a_transaction_waiting_is_hung_up_on_and_asked_to_come_again(house: House) -> None:
    ground = house.runtime.database
    if ground.is_sqlite:
        pytest.skip("SQLite hangs up on nobody.")

    def dawdle() -> None:
        with ground.session() as session:
            promise(session, house)
            session.execute(sa.text("SET LOCAL idle_in_transaction_session_timeout = 50"))
            time.sleep(0.5)
            promised(session)

    with ground.session(reading=True) as session:
        before = promised(session)
    with pytest.raises(errors.Unavailable):
        dawdle()

    with ground.session(reading=True) as session:
        assert promised(session) == before
