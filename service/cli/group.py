"""The group that every command belongs to, and the world that a command works in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import click
from sqlalchemy.orm import Session

from service.database import UNAVAILABLE
from service.errors import Refusal
from service.runtime import Runtime, build_runtime
from service.settings import SettingsError, load_settings


@click.group()
def cli() -> None:
    """Making Room: set up, look after, and feed the service."""


@contextmanager
def world() -> Iterator[Runtime]:
    """Lend a command the world, as the house at work, and turn what goes wrong in it into one sentence."""
    try:
        runtime = build_runtime(load_settings(), at_work=True)
        try:
            yield runtime
        finally:
            runtime.dispose()
    except SettingsError as unusable:
        raise click.ClickException(str(unusable)) from unusable
    except Refusal as refusal:
        raise click.ClickException(refusal.message()) from refusal
    except UNAVAILABLE as away:
        raise click.ClickException("A database does not answer; look at DATABASE_URL and KEYSTORE_URL.") from away


@contextmanager
def work() -> Iterator[tuple[Session, datetime]]:
    """Lend a command one unit of work on the main database, and the instant."""
    with world() as runtime, runtime.database.session() as session:
        yield session, runtime.clock.now()
