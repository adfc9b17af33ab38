"""Properties: fields that are read beyond what the matrix allows, and fields that are set by whoever sends them."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import orjson

from tests.contract.matrix import operations_of, walk
from tests.contract.rehearsal import rehearsing_app
from tests.contract.sweep import SET_BY_THE_HOUSE, names_to_offer, sweep
from tests.contract.world import World
from tests.score.board import Bench, Figure, Row

FEW_READ = ("read_referral", "read_person")


def measure(bench: Bench) -> Figure:
    """Read everything, and offer every name to every body; the short form offers what only the house sets."""
    world = World(bench.house()).build()
    with rehearsing_app(world.house) as app:
        reads = [each.name for each in operations_of(app) if each.method == "GET"]
        cells = list(walk(world, app, FEW_READ if bench.short else reads))
        offered = list(sweep(world, app, _names(bench)))
    more = [cell for cell in cells if (cell.wrong or "").startswith("shows")]
    taken = [each for each in offered if each.wrong]
    says = f"{len(more)} of {len(cells)} reads show more; {len(taken)} of {len(offered)} offers taken"
    return Figure(says, not more and not taken)


def control(bench: Bench) -> Figure:
    """Offer the same to an application that sets whatever comes."""
    world = World(bench.house()).build()
    with rehearsing_app(world.house) as app:
        offered = list(sweep(world, app, _names(bench), client=_Eager()))
    taken = [each for each in offered if each.wrong]
    return Figure(f"{len(taken)} of {len(offered)} offers taken", not taken)


def _names(bench: Bench) -> list[str]:
    return [*SET_BY_THE_HOUSE[:8]] if bench.short else names_to_offer()


class _Eager:
    """A client of an application that writes every field of a body into its record, and shows the record."""

    def open(self, _path: str, *, data: str, **_: Any) -> Any:
        """Answer with what was sent."""
        return SimpleNamespace(status_code=201, get_json=lambda: orjson.loads(data))


ROW = Row(
    number=24,
    figure="extra fields read; assigned",
    target="0; 0",
    measure=measure,
    control=control,
    naive_way="write every field of a body into the record",
)
