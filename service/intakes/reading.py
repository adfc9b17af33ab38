"""Reading what was said and chosen, and writing down in the same breath that it was read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from service import errors
from service.access.rules import Caller
from service.intakes import queries, rules
from service.intakes.models import IntakeRecord
from service.ledger.actions import write_entry
from service.people import actions as people
from service.people.queries import find_person
from service.people.rules import Person


def read_intake(
    session: Session, intake_id: UUID, version: int | None = None, *, by: Caller, now: datetime
) -> rules.Intake:
    """Read what was said, as it stands or as it was in one version. Raise NotThere."""
    intake = queries.find_intake(session, by.organization_id, intake_id, version)
    if intake is None:
        raise errors.NotThere
    write_entry(session, "intake_read", by=by, now=now, person_id=intake.person_id, subject=("intake", intake_id))
    return intake


def list_intakes(
    session: Session,
    *,
    after: tuple[Any, ...] | None,
    count: int,
    statuses: Sequence[rules.IntakeStatus] = (),
    modes: Sequence[rules.Mode] = (),
    received_after: datetime | None = None,
    received_before: datetime | None = None,
    changed_after: datetime | None = None,
    by: Caller,
    now: datetime,
) -> list[rules.Line]:
    """Read the worklist. One entry names all that is shown; the last of `count` only tells that more follows."""
    lines = queries.worklist(
        session,
        by.organization_id,
        after=after,
        count=count,
        statuses=statuses,
        modes=modes,
        received_after=received_after,
        received_before=received_before,
        changed_after=changed_after,
    )
    write_entry(session, "intakes_listed", by=by, now=now, also=[line.id for line in lines[: count - 1]])
    return lines


def list_versions(
    session: Session, intake_id: UUID, *, after: tuple[Any, ...] | None, count: int, by: Caller, now: datetime
) -> list[rules.Version]:
    """Which versions there are. Raise NotThere."""
    _note_reading(session, "intake_versions_listed", intake_id, by=by, now=now)
    return queries.versions_of(session, by.organization_id, intake_id, after=after, count=count)


def list_choices(
    session: Session, intake_id: UUID, *, after: tuple[Any, ...] | None, count: int, by: Caller, now: datetime
) -> list[rules.RecordedChoice]:
    """What the person said to their matches. Raise NotThere."""
    _note_reading(session, "choices_listed", intake_id, by=by, now=now)
    return queries.page_of_choices(session, by.organization_id, intake_id, after=after, count=count)


def read_person(session: Session, person_id: UUID, *, by: Caller, now: datetime) -> Person:
    """Read how things stand with a person. Safe contact is what they said last: safety changes. Raise NotThere."""
    person = find_person(session, by.organization_id, person_id)
    if person is None:
        raise errors.NotThere
    newest = queries.newest_of_person(session, by.organization_id, person_id)
    intakes = queries.intakes_of_person(session, by.organization_id, person_id)
    write_entry(
        session, "person_read", by=by, now=now, person_id=person_id, subject=("person", person_id),
        field_groups=("contact",),
    )  # fmt: skip
    return replace(people.known(person, intakes), safe_contact=newest.content.safe_contact if newest else None)


def _note_reading(session: Session, action: str, intake_id: UUID, *, by: Caller, now: datetime) -> None:
    record = session.get(IntakeRecord, (by.organization_id, intake_id))
    if record is None:
        raise errors.NotThere
    write_entry(session, action, by=by, now=now, person_id=record.person_id, subject=("intake", intake_id))
