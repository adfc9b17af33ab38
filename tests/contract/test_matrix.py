"""Every operation, asked by everybody, about a record in every relation, answers as access_matrix.toml says."""

from __future__ import annotations

import pytest

from tests.contract.matrix import operations_of, read_matrix, walk
from tests.contract.rehearsal import rehearsing_app
from tests.contract.world import World
from tests.houses import House

ENOUGH = 4000
THE_CURE = """
{name} has no lines in tests/contract/access_matrix.toml, so nobody has said who may call it. Write them with
    .venv/bin/python -m tests.contract.matrix {name} >> tests/contract/access_matrix.toml
then read them as a reviewer would: they say what is answered now, and not what should be.
"""


def test_every_operation_has_its_lines_and_no_line_is_left_over(house: House) -> None:
    _, rules = read_matrix()
    operations = {each.name: each for each in operations_of(house.app)}

    for name in operations:
        assert name in rules, THE_CURE.format(name=name)
    assert set(rules) == set(operations)
    assert {name: rule.scope for name, rule in rules.items()} == {name: each.scope for name, each in operations.items()}


@pytest.mark.database
def test_everybody_gets_what_the_matrix_says(house: House) -> None:
    world = World(house).build()

    with rehearsing_app(house) as app:
        cells = list(walk(world, app))

    assert [cell for cell in cells if cell.wrong] == []
    assert len(cells) >= ENOUGH
