"""The narrow gate: what of an intake a decision may look at."""

from __future__ import annotations

from uuid import UUID

import pytest

from service.guidance.rules import Category
from service.intakes.rules import Place, Priority, PriorityCategory, Said, WantsTherapy
from service.matching.applicants import applicant_of, name_to_look_up
from service.places.rules import NamedPlace


def named(*categories: Category, **more: object) -> Said:
    """Somebody who confirmed one category for each thing that they named."""
    return Said(
        priorities=tuple(
            Priority(categories=(PriorityCategory(code=each, confirmed_by_person=True),)) for each in categories
        ),
        **more,  # type: ignore[arg-type]
    )


@pytest.mark.parametrize("words_only", [Category.OTHER, Category.NOT_SURE_YET, Category.BE_LEFT_ALONE])
def test_what_only_words_can_say_keeps_nothing_away(words_only: Category) -> None:
    assert applicant_of(named(words_only)).confirmed == frozenset()
    assert applicant_of(named(words_only, Category.HOUSING)).confirmed == {Category.HOUSING}


def test_who_wants_to_be_left_alone_is_not_invited_to_therapy() -> None:
    alone = applicant_of(named(Category.BE_LEFT_ALONE))
    grieving = applicant_of(named(Category.BE_LEFT_ALONE, Category.GRIEF_TRAUMA))

    assert not alone.hears_of_therapy
    assert grieving.hears_of_therapy
    assert applicant_of(named(Category.NOT_SURE_YET)).hears_of_therapy
    assert not applicant_of(Said(wants_therapy=WantsTherapy.NO)).hears_of_therapy


LIBRARY = NamedPlace(
    organization_id=UUID(int=1), id=UUID(int=2), version=1, name="the library", latitude=37.77931, longitude=-122.41582,
    jurisdiction="US-CA", areas=("San Francisco County", "Civic  Center"),
)  # fmt: skip


def test_whoever_is_near_a_place_is_there_as_coarsely_as_anybody() -> None:
    near = applicant_of(Said(place=Place(near="the library")), there=LIBRARY)

    assert near.place == (37.78, -122.42)
    assert near.jurisdiction == "US-CA"
    assert near.areas == {"san francisco county", "civic center"}


def test_where_somebody_says_they_are_outranks_what_they_are_near() -> None:
    said = Said(place=Place(near="the library", latitude=40.0, longitude=-121.0))

    assert name_to_look_up(said) is None
    assert applicant_of(said, there=LIBRARY) == applicant_of(said)
    assert applicant_of(said, there=LIBRARY).areas == frozenset()


def test_half_a_position_is_none_so_the_place_counts() -> None:
    half = Said(place=Place(near="the library", latitude=40.0))

    assert name_to_look_up(half) == "the library"
    assert applicant_of(half, there=LIBRARY).place == (37.78, -122.42)


def test_which_law_holds_is_the_persons_to_say() -> None:
    said = Said(place=Place(near="the library", jurisdiction="US-NV"))

    assert applicant_of(said, there=LIBRARY).jurisdiction == "US-NV"


def test_a_name_that_no_place_goes_by_costs_nothing() -> None:
    assert applicant_of(Said(place=Place(near="the moon"))) == applicant_of(Said())
    assert name_to_look_up(Said()) is None
    assert applicant_of(Said(), there=LIBRARY) == applicant_of(Said())
