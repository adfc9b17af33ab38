"""Directories and people as chance makes them: small vocabularies, so that things collide, tie and contradict.

Hypothesis draws a number and everything else follows from it: a thousand directories cost a second, and a number is
all that it takes to see one again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any, TypeVar

from hypothesis import strategies as st

from service.guidance.rules import AccessNeed, AffirmingNeed, AgeBand, Category, Paper, PaymentWay, Setting, Weekday
from service.matching.candidate import Candidate
from service.matching.rules import Applicant, Component, Need, Tongue, Wish, places_of
from service.matching.week import HALF_HOURS
from service.providers.codes import (
    AcceptsMoud,
    CapacityStatus,
    Demand,
    DrugTesting,
    OfferingKind,
)
from service.providers.level import Level
from service.providers.rules import (
    Capacity,
    ComesToYou,
    Hours,
    Interpretation,
    OfferingFacts,
    Remote,
    ServiceArea,
    Site,
    SpokenLanguage,
    Welcomes,
)
from tests.builders.matching import A_LIMIT, NOW, an_id, policies

T = TypeVar("T")

CATEGORIES = (
    Category.SOMEONE_TO_TALK_TO,
    Category.GRIEF_TRAUMA,
    Category.HOUSING,
    Category.SAFER_USE_SUPPLIES,
    Category.MOUD,
    Category.SAFETY_FROM_HARM,
    Category.PREGNANCY_REPRODUCTIVE,
    Category.SOBER_HOUSING,
)
JURISDICTIONS = ("US-CA", "US-NV", "US", "MX-BCN")
# As offerings spell them; a person's are known by their plain spelling.
AREAS = ("Alameda County", "ALAMEDA  county", "the Harbour", "ｔｈｅ harbour", "Straße 9", "US-CA")
PLAIN_AREAS = ("alameda county", "the harbour", "strasse 9", "us-ca", "somewhere else")
COMPACTS = ("psypact", "a_compact_of_our_own")
LANGUAGES = ("en", "es", "es-MX", "ase", "nv")
# Two ends of a town, two poles, two sides of the date line, and a place where degrees are halves.
PLACES = ((37.76, -122.41), (37.8, -122.27), (90.0, 0.0), (-90.0, 77.0), (0.0, 180.0), (0.0, -179.9), (45.5, 8.25))
WISHES = (
    "group", "video", "pets", "couples", "evenings", "mornings", "weekends", "walk_in", "free", "same_language",
    "at_your_times",
    "wheelchair", "trans", "nobody_knows_this",
)  # fmt: skip
COMPETENCIES = ("trauma", "safer_use", "moud_literate", "perinatal", "youth")
KILOMETRES = (0.0, 1.0, 5.0, 12.5, 50.0, 20_000.0)
CLOCK = ("00:00", "08:00", "09:10", "12:00", "13:30", "18:00", "20:00", "23:00")


def some(by: Random, codes: Sequence[T], most: int = 3) -> tuple[T, ...]:
    """A few of some codes, each once."""
    return tuple(by.sample(list(codes), by.randint(0, min(most, len(codes)))))


def maybe(by: Random, make: Callable[[], T]) -> T | None:
    """A value, or nothing said."""
    return make() if by.random() < 0.5 else None


def coordinates(by: Random) -> tuple[float, float]:
    """A place on the globe, more often one of a few."""
    return by.choice(PLACES) if by.random() < 0.7 else (round(by.uniform(-90, 90), 2), round(by.uniform(-180, 180), 2))


def hours(by: Random) -> Hours:
    """When a place is open."""
    return Hours(
        days=some(by, tuple(Weekday)), from_=by.choice(CLOCK), until=by.choice(CLOCK), walk_in=by.random() < 0.5
    )


def free(by: Random) -> int:
    """When somebody can come: some half hours of a week."""
    return sum(1 << place for place in by.sample(range(HALF_HOURS), by.choice((1, 5, 40))))


def site(by: Random) -> Site:
    """A place."""
    latitude, longitude = coordinates(by)
    return Site(
        latitude=latitude,
        longitude=longitude,
        confidential=by.random() < 0.3,
        hours=tuple(hours(by) for _ in range(by.randint(0, 2))),
    )


def facts(by: Random) -> OfferingFacts:
    """What an offering says of itself."""

    def truth() -> bool:
        return by.random() < 0.5

    def km() -> float | None:
        return maybe(by, lambda: by.choice(KILOMETRES))

    return OfferingFacts(
        name="An offering",
        kind=by.choice(list(OfferingKind)),
        categories=some(by, CATEGORIES),
        settings=some(by, tuple(Setting)),
        sites=tuple(site(by) for _ in range(by.randint(0, 2))),
        comes_to_you=maybe(by, lambda: ComesToYou(within_km=km(), areas=some(by, (*JURISDICTIONS, *AREAS), 2))),
        service_area=maybe(
            by,
            lambda: ServiceArea(jurisdictions=some(by, JURISDICTIONS, 2), counties=some(by, AREAS, 2), radius_km=km()),
        ),
        remote=maybe(
            by, lambda: Remote(licensed_in=some(by, JURISDICTIONS, 2), compacts=some(by, ("psypact", "other"), 1))
        ),
        languages_spoken=tuple(SpokenLanguage(tag=tag, signed=truth()) for tag in some(by, LANGUAGES, 2)),
        interpretation=Interpretation(available=truth(), languages=some(by, LANGUAGES, 2)),
        age_min=maybe(by, lambda: by.choice((0, 12, 18, 21))),
        age_max=maybe(by, lambda: by.choice((17, 21, 64, 120))),
        papers={paper: by.choice(list(Demand)) for paper in some(by, tuple(Paper), 2)},
        cost=some(by, tuple(PaymentWay), 2),
        access=some(by, tuple(AccessNeed)[:3]),
        affirming=some(by, tuple(AffirmingNeed)[:3]),
        welcomes=Welcomes(couples=maybe(by, truth), pets=maybe(by, truth), kids=maybe(by, truth)),
        limits=by.choice(((), (A_LIMIT,))),
    )


def capacity(by: Random) -> Capacity:
    """Room, as of an instant up to 40 days ago, or by a clock that runs ahead; now and then nobody answered since."""
    return Capacity(
        status=by.choice(list(CapacityStatus)),
        open_slots=maybe(by, lambda: by.randint(0, 3)),
        expected_wait_days=maybe(by, lambda: by.randint(0, 60)),
        as_of=NOW + timedelta(hours=by.choice((0, -7 * 24, -14 * 24, by.randint(-40 * 24, 72)))),
        silences=by.choice((0, 0, 0, 1, 2, 3, 30)),
    )


def offering(by: Random, number: int = 1) -> Candidate:
    """An offering of any kind and level."""
    return Candidate(
        id=an_id(number),
        provider_id=an_id(1000 + by.randint(1, 4)),
        provider_name="A provider",
        facts=facts(by),
        policies=maybe(
            by,
            lambda: policies(
                accepts_people_on_moud=maybe(by, lambda: by.choice(list(AcceptsMoud))),
                drug_testing=maybe(by, lambda: by.choice(list(DrugTesting))),
            ),
        ),
        capacity=maybe(by, lambda: capacity(by)),
        level=by.choice([*Level, Level.HRP_VERIFIED, Level.HRP_VERIFIED]),
        hours_verified=by.choice((0, 12, 40, 90)),
        hours_declared=by.choice((0, 12, 90)),
        competencies=frozenset(some(by, COMPETENCIES, 2)),
    )


def directory(by: Random, most: int) -> list[Candidate]:
    """A directory; half of them with twins in it, so that lots are drawn."""
    found = [offering(by, number) for number in range(1, by.randint(0, most) + 1)]
    if found and by.random() < 0.5:
        found += [replace(found[0], id=an_id(100 + number)) for number in range(3)]
    return found


def needs(by: Random) -> tuple[Need, ...]:
    """Priorities with ranks, ties and gaps, some without a confirmed category."""
    ranks = [maybe(by, lambda: by.randint(1, 4)) for _ in range(by.randint(0, 3))]
    return tuple(
        Need(place=place, categories=frozenset(some(by, CATEGORIES, 2)), priority_id=an_id(5000 + number))
        for number, place in enumerate(places_of(ranks))
    )


def person(by: Random) -> Applicant:
    """Somebody who answered some of the questions, and left most of them."""

    def said(make: Callable[[], Any], silence: Any) -> Any:
        return make() if by.random() < 0.25 else silence

    def few(codes: Sequence[Any], most: int = 2) -> Any:
        return said(lambda: frozenset(some(by, codes, most)), frozenset())

    def yes() -> bool:
        return by.random() < 0.25

    place = coordinates(by) if by.random() < 0.5 else None
    return Applicant(
        needs=needs(by),
        asks_for=few((Category.SOBER_HOUSING, Category.HOUSING)),
        refuses_therapy=yes(),
        accepts_declared=by.random() < 0.5,
        languages=few([Tongue(tag, signed) for tag in LANGUAGES for signed in (False, True)]),
        accepts_interpreter=by.random() < 0.5,
        latitude=place[0] if place else None,
        longitude=place[1] if place else None,
        jurisdiction=said(lambda: by.choice(JURISDICTIONS), None),
        areas=frozenset(some(by, PLAIN_AREAS, 2)) if by.random() < 0.4 else frozenset(),
        max_km=maybe(by, lambda: by.choice(KILOMETRES)),
        settings=few(tuple(Setting), 3),
        age_band=said(lambda: by.choice(list(AgeBand)), None),
        can_pay=few(tuple(PaymentWay)),
        will_not_show=few(tuple(Paper)),
        access_needs=few(tuple(AccessNeed)[:3]),
        affirming_needs=few(tuple(AffirmingNeed)[:3]),
        on_moud=yes(),
        pregnant=yes(),
        served=yes(),
        with_partner=yes(),
        with_kids=yes(),
        with_pets=yes(),
        free_half_hours=said(lambda: free(by), 0),
        wishes=few([Wish(code, dealbreaker) for code in WISHES for dealbreaker in (False, True)]),
        matters_most=said(lambda: by.choice(list(Component)), None),
        not_these_offerings=few([an_id(number) for number in range(1, 10)]),
        not_these_providers=few([an_id(1000 + number) for number in range(1, 5)], 1),
    )


chances = st.integers(0, 2**64 - 1).map(Random)
people = chances.map(person)
offerings = chances.map(offering)
directories = chances.map(lambda by: directory(by, 12))
instants = st.integers(-30, 60).map(lambda days: NOW + timedelta(days=days))
