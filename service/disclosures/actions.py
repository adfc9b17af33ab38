"""Reading the accounting and proving its lines, which is put on record like every other look."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from service import errors
from service.access.rules import Caller
from service.consents.queries import find_disclosure
from service.consents.rules import may_decide
from service.disclosures.queries import account_for
from service.disclosures.rules import Accounted, NotSealedYet
from service.ledger.actions import write_entry
from service.ledger.proofs import Proof, prove
from service.people.queries import find_person
from service.wall import standing_in


def read_accounting(
    session: Session,
    person_id: UUID,
    *,
    after: tuple[Any, ...] | None,
    count: int,
    since: datetime | None = None,
    by: Caller,
    now: datetime,
) -> list[Accounted]:
    """Read what was told about a person of one's own organization, the newest first. Raise NotThere."""
    if not may_decide(by.person_id, person_id) or find_person(session, by.organization_id, person_id) is None:
        raise errors.NotThere
    write_entry(session, "disclosures_read", by=by, now=now, person_id=person_id, subject=("person", person_id))
    return account_for(session, by.organization_id, person_id, after=after, count=count, since=since)


def prove_disclosure(session: Session, person_id: UUID, disclosure_id: UUID, *, by: Caller, now: datetime) -> Proof:
    """Prove that what was told stands in the ledger as it was sealed; anybody can check it without us.

    Raise NotThere, and NotSealedYet in the moment before the seal.
    """
    if not may_decide(by.person_id, person_id) or find_person(session, by.organization_id, person_id) is None:
        raise errors.NotThere
    told = find_disclosure(session, by.organization_id, person_id, disclosure_id)
    if told is None or told.entry_id is None:
        raise errors.NotThere
    write_entry(
        session, "disclosure_proven", by=by, now=now, person_id=person_id, subject=("disclosure", disclosure_id)
    )
    # Whoever read it made the entry: the recipient, more often than not.
    with standing_in(session, told.recipient_organization_id or by.organization_id):
        proof = prove(session, told.entry_id)
    if proof is None:
        raise NotSealedYet(retry_after=2)
    return proof
