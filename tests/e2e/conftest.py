"""The service as it really runs: gunicorn and a worker as processes of their own, over each database."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests import servers

PROJECT = Path(__file__).resolve().parent.parent.parent
BACKENDS = ("sqlite", "postgresql")
READY_SECONDS = 60
OURS = ("DATA_DIR", "HOST", "PORT", "WEB_CONCURRENCY", "DATABASE_URL", "KEYSTORE_URL", "MASTER_KEYS", "LOOKUP_SECRET",
        "LEDGER_KEY", "ANCHORS", "REDIS_URL", "RATE_LIMIT", "NOT_THERE_LIMIT", "TRUSTED_PROXIES", "QUICK_EXIT_URL",
        "SOMEONE_ON_DUTY", "LOG_LEVEL", "MAKEFLAGS", "MAKELEVEL", "MFLAGS")  # fmt: skip


@dataclass(frozen=True)
class LiveService:
    """A running service: where it listens, who may knock (`credentials["outreach"]["api_key"]`), where its data is."""

    backend: str
    base_url: str
    credentials: dict[str, dict[str, str]]
    data_dir: Path


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the tests of one live service together, so that each is started once and not once a test process."""
    for item in items:
        callspec = getattr(item, "callspec", None)
        if callspec is not None and "live_service" in callspec.params:
            item.add_marker(pytest.mark.xdist_group(f"live-{callspec.params['live_service']}"))


@pytest.fixture(scope="session", params=BACKENDS)
def live_service(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveService]:
    """A service with the demo directory and the demo organizations, once on each database."""
    if request.param == "postgresql" and not os.environ.get("TEST_DATABASE_URL"):
        pytest.skip("no PostgreSQL was found")
    data_dir = tmp_path_factory.mktemp(f"live-{request.param}")
    with databases(request.param) as urls:
        environment = {**an_environment(data_dir), **urls}
        set_up(data_dir, environment)
        with serving(data_dir, environment):
            base_url = f"http://127.0.0.1:{environment['PORT']}"
            credentials = json.loads((data_dir / "demo-credentials.json").read_text())
            yield LiveService(request.param, base_url, credentials, data_dir)


def an_environment(data_dir: Path) -> dict[str, str]:
    """The environment without what steers a service of whoever runs the tests, and with what steers ours."""
    inherited = {name: value for name, value in os.environ.items() if name not in OURS}
    ours = {"DATA_DIR": str(data_dir), "HOST": "127.0.0.1", "PORT": str(servers.free_port()), "WEB_CONCURRENCY": "2",
            "RATE_LIMIT": "1000000 per minute", "LOG_LEVEL": "WARNING"}  # fmt: skip
    return {**inherited, **ours}


@contextlib.contextmanager
def databases(backend: str) -> Iterator[dict[str, str]]:
    if backend == "sqlite":
        yield {}
        return
    urls = {"DATABASE_URL": servers.new_database(), "KEYSTORE_URL": servers.new_database()}
    try:
        yield urls
    finally:
        for url in urls.values():
            servers.drop_database(url)


def set_up(data_dir: Path, environment: dict[str, str]) -> None:
    directory = data_dir / "demo-directory.json"
    directory.write_bytes(run(environment, "tests.stories.directory"))
    run(environment, "service.cli", "make-keys")
    run(environment, "service.cli", "migrate")
    run(environment, "service.cli", "set-up-demo", "--directory", str(directory))


def run(environment: dict[str, str], *arguments: str) -> bytes:
    """Run one of our modules; answer what it printed."""
    done = subprocess.run(
        [sys.executable, "-m", *arguments], cwd=PROJECT, env=environment, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


@contextlib.contextmanager
def serving(data_dir: Path, environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """Web and worker processes that are ready, under the one process that started them, until the block ends."""
    with (data_dir / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "service.cli", "serve"], cwd=PROJECT, env=environment, stdout=log, stderr=log
        )
        try:
            wait_until_ready(f"http://127.0.0.1:{environment['PORT']}", process)
            yield process
        finally:
            process.terminate()
            process.wait(60)


def wait_until_ready(base_url: str, process: subprocess.Popen[bytes]) -> None:
    """Wait until /readyz answers 200; fail when the process ends before."""
    until = time.monotonic() + READY_SECONDS
    while time.monotonic() < until:
        assert process.poll() is None, f"The service ended with {process.returncode} before it was ready."
        with contextlib.suppress(OSError), urllib.request.urlopen(f"{base_url}/readyz", timeout=5):
            return
        time.sleep(0.05)
    raise AssertionError(f"The service was not ready within {READY_SECONDS} seconds.")
