"""Row 32: whatever is allowed, taken back, replaced or erased in whatever order, nobody is told past it."""

from __future__ import annotations

from collections.abc import Callable

from service.consents.terms import FieldGroup
from tests.property.consent_life import play
from tests.property.consent_world import Stage, Way, World, a_stage
from tests.score.board import Bench, Figure, Row

STEPS_A_LIFE = 50


class LooksOnce(World):
    """A gate that looks at the consent when somebody is referred, and believes it ever after."""

    def __init__(self, stage: Stage) -> None:
        self.believed: dict[Way, set[FieldGroup]] = {}
        super().__init__(stage)

    def set_out(self, way: Way) -> None:
        """Look, this once."""
        super().set_out(way)
        self.believed[way] = set(self.known(way) or ())

    def look(self, way: Way) -> set[FieldGroup] | None:
        """Show what was believed then."""
        return self.believed[way] if way.living and way in self.believed else super().look(way)


def measure(bench: Bench) -> Figure:
    """Play lives in a house, and stop at the first thing that was told past what is allowed."""
    return _played(bench, World)


def control(bench: Bench) -> Figure:
    """The same lives, read through the eyes of a gate that looks once."""
    return _played(bench, LooksOnce)


def _played(bench: Bench, world: Callable[[Stage], World]) -> Figure:
    wanted = bench.many(whole=25_000, short=250)
    try:
        steps = play(a_stage(bench.house()), world, steps=wanted, a_life=STEPS_A_LIFE, chance=bench.seed)
    except AssertionError as told:
        return Figure(f"told past what is allowed: {told.args[0] if told.args else 'an answer'}"[:100], holds=False)
    return Figure(f"0 disclosures without a live ground in {steps:,} steps", holds=steps >= wanted)


ROW = Row(
    number=32,
    figure="disclosures without live consent; revocation delay",
    target="0 of 25,000 steps; next request",
    measure=measure,
    control=control,
    naive_way="a gate that looks at the consent when somebody is referred, not when something is told",
)
