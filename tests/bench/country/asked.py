"""Two hundred questions to the country, as mixed as people are: what each person said, and what matching sees of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property
from random import Random
from typing import Any
from uuid import UUID

from service.documents import to_document
from service.guidance.rules import (
    AccessNeed,
    AffirmingNeed,
    AgeBand,
    Answer,
    Category,
    Paper,
    PaymentWay,
    Setting,
    Weekday,
)
from service.intakes.rules import (
    AssignedBy,
    BestTime,
    Household,
    Interpreter,
    Language,
    MattersMost,
    Place,
    Priority,
    PriorityCategory,
    Said,
    Travel,
    Wish,
)
from service.matching.applicants import WORDS_ONLY, applicant_of
from service.matching.rules import Applicant
from tests.bench.country import places, shares

OF_EACH_KIND = 50
# What people look for is as unevenly spread as what is offered; these three are said in words alone.
_NEEDS = tuple(Category(each) for each in shares.COMMON_FIRST if Category(each) not in WORDS_ONLY)
_NEED_WEIGHTS = tuple(1 / place for place in range(1, len(_NEEDS) + 1))
_WISHES = ("evenings", "weekends", "walk_in", "mornings", "free", "group", "one_to_one", "pets", "trans", "wheelchair")
_RARE = ("ase", "hmn", "nv")
_AGES = (AgeBand.FROM_16, AgeBand.FROM_18, AgeBand.FROM_25, AgeBand.FROM_45)
_WAYS_TO_PAY = ((PaymentWay.FREE,), (PaymentWay.MEDICAID,), (PaymentWay.SLIDING, PaymentWay.VA))
_PAPERS = ((Paper.ID,), (Paper.ID, Paper.LEGAL_NAME), (Paper.DRUG_TEST,))
# Out on the Pacific nobody is near.
_FAR_OUT = (0.0, -150.0)


class Kind(StrEnum):
    """What kind of question it is."""

    IN_PERSON = "in person"
    REMOTE = "remote"
    RARE_LANGUAGE = "rare language"
    NOTHING_FITS = "nothing fits"


@dataclass(frozen=True)
class Question:
    """What somebody said, and whether declared offerings are asked for too."""

    number: int
    kind: Kind
    said: Said
    declared: bool

    @cached_property
    def applicant(self) -> Applicant:
        """What matching sees."""
        return applicant_of(self.said, accepts_declared=self.declared)

    @property
    def seed(self) -> bytes:
        """What lots are drawn by."""
        return UUID(int=self.number + 1).bytes

    @property
    def body(self) -> dict[str, Any]:
        """The intake, as it is sent over HTTP."""
        body: dict[str, Any] = to_document(self.said)
        return body

    @property
    def query(self) -> str:
        """How its matches are asked for over HTTP."""
        return "?include=hrp_declared" if self.declared else ""


def ask(towns: places.Towns, seed: int = 1) -> list[Question]:
    """Two hundred questions, fifty of each kind, kinds taking turns."""
    by = Random(seed)
    says: dict[Kind, Callable[[Random, places.Towns], Said]] = {
        Kind.IN_PERSON: _in_person,
        Kind.REMOTE: _remote,
        Kind.RARE_LANGUAGE: _rare_language,
        Kind.NOTHING_FITS: _nothing_fits,
    }
    turns = [kind for _ in range(OF_EACH_KIND) for kind in says]
    return [Question(number, kind, says[kind](by, towns), by.random() < 0.3) for number, kind in enumerate(turns)]


def _in_person(by: Random, towns: places.Towns) -> Said:
    place, state = _somewhere(by, towns)
    return replace(
        _anybody(by),
        place=replace(place, jurisdiction=state),
        travel=Travel(max_km=float(by.choice((5, 10, 15, 20, 30, 50)))),
        preferred_settings=by.choice(((), (), (Setting.CLINIC, Setting.DROP_IN), (Setting.STREET,))),
        languages=(Language(tag=_common_tongue(by)),),
    )


def _remote(by: Random, towns: places.Towns) -> Said:
    place, state = _somewhere(by, towns)
    return replace(
        _anybody(by),
        place=replace(place, jurisdiction=state) if by.random() < 0.5 else Place(jurisdiction=state),
        preferred_settings=by.choice(((Setting.VIDEO,), (Setting.PHONE,), (Setting.VIDEO, Setting.PHONE))),
        languages=(Language(tag=_common_tongue(by)),),
    )


def _rare_language(by: Random, towns: places.Towns) -> Said:
    place, state = _somewhere(by, towns)
    tag = by.choice(_RARE)
    return replace(
        _anybody(by),
        place=replace(place, jurisdiction=state) if by.random() < 0.5 else None,
        travel=Travel(max_km=float(by.choice((50, 100, 300)))) if by.random() < 0.5 else None,
        languages=(Language(tag=tag, signed=True if tag == shares.SIGNED else None),),
        interpreter=Interpreter(accepted=by.random() < 0.4),
    )


def _nothing_fits(by: Random, towns: places.Towns) -> Said:
    """Somebody whom nobody can help: too far out, or with needs that contradict what there is."""
    said = by.choice((_in_person, _remote))(by, towns)
    turns: tuple[Callable[[], Said], ...] = (
        lambda: replace(
            said,
            place=Place(latitude=_FAR_OUT[0], longitude=_FAR_OUT[1], jurisdiction="US-HI"),
            travel=Travel(max_km=10.0),
            preferred_settings=(Setting.CLINIC,),
        ),
        lambda: replace(
            said, languages=(Language(tag="eu"),), interpreter=Interpreter(accepted=False)
        ),
        lambda: replace(said, access_needs=tuple(AccessNeed)),
        lambda: replace(said, wishes=tuple(Wish(code=each.value, dealbreaker=True) for each in AffirmingNeed)),
        lambda: replace(
            said, place=replace(said.place or Place(), jurisdiction="MX-BCN", latitude=None, longitude=None),
            preferred_settings=(Setting.TEXT,), age_band=AgeBand.UNDER_12, can_pay=(PaymentWay.VA,),
            will_not_show=tuple(Paper), access_needs=(AccessNeed.ASL, AccessNeed.CHILDCARE, AccessNeed.LOW_SENSORY),
        ),
    )  # fmt: skip
    return by.choice(turns)()


def _somewhere(by: Random, towns: places.Towns) -> tuple[Place, str]:
    """A place in a town, larger towns more often, as coarsely as an intake keeps it; and the town's state."""
    (town,) = by.choices(range(towns.share.size), towns.share.tolist())
    spread = float(towns.spread_km[town]) / places.KM_A_DEGREE
    place = Place(
        latitude=round(float(towns.latitude[town]) + by.gauss(0, spread), 2),
        longitude=round(float(towns.longitude[town]) + by.gauss(0, spread), 2),
    )
    return place, places.CODES[int(towns.state[town])]


