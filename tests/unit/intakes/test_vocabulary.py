"""Every code that an app may show has a label in both languages."""

from __future__ import annotations

import pytest

from service.guidance.language import lint
from service.intakes.vocabulary import INTAKE_VOCABULARIES
from service.people.rules import Status
from service.people.vocabulary import STATUSES_VOCABULARY

LISTS = {**INTAKE_VOCABULARIES, "person_statuses": STATUSES_VOCABULARY}


@pytest.mark.parametrize("name", LISTS)
def test_every_code_has_a_label_in_both_languages(name: str) -> None:
    assert all(set(code.label) == {"en", "es"} and all(code.label.values()) for code in LISTS[name])


@pytest.mark.parametrize("name", LISTS)
def test_no_label_puts_a_label_on_somebody(name: str) -> None:
    assert [text for code in LISTS[name] for text in code.label.values() if lint(text)] == []


def test_every_status_is_there() -> None:
    assert {code.code for code in STATUSES_VOCABULARY} == set(Status)
