"""Erasing a person: one commit after which nothing is there, then the key, then the mark that it is done."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from service import errors
from service.access.rules import Caller
from service.consents import actions as consents
from service.database import Database, afterwards
from service.erasure import queries
from service.http import kept_answers
from service.intakes import actions as intakes
from service.ledger.actions import Housekeeper, write_entry
from service.outbox.actions import cancel_all_undelivered
from service.people import actions as people
from service.people.models import Tombstone
from service.people.queries import hold_person
from service.referrals import forgetting as referrals
from service.vault.actions import vault_of
from service.vault.safe import Vault
from service.vault.shredding import Shredded, shred

ERASED_A_ROUND = 200


def erase_person(session: Session, person_id: UUID, *, by: Caller | Housekeeper, now: datetime) -> None:
    """Erase somebody: from this commit on there is nothing here about them, for anybody. Raise NotThere.

    What stays: a tombstone, who was told what (42 CFR 2.25), and the ledger; ids and codes, no word. The key goes right
    after the commit, never before it, and is taken care of by a chore when that cannot be (`finish_erasures`).
    """
    organization_id = by.organization_id
    # In the order in which everybody takes them: consents, the person, referrals. So nobody waits in a circle.
    consents.hold_consents(session, organization_id, person_id)
    if not hold_person(session, organization_id, person_id):
        raise errors.NotThere
    cancel_all_undelivered(session, person_id=person_id, now=now)
    referrals.withdraw_all(session, organization_id, person_id, by=by, now=now)
    _forget_everywhere(session, organization_id, person_id)
    session.add(Tombstone(organization_id=organization_id, person_id=person_id, erased_at=now, key_destroyed_at=None))
    write_entry(session, "person_erased", by=by, now=now, person_id=person_id, subject=("person", person_id))
    session.flush()
    gone = Shredded(organization_id, person_id, now)
    afterwards(session, partial(_destroy_key, session.info["database"], vault_of(session), gone, now))


def finish_erasures(database: Database, vault: Vault, *, now: datetime) -> int:
    """Destroy the keys that a crash, or a key store that was away, left behind. Answer how many."""
    with database.session(reading=True) as session:
        waiting = queries.unfinished(session, ERASED_A_ROUND)
    for gone in waiting:
        _destroy_key(database, vault, gone, now)
    return len(waiting)


def _forget_everywhere(session: Session, organization_id: UUID, person_id: UUID) -> None:
    """Remove what stands about a person, from the top of the street down."""
    for room in (referrals, intakes, consents, people):
        room.forget_person(session, organization_id, person_id)
    kept_answers.forget_person(session, person_id)
    session.flush()
    session.expire_all()


def _destroy_key(database: Database, vault: Vault, gone: Shredded, now: datetime) -> None:
    if not shred(vault, [gone]):
        return
    with database.session() as session:
        session.execute(
            sa.update(Tombstone)
            .where(Tombstone.organization_id == gone.organization_id, Tombstone.person_id == gone.person_id)
            .values(key_destroyed_at=now)
        )
