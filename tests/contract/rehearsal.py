"""An application that answers as it would and keeps nothing, so that thousands of requests meet the same world."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from dataclasses import replace

from flask import Flask
from sqlalchemy.orm import Session

from service.app import create_app
from service.database import Database
from service.rows import send_rows
from tests.houses import House


class Rehearsing(Database):
    """A database whose units of work end before their commit: all that is written is sent, and then taken back."""

    @contextmanager
    def session(self, *, reading: bool = False) -> Iterator[Session]:
        """Open one unit of work that leaves nothing behind."""
        with super().session(reading=reading) as session:
            yield session
            session.flush()
            send_rows(session)
            session.expunge_all()  # What was read stays readable, as it does after a commit.
            session.rollback()


@contextmanager
def rehearsing_app(house: House) -> Iterator[Flask]:
    """An application over the databases of a house that changes neither of them, until the block ends."""
    runtime = house.answering
    database = Rehearsing(runtime.settings.database_url)
    vault = copy(runtime.vault)
    vault.store = Rehearsing(runtime.settings.keystore_url)
    database.lends["vault"] = vault
    yield create_app(runtime=replace(runtime, database=database, vault=vault))
    database.dispose()
    vault.store.dispose()
