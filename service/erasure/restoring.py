"""After an older copy was put back: whoever was erased since is erased again, before anybody is served (P14)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from service.database import Database
from service.erasure import actions, queries
from service.vault.safe import Vault
from service.vault.shredding import Shredded, erased_people, shred

# Whom only an anchor names may have come in after the copy was made; which organization it was nobody knows then.
UNKNOWN = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Restored:
    """How many keys were destroyed once more, and how many people were erased once more."""

    keys: int
    people: int


def erase_again(database: Database, vault: Vault, named: Iterable[UUID] = (), *, now: datetime) -> Restored:
    """Bring the lists of main database, key store and anchors together, and have done with everybody on them.

    An older key store has keys again that were destroyed, an older main database has people again who were erased.
    `named` are ids that the anchors of the ledger name.
    """
    listed = {each.person_id: each for each in erased_people(vault)}
    with database.session(reading=True) as session:
        known = {each.person_id: each for each in queries.all_erased(session)}
        standing = queries.organizations_of(session, named)
    missing = {
        person_id: Shredded(standing.get(person_id, UNKNOWN), person_id, now)
        for person_id in named
        if person_id not in listed and person_id not in known
    }
    again = [each for person_id, each in (known | missing).items() if person_id not in listed]
    if again:
        shred(vault, again)
    everybody = listed | missing
    stale = [each for person_id, each in everybody.items() if person_id not in known]
    for each in stale:
        with database.session() as session:
            actions.forget_for_good(session, each, now=now)
    return Restored(keys=len(again), people=len(stale))


def brings_nobody_back(session: Session, vault: Vault) -> bool:
    """Whether no copy that was put back holds anybody who was erased: the two lists say of each other's.

    In their ordinary order of things a tombstone is there before its key is gone, and is marked as done after that.
    """
    listed = {each.person_id for each in erased_people(vault)}
    marked = queries.tombstones(session)
    return listed <= marked.keys() and {person_id for person_id, done in marked.items() if done} <= listed
