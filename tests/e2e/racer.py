"""One process of many that race: makes one move on each of some referrals, and prints what came of it.

Reads a JSON object from standard input: `caller` (ids of an organization and an application), `move`, `referrals`
(ids), `at` (a Unix instant at which all begin). Settings come from the environment, as for any process of the house.
"""

from __future__ import annotations

import json
import sys
import time
import uuid

from service import errors
from service.access.rules import Caller, OrganizationKind
from service.database import UNAVAILABLE
from service.providers.rules import NoRoom
from service.referrals.moving import make_move
from service.referrals.referral import NewMove
from service.referrals.states import Move
from service.runtime import Runtime, build_runtime
from service.settings import load_settings
from service.wall import act_for

TRIES = 50


def main() -> None:
    """Wait for the signal, then move one referral after the other."""
    task = json.load(sys.stdin)
    caller = Caller(
        organization_id=uuid.UUID(task["caller"]["organization_id"]),
        organization_kind=OrganizationKind.CLINIC,
        application_id=uuid.UUID(task["caller"]["application_id"]),
        credential_id="race",
        scopes=frozenset(),
        request_id="race",
    )
    runtime = build_runtime(load_settings())
    time.sleep(max(0.0, task["at"] - time.time()))
    move = NewMove(move=Move(task["move"]))
    outcomes = {each: make(runtime, uuid.UUID(each), move, caller) for each in task["referrals"]}
    json.dump(outcomes, sys.stdout)
    runtime.dispose()


def make(runtime: Runtime, referral_id: uuid.UUID, move: NewMove, caller: Caller) -> str:
    """Move from the first version on, and answer where it led; whoever is told to come again comes again."""
    for _ in range(TRIES):
        try:
            with runtime.database.session() as session:
                act_for(session, caller.organization_id)
                moved = make_move(
                    session, referral_id, move, expected_version=1, locale="en", by=caller, now=runtime.clock.now()
                )
        except NoRoom:
            return "no_room"
        except errors.Stale:
            return "stale"
        except (errors.Unavailable, *UNAVAILABLE):
            time.sleep(0.01)
        else:
            return str(moved.state)
    return "unavailable"


if __name__ == "__main__":
    main()
