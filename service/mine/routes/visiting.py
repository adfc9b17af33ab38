"""How a page is visited: the cookie that opens it, the form that is believed, the headers that leave nothing behind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from flask import Response, g, redirect, request
from sqlalchemy.orm import Session

from service import errors
from service.access.rules import Caller
from service.http.blueprint import wished_locale
from service.http.call import LOCALES, Call, runtime
from service.mine import visits
from service.mine.routes.paper import policy, template, words_in
from service.mine.rules import Visit

COOKIE = "visit"
PATH = "/mine"
_AT_HOME = frozenset({"localhost", "127.0.0.1", "[::1]"})
_FROM_US = frozenset({"same-origin", "none"})


class NotOurForm(errors.Forbidden):
    """This form is not from this visit. Nothing was changed."""


@dataclass(slots=True, repr=False)
class Guest:
    """Somebody on their own pages, during one request."""

    call: Call
    visit: Visit
    caller: Caller
    form_token: str

    @property
    def session(self) -> Session:
        """The unit of work that this request is."""
        return self.call.session

    @property
    def now(self) -> datetime:
        """The instant of this request."""
        return self.call.now

    @property
    def locale(self) -> str:
        """The language of the visit."""
        return self.visit.locale


PageView = Callable[..., Response | str]


def a_call(name: str) -> Call:
    """What a request of a page is, as far as the door needs to know it."""
    world = runtime()
    g.call = Call(
        operation=name,
        request_id=g.request_id,
        now=world.clock.now().astimezone(UTC),
        locale=locale_of_request(),
        runtime=world,
    )
    return g.call  # type: ignore[no-any-return]


def with_visit(view: PageView) -> Callable[..., Response]:
    """Let a page be seen by whoever has a living visit, in one unit of work; others are led to the entrance.

    A form is believed only when it is from this very visit. Every answer carries the visit on, seen now.
    """

    @wraps(view)
    def guarded(**path: Any) -> Response:
        call = a_call(f"page_{view.__name__}")
        with call.runtime.database.session() as call.open_session:
            found = visits.open_visit(
                call.session, request.cookies.get(COOKIE, ""), request_id=call.request_id, now=call.now
            )
            if found is None:
                return led_to_entrance(over=COOKIE in request.cookies)
            visit, call.known_caller = _in_wished_language(found[0]), found[1]
            guest = Guest(call, visit, call.caller, visits.form_token(call.session, visit))
            if request.method == "POST":
                _believe(guest)
            answer = view(guest, **path)
            response = answer if isinstance(answer, Response) else page_response(answer)
            if "Set-Cookie" not in response.headers:
                carry_on(response, visits.seal_visit(call.session, visit, now=call.now))
            return response

    return guarded


def shown(guest: Guest, name: str, **values: Any) -> str:
    """Write a page of this visit."""
    inside = {"guest": guest, "form_token": guest.form_token, "here": request.path}
    return str(template(name).render(**words_in(guest.locale), **inside, **values))


def shown_outside(name: str, locale: str, **values: Any) -> str:
    """Write a page that anybody may see."""
    return str(template(name).render(**words_in(locale), guest=None, here=request.path, **values))


def page_response(text: str, status: int = 200) -> Response:
    """Answer a page."""
    response = Response(text, status=status, content_type="text/html; charset=utf-8")
    response.headers["Content-Security-Policy"] = policy()
    return response


def go_to(address: str) -> Response:
    """Lead on after a form, so that reading the page again sends nothing twice."""
    return redirect(address, 303)  # type: ignore[return-value]


def led_to_entrance(*, over: bool) -> Response:
    """Lead to the entrance; a visit that is over is forgotten."""
    response = go_to(f"{PATH}?over=1" if over else PATH)
    forget(response)
    return response


def carry_on(response: Response, token: str) -> None:
    """Hand the visit on in a cookie that scripts, other sites and other paths never see, and that no disk keeps."""
    response.set_cookie(COOKIE, token, path=PATH, secure=_is_secure(), httponly=True, samesite="Strict")


def forget(response: Response) -> None:
    """Take the cookie back."""
    response.delete_cookie(COOKIE, path=PATH, secure=_is_secure(), httponly=True, samesite="Strict")


def is_from_elsewhere() -> bool:
    """Whether a form came from another site. Our pages send no referrer, so browsers may call their origin null."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site not in _FROM_US
    origin = request.headers.get("Origin", "null")
    return origin != "null" and urlsplit(origin).netloc != request.host


def locale_of_request() -> str:
    """The language that was asked for by the switch, else the browser's."""
    asked = request.args.get("lang") or request.form.get("lang")
    return asked if asked in LOCALES else wished_locale()


def _in_wished_language(visit: Visit) -> Visit:
    asked = request.args.get("lang")
    return visit.in_language(asked) if asked in LOCALES else visit


def _believe(guest: Guest) -> None:
    said = request.form.get("form_token", "")
    if is_from_elsewhere() or not visits.is_form_token(guest.session, guest.visit, said):
        raise NotOurForm


def _is_secure() -> bool:
    """Everywhere but on the machine of somebody who tries it: there is no TLS there, and nothing in between."""
    return request.is_secure or request.host.rsplit(":", 1)[0] not in _AT_HOME
