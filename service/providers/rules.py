"""What the directory knows of an offering, as values; the code lists that they use stand in `codes`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from service import errors
from service.documents import spelled
from service.guidance.rules import (
    AccessNeed,
    AffirmingNeed,
    Category,
    LimitKind,
    LimitScope,
    Paper,
    PaymentWay,
    Setting,
    Weekday,
)
from service.providers.codes import (
    AcceptsMoud,
    CapacityStatus,
    Demand,
    DrugTesting,
    IntoxicatedArrival,
    MissedVisits,
    OfferingKind,
    ReportsToCourt,
    SuppliesCondition,
    TestConsequence,
)

# A tenth of a degree is an area of about 11 km, not an address.
CONFIDENTIAL_DECIMALS = 1
# A millionth is a tenth of a metre; distances are told to the metre.
PLACE_DECIMALS = 6
NEWS_COUNTS_FOR = timedelta(days=14)
# Half of what is known about room is forgotten in so long (service/matching/ranking.py): a silence is one such span.
A_SILENCE_AGES = timedelta(days=7)
# After a year of silences one more says nothing new, and no number of them may lead out of the calendar.
MOST_SILENCES = 52
BEGINNING = datetime.min.replace(tzinfo=UTC)


@spelled(from_="from", until="to")
@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """Opening hours on some days, in the local time of the site; `until` is the wire's `to`."""

    days: tuple[Weekday, ...]
    from_: str
    until: str
    walk_in: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A place, in degrees. A confidential one shows its area only, and never its address.

    Its zone is an IANA one. A zone that nobody said is not UTC: it is not known, and neither is whether it is open.
    """

    latitude: float
    longitude: float
    timezone: str | None = None
    name: str | None = None
    address: str | None = None
    confidential: bool = False
    hours: tuple[Hours, ...] = ()

    @property
    def shown_at(self) -> tuple[float, float]:
        """Where anybody may find it, in degrees: who could search by more than is shown could find the door."""
        decimals = CONFIDENTIAL_DECIMALS if self.confidential else PLACE_DECIMALS
        return round(self.latitude, decimals), round(self.longitude, decimals)

    def shown(self, *, told_where: bool = False) -> Site:
        """As anybody may see it: of a confidential one the area. Whoever was told where it is sees all of it."""
        if told_where or not self.confidential:
            return self
        latitude, longitude = self.shown_at
        return replace(self, latitude=latitude, longitude=longitude, address=None)


def with_what_was_hidden(brought: Iterable[Site], known: Iterable[Site]) -> tuple[Site, ...]:
    """Sites as they are brought back by somebody who was shown no more than the area of a confidential one.

    What they were not shown stays as it was. Else whoever reads an offering and changes its hours would lose the door.
    """
    hidden = [site for site in known if site.confidential]
    kept = []
    for site in brought:
        same = next((each for each in hidden if _is_as_shown(site, each)), None)
        if same is not None:
            hidden.remove(same)
            site = replace(site, latitude=same.latitude, longitude=same.longitude, address=same.address)  # noqa: PLW2901
        kept.append(site)
    return tuple(kept)


def _is_as_shown(site: Site, known: Site) -> bool:
    place = (site.latitude, site.longitude)
    return site.confidential and site.address is None and (site.name, place) == (known.name, known.shown_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class ComesToYou:
    """Help that comes to where somebody is: so many km from its sites, or to named areas."""

    within_km: float | None = None
    areas: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceArea:
    """Whom an offering serves by where they are: jurisdictions (ISO 3166-2), counties, km around its sites."""

    jurisdictions: tuple[str, ...] = ()
    counties: tuple[str, ...] = ()
    radius_km: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Remote:
    """Where somebody may be when helped by phone, video or text: licences (ISO 3166-2) and compacts."""

    licensed_in: tuple[str, ...] = ()
    compacts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SpokenLanguage:
    """A language that is spoken, or signed, by those who help (BCP 47)."""

    tag: str
    signed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Interpretation:
    """Whether an interpreter can be called, and for which languages; none named means any."""

    available: bool = False
    languages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Welcomes:
    """Who may come along; None was not said."""

    couples: bool | None = None
    pets: bool | None = None
    kids: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """Something that cannot be done or kept secret, said up front, by language."""

    scope: LimitScope
    kind: LimitKind
    text: Mapping[str, str]
    applies_when: str | None = None
    required_by: str | None = None
    effective_from: date | None = None
    verified_on: date | None = None
    source_url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Policies:
    """What an offering demands of people, as somebody attested it on a day; None was not attested.

    Fields and what they lead to: practice-policy attestation, and `level.py`.
    """

    requires_abstinence_to_start: bool | None = None
    requires_abstinence_goal: bool | None = None
    requires_abstinence_to_continue: bool | None = None
    discharges_for_use: bool | None = None
    drug_testing: DrugTesting | None = None
    drug_test_consequence: TestConsequence | None = None
    accepts_people_on_moud: AcceptsMoud | None = None
    counselling_required_for_medication: bool | None = None
    requires_12_step: bool | None = None
    accepts_intoxicated_arrival: IntoxicatedArrival | None = None
    missed_visits: MissedVisits | None = None
    supplies_condition: SuppliesCondition | None = None
    reports_to_court: ReportsToCourt | None = None
    attested_by: str
    attested_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Capacity:
    """Room, with the instant it was last known, and how many referrals were left unanswered since."""

    status: CapacityStatus = CapacityStatus.UNKNOWN
    open_slots: int | None = None
    expected_wait_days: int | None = None
    as_of: datetime
    silences: int = 0

    @property
    def counts_from(self) -> datetime:
        """From when on the news ages: each silence makes it a week older than it is."""
        silent_for = A_SILENCE_AGES * min(self.silences, MOST_SILENCES)
        return self.as_of - min(silent_for, self.as_of - BEGINNING)

    def is_old(self, now: datetime) -> bool:
        """Whether nobody can say any more that it is so."""
        return now - self.counts_from > NEWS_COUNTS_FOR

    def shown_at(self, now: datetime) -> Capacity:
        """What can be said of it: of old news only when it was news; of not one open place, that there is no room."""
        if self.is_old(now):
            return replace(self, status=CapacityStatus.UNKNOWN, open_slots=None, expected_wait_days=None)
        if self.status is CapacityStatus.CAPACITY and self.open_slots == 0:
            return replace(self, status=CapacityStatus.NO_CAPACITY)
        return self


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferingFacts:
    """Everything an offering says about itself; ids, level and version are the directory's."""

    name: str
    kind: OfferingKind
    categories: tuple[Category, ...] = ()
    settings: tuple[Setting, ...] = ()
    sites: tuple[Site, ...] = ()
    comes_to_you: ComesToYou | None = None
    service_area: ServiceArea | None = None
    remote: Remote | None = None
    languages_spoken: tuple[SpokenLanguage, ...] = ()
    interpretation: Interpretation = field(default_factory=Interpretation)
    age_min: int | None = None
    age_max: int | None = None
    papers: Mapping[Paper, Demand] = field(default_factory=dict)
    cost: tuple[PaymentWay, ...] = ()
    access: tuple[AccessNeed, ...] = ()
    affirming: tuple[AffirmingNeed, ...] = ()
    welcomes: Welcomes = field(default_factory=Welcomes)
    limits: tuple[Limit, ...] = ()
    external_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewOffering:
    """An offering as it is brought: its facts, maybe its attested policies, maybe its capacity."""

    provider_id: UUID
    facts: OfferingFacts
    policies: Policies | None = None
    capacity: Capacity | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewProvider:
    """A provider as it is brought."""

    name: str
    kind: str = "organization"
    contact: Mapping[str, str] = field(default_factory=dict)
    organization_id: UUID | None = None
    external_id: str | None = None


class NotYourProvider(errors.NotThere):
    """Only a directory steward, or the provider's own organization, changes what the directory says of it."""


class UnknownProvider(errors.Malformed):
    """There is no provider with this id in the directory."""


class UnknownPractitioner(errors.Malformed):
    """There is no practitioner with this id in the directory."""


class AttestedAhead(errors.Malformed):
    """Policies are attested on a day that has come. What is planned is attested when it holds."""


class ExternalIdTaken(errors.Contradiction):
    """This external id is taken by another record of the directory."""


class NoRoom(errors.Contradiction):
    """There is no open place left here. Put them on the waitlist, or decline for lack of room."""
