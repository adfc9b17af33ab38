"""The access matrix: cells that are defined, and cells that answer otherwise than the file says."""

from __future__ import annotations

from typing import Any

from flask.testing import FlaskClient

from tests.contract.matrix import operations_of, read_matrix, walk
from tests.contract.rehearsal import rehearsing_app
from tests.contract.world import World
from tests.score.board import Bench, Figure, Row

ENOUGH = 4000
# The short form asks one operation of each kind; tests/contract/test_matrix.py asks them all in every run.
FEW = ("read_intake", "read_referral", "amend_provider")


def measure(bench: Bench) -> Figure:
    """Walk the matrix."""
    world = World(bench.house()).build()
    with rehearsing_app(world.house) as app:
        cells = list(walk(world, app, FEW if bench.short else None))
        undefined = [each.name for each in operations_of(app) if each.name not in read_matrix()[1]]
    wrong = [cell for cell in cells if cell.wrong]
    says = f"{len(cells)} cells, {len(undefined)} operations without any, {len(wrong)} cells wrong"
    return Figure(says, not wrong and not undefined and (bench.short or len(cells) >= ENOUGH))


def control(bench: Bench) -> Figure:
    """Walk the same cells of one operation in which one check is missing: whoever lives may read any intake."""
    world = World(bench.house()).build()
    with rehearsing_app(world.house) as app:
        client = _Forgetful(app.test_client(), [key.headers for key in world.teams.values()])
        cells = list(walk(world, app, ["read_intake"], client=client))  # type: ignore[arg-type]
    wrong = [cell for cell in cells if cell.wrong]
    return Figure(f"{len(wrong)} of {len(cells)} cells wrong", not wrong)


class _Forgetful:
    """A client of an application that looks at a credential's scope, and not at whose intake it is."""

    def __init__(self, client: FlaskClient, organizations: list[dict[str, str]]) -> None:
        self._client, self._organizations = client, organizations

    def open(self, path: str, **request: Any) -> Any:
        """Ask; what was not theirs is read as somebody whose it is."""
        answer = self._client.open(path, **request)
        if answer.status_code != 404:
            return answer
        others = [self._client.open(path, **{**request, "headers": each}) for each in self._organizations]
        return next((other for other in others if other.status_code == 200), answer)


ROW = Row(
    number=23,
    figure="access matrix: cells defined and wrong",
    target="every operation defined, 0 wrong of at least 4,000",
    measure=measure,
    control=control,
    naive_way="one operation that looks at the scope and forgets to look whose record it is",
)
