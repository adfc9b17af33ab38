"""How a person's standing may change: whoever comes back is simply here again."""

from __future__ import annotations

import pytest

from service.people.rules import ALLOWED, SafeContact, Status, StatusNotAllowed, next_status

BLAMING = ("complian", "fail", "no_show", "dropped", "discharge", "against", "refus", "lost")


def test_no_status_blames_anybody() -> None:
    assert [status for status in Status if any(word in status for word in BLAMING)] == []


def test_every_status_has_its_row() -> None:
    assert set(ALLOWED) == set(Status)


@pytest.mark.parametrize("status", [status for status in Status if status is not Status.MERGED])
def test_coming_back_is_always_possible(status: Status) -> None:
    assert next_status(status, Status.OPEN) is Status.OPEN


def test_the_same_again_changes_nothing() -> None:
    assert [next_status(status, status) for status in Status] == list(Status)


def test_what_may_follow_is_named_when_something_may_not() -> None:
    with pytest.raises(StatusNotAllowed) as refused:
        next_status(Status.CLOSED_BY_PERSON, Status.QUIET)

    assert refused.value.allowed == ("died", "open")


def test_empty_safe_contact_means_that_nobody_is_contacted() -> None:
    assert SafeContact().channels == ()
    assert SafeContact().preference == "person_returns"
