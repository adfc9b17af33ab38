"""What an offering's facts come down to: the small readings that the columns are made of."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from service.guidance.rules import Paper, Setting, Weekday, is_jurisdiction
from service.matching import codes
from service.matching.candidate import Candidate
from service.matching.compacts import members
from service.matching.rules import THERAPY, Tongue
from service.matching.week import half_hours
from service.places.rules import key_of
from service.providers.codes import (
    AcceptsMoud,
    CapacityStatus,
    Demand,
    DrugTesting,
    OfferingKind,
)
from service.providers.level import Level
from service.providers.rules import Hours, OfferingFacts

# One bit each, so that several are asked for at once.
VERIFIED, DECLARED, FRIENDLY, CONFLICTS, UNATTESTED = (1 << place for place in range(5))
LEVELS = {
    Level.HRP_VERIFIED: VERIFIED,
    Level.HRP_DECLARED: DECLARED,
    Level.HARM_REDUCTION_FRIENDLY: FRIENDLY,
    Level.CONFLICTS: CONFLICTS,
    Level.UNATTESTED: UNATTESTED,
}
LEVEL_OF = {bit: level for level, bit in LEVELS.items()}
TALKS_NOT, TALKS_TOO, TALKS_ONLY = 0, 1, 2
UNSAID, ROOM, WAITLIST, FULL = (1 << place for place in range(4))
# A waitlist that does not say how long it is; for how long that counts is for the rule book to say.
UNKNOWN_WAIT = -1
# Open places, or days to wait, that nobody said.
UNCOUNTED = -1
OLDEST = 130
# As many as a card holds; more hours or days make no difference any more.
MOST_HOURS = 65_535
MOST_WAIT_DAYS = 32_767

_TALKING_KINDS = frozenset({OfferingKind.THERAPY, OfferingKind.GROUP})
_MIXED_KINDS = frozenset({OfferingKind.DROP_IN, OfferingKind.OUTREACH, OfferingKind.PEER, OfferingKind.OTHER})
LICENSED_KINDS = _TALKING_KINDS | {
    OfferingKind.MEDICATION,
    OfferingKind.MEDICAL_WITHDRAWAL,
    OfferingKind.RESIDENTIAL,
}
_TESTS_EVERYBODY = frozenset({DrugTesting.REQUIRED_FOR_SERVICE, DrugTesting.PAYER_OR_LAW_MANDATED})


def jurisdiction_keys(jurisdiction: str | None) -> tuple[str, ...]:
    """What to look a person's jurisdiction up by: itself and its country; a country alone stands for all its parts."""
    if jurisdiction is None:
        return ()
    country, _, part = jurisdiction.partition("-")
    return (jurisdiction, country) if part else (country, f"{country}-*")


def demanded(candidate: Candidate, demand: Demand) -> set[Paper]:
    """The papers that are demanded of everybody (`yes`) or for some of what is done (`for_some`)."""
    papers = {paper for paper, said in candidate.facts.papers.items() if said is demand}
    testing = candidate.policies.drug_testing if candidate.policies else None
    if demand is Demand.YES and testing in _TESTS_EVERYBODY:
        papers.add(Paper.DRUG_TEST)
    return papers


_SAID = {CapacityStatus.CAPACITY: ROOM, CapacityStatus.WAITLIST: WAITLIST, CapacityStatus.NO_CAPACITY: FULL}


def said_of(status: CapacityStatus) -> int:
    """What a status says of room. Gravity's fourth one says nothing of it, so it weighs like not knowing."""
    return _SAID.get(status, UNSAID)


def room(said: NDArray[Any], open_slots: NDArray[Any]) -> NDArray[Any]:
    """What is known about room; with not one open place, there is none, whatever was said."""
    return np.where((said == ROOM) & (open_slots == 0), FULL, said)


def wait_days(said: NDArray[Any], expected_wait_days: NDArray[Any]) -> NDArray[Any]:
    """The expected wait; not said, it is nothing, except on a waitlist: there it is UNKNOWN_WAIT."""
    unsaid = np.where(said == WAITLIST, UNKNOWN_WAIT, 0)
    return np.where(expected_wait_days == UNCOUNTED, unsaid, np.minimum(expected_wait_days, MOST_WAIT_DAYS))


def times_of(facts: OfferingFacts) -> set[str]:
    """When an offering is open, as people wish for it; a shift over midnight is open in the evening."""
    return {time for site in facts.sites for hours in site.hours for time in _times(hours)}


