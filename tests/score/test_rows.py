"""Every row of the scoreboard holds in its short form, on both databases, and every control fails."""

from __future__ import annotations

import os

import pytest

from tests.houses import BACKENDS
from tests.score.board import Row, lent
from tests.score.rows import all_rows

SEED = 20261125


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("row", all_rows(), ids=lambda row: f"row-{row.number}")
def test_a_row_holds_and_its_control_fails(row: Row, backend: str) -> None:
    if backend == "postgresql" and not os.environ.get("TEST_DATABASE_URL"):
        pytest.skip("no PostgreSQL was found")
    with lent(backend, seed=SEED, short=True) as bench:
        figure = row.measure(bench)
    with lent(backend, seed=SEED, short=True) as bench:
        control = row.control(bench)

    assert figure.holds, figure.says
    assert not control.holds, f"the control passes, so the measurement proves nothing: {control.says}"
