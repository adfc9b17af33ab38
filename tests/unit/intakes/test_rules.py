"""The small decisions about what somebody said."""

from __future__ import annotations

import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.documents import from_document, to_document
from service.guidance.rules import Answer, Category
from service.intakes import rules
from service.intakes.rules import Amendment, AssignedBy, Priority, PriorityCategory, Said, coarse, with_ids

_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=12,
)


def test_an_intake_in_which_nothing_was_said_is_complete() -> None:
    assert from_document(to_document(Said()), Said) == Said()


@pytest.mark.parametrize(
    ("assigned_by", "confirmed", "counts"),
    [
        (AssignedBy.PERSON, False, True),
        (AssignedBy.WORKER, True, True),
        (AssignedBy.WORKER, False, False),
        (AssignedBy.SUGGESTED, True, True),
        (AssignedBy.SUGGESTED, False, False),
    ],
)
def test_a_category_counts_only_when_the_person_gave_or_confirmed_it(
    assigned_by: AssignedBy, confirmed: bool, counts: bool
) -> None:
    category = PriorityCategory(code=Category.HOUSING, assigned_by=assigned_by, confirmed_by_person=confirmed)

    assert category.counts is counts


def test_every_priority_gets_an_id_of_its_own() -> None:
    said = with_ids(Said(priorities=(Priority(verbatim="a"), Priority(verbatim="a"), Priority())))

    assert len({priority.id for priority in said.priorities} - {None}) == 3


def test_a_priority_keeps_its_id_when_its_words_change() -> None:
    before = with_ids(Said(priorities=(Priority(verbatim="a room"),))).priorities

    after = with_ids(Said(priorities=(Priority(id=before[0].id, verbatim="a room with a door"),)), before)

    assert after.priorities[0].id == before[0].id


def test_a_priority_keeps_its_id_when_its_words_stay() -> None:
    before = with_ids(Said(priorities=(Priority(verbatim="a room"), Priority(verbatim="my dog")))).priorities

    after = with_ids(Said(priorities=(Priority(verbatim="my dog"), Priority(verbatim="a room"))), before)

    assert [each.id for each in after.priorities] == [before[1].id, before[0].id]


def test_an_id_that_we_never_gave_is_not_taken_over() -> None:
    foreign = uuid.uuid4()

    assert with_ids(Said(priorities=(Priority(id=foreign, verbatim="a"),))).priorities[0].id != foreign


@pytest.mark.parametrize(("exact", "kept"), [(37.774929, 37.77), (-122.419416, -122.42), (0, 0.0), (90, 90.0)])
def test_positions_are_kept_to_about_a_kilometre(exact: float, kept: float) -> None:
    assert coarse(exact) == kept


@given(_JSON, _JSON)
def test_a_merge_patch_given_twice_is_given_once(target: object, patch: object) -> None:
    once = rules.merge_patch(target, patch)

    assert rules.merge_patch(once, patch) == once


@pytest.mark.parametrize(
    ("target", "patch", "merged"),
    [  # RFC 7396, appendix A
        ({"a": "b"}, {"a": "c"}, {"a": "c"}),
        ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
        ({"a": "b"}, {"a": None}, {}),
        ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
        ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
        ({"a": "c"}, {"a": ["b"]}, {"a": ["b"]}),
        ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
        ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
        (["a", "b"], ["c", "d"], ["c", "d"]),
        ({"a": "b"}, ["c"], ["c"]),
        ({"a": "foo"}, "bar", "bar"),
        ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
        ([1, 2], {"a": "b", "c": None}, {"a": "b"}),
        ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
    ],
)
def test_merging_follows_the_standard(target: object, patch: object, merged: object) -> None:
    assert rules.merge_patch(target, patch) == merged


def test_taking_an_answer_back_leaves_it_unasked() -> None:
    said, _ = Amendment(document={"pregnant": None}).apply(Said(pregnant=Answer.YES, name_to_use="Ruby"))

    assert said == Said(name_to_use="Ruby")


def test_nothing_that_was_said_shows_when_a_value_is_printed() -> None:
    said = Said(name_to_use="Ruby")

    assert "Ruby" not in f"{rules.NewIntake(said=said)!r} {Amendment(document={'name_to_use': 'Ruby'})!r}"
