"""Whether everything on record has its entry in the ledger: counted by whom, about whom and when.

One request has one instant, so what it wrote and its entry carry the same; ids need not be matched up. Sealing cannot
show that an entry went in the second before it was sealed; this can. An entry without a record is no finding: records
go when somebody is erased, entries stay.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from service.consents.models import ConsentRecord, ConsentVersion, Disclosure
from service.http.models import IdempotencyKey
from service.intakes.models import IntakeRecord, IntakeVersion
from service.ledger.models import Batch, Entry
from service.referrals.models import MoveRecord, ReferralRecord


def without_entry(session: Session) -> dict[str, int]:
    """Count, by kind, the records that no entry stands for. Older than what was dropped for its age is left out."""
    since = session.scalar(sa.select(sa.func.max(Batch.at)).where(Batch.dropped_at.is_not(None)))
    return {kind: session.scalar(_lacking(*rows, since=since)) or 0 for kind, *rows in _kinds()}


def _lacking(
    rows: sa.FromClause, organization: Any, person: Any | None, at: Any, *, since: datetime | None
) -> sa.Select[int]:
    same = [Entry.organization_id == organization, Entry.at == at]
    if person is not None:
        # Somebody who came in and stayed nobody in particular has no id to look for.
        same.append((Entry.person_id == person) | person.is_(None))
    lacking = sa.select(sa.func.count()).select_from(rows.outerjoin(Entry, sa.and_(*same))).where(Entry.id.is_(None))
    return lacking if since is None else lacking.where(at > since)


def _kinds() -> Iterator[tuple[Any, ...]]:
    intakes = sa.join(
        IntakeVersion, IntakeRecord,
        (IntakeVersion.organization_id == IntakeRecord.organization_id) & (IntakeVersion.intake_id == IntakeRecord.id),
    )  # fmt: skip
    consents = sa.join(
        ConsentVersion, ConsentRecord,
        (ConsentVersion.organization_id == ConsentRecord.organization_id)
        & (ConsentVersion.consent_id == ConsentRecord.id),
    )  # fmt: skip
    moves = sa.join(
        MoveRecord, ReferralRecord,
        (MoveRecord.organization_id == ReferralRecord.organization_id) & (MoveRecord.referral_id == ReferralRecord.id),
    )  # fmt: skip
    yield "intake_version", intakes, IntakeVersion.organization_id, IntakeRecord.person_id, IntakeVersion.written_at
    # A recipient's answer may end a consent, and tell: then it is their application that stands in the entry.
    yield "consent_version", consents, Entry.organization_id, ConsentRecord.person_id, ConsentVersion.written_at
    yield "disclosure", sa.inspect(Disclosure).local_table, Entry.organization_id, Disclosure.person_id, Disclosure.at
    yield "referral_move", moves, MoveRecord.by_organization_id, ReferralRecord.person_id, MoveRecord.at
    answered = sa.select(IdempotencyKey.organization_id, IdempotencyKey.made_at).where(
        IdempotencyKey.answer.is_not(None)
    ).subquery()  # fmt: skip
    yield "idempotency_answer", answered, answered.c.organization_id, None, answered.c.made_at
