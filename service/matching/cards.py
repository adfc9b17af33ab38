"""The card of an offering: what the rules look at, in fixed width, so that a million are read in seconds.

Nothing stands on a card that does not follow from the offering's facts, policies and evidence on a day. It is made
from them once and kept; where it is missing, older than they are, or of another format, it is made again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import blake2b

import numpy as np

from service.matching import codes, readings
from service.matching.candidate import Candidate
from service.matching.compacts import MEMBERS
from service.matching.keyed import written_keys
from service.matching.rules import Tongue
from service.matching.week import WORDS
from service.providers.codes import Demand
from service.providers.credentials import Credential
from service.providers.entries import Offering
from service.providers.level import ATTESTED_FOR

NEVER = date.max
MILLIONTHS = 1_000_000
METRES = 1_000
# In the order of the card, the widest last.
FIELDS = np.dtype(
    [
        ("level", "u1"),
        ("talks", "u1"),
        ("for_couples", "?"),
        ("takes_moud", "?"),
        ("interprets_any", "?"),
        ("names_areas", "?"),
        ("needs_no_licence", "?"),
        ("welcomes", "u1"),
        ("times", "u1"),
        ("papers", "u1"),
        ("age_min", "u1"),
        ("age_max", "u1"),
        ("settings", "<u2"),
        ("hours_verified", "<u2"),
        ("hours_declared", "<u2"),
        ("cost", "<u2"),
        ("access", "<u2"),
        ("competencies", "<u2"),
        ("affirming", "<u4"),
        ("comes_within_m", "<i4"),
        ("covers_within_m", "<i4"),
        ("categories", "<u8"),
    ]
)


@dataclass(frozen=True, slots=True)
class Card:
    """What the rules look at of one offering, its room apart; true on every day before `until`."""

    until: date
    fields: bytes
    sites: bytes
    week: bytes
    tongues: str
    areas: str


def card_of(candidate: Candidate, until: date = NEVER) -> Card:
    """Write an offering's card."""
    facts = candidate.facts
    week = readings.open_half_hours(facts)
    degrees = np.array([site.shown_at for site in facts.sites], dtype=np.float64)
    return Card(
        until=until,
        fields=np.array([_fields(candidate)], dtype=FIELDS).tobytes(),
        sites=np.round(degrees * MILLIONTHS).astype("<i4").tobytes(),
        week=week.to_bytes(WORDS * 8, "little") if week else b"",
        tongues=written_keys(
            speaks={Tongue(one.tag, one.signed).key for one in facts.languages_spoken},
            interprets=readings.interpreted(facts),
        ),
        areas=written_keys(
            comes=readings.comes_to(facts),
            covers=readings.covers(facts),
            licensed=readings.area_keys(readings.licensed_in(facts)),
        ),
    )


def _fields(candidate: Candidate) -> tuple[object, ...]:
    facts = candidate.facts
    return (
        readings.LEVELS[candidate.level],
        readings.talks(facts),
        readings.is_for_couples(facts),
        readings.takes_moud(candidate),
        facts.interpretation.available and not facts.interpretation.languages,
        bool(readings.named_areas(facts)),
        readings.needs_no_licence(candidate),
        codes.WELCOMES.bits(readings.welcomes(facts)),
        codes.TIMES.bits(readings.times_of(facts)),
        codes.PAPERS.bits(readings.demanded(candidate, Demand.YES)),
        min(facts.age_min or 0, readings.OLDEST),
        min(readings.OLDEST if facts.age_max is None else facts.age_max, readings.OLDEST),
        codes.SETTINGS.bits(facts.settings),
        min(candidate.hours_verified, readings.MOST_HOURS),
        min(candidate.hours_declared, readings.MOST_HOURS),
        codes.PAYMENT.bits(facts.cost),
        codes.ACCESS.bits(facts.access),
        codes.COMPETENCIES.bits(candidate.competencies),
        codes.AFFIRMING.bits(facts.affirming),
        _metres(readings.comes_within_km(facts)),
        _metres(readings.covers_within_km(facts)),
        codes.CATEGORIES.bits(facts.categories),
    )


def _metres(km: float) -> int:
    """Whole metres, as distances are; the tiny part makes up for what a decimal loses as a binary number."""
    return int(np.floor(km * METRES + 1e-6))


def holds_until(offering: Offering, today: date) -> date:
    """The first day from which an offering's level or evidence may be another than today: something lapses then."""
    days = [offering.policies.attested_on + ATTESTED_FOR] if offering.policies else []
    days += [day for credential in offering.credentials for day in _last_days(credential)]
    return min((day + timedelta(days=1) for day in days if day >= today), default=NEVER)


def _last_days(credential: Credential) -> Iterable[date]:
    return (day for day in (credential.expires_on, credential.verification.recheck_due) if day is not None)


def _format() -> int:
    """A number for how cards are written: another list of codes, another compact, another field make other cards."""
    lists = (
        codes.WELCOMES, codes.TIMES, codes.PAPERS, codes.SETTINGS, codes.PAYMENT, codes.ACCESS, codes.COMPETENCIES,
        codes.AFFIRMING, codes.CATEGORIES,
    )  # fmt: skip
    written = repr((EDITION, FIELDS.descr, [[str(code) for code in each.codes] for each in lists], readings.LEVELS))
    compacts = repr(sorted((name, sorted(members)) for name, members in MEMBERS.items()))
    return int.from_bytes(blake2b((written + compacts).encode(), digest_size=4).digest(), "big") >> 1


# Raise it when a reading changes its meaning and neither a code nor a field shows it.
EDITION = 1
FORMAT = _format()
