"""Lifecycles as state machines: whatever anybody tries, in whatever order, these laws hold."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from service.consents import rules as consents
from service.consents.rules import LIVE, Change, ConsentState, Permission
from service.consents.terms import FieldGroup, Party, Purpose, Recipient
from service.referrals import rules as referrals
from service.referrals.reasons import Reason
from service.referrals.rules import MOVES, allowed_moves
from service.referrals.states import BEGUN, LIVING, OVER, Move, Place, Side, State
from tests.builders.consents import NOON, a_party, a_permission

PARTIES = tuple(a_party() for _ in range(3))
MET = frozenset({State.MET, State.CONNECTED, State.ONGOING})


class ReferralsLife(RuleBasedStateMachine):
    """A referral, and everything that both sides might try with it."""

    def __init__(self) -> None:
        super().__init__()
        self.state = State.SENT
        self.paused_from: State | None = None
        self.version = 1
        self.places = 0
        self.closings: list[tuple[Side, Reason | None]] = []

    @initialize(carried=st.booleans())
    def begin(self, carried: bool) -> None:
        self.state = State.CARRIED if carried else State.SENT

    @precondition(lambda self: self.state == State.CARRIED)
    @rule()
    def present(self) -> None:
        self.state = referrals.after(Move.PRESENT, None)

    @rule(move=st.sampled_from(Move), sides=st.sets(st.sampled_from(Side), min_size=1), said=st.sampled_from(Reason))
    def try_a_move(self, move: Move, sides: set[Side], said: Reason) -> None:
        allowed = allowed_moves(self.state, sides)
        if move in allowed:
            self._make(move, referrals.side_of(move, self.state, sides), said)
            return
        with pytest.raises(referrals.MoveNotAllowed) as refused:
            referrals.side_of(move, self.state, sides)
        assert refused.value.allowed == allowed

    def _make(self, move: Move, side: Side, said: Reason) -> None:
        reasons = MOVES[move].reasons
        reason = referrals.reason_for(move, side, said if said in reasons else next(iter(reasons), None))
        before, self.state = self.state, referrals.after(move, self.paused_from)
        self.paused_from = before if move == Move.PAUSE else None
        self.version += 1
        if MOVES[move].place == Place.TAKE:
            self.places += 1
        if MOVES[move].place == Place.GIVE_BACK:
            self.places = 0
        if move == Move.CLOSE:
            self.closings.append((side, reason))

    @invariant()
    def nobody_holds_two_places(self) -> None:
        assert self.places in {0, 1}

    @invariant()
    def whoever_holds_a_place_is_on_their_way(self) -> None:
        if self.places:
            assert self.state in BEGUN | {State.PAUSED}

    @invariant()
    def a_pause_remembers_a_living_state(self) -> None:
        assert (self.state == State.PAUSED) == (self.paused_from is not None)
        assert self.paused_from is None or self.paused_from in LIVING - {State.PAUSED}

    @invariant()
    def the_person_can_always_step_back(self) -> None:
        assert (self.state in LIVING) == (Move.WITHDRAW in allowed_moves(self.state, [Side.REFERRER]))

    @invariant()
    def what_is_over_stays_over(self) -> None:
        for move in allowed_moves(self.state, list(Side)) if self.state in OVER else ():
            assert referrals.after(move, None) in OVER

    @invariant()
    def the_persons_word_stands(self) -> None:
        persons = [reason for side, reason in self.closings if side == Side.REFERRER]
        if persons:
            assert referrals.closing_word(self.closings) == persons[-1]


class ConsentsLife(RuleBasedStateMachine):
    """A consent: narrowed, revoked, replaced, run out; what was once taken back never comes again."""

    def __init__(self) -> None:
        super().__init__()
        self.now: datetime = NOON
        self.permission: Permission = a_permission(*PARTIES)
        self.gone: set[uuid.UUID | None] = set()
        self.over = False

    @rule(hours=st.integers(1, 2000))
    def time_passes(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    @rule(party=st.sampled_from(PARTIES))
    def take_back_from(self, party: Party) -> None:
        recipients = self.permission.terms.recipients
        try:
            leaving = Recipient(provider_id=party.provider_id)
            terms = consents.taken_back(self.permission.terms, recipients, leaving, None)
            change = Change.NARROW if terms.recipients else Change.REVOKE
            state = consents.changed(self.permission.state, change)
        except (consents.RecipientNotNamed, consents.ConsentOver):
            assert party.provider_id in self.gone or self.permission.state not in LIVE
            return
        self.gone.add(party.provider_id)
        self.permission = replace(self.permission, state=state, terms=terms, version=self.permission.version + 1)

    @rule(change=st.sampled_from([Change.REVOKE, Change.EXPIRE, Change.SUPERSEDE]))
    def end(self, change: Change) -> None:
        try:
            state = consents.changed(self.permission.state, change)
        except consents.ConsentOver:
            assert self.permission.state not in LIVE
            return
        self.permission = replace(self.permission, state=state, version=self.permission.version + 1)
        self.over = True

    @invariant()
    def nobody_is_told_after_it_was_taken_back(self) -> None:
        for party in PARTIES:
            told = self.permission.covers(party, Purpose.REFERRAL, {FieldGroup.PRIORITIES}, self.now)
            assert not (told and (party.provider_id in self.gone or self.over))

    @invariant()
    def it_covers_exactly_while_it_is_effective(self) -> None:
        effective = self.permission.is_effective(self.now)
        named = [party for party in PARTIES if self.permission.names(party)]
        for party in named:
            assert self.permission.covers(party, Purpose.REFERRAL, (), self.now) == effective
        assert effective == (self.permission.state_at(self.now) in LIVE)

    @invariant()
    def it_never_covers_what_it_does_not_name(self) -> None:
        for party in PARTIES:
            assert not self.permission.covers(party, Purpose.REFERRAL, {FieldGroup.SUBSTANCES}, self.now)
            assert not self.permission.covers(party, Purpose.ATTENDANCE_REPORT, (), self.now)

    @invariant()
    def a_draft_never_wakes(self) -> None:
        assert self.permission.state != ConsentState.DRAFT


TestReferralsLife = ReferralsLife.TestCase
TestConsentsLife = ConsentsLife.TestCase
