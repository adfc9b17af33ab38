"""How common things are in the country: each list of codes with the share of offerings that have each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from service.guidance.rules import AccessNeed, AffirmingNeed, Category, PaymentWay, Setting
from service.matching.codes import Competency
from service.providers.codes import OfferingKind

Bits = NDArray[np.uint64]
Code = TypeVar("Code")

# By primary tag; the last three are what a search for somebody who understands is hard for.
TONGUES: dict[str, float] = {
    "en": 0.90, "es": 0.25, "zh": 0.04, "vi": 0.025, "fil": 0.015, "fr": 0.012, "ht": 0.01, "ko": 0.01, "ru": 0.01,
    "ar": 0.01, "pt": 0.008, "pl": 0.005, "hi": 0.006, "fa": 0.004, "ur": 0.003, "so": 0.003, "am": 0.0025,
    "km": 0.002, "lo": 0.0012, "sm": 0.0008, "hmn": 0.001, "nv": 0.0002, "ase": 0.003,
}  # fmt: skip
SIGNED = "ase"

KINDS: dict[OfferingKind, float] = {
    OfferingKind.THERAPY: 0.30, OfferingKind.GROUP: 0.10, OfferingKind.MEDICATION: 0.10, OfferingKind.DROP_IN: 0.08,
    OfferingKind.OUTREACH: 0.07, OfferingKind.SUPPLIES: 0.07, OfferingKind.HOUSING: 0.07, OfferingKind.LEGAL: 0.04,
    OfferingKind.PEER: 0.08, OfferingKind.MEDICAL_WITHDRAWAL: 0.02, OfferingKind.RESIDENTIAL: 0.03,
    OfferingKind.OTHER: 0.04,
}  # fmt: skip
# What each kind of help is most often for; what else it is for is drawn by Zipf over the whole list.
MAINLY: dict[OfferingKind, Category] = {
    OfferingKind.THERAPY: Category.SOMEONE_TO_TALK_TO, OfferingKind.GROUP: Category.PEOPLE_BELONGING,
    OfferingKind.MEDICATION: Category.MOUD, OfferingKind.DROP_IN: Category.FOOD_WATER,
    OfferingKind.OUTREACH: Category.OVERDOSE_SAFETY, OfferingKind.SUPPLIES: Category.SAFER_USE_SUPPLIES,
    OfferingKind.HOUSING: Category.HOUSING, OfferingKind.LEGAL: Category.LEGAL,
    OfferingKind.PEER: Category.SOMEONE_TO_TALK_TO, OfferingKind.MEDICAL_WITHDRAWAL: Category.WITHDRAWAL_COMFORT,
    OfferingKind.RESIDENTIAL: Category.SOBER_HOUSING, OfferingKind.OTHER: Category.BENEFITS_INSURANCE,
}  # fmt: skip
ZIPF = 1 / np.arange(1, len(Category) + 1)
ZIPF_OF_CATEGORIES = ZIPF / ZIPF.sum()
# From the most to the least common; what the list of categories begins with is not what help is most common for.
COMMON_FIRST = tuple(
    np.random.default_rng(1).permutation(np.array([each.value for each in Category], dtype=object)).tolist()
)

IN_PERSON: dict[Setting, float] = {
    Setting.CLINIC: 0.5, Setting.DROP_IN: 0.35, Setting.STREET: 0.10, Setting.HOME_VISIT: 0.10,
}  # fmt: skip
FROM_AFAR: dict[Setting, float] = {Setting.VIDEO: 0.7, Setting.PHONE: 0.6, Setting.TEXT: 0.15}
TOGETHER: dict[Setting, float] = {Setting.ONE_TO_ONE: 0.6, Setting.GROUP: 0.25}
COST: dict[PaymentWay, float] = {
    PaymentWay.FREE: 0.35, PaymentWay.SLIDING: 0.45, PaymentWay.MEDICAID: 0.5, PaymentWay.MEDICARE: 0.25,
    PaymentWay.VA: 0.08, PaymentWay.PRIVATE: 0.4, PaymentWay.FIXED: 0.2,
}  # fmt: skip
ACCESS: dict[AccessNeed, float] = {
    AccessNeed.WHEELCHAIR: 0.6, AccessNeed.STEP_FREE: 0.55, AccessNeed.ASL: 0.03, AccessNeed.CAPTIONS: 0.08,
    AccessNeed.EASY_READ: 0.12, AccessNeed.READ_ALOUD: 0.15, AccessNeed.LARGE_PRINT: 0.15,
    AccessNeed.LOW_SENSORY: 0.05, AccessNeed.CHILDCARE: 0.06, AccessNeed.SERVICE_ANIMAL: 0.5,
    AccessNeed.TRANSIT_NEARBY: 0.5, AccessNeed.ACCESSIBLE_TOILET: 0.45,
}  # fmt: skip
AFFIRMING: dict[AffirmingNeed, float] = dict(
    zip(AffirmingNeed, np.linspace(0.3, 0.04, len(AffirmingNeed)).round(3).tolist(), strict=True)
)
TRAINING: dict[Competency, float] = dict.fromkeys(Competency, 0.15)


def draw_bits(chance: np.random.Generator, count: int, shares: dict[Code, float], places: Sequence[Code]) -> Bits:
    """Draw a set of codes for each of `count`, each code by its own share; a code's bit is its place in `places`."""
    bits = np.zeros(count, dtype=np.uint64)
    for code, share in shares.items():
        bits |= (chance.random(count, dtype=np.float32) < share).astype(np.uint64) << np.uint64(places.index(code))
    return bits


def bits_of(codes: Iterable[Code], places: Sequence[Code]) -> int:
    """A set of codes as bits."""
    return sum(1 << places.index(code) for code in set(codes))


@lru_cache(maxsize=200_000)
def codes_of(bits: int, places: tuple[Code, ...]) -> tuple[Code, ...]:
    """Bits as a set of codes, in the order of the list. Sets recur, so each is written once."""
    return tuple(code for place, code in enumerate(places) if bits >> place & 1)
