"""Taking somebody in, writing down more of what they say, and what they choose."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from service import errors, vault
from service.access.rules import Caller
from service.documents import to_document
from service.guidance import texts
from service.guidance.rules import Answer
from service.intakes import queries, rules
from service.intakes.models import ChoiceRecord, IntakeRecord, IntakeVersion
from service.intakes.receipts import Receipt, receipt_of
from service.ledger.actions import write_entry
from service.outbox.actions import promise_event
from service.outbox.rules import EventType
from service.people import actions as people
from service.people.queries import find_person
from service.rows import PlainInsert, send_rows, write_row
from service.rulebook import shelf

Amend = Callable[[rules.Said], tuple[rules.Said, tuple[rules.NotKept, ...]]]

# Coming in is the busiest road of the house: what is written once goes in as plain rows, without a unit of work
# that keeps watch over it.
_INTAKE = PlainInsert(IntakeRecord)
_VERSION = PlainInsert(IntakeVersion)
_NOBODY_FOUND = rules.NotKept("/return_code", "nobody_found_started_anew")


def submit_intake(
    session: Session, new: rules.NewIntake, *, locale: str, monitored: bool, by: Caller, now: datetime
) -> Receipt:
    """Take somebody in: whatever they said, and be it nothing. One person, one key, one sealed document.

    What a third party says about somebody makes an enquiry, never that person's record. Raise NotThere when
    `person_id` is nobody here, IdTaken, TooMany.
    """
    before = _same_before(session, new, by=by, now=now)
    if before is not None:
        write_entry(session, "intake_read", by=by, now=now, person_id=before.person_id, subject=("intake", before.id))
        return receipt_of(before, None, (), locale=locale, monitored=monitored, now=now, begins="again")
    said = replace(new.said, locale=new.said.locale or locale)
    if said.recorded_by is rules.RecordedBy.THIRD_PARTY:
        # The key is a slot like anybody's; its id stands for the question, never for the person it is about.
        own = vault.take_slot(session, now=now).person_id
        intake = _write_down(session, new, rules.with_ids(said), None, own, by=by, now=now)
        return receipt_of(intake, None, (), locale=locale, monitored=monitored, now=now)
    person_id, code, not_found = _who(session, new, locale, by=by, now=now)
    still_true = _old_priorities(session, person_id, by) if code is None else ()
    said = rules.with_ids(said, still_true)
    new = replace(new, not_kept=(*new.not_kept, *not_found))
    intake = _write_down(session, new, said, person_id, None, by=by, now=now)
    begins: texts.Beginning = "back" if code is None else "code"
    return receipt_of(intake, code, still_true, locale=locale, monitored=monitored, now=now, begins=begins)


def amend_intake(
    session: Session, intake_id: UUID, amend: Amend, *, expected: int | None, by: Caller, now: datetime
) -> rules.Intake:
    """Write down more, or otherwise: a new version beside the old ones. Raise NotThere, Stale."""
    intake = queries.find_intake(session, by.organization_id, intake_id)
    if intake is None:
        raise errors.NotThere
    if expected is not None and intake.version != expected:
        raise errors.Stale
    said, not_kept = amend(intake.content)
    amended = replace(
        intake,
        content=rules.with_ids(said, intake.content.priorities),
        version=intake.version + 1,
        changed_at=now,
        not_kept=not_kept,
    )
    raised = session.execute(
        sa.update(IntakeRecord)
        .where(
            IntakeRecord.organization_id == by.organization_id,
            IntakeRecord.id == intake_id,
            IntakeRecord.version == intake.version,
        )
        .values(version=amended.version, changed_at=now, mode=said.mode)
        .returning(IntakeRecord.version)
    ).first()
    if raised is None:
        raise errors.Stale
    _insert_version(session, amended, by)
    _announce(session, "intake_amended", EventType.INTAKE_AMENDED, amended, by=by, now=now)
    return amended


def choose(
    session: Session, intake_id: UUID, new: rules.NewChoice, *, by: Caller, now: datetime
) -> rules.RecordedChoice:
    """Write down what the person says to a match, and by which rules it was found: those in force, unless it says
    otherwise. It sends nothing and tells nobody. Raise NotThere, NobodyToChoose, UnknownRulesVersion.
    """
    intake = queries.find_intake(session, by.organization_id, intake_id)
    if intake is None:
        raise errors.NotThere
    if intake.person_id is None:
        raise rules.NobodyToChoose
    rules_version = shelf.in_force().version if new.rules_version is None else new.rules_version
    if shelf.find(rules_version) is None:
        raise rules.UnknownRulesVersion(reasons=(_unknown_rules(),))
    record = ChoiceRecord(
        organization_id=by.organization_id,
        id=uuid.uuid4(),
        person_id=intake.person_id,
        intake_id=intake_id,
        offering_id=new.offering_id,
        choice=new.choice,
        decided_by=new.decided_by,
        readback_confirmed=new.readback_confirmed,
        rules_version=rules_version,
        made_at=now,
    )
    session.add(record)
    session.flush()
    write_entry(session, "choice_recorded", by=by, now=now, person_id=intake.person_id, subject=("choice", record.id))
    chosen = queries.find_choice(session, by.organization_id, record.id)
    if chosen is None:
        raise errors.NotThere
    return chosen


def _unknown_rules() -> errors.Reason:
    says = "There are no matching rules with this version."
    return errors.Reason("unknown_rules_version", says, pointer="/rules_version")


def forget_person(session: Session, organization_id: UUID, person_id: UUID) -> None:
    """Remove all that a person said and chose, in every version."""
    theirs = sa.select(IntakeRecord.id).where(
        IntakeRecord.organization_id == organization_id, IntakeRecord.person_id == person_id
    )
    removals = (
        sa.delete(ChoiceRecord).where(
            ChoiceRecord.organization_id == organization_id, ChoiceRecord.person_id == person_id
        ),
        sa.delete(IntakeVersion).where(
            IntakeVersion.organization_id == organization_id, IntakeVersion.intake_id.in_(theirs)
        ),
        sa.delete(IntakeRecord).where(
            IntakeRecord.organization_id == organization_id, IntakeRecord.person_id == person_id
        ),
    )
    for removal in removals:
        session.execute(removal.execution_options(synchronize_session=False))


def _same_before(session: Session, new: rules.NewIntake, *, by: Caller, now: datetime) -> rules.Intake | None:
    """An app may bring its own id, and send it again when it heard nothing: the same words of the same person are the
    same intake. Raise IdTaken."""
    if new.id is None:
        return None
    first = queries.find_intake(session, by.organization_id, new.id, 1)
    if first is None:
        return None
    if _words(first.content) != _words(new.said) or not _same_person(session, new, first, by=by, now=now):
        raise rules.IdTaken
    return queries.find_intake(session, by.organization_id, new.id)


def _same_person(session: Session, new: rules.NewIntake, first: rules.Intake, *, by: Caller, now: datetime) -> bool:
    """Whether whoever is named now was taken in then. Who is not named contradicts nothing."""
    if first.person_id is None:
        return True
    if new.person_id is not None:
        return new.person_id == first.person_id
    if new.return_code is None:
        return True
    person = people.person_by_code(session, new.return_code, by=by, now=now)
    return person.id == first.person_id if person else _NOBODY_FOUND in first.not_kept


def _words(said: rules.Said) -> rules.Said:
    return replace(said, priorities=tuple(replace(each, id=None) for each in said.priorities), locale=None)


def _who(
    session: Session, new: rules.NewIntake, locale: str, *, by: Caller, now: datetime
) -> tuple[UUID, str | None, tuple[rules.NotKept, ...]]:
    """Whose intake this is: somebody known by id or by code, or somebody new, who gets a code of their own.

    A code that is nobody's refuses nothing: they are welcome as somebody new, and told so.
    """
    not_found: tuple[rules.NotKept, ...] = ()
    person = None
    if new.person_id is not None:
        person = find_person(session, by.organization_id, new.person_id)
        if person is None:
            raise errors.NotThere
    elif new.return_code is not None:
        person = people.person_by_code(session, new.return_code, by=by, now=now)
        not_found = () if person else (_NOBODY_FOUND,)
    if person is None:
        person_id, code = people.welcome_person(session, locale=locale, by=by, now=now)
        return person_id, code, not_found
    session.flush()
    people.welcome_back(session, person, now=now)
    return person.id, None, ()


def _old_priorities(session: Session, person_id: UUID, by: Caller) -> tuple[rules.Priority, ...]:
    last = queries.newest_of_person(session, by.organization_id, person_id)
    return last.content.priorities if last else ()


def _write_down(
    session: Session,
    new: rules.NewIntake,
    said: rules.Said,
    person_id: UUID | None,
    key_id: UUID | None,
    *,
    by: Caller,
    now: datetime,
) -> rules.Intake:
    intake = rules.Intake(
        organization_id=by.organization_id,
        id=new.id or uuid.uuid4(),
        person_id=person_id,
        status=rules.IntakeStatus.OPEN if person_id else rules.IntakeStatus.ENQUIRY,
        version=1,
        received_at=now,
        changed_at=now,
        content=said,
        key_id=key_id,
        not_kept=new.not_kept,
    )
    _insert_new(
        session,
        {
            "organization_id": intake.organization_id,
            "id": intake.id,
            "person_id": intake.person_id,
            "key_id": intake.key_id,
            "mode": said.mode,
            "status": intake.status,
            "version": 1,
            "received_at": now,
            "changed_at": now,
        },
        brought_id=new.id is not None,
    )
    _insert_version(session, intake, by)
    _announce(session, "intake_submitted", EventType.INTAKE_SUBMITTED, intake, by=by, now=now)
    if said.safety is not None and said.safety.in_danger_now is Answer.YES:
        _promise(session, EventType.NEEDS_A_PERSON_NOW, intake, by, now)
    return intake


def _insert_new(session: Session, row: dict[str, Any], *, brought_id: bool) -> None:
    """Write the intake's row. Two requests with one id at the same moment: the second one is told so, not broken."""
    write_row(session, _INTAKE, row)
    if not brought_id:
        return
    try:
        send_rows(session)
    except IntegrityError as twin:
        raise rules.IdTaken from twin


