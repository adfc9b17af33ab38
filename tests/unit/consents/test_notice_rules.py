"""Who is told that a consent is over, and how much of it."""

from __future__ import annotations

from service.consents.notice_rules import Extent, extent_of
from service.consents.terms import FieldGroup

LANGUAGE, PRIORITIES = frozenset({FieldGroup.LANGUAGE}), frozenset({FieldGroup.PRIORITIES})


def test_only_what_somebody_had_is_said_to_be_over() -> None:
    had = LANGUAGE | PRIORITIES

    assert extent_of(had, frozenset(), frozenset()) == Extent.EVERYTHING
    assert extent_of(had, LANGUAGE, PRIORITIES) == Extent.PART
    assert extent_of(had, LANGUAGE, LANGUAGE) is None
    assert extent_of(frozenset(), frozenset(), had) is None
