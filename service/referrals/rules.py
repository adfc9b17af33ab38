"""The life of a referral: which moves there are, who may make them, and where they lead. One table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from service import errors
from service.outbox.rules import EventType
from service.referrals.reasons import BARRIERS, REASONS, Reason
from service.referrals.states import ANSWERABLE, BEGUN, LIVING, TAKEN, Move, Place, Side, State


class MoveNotAllowed(errors.Contradiction):
    """This move cannot be made from where the referral stands, or not by you. allowed_moves names those that can."""

    code = "move_not_allowed"
    lists = "allowed_moves"


class ReasonMissing(errors.Malformed):
    """Whoever turns somebody away, or ends what they began, says why: send a reason with one of the coded values."""

    code = "reason_missing"


class ReasonOutOfPlace(errors.Malformed):
    """This reason does not belong to this move. The vocabulary of moves names those that do."""

    code = "reason_out_of_place"


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveRule:
    """Where a move leads, from where each side may make it, and for which reasons."""

    to: State | None
    who: Mapping[Side, frozenset[State]] = field(default_factory=dict)
    reasons: tuple[Reason, ...] = ()
    unless_said: Reason | None = None
    must_say: frozenset[Side] = frozenset()
    event: EventType | None = None
    place: Place | None = None
    made_at: str = "POST /v1/referrals/{id}/moves"


_WAYS_OUT = (Reason.CHOSE_ANOTHER, Reason.NOT_NOW, Reason.MOVED, Reason.FELT_UNWELCOME, *BARRIERS)
_BOTH = (Side.REFERRER, Side.PROVIDER)


def _either(states: Iterable[State]) -> dict[Side, frozenset[State]]:
    return dict.fromkeys(_BOTH, frozenset(states))


def _provider(states: Iterable[State]) -> dict[Side, frozenset[State]]:
    return {Side.PROVIDER: frozenset(states)}


def _referrer(states: Iterable[State]) -> dict[Side, frozenset[State]]:
    return {Side.REFERRER: frozenset(states)}


MOVES: dict[Move, MoveRule] = {
    Move.SEND: MoveRule(
        to=State.SENT,
        event=EventType.REFERRAL_SENT,
        made_at="POST /v1/referrals",
    ),
    Move.CARRY: MoveRule(
        to=State.CARRIED,
        made_at="POST /v1/referrals",
    ),
    Move.PRESENT: MoveRule(
        to=State.PRESENTED,
        event=EventType.REFERRAL_RECEIVED,
        made_at="POST /v1/hand-offs/present",
    ),
    Move.RECEIVE: MoveRule(
        to=State.RECEIVED,
        who=_provider({State.SENT}),
        event=EventType.REFERRAL_RECEIVED,
    ),
    Move.ACCEPT: MoveRule(
        to=State.ACCEPTED,
        who=_provider(ANSWERABLE),
        event=EventType.REFERRAL_ACCEPTED,
        place=Place.TAKE,
    ),
    Move.WAITLIST: MoveRule(
        to=State.WAITLISTED,
        who=_provider(ANSWERABLE - {State.WAITLISTED}),
        reasons=(Reason.PROVIDER_NO_CAPACITY, Reason.OTHER),
        unless_said=Reason.PROVIDER_NO_CAPACITY,
        event=EventType.REFERRAL_WAITLISTED,
    ),
    Move.NEEDS_MORE_TALK: MoveRule(
        to=State.TALKING_FIRST,
        who=_provider(ANSWERABLE - {State.TALKING_FIRST}),
        reasons=(Reason.OTHER,),
    ),
    Move.DECLINE: MoveRule(
        to=State.DECLINED,
        who=_provider(ANSWERABLE),
        reasons=(
            Reason.PROVIDER_NO_CAPACITY,
            Reason.NOT_OFFERED_HERE,
            Reason.PROVIDER_CONFLICT_FOUND,
            Reason.USE,
            Reason.MEDICATION,
            *BARRIERS,
            Reason.OTHER,
        ),
        must_say=frozenset({Side.PROVIDER}),
        event=EventType.REFERRAL_DECLINED,
    ),
    Move.SCHEDULE: MoveRule(
        to=State.SCHEDULED,
        who=_either({State.ACCEPTED, State.SCHEDULED, State.NOT_MET_YET}),
    ),
    Move.NOT_MET_YET: MoveRule(
        to=State.NOT_MET_YET,
        who=_either({State.ACCEPTED, State.SCHEDULED}),
    ),
    Move.FIRST_MEETING: MoveRule(
        to=State.MET,
        who={
            Side.PROVIDER: frozenset({State.ACCEPTED, State.SCHEDULED, State.NOT_MET_YET}),
            Side.REFERRER: frozenset({State.ACCEPTED, State.SCHEDULED, State.NOT_MET_YET, State.CARRIED}),
        },
    ),
    Move.CONNECTED: MoveRule(
        to=State.CONNECTED,
        who=_either({State.MET}),
    ),
    Move.ONGOING: MoveRule(
        to=State.ONGOING,
        who=_either({State.MET, State.CONNECTED}),
    ),
    Move.PAUSE: MoveRule(
        to=State.PAUSED,
        who={
            Side.PROVIDER: BEGUN | {State.WAITLISTED},
            Side.REFERRER: BEGUN | ANSWERABLE,
        },
        reasons=(Reason.NOT_NOW, Reason.MOVED, *BARRIERS, Reason.PROVIDER_NO_CAPACITY, Reason.OTHER, Reason.UNKNOWN),
        unless_said=Reason.UNKNOWN,
    ),
    Move.RESUME: MoveRule(
        to=None,
        who=_either({State.PAUSED}),
    ),
    Move.NO_REPLY: MoveRule(
        to=State.NO_REPLY,
        who=_referrer(ANSWERABLE),
        reasons=(Reason.PROVIDER_NO_REPLY,),
        unless_said=Reason.PROVIDER_NO_REPLY,
        event=EventType.REFERRAL_CLOSED,
    ),
    Move.LOST_TOUCH: MoveRule(
        to=State.LOST_TOUCH,
        who=_either(BEGUN | {State.WAITLISTED, State.TALKING_FIRST, State.PAUSED}),
        reasons=(Reason.UNKNOWN, Reason.MOVED, Reason.OTHER),
        unless_said=Reason.UNKNOWN,
        event=EventType.REFERRAL_CLOSED,
        place=Place.GIVE_BACK,
    ),
    Move.WITHDRAW: MoveRule(
        to=State.WITHDRAWN,
        who=_referrer(LIVING),
        reasons=(*_WAYS_OUT, Reason.CONSENT_WITHDRAWN, Reason.DIED, Reason.OTHER, Reason.UNKNOWN),
        unless_said=Reason.UNKNOWN,
        event=EventType.REFERRAL_WITHDRAWN,
        place=Place.GIVE_BACK,
    ),
    # The person's closing word outranks the provider's, and both are kept: the referrer may close what is closed.
    Move.CLOSE: MoveRule(
        to=State.CLOSED,
        who={
            Side.PROVIDER: BEGUN | {State.PAUSED},
            Side.REFERRER: BEGUN | {State.PAUSED, State.CARRIED, State.CLOSED},
        },
        reasons=(
            Reason.GOT_WHAT_I_WANTED,
            Reason.SOME_OF_IT,
            *_WAYS_OUT,
            Reason.PROVIDER_NO_CAPACITY,
            Reason.PROVIDER_NO_REPLY,
            Reason.PROVIDER_DECLINED,
            Reason.PROVIDER_CONFLICT_FOUND,
            Reason.USE,
            Reason.MEDICATION,
            Reason.CONSENT_WITHDRAWN,
            Reason.DIED,
            Reason.OTHER,
            Reason.UNKNOWN,
        ),
        unless_said=Reason.UNKNOWN,
        must_say=frozenset({Side.PROVIDER}),
        event=EventType.REFERRAL_CLOSED,
        place=Place.GIVE_BACK,
    ),
    Move.ENTER_IN_ERROR: MoveRule(
        to=State.ENTERED_IN_ERROR,
        who=_referrer(frozenset(State) - {State.ENTERED_IN_ERROR}),
        event=EventType.REFERRAL_WITHDRAWN,
        place=Place.GIVE_BACK,
    ),
}


def allowed_moves(state: State, sides: Iterable[Side]) -> tuple[Move, ...]:
    """The moves that can be made from a state by whoever stands on these sides, in the order of the table."""
    standing = tuple(sides)
    return tuple(
        move for move, rule in MOVES.items() if any(state in rule.who.get(side, frozenset()) for side in standing)
    )


def side_of(move: Move, state: State, sides: Iterable[Side]) -> Side:
    """On which side a move is made. Raise MoveNotAllowed, naming those that are allowed."""
    standing = tuple(sides)
    who = MOVES[move].who
    for side in standing:
        if state in who.get(side, frozenset()):
            return side
    raise MoveNotAllowed(allowed=tuple(allowed_moves(state, standing)))


def after(move: Move, paused_from: State | None) -> State:
    """Where a move leads; resuming leads back to where the pause began."""
    return MOVES[move].to or paused_from or State.RECEIVED


def reason_for(move: Move, side: Side, said: Reason | None) -> Reason | None:
    """The reason to put on record. Raise ReasonMissing or ReasonOutOfPlace.

    A person never has to say why; a provider that turns somebody away does.
    """
    rule = MOVES[move]
    if said is None and side in rule.must_say:
        raise ReasonMissing(reasons=(errors.Reason("reason_missing", ReasonMissing.message(), pointer="/reason"),))
    if said is None:
        return rule.unless_said
    if said not in rule.reasons:
        where = "/reason/code"
        raise ReasonOutOfPlace(reasons=(errors.Reason("reason_out_of_place", ReasonOutOfPlace.message(), where),))
    return said


def says_silence(side: Side, reason: Reason | None) -> bool:
    """Whether a move says that nobody answered at the offering. Whoever says so of themselves has just spoken."""
    return side == Side.REFERRER and reason is not None and REASONS[reason].silence


def tells_where(state: State, made: Iterable[Move]) -> bool:
    """Whether somebody may be told where a confidential place is: it took them, and their way there is not over.

    The step of being taken must have been made. To stand where one stands afterwards is not enough: a team may write
    down that somebody met who never showed their token there.
    """
    return state in TAKEN and Move.ACCEPT in made


def closing_word(closings: Iterable[tuple[Side, Reason | None]]) -> Reason | None:
    """Which of the closing reasons counts: the person's, as the referrer wrote it down, before the provider's."""
    said = tuple(closings)
    persons = [reason for side, reason in said if side == Side.REFERRER]
    everybodys = [reason for _, reason in said]
    return next(iter(persons[-1:] or everybodys[-1:]), None)
