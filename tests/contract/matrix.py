"""The access matrix: what access_matrix.toml expects of every operation, identity and relation, and what is answered.

`python -m tests.contract.matrix OPERATION ...` writes the lines that an operation still needs, from what it answers
now: read them as a reviewer would, correct what is wrong, and put them into access_matrix.toml.
"""

from __future__ import annotations

import json
import re
import sys
import tempfile
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any, cast

from flask import Flask
from flask.testing import FlaskClient

from tests.contract.rehearsal import rehearsing_app
from tests.contract.world import PUBLIC, RELATIONS, SECRET, THEMSELVES, Identity, Ids, World, values_of
from tests.houses import close_house, make_house

MATRIX = Path(__file__).parent / "access_matrix.toml"
NOBODY = "nobody"
# What could be said otherwise of what the caller has just written themselves.
OF_THEIR_OWN = {"language_findings"}
# The door of a person: the six words in Return-Code, and nobody's credential.
OWN_DOOR = "own door"
METHODS = ("get", "post", "put", "patch", "delete")
# What an example names, and what of the world is tried in its place.
NAMED = {"intake_id": "intake", "person_id": "person", "offering_id": "offering", "provider_id": "provider",
         "practitioner_id": "practitioner", "choice_id": "choice", "consent_id": "consent", "token": "token",
         "return_code": "code", "notice_id": "notice", "emergency_id": "emergency", "demand_id": "demand",
         "disclosure_id": "disclosure"}  # fmt: skip
PERSONAL = {"intake_id", "person_id", "consent_id", "referral_id", "token", "return_code", "notice_id", "emergency_id"}
PEOPLE = {"person"}
RELATIONS_OF = {"person": RELATIONS, "directory": PUBLIC, "organization": PUBLIC, "themselves": THEMSELVES}
PATH = {"number": "1", "name": "moves"}


@dataclass(frozen=True)
class Operation:
    """An operation as the OpenAPI document has it."""

    name: str
    method: str
    path: str
    scope: str | None
    content_type: str | None
    conditional: bool
    example: Any

    @property
    def about(self) -> str:
        """Whose record its ids name: a person's, the directory's, or nobody's."""
        named = set(re.findall(r"[{\"](\w+)[}\"]", self.path + json.dumps(self.example)))
        if self.scope == OWN_DOOR:
            return "themselves"
        if named & {"demand_id", "place_id"}:
            return "organization"
        if named & PERSONAL:
            return "person"
        return "directory" if any(each.endswith("_id") for each in named) else NOBODY


@dataclass(frozen=True)
class Rule:
    """What is expected of one operation, as its lines in the file say."""

    name: str
    about: str
    scope: str | None
    body: str | None
    said: dict[str, Any]
    fields: dict[str, list[str]]

    def relations(self) -> tuple[str, ...]:
        """What the caller may be to the record."""
        return RELATIONS_OF.get(self.about, (NOBODY,))

    def expected(self, identity: Identity, relation: str, roles: dict[str, list[str]]) -> int:
        """The status that this identity has to get."""
        if self.scope == OWN_DOOR or identity.role in PEOPLE:
            known = identity.role in PEOPLE and self.scope == OWN_DOOR
            return self.status(relation) if known or self.scope is None else 401
        if self.scope is not None:
            if identity.role in {"anonymous", "expired", "revoked"}:
                return 401
            if self.scope not in roles.get(identity.role, []):
                return 403
        if identity.role == "keeper" and self.about == "directory":
            names = ("keeper_absent", "absent") if relation == "absent" else ("keeper", "other")
            relation = next((each for each in names if each in self.said), relation)
        return self.status(relation)

    def status(self, relation: str) -> int:
        """The status for whoever holds the scope."""
        return int(self.said.get(relation, self.said.get("else", 404)))

    def shown(self, relation: str) -> list[str]:
        """The fields that may be read."""
        shows = self.said.get(f"shows_{relation}", self.said.get("shows", []))
        return self.fields[shows] if isinstance(shows, str) else cast(list[str], shows)


