"""Looking intakes and choices up, always within their organization."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from service import errors, vault
from service.documents import from_document
from service.guidance.rules import AgeBand
from service.intakes.models import ChoiceRecord, IntakeRecord, IntakeVersion
from service.intakes.rules import Choice, Intake, IntakeStatus, Line, Mode, NotKept, RecordedChoice, Said, Version
from service.rows import look_up

# Asked so often that it asks for columns and not for records, and is put together once: the newest version, unless one
# is named.
_KEPT = (
    IntakeRecord.organization_id,
    IntakeRecord.id,
    IntakeRecord.person_id,
    IntakeRecord.key_id,
    IntakeRecord.status,
    IntakeRecord.received_at,
    IntakeVersion.version,
    IntakeVersion.written_at,
    IntakeVersion.sealed,
    sa.exists()
    .where(
        ChoiceRecord.organization_id == IntakeRecord.organization_id,
        ChoiceRecord.person_id == IntakeRecord.person_id,
    )
    .label("has_chosen"),
)
_INTAKE = (
    sa.select(*_KEPT)
    .join(
        IntakeVersion,
        (IntakeVersion.organization_id == IntakeRecord.organization_id)
        & (IntakeVersion.intake_id == IntakeRecord.id)
        & (IntakeVersion.version == sa.func.coalesce(sa.bindparam("version", type_=sa.Integer), IntakeRecord.version)),
    )
    .where(
        IntakeRecord.organization_id == sa.bindparam("organization_id"), IntakeRecord.id == sa.bindparam("intake_id")
    )
)
_NEWEST = sa.select(*_KEPT).join(
    IntakeVersion,
    (IntakeVersion.organization_id == IntakeRecord.organization_id)
    & (IntakeVersion.intake_id == IntakeRecord.id)
    & (IntakeVersion.version == IntakeRecord.version),
)
_CHOICES = (
    sa.select(ChoiceRecord)
    .where(
        ChoiceRecord.organization_id == sa.bindparam("organization_id"),
        ChoiceRecord.person_id
        == sa.select(IntakeRecord.person_id)
        .where(
            IntakeRecord.organization_id == sa.bindparam("organization_id"),
            IntakeRecord.id == sa.bindparam("intake_id"),
        )
        .scalar_subquery(),
    )
    .order_by(ChoiceRecord.made_at, ChoiceRecord.id)
)


def find_intake(session: Session, organization_id: UUID, intake_id: UUID, version: int | None = None) -> Intake | None:
    """Find an intake of an organization and open what was said, in its newest version or a given one."""
    asked = {"organization_id": organization_id, "intake_id": intake_id, "version": version}
    row = look_up(session, _INTAKE, asked).one_or_none()
    return None if row is None else _opened(session, row)


def find_intakes(session: Session, organization_id: UUID, ids: Collection[UUID]) -> dict[UUID, Intake]:
    """Find many intakes of an organization at once, and open each in its newest version.

    What is not there, is somebody else's, or was sealed with a key that is gone is left out.
    """
    mine = (IntakeRecord.organization_id == organization_id, IntakeRecord.id.in_(ids))
    rows = session.execute(_NEWEST.where(*mine)).all()
    vault.fetch_keys(session, {key_id for row in rows if (key_id := row.person_id or row.key_id)})
    found = {}
    for row in rows:
        with suppress(errors.NotThere):
            found[row.id] = _opened(session, row)
    return found


def newest_of_person(
    session: Session, organization_id: UUID, person_id: UUID, *, but: UUID | None = None
) -> Intake | None:
    """The newest intake of a person, apart from one."""
    query = (
        sa.select(IntakeRecord.id)
        .where(IntakeRecord.organization_id == organization_id, IntakeRecord.person_id == person_id)
        .order_by(IntakeRecord.received_at.desc(), IntakeRecord.id)
        .limit(1)
    )
    if but is not None:
        query = query.where(IntakeRecord.id != but)
    found = session.execute(query).scalar_one_or_none()
    return find_intake(session, organization_id, found) if found else None


def intakes_of_person(session: Session, organization_id: UUID, person_id: UUID) -> tuple[UUID, ...]:
    """Ids of a person's intakes, newest first."""
    query = (
        sa.select(IntakeRecord.id)
        .where(IntakeRecord.organization_id == organization_id, IntakeRecord.person_id == person_id)
        .order_by(IntakeRecord.received_at.desc(), IntakeRecord.id)
    )
    return tuple(session.execute(query).scalars())


