"""What is left of an applicant when it is recorded: what matching looks at, as coarsely as rules can still be tried."""

from __future__ import annotations

from dataclasses import replace

from service.guidance.rules import AgeBand
from service.matching.rules import Applicant, Tongue, Wish
from service.matching.wishes import is_known

# About eleven kilometres; how far somebody would go is rounded up to one of these.
PLACE_TO_DECIMALS = 1
KILOMETRES = (5.0, 10.0, 25.0, 50.0, 100.0, 250.0, 500.0)
OF_AGE = 18


def is_under_age(applicant: Applicant) -> bool:
    """Whether they said that they are under 18. Who did not say is treated like everybody, here as everywhere."""
    bounds = applicant.age_band.bounds if isinstance(applicant.age_band, AgeBand) else None
    return bounds is not None and bounds[1] < OF_AGE


def coarse(applicant: Applicant) -> Applicant:
    """Take away what could tell one person from the next and no rule needs in full.

    Gone are ids, where they said *not this one*, the names of areas, and when they can come: a week of half hours is
    close to a fingerprint. Place and distance are rounded, varieties of a language taken together, and of wishes those
    stay that are on our list, so that nobody's own words come along. The price: what depends on exact distances, on
    good times or on an offering that somebody turned down is tried less exactly than it will be.
    """
    return replace(
        applicant,
        needs=tuple(replace(need, priority_id=None) for need in applicant.needs),
        languages=frozenset(_plain(tongue) for tongue in applicant.languages),
        latitude=_rounded(applicant.latitude),
        longitude=_rounded(applicant.longitude),
        areas=frozenset(),
        max_km=_at_least(applicant.max_km),
        wishes=frozenset(Wish(wish.code, wish.dealbreaker) for wish in applicant.wishes if is_known(wish.code)),
        free_half_hours=0,
        not_these_offerings=frozenset(),
        not_these_providers=frozenset(),
    )


def _plain(tongue: Tongue) -> Tongue:
    primary, _, signed = tongue.key.partition("/")
    return Tongue(primary, signed=bool(signed))


def _rounded(degrees: float | None) -> float | None:
    return None if degrees is None else round(degrees, PLACE_TO_DECIMALS)


def _at_least(km: float | None) -> float | None:
    return None if km is None else next((each for each in KILOMETRES if km <= each), KILOMETRES[-1])
