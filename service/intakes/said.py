"""What somebody said when they came in: one document, sealed as a whole, in which everything may be missing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from service.documents import spelled
from service.guidance.rules import (
    AccessNeed,
    AffirmingNeed,
    AgeBand,
    Answer,
    Category,
    Paper,
    PaymentWay,
    Setting,
    Weekday,
)
from service.intakes.codes import (
    AssignedBy,
    Horizon,
    InterpreterBy,
    MattersMost,
    Mode,
    Naloxone,
    RecordedBy,
    Stance,
    StatedBy,
    TravelBy,
    Want,
    WantsTherapy,
)
from service.people.rules import SafeContact


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """A language of the person."""

    tag: str | None = None
    spoken: bool | None = None
    read: bool | None = None
    signed: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Interpreter:
    """Whether an interpreter is needed, and whether one is accepted; None was not said."""

    needed: bool | None = None
    modality: InterpreterBy | None = None
    accepted: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PriorityCategory:
    """A category that helps matching. It counts only when the person gave or confirmed it."""

    code: Category | None = None
    assigned_by: AssignedBy = AssignedBy.SUGGESTED
    confirmed_by_person: bool = False

    @property
    def counts(self) -> bool:
        """Whether matching may go by it (PR-2)."""
        return self.code is not None and (self.confirmed_by_person or self.assigned_by is AssignedBy.PERSON)


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Priority:
    """What matters to the person, in their own words; byte for byte."""

    id: UUID | None = None
    verbatim: str | None = None
    verbatim_lang: str | None = None
    rank: int | None = None
    want: Want | None = None
    horizon: Horizon | None = None
    categories: tuple[PriorityCategory, ...] = ()
    small_step: str | None = None
    part_of_me_wants: str | None = None
    part_of_me_does_not: str | None = None
    stated_by: StatedBy | None = None


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Substance:
    """One substance, as the person speaks of it: both sides are offered, neither is required. Never matched by."""

    name_verbatim: str | None = None
    what_it_does_for_me: str | None = None
    what_i_do_not_like: str | None = None
    stance: Stance | None = None


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Place:
    """Where the person is, as coarsely as helps: about a kilometre."""

    area_text: str | None = None
    near: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    jurisdiction: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Travel:
    """How far the person can go, in kilometres, and how."""

    max_km: float | None = None
    by: TravelBy | None = None


@spelled(from_="from", until="to")
@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class BestTime:
    """A good time; `until` is the wire's `to`."""

    days: tuple[Weekday, ...] = ()
    from_: str | None = None
    until: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Household:
    """Who belongs to the person."""

    partner: bool | None = None
    kids: bool | None = None
    pets: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Wish:
    """Something the person would like; a dealbreaker is one without which they will not go."""

    code: str | None = None
    words: str | None = None
    dealbreaker: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NotThisOne:
    """An offering or a provider that the person does not want."""

    offering_id: UUID | None = None
    provider_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Given:
    """Something that was handed over."""

    item: str | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A resource that was shown, in which version."""

    resource_id: str | None = None
    version: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Safety:
    """What the person wanted to say about their safety. Never scored, never matched by."""

    in_danger_now: Answer = Answer.NOT_ASKED
    what_would_help_now: str | None = None
    has_naloxone: Naloxone = Naloxone.NOT_ASKED
    sometimes_uses_alone: Answer = Answer.NOT_ASKED
    recent_change_in_tolerance: Answer = Answer.NOT_ASKED
    given: tuple[Given, ...] = ()
    shown: tuple[Shown, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Coercion:
    """Whether somebody presses the person, and who must never learn anything."""

    pressure: bool | None = None
    blocked_recipients: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Said:
    """All that was said at an intake: one document, sealed under the person's own key."""

    mode: Mode = Mode.UNSPECIFIED
    recorded_by: RecordedBy | None = None
    locale: str | None = None
    observed_at: datetime | None = None
    name_to_use: str | None = None
    pronouns: str | None = None
    languages: tuple[Language, ...] = ()
    interpreter: Interpreter | None = None
    priorities: tuple[Priority, ...] = ()
    wants_therapy: WantsTherapy = WantsTherapy.NOT_ASKED
    substances: tuple[Substance, ...] = ()
    place: Place | None = None
    travel: Travel | None = None
    preferred_settings: tuple[Setting, ...] = ()
    best_times: tuple[BestTime, ...] = ()
    age_band: AgeBand = AgeBand.NOT_ASKED
    can_pay: tuple[PaymentWay, ...] = ()
    will_not_show: tuple[Paper, ...] = ()
    access_needs: tuple[AccessNeed, ...] = ()
    affirming_needs: tuple[AffirmingNeed, ...] = ()
    medications_for_oud: Answer = Answer.NOT_ASKED
    pregnant: Answer = Answer.NOT_ASKED
    ever_served: Answer = Answer.NOT_ASKED
    household: Household | None = None
    mandated: Answer = Answer.NOT_ASKED
    wishes: tuple[Wish, ...] = ()
    matters_most: MattersMost | None = None
    not_this_one: tuple[NotThisOne, ...] = ()
    asks_for: tuple[Category, ...] = ()
    safe_contact: SafeContact | None = None
    safety: Safety | None = None
    worker_note: str | None = None
    coercion: Coercion | None = None