def age_and_place(session: Session, organization_id: UUID, person_id: UUID) -> tuple[AgeBand, str | None]:
    """What a person said last about their age and about where they are; whoever says nothing anew said it before."""
    age_band, jurisdiction = AgeBand.NOT_ASKED, None
    for intake in _said_by(session, organization_id, person_id):
        if age_band is AgeBand.NOT_ASKED:
            age_band = intake.content.age_band
        if jurisdiction is None and intake.content.place is not None:
            jurisdiction = intake.content.place.jurisdiction
        if age_band is not AgeBand.NOT_ASKED and jurisdiction is not None:
            break
    return age_band, jurisdiction


def said_by_person(session: Session, organization_id: UUID, person_id: UUID) -> Iterator[Said]:
    """What a person said at their intakes, the newest first."""
    return (intake.content for intake in _said_by(session, organization_id, person_id))


def enquiries_before(session: Session, instant: datetime, count: int) -> list[IntakeRecord]:
    """Questions of third parties that came before an instant."""
    query = sa.select(IntakeRecord).where(
        IntakeRecord.status == IntakeStatus.ENQUIRY, IntakeRecord.received_at < instant
    )
    return list(session.execute(query.limit(count)).scalars())


def keys_of_enquiries(session: Session, ids: set[UUID]) -> set[UUID]:
    """Which of these keys belong to a third party's question."""
    found = session.execute(sa.select(IntakeRecord.key_id).where(IntakeRecord.key_id.in_(ids))).scalars()
    return {key_id for key_id in found if key_id is not None}


def versions_of(
    session: Session, organization_id: UUID, intake_id: UUID, *, after: tuple[Any, ...] | None, count: int
) -> list[Version]:
    """Numbers and instants of an intake's versions, newest first."""
    where = [IntakeVersion.organization_id == organization_id, IntakeVersion.intake_id == intake_id]
    if after is not None:
        where.append(IntakeVersion.version < after[0])
    query = (
        sa.select(IntakeVersion.version, IntakeVersion.written_at)
        .where(*where)
        .order_by(IntakeVersion.version.desc())
        .limit(count)
    )
    return [Version(version, at) for version, at in session.execute(query)]


def worklist(
    session: Session,
    organization_id: UUID,
    *,
    after: tuple[Any, ...] | None,
    count: int,
    statuses: Sequence[IntakeStatus] = (),
    modes: Sequence[Mode] = (),
    received_after: datetime | None = None,
    received_before: datetime | None = None,
    changed_after: datetime | None = None,
) -> list[Line]:
    """An organization's intakes, newest first: what stands in the clear."""
    record = IntakeRecord
    where = [record.organization_id == organization_id]
    if statuses:
        where.append(record.status.in_(statuses))
    if modes:
        where.append(record.mode.in_(modes))
    if received_after is not None:
        where.append(record.received_at > received_after)
    if received_before is not None:
        where.append(record.received_at < received_before)
    if changed_after is not None:
        where.append(record.changed_at > changed_after)
    if after is not None:
        where.append(sa.tuple_(record.received_at, record.id) < sa.tuple_(*_bound(after)))
    query = sa.select(record).where(*where).order_by(record.received_at.desc(), record.id.desc()).limit(count)
    return [_line(each) for each in session.execute(query).scalars()]


def find_choice(session: Session, organization_id: UUID, choice_id: UUID) -> RecordedChoice | None:
    """Find a choice."""
    record = session.get(ChoiceRecord, (organization_id, choice_id))
    return _choice(record) if record else None


def choices_of(session: Session, organization_id: UUID, intake_id: UUID) -> list[RecordedChoice]:
    """All that the person of an intake ever said to a match, at whichever intake; oldest first.

    Whoever said *not this one* in spring need not say it again in autumn.
    """
    asked = {"organization_id": organization_id, "intake_id": intake_id}
    return [_choice(record) for record in session.execute(_CHOICES, asked).scalars()]


