"""A house over a real database, for tests, for the scoreboard, for measuring: with a clock that obeys, and keys."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

import sqlalchemy as sa
from alembic import command
from flask import Flask

from service.access import actions as access
from service.access.rules import SCOPES_OF, Caller, OrganizationKind, Role, Scope
from service.app import create_app
from service.cli import alembic_config
from service.database import Database, Record
from service.runtime import Runtime, build_runtime
from service.settings import MasterKey, Settings
from service.vault.models import Erased, GuessCount
from tests import servers

BACKENDS = ("sqlite", "postgresql")
KINDS = {
    Role.OUTREACH: OrganizationKind.OUTREACH,
    Role.COORDINATOR: OrganizationKind.HUB,
    Role.CLINIC: OrganizationKind.CLINIC,
    Role.STEWARD: OrganizationKind.STEWARD,
    Role.AUDITOR: OrganizationKind.OVERSIGHT,
    Role.RESEARCHER: OrganizationKind.RESEARCH,
    Role.PRIVACY_LEAD: OrganizationKind.HUB,
}


@dataclass
class FakeClock:
    """A clock that goes when it is told to."""

    moved: timedelta = field(default_factory=timedelta)

    def now(self) -> datetime:
        """The real instant, plus what was added."""
        return datetime.now(UTC) + self.moved

    def move(self, **span: float) -> None:
        """Let time pass: move(days=8)."""
        self.moved += timedelta(**span)


@dataclass
class House:
    """One application over one real database, made once a process and wiped between tests.

    `runtime` is the house at work, as in a worker, and sees every organization's rows; the application has one of its
    own, as in a web process, that sees those of whoever asks.
    """

    backend: str
    runtime: Runtime
    app: Flask
    clock: FakeClock

    @property
    def answering(self) -> Runtime:
        """The world of the application."""
        return cast(Runtime, self.app.extensions["making_room"])

    def wipe(self) -> None:
        """Forget everything that a test wrote."""
        self.clock.moved = timedelta()
        with self.runtime.database.session() as session:
            for table in reversed(Record.metadata.sorted_tables):
                session.execute(sa.delete(table))
        with self.runtime.vault.opened() as store:
            store.execute(sa.delete(GuessCount))
            store.execute(sa.delete(Erased))
        for runtime in (self.runtime, self.answering):
            runtime.database.remembered.clear()
        self.runtime.vault.forget_slots()


@dataclass(frozen=True)
class Key:
    """An application of an organization, as a test holds it."""

    organization_id: uuid.UUID
    application_id: uuid.UUID
    api_key: str
    caller: Caller
    worker: str | None = None

    @property
    def headers(self) -> dict[str, str]:
        """What it sends, in the name of a worker if one is named."""
        named = {"Acting-Worker": self.worker} if self.worker else {}
        return {"Authorization": f"Bearer {self.api_key}", **named}


def make_house(backend: str, folder: Path) -> House:
    """Build a house with databases of its own, at the newest shape."""
    folder.mkdir(parents=True, exist_ok=True)
    clock = FakeClock()
    settings = Settings(
        data_dir=folder,
        database_url=_sqlite(folder / "main.sqlite3") if backend == "sqlite" else servers.new_database(),
        keystore_url=_sqlite(folder / "keys.sqlite3"),
        master_keys=(MasterKey("test", bytes(range(32))),),
        lookup_secret=bytes(reversed(range(32))),
        rate_limit="1000000 per minute",
        not_there_limit="1000000 per minute",
        log_level="CRITICAL",
    )
    runtime = build_runtime(settings, clock, at_work=True)
    for store, database in (("main", runtime.database), ("keystore", runtime.vault.store)):
        command.upgrade(alembic_config(store, database.url.render_as_string(hide_password=False)), "head")
    app = create_app(runtime=_that_answers(runtime))
    app.testing = False
    return House(backend, runtime, app, clock)


def _that_answers(runtime: Runtime) -> Runtime:
    """The same world for an application: with connections of its own, that act for whoever asks."""
    database = Database(runtime.settings.database_url)
    database.lends["vault"] = runtime.vault
    return replace(runtime, database=database)


def _sqlite(path: Path) -> str:
    return f"sqlite:///{path}"


def close_house(house: House) -> None:
    """Close what was opened, and drop what was made."""
    url = house.runtime.settings.database_url
    for runtime in (house.runtime, house.answering):
        runtime.dispose()
    if house.backend == "postgresql":
        servers.drop_database(url)


def make_key(
    house: House,
    role: Role = Role.OUTREACH,
    *,
    organization_id: uuid.UUID | None = None,
    scopes: set[Scope] | None = None,
    kind: OrganizationKind | None = None,
) -> Key:
    """Make an organization with an application and a key; or another application of one that is there."""
    now = house.clock.now()
    kind = kind or KINDS[role]
    with house.runtime.database.session() as session:
        if organization_id is None:
            organization_id = access.make_organization(session, f"A {role} team", kind, now=now).id
        wanted = SCOPES_OF[role] if scopes is None else frozenset(scopes)
        application = access.make_application(session, organization_id, f"{role} app", wanted, now=now)
        key = access.issue_key(session, application.id, now=now)
    caller = Caller(
        organization_id=organization_id,
        organization_kind=kind,
        application_id=application.id,
        credential_id=key.id,
        scopes=wanted,
        request_id="test",
    )
    return Key(organization_id, application.id, key.text, caller)
