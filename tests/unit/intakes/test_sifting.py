"""What is dropped from a body, how it is named, and that nothing is refused for it."""

from __future__ import annotations

from typing import Any

import pytest

from service.intakes.rules import NotKept
from service.intakes.schemas import IntakeForm
from service.intakes.sifting import MOST_NAMED, NEVER_KEPT, NOT_A_CODE, NOT_KNOWN, ROUNDED, sift
from tests.builders.intakes import EVERYTHING

FORM = IntakeForm()


def test_what_is_known_passes_untouched() -> None:
    assert sift(FORM, EVERYTHING) == (EVERYTHING, [])


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ({"shoe_size": 43}, NotKept("/shoe_size", NOT_KNOWN)),
        ({"ssn": "000-00-0000"}, NotKept("/ssn", NEVER_KEPT)),
        ({"immigrationStatus": "x"}, NotKept("/immigrationStatus", NEVER_KEPT)),
        ({"ICD10": ["F11.20"]}, NotKept("/ICD10", NEVER_KEPT)),
        ({"place": {"gps": [1, 2]}}, NotKept("/place/gps", NEVER_KEPT)),
        ({"place": {"latitude": 37.774929}}, NotKept("/place/latitude", ROUNDED)),
        ({"priorities": [{}, {"score": 3}]}, NotKept("/priorities/1/score", NOT_KNOWN)),
        ({"safe_contact": {"channels": [{"dealer": "x"}]}}, NotKept("/safe_contact/channels/0/dealer", NEVER_KEPT)),
        ({"age_band": "ninety"}, NotKept("/age_band", NOT_A_CODE)),
        ({"can_pay": ["free", "gold"]}, NotKept("/can_pay/1", NOT_A_CODE)),
        ({"languages": [{"tag": "not a language"}]}, NotKept("/languages/0/tag", NOT_A_CODE)),
        ({"place": {"jurisdiction": "California"}}, NotKept("/place/jurisdiction", NOT_A_CODE)),
        ({"best_times": [{"from": "late"}]}, NotKept("/best_times/0/from", NOT_A_CODE)),
        ({"a/b~c": 1}, NotKept("/a~1b~0c", NOT_KNOWN)),
        ({"x" * 65: 1}, NotKept("/…", NOT_KNOWN)),
    ],
)
def test_what_is_dropped_is_named_by_place_and_reason(body: dict[str, Any], named: NotKept) -> None:
    _, dropped = sift(FORM, body)

    assert dropped == [named]


def test_the_rest_of_a_list_stays() -> None:
    kept, _ = sift(FORM, {"can_pay": ["free", "gold", "medicaid"]})

    assert kept == {"can_pay": ["free", "medicaid"]}


def test_no_value_is_ever_repeated() -> None:
    _, dropped = sift(FORM, {"ssn": "123-45-6789", "age_band": "secret words", "place": {"gps": "secret words"}})

    assert not any("secret" in each.path + each.reason or "123" in each.path for each in dropped)


@pytest.mark.parametrize("body", [None, 7, "words", [], [{}], True])
def test_what_is_no_object_is_left_for_the_form_to_refuse(body: Any) -> None:
    assert sift(FORM, body) == (body, [])


def test_a_chart_of_a_thousand_fields_names_some_of_them_and_no_more() -> None:
    _, dropped = sift(FORM, {f"field_{number}": number for number in range(1000)})

    assert len(dropped) == MOST_NAMED
