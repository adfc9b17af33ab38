"""Thirty canaries go through every flow and every fault, and are then looked for wherever bytes are left behind."""

from __future__ import annotations

import contextlib
import io
import json
import os
import sqlite3
import tempfile
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import sqlalchemy as sa
import structlog
from flask import Flask, request
from psycopg import sql
from sqlalchemy.exc import OperationalError

from service.access.rules import Role
from service.app import create_app
from service.chores import Chores
from service.database import Database
from service.http.logs import configure_logs
from tests import servers
from tests.canaries.asking import Heard, World
from tests.canaries.bodies import an_intake
from tests.canaries.hatched import PLANTED, Canaries, Places
from tests.canaries.play import Play
from tests.e2e.conftest import an_environment, databases, run, serving
from tests.houses import House, make_key
from tests.score.board import Bench, Figure, Row


def measure(bench: Bench) -> Figure:
    """Play in this process; in the whole form through gunicorn and a worker, too."""
    canaries = Canaries(bench.random)
    house = bench.house()
    found, planted, asked = _in_process(house, canaries, chores=not bench.short)
    if not bench.short:
        more, _, again = _over_http(bench, Canaries(bench.random))
        found, asked = found + more, asked + again
    holds = not found and planted == set(PLANTED)
    where = f": {', '.join(sorted(set(found))[:12])}" if found else ""
    many = len({each.rpartition(": ")[2] for each in found})
    return Figure(f"{many} of {len(planted)} planted canaries found after {asked} requests{where}", holds)


def control(bench: Bench) -> Figure:
    """The same search over a stand-in that keeps words in clear columns and logs what it was sent."""
    canaries = Canaries(bench.random)
    file, log = bench.folder / "naive.sqlite3", bench.folder / "naive.log"
    with contextlib.closing(sqlite3.connect(file)) as store:
        store.execute("CREATE TABLE intake (body TEXT)")
        store.execute("INSERT INTO intake VALUES (?)", (json.dumps([canaries.words(name) for name in PLANTED[:20]]),))
        store.commit()
    log.write_text("\n".join(f"POST /intakes {canaries.words(name)!r}" for name in PLANTED[20:]))
    found = canaries.found(_files(bench.folder))
    return Figure(f"{len({each.rpartition(': ')[2] for each in found})} of {len(PLANTED)} found", not found)


def _in_process(house: House, canaries: Canaries, *, chores: bool) -> tuple[list[str], set[str], int]:
    with contextlib.redirect_stderr(io.StringIO()) as log:
        world, app = _world_here(house)
        play = Play(world, canaries)
        play.everything()
        _break(play, app, house)
        play.faults()
        if chores:
            Chores(house.runtime).do()  # Hardening three dozen codes takes as long as all the rest.
    configure_logs(house.runtime.settings.log_level)
    assert "answered" in log.getvalue(), "Nothing was logged, so nothing was looked for."
    return canaries.found(_left_behind(house, log.getvalue(), play)), play.asking.planted, play.asking.asked


def _world_here(house: House) -> tuple[World, Flask]:
    """The application at its most talkative, with a view of our own that breaks."""
    talkative = replace(house.runtime, settings=replace(house.runtime.settings, log_level="DEBUG"))
    app = create_app(runtime=talkative)

    @app.post("/breaks")
    def breaks() -> str:
        said = request.get_json()
        structlog.get_logger().error("broken", said=said, kind="ValueError")
        raise ValueError(f"Nobody expected {said}.")

    keys = {role: make_key(house, role) for role in (Role.OUTREACH, Role.CLINIC, Role.STEWARD)}
    team = keys[Role.OUTREACH].organization_id
    keys[Role.PRIVACY_LEAD] = make_key(house, Role.PRIVACY_LEAD, organization_id=team)

    def send(_who: str, method: str, path: str, raw: bytes | None, headers: Mapping[str, str]) -> Heard:
        answer = app.test_client(use_cookies=False).open(path, method=method, data=raw, headers=dict(headers))
        return Heard(answer.status_code, tuple(answer.headers.items()), answer.get_data())

    api_keys = {role.value: key.api_key for role, key in keys.items()}
    return World(send, api_keys, str(keys[Role.CLINIC].organization_id)), app


def _break(play: Play, app: Flask, house: House) -> None:
    """A view that breaks, and databases that go away with words in their mouths."""
    asking = play.asking
    body, said = an_intake(asking.words), asking.words("verbatim")
    assert asking.ask("outreach", "POST", "/breaks", body).status == 500

    def lost(*_: object) -> None:
        raise OperationalError(f"INSERT {said}", {"said": said}, Exception(f"DETAIL: Key ({said}) already exists."))

    for database in (house.runtime.database, house.runtime.vault.store):
        house.runtime.vault.forget_slots()
        sa.event.listen(database.engine, "before_cursor_execute", lost)
        try:
            assert asking.ask("outreach", "POST", "/v1/intakes", body).status == 503
            assert play.knock_in_vain() == (503, 503)
        finally:
            sa.event.remove(database.engine, "before_cursor_execute", lost)


