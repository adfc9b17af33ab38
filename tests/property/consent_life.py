"""Hypothesis plays a world of consents, in any order it can think of, and counts its steps."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import Any, cast

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from tests.property.consent_world import DOORS, GROUPS, Stage, World

doors = st.integers(0, DOORS - 1)
clinics = st.integers(0, 1)
which = st.integers(0, 20)
some_doors = st.sets(doors, min_size=1)
some_groups = st.sets(st.sampled_from(GROUPS), min_size=1)

# How often each step comes about, and with what. One rule draws among them, because Hypothesis would leave whole rules
# out of many lives, and a life in which nobody is referred shows nothing.
STEPS: tuple[tuple[int, str, tuple[st.SearchStrategy[Any], ...]], ...] = (
    (2, "sign", (some_doors, some_groups, st.integers(1, 30))),
    (2, "supersede", (which, some_doors, some_groups)),
    (3, "take_back", (which, st.none() | doors, st.none() | some_groups)),
    (1, "take_back_everything", ()),
    (1, "erase", (st.integers(0, 4),)),
    (1, "time_passes", (st.integers(1, 200),)),
    (4, "refer", (doors, which)),
    (2, "carry", (doors, some_groups)),
    (2, "present", (some_groups,)),
    (6, "read", (which,)),
    (2, "list", (clinics,)),
    (2, "move", (which,)),
    (1, "withdraw", (which,)),
    (2, "deliver", (clinics,)),
    (3, "replay", (which,)),
)
a_step = st.one_of(*(st.tuples(st.just(name), *given) for weight, name, given in STEPS for _ in range(weight)))


class ConsentLife(RuleBasedStateMachine):
    """Whatever happens in whatever order: nobody is told anything without a live ground that names them (P16)."""

    def __init__(self, world: World, steps: count[int]) -> None:
        super().__init__()
        self.world, self.steps = world, steps

    @rule(step=a_step)
    def happens(self, step: tuple[Any, ...]) -> None:
        name, *given = step
        next(self.steps)
        getattr(self.world, name)(*given)

    @invariant()
    def every_disclosure_has_a_ground(self) -> None:
        self.world.every_new_disclosure_has_a_ground()

    def teardown(self) -> None:
        self.world.end()


def play(stage: Stage, world: Callable[[Stage], World], *, steps: int, a_life: int, chance: int) -> int:
    """Play lives of at most `a_life` steps until there were so many steps; answer how many there were.

    Raise AssertionError for whatever was told past what is allowed.
    """
    counted, made = count(), 0

    def life() -> ConsentLife:
        return ConsentLife(world(stage), counted)

    while made < steps:
        how = settings(
            max_examples=max((steps - made) // a_life, 1), stateful_step_count=a_life, deadline=None, database=None,
            phases=[Phase.generate], suppress_health_check=list(HealthCheck), print_blob=False,
            report_multiple_bugs=False,
        )  # fmt: skip
        run_state_machine_as_test(cast("type[ConsentLife]", seed(chance + made)(life)), settings=how)
        made = next(counted)
    return made
