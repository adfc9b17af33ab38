"""Whoever runs the service finds every setting in the README, and none that does nothing."""

from __future__ import annotations

import re
from pathlib import Path

from service.settings import DOCUMENTED
from tests.readme import README, settings_table

PROJECT = README.parent


def test_readme_holds_the_settings_as_the_code_knows_them() -> None:
    assert settings_table() in README.read_text(), "The README is behind the code; run `make readme`."


def test_every_setting_that_is_read_is_documented_and_every_documented_one_is_read() -> None:
    source = (PROJECT / "service" / "settings.py").read_text()
    read = set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', source))

    assert {name for name, _, _ in DOCUMENTED} == read | {"TEST_DATABASE_URL"}


def test_nothing_but_the_settings_reads_the_environment() -> None:
    readers = [
        path.name
        for path in (PROJECT / "service").rglob("*.py")
        if re.search(r"os\.environ|os\.getenv|\bEnv\(", path.read_text()) and path.name != "settings.py"
    ]

    assert readers == [], f"Read it in service/settings.py instead, and hand it in: {readers}"


def test_every_setting_works_as_a_make_variable() -> None:
    exported = re.search(r"^export (.+)$", (PROJECT / "Makefile").read_text(), re.MULTILINE)

    assert exported is not None
    assert set(exported[1].split()) >= {
        "DATA_DIR", "HOST", "PORT", "WEB_CONCURRENCY", "DATABASE_URL", "KEYSTORE_URL", "MASTER_KEYS", "LOOKUP_SECRET",
        "LEDGER_KEY", "ANCHORS", "REDIS_URL", "RATE_LIMIT", "NOT_THERE_LIMIT", "TEST_DATABASE_URL",
    }  # fmt: skip


def test_every_documented_default_is_the_default_of_the_makefile() -> None:
    makefile = (PROJECT / "Makefile").read_text()
    defaults = dict(re.findall(r"^([A-Z_]+) \?= (\S+)$", makefile, re.MULTILINE))
    documented = {name: default for name, default, _ in DOCUMENTED}

    for name in ("DATA_DIR", "HOST", "PORT", "WEB_CONCURRENCY"):
        assert defaults[name] == documented[name]


def test_every_path_that_the_documents_name_is_there() -> None:
    for document in (README, PROJECT / "CONTRIBUTING.md", PROJECT / "docs" / "operations.md"):
        for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", document.read_text()):
            assert Path(document.parent / target).exists(), f"{document.name} points at {target}"
