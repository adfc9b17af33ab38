"""Whoever was erased: not to be read in what is live, nor in copies put back, nor in old keys once the epoch turned.

Ten people say thirty things and are erased, five others stay. Both databases are copied before. "Readable" is every
sealed document that some copy of a key opens; the bytes of the files are searched as well.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg
import sqlalchemy as sa
from psycopg import sql

from service import errors, vault
from service.access.rules import Role
from service.database import Database
from service.erasure.actions import finish_erasures
from service.erasure.restoring import erase_again
from service.intakes.models import IntakeRecord, IntakeVersion
from service.people.models import PersonRecord
from service.settings import MasterKey
from service.vault import Keyring, Vault
from service.vault.models import PersonKey
from service.vault.rotating import move_to_first
from service.vault.rules import SealBroken
from tests import servers
from tests.houses import House, Key, make_key
from tests.score.board import Bench, Figure, Row

SAYS_EACH = 3
NEXT = MasterKey("next", bytes(range(32, 64)))


@dataclass(slots=True)
class Drill:
    """Ten people who are erased and five who stay, and copies of both databases from before."""

    house: House
    team: Key
    gone: list[UUID]
    stay: list[UUID]
    said: list[str]
    main: Database
    keys: Database
    bytes_of_keys: list[bytes]


def measure(bench: Bench) -> Figure:
    """Erase, look at what is live, put the copies back, turn the epoch, and look again."""
    with _after_erasure(bench) as drill:
        house, now = drill.house, drill.house.clock.now()
        in_files = _found(_live_files(house), [*drill.bytes_of_keys, *(each.encode() for each in drill.said)])
        client = house.app.test_client()
        live = sum(
            client.get(f"/v1/people/{person}", headers=drill.team.headers).status_code != 404 for person in drill.gone
        )
        current = house.runtime.vault
        restored = _readable(drill.main, current, drill.gone)
        others = _readable(drill.main, current, drill.stay)
        standing = _put_back(drill.main, current, drill.gone, now)
        turned = Vault(current.store, Keyring((NEXT, *house.runtime.settings.master_keys)), bytes(32))
        move_to_first(turned, now)
        after_turn = _readable(drill.main, Vault(drill.keys, Keyring((NEXT,)), bytes(32)), drill.gone)
        says = (
            f"live {live} and {in_files} in the bytes of files; restored {restored} readable, {standing} standing; "
            f"old key store after the turn {after_turn} readable; of those who stay {others} of {len(drill.stay)}"
        )
        none = live == in_files == restored == standing == after_turn == 0
        return Figure(says, none and others == len(drill.stay))


def control(bench: Bench) -> Figure:
    """The rows and the key are deleted, and the epoch key lives on, beside the copies that were made before."""
    with _after_erasure(bench) as drill:
        old = Vault(drill.keys, Keyring(drill.house.runtime.settings.master_keys), bytes(32))
        readable = _readable(drill.main, old, drill.gone)
        return Figure(f"{readable * SAYS_EACH} of {len(drill.said)} things that were said can be read", readable == 0)


@contextmanager
def _after_erasure(bench: Bench) -> Iterator[Drill]:
    house = bench.house()
    team, client = make_key(house, Role.OUTREACH), house.app.test_client()
    said = [f"a canary {uuid4().hex}" for _ in range(10 * SAYS_EACH)]
    gone = [_take_in(client, team, said[start : start + SAYS_EACH]) for start in range(0, len(said), SAYS_EACH)]
    stay = [_take_in(client, team, ["somewhere dry"]) for _ in range(5)]
    with _copied(house, bench.folder) as (main, keys):
        secrets = [house.runtime.vault.key_of(person) for person in gone]
        with house.runtime.vault.opened(reading=True) as store:
            wrapped = list(store.scalars(sa.select(PersonKey.wrapped).where(PersonKey.person_id.in_(gone))))
        for person in gone:
            answer = client.post(f"/v1/people/{person}/erasures", headers=team.headers)
            assert answer.status_code == 201, answer.get_json()
        house.runtime.vault.forget_slots()
        finish_erasures(house.runtime.database, house.runtime.vault, now=house.clock.now())
        yield Drill(house, team, gone, stay, said, main, keys, [*secrets, *wrapped])


def _take_in(client: Any, team: Key, words: Iterable[str]) -> UUID:
    body = {"priorities": [{"verbatim": each} for each in words]}
    return UUID(client.post("/v1/intakes", json=body, headers=team.headers).get_json()["person_id"])


@contextmanager
def _copied(house: House, folder: Path) -> Iterator[tuple[Database, Database]]:
    """Copies of both databases: main first, key store after it."""
    settings = house.runtime.settings
    keys = folder / "old-keys.sqlite3"
    if house.backend == "sqlite":
        main = folder / "old-main.sqlite3"
        _copy_file(settings.database_url, main)
        url = f"sqlite:///{main}"
    else:
        house.runtime.dispose()
        house.answering.dispose()
        url = _copy_database(settings.database_url)
    _copy_file(settings.keystore_url, keys)
    database, store = Database(url, at_work=True), Database(f"sqlite:///{keys}")
    database.lends["vault"] = house.runtime.vault
    try:
        yield database, store
    finally:
        database.dispose()
        store.dispose()
        if house.backend != "sqlite":
            servers.drop_database(url)


def _copy_file(url: str, copy: Path) -> None:
    with closing(sqlite3.connect(str(sa.make_url(url).database))) as connection:
        connection.execute("VACUUM INTO ?", (str(copy),))


def _copy_database(url: str) -> str:
    """Copy a whole database, as an administrator may while nobody is connected to it."""
    target = servers.new_database()
    names = sa.make_url(target).database or "", sa.make_url(url).database or ""
    servers.drop_database(target)
    owner = sa.make_url(target).username or ""
    with psycopg.connect(servers.as_administrator(url).replace(names[1], "postgres"), autocommit=True) as connection:
        making = sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER {}")
        connection.execute(making.format(*map(sql.Identifier, (*names, owner))))
    return target


def _readable(main: Database, keys: Vault, people: list[UUID]) -> int:
    """Of how many people a copy of the main database gives anything away, with these keys."""
    main.lends["vault"] = keys
    opened: set[UUID] = set()
    with main.session(reading=True) as session:
        rows = session.execute(
            sa.select(IntakeRecord.person_id, IntakeVersion.intake_id, IntakeVersion.version, IntakeVersion.sealed)
            .join(IntakeVersion, IntakeVersion.intake_id == IntakeRecord.id)
            .where(IntakeRecord.person_id.in_(people))
        ).all()
        for person, intake, version, sealed in rows:
            if person is None:
                continue
            try:
                vault.open(session, person, sealed, about=("intake_version", intake, version))
                opened.add(person)
            except (errors.NotThere, SealBroken):
                continue
    return len(opened)


def _put_back(main: Database, keys: Vault, people: list[UUID], now: Any) -> int:
    """Finish the restoring of a copy; answer how many of these people still stand in it."""
    erase_again(main, keys, now=now)
    with main.session(reading=True) as session:
        return len(session.scalars(sa.select(PersonRecord.id).where(PersonRecord.id.in_(people))).all())


def _live_files(house: House) -> Iterator[bytes]:
    folder = house.runtime.settings.data_dir
    for file in folder.iterdir():
        if file.is_file():
            shutil.copy(file, file.with_suffix(".looked-at"))
            yield file.with_suffix(".looked-at").read_bytes()


def _found(files: Iterable[bytes], planted: list[bytes]) -> int:
    return sum(raw.count(each) for raw in files for each in planted)


ROW = Row(
    number=28,
    figure="canaries after erasure: live / restored / old key store after the turn",
    target="0 at once / 0 / 0, and all who stay can be read",
    measure=measure,
    control=control,
    naive_way="delete rows and key, and keep the epoch key that old copies were wrapped under",
)
