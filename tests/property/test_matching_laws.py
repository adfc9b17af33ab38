"""The laws of matching, over directories and people that nobody would think of."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import datetime
from random import Random
from typing import Any
from uuid import UUID

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from service.documents import to_document
from service.guidance.rules import Category
from service.matching.candidate import Candidate
from service.matching.case import in_rows
from service.matching.conditions import CONDITIONS, ask_all
from service.matching.finding import FEW, Finding
from service.matching.keyed import Vocabularies
from service.matching.parts import part_of
from service.matching.phrases import because
from service.matching.ranking import TABLE, probability_open, score_all, weights
from service.matching.rules import Applicant, Component, Rule, Unmet
from service.matching.search import account, seed_of
from service.matching.sheets import entry_of, sheet_of
from service.matching.standing import almost_matched, invited, matched
from service.matching.store import store_of
from service.matching.verdicts import single, unmet, verdicts
from service.matching.widening import wider
from service.providers.codes import CapacityStatus
from service.providers.level import Level
from service.providers.rules import Capacity, ComesToYou, OfferingFacts
from tests.builders.matching import BOOK, NOW, a_case, a_part, a_site, an_id, an_offering, searched, somebody
from tests.property import oracle
from tests.property.directories import CATEGORIES, WISHES, chances, directories, instants, offering, offerings, people

MOST = settings(max_examples=2000)
MANY = settings(max_examples=800)
SOME = settings(max_examples=300)
FEWER = settings(max_examples=20)
SEED = b"somebody"
STANDINGS = (matched, invited, almost_matched)

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


def found(person: Applicant, directory: list[Candidate], now: datetime) -> tuple[list[UUID], ...]:
    """Everything that is found, best first."""
    finding = Finding(person, [a_part(directory)], now, SEED, few=0)
    return tuple([hit.id for hit in finding.first(standing, 1_000)] for standing in (matched, invited))


def silenced(person: Applicant, answer: str) -> Applicant:
    """The same person, had they left one question unanswered."""
    if answer == "place":
        return replace(person, latitude=None, longitude=None)
    return replace(person, **{answer: SILENCES[answer]})


@MOST
@given(people, directories, instants, st.integers(1, 12), st.integers(0, 9))
def test_the_first_k_are_the_first_k_of_the_oracle(
    person: Applicant, directory: list[Candidate], now: datetime, k: int, few: int
) -> None:
    finding = Finding(person, [a_part(directory)], now, SEED, few=few)

    expected_matches, expected_invitations = oracle.best(person, directory, now, SEED)
    assert expected_matches[:k] == [hit.id for hit in finding.first(matched, k)]
    assert expected_invitations[:k] == [hit.id for hit in finding.first(invited, k)]


@FEWER
@given(people, chances, instants, st.integers(1, 40))
def test_of_a_large_directory_the_first_k_are_found_without_scoring_it_all(
    person: Applicant, by: Random, now: datetime, k: int
) -> None:
    directory = [offering(by, number) for number in range(1, by.randint(400, 900))]
    finding = Finding(person, [a_part(directory)], now, SEED, few=8)

    expected_matches, expected_invitations = oracle.best(person, directory, now, SEED)
    assert expected_matches[:k] == [hit.id for hit in finding.first(matched, k)]
    assert expected_invitations[:k] == [hit.id for hit in finding.first(invited, k)]


@SOME
@given(people, directories, directories, instants, st.integers(1, 9))
def test_what_changed_since_is_found_as_it_is_now(
    person: Applicant, before: list[Candidate], since: list[Candidate], now: datetime, k: int
) -> None:
    directory = list(({each.id: each for each in before} | {each.id: each for each in since}).values())
    vocabularies = Vocabularies()
    old, new = (store_of(sheet_of([entry_of(each) for each in some]), vocabularies) for some in (before, since))
    parts = [part_of(old, BOOK, now=NOW.timestamp(), few=1), part_of(new, BOOK, now=NOW.timestamp(), few=5)]
    parts[0] = parts[0].hiding(parts[0].store.rows_of(new.arrays["ids"]))
    finding = Finding(person, parts, now, SEED, few=3)

    expected_matches, expected_invitations = oracle.best(person, directory, now, SEED)
    assert len(directory) == finding.size
    assert expected_matches[:k] == [hit.id for hit in finding.first(matched, k)]
    assert expected_invitations[:k] == [hit.id for hit in finding.first(invited, k)]


@MANY
@given(people, directories, instants)
def test_planes_and_rows_judge_alike(person: Applicant, directory: list[Candidate], now: datetime) -> None:
    planes = Finding(person, [a_part(directory)], now, SEED)
    rows = Finding(person, [a_part(directory, few=1_000)], now, SEED)

    assert planes.removed() == rows.removed()
    assert [planes.count(each) for each in STANDINGS] == [rows.count(each) for each in STANDINGS]
    assert [hit.id for hit in planes.first(almost_matched, 9)] == [hit.id for hit in rows.first(almost_matched, 9)]


@MANY
@given(people, offerings, instants)
def test_every_rule_and_every_value_is_what_the_page_says(
    person: Applicant, offering: Candidate, now: datetime
) -> None:
    one = single(person, offering, now, "en")

    said = {verdict.rule.value: not isinstance(verdict, Unmet) for verdict in verdicts(one)}
    assert oracle.judge(person, offering, now) == said
    values = {part.component.value: part.value(in_rows(one.case))[0] for part in TABLE}
    assert oracle.values(person, offering, now) == pytest.approx(values, abs=1e-12)


@SOME
@given(people, directories, st.integers(1, 9))
def test_nothing_outside_the_applicant_and_the_directory_changes_an_answer(
    person: Applicant, directory: list[Candidate], limit: int
) -> None:
    once = searched(person, directory, seed=SEED, limit=limit)
    again = searched(replace(person), list(directory), seed=SEED, limit=limit)

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
    spoken = [met[0] for met in ask_all(a_case(person, offering))]
    silent = [met[0] for met in ask_all(a_case(silenced(person, answer), offering))]

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
    before, after = a_case(person, *directory), a_case(silenced(person, answer), *directory)

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


@SOME
@given(people, offerings, instants)
def test_room_is_shown_as_it_counts_and_since_when_it_is_known(
    person: Applicant, offering: Candidate, now: datetime
) -> None:
    shown = account(single(person, offering, now, "en")).match.capacity

    assert oracle.shown_room(offering, now) == (shown.status, shown.open_slots, shown.expected_wait_days)
    assert shown.as_of == (min(offering.capacity.as_of, now) if offering.capacity else None)
    assert shown.silences == (offering.capacity.silences if offering.capacity else 0)


@SOME
@given(offerings, st.integers(1, 60))
def test_a_silence_brings_room_nearer_to_one_half_and_never_beyond(offering: Candidate, more: int) -> None:
    assume(offering.capacity is not None)
    assert offering.capacity is not None
    silent = replace(offering, capacity=replace(offering.capacity, silences=offering.capacity.silences + more))
    before, after = (
        float(probability_open(single(somebody(), each, NOW, "en").case)) - 0.5 for each in (offering, silent)
    )

    assert abs(after) <= abs(before)
    assert after * before >= 0


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
    one = single(person, offering, now, "es")
    values, scores = score_all(in_rows(one.case))
    parts = because(one, values[:, 0])

    assert scores[0] == pytest.approx(sum(part.contributes for part in parts), abs=5e-9)
    assert pytest.approx(1) == sum(weights(BOOK, person.matters_most).values())
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
    answer = searched(person, directory, now, seed=SEED)

    for each in answer.almost:
        assert len(each.unmet) == 1
        assert each.unmet[0].would_change
        failed = [rule for rule, met in oracle.judge(person, by_id[each.offering.id], now).items() if not met]
        assert [each.unmet[0].rule.value] == failed
        assert each.limits


@MANY
@given(people, directories)
def test_what_a_change_would_add_is_there_after_it(person: Applicant, directory: list[Candidate]) -> None:
    finding = Finding(person, [a_part(directory)], NOW, SEED)
    before = len(oracle.best(person, directory, NOW, SEED)[0])

    for each in wider(finding, "en"):
        assert each.change.turn is not None
        after = oracle.best(each.change.turn(person), directory, NOW, SEED)[0]
        assert each.adds == len(after) - before > 0


@SOME
@given(people, directories, st.sampled_from([0, FEW]))
def test_no_fewer_kilometres_more_would_add_a_match(person: Applicant, directory: list[Candidate], few: int) -> None:
    finding = Finding(person, [a_part(directory)], NOW, SEED, few=few)
    before = len(oracle.best(person, directory, NOW, SEED)[0])
    travel = [each for each in wider(finding, "en") if each.rule is Rule.REACH]

    for each in travel:
        assert each.change.turn is not None
        most = each.change.turn(person).max_km
        assert most is not None
        one_less = replace(person, max_km=most - 1)
        assert one_less.max_km == person.max_km or len(oracle.best(one_less, directory, NOW, SEED)[0]) == before


@SOME
@given(people, directories, st.binary(min_size=1, max_size=16))
def test_the_order_is_total_and_repeatable(person: Applicant, directory: list[Candidate], seed: bytes) -> None:
    once, again = (
        [hit.id for hit in Finding(person, [a_part(some)], NOW, seed, few=0).first(matched, 50)]
        for some in (directory, directory[::-1])
    )

    assert once == again
    assert len(once) == len(set(once))


def test_over_many_people_equal_offerings_come_first_equally_often() -> None:
    offerings_alike = [an_offering(number) for number in range(1, 6)]
    part = a_part(offerings_alike)
    firsts = Counter(
        Finding(somebody(Category.SOMEONE_TO_TALK_TO), [part], NOW, an_id(person).bytes).first(matched, 1)[0].id
        for person in range(2000)
    )

    assert len(firsts) == 5
    # 400 each are expected; five standard deviations of that count are 90.
    assert all(abs(count - 400) < 90 for count in firsts.values())


@SOME
@given(people, directories)
def test_what_is_shown_is_what_a_referral_is_judged_by(person: Applicant, directory: list[Candidate]) -> None:
    answer = searched(person, directory, seed=SEED)
    shown = {each.offering.id for each in answer.items}

    for each in directory:
        reasons = unmet(single(person, each, NOW, "en"))
        apart = oracle.stands_apart(person, each)
        if not apart:
            assert (each.id in shown) == (not reasons)


@SOME
@given(people, directories, instants)
def test_nothing_is_shown_without_limits_and_no_conflict_unless_asked_for(
    person: Applicant, directory: list[Candidate], now: datetime
) -> None:
    by_id = {each.id: each for each in directory}
    answer = searched(person, directory, now, seed=SEED)

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
