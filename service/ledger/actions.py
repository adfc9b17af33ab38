"""Writing into the ledger."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, cast
from uuid import UUID

from sqlalchemy.orm import Session

from service.database import uuid7
from service.ledger.models import Entry
from service.ledger.rules import Hand, is_named_by
from service.rows import PlainInsert, keep_open, write_row

NOT_THERE = "not_there"
_INSERT = PlainInsert(Entry)


@dataclass(frozen=True, slots=True)
class Look:
    """What one of several people finds on record: what of theirs was looked at, and what was held beside it."""

    person_id: UUID | None
    subject: tuple[str, UUID]
    also: tuple[UUID, ...] = ()


class Actor(Protocol):
    """Who acts: as much of a caller as an entry needs. The ledger stands below the room that knows callers."""

    @property
    def organization_id(self) -> UUID: ...
    @property
    def application_id(self) -> UUID | None: ...
    @property
    def acting_worker(self) -> str | None: ...
    @property
    def request_id(self) -> str: ...
    @property
    def hand(self) -> Hand: ...


@dataclass(frozen=True, slots=True)
class Housekeeper:
    """A worker at its chores: no application, no human being."""

    organization_id: UUID
    application_id: UUID | None = None
    acting_worker: str | None = None
    request_id: str = "chores"
    hand: Hand = Hand.HOUSE


def write_entry(
    session: Session,
    action: str,
    *,
    by: Actor,
    now: datetime,
    person_id: UUID | None = None,
    subject: tuple[str, UUID] | None = None,
    also: Iterable[UUID] = (),
    field_groups: Iterable[str] = (),
    purpose: str | None = None,
    consent_id: UUID | None = None,
    recipient_id: UUID | None = None,
    decision: str = "allowed",
) -> UUID:
    """Put on record what is done or read, in the transaction of what it records. Answer the id of the entry.

    One request is one entry: what comes about besides stands in the same row, and has the same id. The first action
    names it, unless that one only happened by the way (see rules.BY_THE_WAY). The house at its chores writes one entry
    for each call. `action` says what was done in the past tense of the API's verbs (`intake_submitted`,
    `matches_read`); a list that was read writes one entry naming its ids.
    """
    done = {
        **_done(action, person_id=person_id, subject=subject, also=also),
        "decision": decision,
        "field_groups": [*field_groups] or None,
        "purpose": purpose,
        "consent_id": consent_id,
        "recipient_id": recipient_id,
    }
    if by.hand is Hand.HOUSE:
        row = _new_row(done, by, now)
        write_row(session, _INSERT, row)
        return cast(UUID, row["id"])
    return _gather(session, done, by, now)


def write_looks(session: Session, action: str, looks: Sequence[Look], *, by: Actor, now: datetime) -> None:
    """Put on record that one request looked at several people: an entry for each, under the id of the request.

    One entry that named them all would be quicker, and none of them would find it: who looked is found by the person.
    When nobody was looked at, the request itself still leaves its entry.
    """
    if not looks:
        write_entry(session, action, by=by, now=now)
    for look in looks:
        done = _done(action, person_id=look.person_id, subject=look.subject, also=look.also)
        write_row(session, _INSERT, _new_row(done, by, now))
    session.info["looked"] = True


def has_entry(session: Session) -> bool:
    """Whether this unit of work has put anything on record yet that a caller did or read."""
    return bool(session.info.get("entries") or session.info.get("looked"))


def write_denial(session: Session, operation: str, asked: bytes, *, by: Actor, now: datetime) -> None:
    """Put on record that an operation found nothing for its caller. `asked` is a keyed hash of what was asked for.

    Absent, foreign, not consented to and erased leave the same entry: the ledger tells nobody apart either.
    """
    done = {"action": NOT_THERE, "decision": "denied", "subject": operation}
    write_row(session, _INSERT, {**_new_row(done, by, now), "asked": asked})


def _done(
    action: str, *, person_id: UUID | None, subject: tuple[str, UUID] | None, also: Iterable[UUID]
) -> dict[str, Any]:
    return {
        "action": action,
        "decision": "allowed",
        "person_id": person_id,
        "subject": subject[0] if subject else None,
        "subject_id": subject[1] if subject else None,
        "also": [str(each) for each in also] or None,
    }


def _gather(session: Session, done: dict[str, Any], by: Actor, now: datetime) -> UUID:
    """Add to the entry of this request, or begin it."""
    # Written as a plain row, because every request writes one and none ever changes one: the unit of work need not
    # keep watch over it. The price is that it goes out at once, so what it points to must be there already.
    entries = session.info.setdefault("entries", {})
    whose = (by.organization_id, by.application_id, by.acting_worker, by.request_id)
    if whose not in entries:
        entries[whose] = _new_row(done, by, now)
        keep_open(session, _INSERT, entries[whose])
        return cast(UUID, entries[whose]["id"])
    row = entries[whose]
    about = row["person_id"] or done["person_id"]
    if is_named_by(row["action"], done["action"]):
        first = {name: row[name] for name in done}
        row.update(done)
        done = first
    row["besides"] = [*(row["besides"] or ()), _aside(done)]
    row["person_id"] = about
    return cast(UUID, row["id"])


def _new_row(done: dict[str, Any], by: Actor, now: datetime) -> dict[str, Any]:
    return {
        "id": uuid7(now),
        "at": now,
        "organization_id": by.organization_id,
        "application_id": by.application_id,
        "acting_worker": by.acting_worker,
        "request_id": by.request_id,
        "hand": by.hand,
        **done,
        "besides": None,
        "asked": None,
    }


def _aside(done: dict[str, Any]) -> dict[str, Any]:
    """What else came about, as it stands in the entry: only what is set, ids as text."""
    return {
        name: str(value) if isinstance(value, UUID) else value
        for name, value in done.items()
        if value is not None and (name, value) != ("decision", "allowed")
    }
