"""The ledger sealed: no change goes unseen, two sealers make one chain, and a person can check without us."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
import threading
import uuid
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import structlog
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy.orm import Session

from service.chores import Anchoring, Sealing
from service.cli.coverage import without_entry
from service.database import uuid7
from service.intakes.models import IntakeVersion
from service.ledger import sealing
from service.ledger.anchors import Anchor, AnchorUnreadable, read_anchors
from service.ledger.models import Batch, Entry
from service.ledger.proofs import prove
from service.ledger.rules import KEPT_FOR, canonical
from service.ledger.sealing import drop_old_entries, seal_entries
from service.ledger.verifying import Verified, verify_ledger
from tests.builders.ledgers import SEALER, live_through, write_entries
from tests.builders.referrals import Street
from tests.houses import FakeClock, House, Key

pytestmark = pytest.mark.database
CHECK = Path(__file__).resolve().parents[2] / "docs" / "check_proof.py"
Spoil = Callable[[Session, list[uuid.UUID]], object]


def seal(house: House) -> int:
    """Seal what is there."""
    return seal_entries(house.runtime.database, SEALER, now=house.clock.now())


def verified(house: House, anchors: list[Anchor] | None = None) -> Verified:
    """Hash it all again."""
    with house.runtime.database.session(reading=True) as session:
        return verify_ledger(session, [SEALER.public_key()], anchors or [])


def three_batches(house: House) -> list[uuid.UUID]:
    """Three sealed batches of five entries each; answers the ids of all entries."""
    made = []
    for _ in range(3):
        made += write_entries(house, 5)
        seal(house)
    return made


def test_what_was_sealed_holds(house: House) -> None:
    three_batches(house)
    write_entries(house, 2)

    assert verified(house) == Verified(batches=3, entries=15, unsealed=2)


def test_an_entry_that_was_committed_late_is_sealed_all_the_same(house: House) -> None:
    early = uuid7(house.clock.now() - timedelta(minutes=5))
    three_batches(house)
    [late] = write_entries(house, 1)
    with house.runtime.database.session() as session:
        session.execute(sa.update(Entry).where(Entry.id == late).values(id=early))

    assert seal(house) == 1
    assert verified(house) == Verified(batches=4, entries=16)


def _change(session: Session, ids: list[uuid.UUID]) -> object:
    return session.execute(sa.update(Entry).where(Entry.id == ids[7]).values(action="nothing_happened"))


def _delete(session: Session, ids: list[uuid.UUID]) -> object:
    return session.execute(sa.delete(Entry).where(Entry.id == ids[7]))


def _swap(session: Session, ids: list[uuid.UUID]) -> object:
    one, other = (session.get_one(Entry, ids[place]) for place in (7, 12))
    one.batch, other.batch = other.batch, one.batch
    return one


def _add(session: Session, ids: list[uuid.UUID]) -> object:
    copied = {name: value for name, value in vars(session.get_one(Entry, ids[7])).items() if name[0] != "_"}
    return session.execute(sa.insert(Entry).values({**copied, "id": uuid.uuid4()}))


def _forget_the_middle(session: Session, ids: list[uuid.UUID]) -> object:
    session.execute(sa.delete(Entry).where(Entry.batch == 2))
    return session.execute(sa.delete(Batch).where(Batch.number == 2))


def _cut_headers(session: Session, ids: list[uuid.UUID]) -> object:
    return session.execute(sa.delete(Batch).where(Batch.number == 3))


def _drop_by_hand(session: Session, ids: list[uuid.UUID]) -> object:
    session.execute(sa.delete(Entry).where(Entry.batch == 2))
    at = sa.select(Batch.at).where(Batch.number == 2).scalar_subquery()
    return session.execute(sa.update(Batch).where(Batch.number == 2).values(dropped_at=at, dropped_signature=b"x"))


@pytest.mark.parametrize(
    ("spoil", "batch", "entry"),
    [
        (_change, 2, 7), (_delete, 2, None), (_swap, 2, 12), (_add, 2, None), (_forget_the_middle, 2, None),
        (_cut_headers, 3, 10), (_drop_by_hand, 2, None),
    ],
)  # fmt: skip
def test_what_was_spoiled_is_named(house: House, spoil: Spoil, batch: int, entry: int | None) -> None:
    ids = three_batches(house)
    with house.runtime.database.session() as session:
        spoil(session, ids)

    wrong = verified(house).wrong
    assert wrong is not None
    assert wrong.batch == batch
    assert entry is None or wrong.entry == ids[entry].hex


def spoiled_value(value: Any) -> Any:
    """Another value of the same kind."""
    if isinstance(value, bytes):
        return value[::-1]
    return value + (1 if isinstance(value, int) else timedelta(seconds=1))


@pytest.mark.parametrize("column", ["count", "total", "root", "previous", "chain", "at", "signature"])
def test_a_header_that_was_changed_is_named(house: House, column: str) -> None:
    three_batches(house)
    with house.runtime.database.session() as session:
        batch = session.get_one(Batch, 2)
        setattr(batch, column, spoiled_value(getattr(batch, column)))

    wrong = verified(house).wrong
    assert wrong is not None
    assert wrong.batch == 2


def test_a_chain_made_anew_without_the_key_is_found(house: House) -> None:
    three_batches(house)
    with house.runtime.database.session() as session:
        session.execute(sa.update(Entry).values(batch=None, action="nothing_happened"))
        session.execute(sa.delete(Batch))
    forger = Ed25519PrivateKey.generate()
    seal_entries(house.runtime.database, forger, now=house.clock.now())

    wrong = verified(house).wrong
    assert wrong is not None
    assert wrong.says == "nobody who sealed here signed it"


def test_two_sealers_at_once_make_one_chain(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "ENTRIES_A_BATCH", 7)
    write_entries(house, 300)
    ready = threading.Barrier(4)

    def work() -> None:
        ready.wait()
        for _ in range(40):
            seal(house)

    sealers = [threading.Thread(target=work) for _ in range(4)]
    for each in sealers:
        each.start()
    for each in sealers:
        each.join()

    assert verified(house) == Verified(batches=43, entries=300)


def anchoring(house: House, place: Path, *erased: uuid.UUID) -> Anchoring:
    """A worker's care for one place."""
    settings = replace(house.runtime.settings, anchors=(place,))
    return Anchoring(replace(house.runtime, settings=settings), SEALER, lambda *_: erased, began_at=house.clock.now())


