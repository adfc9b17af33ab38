"""The narrow gate: from all that somebody said to what a decision may look at."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from uuid import UUID

from service.guidance.rules import Answer, Category, Weekday
from service.intakes.rules import (
    BestTime,
    Choice,
    Household,
    Language,
    Place,
    Priority,
    RecordedChoice,
    Said,
    WantsTherapy,
    coarse,
)
from service.matching.rules import Applicant, Component, Need, Tongue, Wish, places_of
from service.matching.week import half_hours
from service.places.rules import NamedPlace, key_of

# What no offering can serve says something in words alone, and keeps nothing away (domain 3.3).
WORDS_ONLY = frozenset({Category.OTHER, Category.NOT_SURE_YET, Category.BE_LEFT_ALONE})


def name_to_look_up(said: Said) -> str | None:
    """The name by which somebody's place may be known: what they are near, unless they said where they are."""
    place = said.place or Place()
    return place.near if place.latitude is None or place.longitude is None else None


def applicant_of(
    said: Said,
    choices: Iterable[RecordedChoice] = (),
    *,
    there: NamedPlace | None = None,
    accepts_declared: bool = False,
) -> Applicant:
    """Take from an intake what matching may look at, and leave the rest where it is.

    Only what the person confirmed counts as what a priority is about, and only the last word on an offering counts as
    *not this one*. `there` is the place of the organization that goes by what they are near (`name_to_look_up`): they
    are there, unless they said where they are. A name that no place goes by stays words, and costs nothing.
    """
    there = there if name_to_look_up(said) else None
    place = _placed(said.place or Place(), there)
    household = said.household or Household()
    return Applicant(
        needs=_needs(said.priorities),
        asks_for=frozenset(said.asks_for),
        refuses_therapy=said.wants_therapy is WantsTherapy.NO or _wants_to_be_left_alone(said.priorities),
        accepts_declared=accepts_declared,
        languages=frozenset(tongue for language in said.languages for tongue in _tongues(language)),
        accepts_interpreter=said.interpreter is None or said.interpreter.accepted is not False,
        latitude=place.latitude,
        longitude=place.longitude,
        jurisdiction=place.jurisdiction,
        areas=frozenset(map(key_of, there.areas)) if there else frozenset(),
        max_km=said.travel.max_km if said.travel else None,
        settings=frozenset(said.preferred_settings),
        age_band=said.age_band,
        can_pay=frozenset(said.can_pay),
        will_not_show=frozenset(said.will_not_show),
        access_needs=frozenset(said.access_needs),
        affirming_needs=frozenset(said.affirming_needs),
        on_moud=said.medications_for_oud is Answer.YES,
        pregnant=said.pregnant is Answer.YES,
        served=said.ever_served is Answer.YES,
        with_partner=household.partner is True,
        with_kids=household.kids is True,
        with_pets=household.pets is True,
        free_half_hours=_free_half_hours(said.best_times),
        wishes=frozenset(Wish(wish.code, wish.dealbreaker) for wish in said.wishes if wish.code is not None),
        matters_most=Component(said.matters_most.value) if said.matters_most else None,
        not_these_offerings=frozenset(each.offering_id for each in said.not_this_one if each.offering_id)
        | _turned_down(choices),
        not_these_providers=frozenset(each.provider_id for each in said.not_this_one if each.provider_id),
    )


def _placed(place: Place, there: NamedPlace | None) -> Place:
    """Where somebody is, no nearer than a place of theirs is kept; which law holds there is theirs to say."""
    if there is None:
        return place
    return replace(
        place,
        latitude=coarse(there.latitude),
        longitude=coarse(there.longitude),
        jurisdiction=place.jurisdiction or there.jurisdiction,
    )


def _needs(priorities: Iterable[Priority]) -> tuple[Need, ...]:
    stated = tuple(priorities)
    places = places_of([priority.rank for priority in stated])
    return tuple(
        Need(
            place=place,
            categories=_confirmed(priority) - WORDS_ONLY,
            priority_id=priority.id,
        )
        for priority, place in zip(stated, places, strict=True)
    )


def _confirmed(priority: Priority) -> frozenset[Category]:
    return frozenset(each.code for each in priority.categories if each.counts and each.code)


def _wants_to_be_left_alone(priorities: Iterable[Priority]) -> bool:
    return any(Category.BE_LEFT_ALONE in _confirmed(priority) for priority in priorities)


def _tongues(language: Language) -> Iterable[Tongue]:
    """How somebody speaks or signs a language. What they only read helps nobody to talk with them."""
    if language.tag is None:
        return
    if language.signed:
        yield Tongue(language.tag, signed=True)
    silent = language.spoken is None and (language.read or language.signed)
    if language.spoken is not False and not silent:
        yield Tongue(language.tag)


def _free_half_hours(times: Iterable[BestTime]) -> int:
    """When somebody can come. What names neither days nor hours says nothing; half of it said leaves the other open."""
    free = 0
    for time in times:
        if time.days or time.from_ or time.until:
            free |= half_hours(time.days or tuple(Weekday), time.from_ or "00:00", time.until or "24:00", begun=True)
    return free


def _turned_down(choices: Iterable[RecordedChoice]) -> frozenset[UUID]:
    last = {choice.offering_id: choice.choice for choice in sorted(choices, key=lambda choice: choice.made_at)}
    return frozenset(offering for offering, choice in last.items() if choice is Choice.NOT_THIS_ONE)
