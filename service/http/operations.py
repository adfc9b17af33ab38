"""What an operation declares about itself; how it behaves and how it is described are both made from it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

from service import errors
from service.access.rules import Scope
from service.http.schemas import Schema

# How long the answer to a POST is given again to the same Idempotency-Key, unless the operation says less.
REPLAYED_FOR = timedelta(hours=24)
Process = Literal[
    "inviting",
    "meeting_at",
    "staying_with",
    "holding",
    "reframing",
    "leveraging_change",
    "supporting_agency",
    "signaling_limits",
]


class IfMatchUnreadable(errors.Unreadable):
    """If-Match must be one ETag just as you read it, in double quotes and without W/, or an asterisk."""


class _Open:
    """The door of what everybody may know."""


OPEN = _Open()


class _Own:
    """The person's own door: six words in the Return-Code header open it, and nothing else does."""


OWN = _Own()


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One operation: its name, its door, what comes in, what goes out, and what may be refused."""

    name: str
    method: str
    scope: Scope | _Open | _Own
    process: Process
    answer: type[Schema]
    status: int = 200
    body: type[Schema] | None = None
    query: type[Schema] | None = None
    location: str | None = None
    versioned: bool = False
    if_match: bool = False
    reading: bool = False
    once: bool = True
    public: bool = False
    # Whoever asks for text/html gets a page: the view then answers a response of its own.
    also_page: bool = False
    concerns: str | None = None
    replayed_for: timedelta = REPLAYED_FOR
    # Asked as the view is, before an answer is given once more: whether what it tells may be told now.
    still: Callable[..., bool] | None = None
    refusals: Sequence[type[errors.Refusal]] = ()
    example: Any = None
    answer_example: Any = None


def is_once(operation: Operation) -> bool:
    """Whether an Idempotency-Key is honoured: on every POST that changes something. What only asks keeps nothing."""
    return operation.method == "POST" and operation.once and isinstance(operation.scope, Scope)


def is_conditional(operation: Operation) -> bool:
    """Whether a reader may say what they have, and be told that it is still current."""
    return operation.method == "GET" and (operation.versioned or operation.public)
