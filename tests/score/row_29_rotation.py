"""Turning the epoch under load: reads that fail, keys that are lost, and how long a million keys take."""

from __future__ import annotations

import base64
import threading
import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from service import errors
from service.settings import parse_master_keys
from service.vault import Keyring, Vault
from service.vault.rotating import turn_in_file
from tests.score.board import Bench, Figure, Row

NOW = datetime(2026, 11, 25, tzinfo=UTC)
PROCESSES = 4
A_BATCH = 500
# Written by hand where a rotation is naive: the new key in place of the old one, before anything is wrapped anew.
NAIVE = "naive:" + base64.b64encode(bytes([7] * 32)).decode() + "\n"
Turn = Callable[[Vault, Path], object]


def measure(bench: Bench) -> Figure:
    """Turn it three times while four processes read and take people in, and once more alone, with a watch."""
    failed, lost, seconds, keys = _under_load(bench, lambda vault, file: turn_in_file(vault, file, NOW))
    per_million = seconds / keys * 1_000_000
    says = f"{failed} reads failed, {lost} keys lost; {keys} keys in {seconds:.1f} s, a million in {per_million:.0f} s"
    return Figure(says, failed == lost == 0 and (bench.short or per_million <= 60))


def control(bench: Bench) -> Figure:
    """Put the new key in place of the old one."""
    failed, lost, _, keys = _under_load(bench, lambda _, file: file.write_text(NAIVE))
    return Figure(f"{failed} reads failed, {lost} of {keys} keys lost", failed == lost == 0)


def _under_load(bench: Bench, turn: Turn) -> tuple[int, int, float, int]:
    house = bench.house()
    file = bench.folder / "master-keys"
    file.touch(mode=0o600)
    file.write_text("first:" + base64.b64encode(bytes(32)).decode() + "\n")

    def a_process() -> Vault:
        return Vault(house.runtime.vault.store, Keyring(parse_master_keys(file.read_text()), file), bytes(32))

    keys: dict[uuid.UUID, bytes] = {}
    first = a_process()
    for _ in range(bench.many(whole=40, short=4)):
        keys.update({slot.person_id: slot.key for slot in first.make_slots(A_BATCH, NOW)})
    failed, over = [0], threading.Event()
    looked_at = list(keys.items())[:: len(keys) // 40]

    def live(process: Vault) -> None:
        while not over.is_set():
            try:
                failed[0] += sum(process.key_of(person_id) != key for person_id, key in looked_at)
                keys.update({slot.person_id: slot.key for slot in process.make_slots(2, NOW)})
            except errors.Refusal:
                failed[0] += 1
                time.sleep(0.01)

    threads = [threading.Thread(target=live, args=(a_process(),)) for _ in range(PROCESSES)]
    for thread in threads:
        thread.start()
    for _ in range(3):
        turn(a_process(), file)
    time.sleep(0.2)
    over.set()
    for thread in threads:
        thread.join()
    began = time.perf_counter()
    turn(a_process(), file)
    seconds = time.perf_counter() - began
    return failed[0], _lost(a_process(), keys), seconds, len(keys)


def _lost(vault: Vault, keys: dict[uuid.UUID, bytes]) -> int:
    lost = 0
    for person_id, key in keys.items():
        try:
            lost += vault.key_of(person_id) != key
        except errors.Refusal:
            lost += 1
    return lost


ROW = Row(
    number=29,
    figure="rotation: failed reads; per million keys",
    target="0; ≤ 60 s",
    measure=measure,
    control=control,
    naive_way="put the new key in place of the old one",
)
