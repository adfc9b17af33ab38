"""Turning the epoch: every living key is wrapped anew, so that the old epoch key can be destroyed.

Whoever was erased is in no old copy after that: what their key was wrapped under is gone as well.
"""

from __future__ import annotations

import base64
import fcntl
import secrets
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from service import errors
from service.files import write_whole
from service.settings import KEY_BYTES, MasterKey, parse_master_keys
from service.vault import epochs
from service.vault.safe import Vault


class RotatingAlready(errors.Contradiction):
    """The epoch is being turned by somebody else at this very moment. Wait until they are done."""


class EpochKeyMissing(errors.Refusal):
    """Some people's keys are wrapped under an epoch key that is not here. Put it back, then turn the epoch again."""


@dataclass(frozen=True, slots=True)
class Turned:
    """What a turn of the epoch did: which epoch wraps now, how many keys moved, which epochs nothing needs any more."""

    epoch: str
    moved: int
    idle: tuple[str, ...]


def turn_in_file(vault: Vault, file: Path, now: datetime) -> Turned:
    """Turn the epoch whose keys stand in a file: a new key goes first, everybody's key moves, the old ones go.

    A file that holds more than one key is a turn that a crash cut short; then that one is finished. Raise
    RotatingAlready, EpochKeyMissing.
    """
    with _alone(file):
        keys = parse_master_keys(file.read_text())
        if len(keys) == 1:
            keys = (_new_key(now), *keys)
            _write(file, keys)
        vault.keyring.read_again()
        turned = move_to_first(vault, now)
        _write(file, keys[:1])
        return turned


def move_to_first(vault: Vault, now: datetime) -> Turned:
    """Wrap every key under the first epoch, and let no other one wrap any more. Raise EpochKeyMissing."""
    first = vault.keyring.wrapping
    with vault.opened() as store:
        if not epochs.may_wrap(store, first.epoch, now):
            raise RotatingAlready
        epochs.retire_others(store, first.epoch, vault.keyring.epochs, now)
    moved, last = 0, None
    while True:
        with vault.opened() as store:
            some = epochs.wrapped_otherwise(store, first.epoch, last)
            if not some:
                break
            epochs.write_wrapped(store, some, first.epoch, first.secret, _opened(vault, some))
        moved, last = moved + len(some), some[-1].person_id
    with vault.opened(reading=True) as store:
        idle = set(vault.keyring.epochs) - epochs.in_use(store) - {first.epoch}
    return Turned(first.epoch, moved, tuple(sorted(idle)))


def _opened(vault: Vault, some: list[epochs.Wrapped]) -> dict[str, bytes]:
    found = {epoch: vault.keyring.secret(epoch) for epoch in {each.epoch for each in some}}
    opened = {epoch: secret for epoch, secret in found.items() if secret is not None}
    if len(opened) < len(found):
        raise EpochKeyMissing
    return opened


@contextmanager
def _alone(file: Path) -> Iterator[None]:
    with file.with_suffix(".turning").open("w") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as taken:
            raise RotatingAlready from taken
        yield


def _new_key(now: datetime) -> MasterKey:
    # Two in one second are told apart; the name says when it began, and nothing else.
    return MasterKey(f"e{now:%Y%m%d%H%M%S}{uuid.uuid4().hex[:4]}", secrets.token_bytes(KEY_BYTES))


def _write(file: Path, keys: tuple[MasterKey, ...]) -> None:
    lines = [f"{key.epoch}:{base64.b64encode(key.secret).decode()}\n" for key in keys]
    write_whole(file, "".join(lines).encode())
