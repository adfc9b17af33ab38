"""Looking up what matching judges by."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from service.matching.candidate import Candidate, candidate_of
from service.providers import queries as providers


def find_candidate(session: Session, offering_id: UUID, today: date) -> Candidate | None:
    """Find one offering of the directory as matching judges it, attested or not."""
    offering = providers.find_offering(session, offering_id, today)
    return candidate_of(offering, today) if offering else None


def directory_version(session: Session) -> int:
    """The version of the directory that this unit of work sees."""
    return providers.directory_version(session)
