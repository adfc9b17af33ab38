"""What a view is handed: who calls, in which unit of work, when, in which language."""

from dataclasses import dataclass
from datetime import datetime
from typing import cast

import marshmallow as ma
from flask import current_app, g, has_request_context, request
from sqlalchemy.orm import Session

from service.access.rules import Caller
from service.http.body import parse_json
from service.http.staff_texts import staff_texts
from service.runtime import Runtime

LOCALES = ("en", "es")


@dataclass(slots=True, kw_only=True)
class Call:
    """One request, as far as a view needs to know it."""

    operation: str
    request_id: str
    now: datetime
    locale: str
    runtime: Runtime
    known_caller: Caller | None = None
    open_session: Session | None = None
    expected_version: int | None = None
    form: type[ma.Schema] | None = None

    @property
    def caller(self) -> Caller:
        """The authenticated caller; operations that are open to all have none."""
        if self.known_caller is None:
            raise LookupError("This operation is open to all and knows no caller.")
        return self.known_caller

    @property
    def session(self) -> Session:
        """The unit of work that this request is."""
        if self.open_session is None:
            raise LookupError("The unit of work has not begun.")
        return self.open_session

    @property
    def staff_texts(self) -> tuple[tuple[str, str], ...]:
        """What staff wrote in the body that is being answered, with the place of each text."""
        raw = request.get_data(cache=True)
        return tuple(staff_texts(self.form(), parse_json(raw))) if self.form is not None and raw else ()


def runtime() -> Runtime:
    """The world of the running application."""
    return cast(Runtime, current_app.extensions["making_room"])


def current_call() -> Call | None:
    """The call that is being answered, once the door has let it in."""
    return g.get("call") if has_request_context() else None
