"""P16, played by Hypothesis over a real database: nothing is told without a live ground, whatever the order."""

from __future__ import annotations

import pytest

from tests.houses import House
from tests.property.consent_life import play
from tests.property.consent_world import World, a_stage

pytestmark = pytest.mark.database


def test_nobody_is_told_anything_without_a_live_ground(house: House) -> None:
    assert play(a_stage(house), World, steps=200, a_life=40, chance=20261125) >= 200