def test_a_ledger_cut_off_at_its_end_is_found_by_an_anchor(house: House, tmp_path: Path) -> None:
    three_batches(house)
    anchoring(house, tmp_path).do()
    with house.runtime.database.session() as session:
        session.execute(sa.delete(Entry).where(Entry.batch == 3))
        session.execute(sa.delete(Batch).where(Batch.number == 3))
    anchors = read_anchors(tmp_path, [SEALER.public_key()])

    assert verified(house).wrong is None
    wrong = verified(house, anchors).wrong
    assert wrong is not None
    assert wrong.batch == 3


def test_an_anchor_comes_every_five_minutes_and_names_who_was_erased(
    house: House, clock: FakeClock, tmp_path: Path
) -> None:
    gone = uuid.uuid4()
    care = anchoring(house, tmp_path, gone)
    three_batches(house)
    for _ in range(12):
        care.do()
        clock.move(minutes=1)

    anchors = read_anchors(tmp_path, [SEALER.public_key()])
    assert [(each.number, each.batch, each.entries) for each in anchors] == [(1, 3, 15), (2, 3, 15), (3, 3, 15)]
    assert anchors[0].erased == (str(gone),)
    assert verified(house, anchors).wrong is None


@pytest.fixture
def _every_line() -> Iterator[None]:
    """Have every log line made; the house of the tests keeps silent."""
    before = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(0))
    yield
    structlog.configure(**before)


@pytest.mark.usefixtures("_every_line")
def test_somebody_hears_of_it_when_no_anchor_arrives(house: House, clock: FakeClock, tmp_path: Path) -> None:
    care = anchoring(house, tmp_path / "away")
    with structlog.testing.capture_logs() as early:
        care.do()
    clock.move(minutes=16)
    with structlog.testing.capture_logs() as late:
        care.do()

    assert [line["event"] for line in early] == ["anchor_place_unavailable"]
    assert [line["event"] for line in late] == ["anchor_place_unavailable", "anchors_late"]


def test_an_anchor_that_nobody_here_signed_is_none(house: House, tmp_path: Path) -> None:
    anchoring(house, tmp_path).do()
    [path] = tmp_path.glob("anchor-*.json")
    path.write_text(path.read_text().replace('"entries":0', '"entries":1'))

    with pytest.raises(AnchorUnreadable):
        read_anchors(tmp_path, [SEALER.public_key()])


def test_entries_go_after_six_years_and_headers_stay(house: House, clock: FakeClock) -> None:
    three_batches(house)
    clock.moved += KEPT_FOR + timedelta(days=1)
    kept = write_entries(house, 1)
    seal(house)
    with house.runtime.database.session() as session:
        gone = drop_old_entries(session, clock.now(), key=SEALER, now=clock.now())

    assert gone == 15
    assert verified(house) == Verified(batches=4, entries=1, dropped=15)
    with house.runtime.database.session(reading=True) as session:
        assert list(session.scalars(sa.select(Entry.id))) == kept


