"""What one line of an accounting says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from service import errors
from service.consents.terms import Basis, FieldGroup, Purpose


class NotSealedYet(errors.Contradiction):
    """This is on record and not sealed yet. The seal comes within a second; ask again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Accounted:
    """One thing that was told: when, to whom, what, what for, on which ground. Whom an exception told without naming
    somebody of the directory, the record of that exception says. No field group at all means: that somebody was
    referred."""

    id: UUID
    at: datetime
    provider_id: UUID | None
    provider_name: str | None
    organization_id: UUID | None
    organization_name: str | None
    field_groups: tuple[FieldGroup, ...]
    purpose: Purpose
    basis: Basis
    consent_id: UUID | None
    consent_version: int | None
    notice_version: str
    subject: str
    subject_id: UUID
    entry_id: UUID | None
