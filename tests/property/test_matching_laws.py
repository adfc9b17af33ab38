"""The laws of matching, over directories and people that nobody would think of."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from service.documents import to_document
from service.guidance.rules import Category
from service.matching.candidate import Candidate
from service.matching.columns import build_columns
from service.matching.conditions import CONDITIONS, ask_all
from service.matching.phrases import because
from service.matching.ranking import TABLE, weights
from service.matching.rules import Applicant, Component, Rule, Unmet
from service.matching.search import judge_all, search, seed_of
from service.matching.verdicts import single, unmet, verdicts
from service.providers.codes import CapacityStatus
from service.providers.level import Level
from service.providers.rules import Capacity, ComesToYou, OfferingFacts
from tests.builders.matching import NOW, a_site, an_id, an_offering, somebody
from tests.property import oracle
from tests.property.directories import CATEGORIES, WISHES, directories, instants, offerings, people

MOST = settings(max_examples=1200)
MANY = settings(max_examples=800)
SOME = settings(max_examples=300)
SEED = b"somebody"

# Every answer, with the silence that stands for leaving it out, and the component that it feeds.
SILENCES: dict[str, Any] = {
    "needs": (),
    "refuses_therapy": False,
    "languages": frozenset(),
    "accepts_interpreter": True,
    "jurisdiction": None,
    "areas": frozenset(),
    "max_km": None,
    "settings": frozenset(),
    "age_band": None,
    "can_pay": frozenset(),
    "will_not_show": frozenset(),
    "access_needs": frozenset(),
    "affirming_needs": frozenset(),
    "on_moud": False,
    "pregnant": False,
    "served": False,
    "with_partner": False,
    "with_kids": False,
    "with_pets": False,
    "free_half_hours": 0,
    "wishes": frozenset(),
    "matters_most": None,
    "not_these_offerings": frozenset(),
    "not_these_providers": frozenset(),
}
FEEDS: dict[str, set[Component]] = {
    "needs": {Component.FIT, Component.DEPTH, Component.WISHES},
    "languages": {Component.WISHES},
    "jurisdiction": {Component.NEAR},
    "areas": {Component.NEAR},
    "settings": {Component.NEAR},
    "affirming_needs": {Component.WISHES},
    "pregnant": {Component.WISHES},
    "served": {Component.WISHES},
    "with_partner": {Component.WISHES},
    "with_kids": {Component.WISHES},
    "with_pets": {Component.WISHES},
    "free_half_hours": {Component.WISHES},
    "wishes": {Component.WISHES},
}


def found(person: Applicant, directory: list[Candidate], now: datetime) -> tuple[list[UUID], list[UUID]]:
    """Everything that the columns find, best first."""
    judged = judge_all(person, build_columns(directory), now, SEED)
    ids = [each.id for each in directory]
    return [ids[row] for row in judged.matched()], [ids[row] for row in judged.invited()]


def silenced(person: Applicant, answer: str) -> Applicant:
    """The same person, had they left one question unanswered."""
    if answer == "place":
        return replace(person, latitude=None, longitude=None)
    return replace(person, **{answer: SILENCES[answer]})


@MOST
@given(people, directories, instants, st.integers(1, 12))
def test_the_first_k_are_the_first_k_of_the_oracle(
    person: Applicant, directory: list[Candidate], now: datetime, k: int
) -> None:
    matches, invitations = found(person, directory, now)

    expected_matches, expected_invitations = oracle.best(person, directory, now, SEED)
    assert expected_matches[:k] == matches[:k]
    assert expected_invitations[:k] == invitations[:k]


@MANY
@given(people, offerings, instants)
def test_every_rule_and_every_value_is_what_the_page_says(
    person: Applicant, offering: Candidate, now: datetime
) -> None:
    one = single(person, offering, now, "en")

    said = {verdict.rule.value: not isinstance(verdict, Unmet) for verdict in verdicts(one)}
    assert oracle.judge(person, offering, now) == said
    values = {part.component.value: part.value(one.case)[0] for part in TABLE}
    assert oracle.values(person, offering, now) == pytest.approx(values, abs=1e-12)


@SOME
@given(people, directories, st.integers(1, 9))
def test_nothing_outside_the_applicant_and_the_directory_changes_an_answer(
    person: Applicant, directory: list[Candidate], limit: int
) -> None:
    columns = build_columns(directory)
    once = search(person, columns, NOW, seed=SEED, limit=limit, locale="en")
    again = search(replace(person), build_columns(list(directory)), NOW, seed=SEED, limit=limit, locale="en")

    assert to_document(once) == to_document(again)


def test_an_applicant_has_no_room_for_what_must_not_decide() -> None:
    fields = set(Applicant.__dataclass_fields__)

    for word in ("name", "phone", "contact", "substance", "safety", "verbatim", "words", "note", "missed", "stance"):
        assert not [field for field in fields if word in field]


@MANY
@given(people, offerings, st.sampled_from([*SILENCES, "place"]))
def test_leaving_a_question_unanswered_never_removes_an_offering(
    person: Applicant, offering: Candidate, answer: str
) -> None:
    columns = build_columns([offering])
    spoken = ask_all(judge_all(person, columns, NOW, SEED).case)[:, 0]
    silent = ask_all(judge_all(silenced(person, answer), columns, NOW, SEED).case)[:, 0]

    lost = [
        condition.rule
        for condition, before, after in zip(CONDITIONS, spoken, silent, strict=True)
        if before and not after
    ]
    assert [rule for rule in lost if not _another_answer_removes(person, answer, rule)] == []


def _another_answer_removes(person: Applicant, answer: str, rule: Rule) -> bool:
    """Where one answer had only lifted what another one says, it is that other answer that removes, and no silence.

    To refuse therapy weighs while no therapy is named. To go no further than so many kilometres weighs while no
    service area is known to take the person in.
    """
    refused = rule is Rule.SERVES and answer == "needs" and person.refuses_therapy
    limited = rule is Rule.REACH and answer in {"jurisdiction", "areas"} and person.max_km is not None
    return refused or limited


@SOME
@given(people, directories, st.sampled_from([*SILENCES, "place"]))
def test_leaving_a_question_unanswered_moves_nothing_but_the_component_it_fed(
    person: Applicant, directory: list[Candidate], answer: str
) -> None:
    columns = build_columns(directory)
    before = judge_all(person, columns, NOW, SEED).case
    after = judge_all(silenced(person, answer), columns, NOW, SEED).case

    fed = {Component.NEAR} if answer == "place" else FEEDS.get(answer, set())
    for part in TABLE:
        if part.component not in fed:
            assert part.value(before).tolist() == part.value(after).tolist()


Better = tuple[str, Candidate]


def bettered(draw: st.DataObject, person: Applicant, offering: Candidate) -> Candidate:
    """The same offering, better in one respect."""
    facts = offering.facts
    respect = draw.draw(st.sampled_from(("category", "wish", "sooner", "nearer", "area", "setting", "hours")))
    if respect == "category":
        more = draw.draw(st.sampled_from(CATEGORIES))
        return replace(offering, facts=replace(facts, categories=(*facts.categories, more)))
    if respect == "wish":
        welcome = draw.draw(st.sampled_from(("pets", "kids")))
        return replace(offering, facts=replace(facts, welcomes=replace(facts.welcomes, **{welcome: True})))
    if respect == "sooner" and offering.capacity is not None:
        wait = offering.capacity.expected_wait_days
        return replace(offering, capacity=replace(offering.capacity, expected_wait_days=wait // 2 if wait else wait))
    if respect in {"nearer", "area"}:
        return replace(offering, facts=_closer(facts, person, respect))
    if respect == "hours":
        return replace(offering, hours_verified=offering.hours_verified + 10)
    return replace(offering, capacity=_roomier(offering.capacity))


def _closer(facts: OfferingFacts, person: Applicant, respect: str) -> OfferingFacts:
    """With one more site where the person is, or coming to the areas that they are known to be in."""
    if respect == "nearer" and person.place is not None:
        return replace(facts, sites=(*facts.sites, a_site(*person.place)))
    coming = facts.comes_to_you or ComesToYou()
    return replace(facts, comes_to_you=replace(coming, areas=(*coming.areas, *sorted(person.areas))))


def _roomier(capacity: Capacity | None) -> Capacity | None:
    """News of room, as fresh as the old news, where the old news was not better."""
    if capacity is None or capacity.status is not CapacityStatus.WAITLIST:
        return capacity
    return replace(capacity, status=CapacityStatus.CAPACITY, open_slots=None)


@MANY
@given(people, directories, st.integers(0, 8), st.data())
def test_making_an_offering_better_in_one_respect_never_lowers_its_rank(
    person: Applicant, directory: list[Candidate], which: int, data: st.DataObject
) -> None:
    assume(directory)
    row = which % len(directory)
    matches, _ = found(person, directory, NOW)
    better = bettered(data, person, directory[row])
    matches_then, _ = found(person, [*directory[:row], better, *directory[row + 1 :]], NOW)

    if directory[row].id in matches:
        assert matches_then.index(better.id) <= matches.index(better.id)


@SOME
@given(people, offerings, instants)
def test_contributions_sum_to_the_score_and_weights_to_one(
    person: Applicant, offering: Candidate, now: datetime
) -> None:
    judged = judge_all(person, build_columns([offering]), now, SEED)
    parts = because(single(person, offering, now, "es"), judged.values[:, 0])

    assert judged.scores[0] == pytest.approx(sum(part.contributes for part in parts), abs=5e-9)
    assert pytest.approx(1) == sum(weights(person.matters_most).values())
    assert all(0 <= part.value <= 1 for part in parts)


@MANY
@given(people, offerings)
def test_a_change_that_is_promised_turns_the_no_into_a_yes(person: Applicant, offering: Candidate) -> None:
    one = single(person, offering, NOW, "en")

    for no in unmet(one):
        if no.change is not None and no.change.turn is not None:
            after = verdicts(one.after(no.change.turn(person)))
            assert [each for each in after if isinstance(each, Unmet) and each.rule is no.rule] == []


@SOME
@given(people, directories, instants)
def test_what_is_almost_there_fails_one_rule_and_a_change_would_do(
    person: Applicant, directory: list[Candidate], now: datetime
) -> None:
    by_id = {each.id: each for each in directory}
    answer = search(person, build_columns(directory), now, seed=SEED, limit=50, locale="en")

    for each in answer.almost:
        assert len(each.unmet) == 1
        assert each.unmet[0].would_change
        failed = [rule for rule, met in oracle.judge(person, by_id[each.offering.id], now).items() if not met]
        assert [each.unmet[0].rule.value] == failed
        assert each.limits


@SOME
@given(people, directories, st.binary(min_size=1, max_size=16))
def test_the_order_is_total_and_repeatable(person: Applicant, directory: list[Candidate], seed: bytes) -> None:
    columns, backwards = build_columns(directory), build_columns(directory[::-1])
    once = [columns.candidates[row].id for row in judge_all(person, columns, NOW, seed).matched()]
    again = [backwards.candidates[row].id for row in judge_all(person, backwards, NOW, seed).matched()]

    assert once == again
    assert len(once) == len(set(once))


def test_over_many_people_equal_offerings_come_first_equally_often() -> None:
    offerings_alike = [an_offering(number) for number in range(1, 6)]
    columns = build_columns(offerings_alike)
    firsts = Counter(
        int(judge_all(somebody(Category.SOMEONE_TO_TALK_TO), columns, NOW, an_id(person).bytes).matched()[0])
        for person in range(2000)
    )

    assert len(firsts) == 5
    # 400 each are expected; five standard deviations of that count are 90.
    assert all(abs(count - 400) < 90 for count in firsts.values())


@SOME
@given(people, directories)
def test_what_is_shown_is_what_a_referral_is_judged_by(person: Applicant, directory: list[Candidate]) -> None:
    answer = search(person, build_columns(directory), NOW, seed=SEED, limit=50, locale="en")
    shown = {each.offering.id for each in answer.items}

    for offering in directory:
        reasons = unmet(single(person, offering, NOW, "en"))
        apart = oracle.stands_apart(person, offering)
        if not apart:
            assert (offering.id in shown) == (not reasons)


@SOME
@given(people, directories, instants)
def test_nothing_is_shown_without_limits_and_no_conflict_unless_asked_for(
    person: Applicant, directory: list[Candidate], now: datetime
) -> None:
    by_id = {each.id: each for each in directory}
    answer = search(person, build_columns(directory), now, seed=SEED, limit=50, locale="en")

    for item in (*answer.items, *answer.invitations):
        assert item.limits
        assert item.asks_of_you
        assert item.level is not Level.UNATTESTED
        if item.level is Level.CONFLICTS:
            assert set(by_id[item.offering.id].facts.categories) & person.asks_for
    assert (answer.nothing_yet is None) == bool(answer.items)


@SOME
@given(people)
def test_a_question_of_nobody_draws_its_lots_by_what_was_asked(person: Applicant) -> None:
    rebuilt = replace(person, settings=frozenset(sorted(person.settings, reverse=True)))

    assert seed_of(person) == seed_of(rebuilt)


@pytest.mark.parametrize(
    ("here", "there", "km"),
    [
        ((90.0, 0.0), (90.0, 123.0), 0.0),
        ((0.0, 180.0), (0.0, -180.0), 0.0),
        ((0.0, 179.9), (0.0, -179.9), 22.239),
        ((-90.0, 0.0), (90.0, 0.0), 20015.115),
        ((37.76, -122.41), (37.76, -122.41), 0.0),
    ],
)
def test_poles_and_the_date_line_are_places_like_others(
    here: tuple[float, float], there: tuple[float, float], km: float
) -> None:
    person = somebody(latitude=here[0], longitude=here[1])
    one = single(person, an_offering(sites=(a_site(*there),)), NOW, "en")

    assert pytest.approx(km, abs=0.01) == one.km


def test_the_page_and_the_vocabularies_agree() -> None:
    assert {code for code in WISHES if oracle.holds(somebody(), an_offering(), code) is None} == {"nobody_knows_this"}
    assert oracle.ACCESS | oracle.AFFIRMING
    assert pytest.approx(sum(oracle.WEIGHTS.values())) == 1
