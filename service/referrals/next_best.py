"""What is offered at once when an offering said no, or said nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from service.matching import actions as matching
from service.referrals import queries
from service.referrals.models import MoveRecord, ReferralRecord
from service.referrals.reasons import leads_to_next_best
from service.referrals.states import State

TURNED_AWAY = frozenset({State.DECLINED, State.NO_REPLY})


def next_best_for(
    session: Session, record: ReferralRecord, steps: Sequence[MoveRecord], *, locale: str, now: datetime
) -> Any | None:
    """The best match that this person was not referred to yet; None unless they were just turned away.

    It is offered, not chosen: sending it takes a new choice, and a consent that names the new recipient.
    """
    if record.state not in TURNED_AWAY or not leads_to_next_best(steps[-1].reason):
        return None
    tried = queries.tried_offerings(session, record.organization_id, record.person_id)
    return matching.best_match(session, record.organization_id, record.intake_id, without=tried, locale=locale, now=now)
