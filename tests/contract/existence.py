"""What is not there, and what is not theirs: what an answer would give away by its bytes, its work, or its time."""

from __future__ import annotations

import gc
import random
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from service.runtime import Runtime
from tests.contract.matrix import Operation, Rule, ask, ids_for, operations_of, read_matrix
from tests.contract.world import Identity, Ids, World

# Why there is nothing to be found, as the caller must not be able to tell.
CAUSES = ("absent", "other", "not_its_part", "after_revocation", "erased")


def silent_operations(app: Flask) -> list[tuple[Operation, Rule]]:
    """The operations that say no by 404 about somebody's record."""
    _, rules = read_matrix()
    pairs = [(each, rules[each.name]) for each in operations_of(app) if each.name in rules]
    return [(each, rule) for each, rule in pairs if rule.about == "person" and rule.status("absent") == 404]


def silent_causes(rule: Rule) -> list[str]:
    """For which causes it says no; whoever was told hears that it is over, and says so, after a revocation as well."""
    return [cause for cause in CAUSES if rule.status(cause) == 404]


def said_about(client: FlaskClient, operation: Operation, rule: Rule, who: Identity, ids: Ids) -> tuple[Any, ...]:
    """Status, headers and body of an answer, without the id of its request."""
    answer = ask(client, operation, rule.said.get("body"), who, ids)
    request_id = answer.headers["X-Request-Id"]
    headers = sorted((name, value) for name, value in answer.headers if value != request_id)
    return answer.status_code, headers, answer.get_data(as_text=True).replace(request_id, "")


@contextmanager
def counting(runtime: Runtime) -> Iterator[list[str]]:
    """Write down what both databases are asked, without the values."""
    asked: list[str] = []

    def listen(*event: Any) -> None:
        asked.append(re.sub(r"\s+", " ", event[2]))

    engines = (runtime.database.engine, runtime.vault.store.engine)
    for engine in engines:
        sa.event.listen(engine, "before_cursor_execute", listen)
    try:
        yield asked
    finally:
        for engine in engines:
            sa.event.remove(engine, "before_cursor_execute", listen)


def work_about(app: Flask, operation: Operation, rule: Rule, who: Identity, ids: Ids) -> list[str]:
    """The statements that one request sends."""
    with counting(app.extensions["making_room"]) as asked:
        ask(app.test_client(), operation, rule.said.get("body"), who, ids)
    return asked


def times_about(
    client: FlaskClient, asked: tuple[Operation, Rule], world: World, *, samples: int, chance: random.Random
) -> dict[str, list[float]]:
    """How long the answers take, by cause; the causes take turns in an order that chance makes anew each time."""
    operation, rule = asked
    who = world.visitor()
    taken: dict[str, list[float]] = {cause: [] for cause in CAUSES}
    gc.disable()
    try:
        for _ in range(samples):
            for cause in chance.sample(CAUSES, len(CAUSES)):
                ids = ids_for(world, who, cause)
                began = time.perf_counter()
                ask(client, operation, rule.said.get("body"), who, ids)
                taken[cause].append(time.perf_counter() - began)
            if chance.random() < 0.01:
                gc.collect()
    finally:
        gc.enable()
    return taken


def auc(some: list[float], others: list[float]) -> float:
    """How well a time tells two causes apart: 0.5 not at all, 0 or 1 always (Mann-Whitney)."""
    ranked = sorted([(value, 0) for value in some] + [(value, 1) for value in others])
    ranks: float = sum(rank for rank, (_, which) in enumerate(ranked, 1) if which == 0)
    return 1 - (ranks - len(some) * (len(some) + 1) / 2) / (len(some) * len(others))
