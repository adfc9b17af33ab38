"""Hypothesis plays a world of consents, in any order it can think of, and counts its steps."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import cast

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from service.consents.terms import FieldGroup
from tests.property.consent_world import DOORS, GROUPS, Stage, World

doors = st.integers(0, DOORS - 1)
clinics = st.integers(0, 1)
which = st.integers(0, 20)
some_doors = st.sets(doors, min_size=1)
some_groups = st.sets(st.sampled_from(GROUPS), min_size=1)


class ConsentLife(RuleBasedStateMachine):
    """Whatever happens in whatever order: nobody is told anything without a live ground that names them (P16)."""

    def __init__(self, world: World, steps: count[int]) -> None:
        super().__init__()
        self.world, self.steps = world, steps

    @rule(doors=some_doors, groups=some_groups, days=st.integers(1, 30))
    def sign(self, doors: set[int], groups: set[FieldGroup], days: int) -> None:
        self.world.sign(doors, groups, days)

    @rule(which=which, doors=some_doors, groups=some_groups)
    def supersede(self, which: int, doors: set[int], groups: set[FieldGroup]) -> None:
        self.world.supersede(which, doors, groups)

    @rule(which=which, door=st.none() | doors, groups=st.none() | some_groups)
    def take_back(self, which: int, door: int | None, groups: set[FieldGroup] | None) -> None:
        self.world.take_back(which, door, groups)

    @rule(sure=st.integers(0, 9))
    def take_back_everything(self, sure: int) -> None:
        if sure == 0:
            self.world.erase()
        elif sure < 4:
            self.world.take_back_everything()

    @rule(hours=st.integers(1, 200))
    def time_passes(self, hours: int) -> None:
        self.world.time_passes(hours)

    @rule(door=doors, which=which)
    def refer(self, door: int, which: int) -> None:
        self.world.refer(door, which)

    @rule(door=doors, shows=some_groups)
    def carry(self, door: int, shows: set[FieldGroup]) -> None:
        self.world.carry(door, shows)

    @rule(only=some_groups)
    def present(self, only: set[FieldGroup]) -> None:
        self.world.present(only)

    @rule(which=which)
    def read(self, which: int) -> None:
        self.world.read(which)

    @rule(which=which)
    def read_once_more(self, which: int) -> None:
        self.world.read(which)

    @rule(clinic=clinics)
    def list(self, clinic: int) -> None:
        self.world.list(clinic)

    @rule(which=which)
    def move(self, which: int) -> None:
        self.world.move(which)

    @rule(which=which)
    def withdraw(self, which: int) -> None:
        self.world.withdraw(which)

    @rule(clinic=clinics)
    def deliver(self, clinic: int) -> None:
        self.world.deliver(clinic)

    @rule(which=which)
    def replay(self, which: int) -> None:
        self.world.replay(which)

    @invariant()
    def every_disclosure_has_a_ground(self) -> None:
        next(self.steps)
        self.world.every_new_disclosure_has_a_ground()

    def teardown(self) -> None:
        self.world.end()


def play(stage: Stage, world: Callable[[Stage], World], *, lives: int, steps: int, chance: int) -> int:
    """Play so many lives of so many steps; answer how many steps were made. AssertionError tells what went wrong."""
    counted = count()

    def life() -> ConsentLife:
        return ConsentLife(world(stage), counted)

    how = settings(
        max_examples=lives, stateful_step_count=steps, deadline=None, database=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck), print_blob=False, report_multiple_bugs=False,
    )  # fmt: skip
    run_state_machine_as_test(cast("type[ConsentLife]", seed(chance)(life)), settings=how)
    return next(counted) - lives  # The invariant is looked at once before the first step of each life.
