"""The person's own pages: plain HTML for any old phone, in their language, leaving nothing behind."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

import flask
from flask import Response, request
from werkzeug.exceptions import HTTPException

from service import errors
from service.disclosures.actions import prove_disclosure
from service.http.call import runtime
from service.http.limits import count_request
from service.intakes.rules import DecidedBy, NewChoice, Said
from service.ledger.actions import write_entry
from service.mine import actions, reading, rules, schemas, visits
from service.mine.routes.forms import choice_made, id_of, taking_back, text_of
from service.mine.routes.paper import printed_copy
from service.mine.routes.refusing import say_broken, say_http_no, say_no
from service.mine.routes.visiting import (
    COOKIE,
    PATH,
    Guest,
    NotOurForm,
    a_call,
    carry_on,
    forget,
    go_to,
    is_from_elsewhere,
    locale_of_request,
    page_response,
    shown,
    shown_outside,
    with_visit,
)
from service.people import actions as people
from service.people.schemas import LONGEST_CODE

pages = flask.Blueprint("own_pages", __name__, url_prefix=PATH, template_folder="../templates")
# More than a few are no choice, on a small screen least of all; who turns one down sees the next.
PLACES_A_PAGE = 5
# A page for an old phone; the rest stands in the copy.
MOST_ON_A_PAGE = 30
_STEPS = {"up": -1, "down": 1}
pages.register_error_handler(errors.Refusal, say_no)
pages.register_error_handler(HTTPException, say_http_no)
pages.register_error_handler(Exception, say_broken)


@pages.after_request
def _leave_nothing_behind(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    response.vary.add("Accept-Language")
    return response


@pages.get("")
def entrance() -> Response:
    """Show what is kept to whoever is here, and the way in to whoever is not."""
    if COOKIE in request.cookies:
        return mine()
    return page_response(shown_outside("entrance", locale_of_request(), over="over" in request.args, no=None))


@pages.post("/in")
def come_in() -> Response:
    """Open the door with the six words of a form; they stand in no address."""
    if is_from_elsewhere():
        raise NotOurForm
    call = a_call("page_come_in")
    said = request.form.get("return_code", "")[:LONGEST_CODE]
    with call.runtime.database.session() as call.open_session:
        count_request(call, None)
        visitor = people.come_in_by_code(
            call.session, said, address=request.remote_addr or "", request_id=call.request_id, now=call.now
        )
        call.known_caller = visitor.caller
        visit = visits.begin_visit(call.session, visitor, locale=call.locale, now=call.now)
        write_entry(call.session, "own_door_opened", by=call.caller, now=call.now, person_id=visit.person_id)
        token = visits.seal_visit(call.session, visit, now=call.now)
    response = go_to(PATH)
    carry_on(response, token)
    return response


@with_visit
def mine(guest: Guest) -> str:
    """My words, in my order, and where I am on my way."""
    mine = reading.read_mine(guest.session, locale=guest.locale, by=guest.caller, now=guest.now)
    newest = mine.intakes[0] if mine.intakes else None
    said = newest.content if newest else Said()
    earlier = reading.all_versions_of(guest.session, by=guest.caller)
    return shown(guest, "mine", mine=mine, said=said, before=rules.no_longer(earlier, said.priorities))


@pages.post("/words")
@with_visit
def words(guest: Guest) -> Response:
    """Add something, say it otherwise, move it, or take it out."""
    form = request.form
    change = form.get("do", "")
    if change == "add":
        text = text_of("words")
        _say(guest, lambda said: rules.said_with(said, rules.with_added(said.priorities, text)))
    elif change == "change":
        text, which = text_of("words"), id_of("which")
        _say(guest, lambda said: rules.said_with(said, rules.with_words(said.priorities, which, text)))
    elif change in _STEPS:
        which = id_of("which")
        _say(guest, lambda said: rules.said_with(said, rules.moved(said.priorities, which, _STEPS[change])))
    elif change == "out":
        which = id_of("which")
        _say(guest, lambda said: rules.said_with(said, rules.without(said.priorities, which)))
    else:
        raise errors.Malformed
    return go_to(PATH)


@pages.get("/places")
@with_visit
def places(guest: Guest) -> str:
    """What could fit."""
    try:
        matches = reading.read_matches(
            guest.session, limit=PLACES_A_PAGE, locale=guest.locale, by=guest.caller, now=guest.now
        )
    except errors.NotThere:
        matches = None
    return shown(guest, "places", found=matches.found if matches else None)


@pages.post("/choices")
@with_visit
def choose(guest: Guest) -> Response:
    """Say what I think of a place."""
    new = NewChoice(offering_id=id_of("offering_id"), choice=choice_made(), decided_by=DecidedBy.PERSON)
    actions.choose(guest.session, new, by=guest.caller, now=guest.now)
    return go_to(f"{PATH}/places")


@pages.get("/seen")
@with_visit
def seen(guest: Guest) -> str:
    """Who was told something, who looked, who still has to say that they stopped."""
    account = reading.read_account(guest.session, locale=guest.locale, by=guest.caller, now=guest.now)
    notices = reading.look_at_notices(guest.session, locale=guest.locale, by=guest.caller)
    return shown(guest, "seen", account=account, notices=notices, most=MOST_ON_A_PAGE)


@pages.get("/seen/<uuid:disclosure_id>/proof")
@with_visit
def proof(guest: Guest, disclosure_id: UUID) -> Response:
    """The proof that one thing that was told stands on record as it was sealed, to take along."""
    person_id = reading.whose(guest.caller)
    proof = prove_disclosure(guest.session, person_id, disclosure_id, by=guest.caller, now=guest.now)
    response = Response(json.dumps(proof.document()), content_type="application/json")
    response.headers["Content-Disposition"] = 'attachment; filename="proof.json"'
    return response


@pages.get("/allowed")
@with_visit
def allowed(guest: Guest) -> str:
    """What I allowed, to whom."""
    mine = reading.read_mine(guest.session, locale=guest.locale, by=guest.caller, now=guest.now)
    return shown(guest, "allowed", consents=mine.consents)


@pages.post("/allowed")
@with_visit
def take_back(guest: Guest) -> Response:
    """Take back one, one recipient, or everything."""
    actions.take_back(guest.session, taking_back(), by=guest.caller, now=guest.now)
    return go_to(f"{PATH}/allowed")


@pages.get("/copy")
@with_visit
def copy(guest: Guest) -> str:
    """In which ways a copy can be taken along."""
    return shown(guest, "copy")


@pages.get("/copy/page")
@with_visit
def copy_page(guest: Guest) -> Response:
    """A copy to read or print."""
    return printed_copy(_copy(guest), guest.locale)


@pages.get("/copy/file")
@with_visit
def copy_file(guest: Guest) -> Response:
    """A copy for a computer; its name says nothing about anybody."""
    document = schemas.MyCopyView().dump(_copy(guest))
    pieces = json.JSONEncoder(ensure_ascii=False).iterencode(document)
    response = Response((piece.encode() for piece in pieces), content_type="application/json")
    response.headers["Content-Disposition"] = 'attachment; filename="my-page.json"'
    return response


@pages.get("/key")
@with_visit
def key(guest: Guest) -> str:
    """What it means to change my words."""
    return shown(guest, "key", new_words=None)


@pages.post("/key")
@with_visit
def change_key(guest: Guest) -> Response:
    """Other words in place of mine; this visit is over with the old ones."""
    code = actions.change_code(guest.session, locale=guest.locale, by=guest.caller, now=guest.now)
    response = page_response(shown(guest, "key", new_words=code.return_code))
    forget(response)
    return response


@pages.get("/erase")
@with_visit
def erase(guest: Guest) -> str:
    """What goes, what stays, what nobody can unsay."""
    return shown(guest, "erase")


@pages.post("/erase")
@with_visit
def erase_all(guest: Guest) -> Response:
    """Erase everything; the visit is over with it."""
    gone = actions.erase_everything(guest.session, locale=guest.locale, by=guest.caller, now=guest.now)
    response = page_response(shown_outside("gone", guest.locale, gone=gone))
    forget(response)
    return response


@pages.get("/leave")
def leave() -> Response:
    """End the visit for good, forget all that the browser holds of us, and be somewhere else."""
    world = runtime()
    if COOKIE in request.cookies:
        with world.database.session() as session:
            visits.leave_visit(session, request.cookies[COOKIE], now=world.clock.now())
    response = go_to(world.settings.quick_exit_url)
    response.headers["Clear-Site-Data"] = '"cache", "cookies", "storage"'
    forget(response)
    return response


@pages.route("/<path:_>", methods=["GET", "POST"])
def nowhere(_: str) -> Response:
    """Nothing is there."""
    raise errors.NotThere


def _say(guest: Guest, amend: Any) -> None:
    version = request.form.get("version", "")
    if not version.isascii() or not version.isdigit() or len(version) > 9:
        raise errors.Stale
    actions.say_more(guest.session, amend, expected=int(version), locale=guest.locale, by=guest.caller, now=guest.now)


def _copy(guest: Guest) -> Any:
    return reading.take_copy(guest.session, locale=guest.locale, by=guest.caller, now=guest.now)
