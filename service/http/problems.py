"""Saying no: which refusal is which status, and how a problem document looks (RFC 9457)."""

from typing import Any

import orjson
from flask import Response, g
from werkzeug.exceptions import HTTPException
from werkzeug.http import HTTP_STATUS_CODES

from service import errors

PROBLEM_TYPE = "application/problem+json"

# The one table that maps refusals to statuses. A refusal finds its row through its family.
STATUSES: dict[type[errors.Refusal], int] = {
    errors.Unreadable: 400,
    errors.Unauthenticated: 401,
    errors.Forbidden: 403,
    errors.NotThere: 404,
    errors.Contradiction: 409,
    errors.Gone: 410,
    errors.Stale: 412,
    errors.Malformed: 422,
    errors.VersionMissing: 428,
    errors.TooMany: 429,
    errors.Unavailable: 503,
}
DETAILS = {
    404: errors.NotThere.message(),
    405: "This address does not take this method. The Allow header names those that it takes.",
    406: "We answer with application/json. Accept it, or leave the Accept header out.",
    411: "Say how long the body is: send Content-Length instead of a chunked body.",
    413: "This body is larger than 1 MiB. Send it in smaller pieces.",
    414: "This address is longer than can be read.",
    415: "Send JSON: Content-Type application/json, or application/merge-patch+json for a PATCH, not packed.",
    429: errors.TooMany.message(),
    500: "Something broke on our side. Nothing was changed. Quote the request id in `instance` when you tell us.",
    503: errors.Unavailable.message(),
}


def status_of(refusal: type[errors.Refusal]) -> int:
    """The status of a refusal, by its family."""
    return next((STATUSES[family] for family in refusal.__mro__ if family in STATUSES), 500)


def refuse(refusal: errors.Refusal) -> Response:
    """Answer a refusal. Not there and not yours look the same, to the byte."""
    status = status_of(type(refusal))
    if isinstance(refusal, errors.NotThere) and not refusal.says_more:
        return problem(404, errors.NotThere.code, DETAILS[404])
    if status == 500:
        return problem(500, "internal", DETAILS[500])
    body: dict[str, Any] = {}
    if refusal.reasons:
        body["errors"] = [_reason(reason) for reason in refusal.reasons]
    if refusal.lists is not None:
        body[refusal.lists] = list(refusal.allowed)
    if isinstance(refusal, errors.OutcomeUnknown):
        body["retry"] = "same_key"
    response = problem(status, refusal.code, refusal.message(), **body)
    if status == 401:
        scheme = "Return-Code" if isinstance(refusal, errors.ReturnCodeMissing) else "Bearer"
        response.headers["WWW-Authenticate"] = f'{scheme} realm="making-room"'
    if status in {429, 503} or refusal.retry_after is not None:
        response.headers["Retry-After"] = str(refusal.retry_after or 1)
    if refusal.location is not None:
        response.headers["Location"] = refusal.location
    return response


def refuse_http(error: HTTPException) -> Response:
    """Answer what Flask and werkzeug refuse, keeping their headers (Allow, Retry-After)."""
    status = error.code or 500
    title = HTTP_STATUS_CODES.get(status, "Error")
    code = errors.NotThere.code if status == 404 else title.lower().replace(" ", "_").replace("-", "_")
    response = problem(status, code, DETAILS.get(status, title + "."))
    for name, value in error.get_headers():
        if name != "Content-Type":
            response.headers.setdefault(name, value)
    return response


def problem(status: int, code: str, detail: str, **members: Any) -> Response:
    """Make a problem document."""
    body = {
        "type": f"/problems/{code.replace('_', '-')}",
        "title": HTTP_STATUS_CODES.get(status, "Error"),
        "status": status,
        "detail": detail,
        "instance": g.get("request_id", ""),
        **members,
    }
    return Response(orjson.dumps(body), status=status, content_type=PROBLEM_TYPE)


def all_refusals() -> dict[str, type[errors.Refusal]]:
    """Every refusal there is, by its code: what /problems/… can explain."""
    found: dict[str, type[errors.Refusal]] = {}
    waiting = [errors.Refusal]
    while waiting:
        family = waiting.pop()
        found[family.code] = family
        waiting.extend(family.__subclasses__())
    return found


def _reason(reason: errors.Reason) -> dict[str, str]:
    told = {"code": reason.code, "detail": reason.says}
    if reason.pointer is not None:
        told["pointer"] = reason.pointer
    if reason.parameter is not None:
        told["parameter"] = reason.parameter
    return told
