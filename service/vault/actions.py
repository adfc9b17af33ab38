"""Sealing and opening what people said, with the vault that the session was lent."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from service.vault import rules
from service.vault.models import PersonKey
from service.vault.safe import Vault

HARDEN_A_ROUND = 50
UNUSED_FOR = timedelta(hours=24)


def seal(session: Session, person_id: uuid.UUID, document: Any, *, about: rules.About) -> bytes:
    """Seal a document under a person's own key, for one place: (table, row id, version)."""
    return rules.seal_bytes(_key(session, person_id), document, rules.associated_data(about))


def open(session: Session, person_id: uuid.UUID, sealed: bytes, *, about: rules.About) -> Any:
    """Open a person's document. Raise NotThere when their key is gone, SealBroken when it is not that document."""
    return rules.open_bytes(_key(session, person_id), sealed, rules.associated_data(about))


def fetch_keys(session: Session, person_ids: Collection[uuid.UUID]) -> None:
    """Fetch the keys of many people at once, for whoever is going to open something of each in this unit of work."""
    keys = _keys(session)
    lacking = {each for each in person_ids if each not in keys}
    if lacking:
        keys.update(vault_of(session).keys_of(lacking))


def seal_for_house(session: Session, document: Any, *, about: rules.About) -> bytes:
    """Seal what belongs to no one person, such as an answer that lists codes handed out ahead."""
    return rules.seal_bytes(vault_of(session).derived("house"), document, rules.associated_data(about))


def open_for_house(session: Session, sealed: bytes, *, about: rules.About) -> Any:
    """Open what seal_for_house sealed."""
    return rules.open_bytes(vault_of(session).derived("house"), sealed, rules.associated_data(about))


def blind(session: Session, kind: str, value: str) -> bytes:
    """A keyed hash by which a value can be found again and not be read; every kind has a key of its own."""
    return rules.keyed_hash(vault_of(session).derived(f"blind/{kind}"), value.encode())


def take_slot(session: Session, *, now: datetime) -> rules.Slot:
    """Give the next person their id, their key and the number of their return code."""
    slot = vault_of(session).slot(now)
    _keys(session)[slot.person_id] = slot.key
    return slot


def reserve_slots(
    session: Session, count: int, *, organization_id: uuid.UUID, life: timedelta, now: datetime
) -> list[rules.Slot]:
    """Make slots whose codes one organization may hand out ahead, where there is no network."""
    return vault_of(session).make_slots(count, now, reserved_for=organization_id, until=now + life)


def find_by_code(session: Session, codes: tuple[int, ...]) -> PersonKey | None:
    """Find whose code this is. The slow part comes first, for known and unknown alike.

    `codes` are the readings of what was typed; the same words may spell another number in another language.
    """
    vault = vault_of(session)
    quick = [vault.quick_tag(code) for code in codes]
    tags = [*quick, *(vault.hard_tag(tag) for tag in quick)]
    with vault.opened(reading=True) as store:
        return store.execute(sa.select(PersonKey).where(PersonKey.code_tag.in_(tags))).scalars().first()


def marks_of(session: Session, key: PersonKey) -> frozenset[str]:
    """Marks by which a code can be told from the one that comes after it, now and when it was hardened."""
    vault = vault_of(session)
    tags = (key.code_tag,) if key.hardened else (key.code_tag, vault.hard_tag(key.code_tag))
    return frozenset(_mark(vault, tag) for tag in tags)


def still_opens(session: Session, person_id: uuid.UUID, marks: frozenset[str]) -> bool:
    """Whether the code with these marks is still the person's. It is not when it was changed, or when they are gone."""
    vault = vault_of(session)
    with vault.opened(reading=True) as store:
        tag = store.execute(sa.select(PersonKey.code_tag).where(PersonKey.person_id == person_id)).scalar_one_or_none()
    return tag is not None and _mark(vault, tag) in marks


def replace_code(session: Session, person_id: uuid.UUID) -> int:
    """Draw a new code for a person; the old one is dead at once."""
    vault, code = vault_of(session), rules.new_code()
    with vault.opened() as store:
        store.execute(
            sa.update(PersonKey)
            .where(PersonKey.person_id == person_id)
            .values(code_tag=vault.quick_tag(code), hardened=False)
        )
    return code


def harden_codes(vault: Vault) -> int:
    """Replace quick tags by hard ones, a round at a time. Answer how many."""
    with vault.opened(reading=True) as store:
        rows = store.execute(
            sa.select(PersonKey.person_id, PersonKey.code_tag).where(~PersonKey.hardened).limit(HARDEN_A_ROUND)
        ).all()
    for person_id, quick in rows:
        hard = vault.hard_tag(quick)
        with vault.opened() as store:
            store.execute(
                sa.update(PersonKey)
                .where(PersonKey.person_id == person_id, PersonKey.code_tag == quick)
                .values(code_tag=hard, hardened=True)
            )
    return len(rows)


def keys_made_ahead(session: Session, *, now: datetime) -> set[uuid.UUID]:
    """Ids of people to be, whose keys were made, or whose reserved codes ran out, one to two days ago.

    A process forgets slots after an hour, so whoever is to have one of these keys has it by now.
    """
    earliest, latest = now - 2 * UNUSED_FOR, now - UNUSED_FOR
    made = sa.and_(PersonKey.reserved_until.is_(None), PersonKey.made_at.between(earliest, latest))
    ran_out = PersonKey.reserved_until.between(earliest, latest)
    with vault_of(session).opened(reading=True) as store:
        return set(store.execute(sa.select(PersonKey.person_id).where(made | ran_out)).scalars())


def drop_keys(session: Session, person_ids: set[uuid.UUID]) -> None:
    """Destroy keys: what they sealed is noise from now on."""
    with vault_of(session).opened() as store:
        store.execute(sa.delete(PersonKey).where(PersonKey.person_id.in_(person_ids)))


def vault_of(session: Session) -> Vault:
    """The vault that this unit of work was lent."""
    return cast(Vault, session.info["vault"])


def _mark(vault: Vault, tag: bytes) -> str:
    return rules.keyed_hash(vault.derived("code-mark"), tag).hex()[:32]


def _keys(session: Session) -> dict[uuid.UUID, bytes]:
    # Unwrapped keys live as long as the unit of work, not a moment longer.
    return cast(dict[uuid.UUID, bytes], session.info.setdefault("keys", {}))


def _key(session: Session, person_id: uuid.UUID) -> bytes:
    keys = _keys(session)
    if person_id not in keys:
        keys[person_id] = vault_of(session).key_of(person_id)
    return keys[person_id]
