"""What a caller reads when a database goes away, before the commit and at the commit itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError

from service.database import Database, UnsafeStorage
from service.intakes.models import IntakeRecord
from service.settings import SettingsError
from service.vault.guesses import A_SOURCE
from tests.houses import FakeClock, House, Key

pytestmark = pytest.mark.database


@contextmanager
def whenever(engine: sa.Engine, moment: str, happens: Callable[..., None]) -> Iterator[None]:
    """Let something happen at each commit (`commit`) or each statement (`before_cursor_execute`) of an engine."""
    sa.event.listen(engine, moment, happens)
    try:
        yield
    finally:
        sa.event.remove(engine, moment, happens)


def lost(*_: object) -> None:
    raise OperationalError("a statement", {"word": "somebody said"}, Exception("the server is gone"))


def lost_after_committing(connection: sa.Connection) -> None:
    driver = connection.connection.driver_connection
    assert driver is not None
    driver.execute("COMMIT") if connection.dialect.name == "sqlite" else driver.commit()
    lost()


def taken_in(house: House) -> int:
    with house.runtime.database.session(reading=True) as session:
        return session.execute(sa.select(sa.func.count()).select_from(IntakeRecord)).scalar_one()


def test_a_database_that_is_away_is_asked_again_later(client: FlaskClient, outreach: Key, house: House) -> None:
    with whenever(house.answering.database.engine, "before_cursor_execute", lost):
        answer = client.post("/v1/intakes", headers=outreach.headers)

    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) >= 1
    assert answer.get_json()["type"] == "/problems/unavailable"
    assert "retry" not in answer.get_json()
    assert "somebody said" not in answer.text
    assert taken_in(house) == 0


@pytest.mark.parametrize(("at_the_commit", "done"), [(lost, 0), (lost_after_committing, 1)])
def test_a_commit_that_is_lost_is_sent_again_with_the_same_key(
    client: FlaskClient, outreach: Key, house: House, at_the_commit: Callable[..., None], done: int
) -> None:
    headers = {**outreach.headers, "Idempotency-Key": "the-same"}
    with whenever(house.answering.database.engine, "commit", at_the_commit):
        unknown = client.post("/v1/intakes", headers=headers)
    between = taken_in(house)
    again = client.post("/v1/intakes", headers=headers)

    assert (unknown.status_code, unknown.get_json()["type"]) == (503, "/problems/outcome-unknown")
    assert unknown.get_json()["retry"] == "same_key"
    assert int(unknown.headers["Retry-After"]) >= 1
    assert between == done
    assert again.status_code == 201
    assert again.headers.get("Idempotency-Replayed") == ("true" if done else None)
    assert again.get_json()["return_code"]
    assert taken_in(house) == 1


def test_right_words_that_nobody_could_look_up_are_no_guesses(
    client: FlaskClient, outreach: Key, house: House, clock: FakeClock
) -> None:
    words = {"Return-Code": client.post("/v1/intakes", headers=outreach.headers).get_json()["return_code"]}
    with whenever(house.answering.database.engine, "before_cursor_execute", lost):
        for _ in range(A_SOURCE * 2):
            assert client.get("/v1/mine", headers=words).status_code == 503
            clock.move(seconds=1)

    assert client.get("/v1/mine", headers=words).status_code == 200


def test_without_its_key_store_nothing_is_written_in_the_clear(
    client: FlaskClient, outreach: Key, house: House
) -> None:
    house.runtime.vault.forget_slots()
    with whenever(house.runtime.vault.store.engine, "before_cursor_execute", lost):
        answer = client.post("/v1/intakes", headers=outreach.headers)

    assert answer.status_code == 503
    assert taken_in(house) == 0


def test_a_file_that_does_not_keep_what_we_promise_is_refused(tmp_path: Path) -> None:
    kept, forgotten = Database(f"sqlite:///{tmp_path / 'kept'}"), Database("sqlite://")

    with kept.session(reading=True) as session:
        assert session.execute(sa.text("PRAGMA synchronous")).scalar_one() == 2
        assert session.execute(sa.text("PRAGMA journal_mode")).scalar_one() == "wal"
    kept.dispose()
    with pytest.raises(UnsafeStorage, match="journal_mode=WAL"), forgotten.session() as session:
        session.execute(sa.text("SELECT 1"))


@pytest.mark.parametrize("url", ["nonsense", "mysql://root:a-password@localhost/x", ""])
def test_a_database_that_we_do_not_know_is_said_in_one_sentence(url: str) -> None:
    with pytest.raises(SettingsError, match="look like postgresql://") as refused:
        Database(url)

    assert "a-password" not in str(refused.value)
