"""What every test may ask for: a house over a real database, a clock that obeys, callers with keys."""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from sqlalchemy.orm import Session

from service.access import actions as access
from service.access.rules import SCOPES_OF, Caller, OrganizationKind, Role, Scope
from service.app import create_app
from service.cli import alembic_config
from service.database import Record
from service.runtime import Runtime, build_runtime
from service.settings import MasterKey, Settings
from tests import servers

BACKENDS = ("sqlite", "postgresql")
KINDS = {
    Role.OUTREACH: OrganizationKind.OUTREACH,
    Role.COORDINATOR: OrganizationKind.HUB,
    Role.CLINIC: OrganizationKind.CLINIC,
    Role.STEWARD: OrganizationKind.STEWARD,
    Role.AUDITOR: OrganizationKind.OVERSIGHT,
    Role.RESEARCHER: OrganizationKind.RESEARCH,
}

hypothesis_settings.register_profile(
    "ci", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
hypothesis_settings.register_profile("dev", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis_settings.load_profile("ci" if os.environ.get("CI") else "dev")


def pytest_configure(config: pytest.Config) -> None:
    """Find PostgreSQL once, before the workers start; they are told by environment."""
    if hasattr(config, "workerinput") or config.option.collectonly:
        return
    config.stash[_SERVER] = context = servers.postgresql()
    server = context.__enter__()
    config.stash[_FOUND] = server
    if server is not None:
        os.environ["TEST_DATABASE_URL"] = server.url
    if os.environ.get("CI") and (server is None or servers.version_of(server.url) != 15):
        raise pytest.UsageError("In CI the tests need PostgreSQL 15: TEST_DATABASE_URL, or its programs installed.")


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop what was started."""
    context = config.stash.get(_SERVER, None)
    if context is not None:
        context.__exit__(None, None, None)


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Say which PostgreSQL judged, or loudly that none did."""
    server = config.stash.get(_FOUND, None)
    if server is not None:
        terminalreporter.write_line(f"PostgreSQL: {server.way}, version {servers.version_of(server.url)}")
    elif _SERVER in config.stash:
        terminalreporter.write_line("NO POSTGRESQL WAS FOUND: everything ran on SQLite alone.", red=True, bold=True)


_SERVER: pytest.StashKey[Any] = pytest.StashKey()
_FOUND: pytest.StashKey[servers.Server | None] = pytest.StashKey()


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
    """One application over one real database, made once a process and wiped between tests."""

    backend: str
    runtime: Runtime
    app: Flask
    clock: FakeClock

    def wipe(self) -> None:
        """Forget everything that a test wrote."""
        self.clock.moved = timedelta()
        with self.runtime.database.session() as session:
            for table in reversed(Record.metadata.sorted_tables):
                session.execute(sa.delete(table))
        self.runtime.database.remembered.clear()
        self.runtime.vault.forget_slots()


@dataclass(frozen=True)
class Key:
    """An application of an organization, as a test holds it."""

    organization_id: uuid.UUID
    application_id: uuid.UUID
    api_key: str
    caller: Caller

    @property
    def headers(self) -> dict[str, str]:
        """What it sends."""
        return {"Authorization": f"Bearer {self.api_key}"}


def _make_house(backend: str, folder: Path) -> House:
    folder.mkdir(parents=True, exist_ok=True)
    clock = FakeClock()
    runtime = build_runtime(
        Settings(
            data_dir=folder,
            database_url=_sqlite(folder / "main.sqlite3") if backend == "sqlite" else servers.new_database(),
            keystore_url=_sqlite(folder / "keys.sqlite3"),
            master_keys=(MasterKey("test", bytes(range(32))),),
            lookup_secret=bytes(reversed(range(32))),
            rate_limit="1000000 per minute",
            log_level="CRITICAL",
        ),
        clock,
    )
    for store, database in (("main", runtime.database), ("keystore", runtime.vault.store)):
        command.upgrade(alembic_config(store, database.url.render_as_string(hide_password=False)), "head")
    app = create_app(runtime=runtime)
    app.testing = False
    return House(backend, runtime, app, clock)


def _sqlite(path: Path) -> str:
    return f"sqlite:///{path}"


@pytest.fixture(scope="session")
def houses(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], House]]:
    """Houses by backend, made when first asked for."""
    made: dict[str, House] = {}
    folder = tmp_path_factory.mktemp("houses")

    def house(backend: str) -> House:
        if backend not in made:
            made[backend] = _make_house(backend, folder / backend)
        return made[backend]

    yield house
    for each in made.values():
        url = each.runtime.settings.database_url
        each.runtime.dispose()
        if each.backend == "postgresql":
            servers.drop_database(url)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(params=BACKENDS)
def house(request: pytest.FixtureRequest, houses: Callable[[str], House]) -> House:
    """A wiped house, once on each database."""
    if request.param == "postgresql" and not os.environ.get("TEST_DATABASE_URL"):
        pytest.skip("no PostgreSQL was found")
    built = houses(request.param)
    built.wipe()
    return built


@pytest.fixture
def app(house: House) -> Flask:
    """The application; pytest-flask asks for it by this name."""
    return house.app


@pytest.fixture(autouse=True)
def _push_request_context() -> None:
    """Keep pytest-flask from holding one request open for a whole test: only the client opens requests."""


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A caller without credentials."""
    return app.test_client()


@pytest.fixture
def clock(house: House) -> FakeClock:
    """The clock of the house."""
    return house.clock


@pytest.fixture
def session(house: House) -> Iterator[Session]:
    """A unit of work of one's own; commits when the test ends well."""
    with house.runtime.database.session() as session:
        yield session


@pytest.fixture
def make_key(house: House) -> Callable[..., Key]:
    """Make an organization with an application and a key: make_key(Role.OUTREACH)."""

    def make(role: Role = Role.OUTREACH, *, organization_id: uuid.UUID | None = None, scopes: set[Scope] | None = None,
             kind: OrganizationKind | None = None) -> Key:  # fmt: skip
        now = house.clock.now()
        with house.runtime.database.session() as session:
            if organization_id is None:
                organization_id = access.make_organization(session, f"A {role} team", kind or KINDS[role], now=now).id
            wanted = SCOPES_OF[role] if scopes is None else frozenset(scopes)
            application = access.make_application(session, organization_id, f"{role} app", wanted, now=now)
            key = access.issue_key(session, application.id, now=now)
        caller = Caller(
            organization_id=organization_id, organization_kind=kind or KINDS[role], application_id=application.id,
            credential_id=key.id, scopes=wanted, request_id="test",
        )  # fmt: skip
        return Key(organization_id, application.id, key.text, caller)

    return make


@pytest.fixture
def outreach(make_key: Callable[..., Key]) -> Key:
    """An outreach team's app."""
    return make_key(Role.OUTREACH)


@pytest.fixture
def coordinator(make_key: Callable[..., Key]) -> Key:
    """A coordinating hub's tool."""
    return make_key(Role.COORDINATOR)


@pytest.fixture
def clinic(make_key: Callable[..., Key]) -> Key:
    """A clinic's EHR."""
    return make_key(Role.CLINIC)


@pytest.fixture
def steward(make_key: Callable[..., Key]) -> Key:
    """A directory steward's tool."""
    return make_key(Role.STEWARD)


@pytest.fixture
def auditor(make_key: Callable[..., Key]) -> Key:
    """An auditor's tool."""
    return make_key(Role.AUDITOR)
