"""One decorator for every operation: it parses, lets in, opens the unit of work, answers, and documents all of it."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC
from functools import partial, wraps
from hashlib import sha256
from typing import Any, TypeVar
from uuid import UUID

import flask_smorest
from flask import Response, g, request
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from service import errors
from service.access.rules import Scope
from service.database import lost_its_ground
from service.http import auth, denials, idempotency
from service.http.body import Parser, read_body
from service.http.call import LOCALES, Call, runtime
from service.http.described import (
    answer_headers,
    document_headers,
    document_page,
    documentation,
    refused_answers,
    request_headers,
)
from service.http.operations import OWN, IfMatchUnreadable, Operation, is_conditional, is_once
from service.ledger.actions import has_entry, write_entry
from service.rows import close_rows

View = TypeVar("View", bound=Callable[..., Any])
MERGE_PATCH = "application/merge-patch+json"
PUBLIC_FOR = 300


class Blueprint(flask_smorest.Blueprint):
    """A room's operations. Every one names its door: a scope, OPEN, or OWN, for which `find_person` is handed in."""

    ARGUMENTS_PARSER = Parser()

    def __init__(self, name: str, *, description: str, find_person: auth.FindPerson | None = None) -> None:
        super().__init__(name, f"service.{name}", url_prefix="/v1", description=description)
        self.operations: dict[str, Operation] = {}
        self._find_person = find_person
        self._prepare_doc_cbks += [document_headers, document_page]

    def get(self, rule: str, **declared: Any) -> Callable[[View], View]:
        """Declare a GET."""
        return self._operation("GET", rule, declared)

    def post(self, rule: str, **declared: Any) -> Callable[[View], View]:
        """Declare a POST; it honours Idempotency-Key."""
        return self._operation("POST", rule, declared)

    def put(self, rule: str, **declared: Any) -> Callable[[View], View]:
        """Declare a PUT."""
        return self._operation("PUT", rule, declared)

    def patch(self, rule: str, **declared: Any) -> Callable[[View], View]:
        """Declare a PATCH: a JSON merge patch (RFC 7396)."""
        return self._operation("PATCH", rule, declared)

    def delete(self, rule: str, **declared: Any) -> Callable[[View], View]:
        """Declare a DELETE; it takes no body."""
        return self._operation("DELETE", rule, declared)

    def _operation(self, method: str, rule: str, declared: dict[str, Any]) -> Callable[[View], View]:
        def decorate(view: View) -> View:
            operation = Operation(name=view.__name__, method=method, **declared)
            self.operations[operation.name] = operation
            self.route(rule, methods=[method])(self._assemble(operation, view))
            return view

        return decorate

    def _assemble(self, operation: Operation, view: Callable[..., Any]) -> Callable[..., Any]:
        handler = self.response(
            operation.status,
            operation.answer,
            example=operation.answer_example,
            headers=answer_headers(operation),
            description=operation.answer.__doc__,
        )(_with_call(view))
        handler = _once(operation, handler)
        if operation.body is not None:
            content_type = MERGE_PATCH if operation.method == "PATCH" else None
            # One form for all requests: it keeps nothing, and making it anew costs a tenth of taking somebody in.
            form = operation.body()
            handler = self.arguments(
                form,
                location="json",
                content_type=content_type,
                example=operation.example,
                required=operation.method != "POST" or any(each.required for each in form.fields.values()),
            )(handler)
        if operation.query is not None:
            handler = self.arguments(operation.query(), location="query")(handler)
        handler = _door(operation, handler, self._find_person)
        handler = self.doc(**documentation(operation))(handler)
        handler._apidoc["headers"] = request_headers(operation)
        handler._apidoc["also_page"] = operation.also_page
        handler._apidoc["response"]["responses"].update(refused_answers(operation))
        if is_conditional(operation):
            handler._apidoc["response"]["responses"][304] = [
                {"description": "Still what you have; no body.", "content_type": None}
            ]
        handler.also_page = operation.also_page
        return handler  # type: ignore[no-any-return]


