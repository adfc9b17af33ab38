"""Which moves there are, who makes them, and what reasons lead to."""

from __future__ import annotations

import pytest

from service.referrals import rules
from service.referrals.reasons import REASONS, LeadsTo, Reason, flags_provider, leads_to_next_best
from service.referrals.rules import MOVES, allowed_moves
from service.referrals.sentences import MOVES_SAY
from service.referrals.states import LIVING, OVER, UNSEEN_BY_PROVIDER, Move, Side, State

BLAMING = ("complian", "fail", "no_show", "dropped", "discharge", "against_advice", "refus", "lost_to_follow", "bad")


def test_no_code_blames_the_person() -> None:
    codes = [*State, *Move, *Reason]

    assert [code for code in codes if any(word in code for word in BLAMING)] == []


def test_every_move_says_what_it_is_in_both_languages() -> None:
    assert set(Move) == set(MOVES) == set(MOVES_SAY)


def test_every_reason_leads_somewhere() -> None:
    assert set(Reason) == set(REASONS)
    assert all(rule.leads_to for rule in REASONS.values())


def test_every_state_but_a_mistake_can_be_left_by_the_referrer_or_is_over() -> None:
    stuck = [state for state in LIVING if not allowed_moves(state, [Side.REFERRER])]

    assert stuck == []


def test_the_person_may_withdraw_from_anywhere_that_is_not_over() -> None:
    assert all(Move.WITHDRAW in allowed_moves(state, [Side.REFERRER]) for state in LIVING)
    assert not any(Move.WITHDRAW in allowed_moves(state, [Side.REFERRER]) for state in OVER)


def test_a_provider_never_withdraws_for_the_person() -> None:
    assert not any(Move.WITHDRAW in allowed_moves(state, [Side.PROVIDER]) for state in State)


def test_a_provider_moves_nothing_that_it_cannot_see() -> None:
    assert all(allowed_moves(state, [Side.PROVIDER]) == () for state in UNSEEN_BY_PROVIDER)


def test_a_referrer_does_not_answer_for_a_provider() -> None:
    answers = {Move.ACCEPT, Move.DECLINE, Move.WAITLIST, Move.NEEDS_MORE_TALK, Move.RECEIVE}

    assert not answers & {move for state in State for move in allowed_moves(state, [Side.REFERRER])}


def test_what_was_declined_is_over_for_the_provider() -> None:
    assert allowed_moves(State.DECLINED, [Side.PROVIDER]) == ()


def test_making_and_presenting_are_no_moves_to_post() -> None:
    posted = {move for state in State for move in allowed_moves(state, list(Side))}

    assert {Move.SEND, Move.CARRY, Move.PRESENT} == set(Move) - posted


def test_an_illegal_move_names_the_legal_ones() -> None:
    with pytest.raises(rules.MoveNotAllowed) as refused:
        rules.side_of(Move.ACCEPT, State.DECLINED, [Side.PROVIDER])

    assert refused.value.allowed == ()

    with pytest.raises(rules.MoveNotAllowed) as refused:
        rules.side_of(Move.CONNECTED, State.ACCEPTED, [Side.PROVIDER])

    assert "first_meeting" in refused.value.allowed


def test_a_pause_leads_back_to_where_it_began() -> None:
    assert rules.after(Move.RESUME, State.WAITLISTED) == State.WAITLISTED


def test_a_provider_that_says_no_says_why() -> None:
    with pytest.raises(rules.ReasonMissing):
        rules.reason_for(Move.DECLINE, Side.PROVIDER, None)
    with pytest.raises(rules.ReasonMissing):
        rules.reason_for(Move.CLOSE, Side.PROVIDER, None)


@pytest.mark.parametrize("move", [Move.WITHDRAW, Move.PAUSE, Move.CLOSE, Move.LOST_TOUCH])
def test_a_person_never_has_to_say_why(move: Move) -> None:
    assert rules.reason_for(move, Side.REFERRER, None) == Reason.UNKNOWN


def test_a_reason_belongs_to_its_move() -> None:
    with pytest.raises(rules.ReasonOutOfPlace):
        rules.reason_for(Move.DECLINE, Side.PROVIDER, Reason.GOT_WHAT_I_WANTED)


def test_turning_somebody_away_for_use_is_about_the_provider() -> None:
    assert flags_provider(Reason.USE)
    assert flags_provider(Reason.MEDICATION)
    assert not flags_provider(Reason.PROVIDER_NO_CAPACITY)
    assert not flags_provider(None)


def test_every_decline_leads_to_the_next_best() -> None:
    assert all(leads_to_next_best(reason) for reason in MOVES[Move.DECLINE].reasons)


def test_nothing_is_offered_after_a_death() -> None:
    assert REASONS[Reason.DIED].leads_to == (LeadsTo.NOTHING_MORE,)


def test_the_persons_closing_word_outranks_the_providers() -> None:
    provider = (Side.PROVIDER, Reason.GOT_WHAT_I_WANTED)
    person = (Side.REFERRER, Reason.FELT_UNWELCOME)

    assert rules.closing_word([provider]) == Reason.GOT_WHAT_I_WANTED
    assert rules.closing_word([provider, person]) == Reason.FELT_UNWELCOME
    assert rules.closing_word([person, provider]) == Reason.FELT_UNWELCOME
    assert rules.closing_word([]) is None
