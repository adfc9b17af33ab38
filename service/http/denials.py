"""What was asked for and is not there, put on record: the same entry whatever the cause, at the same cost."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from service import errors
from service.access.rules import Scope
from service.http.call import Call
from service.http.limits import count_denial
from service.http.operations import Operation
from service.ledger.actions import write_denial
from service.vault.rules import keyed_hash
from service.wall import act_for


@contextmanager
def put_on_record(call: Call, operation: Operation, path: Mapping[str, Any]) -> Iterator[None]:
    """Put a NotThere on record, after what was begun is undone, in a unit of work of its own; then let it go on.

    Only where a caller is known: a door without a scope keeps its own record. Raise TooMany above the cap, so that a
    flood of guesses fills no log; when the entry cannot be written, the database's own "not now" goes out instead.
    """
    try:
        yield
    except errors.NotThere:
        if isinstance(operation.scope, Scope) and call.known_caller is not None:
            count_denial(call.caller)
            with call.runtime.database.session() as session:
                act_for(session, call.caller.organization_id)
                # What a body names stays out of it: a body may hold words, or a code that somebody mistyped.
                asked = _hash(call, (str(path[name]) for name in sorted(path)))
                write_denial(session, operation.name, asked, by=call.caller, now=call.now)
        raise


def note_missing(call: Call, missing: Collection[UUID]) -> None:
    """Put on record what an answer about many did not find: one entry and one count for all of it, if it is anything.

    It goes with the answer's own unit of work, since what was found is answered. Raise TooMany above the cap.
    """
    if missing:
        count_denial(call.caller)
        asked = _hash(call, sorted(str(each) for each in missing))
        write_denial(call.session, call.operation, asked, by=call.caller, now=call.now)


def _hash(call: Call, asked: Iterable[str]) -> bytes:
    return keyed_hash(call.runtime.vault.derived("asked"), "|".join(asked).encode())
