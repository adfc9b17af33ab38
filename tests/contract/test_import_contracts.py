"""The import contracts of pyproject.toml bite: each is broken on purpose, in a copy, and has to notice."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent.parent
CLOCKS = ("service/runtime.py", "service/cli/setting_up.py")


@dataclass(frozen=True)
class Break:
    """A line that somebody might write one day, where it must not stand, and which contract has to say so."""

    contract: str
    file: str
    line: str

    def __str__(self) -> str:
        return f"{self.contract}:{self.file}:{self.line}"


BREAKS = (
    Break("street", "service/people/actions.py", "from service.referrals import rules as later"),
    Break("street", "service/providers/queries.py", "from service.intakes import rules as neighbour"),
    Break("street", "service/intakes/queries.py", "from service.law import rules as later"),
    Break("street", "service/vault/safe.py", "from service.access import rules as later"),
    Break("street", "service/settings.py", "from service import database"),
    Break("street", "service/utils.py", "'A room without a name.'"),
    Break("floors-of-intakes", "service/intakes/queries.py", "from service.intakes import actions"),
    Break("floors-of-consents", "service/consents/rules.py", "from service.consents import models"),
    Break("floors-of-law", "service/law/queries.py", "from service.law import demands"),
    Break("floors-of-law", "service/law/terms.py", "from service.law import rules"),
    Break("floors-of-erasure", "service/erasure/queries.py", "from service.erasure import actions"),
    Break("floors-of-mine", "service/mine/rules.py", "from service.mine import queries"),
    Break("floors-of-referrals", "service/referrals/queries.py", "from service.referrals import actions"),
    Break("floors-of-people", "service/people/helpers.py", "'Furniture that no room has.'"),
    Break("floors", "service/access/queries.py", "from service.access import actions"),
    Break("floors", "service/disclosures/rules.py", "from service.disclosures import queries"),
    Break("floors-of-consents", "service/consents/gate.py", "from service.consents import notices"),
    Break("floors-of-consents", "service/consents/writing.py", "from service.consents import actions"),
    Break("floors-of-coordinating", "service/coordinating/assignment.py", "from service.coordinating import judging"),
    Break("floors-of-matching", "service/matching/geometry.py", "from service.matching import search"),
    Break("floors-of-providers", "service/providers/level.py", "from service.providers import models"),
    Break("floors-of-guidance", "service/guidance/rules.py", "from service.guidance import texts"),
    Break("floors-of-inventory", "service/inventory/rules.py", "from service.inventory import reading"),
    Break("floors-of-cli", "service/cli/group.py", "from service.cli import callers"),
    Break("floors-of-ledger", "service/ledger/queries.py", "from service.ledger import sealing"),
    Break("floors-of-rulebook", "service/rulebook/rules.py", "from service.rulebook import shelf"),
    Break("floors-of-vault", "service/vault/rules.py", "from service.vault import safe"),
    Break("pure-rules", "service/people/rules.py", "import sqlalchemy"),
    Break("pure-rules", "service/matching/rules.py", "from service.database import Record"),
    Break("pure-rules", "service/intakes/rules.py", "import time"),
    Break("pure-rules", "service/law/states.py", "import sqlalchemy"),
    Break("pure-rules", "service/law/terms.py", "import sqlalchemy"),
    Break("pure-rules", "service/consents/notice_rules.py", "import sqlalchemy"),
    Break("door", "service/consents/actions.py", "import flask"),
    Break("door", "service/intakes/actions.py", "from service.http import fields"),
    Break("door", "service/database.py", "import werkzeug"),
    Break("door", "service/providers/models.py", "import marshmallow"),
)


def judged(project: Path, contract: str) -> subprocess.CompletedProcess[str]:
    """Ask import-linter about one contract, over the files of a project folder."""
    judge = "from importlinter.cli import lint_imports_command as judge; judge()"
    return subprocess.run(
        [sys.executable, "-c", judge, "--no-cache", "--no-logo", "--contract", contract],
        cwd=project, capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The service's files and the contracts, to be spoiled."""
    shutil.copytree(PROJECT / "service", tmp_path / "service", ignore=shutil.ignore_patterns("__pycache__", "static"))
    shutil.copy(PROJECT / "pyproject.toml", tmp_path)
    return tmp_path


def contracts() -> list[str]:
    """Every contract that pyproject.toml holds."""
    held = tomllib.loads((PROJECT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    return [contract["id"] for contract in held]


def test_every_contract_is_broken_once_on_purpose() -> None:
    assert {spoiled.contract for spoiled in BREAKS} == set(contracts())


@pytest.mark.parametrize("contract", contracts())
def test_contract_is_kept(copy: Path, contract: str) -> None:
    verdict = judged(copy, contract)

    assert verdict.returncode == 0, verdict.stdout
    assert "1 kept, 0 broken" in verdict.stdout


@pytest.mark.parametrize("spoiled", BREAKS, ids=str)
def test_contract_bites(copy: Path, spoiled: Break) -> None:
    with (copy / spoiled.file).open("a") as source:
        source.write(f"\n{spoiled.line}\n")

    verdict = judged(copy, spoiled.contract)

    assert verdict.returncode == 1
    assert "0 kept, 1 broken" in verdict.stdout, verdict.stdout + verdict.stderr


def test_only_the_clock_and_the_commands_know_what_time_it_is() -> None:
    askers = [
        str(path.relative_to(PROJECT))
        for path in (PROJECT / "service").rglob("*.py")
        if re.search(r"datetime\.now\(|datetime\.utcnow\(|\btime\.time\(|date\.today\(", path.read_text())
    ]

    assert sorted(askers) == sorted(CLOCKS), "Take `now` as an argument; the door asks the clock once a request."
