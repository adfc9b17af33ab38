"""What a consent says: to whom, for what, which field groups, until when, and what was signed."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from service.consents.statements import STATEMENTS_VERSION, Notice


class FieldGroup(StrEnum):
    """A meaningful description of what may be told (42 CFR 2.31(a)(3)): fields of an intake, by the handful."""

    NAME = "name"
    CONTACT = "contact"
    PRIORITIES = "priorities"
    SUBSTANCES = "substances"
    PLACE = "place"
    PREFERENCES = "preferences"
    SAFETY = "safety"
    HOUSEHOLD = "household"
    ACCESS = "access"
    LANGUAGE = "language"


class RecipientKind(StrEnum):
    """Whom a consent names (42 CFR 2.31(a)(4)): somebody by name, or a class that the law allows to be named."""

    NAMED = "named"
    TPO_CLASS = "tpo_class"
    INTERMEDIARY_PARTICIPANTS = "intermediary_participants"
    INTERMEDIARY_GENERAL_DESIGNATION = "intermediary_general_designation"


class Purpose(StrEnum):
    """What a disclosure is for (42 CFR 2.31(a)(5))."""

    REFERRAL = "referral"
    CARE_COORDINATION = "care_coordination"
    TREATMENT = "treatment"
    PAYMENT = "payment"
    OPERATIONS = "operations"
    TREATMENT_PAYMENT_OPERATIONS = "treatment_payment_operations"
    ATTENDANCE_REPORT = "attendance_report"
    AT_THE_PERSONS_REQUEST = "at_the_persons_request"


class Basis(StrEnum):
    """On which ground something was told: the person allowed it in writing, brought it themselves, or the law lets it
    be told without their yes (42 CFR 2.51; 2.61 to 2.67)."""

    CONSENT = "consent"
    SELF_CARRIED = "self_carried"
    MEDICAL_EMERGENCY = "medical_emergency"
    COURT_ORDER = "court_order"


class ExpiryEvent(StrEnum):
    """Events with which a consent ends by itself."""

    FIRST_MEETING = "first_meeting"
    REFERRAL_CLOSED = "referral_closed"
    END_OF_TREATMENT = "end_of_treatment"


class NameBasis(StrEnum):
    """Which name of theirs a person signed with."""

    LEGAL = "legal"
    NAME_USED = "name_used"


class SignatureMethod(StrEnum):
    """How a consent was signed. A witnessed word is no written consent: it allows help in the room, no more."""

    TYPED = "typed"
    DRAWN = "drawn"
    PAPER_ON_FILE = "paper_on_file"
    VERBAL_WITNESSED = "verbal_witnessed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """Somebody who would be told: a provider, and their organization here if they have one. Whom an exception tells
    is often neither; then the record of the exception names them, sealed."""

    provider_id: UUID | None = None
    organization_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """Whom a consent names: an organization here, a provider of the directory, or somebody in words only; and which
    field groups the person took back from them alone."""

    kind: RecipientKind = RecipientKind.NAMED
    organization_id: UUID | None = None
    provider_id: UUID | None = None
    text: str | None = None
    withheld: frozenset[FieldGroup] = frozenset()

    def names(self, party: Party) -> bool:
        """Whether this is that party. Words alone open nothing: only a human can tell who is meant."""
        if self.provider_id is not None:
            return self.provider_id == party.provider_id
        return self.organization_id is not None and self.organization_id == party.organization_id


@dataclass(frozen=True, slots=True)
class TakenBack:
    """What somebody takes back: from whom, or from everybody (None); which field groups, or all of it (None)."""

    recipient: Recipient | None = None
    field_groups: frozenset[FieldGroup] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Expiry:
    """Until when: an instant, an event, or never, which only treatment, payment and operations allow."""

    at: datetime | None = None
    on_event: ExpiryEvent | None = None
    none_tpo: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a consent allows: to whom, for what, which field groups, until when. It stands in the clear, as ids and
    codes, so that the gate needs no key, and so that it can still be accounted for when the person's key is gone."""

    recipients: tuple[Recipient, ...] = ()
    purpose: Purpose | None = None
    field_groups: frozenset[FieldGroup] = frozenset()
    expiry: Expiry = field(default_factory=Expiry)

    def without_words(self) -> Terms:
        """The same in ids and codes alone: the words beside a recipient belong on the sealed paper."""
        return replace(self, recipients=tuple(replace(recipient, text=None) for recipient in self.recipients))


@dataclass(frozen=True, slots=True, kw_only=True)
class SubjectName:
    """The name that the person signed with."""

    text: str
    basis: NameBasis = NameBasis.NAME_USED


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """How, when and before whom it was signed."""

    method: SignatureMethod
    at: datetime
    witness: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """What was signed, in words: sealed under the person's own key."""

    discloser: str
    subject_name: SubjectName | None = None
    signature: Signature | None = None
    recipients: tuple[str | None, ...] = ()
    statements_version: str = STATEMENTS_VERSION
    limits_version: str | None = None
    locale: str = "en"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """A clear explanation of what a consent covers, which goes along with what is told (42 CFR 2.32)."""

    consent_id: UUID
    version: int
    purpose: Purpose | None
    field_groups: tuple[FieldGroup, ...]
    expiry: Expiry


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """One thing that somebody is about to be told: whose record, about whom, to whom, what for, from which record."""

    organization_id: UUID
    person_id: UUID
    party: Party
    purpose: Purpose
    about: tuple[str, UUID]


@dataclass(frozen=True, slots=True)
class Consented:
    """Ground: a consent that the person signed."""

    consent_id: UUID
    basis: ClassVar[Basis] = Basis.CONSENT


@dataclass(frozen=True, slots=True)
class Carried:
    """Ground: the person brought it themselves."""

    basis: ClassVar[Basis] = Basis.SELF_CARRIED


@dataclass(frozen=True, slots=True)
class Excepted:
    """Ground: an exception that the law makes, put on record before anything is told."""

    basis: Basis


Ground = Consented | Carried | Excepted


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What the gate would let through now, for the eyes of those whose record it is. It tells nobody anything."""

    field_groups: frozenset[FieldGroup]
    notice: Notice
    scope: Scope | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What the gate let through and put on record: which field groups, to whom, on which ground, with the notice, and
    the scope of the consent if there is one. The gate alone makes one; nothing of a person is opened for somebody
    else, and no event about a person is promised to them, without it."""

    telling: Telling
    ground: Ground
    field_groups: frozenset[FieldGroup]
    notice: Notice
    scope: Scope | None = None


@dataclass(frozen=True, slots=True)
class Promised:
    """What goes along with an event that somebody else was promised: who is told about whom, and on which consent; on
    none when the person brought it themselves, or an exception on record lets it be told."""

    telling: Telling
    consent_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewConsent:
    """What somebody signs. Everything may be missing; then it is a draft without effect."""

    terms: Terms
    subject_name: SubjectName | None = None
    discloser: str | None = None
    signature_method: SignatureMethod | None = None
    signed_at: datetime | None = None
    witness: str | None = None
    statements_version: str | None = None
    limits_version: str | None = None
    locale: str | None = None
    replaces: UUID | None = None
