"""Row 31: every change of a sealed entry is found, quickly, and no entry waits long for its seal."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256

import sqlalchemy as sa
from sqlalchemy.orm import Session

from service.access.rules import Role
from service.chores import Sealing
from service.cli.running import SEAL_EVERY, take_turns
from service.ledger.anchors import Anchor
from service.ledger.models import Batch, Entry
from service.ledger.queries import newest_batch
from service.ledger.rules import instant
from service.ledger.sealing import seal_entries
from service.ledger.verifying import Wrong, verify_ledger
from tests.builders.ledgers import SEALER, write_entries
from tests.builders.people import Desk
from tests.houses import House, make_key
from tests.score.board import Bench, Figure, Row

ENTRIES_A_BATCH = 20
A_MILLION_IN = 60.0
OLDEST = 1.0


@dataclass(frozen=True)
class Sealed:
    """A sealed ledger, and what an anchor elsewhere knows of it."""

    ids: list[uuid.UUID]
    anchor: Anchor

    def batch_of(self, place: int) -> int:
        """In which batch an entry is."""
        return place // ENTRIES_A_BATCH + 1


def measure(bench: Bench) -> Figure:
    """Spoil each entry in four ways, one at a time; then measure the pace, and the wait for a seal under load."""
    house = bench.house()
    sealed = a_sealed_ledger(house, bench.many(whole=1000, short=60))
    places = range(0, len(sealed.ids), bench.many(whole=1, short=6))
    found = sum(is_found(house, sealed, spoil, place) for spoil in SPOILS for place in places)
    wanted = len(places) * len(SPOILS)
    pace = pace_of_verifying(bench, house)
    oldest = oldest_unsealed(house, seconds=bench.many(whole=20, short=2))
    # What else a machine does while tests run on it is in the short form's figures, too.
    quick = bench.short or (pace >= 1_000_000 / A_MILLION_IN and oldest <= OLDEST)
    return Figure(
        f"{found} of {wanted} found; {pace:,.0f} entries hashed in a second of this process; "
        f"unsealed for {oldest:.2f} s at most",
        found == wanted and quick,
    )


def a_sealed_ledger(house: House, count: int) -> Sealed:
    """Write and seal, and note down what an anchor would say."""
    ids = []
    for _ in range(count // ENTRIES_A_BATCH):
        ids += write_entries(house, ENTRIES_A_BATCH)
        seal_entries(house.runtime.database, SEALER, now=house.clock.now())
    with house.runtime.database.session(reading=True) as session:
        last = newest_batch(session)
    assert last is not None
    anchor = Anchor(1, instant(last.at), last.number, last.chain, last.total, (), b"")
    return Sealed(ids, anchor)


def is_found(house: House, sealed: Sealed, spoil: Spoil, place: int) -> bool:
    """Spoil, verify, undo: whether the batch is named, and the entry where the entry is still there."""
    with house.runtime.database.session() as session:
        spoil(session, sealed, place)
        wrong = verify_ledger(session, [SEALER.public_key()], [sealed.anchor]).wrong
        session.rollback()
    return wrong is not None and names(wrong, sealed, spoil, place)


def names(wrong: Wrong, sealed: Sealed, spoil: Spoil, place: int) -> bool:
    """Whether the right place is named."""
    named = wrong.entry == sealed.ids[place].hex if spoil is change else True
    return named and wrong.batch == sealed.batch_of(place)


Spoil = Callable[[Session, Sealed, int], None]


def change(session: Session, sealed: Sealed, place: int) -> None:
    """Say that something else was done."""
    session.execute(sa.update(Entry).where(Entry.id == sealed.ids[place]).values(action="nothing_happened"))


def delete(session: Session, sealed: Sealed, place: int) -> None:
    """Make it as if nothing was done."""
    session.execute(sa.delete(Entry).where(Entry.id == sealed.ids[place]))


def reorder(session: Session, sealed: Sealed, place: int) -> None:
    """Let an entry change places with its neighbour in the batch."""
    first, second = sealed.ids[place], sealed.ids[place ^ 1]
    for old, new in ((first, uuid.UUID(int=0)), (second, first), (uuid.UUID(int=0), second)):
        session.execute(sa.update(Entry).where(Entry.id == old).values(id=new))


def truncate(session: Session, sealed: Sealed, place: int) -> None:
    """Cut all off from this entry on, and leave the rest as if it had not been sealed yet."""
    session.execute(sa.delete(Entry).where(Entry.id.in_(sealed.ids[place:])))
    session.execute(sa.update(Entry).where(Entry.batch >= sealed.batch_of(place)).values(batch=None))
    session.execute(sa.delete(Batch).where(Batch.number >= sealed.batch_of(place)))


SPOILS: tuple[Spoil, ...] = (change, delete, reorder, truncate)


def pace_of_verifying(bench: Bench, house: House) -> float:
    """Entries that a second of this process verifies; the time of others on the machine is not counted."""
    for _ in range(bench.many(whole=20, short=1)):
        write_entries(house, 2000)
    seal_entries(house.runtime.database, SEALER, now=house.clock.now())
    began = time.process_time()
    with house.runtime.database.session(reading=True) as session:
        verified = verify_ledger(session, [SEALER.public_key()])
    return verified.entries / (time.process_time() - began)


def oldest_unsealed(house: House, *, seconds: int) -> float:
    """Take people in while the loop of the worker runs, and look how long the oldest unsealed entry has waited."""
    desk = Desk(house.app.test_client(), make_key(house, Role.OUTREACH))
    stop, oldest = threading.Event(), 0.0
    worker = threading.Thread(target=take_turns, args=(stop, (Sealing(house.runtime, SEALER).do, SEAL_EVERY)))
    load = threading.Thread(target=take_in_until, args=(desk, stop))
    worker.start()
    load.start()
    until = time.monotonic() + seconds
    try:
        while time.monotonic() < until:
            with house.runtime.database.session(reading=True) as session:
                waiting = session.scalar(sa.select(sa.func.min(Entry.at)).where(Entry.batch.is_(None)))
            if waiting is not None:
                oldest = max(oldest, (house.clock.now() - waiting).total_seconds())
            time.sleep(0.02)
    finally:
        stop.set()
        load.join()
        worker.join()
    return oldest


def take_in_until(desk: Desk, stop: threading.Event) -> None:
    """Take in one after the other."""
    while not stop.is_set():
        desk.take_in()


def control(bench: Bench) -> Figure:
    """Read the last one, append to it: threads that read the same last one make a fork, and verifying cries wolf."""
    database, rounds = bench.house().runtime.database, bench.many(whole=100, short=25)
    engine = sa.create_engine(database.engine.url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql("CREATE TABLE naive (at VARCHAR(32), hash VARCHAR(64), previous VARCHAR(64))")
    ready = threading.Barrier(4)

    def append() -> None:
        ready.wait()
        with engine.connect() as connection:
            for _ in range(rounds):
                last = connection.exec_driver_sql("SELECT hash FROM naive ORDER BY at DESC LIMIT 1").scalar() or ""
                time.sleep(0.001)  # What a request does besides.
                at = time.time_ns()
                value = sha256(f"{last}{at}{uuid.uuid4()}".encode()).hexdigest()
                connection.exec_driver_sql(f"INSERT INTO naive VALUES ('{at}', '{value}', '{last}')")  # noqa: S608

    threads = [threading.Thread(target=append) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    with engine.connect() as connection:
        forks = connection.exec_driver_sql("SELECT count(*) - count(DISTINCT previous) FROM naive").scalar_one()
    engine.dispose()
    return Figure(f"{forks} forks in {4 * rounds} entries that nobody touched", forks == 0)


ROW = Row(
    number=31,
    figure="tampering found; speed; age of unsealed",
    target="4,000 of 4,000; a million entries in under 60 s; ≤ 1 s",
    measure=measure,
    control=control,
    naive_way="a hash chain that reads the last entry and appends",
)
