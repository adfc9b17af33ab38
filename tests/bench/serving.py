"""Servers to measure: the service itself or a bare application, under the same gunicorn, on the same database."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests import servers

# The service runs under its own settings; what is bare has no readiness to look at, and takes the same worker.
SERVICE = ("-c", "service/gunicorn.conf.py")
BARE = ("--worker-class", "gthread", "--threads", "8", "--no-control-socket", "--keep-alive", "5")
PROJECT = Path(__file__).resolve().parents[2]
PATIENCE = 60.0


@dataclass(frozen=True, slots=True)
class Ground:
    """Migrated databases and keys for one round of measuring."""

    data_dir: Path
    environment: dict[str, str]

    @property
    def database_url(self) -> str:
        """Where its main database is."""
        return self.environment["DATABASE_URL"]

    def command(self, *arguments: str) -> str:
        """Run one of the service's own commands; answer what it printed."""
        done = subprocess.run(
            [sys.executable, "-m", "service.cli", *arguments],
            cwd=PROJECT, env=self.environment, check=True, capture_output=True, text=True,
        )  # fmt: skip
        return done.stdout.strip()


@dataclass(frozen=True, slots=True)
class Serving:
    """A running server: its port, its master, how long it took to be ready (seconds)."""

    port: int
    pid: int
    ready_after: float

    def worker_megabytes(self) -> list[float]:
        """Proportional memory (PSS) of each worker, in MB of 2^20 bytes."""
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
        return [_pss(child) for child in children]


@contextlib.contextmanager
def postgresql_ground() -> Iterator[Ground]:
    """A fresh database on the server that the tests use, of a role that the wall binds; migrated, with its own keys."""
    with servers.postgresql() as server:
        if server is None:
            raise SystemExit("The bench needs PostgreSQL: set TEST_DATABASE_URL or install its programs.")
        with _named(server.url):
            url = servers.new_database()
            try:
                with _ground(DATABASE_URL=url) as ground:
                    yield ground
            finally:
                servers.drop_database(url)


@contextlib.contextmanager
def _named(url: str) -> Iterator[None]:
    """Name a server for as long as it runs."""
    before = os.environ.get("TEST_DATABASE_URL")
    os.environ["TEST_DATABASE_URL"] = url
    try:
        yield
    finally:
        del os.environ["TEST_DATABASE_URL"]
        if before is not None:
            os.environ["TEST_DATABASE_URL"] = before


@contextlib.contextmanager
def sqlite_ground() -> Iterator[Ground]:
    """A fresh SQLite database, migrated, with its own keys."""
    with (
        tempfile.TemporaryDirectory(prefix="making-room-bench-") as folder,
        _ground(DATABASE_URL=f"sqlite:///{folder}/main.sqlite3") as ground,
    ):
        yield ground


@contextlib.contextmanager
def _ground(**more: str) -> Iterator[Ground]:
    with tempfile.TemporaryDirectory(prefix="making-room-bench-") as folder:
        environment = {
            **os.environ, "DATA_DIR": folder, "RATE_LIMIT": "100000000 per minute", "LOG_LEVEL": "ERROR", **more,
        }  # fmt: skip
        ground = Ground(Path(folder), environment)
        ground.command("make-keys")
        ground.command("migrate")
        yield ground


@contextlib.contextmanager
def serve(
    ground: Ground, application: str, *, workers: int = 2, ready: str | None = None, patience: float = PATIENCE
) -> Iterator[Serving]:
    """Run an application under gunicorn with the service's own settings; stop it afterwards.

    It is ready when `ready` answers 200, or, without such an address, when its port is open; `patience` is in seconds.
    """
    port = servers.free_port()
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", *(SERVICE if ready else BARE), "--bind", f"127.0.0.1:{port}",
         "--max-requests", "0", application],
        cwd=PROJECT, env={**ground.environment, "PORT": str(port), "WEB_CONCURRENCY": str(workers)},
    )  # fmt: skip
    try:
        _wait(port, ready, process, began + patience)
        yield Serving(port, process.pid, time.perf_counter() - began)
    finally:
        process.terminate()
        process.wait(30)


def _wait(port: int, path: str | None, process: subprocess.Popen[bytes], until: float) -> None:
    while time.perf_counter() < until:
        if process.poll() is not None:
            raise SystemExit("The server stopped before it was ready.")
        with contextlib.suppress(OSError):
            if path is None:
                socket.create_connection(("127.0.0.1", port), timeout=5).close()
                return
            with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5):
                return
        time.sleep(0.01)
    raise SystemExit("The server was not ready in time.")


def post(port: int, path: str, key: str, body: object) -> dict[str, Any]:
    """Send one POST; answer what came back."""
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}{path}",
        data=json.dumps(body).encode(),
        headers={"Authorization": f"Bearer {key}", "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        document: dict[str, Any] = json.loads(answer.read())
    return document


def _pss(pid: str) -> float:
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    raise LookupError(pid)
