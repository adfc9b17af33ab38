"""The narrow gate: what of an intake a decision may look at."""

from __future__ import annotations

import pytest

from service.guidance.rules import Category
from service.intakes.rules import Priority, PriorityCategory, Said, WantsTherapy
from service.matching.applicants import applicant_of


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