def _anybody(by: Random) -> Said:
    """Somebody with one to three priorities, who answered some of the questions and left most."""

    def maybe(share: float, answer: Any, silence: Any) -> Any:
        return answer if by.random() < share else silence

    return Said(
        priorities=_priorities(by),
        age_band=maybe(0.5, by.choice(_AGES), AgeBand.NOT_ASKED),
        can_pay=maybe(0.4, by.choice(_WAYS_TO_PAY), ()),
        will_not_show=maybe(0.3, by.choice(_PAPERS), ()),
        access_needs=maybe(0.1, (by.choice((AccessNeed.WHEELCHAIR, AccessNeed.STEP_FREE)),), ()),
        affirming_needs=maybe(0.2, (by.choice(tuple(AffirmingNeed)),), ()),
        medications_for_oud=maybe(0.15, Answer.YES, Answer.NOT_ASKED),
        household=maybe(0.2, Household(pets=True, kids=by.random() < 0.3), None),
        best_times=maybe(0.2, (_a_time(by),), ()),
        wishes=tuple(
            Wish(code=code, dealbreaker=by.random() < 0.15) for code in by.sample(_WISHES, by.choice((0, 0, 1, 3)))
        ),
        matters_most=maybe(0.2, by.choice(tuple(MattersMost)), None),
    )


def _priorities(by: Random) -> tuple[Priority, ...]:
    return tuple(
        Priority(
            verbatim="what matters to me",
            rank=rank,
            categories=tuple(
                PriorityCategory(code=code, assigned_by=AssignedBy.PERSON, confirmed_by_person=True)
                for code in dict.fromkeys(by.choices(_NEEDS, _NEED_WEIGHTS, k=by.choice((1, 1, 2))))
            ),
        )
        for rank in range(1, by.choice((1, 2, 3)) + 1)
    )


def _a_time(by: Random) -> BestTime:
    return BestTime(days=by.choice(((Weekday.MON, Weekday.TUE), (Weekday.SAT,))), from_="17:00", until="19:30")


def _common_tongue(by: Random) -> str:
    return by.choices(("en", "es", "zh", "vi"), (78, 16, 3, 3))[0]
