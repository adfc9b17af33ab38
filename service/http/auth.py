"""Who knocks: 401 and 403 are decided from credential and scope alone, before anything is looked up.

The person's own door knows no application: there six words are all it takes. http stands below the room that knows
people, so whoever declares such operations hands in how a person is found.
"""

import re
from collections.abc import Callable

from flask import request

from service import errors
from service.access.actions import authenticate
from service.access.rules import Caller, Scope
from service.http.call import Call
from service.http.limits import count_request

CODE_HEADER = "Return-Code"
FindPerson = Callable[[Call, str], Caller]
_WORKER = re.compile(r"\A[A-Za-z0-9._-]{1,64}\Z")


def let_in(call: Call, scope: Scope) -> Caller:
    """Answer the caller, or refuse: asked too often 429, no live credential 401, scope missing 403."""
    caller = _caller(call)
    count_request(call, caller)
    if caller is None:
        raise errors.Unauthenticated
    if scope not in caller.scopes:
        raise errors.Forbidden
    return caller


def let_person_in(call: Call, find_person: FindPerson) -> Caller:
    """Answer the person whose words these are, or refuse: asked too often 429, no words at all 401.

    What else there is to refuse is for `find_person` to say, in one way for every code that opens nothing.
    """
    count_request(call, None)
    said = request.headers.get(CODE_HEADER, "").strip()
    if not said:
        raise errors.ReturnCodeMissing
    return find_person(call, said)


def _caller(call: Call) -> Caller | None:
    kind, _, key = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer" or not key:
        return None
    return authenticate(call.session, key.strip(), request_id=call.request_id, acting_worker=_worker(), now=call.now)


def _worker() -> str | None:
    worker = request.headers.get("Acting-Worker")
    if worker is not None and not _WORKER.match(worker):
        raise errors.Malformed(
            reasons=(
                errors.Reason(
                    "invalid", "Letters, digits, dot, hyphen, underscore; at most 64.", parameter="Acting-Worker"
                ),
            )
        )
    return worker