def _left_behind(house: House, log: str, play: Play) -> Places:
    yield "log", log.encode()
    yield from play.asking.seen
    yield from _files(house.runtime.settings.data_dir)
    for database in (house.runtime.database, house.runtime.vault.store):
        yield from _of_database(database.url.render_as_string(hide_password=False), database.is_sqlite)


def _files(folder: Path) -> Places:
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield path.name, path.read_bytes()


def _of_database(url: str, is_sqlite: bool) -> Places:
    """What a backup and a dump hold, and where the server's own files can be read, those."""
    if is_sqlite:
        with tempfile.TemporaryDirectory() as folder:
            backup = Path(folder) / "backup"
            with contextlib.closing(sqlite3.connect(str(sa.make_url(url).database))) as store:
                store.execute("VACUUM INTO ?", (str(backup),))
            yield f"backup of {Path(str(sa.make_url(url).database)).name}", backup.read_bytes()
        return
    with psycopg.connect(servers.as_administrator(url), autocommit=True) as connection:
        for (table,) in connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall():
            with connection.cursor().copy(
                sql.SQL("COPY {} TO STDOUT (FORMAT binary)").format(sql.Identifier(table))
            ) as copied:
                yield f"dump of {table}", b"".join(bytes(each) for each in copied)
        yield from _of_server(connection)


def _of_server(connection: psycopg.Connection[Any]) -> Places:
    """The files of the database and the server's own log, where this machine lets us read them."""
    connection.execute("CHECKPOINT")
    row = connection.execute(
        "SELECT current_setting('data_directory'), pg_relation_filepath('pg_class'), pg_current_logfile()"
    ).fetchone()
    data, somewhere, log = row or ("", "", None)
    base = (Path(data) / somewhere).parent
    if os.access(base, os.R_OK):
        yield from ((f"files of {name}", raw) for name, raw in _files(base))
    for each in ([Path(data) / log] if log else []) + list(Path("/var/log/postgresql").glob("*.log")):
        if os.access(each, os.R_OK):
            yield "log of the server", each.read_bytes()


def _over_http(bench: Bench, canaries: Canaries) -> tuple[list[str], set[str], int]:
    """The service as it runs, with its own temporary folder, at LOG_LEVEL=DEBUG."""
    folder = bench.folder / "live"
    (folder / "tmp").mkdir(parents=True)
    with databases(bench.backend) as urls:
        environment = {**an_environment(folder), **urls, "LOG_LEVEL": "DEBUG", "TMPDIR": str(folder / "tmp")}
        run(environment, "service.cli", "make-keys")
        run(environment, "service.cli", "migrate")
        with serving(folder, environment):
            play = Play(_world_there(environment), canaries)
            play.everything()
            play.faults()
            found = canaries.found(_of_service(folder, environment, play))
        found += canaries.found((f"{name} at the end", raw) for name, raw in _files(folder))
    return found, play.asking.planted, play.asking.asked


def _of_service(folder: Path, environment: Mapping[str, str], play: Play) -> Places:
    yield from play.asking.seen
    yield from _files(folder)
    urls = {"DATABASE_URL": folder / "making-room.sqlite3", "KEYSTORE_URL": folder / "keystore.sqlite3"}
    for name, file in urls.items():
        database = Database(environment.get(name) or f"sqlite:///{file}")
        yield from _of_database(database.url.render_as_string(hide_password=False), database.is_sqlite)


def _world_there(environment: Mapping[str, str]) -> World:
    organizations = {
        role: _printed(environment, "make-organization", f"A {role} team", "--kind", role.value)
        for role in (Role.OUTREACH, Role.CLINIC, Role.STEWARD)
    }
    organizations[Role.PRIVACY_LEAD] = organizations[Role.OUTREACH]
    keys = {}
    for role, organization in organizations.items():
        application = _printed(environment, "make-application", organization, "An app", "--role", role.value)
        keys[role.value] = _printed(environment, "issue-key", application)
    opener = urllib.request.build_opener(_FollowsNothing)

    def send(_who: str, method: str, path: str, raw: bytes | None, headers: Mapping[str, str]) -> Heard:
        address = f"http://127.0.0.1:{environment['PORT']}{path}"
        asked = urllib.request.Request(address, method=method, data=raw, headers=dict(headers))
        try:
            with opener.open(asked, timeout=30) as answer:
                return Heard(answer.status, tuple(answer.headers.items()), answer.read())
        except urllib.error.HTTPError as refused:
            with refused:
                return Heard(refused.code, tuple(refused.headers.items()), refused.read())

    return World(send, keys, organizations[Role.CLINIC])


class _FollowsNothing(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any, **__: Any) -> None:
        """Where somebody is led is looked at, not gone to."""


def _printed(environment: Mapping[str, str], *arguments: str) -> str:
    return run(dict(environment), "service.cli", *arguments).decode().split()[-1]


ROW = Row(
    27,
    "canaries in databases, WAL, temporary files, backups, logs, error bodies",
    "0 of 30",
    measure,
    control,
    "words in clear columns, and a log of what was sent",
)
