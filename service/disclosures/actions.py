"""Reading the accounting, which is put on record like every other look."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from service import errors
from service.access.rules import Caller
from service.consents.rules import may_decide
from service.disclosures.queries import account_for
from service.disclosures.rules import Accounted
from service.ledger.actions import write_entry
from service.people.queries import find_person


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
