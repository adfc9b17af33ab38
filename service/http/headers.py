"""What goes round every request: its id, the same safe headers on every answer, one log line without a person in it."""

import re
import time
import uuid
from contextlib import suppress

import structlog
from flask import Flask, Response, current_app, g, request
from werkzeug.exceptions import HTTPException, NotAcceptable

from service.http.body import LARGEST_BODY

_REQUEST_ID = re.compile(r"\A[A-Za-z0-9._-]{1,64}\Z")
SAFE_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
    "Cross-Origin-Resource-Policy": "same-origin",
}
STRICT_CSP = "default-src 'none'; frame-ancestors 'none'"


def wrap_requests(app: Flask) -> None:
    """Give every request its id, every answer its headers, every exchange its log line."""
    app.before_request(_begin)
    app.after_request(_end)


def _begin() -> None:
    given = request.headers.get("X-Request-Id", "")
    g.request_id = given if _REQUEST_ID.match(given) else uuid.uuid4().hex
    g.began = time.perf_counter()
    if request.path.startswith("/v1") and not _accepts_json():
        raise NotAcceptable


def _accepts_json() -> bool:
    accepted = request.accept_mimetypes
    known = ("application/json", "application/problem+json", *(("text/html",) if _also_page() else ()))
    return not accepted or accepted.best_match(known) is not None


def _also_page() -> bool:
    return bool(getattr(current_app.view_functions.get(request.endpoint or ""), "also_page", False))


def _end(response: Response) -> Response:
    _read_to_the_end()
    response.headers["X-Request-Id"] = g.get("request_id", "")
    response.headers.setdefault("Cache-Control", "no-store")
    response.headers.setdefault("Content-Security-Policy", STRICT_CSP)
    for name, value in SAFE_HEADERS.items():
        response.headers[name] = value
    _log(response)
    return response


def _read_to_the_end() -> None:
    """Read what was sent and not looked at, within bounds.

    gunicorn says that it keeps a connection, and then drops it when much of a body is left: the next request on it,
    which a proxy may have taken from somebody else, would be lost.
    """
    if 0 < (request.content_length or 0) <= LARGEST_BODY:
        with suppress(OSError, HTTPException):
            request.stream.read()


def _log(response: Response) -> None:
    # Ids of records stand in the path, so the path is never logged: the route is.
    call = g.get("call")
    caller = call.known_caller if call else None
    logger = structlog.get_logger()
    # Probes come every few seconds and say nothing about anybody's work.
    say = logger.debug if request.blueprint == "health" else logger.info
    say(
        "answered",
        request_id=g.get("request_id"),
        method=request.method,
        route=request.url_rule.rule if request.url_rule else None,
        status=response.status_code,
        milliseconds=round((time.perf_counter() - g.get("began", time.perf_counter())) * 1000, 1),
        organization_id=str(caller.organization_id) if caller else None,
        application_id=str(caller.application_id) if caller and caller.application_id else None,
    )
