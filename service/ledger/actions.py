"""Writing into the ledger."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from sqlalchemy.orm import Session

from service.database import uuid7
from service.ledger.models import Entry
from service.ledger.rules import Hand
from service.rows import PlainInsert, write_row

_INSERT = PlainInsert(Entry)


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
    """Write one entry, in the transaction of what it records. A list that was read writes one entry naming its ids.

    `action` says what was done in the past tense of the API's verbs (`intake_submitted`, `matches_read`).
    Answer the id of the entry.
    """
    # Written as a plain row, because every request writes one and none ever changes one: the unit of work need not
    # keep watch over it. The price is that it goes out at once, so what it points to must be there already.
    entry_id = uuid7(now)
    write_row(
        session,
        _INSERT,
        {
            "id": entry_id,
            "at": now,
            "organization_id": by.organization_id,
            "application_id": by.application_id,
            "acting_worker": by.acting_worker,
            "request_id": by.request_id,
            "hand": by.hand,
            "action": action,
            "decision": decision,
            "person_id": person_id,
            "subject": subject[0] if subject else None,
            "subject_id": subject[1] if subject else None,
            "also": [str(each) for each in also] or None,
            "field_groups": [*field_groups] or None,
            "purpose": purpose,
            "consent_id": consent_id,
            "recipient_id": recipient_id,
        },
    )
    return entry_id