@dataclass(frozen=True)
class Cell:
    """One operation, asked by one identity, about a record that stands in one relation to it."""

    operation: str
    identity: str
    relation: str
    wrong: str | None


def operations_of(app: Flask) -> list[Operation]:
    """Every operation of the OpenAPI document."""
    document = app.extensions["openapi"].to_dict()
    return [
        _operation(path, method, told)
        for path, methods in document["paths"].items()
        for method, told in methods.items()
        if method in METHODS
    ]


def _operation(path: str, method: str, told: dict[str, Any]) -> Operation:
    (door,) = told["security"]
    content = told.get("requestBody", {}).get("content", {})
    content_type = next(iter(content), None)
    needed = {each["name"] for each in told.get("parameters", ()) if each.get("in") == "header" and each["required"]}
    return Operation(
        name=told["operationId"],
        method=method.upper(),
        path=path,
        scope=_scope_of(door),
        content_type=content_type,
        conditional="If-Match" in needed,
        example=content[content_type].get("example") if content_type else None,
    )


def _scope_of(door: dict[str, list[str]]) -> str | None:
    if not door:
        return None
    return OWN_DOOR if "returnCode" in door else next(iter(door.values()))[0]


def read_matrix() -> tuple[dict[str, list[str]], dict[str, Rule]]:
    """Read the file: the scopes of each role, and the rule of each operation."""
    said = tomllib.loads(MATRIX.read_text())
    roles = {role: scopes.split() for role, scopes in said.pop("roles").items()}
    fields = said.pop("fields")
    rules = {
        name: Rule(name, lines["about"], lines.get("scope"), lines.get("body"), lines, fields)
        for name, lines in said.items()
    }
    return roles, rules


def ask(client: FlaskClient, operation: Operation, body: str | None, identity: Identity, ids: Ids) -> Any:
    """Send one request, with the ids of the world in the places of an operation's names."""
    path = operation.path
    for name in [each.split("}")[0] for each in path.split("{")[1:]]:
        path = path.replace(f"{{{name}}}", PATH.get(name) or ids[name.removesuffix("_id")])
    # Whoever is asked for by name says one: a demand is approved, and a consent looked at, by somebody.
    headers = {
        "Acting-Worker": "night-shift",
        **identity.headers,
        **({"Return-Code": ids["code"]} if identity.role in PEOPLE else {}),
    }
    if operation.conditional:
        headers["If-Match"] = "*"
    if body is None:
        return client.open(path, method=operation.method, headers=headers)
    for name, value in ids.items():
        body = body.replace(f"<{name}>", value)
    return client.open(path, method=operation.method, headers=headers, data=body, content_type=operation.content_type)


def walk(
    world: World, app: Flask, names: Iterable[str] | None = None, *, client: FlaskClient | None = None
) -> Iterator[Cell]:
    """Ask every operation, as everybody, about a record in every relation; answer each cell and what is wrong in it."""
    roles, rules = read_matrix()
    client = client or app.test_client()
    for operation in operations_of(app):
        if operation.name in rules and (names is None or operation.name in names):
            rule = rules[operation.name]
            for identity, relation in product(world.everybody(rule.scope or ""), rule.relations()):
                ids = ids_for(world, identity, relation)
                answer = ask(client, operation, rule.said.get(f"body_{relation}", rule.body), identity, ids)
                status = rule.expected(identity, relation, roles)
                wrong = _wrong(answer, status, rule.shown(relation), _hidden(ids, relation, rule.body))
                yield Cell(operation.name, identity.name, relation, wrong)


def ids_for(world: World, identity: Identity, relation: str) -> Ids:
    """The ids that an identity brings."""
    return world.ids[identity.home, "own" if relation == NOBODY else relation]


def _hidden(ids: Ids, relation: str, body: str | None) -> tuple[str, ...]:
    """What nobody may read who is no part of it, wherever it would stand; an id that they send they know already."""
    if relation in {"own", "recipient", NOBODY}:
        return ()
    return tuple(ids[each] for each in SECRET if each in ids and f"<{each}>" not in (body or ""))


