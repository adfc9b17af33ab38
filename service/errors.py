"""The family of refusals: every domain "no" that the API turns into a problem document.

None of them knows HTTP. A refusal's docstring is the message that its caller reads, so a room that refuses
something writes a subclass whose docstring says in plain words what is wrong and what to do.
"""

from __future__ import annotations

import inspect
import re
from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason for a no: a code for software, a sentence for people, and where in the body it lies."""

    code: str
    says: str
    pointer: str | None = None
    parameter: str | None = None


class Refusal(Exception):
    """This cannot be done."""

    code: ClassVar[str] = "refusal"
    # Under which name the answer lists what is allowed instead.
    lists: ClassVar[str | None] = None

    def __init_subclass__(cls) -> None:
        """Name every refusal after its class: NoLiveConsent answers with the code no_live_consent."""
        cls.code = re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()

    def __init__(
        self,
        *,
        reasons: tuple[Reason, ...] = (),
        allowed: tuple[str, ...] = (),
        retry_after: int | None = None,
        location: str | None = None,
    ) -> None:
        super().__init__(self.message())
        self.reasons = reasons
        self.allowed = allowed
        self.retry_after = retry_after
        # Where what is meant can be read.
        self.location = location

    @classmethod
    def message(cls) -> str:
        """Answer the docstring as one line: what the caller is told."""
        return " ".join((inspect.getdoc(cls) or "").split())


class NotThere(Refusal):
    """There is nothing here for you: what the address or the body names is not there, or is not yours to see."""

    # Absent and foreign look the same, to the byte. Only where every cause has one answer anyway may it say more.
    says_more: ClassVar[bool] = False


class Contradiction(Refusal):
    """This contradicts what is already on record."""


class Stale(Refusal):
    """Somebody changed this record since you read it. Read it again, then decide again."""


class VersionMissing(Refusal):
    """Say which version you are changing: send the ETag that you read in the If-Match header."""


class Malformed(Refusal):
    """Something that was sent has a shape that we cannot read. What a person may answer can always be left out."""


class Unreadable(Refusal):
    """This cannot be read. Send UTF-8 encoded JSON, no deeper than 32 levels, with ordinary numbers."""


class Unauthenticated(Refusal):
    """Send a live API key in the Authorization header: Authorization: Bearer <api_key>."""


class ReturnCodeMissing(Unauthenticated):
    """Send the six words that you kept in the Return-Code header, with a hyphen between two of them."""


class Forbidden(Refusal):
    """This credential may not do that. The scope that is needed is named in the documentation of the operation."""


class Gone(Refusal):
    """What was here is gone, and will not come back."""


class TooMany(Refusal):
    """Too many tries for now. Wait as long as Retry-After says, then try again. An intake needs no return code: whoever
    is there can be taken in without it at once."""


class Unavailable(Refusal):
    """This cannot be answered right now. Wait as long as Retry-After says, then send the same request again."""


class OutcomeUnknown(Unavailable):
    """Whether this was done is not known. Send it again with the same Idempotency-Key; if it was done, you get its
    answer. Without such a key look first whether it is there."""
