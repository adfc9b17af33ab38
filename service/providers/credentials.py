"""Evidence of harm reduction training: plural, dated, verified or not, lived experience included."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID


class CredentialKind(StrEnum):
    """What kind of evidence it is. There is no single national licence, so there are many."""

    CERTIFICATE = "certificate"
    COURSE = "course"
    SUPERVISED_PRACTICE = "supervised_practice"
    STAFF_AT_HRP_ORG = "staff_at_hrp_org"
    TRAINER_OR_AUTHOR = "trainer_or_author"
    PEER_LIVED_EXPERIENCE = "peer_lived_experience"
    PEER_ENDORSEMENT = "peer_endorsement"
    CLINICAL_LICENSE = "clinical_license"


class VerificationStatus(StrEnum):
    """How sure we are."""

    SELF_DECLARED = "self_declared"
    DOCUMENT_SEEN = "document_seen"
    ISSUER_CONFIRMED = "issuer_confirmed"
    COULD_NOT_CONFIRM = "could_not_confirm"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """Who looked at a credential, how, when, and when to look again."""

    status: VerificationStatus = VerificationStatus.SELF_DECLARED
    method: str | None = None
    by: str | None = None
    on: date | None = None
    recheck_due: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Credential:
    """One piece of evidence of harm reduction training; `months` is for supervised practice."""

    kind: CredentialKind
    title: str | None = None
    issuer_text: str | None = None
    hours: int | None = None
    months: int | None = None
    modality: str | None = None
    awarded_on: date | None = None
    expires_on: date | None = None
    competency_tags: tuple[str, ...] = ()
    evidence_kind: str | None = None
    evidence_ref: str | None = None
    verification: Verification = Verification()
    external_id: str | None = None

    def is_verified(self, today: date) -> bool:
        """Whether somebody saw the document or the issuer confirmed it, and neither has lapsed."""
        seen = self.verification.status in {VerificationStatus.DOCUMENT_SEEN, VerificationStatus.ISSUER_CONFIRMED}
        return seen and not self.has_lapsed(today)

    def has_lapsed(self, today: date) -> bool:
        """Whether it expired, or its verification is due again."""
        ends = (self.expires_on, self.verification.recheck_due)
        return any(end is not None and end < today for end in ends)

    def still_counts(self, today: date) -> bool:
        """Whether it is at least a claim: not expired, not withdrawn, not found wanting."""
        gone = {VerificationStatus.WITHDRAWN, VerificationStatus.EXPIRED, VerificationStatus.COULD_NOT_CONFIRM}
        expired = self.expires_on is not None and self.expires_on < today
        return self.verification.status not in gone and not expired


@dataclass(frozen=True, slots=True, kw_only=True)
class Licence:
    """Where somebody may legally see people."""

    jurisdiction: str
    kind: str
    expires_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPractitioner:
    """A practitioner as they are brought."""

    provider_id: UUID
    name: str
    licences: tuple[Licence, ...] = ()
    competencies: tuple[str, ...] = ()
    external_id: str | None = None
