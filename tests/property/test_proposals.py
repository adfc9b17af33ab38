"""The laws of a proposal: the best there is by brute force, within the places, alike in whichever order one asks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import product
from random import Random
from typing import Any
from uuid import UUID

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array
from scipy.sparse.csgraph import maximum_bipartite_matching

from service.coordinating.answers import Proposal
from service.coordinating.assignment import A_WHOLE_SCORE, MOST_PEOPLE, Option, Weights, assign, deep_enough
from service.coordinating.judging import Directory
from service.coordinating.proposals import gather, propose
from service.matching.candidate import Candidate
from service.matching.index import Index
from service.matching.rules import Applicant
from service.matching.search import account
from service.providers.codes import CapacityStatus
from tests.builders.matching import NOW, TODAY, a_part, an_id, an_offering, before, room, somebody, standing_of
from tests.property.directories import directory, person

MANY = settings(max_examples=600)
SOME = settings(max_examples=300)

LATER = NOW + timedelta(hours=11)
Given = Option[Any]
Room = dict[Any, int | None]
Worth = tuple[int, int, int]


def worth(given_to_each: Sequence[Given | None]) -> Worth:
    """The three aims of an assignment, in their order."""
    given_ones = [each for each in given_to_each if each]
    return (
        sum(each.first for each in given_ones),
        len(given_ones),
        sum(round(each.score * A_WHOLE_SCORE) for each in given_ones),
    )


def fits(given_to_each: Sequence[Given | None], room: Room) -> bool:
    """Whether no place is given more often than it is open."""
    taken = Counter(each.place for each in given_to_each if each)
    return all(open_here is None or taken[place] <= open_here for place, open_here in room.items())


def best_by_brute_force(options: Sequence[Sequence[Given]], room: Room) -> Worth:
    """Try everything."""
    return max(worth(each) for each in product(*([None, *mine] for mine in options)) if fits(each, room))


def small_round(by: Random) -> tuple[list[list[Given]], Room]:
    """A few people and places: scores that tie, and places that are none, few, many, or not counted."""
    room: Room = {place: by.choice((0, 1, 1, 1, 2, 3, None)) for place in range(by.randint(1, 5))}
    options = [
        sorted(
            (
                Option(place, by.random() < 0.5, by.choice((0.0, 0.25, 0.25, 1.0, round(by.random(), 9))))
                for place in by.sample(sorted(room), by.randint(0, len(room)))
            ),
            key=lambda option: (-option.first, -option.score),
        )
        for _ in range(by.randint(0, 5))
    ]
    return options, room


rounds = st.integers(0, 2**64 - 1).map(Random).map(small_round)


@MANY
@given(rounds)
def test_an_assignment_is_as_good_as_any_and_gives_no_place_twice(found: tuple[list[list[Given]], Room]) -> None:
    options, room = found

    given_to_each = assign(options, room.__getitem__, sorted(room))

    assert fits(given_to_each, room)
    assert all(each is None or each in mine for each, mine in zip(given_to_each, options, strict=True))
    assert worth(given_to_each) == best_by_brute_force(options, room)


@MANY
@given(rounds)
def test_options_beyond_as_many_places_as_people_change_nothing(found: tuple[list[list[Given]], Room]) -> None:
    options, room = found
    short = [deep_enough(mine, room.__getitem__, len(options)) for mine in options]

    assert all(len(few) <= len(options) for few in short)
    assert worth(assign(short, room.__getitem__, sorted(room))) == best_by_brute_force(options, room)


def test_the_aims_stay_apart_and_whole_numbers_exact_for_the_most_people() -> None:
    weights = Weights(MOST_PEOPLE)

    assert weights.helped > MOST_PEOPLE * A_WHOLE_SCORE
    assert weights.first > MOST_PEOPLE * (weights.helped + A_WHOLE_SCORE)
    assert 4 * weights.most < 2**53
    assert float(weights.most + 1) - float(weights.most) == 1


def test_the_most_people_are_helped_with_what_comes_first_in_a_round_of_the_largest_kind() -> None:
    by = Random(23)
    room: Room = dict.fromkeys(range(400), 1)
    options = [
        [Option(place, by.random() < 0.004, round(by.random(), 9)) for place in by.sample(range(400), 60)]
        for _ in range(MOST_PEOPLE)
    ]
    first = np.array([(row, each.place) for row, mine in enumerate(options) for each in mine if each.first])
    edges = csr_array((np.ones(len(first)), (first[:, 0], first[:, 1])), shape=(MOST_PEOPLE, 400))

    given_to_each = assign(options, room.__getitem__, sorted(room))

    assert worth(given_to_each)[0] == int((maximum_bipartite_matching(edges) >= 0).sum()) < 200
    assert worth(given_to_each)[1] == 400
    assert fits(given_to_each, room)


def a_town(*candidates: Candidate) -> Directory:
    """A directory of these offerings."""
    known = {each.id: each for each in candidates}
    part = a_part(candidates)
    return Directory(
        Index(1, TODAY, part.store.vocabularies, (part,)),
        NOW,
        "en",
        lambda hits: {hit.id: known[hit.id] for hit in hits},
    )


def a_round(number: int) -> tuple[list[Candidate], list[tuple[UUID, Applicant]]]:
    """People before a directory, as chance makes them; more of them at one place than there is room."""
    by = Random(number)
    candidates = directory(by, 8)
    people = [(an_id(9000 + each), person(by)) for each in range(by.randint(0, 5))]
    return candidates, [*people, *((an_id(9100 + n), who) for n, (_, who) in enumerate(people[:2]))]


def room_by_hand(candidate: Candidate) -> int | None:
    """How many places are open, read from the design page: old news is no news, and a waitlist is no place."""
    capacity = candidate.capacity
    if capacity is None or (NOW - capacity.as_of).total_seconds() / 86_400 + 7 * capacity.silences > 14:
        return None
    if capacity.status is CapacityStatus.CAPACITY:
        return capacity.open_slots
    return 0 if capacity.status in {CapacityStatus.WAITLIST, CapacityStatus.NO_CAPACITY} else None


def helps_first(who: Applicant, one: Candidate) -> bool:
    """Whether an offering helps with the first thing they named that says what it is about; silence costs nothing."""
    places = [need.place for need in who.needs if need.categories]
    wanted = {str(each) for need in who.needs if places and need.place == min(places) for each in need.categories}
    return not wanted or bool(wanted & {str(each) for each in before(who, one).admitted})


def proposed(number: int, shuffled: Callable[[list[tuple[UUID, Applicant]]], None]) -> Proposal:
    candidates, people = a_round(number)
    shuffled(people)
    return propose(gather(a_town(*candidates), people), ())


@SOME
@given(st.integers(0, 2**64 - 1))
def test_a_proposal_is_the_best_there_is_of_what_matches(number: int) -> None:
    town, people = a_round(number)
    candidates = {each.id: each for each in town}

    proposal = propose(gather(a_town(*town), people), ())

    options = [
        [
            Option(each, helps_first(who, one), account(before(who, one)).match.score)
            for each, one in candidates.items()
            if standing_of(who, one) == "items"
        ]
        for _, who in people
    ]
    room = {each: room_by_hand(one) for each, one in candidates.items()}
    taken = [
        next((option for option in mine if each.offering_id and option.place == each.offering_id), None)
        for mine, each in zip(options, proposal.items, strict=True)
    ]
    assert all(bool(each.offering_id) == bool(option) for each, option in zip(proposal.items, taken, strict=True))
    assert fits(taken, room)
    assert (proposal.helped_with_first, proposal.helped) == worth(taken)[:2]
    assert worth(taken) == best_by_brute_force([_few(mine, room, len(people)) for mine in options], room)


def _few(mine: list[Given], room: Room, people: int) -> list[Given]:
    """Few enough to try everything: what cannot be needed is left out, as the law above says that it may be."""
    return deep_enough(sorted(mine, key=lambda each: (-each.first, -each.score)), room.__getitem__, people)


@SOME
@given(st.integers(0, 2**64 - 1), st.randoms(use_true_random=False))
def test_a_proposal_does_not_depend_on_the_order_in_which_ids_come(number: int, by: Random) -> None:
    one = proposed(number, lambda _: None)
    other = proposed(number, by.shuffle)

    assert {each.intake_id: each for each in one.items} == {each.intake_id: each for each in other.items}
    assert one.places == other.places
    assert len(one.items) == one.people == one.helped + one.without


@SOME
@given(st.integers(0, 2**64 - 1))
def test_a_proposal_says_something_to_everybody_and_names_nobody_else(number: int) -> None:
    candidates, people = a_round(number)

    proposal = propose(gather(a_town(*candidates), people), ())

    ids = {str(intake_id) for intake_id, _ in people}
    assert all(each.says for each in proposal.items)
    assert not any(intake_id in says for each in proposal.items for says in each.says for intake_id in ids)
    assert all(each.places is None or each.proposed <= each.places for each in proposal.places)


def test_between_equals_the_lot_falls_on_each_equally_often_and_the_same_all_day() -> None:
    town = a_town(an_offering(capacity=room(slots=1)))
    who = somebody("someone_to_talk_to")
    pairs = [(an_id(10_000 + 2 * each), an_id(10_001 + 2 * each)) for each in range(400)]

    won = [drawn(town, [(first, who), (second, who)]) for first, second in pairs]
    again = [drawn(replace(town, now=LATER), [(second, who), (first, who)]) for first, second in pairs]

    assert 150 < sum(each == first for each, (first, _) in zip(won, pairs, strict=True)) < 250
    assert again == won


def drawn(town: Directory, people: list[tuple[UUID, Applicant]]) -> UUID:
    """On whom the one place falls."""
    proposal = propose(gather(town, people), ())
    [only] = [each.intake_id for each in proposal.items if each.offering_id]
    return only
