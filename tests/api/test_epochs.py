"""Turning the epoch: under running processes, by two at once, cut short, and looked at by the doctor."""

from __future__ import annotations

import base64
import threading
import uuid
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from service import errors
from service.settings import parse_master_keys
from service.vault import Keyring, Vault, epochs
from service.vault.models import Epoch, PersonKey
from service.vault.rotating import EpochKeyMissing, RotatingAlready, move_to_first, turn_in_file
from service.vault.rules import SealBroken
from tests.houses import House

pytestmark = pytest.mark.database
NOW = datetime(2026, 11, 25, tzinfo=UTC)


def written(epoch: str, secret: bytes) -> str:
    return f"{epoch}:{base64.b64encode(secret).decode()}\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file of epoch keys, as make-keys leaves it."""
    kept = tmp_path / "master-keys"
    kept.touch(mode=0o600)
    kept.write_text(written("first", bytes(32)))
    return kept


@pytest.fixture
def house(house: House) -> Iterator[House]:
    """A house whose key store holds nobody's key, and does not keep what a turn does to its epochs."""
    _clear(house)
    yield house
    _clear(house)


def _clear(house: House) -> None:
    with house.runtime.vault.opened() as store:
        store.execute(sa.delete(PersonKey))
        store.execute(sa.delete(Epoch))
    house.runtime.vault.forget_slots()


def a_process(house: House, file: Path) -> Vault:
    """A vault as a process has it that began with what the file said then."""
    return Vault(house.runtime.vault.store, Keyring(parse_master_keys(file.read_text()), file), bytes(32))


def test_keys_open_before_and_after_and_the_old_epoch_key_is_gone(house: House, file: Path) -> None:
    before = a_process(house, file)
    slots = before.make_slots(5, NOW)

    turned = turn_in_file(a_process(house, file), file, NOW)

    [left] = parse_master_keys(file.read_text())
    assert (turned.moved, left.epoch) == (5, turned.epoch)
    assert left.epoch != "first"
    assert file.stat().st_mode & 0o777 == 0o600
    for process in (before, a_process(house, file)):
        assert [process.key_of(slot.person_id) for slot in slots] == [slot.key for slot in slots]


def test_a_process_that_slept_through_it_wraps_under_the_new_epoch(house: House, file: Path) -> None:
    asleep = a_process(house, file)
    asleep.make_slots(1, NOW)
    turned = turn_in_file(a_process(house, file), file, NOW)

    [slot] = asleep.make_slots(1, NOW)

    with house.runtime.vault.opened(reading=True) as store:
        assert epochs.in_use(store) == {turned.epoch}
    assert a_process(house, file).key_of(slot.person_id) == slot.key


def test_who_has_only_a_retired_key_wraps_nothing(house: House, file: Path) -> None:
    from_environment = Vault(house.runtime.vault.store, Keyring(parse_master_keys(file.read_text())), bytes(32))
    turn_in_file(a_process(house, file), file, NOW)

    with pytest.raises(errors.Unavailable):
        from_environment.make_slots(1, NOW)


def test_nobody_fails_to_read_or_to_come_in_while_it_turns(house: House, file: Path) -> None:
    known = a_process(house, file).make_slots(300, NOW)
    processes = [a_process(house, file) for _ in range(4)]
    made: list[tuple[uuid.UUID, bytes]] = []
    wrong: list[str] = []
    over = threading.Event()

    def live(process: Vault) -> None:
        while not over.is_set():
            try:
                for slot in known[::20]:
                    if process.key_of(slot.person_id) != slot.key:
                        wrong.append("another key")
                made.extend((slot.person_id, slot.key) for slot in process.make_slots(2, NOW))
            except (errors.Refusal, SealBroken) as failed:
                wrong.append(type(failed).__name__)

    threads = [threading.Thread(target=live, args=(process,)) for process in processes]
    for thread in threads:
        thread.start()
    for _ in range(3):
        turn_in_file(a_process(house, file), file, NOW)
    over.set()
    for thread in threads:
        thread.join()

    assert wrong == []
    after = a_process(house, file)
    assert all(after.key_of(person_id) == key for person_id, key in made)
    assert made


def test_of_two_at_once_one_turns_it_and_the_other_is_told(house: House, file: Path) -> None:
    a_process(house, file).make_slots(200, NOW)
    told: list[str] = []

    def turn() -> None:
        try:
            told.append(turn_in_file(a_process(house, file), file, NOW).epoch)
        except RotatingAlready as refused:
            told.append(refused.code)

    threads = [threading.Thread(target=turn) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    turned = [each for each in told if each != "rotating_already"]
    assert turned
    assert len(parse_master_keys(file.read_text())) == 1
    assert parse_master_keys(file.read_text())[0].epoch in turned


def test_a_turn_that_was_cut_short_is_finished_by_the_next(house: House, file: Path) -> None:
    [slot] = a_process(house, file).make_slots(1, NOW)
    file.write_text(written("second", bytes([1] * 32)) + file.read_text())

    turned = turn_in_file(a_process(house, file), file, NOW)

    assert (turned.epoch, turned.moved) == ("second", 1)
    assert [key.epoch for key in parse_master_keys(file.read_text())] == ["second"]
    assert a_process(house, file).key_of(slot.person_id) == slot.key


def test_keys_of_the_environment_move_to_the_first_and_the_others_are_named(house: House) -> None:
    store = house.runtime.vault.store
    old = Vault(store, Keyring(parse_master_keys(written("old", bytes(32)))), bytes(32))
    [slot] = old.make_slots(1, NOW)
    both = parse_master_keys(written("new", bytes([1] * 32)) + written("old", bytes(32)))

    turned = move_to_first(Vault(store, Keyring(both), bytes(32)), NOW)

    assert (turned.epoch, turned.moved, turned.idle) == ("new", 1, ("old",))
    assert Vault(store, Keyring(both[:1]), bytes(32)).key_of(slot.person_id) == slot.key


def test_nothing_is_lost_when_an_epoch_key_is_missing(house: House) -> None:
    store = house.runtime.vault.store
    old = Vault(store, Keyring(parse_master_keys(written("old", bytes(32)))), bytes(32))
    [slot] = old.make_slots(1, NOW)
    alone = Vault(store, Keyring(parse_master_keys(written("new", bytes([1] * 32)))), bytes(32))

    with pytest.raises(EpochKeyMissing):
        move_to_first(alone, NOW)

    assert old.key_of(slot.person_id) == slot.key


def test_who_was_destroyed_meanwhile_is_not_brought_back(house: House, file: Path) -> None:
    vault = a_process(house, file)
    [slot] = vault.make_slots(1, NOW)
    with vault.opened(reading=True) as store:
        some = epochs.wrapped_otherwise(store, "second", None)
    with vault.opened() as store:
        store.execute(sa.delete(PersonKey).where(PersonKey.person_id == slot.person_id))
        epochs.write_wrapped(store, some, "second", bytes([1] * 32), {"first": bytes(32)})

    with pytest.raises(errors.NotThere):
        vault.key_of(slot.person_id)


def test_a_seal_that_nobody_can_open_is_never_guessed_at(house: House, file: Path) -> None:
    [slot] = a_process(house, file).make_slots(1, NOW)
    stranger = replace(parse_master_keys(file.read_text())[0], epoch="other")

    with pytest.raises(SealBroken):
        Vault(house.runtime.vault.store, Keyring((stranger,)), bytes(32)).key_of(slot.person_id)
