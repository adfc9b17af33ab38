"""What a question comes down to: bits, weights and bounds, as the design page has them, for whoever answers it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from service.guidance.rules import Category, PaymentWay, Setting
from service.matching.codes import Competency
from service.matching.rules import Applicant, Tongue
from tests.bench.country import arrays, places
from tests.bench.country.arrays import ACCESS, AFFIRMING, CATEGORIES, COST, SETTINGS, TONGUES, TRAINING
from tests.bench.country.shares import bits_of
from tests.bench.country.weeks import TIMES, words_of
from tests.property.oracle import AGES, THERAPY, WEIGHTS
from tests.property.oracle import TRAINING as SPEAKS_TO

VERIFIED, DECLARED, FRIENDLY, CONFLICTS = range(4)
UNSAID, ROOM, WAITLIST, FULL = range(4)
SOMEWHERE, AFAR = np.uint64(arrays.SOMEWHERE), np.uint64(arrays.AFAR)
COMING = np.uint64(bits_of([Setting.STREET, Setting.HOME_VISIT], SETTINGS))
WELCOME = ("couples", "pets", "kids")


def _each(column: str, codes: Iterable[Any]) -> dict[str, tuple[str, np.uint64]]:
    return {str(code): (column, np.uint64(1 << place)) for place, code in enumerate(codes)}


# Which bit of which column holds a wish.
HELD: dict[str, tuple[str, np.uint64]] = {
    **_each("settings", SETTINGS),
    **_each("access", ACCESS),
    **_each("affirming", AFFIRMING),
    **_each("welcomes", WELCOME),
    **_each("times", TIMES),
    "free": ("cost", np.uint64(1 << COST.index(PaymentWay.FREE))),
    "pregnancy_reproductive": ("categories", np.uint64(1 << CATEGORIES.index(Category.PREGNANCY_REPRODUCTIVE))),
}
_TONGUE_BITS = {Tongue(tag).key: 1 << place for place, tag in enumerate(TONGUES)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question as bits: what every hand needs that answers it over columns of bits."""

    needs: tuple[tuple[float, np.uint64], ...]
    confirmed: np.uint64
    by_name: np.uint64
    all_but_therapy: np.uint64
    hears_of_therapy: bool
    needs_safety: bool
    says_languages: bool
    tongues: np.uint64
    settings: np.uint64
    ways: np.uint64
    places: np.uint64
    ages: tuple[int, int] | None
    training: np.uint64
    free: NDArray[np.uint64]
    wishes: tuple[str, ...]
    dealbreakers: tuple[str, ...]
    weights: dict[str, float]


def asked(applicant: Applicant) -> Asked:
    """Read a question."""
    confirmed = applicant.confirmed
    first = {code for need in applicant.needs if need.place == 1 for code in need.categories}
    training = {Competency(tag) for code in first for tag in SPEAKS_TO.get(code, set())}
    settings = bits_of(applicant.settings, SETTINGS)
    return Asked(
        needs=tuple((2.0 ** -(need.place - 1), _categories(need.categories)) for need in applicant.needs),
        confirmed=_categories(confirmed),
        by_name=_categories(applicant.asks_for),
        all_but_therapy=_categories([each for each in Category if each not in THERAPY]),
        hears_of_therapy=bool(confirmed & THERAPY) or not applicant.refuses_therapy,
        needs_safety=Category.SAFETY_FROM_HARM in confirmed,
        says_languages=bool(applicant.languages),
        tongues=np.uint64(sum({_TONGUE_BITS.get(tongue.key, 0) for tongue in applicant.languages})),
        settings=np.uint64(settings),
        ways=np.uint64(settings & (arrays.SOMEWHERE | arrays.AFAR)),
        places=np.uint64(_places(applicant.jurisdiction)),
        ages=AGES.get(applicant.age_band) if applicant.age_band is not None else None,
        training=np.uint64(bits_of(training, TRAINING)),
        free=words_of(applicant.free_half_hours),
        wishes=_wishes(applicant),
        dealbreakers=tuple(sorted(wish.code for wish in applicant.wishes if wish.dealbreaker and _is_known(wish.code))),
        weights=_weights(applicant),
    )


def unit_vectors(latitude: NDArray[np.float64], longitude: NDArray[np.float64]) -> NDArray[np.float64]:
    """Degrees as points on a globe of radius one, shape (n, 3)."""
    north, east = np.radians(latitude), np.radians(longitude)
    return np.stack([np.cos(north) * np.cos(east), np.cos(north) * np.sin(east), np.sin(north)], axis=-1)


def _categories(codes: Iterable[Category]) -> np.uint64:
    return np.uint64(bits_of(codes, CATEGORIES))


def _places(jurisdiction: str | None) -> int:
    """The states that a person may be in, and the country; who said the country only may be in any of them."""
    country = 1 << len(places.CODES)
    if jurisdiction == "US":
        return 2 * country - 1
    return country | bits_of([jurisdiction], places.CODES) if jurisdiction in places.CODES else 0


def _is_known(code: str) -> bool:
    return code in HELD or code in {"same_language", "at_your_times"}


def _wishes(person: Applicant) -> tuple[str, ...]:
    """Every wish that was named, or that another answer carries in it."""
    carried = {
        "same_language": bool(person.languages),
        "at_your_times": bool(person.free_half_hours),
        "pets": person.with_pets,
        "kids": person.with_kids,
        "couples": person.with_partner and Category.SAFETY_FROM_HARM not in person.confirmed,
        "veterans": person.served,
        "pregnancy_reproductive": person.pregnant,
    }
    listed = {wish.code for wish in person.wishes if _is_known(wish.code)} | {
        str(each) for each in person.affirming_needs
    }
    return tuple(sorted(listed | {code for code, said in carried.items() if said}))


def _weights(person: Applicant) -> dict[str, float]:
    doubled = {name: weight * (2 if name == person.matters_most else 1) for name, weight in WEIGHTS.items()}
    return {name: weight / sum(doubled.values()) for name, weight in doubled.items()}
