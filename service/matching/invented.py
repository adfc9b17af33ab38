"""Invented applicants, to try a rule book on where nobody is recorded. They show that it runs, not whom it serves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import numpy as np

from service.guidance.rules import AgeBand, Category, Paper, PaymentWay, Setting
from service.matching.cards import MILLIONTHS
from service.matching.parts import Part
from service.matching.recorded import Recorded
from service.matching.rules import Applicant, Component, Need, Tongue

Code = TypeVar("Code")
SEED = 20_261_123
A_PLACE_IS_SAID_BY = 0.67
LANGUAGES = ("en", "en", "en", "es", "es", "vi", "ase")
ADULTS = (None, None, AgeBand.FROM_18, AgeBand.FROM_25, AgeBand.FROM_25, AgeBand.FROM_45, AgeBand.FROM_65)
KILOMETRES = (None, None, 5.0, 10.0, 25.0, 50.0)
NAMED = tuple(Category)[:32]


def invent(count: int, parts: Sequence[Part]) -> list[Recorded]:
    """Invent people, always the same ones: most of them say little, and two of three are near some offering."""
    by = np.random.default_rng(SEED)
    return [Recorded(_somebody(by, parts), number.to_bytes(8, "big")) for number in range(count)]


def _somebody(by: np.random.Generator, parts: Sequence[Part]) -> Applicant:
    place = _place(by, parts)
    return Applicant(
        needs=tuple(Need(place, frozenset({category})) for place, category in enumerate(_some(by, NAMED, 3), start=1)),
        languages=frozenset({Tongue(_one(by, LANGUAGES))}) if by.random() < 0.7 else frozenset(),
        latitude=place[0] if place else None,
        longitude=place[1] if place else None,
        max_km=_one(by, KILOMETRES),
        settings=frozenset(_some(by, tuple(Setting), 2)) if by.random() < 0.3 else frozenset(),
        age_band=_one(by, ADULTS),
        can_pay=frozenset(_some(by, tuple(PaymentWay), 2)) if by.random() < 0.3 else frozenset(),
        will_not_show=frozenset(_some(by, tuple(Paper), 1)) if by.random() < 0.2 else frozenset(),
        on_moud=bool(by.random() < 0.15),
        with_pets=bool(by.random() < 0.15),
        matters_most=_one(by, tuple(Component)) if by.random() < 0.2 else None,
    )


def _place(by: np.random.Generator, parts: Sequence[Part]) -> tuple[float, float] | None:
    """Somewhere near a site of the directory, to a tenth of a degree, as a recorded applicant would have it."""
    store = parts[0].store
    if not len(store.sites) or by.random() >= A_PLACE_IS_SAID_BY:
        return None
    latitude, longitude = store.sites[int(by.integers(len(store.sites)))] / MILLIONTHS
    moved = by.normal(0, 0.1, 2)
    return round(float(np.clip(latitude + moved[0], -90.0, 90.0)), 1), round(float(longitude + moved[1]), 1)


def _one(by: np.random.Generator, codes: Sequence[Code]) -> Code:
    return codes[int(by.integers(len(codes)))]


def _some(by: np.random.Generator, codes: Sequence[Code], most: int) -> list[Code]:
    count = int(by.integers(0, most + 1))
    return [codes[place] for place in by.permutation(len(codes))[:count]]
