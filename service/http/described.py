"""How an operation is described in the OpenAPI document: its door, its headers, its refusals."""

from http import HTTPStatus
from typing import Any

from service import errors
from service.access.rules import Scope
from service.http import idempotency, problems
from service.http.operations import OWN, IfMatchUnreadable, Operation, is_conditional, is_once
from service.http.schemas import Problem

# What HTTP lets a field's value hold; above ASCII it is opaque (RFC 9110 5.5).
FIELD_VALUE = {"type": "string", "pattern": "^[\\t -~\\u0080-\\u00ff]*$"}
# The web server says this by itself, before there is a request.
_TOO_LONG = {"description": "The address is longer than can be read. A short page, no problem.", "content_type": None}


def _by_status(operation: Operation) -> dict[int, list[type[errors.Refusal]]]:
    refused: list[type[errors.Refusal]] = [
        *operation.refusals,
        errors.Unreadable,
        errors.Malformed,
        errors.Unavailable,
    ]
    if isinstance(operation.scope, Scope):
        refused += [errors.Unauthenticated, errors.Forbidden, errors.NotThere, errors.TooMany]
    if operation.scope is OWN:
        refused += [errors.ReturnCodeMissing, errors.NotThere, errors.TooMany]
    if is_once(operation):
        refused += [
            idempotency.IdempotencyKeyMalformed,
            idempotency.KeyInUse,
            idempotency.KeyReused,
            idempotency.AlreadyDone,
        ]
    if operation.if_match:
        refused += [IfMatchUnreadable, errors.Stale, errors.VersionMissing]
    table: dict[int, list[type[errors.Refusal]]] = {}
    for each in refused:
        rows = table.setdefault(problems.status_of(each), [])
        if each not in rows:
            rows.append(each)
    for status in (405, 406, 411, 413, 415) if operation.body is not None else (405, 406):
        table.setdefault(status, [])
    return dict(sorted(table.items()))


def refused_answers(operation: Operation) -> dict[int, list[dict[str, Any]]]:
    """Document what is refused, as `alt_response` would; that one wraps the view and copies all it knows each time.

    With a dozen statuses an operation, copying took half of the start, and every request went through every wrapper.
    """
    answers = {
        status: [
            {
                "schema": Problem,
                "description": _told(refused) or HTTPStatus(status).phrase,
                "content_type": problems.PROBLEM_TYPE,
            }
        ]
        for status, refused in _by_status(operation).items()
    }
    return {**answers, HTTPStatus.REQUEST_URI_TOO_LONG: [_TOO_LONG]}


def _told(refused: list[type[errors.Refusal]]) -> str | None:
    return "\n\n".join(f"`{each.code}`: {each.message()}" for each in refused) or None


def answer_headers(operation: Operation) -> dict[str, Any]:
    """Describe the headers of what is answered."""
    headers: dict[str, Any] = {
        "X-Request-Id": {"description": "Quote it when you ask us.", "schema": {"type": "string"}}
    }
    if operation.versioned or operation.public:
        headers["ETag"] = {"description": "The version, for If-Match and If-None-Match.", "schema": {"type": "string"}}
    if operation.location is not None:
        headers["Location"] = {"description": "Where the record is.", "schema": {"type": "string"}}
    return headers


def document_headers(doc: dict[str, Any], doc_info: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Add the headers of an operation beside the parameters that its query schema made, not in their place."""
    return {**doc, "parameters": [*doc.get("parameters", []), *doc_info.get("headers", [])]}


def document_page(doc: dict[str, Any], doc_info: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Say that an answer can be had as a page, too, where it can."""
    if doc_info.get("also_page"):
        for status, answer in doc["responses"].items():
            if str(status).startswith("2"):
                answer["content"]["text/html"] = {"schema": {"type": "string"}}
    return doc


def documentation(operation: Operation) -> dict[str, Any]:
    """Describe its name, its door, and which process of the model it serves."""
    return {
        "operationId": operation.name,
        "security": _doors(operation),
        "x-hrp-process": operation.process,
    }


def _doors(operation: Operation) -> list[dict[str, list[str]]]:
    if isinstance(operation.scope, Scope):
        return [{"apiKey": [operation.scope.value]}]
    return [{"returnCode": []}] if operation.scope is OWN else [{}]


def request_headers(operation: Operation) -> list[dict[str, Any]]:
    """Describe the headers that may come in."""
    parameters: list[dict[str, Any]] = []
    if is_once(operation):
        parameters.append(
            _header("Idempotency-Key", "A key of your own, such as a UUID in double quotes: sent again, done once.")
        )
    if operation.if_match:
        parameters.append(_header("If-Match", "The ETag that you read; `*` for whichever is current.", required=True))
    if is_conditional(operation):
        parameters.append(_header("If-None-Match", "An ETag; 304 when it is still current.", schema=FIELD_VALUE))
    if isinstance(operation.scope, Scope):
        parameters.append(
            _header(
                "Acting-Worker",
                "Opaque id of the worker at the keyboard; kept in the ledger.",
                schema={"type": "string", "pattern": "^[A-Za-z0-9._-]{1,64}$"},
            )
        )
    return parameters


def _header(
    name: str, description: str, *, required: bool = False, schema: dict[str, Any] | None = None
) -> dict[str, Any]:
    return {
        "name": name,
        "in": "header",
        "required": required,
        "description": description,
        "schema": schema or {"type": "string"},
    }
