"""Erasing a person: one commit after which nothing is there, then the key, then the mark that it is done."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from functools import partial
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from service import errors
from service.access.models import Organization
from service.access.rules import Caller, the_house
from service.consents import actions as consents
from service.database import Database, afterwards
from service.erasure import queries
from service.http import kept_answers
from service.intakes import actions as intakes
from service.law import emergencies as law
from service.ledger.actions import Housekeeper, write_entry
from service.outbox.actions import cancel_undelivered
from service.people import actions as people
from service.people.models import Tombstone
from service.people.queries import hold_person, past_their_clock
from service.referrals import forgetting as referrals
from service.referrals.queries import recipients_of
from service.vault.actions import vault_of
from service.vault.safe import Vault
from service.vault.shredding import Shredded, shred
from service.wall import act_for, standing_in

ERASED_A_ROUND = 200


def erase_person(session: Session, person_id: UUID, *, by: Caller, now: datetime) -> None:
    """Erase somebody: from this commit on there is nothing here about them, for anybody. Raise NotThere.

    What they had allowed is taken back first, so that whoever was told hears that it is over. What stays: a tombstone,
    who was told what (42 CFR 2.25), and the ledger; ids and codes, no word. The key goes right after the commit, never
    before it, and is taken care of by a chore when that cannot be (`finish_erasures`).
    """
    organization_id = by.organization_id
    # In the order in which everybody takes them: consents, the person, referrals. So nobody waits in a circle.
    consents.hold_consents(session, organization_id, person_id)
    if by.person_id not in {None, person_id} or not hold_person(session, organization_id, person_id):
        raise errors.NotThere
    write_entry(session, "person_erased", by=by, now=now, person_id=person_id, subject=("person", person_id))
    told = recipients_of(session, organization_id, person_id)
    referrals.withdraw_all(session, organization_id, person_id, by=by, now=now)
    consents.revoke_all(session, person_id, by=by, now=now)
    for audience in (organization_id, *told):
        cancel_undelivered(session, audience=audience, person_id=person_id, now=now)
    _forget_everywhere(session, organization_id, person_id, told)
    session.add(Tombstone(organization_id=organization_id, person_id=person_id, erased_at=now, key_destroyed_at=None))
    session.flush()
    gone = Shredded(organization_id, person_id, now)
    afterwards(session, partial(_destroy_key, session.info["database"], vault_of(session), gone, now))


def erase_for_house(session: Session, organization_id: UUID, person_id: UUID, *, now: datetime) -> None:
    """Erase somebody because a clock ran out, or because an old copy brought them back. Raise NotThere."""
    kind = session.get_one(Organization, organization_id).kind
    erase_person(session, person_id, by=the_house(organization_id, kind), now=now)


def erase_past_their_clock(database: Database, *, now: datetime) -> int:
    """Erase whoever their organization keeps no longer, one unit of work each. Answer how many."""
    with database.session(reading=True) as session:
        over = [(each.organization_id, each.id) for each in past_their_clock(session, now, ERASED_A_ROUND)]
    for organization_id, person_id in over:
        with database.session() as session, suppress(errors.NotThere):
            erase_for_house(session, organization_id, person_id, now=now)
    return len(over)


def forget_for_good(session: Session, gone: Shredded, *, now: datetime) -> None:
    """Remove somebody whom an older copy brought back. Their key is gone, and everybody was told long ago."""
    told = recipients_of(session, gone.organization_id, gone.person_id)
    _forget_everywhere(session, gone.organization_id, gone.person_id, told)
    session.add(
        Tombstone(
            organization_id=gone.organization_id,
            person_id=gone.person_id,
            erased_at=gone.erased_at,
            key_destroyed_at=now,
        )
    )
    by = Housekeeper(gone.organization_id)
    write_entry(session, "person_erased_again", by=by, now=now, person_id=gone.person_id)


def finish_erasures(database: Database, vault: Vault, *, now: datetime) -> int:
    """Destroy the keys that a crash, or a key store that was away, left behind. Answer how many."""
    with database.session(reading=True) as session:
        waiting = queries.unfinished(session, ERASED_A_ROUND)
    for gone in waiting:
        _destroy_key(database, vault, gone, now)
    return len(waiting)


def _forget_everywhere(session: Session, organization_id: UUID, person_id: UUID, told: Iterable[UUID]) -> None:
    """Remove what stands about a person, from the top of the street down, and answers that may be asked for again."""
    for room in (law, referrals, intakes, consents, people):
        room.forget_person(session, organization_id, person_id)
    for asker in (organization_id, *told):
        with standing_in(session, asker):
            kept_answers.forget_person(session, person_id)
    session.flush()
    session.expire_all()


def _destroy_key(database: Database, vault: Vault, gone: Shredded, now: datetime) -> None:
    if not shred(vault, [gone]):
        return
    with database.session() as session:
        act_for(session, gone.organization_id)
        session.execute(
            sa.update(Tombstone)
            .where(Tombstone.organization_id == gone.organization_id, Tombstone.person_id == gone.person_id)
            .values(key_destroyed_at=now)
        )
