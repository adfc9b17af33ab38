"""How migrations run: on the main database, or with `-x store=keystore` on the key store."""

import importlib
import importlib.util
import pkgutil
from typing import Any

import sqlalchemy as sa
from alembic import context

import service
from service.database import Database, Record, UTCDateTime
from service.settings import load_settings
from service.vault.models import KeyRecord

KEYSTORE = (
    context.config.attributes.get("store") == "keystore"
    or context.get_x_argument(as_dictionary=True).get("store") == "keystore"
)


def know_all_records() -> None:
    """Import the models of every room, so that their tables are known."""
    for room in pkgutil.iter_modules(service.__path__, "service."):
        if room.ispkg and importlib.util.find_spec(f"{room.name}.models"):
            importlib.import_module(f"{room.name}.models")


def render_item(kind: str, item: Any, _context: Any) -> str | bool:
    """Write our own types as what they are on disk, so that a migration imports nothing of the service."""
    if kind == "type" and isinstance(item, UTCDateTime):
        return "sa.DateTime(timezone=True)"
    return False


def database() -> Database:
    """The database whose tables are to change."""
    given = context.config.attributes.get("url")
    if given is not None:
        return Database(given)
    settings = load_settings()
    return Database(settings.keystore_url if KEYSTORE else settings.database_url)


def run_migrations() -> None:
    """Run in one transaction; a waiting ALTER must not make everybody else wait behind it."""
    know_all_records()
    ground = database()
    with ground.engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(sa.text("SET lock_timeout = '2s'"))
            connection.execute(sa.text("SET statement_timeout = 0"))
            connection.execute(sa.text("SET app.house = 'on'"))  # Else the owner sees no row behind the wall.
            connection.commit()
        context.configure(
            connection=connection,
            target_metadata=KeyRecord.metadata if KEYSTORE else Record.metadata,
            render_item=render_item,
            render_as_batch=True,
            compare_type=True,
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()
    ground.dispose()


run_migrations()
