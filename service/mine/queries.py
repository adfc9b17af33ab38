"""Looking up what stands on record about one person, in the organization that took them in."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from service.access.models import Application, Organization
from service.intakes.models import ChoiceRecord, IntakeRecord, IntakeVersion
from service.intakes.queries import find_intake, intakes_of_person
from service.intakes.rules import Intake
from service.providers.models import Provider
from service.referrals.models import ReferralRecord


def intakes_of(session: Session, organization_id: UUID, person_id: UUID) -> tuple[Intake, ...]:
    """A person's intakes as they stand, the newest first."""
    ids = intakes_of_person(session, organization_id, person_id)
    return tuple(found for each in ids if (found := find_intake(session, organization_id, each)))


def all_versions(session: Session, organization_id: UUID, person_id: UUID) -> tuple[Intake, ...]:
    """Every version of every intake of a person, the newest intake first, and of each the newest version."""
    rows = session.execute(
        sa.select(IntakeVersion.intake_id, IntakeVersion.version)
        .join(
            IntakeRecord,
            (IntakeRecord.organization_id == IntakeVersion.organization_id)
            & (IntakeRecord.id == IntakeVersion.intake_id),
        )
        .where(IntakeRecord.organization_id == organization_id, IntakeRecord.person_id == person_id)
        .order_by(IntakeRecord.received_at.desc(), IntakeRecord.id, IntakeVersion.version.desc())
    ).all()
    return tuple(found for row in rows if (found := find_intake(session, organization_id, row[0], row[1])))


def choices_of(session: Session, organization_id: UUID, person_id: UUID) -> Sequence[ChoiceRecord]:
    """What a person said to offerings, the newest first."""
    return session.scalars(
        sa.select(ChoiceRecord)
        .where(ChoiceRecord.organization_id == organization_id, ChoiceRecord.person_id == person_id)
        .order_by(ChoiceRecord.made_at.desc(), ChoiceRecord.id)
    ).all()


def referrals_of(session: Session, organization_id: UUID, person_id: UUID) -> Sequence[ReferralRecord]:
    """A person's referrals, changed last first."""
    return session.scalars(
        sa.select(ReferralRecord)
        .where(ReferralRecord.organization_id == organization_id, ReferralRecord.person_id == person_id)
        .order_by(ReferralRecord.changed_at.desc(), ReferralRecord.id)
    ).all()


def name_of_organization(session: Session, organization_id: UUID) -> str | None:
    """What an organization is called."""
    found = session.get(Organization, organization_id)
    return found.name if found else None


def name_of_application(session: Session, organization_id: UUID, application_id: UUID) -> str | None:
    """What an application is called."""
    found = session.get(Application, (organization_id, application_id))
    return found.name if found else None


def name_of_provider(session: Session, provider_id: UUID) -> str | None:
    """What a provider is called."""
    found = session.get(Provider, provider_id)
    return found.name if found else None
