"""What a third party asked about somebody: kept for 90 days under a key of its own, then forgotten for good."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from service import vault
from service.intakes import queries
from service.intakes.models import IntakeRecord, IntakeVersion
from service.intakes.rules import ENQUIRIES_KEPT
from service.ledger.actions import Housekeeper, write_entry

FORGET_A_ROUND = 200


def forget_enquiries(session: Session, *, now: datetime) -> int:
    """Destroy the keys of questions that are 90 days old, and their rows. Answer how many.

    The keys go first and cannot come back: when the rest is undone by a crash, the next round finds the rows again,
    and until then nobody can read them.
    """
    old = queries.enquiries_before(session, now - ENQUIRIES_KEPT, FORGET_A_ROUND)
    vault.drop_keys(session, {each.key_id for each in old if each.key_id is not None})
    for each in old:
        write_entry(
            session, "enquiry_forgotten", by=Housekeeper(each.organization_id), now=now, subject=("intake", each.id)
        )
        _delete(session, each)
    return len(old)


def _delete(session: Session, enquiry: IntakeRecord) -> None:
    for table, intake_id in ((IntakeVersion, IntakeVersion.intake_id), (IntakeRecord, IntakeRecord.id)):
        session.execute(
            sa.delete(table)
            .where(table.organization_id == enquiry.organization_id, intake_id == enquiry.id)
            .execution_options(synchronize_session=False)
        )
