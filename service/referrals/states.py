"""Where a referral may stand, what may be done with it, and who may do it."""

from __future__ import annotations

from enum import StrEnum


class State(StrEnum):
    """Where a referral stands. No state says that a person did something wrong."""

    CARRIED = "carried"
    SENT = "sent"
    RECEIVED = "received"
    PRESENTED = "presented"
    TALKING_FIRST = "talking_first"
    WAITLISTED = "waitlisted"
    ACCEPTED = "accepted"
    SCHEDULED = "scheduled"
    NOT_MET_YET = "not_met_yet"
    MET = "met"
    CONNECTED = "connected"
    ONGOING = "ongoing"
    PAUSED = "paused"
    DECLINED = "declined"
    NO_REPLY = "no_reply"
    LOST_TOUCH = "lost_touch"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"
    ENTERED_IN_ERROR = "entered_in_error"


class Move(StrEnum):
    """One step of a referral's life."""

    SEND = "send"
    CARRY = "carry"
    PRESENT = "present"
    RECEIVE = "receive"
    ACCEPT = "accept"
    WAITLIST = "waitlist"
    NEEDS_MORE_TALK = "needs_more_talk"
    DECLINE = "decline"
    SCHEDULE = "schedule"
    NOT_MET_YET = "not_met_yet"
    FIRST_MEETING = "first_meeting"
    CONNECTED = "connected"
    ONGOING = "ongoing"
    PAUSE = "pause"
    RESUME = "resume"
    NO_REPLY = "no_reply"
    LOST_TOUCH = "lost_touch"
    WITHDRAW = "withdraw"
    CLOSE = "close"
    ENTER_IN_ERROR = "enter_in_error"


class Side(StrEnum):
    """Who makes a move. The person's word comes through the referrer."""

    REFERRER = "referrer"
    PROVIDER = "provider"


class Route(StrEnum):
    """How a person gets to an offering: announced with their written consent, or carrying the hand-off themselves."""

    CONSENTED = "consented"
    SELF_CARRIED = "self_carried"


class Place(StrEnum):
    """What a move does to the offering's room."""

    TAKE = "take"
    GIVE_BACK = "give_back"


ANSWERABLE = frozenset({State.SENT, State.RECEIVED, State.PRESENTED, State.TALKING_FIRST, State.WAITLISTED})
MEETING = frozenset({State.SCHEDULED, State.NOT_MET_YET, State.MET, State.CONNECTED, State.ONGOING})
BEGUN = MEETING | {State.ACCEPTED}
LIVING = ANSWERABLE | BEGUN | {State.CARRIED, State.PAUSED}
OVER = frozenset(State) - LIVING
# Where somebody may stand who was taken: only there is it told where a confidential place is. A pause comes after that,
# or before, so it takes the step of being taken as well (rules.tells_where).
TAKEN = BEGUN | {State.PAUSED}
# Before the person shows their token, and after a mistake, there is nothing for the provider to see.
UNSEEN_BY_PROVIDER = frozenset({State.CARRIED, State.ENTERED_IN_ERROR})
