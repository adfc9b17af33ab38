"""What a person may wish for, and which offerings hold it: one expression per wish."""

from __future__ import annotations

from collections.abc import Callable

from service.guidance.rules import AffirmingNeed, Category, PaymentWay
from service.matching import codes
from service.matching.case import Case
from service.matching.columns import Mask

Held = Callable[[Case], Mask]

SAME_LANGUAGE = "same_language"
AT_YOUR_TIMES = "at_your_times"


def _bit(column: str, bit: int) -> Held:
    return lambda case: case.columns.any_of(column, bit)


def _each(column: str, codes_in_it: codes.CodeBits) -> dict[str, Held]:
    return {code.value: _bit(column, codes_in_it.bits([code])) for code in codes_in_it.codes}


def _speaks_their_language(case: Case) -> Mask:
    return case.columns.having("speaks", case.applicant.tongues) if case.applicant.tongues else case.everywhere


def _is_open_when_they_can_come(case: Case) -> Mask:
    if not case.applicant.free_half_hours:
        return case.everywhere
    return case.columns.open_in(case.applicant.free_half_hours)


# The codes of several lists; none stands in two of them.
HELD: dict[str, Held] = {
    **_each("settings", codes.SETTINGS),
    **_each("access", codes.ACCESS),
    **_each("affirming", codes.AFFIRMING),
    **_each("welcomes", codes.WELCOMES),
    **_each("times", codes.TIMES),
    PaymentWay.FREE.value: _bit("cost", codes.PAYMENT.bits([PaymentWay.FREE])),
    SAME_LANGUAGE: _speaks_their_language,
    AT_YOUR_TIMES: _is_open_when_they_can_come,
    Category.PREGNANCY_REPRODUCTIVE.value: _bit("categories", codes.CATEGORIES.bits([Category.PREGNANCY_REPRODUCTIVE])),
}


def is_known(code: str) -> bool:
    """Whether anything can hold this wish. What only the person's own words say is theirs, and weighs nothing here."""
    return code in HELD


def holds(case: Case, code: str) -> Mask:
    """Mark the offerings that hold a wish."""
    return HELD[code](case)


def named(case: Case) -> tuple[str, ...]:
    """Every wish that the person named, by code: those they listed, and those that other answers carry in them.

    A language said is a wish to be understood without anybody between, good times are a wish for an open door; a pet,
    a child or a partner at their side is a wish that they be welcome too. A partner is no such wish where safety from
    harm was named.
    """
    applicant = case.applicant
    carried = {
        SAME_LANGUAGE: bool(case.applicant.tongues),
        AT_YOUR_TIMES: bool(applicant.free_half_hours),
        codes.Welcome.PETS.value: applicant.with_pets,
        codes.Welcome.KIDS.value: applicant.with_kids,
        codes.Welcome.COUPLES.value: applicant.with_partner and Category.SAFETY_FROM_HARM not in applicant.confirmed,
        AffirmingNeed.VETERANS.value: applicant.served,
        Category.PREGNANCY_REPRODUCTIVE.value: applicant.pregnant,
    }
    listed = {wish.code for wish in applicant.wishes if is_known(wish.code)}
    listed |= {need.value for need in applicant.affirming_needs}
    return tuple(sorted(listed | {code for code, said in carried.items() if said}))
