"""Destroying keys for good: rows, tags, and the bytes that they leave in the file."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from service.vault.models import Erased, PersonKey
from service.vault.safe import Vault


@dataclass(frozen=True, slots=True)
class Shredded:
    """Somebody whose key is to be gone: random ids, and when they were erased."""

    organization_id: uuid.UUID
    person_id: uuid.UUID
    erased_at: datetime


def shred(vault: Vault, people: Iterable[Shredded]) -> bool:
    """Destroy people's keys and the tags of their codes; whoever is on the list already is shredded again.

    False when a reader kept the log of the file from being emptied just now: then the bytes are still there, and it has
    to be done again. Raise Unavailable when the key store is away.
    """
    rows = [
        {"organization_id": each.organization_id, "person_id": each.person_id, "erased_at": each.erased_at}
        for each in people
    ]
    insert = sqlite.insert if vault.store.is_sqlite else postgresql.insert
    with vault.opened() as store:
        for row in rows:
            store.execute(sa.delete(PersonKey).where(PersonKey.person_id == row["person_id"]))
            store.execute(insert(Erased).values(row).on_conflict_do_nothing())
    return vault.store.empty_log()


def erased_people(vault: Vault) -> set[Shredded]:
    """Everybody whose key was destroyed."""
    with vault.opened(reading=True) as store:
        rows = store.execute(sa.select(Erased.organization_id, Erased.person_id, Erased.erased_at))
        return {Shredded(*row) for row in rows}