def test_nothing_goes_before_it_is_six_years_old(house: House, clock: FakeClock) -> None:
    three_batches(house)
    clock.move(days=365 * 5)
    with house.runtime.database.session() as session:
        gone = drop_old_entries(session, clock.now(), key=SEALER, now=clock.now())

    assert gone == 0
    assert verified(house).entries == 15


def test_a_worker_seals_and_the_web_needs_no_key(house: House) -> None:
    write_entries(house, 3)
    Sealing(house.runtime, SEALER).do()

    assert verified(house) == Verified(batches=1, entries=3)


def test_everything_on_record_has_its_entry_and_what_lost_it_is_counted(
    house: House, client: Any, outreach: Key, clinic: Key, steward: Key
) -> None:
    street = Street(house, client, outreach, clinic, steward)
    street.open_offering()
    live_through(street)
    with house.runtime.database.session() as session:
        whole = without_entry(session)
        version = session.scalars(sa.select(IntakeVersion.written_at).order_by(IntakeVersion.written_at)).first()
        session.execute(sa.delete(Entry).where(Entry.at == version))
        lacking = without_entry(session)

    assert whole == dict.fromkeys(whole, 0)
    assert lacking == {**whole, "intake_version": 1, "idempotency_answer": 1}


def check(folder: Path, document: dict[str, Any], *more: str) -> int:
    """Run the script that a person can run."""
    proof, key = folder / "proof.json", folder / "ledger-key.pub"
    proof.write_text(json.dumps(document))
    key.write_text(base64.b64encode(SEALER.public_key().public_bytes_raw()).decode())
    return subprocess.run(
        [sys.executable, str(CHECK), str(proof), str(key), *more], capture_output=True, check=False
    ).returncode


def test_a_proof_is_checked_without_us(house: House, tmp_path: Path) -> None:
    places = tmp_path / "anchors"
    places.mkdir()
    ids = three_batches(house)
    anchoring(house, places).do()
    [anchor] = places.glob("anchor-*.json")
    document = proof_of(house, ids[7])

    assert [each["number"] for each in document["batches"]] == [2, 3]
    assert check(tmp_path, document, str(anchor)) == 0
    assert [check(tmp_path, each) for each in spoiled(document)] == [1] * 10


def test_every_entry_of_a_batch_has_a_proof(house: House, tmp_path: Path) -> None:
    ids = write_entries(house, 7)
    seal(house)

    assert [check(tmp_path, proof_of(house, each)) for each in ids] == [0] * 7


def test_there_is_no_proof_of_what_is_not_sealed_or_was_changed(house: House) -> None:
    ids = three_batches(house)
    [fresh] = write_entries(house, 1)
    with house.runtime.database.session() as session:
        _change(session, ids)
        proofs = [prove(session, each) for each in (fresh, ids[7], uuid.uuid4())]

    assert proofs == [None, None, None]


def proof_of(house: House, entry_id: uuid.UUID) -> dict[str, Any]:
    """The proof as a person gets it."""
    with house.runtime.database.session(reading=True) as session:
        proof = prove(session, entry_id)
    assert proof is not None
    return dict(json.loads(canonical(proof.document())))


def spoiled(document: dict[str, Any]) -> list[dict[str, Any]]:
    """Ten ways in which a proof can be spoiled."""
    first, last = document["batches"][0], document["batches"][-1]

    def with_batch(number: int, **changed: Any) -> dict[str, Any]:
        return {**document, "batches": [{**each, **changed} if each["number"] == number else each
                                        for each in document["batches"]]}  # fmt: skip

    zero, step = "00" * 32, document["path"][0]
    other_side = "left" if step["side"] == "right" else "right"
    return [
        {**document, "entry": document["entry"].replace("intake_read", "intake_kept")},
        {**document, "path": document["path"][1:]},
        {**document, "path": [{**step, "hash": zero}, *document["path"][1:]]},
        {**document, "path": [{**step, "side": other_side}, *document["path"][1:]]},
        {**document, "batches": document["batches"][1:]},
        with_batch(first["number"], root=last["root"]),
        with_batch(first["number"], count=first["count"] + 1),
        with_batch(last["number"], previous=zero),
        with_batch(last["number"], at="2020-01-01T00:00:00.000000Z"),
        with_batch(last["number"], signature="00" * 64),
    ]
