"""Builders: people who look for help, and offerings that could give it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from service.guidance.rules import Category, LimitKind, LimitScope, Setting
from service.matching.answers import Found
from service.matching.candidate import Candidate
from service.matching.case import Question, RowCase
from service.matching.finding import Finding
from service.matching.keyed import Vocabularies
from service.matching.parts import Part, part_of
from service.matching.rows import Rows
from service.matching.rules import Applicant, Need
from service.matching.search import search, stands
from service.matching.sheets import entry_of, sheet_of
from service.matching.store import store_of
from service.matching.verdicts import Single, single
from service.providers.codes import (
    AcceptsMoud,
    CapacityStatus,
    OfferingKind,
)
from service.providers.level import Level
from service.providers.rules import (
    Capacity,
    Limit,
    OfferingFacts,
    Policies,
    Site,
    SpokenLanguage,
)
from service.rulebook import shelf
from service.rulebook.rules import RuleBook

BOOK = shelf.in_force()
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
TODAY = date(2026, 11, 23)
CORNER = (37.76, -122.41)
A_LIMIT = Limit(
    scope=LimitScope.SERVICE,
    kind=LimitKind.NOT_OFFERED,
    text={"en": "No medication here.", "es": "Aquí no hay medicamentos."},
)


def an_id(number: int) -> UUID:
    """An id that one can count on."""
    return UUID(int=(0xA0FFE << 96) | number)


def policies(**said: Any) -> Policies:
    """Attested policies without a conflict; say what is different."""
    return Policies(
        **{
            "attested_by": "Front desk",
            "attested_on": TODAY,
            "accepts_people_on_moud": AcceptsMoud.ALL,
            **said,
        }
    )


def room(
    status: str = "capacity",
    *,
    days_ago: float = 0,
    wait: int | None = None,
    slots: int | None = None,
    silences: int = 0,
) -> Capacity:
    """Room, as of some days ago, and how often nobody answered since."""
    return Capacity(
        status=CapacityStatus(status),
        open_slots=slots,
        expected_wait_days=wait,
        as_of=datetime.fromtimestamp(NOW.timestamp() - days_ago * 86_400, UTC),
        silences=silences,
    )


def a_site(latitude: float = CORNER[0], longitude: float = CORNER[1], **more: Any) -> Site:
    """A place."""
    return Site(latitude=latitude, longitude=longitude, **more)


def an_offering(
    number: int = 1, *, level: Level = Level.HRP_VERIFIED, provider: int | None = None, **said: Any
) -> Candidate:
    """A verified therapist's room at the corner, in English, with room today; say what is different."""
    of_candidate = {
        name: said.pop(name)
        for name in ("policies", "capacity", "hours_verified", "hours_declared", "competencies")
        if name in said
    }
    return Candidate(
        id=an_id(number),
        provider_id=an_id(1000 + (number if provider is None else provider)),
        provider_name=f"Provider {number}",
        facts=OfferingFacts(
            **{
                "name": f"Offering {number}",
                "kind": OfferingKind.THERAPY,
                "categories": (Category.SOMEONE_TO_TALK_TO,),
                "settings": (Setting.DROP_IN, Setting.ONE_TO_ONE),
                "sites": (a_site(),),
                "languages_spoken": (SpokenLanguage(tag="en"),),
                "limits": (A_LIMIT,),
                **said,
            }
        ),
        level=level,
        **{"policies": policies(), "capacity": room(), "hours_verified": 40, **of_candidate},
    )


def somebody(*categories: Category | str, **said: Any) -> Applicant:
    """Somebody who named these things, in this order."""
    needs = tuple(
        Need(place=place, categories=frozenset({Category(category)}), priority_id=an_id(5000 + place))
        for place, category in enumerate(categories, start=1)
    )
    return Applicant(**{"needs": needs, **said})


def a_part(offerings: Sequence[Candidate], *, few: int = 1, book: RuleBook = BOOK) -> Part:
    """Some offerings as a part of a directory; in planes, unless there are fewer than a few."""
    store = store_of(sheet_of([entry_of(each) for each in offerings]), Vocabularies())
    return part_of(store, book, now=NOW.timestamp(), few=few)


def searched(
    person: Applicant, offerings: Sequence[Candidate], now: datetime = NOW, *, seed: bytes, limit: int = 50
) -> Found:
    """What a search among some offerings answers, in English."""
    by_id = {each.id: each for each in offerings}
    finding = Finding(person, [a_part(offerings)], now, seed, few=2)
    return search(finding, lambda hits: {hit.id: by_id[hit.id] for hit in hits}, limit=limit, locale="en")


def a_case(applicant: Applicant, *offerings: Candidate) -> RowCase:
    """Some offerings before somebody."""
    return Question(applicant, Rows(store_of(sheet_of([entry_of(each) for each in offerings]), Vocabularies())), NOW)


def before(applicant: Applicant, offering: Candidate, locale: str = "en") -> Single:
    """One offering before somebody."""
    return single(applicant, offering, NOW, locale)


def standing_of(applicant: Applicant, offering: Candidate) -> str:
    """Where one offering stands for somebody."""
    return stands(before(applicant, offering)).value


def codes(values: Iterable[Any]) -> list[str]:
    """Codes as text, sorted."""
    return sorted(str(value) for value in values)
