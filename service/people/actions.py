"""Welcoming somebody, finding them again by their words, and writing down how things stand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from service import errors, vault
from service.access.rules import Caller, OrganizationKind
from service.database import only_row
from service.ledger.actions import Housekeeper, write_entry
from service.people import codes, queries, rules
from service.people.models import PersonRecord
from service.rows import PlainInsert, write_row
from service.vault.actions import vault_of
from service.vault.guesses import Door, counted_guess
from service.vault.models import PersonKey

RESERVED_FOR = timedelta(days=90)
_PERSON = PlainInsert(PersonRecord)
QUIET_A_ROUND = 200
OWN_CREDENTIAL = "return-code"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReservedCodes:
    """Codes to hand out where there is no network, and until when they are good."""

    return_codes: tuple[str, ...]
    usable_until: datetime

    def __repr__(self) -> str:
        return f"ReservedCodes(usable_until={self.usable_until})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """Somebody at their own door, and the row of the code that opened it."""

    caller: Caller
    key: PersonKey

    def __repr__(self) -> str:
        return f"Visitor(caller={self.caller!r})"


def welcome_person(session: Session, *, locale: str, by: Caller, now: datetime) -> tuple[UUID, str]:
    """Make a person with a key of their own; answer their id and the return code, which nobody can look up later."""
    slot = vault.take_slot(session, now=now)
    write_row(session, _PERSON, _standing(slot.person_id, by, now))
    return slot.person_id, codes.spell(slot.code, locale)


def welcome_back(session: Session, person: PersonRecord, *, now: datetime) -> None:
    """Whoever comes back is here again, whatever the gap, and whatever was written down meanwhile (R-STAY-2).

    Raise NotThere when they were erased at this very moment.
    """
    result = session.execute(
        sa.update(PersonRecord)
        .where(PersonRecord.organization_id == person.organization_id, PersonRecord.id == person.id)
        .values(
            status=sa.case((PersonRecord.status == rules.Status.MERGED, PersonRecord.status), else_=rules.Status.OPEN),
            last_contact_at=now,
            version=PersonRecord.version + 1,
        )
        .execution_options(synchronize_session=False)
    )
    only_row(cast(sa.CursorResult[Any], result), errors.NotThere)
    session.refresh(person)


def person_by_code(session: Session, said: str, *, by: Caller, now: datetime) -> PersonRecord | None:
    """Find the person whose code this is, or make the person for whom it was reserved. Guesses are counted.

    Wrong, unknown, another organization's and expired codes look the same and take the same time. Raise TooMany.
    """
    try:
        with counted_guess(vault_of(session), _source(session, by), now):
            person = _by_code(session, said, by=by, now=now)
            if person is None:
                raise rules.NoSuchCode
            return person
    except rules.NoSuchCode:
        return None


def come_in_by_code(session: Session, said: str, *, address: str, request_id: str, now: datetime) -> Visitor:
    """Open the person's own door: whose code this is, in whichever organization. Guesses are counted by address.

    Wrong, unknown, malformed and erased codes, and those that nobody has brought to an organization yet, look the same
    and take the same time: the slow part comes first, and every one of them is looked for in both places. Raise
    NoSuchCode, TooMany.
    """
    source = vault.blind(session, "own-door", f"{now.date()}|{address}")
    with counted_guess(vault_of(session), source, now, Door.OWN):
        key = vault.find_by_code(session, codes.readings(said))
        found = queries.find_anywhere(session, key.person_id if key else uuid4())
        if key is None or found is None:
            raise rules.NoSuchCode
    person, kind = found
    caller = person_themselves(person.organization_id, person.id, kind, request_id=request_id)
    return Visitor(caller=caller, key=key)


def person_themselves(organization_id: UUID, person_id: UUID, kind: OrganizationKind, *, request_id: str) -> Caller:
    """The person as a caller: no application, no scope; what they may do is their own door's to say."""
    return Caller(
        organization_id=organization_id,
        organization_kind=kind,
        application_id=None,
        credential_id=OWN_CREDENTIAL,
        scopes=frozenset(),
        request_id=request_id,
        person_id=person_id,
    )


def find_by_code(session: Session, said: str, *, by: Caller, now: datetime) -> rules.Person:
    """Find a returning person by the words that they kept. Raise NoSuchCode, TooMany."""
    person = person_by_code(session, said, by=by, now=now)
    if person is None:
        raise rules.NoSuchCode
    write_entry(session, "person_found_by_code", by=by, now=now, person_id=person.id, subject=("person", person.id))
    return known(person)


