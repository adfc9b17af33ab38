"""404 is the only no: not there, somebody else's, revoked, erased. The same bytes, after the same work."""

from __future__ import annotations

import pytest

from tests.contract.existence import CAUSES, said_about, silent_causes, silent_operations, work_about
from tests.contract.matrix import ids_for
from tests.contract.rehearsal import rehearsing_app
from tests.contract.world import World
from tests.houses import House

pytestmark = pytest.mark.database
THE_CURE = """
{name} does more, or other, work for one reason of a 404 than for another, which takes time and so tells them apart.
Ask one question whose WHERE holds every reason, or ask the second question in every case.
"""


def test_no_reason_for_a_404_is_told_from_another_by_bytes_or_by_work(house: House) -> None:
    world = World(house).build()
    who = world.visitor()
    ids = {cause: ids_for(world, who, cause) for cause in CAUSES}

    with rehearsing_app(house) as app:
        for operation, rule in silent_operations(app):
            causes = silent_causes(rule)
            said = {each: said_about(app.test_client(), operation, rule, who, ids[each]) for each in causes}
            work = {each: work_about(app, operation, rule, who, ids[each]) for each in causes}

            assert said == dict.fromkeys(causes, said["absent"]), operation.name
            assert said["absent"][0] == 404, operation.name
            assert work == dict.fromkeys(causes, work["absent"]), THE_CURE.format(name=operation.name)
