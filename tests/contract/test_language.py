"""The house speaks person-first, too: its code, its document, its directory and its pages pass its own linter.

What people say is theirs and never looked at: quotations are exempt, and so are the document's examples.
"""

from __future__ import annotations

import io
import json
import tokenize
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from service.guidance.language import lint

PROJECT = Path(__file__).resolve().parent.parent.parent
PAGES = sorted([*PROJECT.glob("*.md"), *PROJECT.glob("docs/*.md")])
CODE = sorted([*PROJECT.glob("service/**/*.py"), *PROJECT.glob("migrations/**/*.py")])
DATA = sorted(
    [PROJECT / "openapi" / "openapi.json", PROJECT / "tests" / "stories" / "directory.json"]
    + [path for path in PROJECT.glob("service/*/data/*.json") if path.name != "language.json"]
)
EXAMPLES = ("example", "examples")


def name_of(path: Path) -> str:
    """A file's name as a test's name."""
    return str(path.relative_to(PROJECT))


def said_in_data(value: Any) -> Iterator[str]:
    """Every name and every text of a JSON document."""
    if isinstance(value, dict):
        for name, each in value.items():
            yield name.replace("_", " ")
            yield from () if name in EXAMPLES else said_in_data(each)
    elif isinstance(value, list):
        for each in value:
            yield from said_in_data(each)
    elif isinstance(value, str):
        yield value


def said_in_code(path: Path) -> Iterator[str]:
    """Every comment, every text and every name of a module."""
    for token in tokenize.generate_tokens(io.StringIO(path.read_text()).readline):
        if token.type == tokenize.STRING:
            yield token.string.lstrip("rbfRBF").strip("\"'")
        elif token.type == tokenize.COMMENT:
            yield token.string
        elif token.type == tokenize.NAME:
            yield token.string.replace("_", " ")


def judged(texts: Iterator[str]) -> list[str]:
    """What the linter says to texts, as a reader would like to be told."""
    return [f"{found.term}: rather {found.suggestion}" for text in texts for found in lint(text)]


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_pages_put_people_first(path: Path) -> None:
    assert judged(iter([path.read_text()])) == []


@pytest.mark.parametrize("path", DATA, ids=name_of)
def test_data_puts_people_first(path: Path) -> None:
    assert judged(said_in_data(json.loads(path.read_text()))) == []


def test_code_puts_people_first() -> None:
    assert {name_of(path): said for path in CODE if (said := judged(said_in_code(path)))} == {}


def test_linter_would_notice() -> None:
    assert judged(said_in_data({"note": "A homeless person."}))
    assert judged(iter(["An addict came in."]))