def reserve_codes(session: Session, count: int, *, locale: str, by: Caller, now: datetime) -> ReservedCodes:
    """Reserve codes that this organization may hand out for 90 days."""
    slots = vault.reserve_slots(session, count, organization_id=by.organization_id, life=RESERVED_FOR, now=now)
    write_entry(session, "return_codes_reserved", by=by, now=now, also=[slot.person_id for slot in slots])
    return ReservedCodes(
        return_codes=tuple(codes.spell(slot.code, locale) for slot in slots), usable_until=now + RESERVED_FOR
    )


def replace_code(session: Session, person_id: UUID, *, locale: str, by: Caller, now: datetime) -> rules.NewCode:
    """Give a person new words when theirs were lost; the old ones are dead at once. Raise NotThere."""
    if queries.find_person(session, by.organization_id, person_id) is None:
        raise errors.NotThere
    write_entry(session, "return_code_replaced", by=by, now=now, person_id=person_id, subject=("person", person_id))
    code = codes.spell(vault.replace_code(session, person_id), locale)
    return rules.NewCode(person_id=person_id, return_code=code)


def set_status(session: Session, person_id: UUID, status: rules.Status, *, by: Caller, now: datetime) -> rules.Person:
    """Write down how things stand. Raise NotThere, StatusNotAllowed."""
    person = queries.find_person(session, by.organization_id, person_id)
    if person is None:
        raise errors.NotThere
    person.status = rules.next_status(person.status, status)
    session.flush()
    write_entry(session, "person_status_set", by=by, now=now, person_id=person_id, subject=("person", person_id))
    return known(person)


def fall_quiet(session: Session, *, now: datetime) -> int:
    """Call quiet whoever has not been in touch for 90 days; they are as welcome as before. Answer how many."""
    silent = queries.silent_since(session, now - rules.QUIET_AFTER, QUIET_A_ROUND)
    for person in silent:
        person.status = rules.Status.QUIET
        by = Housekeeper(person.organization_id)
        write_entry(session, "person_fell_quiet", by=by, now=now, person_id=person.id, subject=("person", person.id))
    return len(silent)


def drop_unused_keys(session: Session, in_use: Callable[[Session, set[UUID]], set[UUID]], *, now: datetime) -> int:
    """Drop keys that were made ahead a day ago and that nobody came for. Answer how many.

    `in_use` says which of them seal something that is nobody's record, which only rooms further up know.
    """
    waiting = vault.keys_made_ahead(session, now=now)
    unused = waiting - queries.known_people(session, waiting) - in_use(session, waiting)
    vault.drop_keys(session, unused)
    return len(unused)


def forget_person(session: Session, organization_id: UUID, person_id: UUID) -> None:
    """Remove how things stand with a person."""
    session.execute(
        sa.delete(PersonRecord)
        .where(PersonRecord.organization_id == organization_id, PersonRecord.id == person_id)
        .execution_options(synchronize_session=False)
    )


def known(person: PersonRecord, intakes: tuple[UUID, ...] = ()) -> rules.Person:
    """Read a person's row."""
    return rules.Person(
        organization_id=person.organization_id,
        id=person.id,
        status=person.status,
        version=person.version,
        first_came_at=person.first_came_at,
        last_contact_at=person.last_contact_at,
        intakes=intakes,
    )


def _by_code(session: Session, said: str, *, by: Caller, now: datetime) -> PersonRecord | None:
    found = vault.find_by_code(session, codes.readings(said))
    # Words that are nobody's are looked up just as words that are somebody's elsewhere: one question, no answer.
    person = queries.find_person(session, by.organization_id, found.person_id if found else uuid4())
    if (
        person is None
        and found is not None
        and _is_reserved(found, by, now)
        and not queries.was_erased(session, by.organization_id, found.person_id)
    ):
        return _begin_reserved(session, found.person_id, by=by, now=now)
    return person


def _begin_reserved(session: Session, person_id: UUID, *, by: Caller, now: datetime) -> PersonRecord:
    person = _begin(session, person_id, by=by, now=now)
    try:
        session.flush()
    except IntegrityError as twin:
        raise rules.BeingWelcomed(retry_after=1) from twin
    return person


def _is_reserved(key: PersonKey, by: Caller, now: datetime) -> bool:
    return key.reserved_for == by.organization_id and key.reserved_until is not None and now < key.reserved_until


def _begin(session: Session, person_id: UUID, *, by: Caller, now: datetime) -> PersonRecord:
    person = PersonRecord(**_standing(person_id, by, now))
    session.add(person)
    return person


def _standing(person_id: UUID, by: Caller, now: datetime) -> dict[str, Any]:
    """How things stand with somebody who has just come in."""
    return {
        "organization_id": by.organization_id,
        "id": person_id,
        "status": rules.Status.OPEN,
        "version": 1,
        "first_came_at": now,
        "last_contact_at": now,
    }


def _source(session: Session, by: Caller) -> bytes:
    return vault.blind(session, "guess", f"{by.application_id}|{by.acting_worker or ''}")
