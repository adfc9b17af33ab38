"""No scope, no kind of application, no kind of organization and no path is there for police or courts.

And what the law excepts has one way in each: a human being's request, and never a chore, a command or another room.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from service.access.rules import SCOPES_OF, OrganizationKind, Role, Scope
from service.outbox.rules import EventType

PROJECT = Path(__file__).resolve().parents[2]
DOCUMENT = json.loads((PROJECT / "openapi" / "openapi.json").read_text())
POLICE = re.compile(
    r"police|polic|court|law.?enforce|detective|sheriff|officer|probation|parole|prosecut|judge|warrant|subpoena|"
    r"immigration|\bice\b|correction|jail|prison"
)
ALONE = {
    "Excepted(Basis.MEDICAL_EMERGENCY)": {"service/law/emergencies.py"},
    "Excepted(Basis.COURT_ORDER)": {"service/law/demands.py"},
    "disclose_in_emergency(": {"service/law/emergencies.py", "service/law/routes.py"},
    "demands.release(": {"service/law/routes.py"},
    "Excepted(": {"service/law/emergencies.py", "service/law/demands.py"},
}


def test_nobody_of_the_kind_can_be_let_in() -> None:
    names = [*Scope, *Role, *OrganizationKind, *EventType, *DOCUMENT["paths"]]

    assert [name for name in names if POLICE.search(name.casefold())] == []


def test_the_search_would_notice() -> None:
    assert all(POLICE.search(name) for name in ("police:read", "/v1/court-orders", "law_enforcement", "probation"))


def test_legal_demands_are_for_the_privacy_lead_alone() -> None:
    held = {role for role, scopes in SCOPES_OF.items() if Scope.LEGAL_DEMANDS_WRITE in scopes}

    assert held == {Role.PRIVACY_LEAD}


def test_emergencies_are_told_by_staff_and_reviewed_by_the_privacy_lead() -> None:
    telling = {role for role, scopes in SCOPES_OF.items() if Scope.EMERGENCIES_WRITE in scopes}
    reviewing = {role for role, scopes in SCOPES_OF.items() if Scope.EMERGENCIES_REVIEW in scopes}

    assert telling == {Role.COORDINATOR, Role.CLINIC, Role.PRIVACY_LEAD}
    assert reviewing == {Role.PRIVACY_LEAD}


@pytest.mark.parametrize("words", ALONE)
def test_an_exception_is_made_in_one_place_and_never_by_a_program(words: str) -> None:
    found = {
        str(path.relative_to(PROJECT)) for path in PROJECT.glob("service/**/*.py") if words in path.read_text()
    } - {"service/consents/terms.py"}

    assert found == ALONE[words]
