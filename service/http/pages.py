"""Keyset pages: a cursor is opaque, signed, and good only for the search that it came from."""

import base64
import binascii
import hmac
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Generic, TypeVar
from uuid import UUID

import orjson
from flask import request

from service import errors
from service.http import fields
from service.http.call import Call
from service.http.schemas import Schema
from service.vault.rules import keyed_hash

MAC_BYTES = 16
PLACE = frozenset({"limit", "cursor"})
Item = TypeVar("Item")
Key = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    """Some items, and the cursor of those that follow; None when nothing follows."""

    items: Sequence[Item]
    next: str | None = None


class BadCursor(errors.Unreadable):
    """This cursor does not belong to this search. Start again without one."""


class PageQuery(Schema):
    """What every list can be asked: how many, and from where on."""

    limit = fields.WholeInQuery(least=1, most=100, load_default=20, description="How many items at most.")
    # A cursor of ours has some 200 characters; 500 of the widest still fit into a request line.
    cursor = fields.Text(voice="system", longest=500, description="The `next` of the page before.")


@cache
def page_of(view: type[Schema]) -> type[Schema]:
    """Make the schema of a page of views."""
    name = view.__name__.removesuffix("View") + "Page"
    members = {
        "items": fields.List(fields.Nested(view), required=True),
        "next": fields.Text(
            voice="system",
            required=True,
            allow_none=True,
            longest=1000,
            description="Cursor of the page after this one; null when this is the last.",
        ),
        "__doc__": f"A page of {view.__name__}.",
    }
    return type(name, (Schema,), members)


def page_through(
    call: Call,
    asked: dict[str, Any],
    fetch: Callable[[Key | None, int], Sequence[Item]],
    *,
    key: Callable[[Item], Key],
) -> Page[Item]:
    """Fetch one page: `fetch(after, count)` answers at most `count` rows whose key comes after `after`."""
    limit = int(asked.get("limit") or 20)
    cursor = asked.get("cursor")
    rows = fetch(read_cursor(call, cursor) if cursor else None, limit + 1)
    if len(rows) <= limit:
        return Page(rows)
    return Page(rows[:limit], write_cursor(call, key(rows[limit - 1])))


def write_cursor(call: Call, key: Key) -> str:
    """Write the place after `key`, for this caller and this search alone."""
    place = orjson.dumps([_write(each) for each in key])
    return base64.urlsafe_b64encode(_mac(call, place) + place).rstrip(b"=").decode()


def read_cursor(call: Call, cursor: str) -> Key:
    """Read a cursor. Raise BadCursor when it was made elsewhere, or by somebody else."""
    try:
        raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
    except (binascii.Error, ValueError) as odd:
        raise BadCursor from odd
    mac, place = raw[:MAC_BYTES], raw[MAC_BYTES:]
    if not hmac.compare_digest(mac, _mac(call, place)):
        raise BadCursor
    return tuple(_read(each) for each in orjson.loads(place))


def _mac(call: Call, place: bytes) -> bytes:
    filters = sorted((name, value) for name, value in request.args.items(multi=True) if name not in PLACE)
    body = request.get_json(silent=True) if request.is_json else None
    asked = {name: body[name] for name in body if name not in PLACE} if isinstance(body, dict) else None
    organization = str(call.known_caller.organization_id) if call.known_caller else ""
    bound = orjson.dumps([call.operation, organization, filters, asked], option=orjson.OPT_SORT_KEYS)
    return keyed_hash(call.runtime.vault.derived("cursor"), bound + place)[:MAC_BYTES]


def _write(value: Any) -> list[Any]:
    if isinstance(value, datetime):
        return ["instant", value.isoformat()]
    if isinstance(value, UUID):
        return ["id", str(value)]
    return ["plain", value]


def _read(written: list[Any]) -> Any:
    kind, value = written
    if kind == "instant":
        return datetime.fromisoformat(value)
    return UUID(value) if kind == "id" else value
