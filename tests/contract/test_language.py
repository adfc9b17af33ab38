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

from service.guidance.language import lint, lint_ours

PROJECT = Path(__file__).resolve().parent.parent.parent
# Word lists of return codes are plain words, drawn for being short; what plays a person's part says what people say.
WORDS = ("language.json", "service/people/words/", "service/http/static/")
IN_A_PERSONS_PART = (
    "tests/stories/played/",
    "tests/contract/test_language.py",
    "tests/contract/test_staff_language.py",
)
QUOTES_WHAT_IT_TESTS = (
    "tests/unit/guidance/test_guidance.py", "tests/stories/player.py", "tests/api/test_intakes.py",
    "tests/api/test_staff_language.py", "tests/api/test_commands.py",
)  # fmt: skip
NOT_OURS = (*WORDS, *IN_A_PERSONS_PART, *QUOTES_WHAT_IT_TESTS)


def ours(*patterns: str) -> list[Path]:
    """Every file of these names that is ours to word."""
    found = {path for pattern in patterns for path in PROJECT.glob(pattern) if path.is_file()}
    return sorted(path for path in found if not any(part in str(path.relative_to(PROJECT)) for part in NOT_OURS))


PAGES = ours(
    "*.md", "docs/**/*.md", "tests/**/*.md", "service/**/*.md", "service/**/*.html", "service/**/*.css",
    "service/**/*.txt", "service/**/*.toml", "pyproject.toml", "Makefile", "Procfile", ".ci/*", "migrations/*.mako",
)  # fmt: skip
CODE = ours("service/**/*.py", "migrations/**/*.py", "tests/**/*.py")
DATA = ours("openapi/openapi.json", "service/**/*.json", "tests/**/*.json")
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
    """Every comment, every text and every name of a module, and the module's own."""
    yield path.stem.replace("_", " ")
    for token in tokenize.generate_tokens(io.StringIO(path.read_text()).readline):
        if token.type == tokenize.STRING:
            yield token.string.lstrip("rbfRBF").strip("\"'")
        elif token.type == tokenize.COMMENT:
            yield token.string
        elif token.type == tokenize.NAME:
            yield token.string.replace("_", " ")


def judged(texts: Iterator[str]) -> list[str]:
    """What the linter says to texts, as a reader would like to be told."""
    return [f"{found.term}: rather {found.suggestion}" for text in texts for found in lint_ours(text)]


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_pages_put_people_first(path: Path) -> None:
    assert judged(iter([path.read_text()])) == []


@pytest.mark.parametrize("path", DATA, ids=name_of)
def test_data_puts_people_first(path: Path) -> None:
    assert judged(said_in_data(json.loads(path.read_text()))) == []


def test_code_puts_people_first() -> None:
    assert {name_of(path): said for path in CODE if (said := judged(said_in_code(path)))} == {}


def test_what_is_ours_to_word_is_all_there() -> None:
    kinds = {path.suffix for path in (*PAGES, *CODE, *DATA)}

    assert {".py", ".json", ".html", ".md", ".toml", ".txt"} - kinds <= {".txt"}
    assert {"help.json", "beyond.toml", "problem.html", "0001_welcome_organizations.py"} <= {
        path.name for path in (*PAGES, *CODE, *DATA)
    }


def test_only_a_persons_part_may_say_what_people_say() -> None:
    """What is exempt is named one by one, and holds what it is exempt for."""
    quoted = [PROJECT / name for name in QUOTES_WHAT_IT_TESTS]

    assert [name_of(path) for path in quoted if not any(lint(text) for text in said_in_code(path))] == []


def test_linter_would_notice() -> None:
    assert judged(said_in_data({"note": "A homeless person."}))
    assert judged(iter(["An addict came in."]))
