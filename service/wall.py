"""The wall: PostgreSQL shows a transaction the rows of the organization that it acts for, whatever it asks.

What is said here is read by the policies of migration 0015, and is over with the transaction: a pool hands connections
on. SQLite has no wall, and hears nothing of it.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import sqlalchemy as sa
from sqlalchemy import exc
from sqlalchemy.orm import Session

from service.rows import send_rows

HOUSE = "app.house"
_ORGANIZATION, _STANDING_IN, _PERSON = "app.organization_id", "app.standing_in", "app.person_id"
_SETTING = sa.text("SELECT set_config(:setting, :value, true)")


def acts_for(organization_id: sa.SQLColumnExpression[uuid.UUID]) -> sa.ColumnElement[Any]:
    """A column that says, in the question that finds an organization, that the transaction acts for it from here on."""
    return sa.func.set_config(_ORGANIZATION, sa.cast(organization_id, sa.Text), sa.true())


def act_for(session: Session, organization_id: uuid.UUID) -> None:
    """Say for which organization this unit of work acts: PostgreSQL shows it the rows of no other one."""
    session.info["acts_for"] = organization_id
    _say(session, _ORGANIZATION, organization_id)


def come_as(session: Session, person_id: uuid.UUID) -> None:
    """Say that the person themselves is here, known by their words: their own row can be seen, and so whose it is."""
    _say(session, _PERSON, person_id)


@contextmanager
def standing_in(session: Session, organization_id: uuid.UUID) -> Iterator[None]:
    """Reach the rows of another organization, besides one's own, until the block ends.

    For what the recipient of a referral may do with it, and nowhere else: each place that says this is a door in the
    wall. What was written inside goes out before the door is shut. On SQLite there is no wall, so it costs nothing.
    """
    before = session.info.get("stands_in")
    if organization_id in {session.info.get("acts_for"), before}:
        yield
        return
    session.info["stands_in"] = organization_id
    _say(session, _STANDING_IN, organization_id)
    try:
        yield
        session.flush()
        send_rows(session)
    except BaseException:
        # Where the database said no itself, it hears nothing more in this transaction, and forgets all of it.
        with suppress(exc.SQLAlchemyError):
            _stand_back(session, before)
        raise
    _stand_back(session, before)


def _stand_back(session: Session, before: uuid.UUID | None) -> None:
    session.info["stands_in"] = before
    _say(session, _STANDING_IN, before or "")


def _say(session: Session, setting: str, value: uuid.UUID | str) -> None:
    """Set what the policies ask (migration 0015), for this transaction alone: a pool hands connections on."""
    database = session.info["database"]
    if not database.is_sqlite and not database.at_work:
        session.connection().execute(_SETTING, {"setting": setting, "value": str(value)})


def say_who_works(session: Session, _transaction: Any, connection: sa.Connection) -> None:
    """Say that this is the house at work, which sees every organization, as soon as one of its transactions begins."""
    database = session.info.get("database")
    if database is not None and database.at_work and not database.is_sqlite:
        connection.execute(_SETTING, {"setting": HOUSE, "value": "on"})


def obeys_the_wall(session: Session) -> bool:
    """Whether the database holds this service to its row-level security: superusers and BYPASSRLS pass through it."""
    if session.info["database"].is_sqlite:
        return True
    role = "SELECT NOT (rolsuper OR rolbypassrls) FROM pg_roles WHERE rolname = current_user"
    return bool(session.execute(sa.text(role)).scalar_one())
