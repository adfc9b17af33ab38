"""Epochs: which key wraps people's keys now, and how all of them move on to the next one."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from service.vault import rules
from service.vault.models import Epoch, PersonKey

WRAPPED_A_ROUND = 5000
_TABLE = cast(sa.Table, PersonKey.__table__)
_REWRAP = (
    sa.update(_TABLE)
    .where(_TABLE.c.person_id == sa.bindparam("whose"), _TABLE.c.epoch == sa.bindparam("before"))
    .values(epoch=sa.bindparam("after"), wrapped=sa.bindparam("anew"))
)


@dataclass(frozen=True, slots=True)
class Wrapped:
    """A person's key as it stands: under which epoch, and wrapped."""

    person_id: uuid.UUID
    epoch: str
    wrapped: bytes

    def __repr__(self) -> str:
        return f"Wrapped(epoch={self.epoch})"


def may_wrap(store: Session, epoch: str, now: datetime) -> bool:
    """Whether this epoch still wraps. Whoever asks holds it: it is not retired before their unit of work is over.

    An epoch that is new begins here. The lock hint is for PostgreSQL; on SQLite only one writes at a time.
    """
    insert = sqlite.insert if store.info["database"].is_sqlite else postgresql.insert
    held = sa.select(Epoch.retired_at).where(Epoch.name == epoch).with_for_update(read=True)
    found = store.execute(held).one_or_none()
    if found is None:
        store.execute(insert(Epoch).values(name=epoch, began_at=now).on_conflict_do_nothing())
        found = store.execute(held).one_or_none()
    return found is not None and found.retired_at is None


def retire_others(store: Session, epoch: str, known: Iterable[str], now: datetime) -> None:
    """Let no epoch but this one wrap from here on; whoever is wrapping just now ends first.

    `known` are epochs that a process may hold the key of, and may not have wrapped anything under yet.
    """
    insert = sqlite.insert if store.info["database"].is_sqlite else postgresql.insert
    for name in known:
        store.execute(insert(Epoch).values(name=name, began_at=now).on_conflict_do_nothing())
    store.execute(sa.update(Epoch).where(Epoch.name != epoch, Epoch.retired_at.is_(None)).values(retired_at=now))


def wrapped_otherwise(store: Session, epoch: str, after: uuid.UUID | None) -> list[Wrapped]:
    """Some keys that another epoch wraps, in the order of their ids, after one."""
    query = sa.select(PersonKey.person_id, PersonKey.epoch, PersonKey.wrapped).where(PersonKey.epoch != epoch)
    if after is not None:
        query = query.where(PersonKey.person_id > after)
    return [Wrapped(*row) for row in store.execute(query.order_by(PersonKey.person_id).limit(WRAPPED_A_ROUND))]


def write_wrapped(store: Session, keys: list[Wrapped], epoch: str, secret: bytes, opened: dict[str, bytes]) -> None:
    """Wrap keys anew under an epoch. One that was destroyed meanwhile stays so."""
    rows: list[dict[str, Any]] = [
        {
            "whose": each.person_id,
            "before": each.epoch,
            "after": epoch,
            "anew": rules.sealed_anew(opened[each.epoch], secret, each.wrapped, each.person_id.bytes),
        }
        for each in keys
    ]
    store.connection().execute(_REWRAP, rows)


def in_use(store: Session) -> set[str]:
    """The epochs that still wrap somebody's key."""
    return set(store.scalars(sa.select(PersonKey.epoch).distinct()))


def all_epochs(store: Session) -> list[Epoch]:
    """Every epoch there was, the oldest first."""
    return list(store.scalars(sa.select(Epoch).order_by(Epoch.began_at, Epoch.name)))
