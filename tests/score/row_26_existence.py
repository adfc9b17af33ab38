"""Existence: whether the bytes or the time of a 404 tell why there is nothing to be found."""

from __future__ import annotations

import time
from uuid import UUID

import sqlalchemy as sa

from service import errors, vault
from service.intakes.models import IntakeRecord, IntakeVersion
from tests.contract.existence import CAUSES, auc, said_about, silent_causes, silent_operations, times_about
from tests.contract.matrix import ids_for
from tests.contract.rehearsal import rehearsing_app
from tests.contract.world import Ids, World
from tests.houses import House
from tests.score.board import Bench, Figure, Row

# One operation of each way to look something up. Looking up a person's words takes a hundred times
# as long, in the key store, for known and unknown alike.
TIMED = ("read_intake", "read_consent", "revoke_consent", "read_referral", "make_move")
TIMED_IN_SHORT = ("read_referral",)
# Hardening takes its time; tests/contract/test_existence.py compares its bytes in every run.
NOT_IN_SHORT = ("find_by_code",)


def measure(bench: Bench) -> Figure:
    """Compare bytes for all operations, and times for one operation of each way to look up."""
    world = World(bench.house()).build()
    samples, who = bench.many(3000, 100), world.visitor()
    told, differing = {"nothing": 0.5}, 0
    with rehearsing_app(world.house) as app:
        client = app.test_client()
        for operation, rule in silent_operations(app):
            if bench.short and operation.name in NOT_IN_SHORT:
                continue
            ids = [ids_for(world, who, cause) for cause in silent_causes(rule)]
            said = {str(said_about(client, operation, rule, who, each)) for each in ids}
            differing += len(said) - 1
            if operation.name in (TIMED_IN_SHORT if bench.short else TIMED):
                taken = times_about(client, (operation, rule), world, samples=samples, chance=bench.random)
                told |= {f"{operation.name}, {cause}": auc(taken["absent"], taken[cause]) for cause in CAUSES[1:]}
    where = max(told, key=lambda each: abs(told[each] - 0.5))
    says = f"{differing} answers differ; worst AUC {told[where]:.3f} ({where}; {samples} samples of each cause)"
    return Figure(says, differing == 0 and _tells_nothing(told[where], bench))


def control(bench: Bench) -> Figure:
    """Time the naive way for what is absent, and for what is another organization's."""
    world = World(bench.house()).build()
    who, taken = world.visitor(), dict[str, list[float]]()
    for _ in range(bench.many(3000, 100)):
        for cause in bench.random.sample(("absent", "other"), 2):
            began = time.perf_counter()
            _look_then_compare(world.house, world.homes["A"].organization_id, ids_for(world, who, cause))
            taken.setdefault(cause, []).append(time.perf_counter() - began)
    told = auc(taken["absent"], taken["other"])
    return Figure(f"AUC {told:.3f}", _tells_nothing(told, bench))


def _tells_nothing(told: float, bench: Bench) -> bool:
    """Whether a time tells nothing; a hundred samples vary by chance, so a short form proves the bytes above all."""
    return abs(told - 0.5) <= bench.many(5, 20) / 100


def _look_then_compare(house: House, organization_id: object, ids: Ids) -> None:
    """Fetch by the id alone, open what was said, and only then look whose it is."""
    statement = sa.select(IntakeRecord, IntakeVersion).join(IntakeVersion, IntakeVersion.intake_id == IntakeRecord.id)
    try:
        with house.runtime.database.session() as session:
            found = session.execute(
                statement.where(IntakeRecord.id == sa.bindparam("id")), {"id": UUID(ids["intake"])}
            ).first()
            if found is None:
                raise errors.NotThere
            record, version = found
            assert record.person_id is not None
            vault.open(session, record.person_id, version.sealed, about=("intake_version", record.id, version.version))
            if record.organization_id != organization_id:
                raise errors.NotThere
    except errors.NotThere:
        return


ROW = Row(
    number=26,
    figure="existence: differing bytes; worst AUC",
    target="0; 0.45 to 0.55",
    measure=measure,
    control=control,
    naive_way="fetch by id alone, open, then compare the organization",
)
