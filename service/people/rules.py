"""What a person's standing here may be, and how it may change. None of it blames anybody (R-STAY-1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from service import errors
from service.guidance.rules import Answer

QUIET_AFTER = timedelta(days=90)


class Status(StrEnum):
    """How things stand between us. Quiet is not closed: whoever comes back is simply here again."""

    OPEN = "open"
    QUIET = "quiet"
    PAUSED_BY_PERSON = "paused_by_person"
    CLOSED_BY_PERSON = "closed_by_person"
    MOVED = "moved"
    DIED = "died"
    MERGED = "merged"


# One table: from each status, where it may go. Coming back is always possible, except from death and merging.
ALLOWED: dict[Status, frozenset[Status]] = {
    Status.OPEN: frozenset({Status.QUIET, Status.PAUSED_BY_PERSON, Status.CLOSED_BY_PERSON, Status.MOVED, Status.DIED}),
    Status.QUIET: frozenset({Status.OPEN, Status.PAUSED_BY_PERSON, Status.CLOSED_BY_PERSON, Status.MOVED, Status.DIED}),
    Status.PAUSED_BY_PERSON: frozenset({Status.OPEN, Status.CLOSED_BY_PERSON, Status.MOVED, Status.DIED}),
    Status.CLOSED_BY_PERSON: frozenset({Status.OPEN, Status.DIED}),
    Status.MOVED: frozenset({Status.OPEN, Status.DIED}),
    Status.DIED: frozenset({Status.OPEN}),
    Status.MERGED: frozenset(),
}


class StatusNotAllowed(errors.Contradiction):
    """This status does not follow from the present one. allowed_statuses names those that do."""

    lists = "allowed_statuses"


class BeingWelcomed(errors.Contradiction):
    """Whoever holds this code is being taken in at this very moment. Send the same request again."""


class NoSuchCode(errors.NotThere):
    """Nobody was found by these words. Start anew at once; somebody who knows the person may help to link the two."""

    says_more = True


def next_status(now: Status, wanted: Status) -> Status:
    """Answer the wanted status if it may follow; the same status again changes nothing. Raise StatusNotAllowed."""
    if wanted is now:
        return now
    if wanted not in ALLOWED[now]:
        raise StatusNotAllowed(allowed=tuple(sorted(ALLOWED[now])))
    return wanted


class ContactPreference(StrEnum):
    """Whether, and how, it is safe to reach somebody."""

    NONE = "none"
    PERSON_RETURNS = "person_returns"
    CONTACT_OK = "contact_ok"


class ChannelType(StrEnum):
    """A way to reach somebody."""

    SMS = "sms"
    CALL = "call"
    VOICEMAIL = "voicemail"
    EMAIL = "email"
    MAIL = "mail"
    SOCIAL = "social"
    THROUGH_PERSON = "through_person"
    IN_PERSON_AT = "in_person_at"


class LeaveMessage(StrEnum):
    """Whether a message may be left."""

    NO = "no"
    VAGUE_ONLY = "vague_only"
    YES = "yes"


class TextContent(StrEnum):
    """What a text message may hold."""

    NO = "no"
    APPOINTMENT_ONLY = "appointment_only"
    YES = "yes"


class YesNoUnknown(StrEnum):
    """Yes, no, or nobody knows."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class SomebodyElseAnswers(StrEnum):
    """What to do when somebody else answers."""

    HANG_UP = "hang_up"
    SAY_WRONG_NUMBER = "say_wrong_number"
    SAY_VAGUE = "say_vague"


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Channel:
    """One way to reach somebody, and what keeps it safe. NNEDV, techsafety.org/safe-contact-methods."""

    type: ChannelType | None = None
    value: str | None = None
    shared_device: YesNoUnknown = YesNoUnknown.UNKNOWN
    ok_to_leave_message: LeaveMessage = LeaveMessage.NO
    ok_to_say_who_we_are: Answer = Answer.NO
    ok_to_text_content: TextContent = TextContent.NO
    safe_times_text: str | None = None
    not_safe_times_text: str | None = None
    code_word: str | None = None
    if_someone_else_answers: SomebodyElseAnswers = SomebodyElseAnswers.HANG_UP
    confirmed_on: str | None = None
    recheck_after_days: int = 30
    stop_after: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class WillReturn:
    """Where and when the person means to be found, and whom to ask for: they come to us."""

    place_text: str | None = None
    usual_times_text: str | None = None
    ask_for_text: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SafeContact:
    """How, when and whether it is safe to reach the person. Empty means: do not contact."""

    preference: ContactPreference = ContactPreference.PERSON_RETURNS
    will_return: WillReturn | None = None
    channels: tuple[Channel, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A person as their organization knows them: ids and standing, not a word of what they said."""

    organization_id: UUID
    id: UUID
    status: Status
    version: int
    first_came_at: datetime
    last_contact_at: datetime
    intakes: tuple[UUID, ...] = ()
    safe_contact: SafeContact | None = None

    @property
    def person_id(self) -> UUID:
        """Whose key seals what is said about them."""
        return self.id

    @property
    def allowed_statuses(self) -> tuple[Status, ...]:
        """What may follow."""
        return tuple(sorted(ALLOWED[self.status]))


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCode:
    """Words in place of those that were lost; shown once."""

    person_id: UUID
    return_code: str

    def __repr__(self) -> str:
        return f"NewCode(person_id={self.person_id})"
