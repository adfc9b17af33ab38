"""What the pages answer when they cannot do what was asked: a page like the others, in the same language."""

from __future__ import annotations

from typing import Any

from flask import Response, request
from werkzeug.exceptions import HTTPException

from service import errors
from service.database import UNAVAILABLE
from service.http.api import broken
from service.mine.routes.visiting import NotOurForm, locale_of_request, page_response, shown_outside
from service.people.rules import NoSuchCode

# What each no says here. Families stand after their members.
_NOES: tuple[tuple[type[errors.Refusal], int, str], ...] = (
    (NoSuchCode, 404, "no.code"),
    (errors.NotThere, 404, "no.there"),
    (errors.TooMany, 429, "no.many"),
    (errors.Stale, 412, "no.stale"),
    (errors.Unavailable, 503, "no.away"),
    (errors.Malformed, 422, "no.long"),
    (NotOurForm, 403, "no.form"),
)


def say_no(refusal: errors.Refusal) -> Response:
    """Say in plain words why not, and when to try again where that helps."""
    status, key = next(
        ((status, key) for family, status, key in _NOES if isinstance(refusal, family)), (409, "no.other")
    )
    seconds = refusal.retry_after or 1
    response = _page_of_no(status, key, seconds=seconds)
    if status in {429, 503}:
        response.headers["Retry-After"] = str(seconds)
    return response


def say_http_no(error: HTTPException) -> Response:
    """Say no where HTTP itself does, with its status."""
    return _page_of_no(error.code or 500, "no.other")


def say_broken(problem: Exception) -> Response:
    """Say that something broke on our side, and not a word of what; it is in the log."""
    if isinstance(problem, UNAVAILABLE):
        return say_no(errors.Unavailable(retry_after=2))
    broken(problem)
    return _page_of_no(500, "no.other")


def _page_of_no(status: int, key: str, **values: Any) -> Response:
    locale = locale_of_request()
    if key == "no.code" or request.endpoint == "own_pages.come_in":
        return page_response(shown_outside("entrance", locale, over=False, no=(key, values)), status)
    return page_response(shown_outside("no", locale, key=key, values=values), status)
