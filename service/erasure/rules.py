"""What an erasure answers: when it was, and what stays, because the law wants it kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

# 42 CFR 2.25 and 45 CFR 164.528: what was told is accounted for, and kept for six years.
WHAT_STAYS: dict[str, tuple[str, ...]] = {
    "en": (
        "That somebody was erased on this day, under a random number that says nothing about who it was.",
        "Who was told what kind of thing, and when: codes and random numbers, no name and no word. "
        "The law wants this kept for six years.",
        "What others were told before stays with them. They hear that it is over, and not why. "
        "Ask them to erase it, too.",
    ),
    "es": (
        "Que alguien fue borrado este día, con un número al azar que no dice quién era.",
        "A quién se le dijo qué tipo de cosa y cuándo: códigos y números al azar, sin nombres ni palabras. "
        "La ley pide guardarlo seis años.",
        "Lo que otros ya supieron se queda con ellos. Se les dice que se acabó, y no por qué. "
        "Pídales que también lo borren.",
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Erasure:
    """That somebody was erased; it does not say who."""

    erased_at: datetime
    what_stays: tuple[str, ...]
