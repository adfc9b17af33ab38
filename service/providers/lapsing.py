"""Until which day an offering keeps which level. Levels lapse by dates alone, so they can be looked up for any day.

Without news an offering only ever falls: from verified to declared to friendly. What `level.py` decides for a day is
here the same decision, asked at the few days on which it can change; a law of the property tests holds the two alike.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from service.providers.credentials import Credential
from service.providers.level import ATTESTED_FOR, HARD_CONFLICTS, NOT_HRP, Level, evidence
from service.providers.rules import Limit, Policies

NEVER, ALWAYS = date.min, date.max


@dataclass(frozen=True, slots=True)
class Shown:
    """Of a provider's evidence: the last day on which any of it is a claim, and on which it shows enough training."""

    claimed_until: date = NEVER
    shown_until: date = NEVER


@dataclass(frozen=True, slots=True)
class Lapses:
    """An offering's levels over time: verified and declared until a day (inclusive), afterwards what it falls to."""

    falls_to: Level
    declared_until: date = NEVER
    verified_until: date = NEVER

    def level_on(self, day: date) -> Level:
        """Its level on a day."""
        if day <= self.verified_until:
            return Level.HRP_VERIFIED
        return Level.HRP_DECLARED if day <= self.declared_until else self.falls_to

    def ever(self) -> tuple[Level, ...]:
        """Every level that it has on some day."""
        until = ((Level.HRP_VERIFIED, self.verified_until), (Level.HRP_DECLARED, self.declared_until))
        return (*(level for level, day in until if day != NEVER), self.falls_to)


def shown_by(credentials: Iterable[Credential]) -> Shown:
    """Until when a provider's evidence counts, and shows enough."""
    hrp = [each for each in credentials if each.kind not in NOT_HRP]
    if not hrp:
        return Shown()
    ends = {end for each in hrp for end in (each.expires_on, each.verification.recheck_due) if end is not None}
    days = sorted({*ends, ALWAYS}, reverse=True)

    def claims(day: date) -> list[Credential]:
        return [each for each in hrp if each.still_counts(day)]

    return Shown(_last(days, lambda day: bool(claims(day))), _last(days, lambda day: bool(evidence(claims(day), day))))


def lapses_of(policies: Policies | None, shown: Shown, limits: Iterable[Limit]) -> Lapses:
    """An offering's levels over time, by what it demands, what its people show, and whether it says its limits."""
    if policies is None:
        return Lapses(Level.UNATTESTED)
    if any(holds(policies) for holds in HARD_CONFLICTS.values()):
        return Lapses(Level.CONFLICTS)
    verified = min(shown.shown_until, _attested_until(policies)) if any(True for _ in limits) else NEVER
    return Lapses(Level.HARM_REDUCTION_FRIENDLY, declared_until=shown.claimed_until, verified_until=verified)


def _last(days: Sequence[date], holds: Callable[[date], bool]) -> date:
    # Between two of these days nothing changes, and each holds to its end.
    return next((day for day in days if holds(day)), NEVER)


def _attested_until(policies: Policies) -> date:
    return policies.attested_on + min(ATTESTED_FOR, ALWAYS - policies.attested_on)