def open_half_hours(facts: OfferingFacts) -> int:
    """When any of its sites is open, as half hours of a week."""
    week = 0
    for site in facts.sites:
        for hours in site.hours:
            week |= half_hours(hours.days, hours.from_, hours.until)
    return week


def _times(hours: Hours) -> set[str]:
    until = hours.until if hours.until > hours.from_ else "24:00"
    open_then = {
        codes.Time.MORNINGS: hours.from_ < "12:00",
        codes.Time.AFTERNOONS: hours.from_ < "18:00" and until > "12:00",
        codes.Time.EVENINGS: until > "18:00",
        codes.Time.WEEKENDS: bool({Weekday.SAT, Weekday.SUN} & set(hours.days)),
        codes.Time.WALK_IN: hours.walk_in,
    }
    return {time.value for time, holds in open_then.items() if holds}


def talks(facts: OfferingFacts) -> int:
    """Whether it is therapy, talks too, or does not."""
    if facts.kind in _TALKING_KINDS:
        return TALKS_ONLY
    return TALKS_TOO if facts.kind in _MIXED_KINDS and THERAPY & set(facts.categories) else TALKS_NOT


def is_for_couples(facts: OfferingFacts) -> bool:
    """Therapy that takes couples and nobody alone."""
    together = facts.welcomes.couples is True and Setting.ONE_TO_ONE not in facts.settings
    return facts.kind in _TALKING_KINDS and together


def welcomes(facts: OfferingFacts) -> set[str]:
    """Who may come along."""
    said = {
        codes.Welcome.COUPLES: facts.welcomes.couples,
        codes.Welcome.PETS: facts.welcomes.pets,
        codes.Welcome.KIDS: facts.welcomes.kids,
    }
    return {code.value for code, welcome in said.items() if welcome}


def takes_moud(candidate: Candidate) -> bool:
    """Whether everybody on medication is taken; *some* is decided at the door."""
    return candidate.policies is not None and candidate.policies.accepts_people_on_moud is AcceptsMoud.ALL


def interpreted(facts: OfferingFacts) -> set[str]:
    """The languages that an interpreter is named for."""
    return {Tongue(tag).key for tag in facts.interpretation.languages} if facts.interpretation.available else set()


def comes_within_km(facts: OfferingFacts) -> float:
    """How far it comes; less than nothing where it does not."""
    within = facts.comes_to_you.within_km if facts.comes_to_you else None
    return -1.0 if within is None else within


def covers_within_km(facts: OfferingFacts) -> float:
    """How far around its sites it serves; less than nothing where it does not say."""
    radius = facts.service_area.radius_km if facts.service_area else None
    return -1.0 if radius is None else radius


def named_areas(facts: OfferingFacts) -> tuple[str, ...]:
    """The counties and parts of town that it serves or comes to, by the names that it gives them."""
    coming = facts.comes_to_you.areas if facts.comes_to_you else ()
    serving = facts.service_area.counties if facts.service_area else ()
    return tuple(dict.fromkeys(area for area in (*serving, *coming) if not is_jurisdiction(area)))


def area_keys(jurisdictions: Iterable[str]) -> set[str]:
    """A place in a country is found under itself, and under the country by whoever said no more than that."""
    keys = set(filter(is_jurisdiction, jurisdictions))
    return keys | {f"{code.partition('-')[0]}-*" for code in keys if "-" in code}


def name_keys(areas: Iterable[str]) -> set[str]:
    """Counties and parts of town as names are known. They are written small, so none is ever a jurisdiction's key."""
    return {key_of(area) for area in areas if not is_jurisdiction(area)}


def comes_to(facts: OfferingFacts) -> set[str]:
    """Where it comes to, beside what lies within its distance."""
    areas = facts.comes_to_you.areas if facts.comes_to_you else ()
    return area_keys(areas) | name_keys(areas)


def covers(facts: OfferingFacts) -> set[str]:
    """Which areas it serves, beside what lies within its distance."""
    area = facts.service_area
    return area_keys(area.jurisdictions) | name_keys(area.counties) if area else set()


def needs_no_licence(candidate: Candidate) -> bool:
    """Whether help from a distance is bound by no licence: a legal clinic on the phone, say."""
    return candidate.facts.remote is None and candidate.facts.kind not in LICENSED_KINDS


def licensed_in(facts: OfferingFacts) -> set[str]:
    """Where its practitioners may see people from a distance: by licence, or by a compact."""
    if facts.remote is None:
        return set()
    return set(facts.remote.licensed_in) | members(facts.remote.compacts)