def _insert_version(session: Session, intake: rules.Intake, by: Caller) -> None:
    about = ("intake_version", intake.id, intake.version)
    document: dict[str, Any] = {
        "said": to_document(intake.content),
        "not_kept": [[each.path, each.reason] for each in intake.not_kept],
    }
    key_id = intake.person_id or intake.key_id
    sealed = (
        vault.seal(session, key_id, document, about=about)
        if key_id
        else vault.seal_for_house(session, document, about=about)
    )
    write_row(
        session,
        _VERSION,
        {
            "organization_id": intake.organization_id,
            "intake_id": intake.id,
            "version": intake.version,
            "sealed": sealed,
            "written_at": intake.changed_at,
            "application_id": by.application_id,
        },
    )


def _announce(
    session: Session, action: str, type: EventType, intake: rules.Intake, *, by: Caller, now: datetime
) -> None:
    write_entry(session, action, by=by, now=now, person_id=intake.person_id, subject=("intake", intake.id))
    _promise(session, type, intake, by, now)


def _promise(session: Session, type: EventType, intake: rules.Intake, by: Caller, now: datetime) -> None:
    promise_event(
        session,
        type,
        audience=by.organization_id,
        record_id=intake.id,
        version=intake.version,
        now=now,
        person_id=intake.person_id,
    )
