"""Builders: rule books as texts, and the document of the first one, to be spoiled."""

from __future__ import annotations

import tomllib
from typing import Any

from service.rulebook.rules import RuleBook, read_book
from service.rulebook.shelf import BOOKS


def a_document(**changes: Any) -> dict[str, Any]:
    """The document of version 1, with some keys otherwise: `weights__near=0.3`; None takes a key away."""
    document = tomllib.loads((BOOKS / "1.toml").read_text())
    for name, value in changes.items():
        *sections, key = name.split("__")
        table = document
        for section in sections:
            table = table[section]
        if value is None:
            del table[key]
        else:
            table[key] = value
    return document


def a_draft(version: int = 99, **changes: Any) -> dict[str, Any]:
    """The document of a draft: another version, that nobody signed off."""
    return a_document(version=version, signed_off_on=None, signed_off_by=None, **changes)


def a_book(**changes: Any) -> RuleBook:
    """A draft as a value."""
    return read_book(a_draft(**changes))


def as_toml(document: dict[str, Any]) -> str:
    """Write a book as its file has it."""
    head = {name: value for name, value in document.items() if not isinstance(value, dict)}
    tables = {name: value for name, value in document.items() if isinstance(value, dict)}
    lines = [f"{name} = {_value(value)}" for name, value in head.items()]
    for name, table in tables.items():
        lines += ["", f"[{name}]", *(f"{key} = {_value(value)}" for key, value in table.items())]
    return "\n".join(lines) + "\n"


def _value(value: Any) -> str:
    return f"'''{value}'''" if isinstance(value, str) else str(value)
