"""The sweep: every body is offered every name that only the house sets, and every column that it does not ask for."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask import Flask

from service.database import Record
from tests.contract.matrix import OWN_DOOR, PEOPLE, Rule, ask, ids_for, operations_of, read_matrix
from tests.contract.world import Identity, World

# What only the house says, under the names that answers have for it.
SET_BY_THE_HOUSE = (
    "organization_id", "status", "version", "level", "consent_id", "id", "person_id", "state", "return_code",
    "allowed_moves", "allowed_statuses", "received_at", "changed_at", "made_at", "effective", "missing", "statements",
    "application_id", "acting_worker", "verification", "not_kept", "recipient_organization_id", "links",
    "provider_name", "scopes", "hand", "is_admin",
)  # fmt: skip
# What only asks keeps nothing of what it is sent, and so need not name what it left out.
KEEPS_NOTHING = frozenset({"match_need"})
A_VALUE = str(uuid.UUID(int=7))


@dataclass(frozen=True)
class Offered:
    """One name that one operation was offered, and what was wrong with what became of it."""

    operation: str
    name: str
    wrong: str | None


def names_to_offer() -> list[str]:
    """Every column there is, and every name that only the house sets."""
    columns = {column.name for table in Record.metadata.tables.values() for column in table.columns}
    return sorted(columns | set(SET_BY_THE_HOUSE))


def sweep(world: World, app: Flask, names: list[str], client: Any = None) -> Iterator[Offered]:
    """Offer names to every operation that takes a body; each has to be refused, or dropped and named."""
    roles, rules = read_matrix()
    client = client or app.test_client()
    forms = _forms(app)
    for operation in operations_of(app):
        if operation.content_type is None or operation.name not in rules:
            continue
        rule = rules[operation.name]
        who = _who_may(world, rule, roles)
        ids = ids_for(world, who, "recipient" if "own" not in rule.said and "recipient" in rule.said else "own")
        for name in names:
            if name not in forms[operation.name]:
                body = json.dumps({**json.loads(rule.body or "{}"), name: A_VALUE})
                answer = ask(client, operation, body, who, ids)
                yield Offered(operation.name, name, _wrong(answer, name, keeps=operation.name not in KEEPS_NOTHING))


def _who_may(world: World, rule: Rule, roles: dict[str, list[str]]) -> Identity:
    """Somebody who may do this: stewards what only they may, everything else whoever holds the scope."""
    if rule.scope == OWN_DOOR:
        return next(each for each in world.identities if each.role in PEOPLE)
    holders = [each for each in world.identities if rule.scope in roles.get(each.role, ())]
    only_stewards = rule.status("own") == 403
    return next(each for each in holders if (each.role == "keeper") == only_stewards)


def _wrong(answer: Any, name: str, *, keeps: bool) -> str | None:
    """What is wrong with an answer to a name that nobody asked for."""
    if answer.status_code == 422:
        named = [each.get("pointer") for each in answer.get_json().get("errors", ())]
        # A name that is not ours is told as an ellipsis: it may be somebody's words.
        return None if {f"/{name}", "/…"} & set(named) else f"422, and it is not named among {named}"
    if answer.status_code >= 300:
        return f"{answer.status_code} instead of 422"
    said = answer.get_json()
    if said.get(name) == A_VALUE:
        return "was assigned"
    # At their own door a person reads it where they read the intake that they changed.
    answers = (said, *said.get("intakes", ()))
    dropped = [each.get("path") for answer in answers for each in answer.get("not_kept", ())]
    return None if f"/{name}" in dropped or not keeps else "was taken without a word"


def _forms(app: Flask) -> dict[str, set[str]]:
    """The names that each operation asks for."""
    document = app.extensions["openapi"].to_dict()
    forms: dict[str, set[str]] = {}
    for methods in document["paths"].values():
        for told in methods.values():
            if isinstance(told, dict) and "requestBody" in told:
                (content,) = told["requestBody"]["content"].values()
                forms[told["operationId"]] = _properties(content["schema"], document)
    return forms


def _properties(schema: dict[str, Any], document: dict[str, Any]) -> set[str]:
    if "$ref" in schema:
        return _properties(document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[-1]], document)
    return set(schema.get("properties", ())).union(
        *(_properties(each, document) for kind in ("allOf", "anyOf", "oneOf") for each in schema.get(kind, ()))
    )
