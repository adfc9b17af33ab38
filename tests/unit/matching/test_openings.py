"""What a match says of opening hours, in the language of whoever reads."""

from __future__ import annotations

import pytest

from service.guidance.rules import Weekday
from service.matching.openings import shown_hours
from service.matching.rules import Applicant
from service.providers.rules import Hours
from tests.builders.matching import NOW, a_site, an_offering, before

# It is Monday, 4:00 in the morning in Los Angeles.
HOURS_SAY = [
    ((), "We do not know when it is open.", "No sabemos cuándo está abierto."),
    ((("mon", "09:00", "17:30"),), "Closed now. Opens today at 9:00.", "Cerrado ahora. Abre hoy, 9:00 h."),
    ((("wed", "09:05", "17:30"),), "Closed now. Opens Wednesday at 9:05.", "Cerrado ahora. Abre el miércoles, 9:05 h."),
    ((("sun", "22:00", "06:00"),), "Open now, until 6:00.", "Abierto ahora. Cierra: 6:00 h."),
    ((("mon", "00:00", "24:00"), ("tue", "00:00", "24:00")), "Open now.", "Abierto ahora."),
]


@pytest.mark.parametrize(("openings", "english", "spanish"), HOURS_SAY)
def test_hours_are_said_by_the_clock_of_the_place(
    openings: tuple[tuple[str, str, str], ...], english: str, spanish: str
) -> None:
    hours = tuple(Hours(days=(Weekday(day),), from_=begins, until=ends) for day, begins, ends in openings)
    offering = an_offering(sites=(a_site(timezone="America/Los_Angeles", hours=hours),))

    assert shown_hours(before(Applicant(), offering, "en")).says == english
    assert shown_hours(before(Applicant(), offering, "es")).says == spanish


def test_the_next_opening_is_an_instant_of_the_place() -> None:
    hours = (Hours(days=(Weekday.MON,), from_="09:00", until="17:00"),)
    offering = an_offering(sites=(a_site(timezone="America/Los_Angeles", hours=hours),))

    shown = shown_hours(before(Applicant(), offering))
    assert shown.open_now is False
    assert shown.next_open is not None
    assert shown.next_open > NOW
    assert shown.next_open.isoformat() == "2026-11-23T09:00:00-08:00"
