"""The vault itself: epoch keys, derived keys, and the key store that holds people's wrapped keys."""

from __future__ import annotations

import secrets
import threading
import uuid
from collections import deque
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from service import errors
from service.database import UNAVAILABLE, Database
from service.settings import MasterKey
from service.vault import rules
from service.vault.epochs import may_wrap
from service.vault.keyring import Keyring
from service.vault.models import PersonKey

_KEY = sa.select(PersonKey.epoch, PersonKey.wrapped).where(PersonKey.person_id == sa.bindparam("person_id"))
_SOME = sa.select(PersonKey.person_id, PersonKey.epoch, PersonKey.wrapped)
_KEYS = sa.insert(cast(sa.Table, PersonKey.__table__))
SLOTS_A_BATCH = 32
SLOT_LIFE = timedelta(hours=1)
# 16 derivations at once would take 736 MiB; whoever waits longer than a second is asked to come again.
HARDENING_AT_ONCE = 2
HARDENING_WAIT = 1.0
TRIES = 2


class Vault:
    """Keys of people: made ahead in small batches, opened for one unit of work, never kept in the clear on disk."""

    def __init__(self, store: Database, keyring: Keyring, lookup_secret: bytes) -> None:
        self.store = store
        self.keyring = keyring
        self._lookup_secret = lookup_secret
        self._derived: dict[str, bytes] = {}
        self._slots: deque[tuple[datetime, rules.Slot]] = deque()
        self._filling = threading.Lock()
        self._hardening = threading.BoundedSemaphore(HARDENING_AT_ONCE)

    def __repr__(self) -> str:
        return f"Vault({self.keyring!r})"

    def derived(self, purpose: str) -> bytes:
        """A secret for one purpose, the same in every process."""
        if purpose not in self._derived:
            self._derived[purpose] = rules.derive(self._lookup_secret, purpose)
        return self._derived[purpose]

    def slot(self, now: datetime) -> rules.Slot:
        """Take a slot that was made ahead; make the next batch when none is left."""
        with self._filling:
            while self._slots and self._slots[0][0] < now - SLOT_LIFE:
                self._slots.popleft()
            if not self._slots:
                self._slots.extend((now, slot) for slot in self.make_slots(SLOTS_A_BATCH, now))
            return self._slots.popleft()[1]

    def forget_slots(self) -> None:
        """Forget what was made ahead; the worker drops the keys that nobody came for."""
        with self._filling:
            self._slots.clear()

    def make_slots(
        self, count: int, now: datetime, *, reserved_for: uuid.UUID | None = None, until: datetime | None = None
    ) -> list[rules.Slot]:
        """Make keys and codes for people who have not come yet, in one commit of the key store."""
        slots = [rules.Slot(uuid.uuid4(), secrets.token_bytes(rules.KEY_BYTES), rules.new_code()) for _ in range(count)]
        with self.opened() as session:
            wrapping = self._wrapping(session, now)
            rows = [
                {
                    "person_id": slot.person_id,
                    "epoch": wrapping.epoch,
                    "wrapped": rules.seal_bytes(wrapping.secret, slot.key.hex(), slot.person_id.bytes),
                    "hardened": False,
                    "code_tag": self.quick_tag(slot.code),
                    "made_at": now,
                    "reserved_for": reserved_for,
                    "reserved_until": until,
                }
                for slot in slots
            ]
            session.connection().execute(_KEYS, rows)
        return slots

    def key_of(self, person_id: uuid.UUID) -> bytes:
        """Unwrap a person's key. Raise NotThere when it was destroyed, SealBroken when nobody here can unwrap it."""
        for _ in range(TRIES):
            row = self._find(person_id)
            secret = self.keyring.secret(row.epoch)
            if secret is not None:
                return bytes.fromhex(rules.open_bytes(secret, row.wrapped, person_id.bytes))
            # The epoch was turned between the two looks: the key is wrapped anew by now.
        raise rules.SealBroken

    def keys_of(self, person_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, bytes]:
        """Unwrap many keys with one question. What is destroyed, or was wrapped anew just now, is left out."""
        rows = self._look(_SOME.where(PersonKey.person_id.in_(person_ids)))
        secrets_by_row = [(row, self.keyring.secret(row.epoch)) for row in rows]
        return {
            row.person_id: bytes.fromhex(rules.open_bytes(secret, row.wrapped, row.person_id.bytes))
            for row, secret in secrets_by_row
            if secret is not None
        }

    def quick_tag(self, code: int) -> bytes:
        """The tag that a code has until it is hardened."""
        return rules.quick_tag(self.derived("return-code"), code)

    def hard_tag(self, quick: bytes) -> bytes:
        """The tag that a code has for good. Raise TooMany when too many are being computed."""
        if not self._hardening.acquire(timeout=HARDENING_WAIT):
            raise errors.TooMany(retry_after=2)
        try:
            return rules.hard_tag(self.derived("return-code-hard"), quick)
        finally:
            self._hardening.release()

    def opened(self, *, reading: bool = False) -> _Opened:
        """A unit of work on the key store; when it is away the answer is "not now", never plaintext."""
        return _Opened(self.store, reading)

    def _find(self, person_id: uuid.UUID) -> sa.Row[*tuple[Any, ...]]:
        found = self._look(_KEY, person_id=person_id)
        if not found:
            raise errors.NotThere
        return found[0]

    def _look(self, question: sa.Executable, **values: Any) -> Sequence[sa.Row[*tuple[Any, ...]]]:
        """Look something up in the key store, as `opened` would, with no unit of work around it."""
        try:
            with self.store.look() as connection:
                return connection.execute(question, values).all()
        except UNAVAILABLE as away:
            raise errors.Unavailable(retry_after=2) from away

    def _wrapping(self, session: Session, now: datetime) -> MasterKey:
        """The epoch key to wrap with, held until this unit of work is over. Raise Unavailable when none may wrap."""
        for _ in range(TRIES):
            wrapping = self.keyring.wrapping
            if may_wrap(session, wrapping.epoch, now):
                return wrapping
            self.keyring.read_again()
        raise errors.Unavailable(retry_after=5)


class _Opened:
    def __init__(self, store: Database, reading: bool) -> None:
        self._unit = store.session(reading=reading)

    def __enter__(self) -> Session:
        return self._unit.__enter__()

    def __exit__(self, kind: type[BaseException] | None, problem: BaseException | None, trace: object) -> bool | None:
        try:
            return self._unit.__exit__(kind, problem, trace)  # type: ignore[arg-type]
        except (*UNAVAILABLE, errors.OutcomeUnknown) as away:
            raise errors.Unavailable(retry_after=2) from away
