"""Recorded applicants: who is recorded, how they wait for ten others, how they are read, when they go.

A row that is written in the transaction of somebody's request can be told by it for years: PostgreSQL keeps the number
of the transaction beside each row, and the ledger's entry carries the same. So a process holds applicants back until
there are eleven, and writes those in a transaction of their own, shuffled. The price: when it ends, up to ten are lost.
"""

from __future__ import annotations

import secrets
import threading
import uuid
from dataclasses import dataclass
from datetime import date, datetime
from typing import cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from service import vault
from service.access.rules import Caller
from service.database import Database, afterwards
from service.documents import from_document, to_document
from service.intakes.rules import Intake
from service.ledger.queries import was_done_before
from service.matching.cells import LEAST
from service.matching.coarsening import coarse, is_under_age
from service.matching.models import RecordedApplicant
from service.matching.rules import Applicant
from service.rows import PlainInsert, write_row

KEPT_MONTHS = 12
REMEMBERED_AS = "matching.recorded"
_INSERT = PlainInsert(RecordedApplicant)


@dataclass(frozen=True, slots=True)
class Recorded:
    """Somebody to try rules on, and the seed of their lots."""

    applicant: Applicant
    seed: bytes


class Waiting:
    """Those who wait in one process until they are enough to go together."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.applicants: list[Applicant] = []


def offer_to_record(
    session: Session, intake: Intake, applicant: Applicant, *, action: str, by: Caller, now: datetime
) -> None:
    """Record somebody who is matched for the first time, once this request is committed; most are not recorded.

    Only where the organization lets it be done; nobody who said that they are under 18; nobody at their own door; no
    question about somebody else. That it is the first time says the ledger, so nothing is kept to know it by: it must
    be asked before this request writes its own entry there.
    """
    if by.person_id is not None or intake.person_id is None or is_under_age(applicant):
        return
    if not by.records_applicants:
        return
    if was_done_before(session, intake.organization_id, intake.person_id, action, intake.id):
        return
    database, left = cast(Database, session.info["database"]), coarse(applicant)
    afterwards(session, lambda: _join(database, left, now))


def list_recorded(session: Session, most: int) -> list[Recorded]:
    """List recorded applicants, or as many as are wanted: their ids are drawn, so the first ones are any."""
    rows = session.scalars(sa.select(RecordedApplicant).order_by(RecordedApplicant.id).limit(most))
    return [Recorded(_opened(session, each), each.id.bytes) for each in rows]


def forget_recorded(session: Session, now: datetime) -> int:
    """Forget who was recorded more than twelve months ago; answer how many."""
    months = now.year * 12 + now.month - 1 - KEPT_MONTHS
    oldest = date(months // 12, months % 12 + 1, 1)
    gone = session.execute(sa.delete(RecordedApplicant).where(RecordedApplicant.month < oldest))
    return cast("sa.CursorResult[object]", gone).rowcount


def _join(database: Database, applicant: Applicant, now: datetime) -> None:
    waiting: Waiting = database.remembered.setdefault(REMEMBERED_AS, Waiting())
    with waiting.lock:
        waiting.applicants.append(applicant)
        if len(waiting.applicants) < LEAST:
            return
        with database.session() as session:
            for each in secrets.SystemRandom().sample(waiting.applicants, len(waiting.applicants)):
                _write(session, each, now)
        waiting.applicants.clear()


def _write(session: Session, applicant: Applicant, now: datetime) -> None:
    row_id = uuid.uuid4()
    sealed = vault.seal_for_house(session, to_document(applicant), about=_about(row_id))
    write_row(session, _INSERT, {"id": row_id, "month": now.date().replace(day=1), "sealed": sealed})


def _opened(session: Session, record: RecordedApplicant) -> Applicant:
    return from_document(vault.open_for_house(session, record.sealed, about=_about(record.id)), Applicant)


def _about(row_id: uuid.UUID) -> tuple[str, uuid.UUID, int]:
    return ("recorded_applicant", row_id, 1)
