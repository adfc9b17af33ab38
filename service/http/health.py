"""Whether the process lives, and whether it can serve."""

from collections.abc import Callable
from functools import cache
from pathlib import Path

import flask
import sqlalchemy as sa
import structlog
from flask import Response, jsonify
from sqlalchemy.exc import SQLAlchemyError

from service import errors
from service.database import Database
from service.http import problems
from service.http.call import runtime
from service.wall import obeys_the_wall

Check = Callable[[], bool]
MIGRATIONS = Path(__file__).resolve().parent.parent.parent / "migrations"


def health_pages(*checks: Check) -> flask.Blueprint:
    """Serve /healthz and /readyz: open to all, without details. Ready is who passes every check."""
    pages = flask.Blueprint("health", __name__)

    @pages.get("/healthz")
    def healthz() -> Response:
        return jsonify({"status": "ok"})

    @pages.get("/readyz")
    def readyz() -> Response:
        try:
            able = all(check() for check in checks)
        except SQLAlchemyError:
            able = False
        return jsonify({"status": "ready"}) if able else problems.refuse(errors.Unavailable(retry_after=5))

    return pages


def databases_at_head() -> bool:
    """Whether both databases answer, in the newest shape that this code knows."""
    world = runtime()
    return at_head(world.database, "versions") and at_head(world.vault.store, "keystore")


def at_head(database: Database, diary: str) -> bool:
    """Whether a database is in the newest shape that its diary of migrations knows."""
    with database.session(reading=True) as session:
        shape = session.execute(sa.text("SELECT version_num FROM alembic_version")).scalar_one_or_none()
    return shape == newest_migration(diary)


def organizations_apart() -> bool:
    """Whether PostgreSQL keeps organizations apart: not for a role that passes through row-level security."""
    with runtime().database.session(reading=True) as session:
        apart = obeys_the_wall(session)
    if not apart:
        structlog.get_logger().error("row_security_bypassed")
    return apart


@cache
def newest_migration(diary: str) -> str:
    """The number of the last entry of a migration diary. Alembic would know, too, but takes a third of a second."""
    return max(entry.name.partition("_")[0] for entry in (MIGRATIONS / diary).glob("[0-9]*.py"))