def _with_call(view: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(view)
    def handler(*parsed: Any, **path: Any) -> Any:
        result = view(g.call, *parsed, **path)
        g.result = result
        return result

    return handler


def _door(operation: Operation, handler: Callable[..., Any], find_person: auth.FindPerson | None) -> Callable[..., Any]:
    """Open the unit of work, and let in or step aside before anything is looked up.

    It is committed once, when the answer is written. If anything raises, nothing happened.
    """

    @wraps(handler)
    def guarded(**path: Any) -> Any:
        world = runtime()
        call = Call(
            operation=operation.name,
            request_id=g.request_id,
            now=world.clock.now().astimezone(UTC),
            locale=wished_locale(),
            runtime=world,
            form=operation.body,
        )
        g.call = call
        if operation.body is not None:
            read_body(request)  # Before a connection is taken, which a slow phone would hold as long as it sends.
        with (
            denials.put_on_record(call, operation, path),
            _ground_kept(),
            world.database.session(reading=operation.reading) as call.open_session,
        ):
            if isinstance(operation.scope, Scope):
                call.known_caller = auth.let_in(call, operation.scope)
            elif operation.scope is OWN and find_person is not None:
                call.known_caller = auth.let_person_in(call, find_person)
            if operation.query is None and request.args:
                raise errors.Malformed(reasons=(errors.Reason("unknown", "This operation takes no parameters."),))
            if operation.if_match:
                call.expected_version = _expected_version()
            return handler(**path)

    return guarded


@contextmanager
def _ground_kept() -> Iterator[None]:
    """Somebody may be erased while a twin writes about them: then there is nothing here for the twin either."""
    try:
        yield
    except IntegrityError as refused:
        if lost_its_ground(refused):
            raise errors.NotThere from refused
        raise


def _once(operation: Operation, handler: Callable[..., Response]) -> Callable[..., Response]:
    """Run the view, write its answer, and keep it for a twin, all in the unit of work that the door opened."""

    @wraps(handler)
    def working(*parsed: Any, **path: Any) -> Response:
        call: Call = g.call
        still = partial(operation.still, call, *parsed, **path) if operation.still else _always
        held = idempotency.claim_key(call, still, operation.replayed_for) if is_once(operation) else None
        if isinstance(held, Response):
            return held
        response = handler(*parsed, **path)
        _see_to_entry(operation, call)
        _say_version(operation, response)
        if held is not None:
            idempotency.keep_answer(call, held, response, _person(operation))
        try:
            call.session.flush()
        except StaleDataError as raced:
            raise errors.Stale from raced
        return response

    return working


def _see_to_entry(operation: Operation, call: Call) -> None:
    """Let no answer out that has no entry: what an action forgot to put on record, the door does.

    Only the directory is read without one, and a need that is described and not kept. What is on record now is all of
    it, so it may go with the rows of the work itself.
    """
    keeps_nothing = operation.reading or not operation.once
    if call.known_caller is not None and not keeps_nothing and not has_entry(call.session):
        person_id = _person(operation)
        write_entry(call.session, f"{operation.name}_answered", by=call.caller, now=call.now, person_id=person_id)
    close_rows(call.session)


def _always() -> bool:
    return True


def _say_version(operation: Operation, response: Response) -> None:
    if operation.location is not None:
        response.headers["Location"] = operation.location.format_map(_Attributes(g.result))
    if operation.versioned:
        response.set_etag(str(g.result.version))
    if operation.public:
        response.set_etag(sha256(response.get_data()).hexdigest()[:32])
        response.headers["Cache-Control"] = f"public, max-age={PUBLIC_FOR}"
        response.vary.add("Accept-Language")
    # If-None-Match alone: what If-Match guards is a change, and a read changes nothing.
    if is_conditional(operation) and request.if_none_match.contains_weak(response.get_etag()[0] or ""):
        response.status_code = 304


class _Attributes(dict[str, Any]):
    def __init__(self, value: Any) -> None:
        super().__init__()
        self._value = value

    def __missing__(self, name: str) -> Any:
        return getattr(self._value, name)


def _person(operation: Operation) -> UUID | None:
    person = getattr(g.result, operation.concerns, None) if operation.concerns else None
    return person if isinstance(person, UUID) else None


def _expected_version() -> int | None:
    header = request.headers.get("If-Match")
    if header is None:
        raise errors.VersionMissing
    if header.strip() == "*":
        return None
    found = re.fullmatch(r'\s*"([\x21\x23-\x7e]*)"\s*', header)
    if found is None:
        raise IfMatchUnreadable
    if not re.fullmatch(r"[0-9]{1,9}", found[1]):
        raise errors.Stale
    return int(found[1])


def wished_locale() -> str:
    """The first language of ours that the caller wishes for, else English."""
    # werkzeug's own choice takes a worse wish that fits exactly (en;q=0.5) over a better one that fits in part (es-MX).
    wished = (tag.split("-")[0].lower() for tag, quality in request.accept_languages if quality > 0)
    return next((tag for tag in wished if tag in LOCALES), "en")
