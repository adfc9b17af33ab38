"""Where a demand may stand, and what may be done with it."""

from __future__ import annotations

from enum import StrEnum


class DemandState(StrEnum):
    """Where a demand stands."""

    HELD = "held"
    ANSWERED_WITHOUT_DATA = "answered_without_data"
    APPROVED_FOR_RELEASE = "approved_for_release"
    RELEASED = "released"
    WITHDRAWN = "withdrawn"


class DemandMove(StrEnum):
    """What can be done with a demand. Approving and releasing have conditions of their own."""

    ANSWER_WITHOUT_DATA = "answer_without_data"
    APPROVE = "approve"
    RELEASE = "release"
    WITHDRAW = "withdraw"


class Closing(StrEnum):
    """How a demand ends without anything being told."""

    ANSWER_WITHOUT_DATA = "answer_without_data"
    WITHDRAW = "withdraw"


_OPEN = frozenset({DemandState.HELD, DemandState.APPROVED_FOR_RELEASE})
# The lifecycle: from which states a move may come, and where it leads.
LIFECYCLE: dict[DemandMove, tuple[frozenset[DemandState], DemandState]] = {
    DemandMove.ANSWER_WITHOUT_DATA: (_OPEN, DemandState.ANSWERED_WITHOUT_DATA),
    DemandMove.APPROVE: (frozenset({DemandState.HELD}), DemandState.APPROVED_FOR_RELEASE),
    DemandMove.RELEASE: (frozenset({DemandState.APPROVED_FOR_RELEASE}), DemandState.RELEASED),
    DemandMove.WITHDRAW: (_OPEN, DemandState.WITHDRAWN),
}


def allowed_moves(state: DemandState) -> tuple[DemandMove, ...]:
    """What can be done with a demand in this state."""
    return tuple(move for move, (begins, _) in LIFECYCLE.items() if state in begins)