def _wrong(answer: Any, status: int, fields: list[str], hidden: tuple[str, ...]) -> str | None:
    if answer.status_code != status:
        return f"{answer.status_code} instead of {status}"
    if status >= 400:
        return None
    more = sorted(fields_of(answer.get_json()) - allowed(fields) - OF_THEIR_OWN)
    if more:
        return f"shows {', '.join(more)}"
    if hidden and set(hidden) & set(values_of(answer.get_json())):
        return "shows an id that is somebody else's"
    return None


def fields_of(document: Any, within: str = "") -> set[str]:
    """The fields that an answer fills in, two deep: `shared`, `shared.priorities`."""
    if isinstance(document, list):
        return {name for each in document for name in fields_of(each, within)}
    if not isinstance(document, dict):
        return set()
    named = {f"{within}{name}" for name, value in document.items() if value is not None}
    deeper = {} if within else document
    return named | {each for name, value in deeper.items() for each in fields_of(value, f"{name}.")}


def allowed(fields: list[str]) -> set[str]:
    """Write out the shorthand of the file: `shared(name priorities)` allows `shared` and both of its parts."""
    names = set()
    for each in fields:
        name, _, parts = each.removesuffix(")").partition("(")
        names |= {name, *(f"{name}.{part}" for part in parts.split())}
    return names


def skeleton(world: World, app: Flask, operation: Operation) -> str:
    """The lines that an operation needs, from what it answers now."""
    body = None if operation.example is None and operation.content_type is None else _placed(operation.example)
    scoped = operation.scope
    relations = RELATIONS_OF.get(operation.about, (NOBODY,))
    who = next(each for each in world.identities if each.name == _allowed_role(scoped))
    answers = {
        relation: ask(app.test_client(), operation, body, who, ids_for(world, who, relation)) for relation in relations
    }
    lines = [f"[{operation.name}]", f'about = "{operation.about}"']
    lines += [f'scope = "{scoped}"'] if scoped else []
    lines += [f"body = '''{body}'''"] if body else []
    lines += [f"{each} = {answers[each].status_code}" for each in relations if answers[each].status_code != 404]
    for relation, answer in answers.items():
        if answer.status_code < 400 and relation in {"own", "recipient", NOBODY}:
            name = "shows" if relation != "recipient" else "shows_recipient"
            lines.append(f"{name} = {_written(fields_of(answer.get_json()))}")
    return "\n".join(lines) + "\n"


def _allowed_role(scope: str | None) -> str:
    roles, _ = read_matrix()
    if scope == OWN_DOOR:
        return "person@A"
    return next((f"{role}@A" for role, scopes in roles.items() if scope in scopes and role != "keeper"), "anonymous")


def _placed(example: Any) -> str:
    """An example with places for the ids of the world."""

    def place(name: str, value: Any) -> Any:
        if name in NAMED and isinstance(value, str):
            return f"<{NAMED[name]}>"
        if isinstance(value, dict):
            return {each: place(each, inner) for each, inner in value.items()}
        return [place(name, each) for each in value] if isinstance(value, list) else value

    return json.dumps(place("", example or {}))


def _written(fields: set[str]) -> str:
    tops = sorted(each for each in fields if "." not in each)
    parts = {top: sorted(each.split(".")[1] for each in fields if each.startswith(f"{top}.")) for top in tops}
    return json.dumps([f"{top}({' '.join(parts[top])})" if parts[top] else top for top in tops])


def main(names: list[str]) -> None:
    """Print the lines of the operations that are named, or of all that have none yet."""
    with tempfile.TemporaryDirectory() as folder:
        house = make_house("sqlite", Path(folder))
        world, known = World(house).build(), set() if names else set(read_matrix()[1])
        with rehearsing_app(house) as app:
            for operation in operations_of(app):
                if operation.name in names or (not names and operation.name not in known):
                    sys.stdout.write(skeleton(world, app, operation) + "\n")
        close_house(house)


if __name__ == "__main__":
    main(sys.argv[1:])