def choices_of_people(
    session: Session, organization_id: UUID, person_ids: Collection[UUID]
) -> dict[UUID, list[RecordedChoice]]:
    """All that many people ever said to their matches, by person; oldest first, as `choices_of` has it for one."""
    query = (
        sa.select(ChoiceRecord)
        .where(ChoiceRecord.organization_id == organization_id, ChoiceRecord.person_id.in_(person_ids))
        .order_by(ChoiceRecord.made_at, ChoiceRecord.id)
    )
    found: dict[UUID, list[RecordedChoice]] = defaultdict(list)
    for record in session.execute(query).scalars():
        found[record.person_id].append(_choice(record))
    return found


def page_of_choices(
    session: Session, organization_id: UUID, intake_id: UUID, *, after: tuple[Any, ...] | None, count: int
) -> list[RecordedChoice]:
    """Choices made on an intake, newest first."""
    where = [ChoiceRecord.organization_id == organization_id, ChoiceRecord.intake_id == intake_id]
    if after is not None:
        made_at, choice_id = after
        where.append(
            sa.tuple_(ChoiceRecord.made_at, ChoiceRecord.id)
            < sa.tuple_(sa.literal(made_at, ChoiceRecord.made_at.type), sa.literal(choice_id, ChoiceRecord.id.type))
        )
    query = (
        sa.select(ChoiceRecord).where(*where).order_by(ChoiceRecord.made_at.desc(), ChoiceRecord.id.desc()).limit(count)
    )
    return [_choice(record) for record in session.execute(query).scalars()]


def chosen_between(session: Session, since: datetime, until: datetime) -> list[tuple[UUID, UUID]]:
    """Who was interested in which offering within a span, each pair once: person, offering. For the house at work."""
    asked = sa.select(ChoiceRecord.person_id, ChoiceRecord.offering_id).where(
        ChoiceRecord.choice == Choice.INTERESTED, ChoiceRecord.made_at >= since, ChoiceRecord.made_at < until
    )
    return [(person_id, offering_id) for person_id, offering_id in session.execute(asked.distinct())]


def last_choice(session: Session, organization_id: UUID, intake_id: UUID, offering_id: UUID) -> RecordedChoice | None:
    """The last word on one offering: somebody may think again."""
    here = (intake_id, offering_id)
    made = [
        each for each in choices_of(session, organization_id, intake_id) if (each.intake_id, each.offering_id) == here
    ]
    return made[-1] if made else None


def _said_by(session: Session, organization_id: UUID, person_id: UUID) -> Iterator[Intake]:
    for intake_id in intakes_of_person(session, organization_id, person_id):
        found = find_intake(session, organization_id, intake_id)
        if found is not None:
            yield found


def _opened(session: Session, row: sa.Row[*tuple[Any, ...]]) -> Intake:
    about = ("intake_version", row.id, row.version)
    key_id = row.person_id or row.key_id
    kept = (
        vault.open(session, key_id, row.sealed, about=about)
        if key_id
        # Questions that came before they had keys of their own.
        else vault.open_for_house(session, row.sealed, about=about)
    )
    return Intake(
        organization_id=row.organization_id,
        id=row.id,
        person_id=row.person_id,
        status=row.status,
        version=row.version,
        received_at=row.received_at,
        changed_at=row.written_at,
        content=from_document(kept["said"], Said),
        key_id=row.key_id,
        not_kept=tuple(NotKept(path, reason) for path, reason in kept["not_kept"]),
        has_chosen=row.has_chosen,
    )


def _line(record: IntakeRecord) -> Line:
    return Line(
        id=record.id,
        person_id=record.person_id,
        status=record.status,
        mode=record.mode,
        version=record.version,
        received_at=record.received_at,
        changed_at=record.changed_at,
    )


def _choice(record: ChoiceRecord) -> RecordedChoice:
    return RecordedChoice(
        id=record.id,
        person_id=record.person_id,
        intake_id=record.intake_id,
        offering_id=record.offering_id,
        choice=record.choice,
        decided_by=record.decided_by,
        readback_confirmed=record.readback_confirmed,
        rules_version=record.rules_version,
        made_at=record.made_at,
    )


def _bound(after: tuple[Any, ...]) -> list[sa.ColumnElement[Any]]:
    received_at, intake_id = after
    return [
        sa.literal(received_at, IntakeRecord.received_at.type),
        sa.literal(intake_id, IntakeRecord.id.type),
    ]
