"""What was asked for and is not there, put on record: the same entry whatever the cause, at the same cost."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

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
                write_denial(session, operation.name, _hash(call, path), by=call.caller, now=call.now)
        raise


def _hash(call: Call, path: Mapping[str, Any]) -> bytes:
    # What a body names stays out of it: a body may hold words, or a code that somebody mistyped.
    asked = "|".join(str(path[name]) for name in sorted(path))
    return keyed_hash(call.runtime.vault.derived("asked"), asked.encode())
