"""What every test may ask for: a house over a real database, a clock that obeys, callers with keys."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from sqlalchemy.orm import Session

from service.access.rules import Role
from tests import servers
from tests.houses import BACKENDS, FakeClock, House, Key, close_house, make_house, make_key

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


@pytest.fixture(scope="session")
def houses(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], House]]:
    """Houses by backend, made when first asked for."""
    made: dict[str, House] = {}
    folder = tmp_path_factory.mktemp("houses")

    def house(backend: str) -> House:
        if backend not in made:
            made[backend] = make_house(backend, folder / backend)
        return made[backend]

    yield house
    for each in made.values():
        close_house(each)
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


@pytest.fixture(name="make_key")
def _make_key(house: House) -> Callable[..., Key]:
    """Make an organization with an application and a key: make_key(Role.OUTREACH)."""
    return partial(make_key, house)


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
