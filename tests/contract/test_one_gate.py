"""There is one gate and no second path past it: whatever would open one is found here, and told how to go instead."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
GATE = "service/consents/gate.py"
# Where a recipient sees what the gate let through to them: of a referral, and in what the law lets be told.
SHOWN_BY = {"service/referrals/reading.py", "service/law/content.py"}
WRITES = {"insert", "update", "delete", "PlainInsert"}


@dataclass(frozen=True)
class Break:
    """A line that somebody might write one day, where it would open a second path, and a word of its cure."""

    file: str
    line: str
    cure: str


BREAKS = (
    Break("service/mine/actions.py", "session.add(Disclosure(id=told_id))", "gate.disclose"),
    Break("service/mine/actions.py", "session.add(models.Disclosure(id=told_id))", "gate.disclose"),
    Break("service/mine/actions.py", "_TOLD = PlainInsert(Disclosure)", "gate.disclose"),
    Break("service/mine/actions.py", "session.execute(sa.delete(Disclosure))", "gate.disclose"),
    Break("service/fhir/mapping.py", "told = Told(field_groups=every, notice=NOTICE)", "gate.disclose"),
    Break("service/fhir/mapping.py", "wider = replace(told, field_groups=every)", "gate.disclose"),
    Break("service/fhir/mapping.py", "seen = Preview(field_groups=every, notice=NOTICE)", "gate.preview"),
    Break("service/fhir/mapping.py", "shared_of(intake.content, told)", "referrals.reading"),
    Break(
        "service/referrals/moving.py",
        "promise_event(session, event, audience=record.recipient_organization_id, person_id=record.person_id)",
        "gate.promise",
    ),
    Break("service/referrals/moving.py", "promise_event(session, event, audience=audience)", "gate.promise"),
    Break("service/referrals/moving.py", "outbox.promise_event(session, event, **facts)", "gate.promise"),
    Break("service/referrals/moving.py", "write_row(session, PlainInsert(Event), facts)", "promise_event"),
)


def findings(file: str, source: str) -> Iterator[str]:
    """Everything in a module that would tell something past the gate, with its cure."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and file != GATE and (cure := _cure(file, node)):
            yield f"{file}:{node.lineno}: {cure}"


DISCLOSED = "The gate alone puts a disclosure on record. Call consents.gate.disclose, and use what it answers."
SAID = "The gate alone says what may be told. Call consents.gate.disclose, and hand on what it answers."
SEEN = "The gate alone says what would be told. Call consents.gate.preview."
SHOWN = "What somebody else may see is shown by referrals.reading alone; ask it for the referral."
LAID = "Events are promised by outbox.actions.promise_event, and about a person by consents.gate.promise."
PROMISED = (
    "This may tell somebody else about a person. Get a Told from consents.gate.disclose and call "
    "consents.gate.promise; to tell a person's own organization, write audience=<record>.organization_id."
)


def _cure(file: str, call: ast.Call) -> str | None:
    name, given = _name(call.func), {_name(each) for each in call.args}
    paths = (
        (name == "Disclosure" or (name in WRITES and "Disclosure" in given), DISCLOSED),
        (name == "Told" or (name == "replace" and "told" in given), SAID),
        (name == "Preview", SEEN),
        (name == "shared_of" and file not in SHOWN_BY, SHOWN),
        (name == "PlainInsert" and "Event" in given and file != "service/outbox/actions.py", LAID),
        (name == "promise_event" and not _is_own(call), PROMISED),
    )
    return next((cure for opens, cure in paths if opens), None)


def _is_own(call: ast.Call) -> bool:
    """Whether the audience is the record's own organization, or the news is about an offering and about nobody."""
    facts = {each.arg: each.value for each in call.keywords}
    if "audience" in facts and _name(facts["audience"]) == "organization_id":
        return isinstance(facts["audience"], ast.Attribute)
    return "person_id" not in facts and "CAPACITY_CHANGED" in {_name(each) for each in call.args}


def _name(node: ast.AST) -> str | None:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else None


def test_there_is_no_second_path() -> None:
    found = [
        finding
        for path in sorted((PROJECT / "service").rglob("*.py"))
        for finding in findings(str(path.relative_to(PROJECT)), path.read_text())
    ]

    assert found == [], "\n".join(found)


@pytest.mark.parametrize("spoiled", BREAKS, ids=lambda spoiled: spoiled.line)
def test_a_second_path_is_found_and_its_cure_is_named(spoiled: Break) -> None:
    [finding] = findings(spoiled.file, spoiled.line)

    assert spoiled.cure in finding


def test_every_answer_that_a_recipient_may_get_has_room_for_notice_and_scope() -> None:
    document = json.loads((PROJECT / "openapi" / "openapi.json").read_text())
    shapes = {name: set(shape.get("properties", {})) for name, shape in document["components"]["schemas"].items()}
    to_recipients = {name: has for name, has in shapes.items() if {"side", "version"} <= has}

    assert to_recipients
    for name, has in to_recipients.items():
        assert has >= {"redisclosure_notice", "consent_scope"}, (
            f"{name} goes to recipients too: add redisclosure_notice and consent_scope (42 CFR 2.32)."
        )
