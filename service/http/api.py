"""The API as a whole: JSON, refusals, and the OpenAPI document."""

from typing import Any

import flask_smorest
import orjson
import structlog
from flask import Flask, Response
from flask.json.provider import JSONProvider
from werkzeug.exceptions import HTTPException

from service import errors
from service.database import UNAVAILABLE
from service.http import fields, problems
from service.http.schemas import Problem

DESCRIPTION = """
Intake, matching and closed-loop referral for harm reduction psychotherapy.

Nothing that a person may answer is ever required, abstinence least of all: `POST /v1/intakes` with `{}` is a welcome.
Matching tells nobody anything. A referral needs the person's own choice, and their consent (42 CFR Part 2).

* Instants are RFC 3339 in UTC. Records carry a version as `ETag`; changes need it as `If-Match`.
* Every POST of an application honours `Idempotency-Key`: sent again, done once, with the same answer for 24 hours. At
  the person's own door (`/v1/mine`) there is none: what is done there twice is done once, or is read first.
* Problems are `application/problem+json` (RFC 9457) and never repeat what was sent. What the web server itself
  refuses (a request line over 8,190 bytes, broken framing) is answered in HTML, before the application sees it.
* Of two equal keys in one JSON object the last one counts.
* `x-voice` says whose words a text holds, `x-why-we-ask` why a question is there, `x-hrp-process` which process of
  harm reduction psychotherapy an operation serves (Milet et al. 2021, doi:10.1080/16066359.2021.1900129).
"""


class OrjsonProvider(JSONProvider):
    """JSON as it was said: keys in their order, letters unescaped; NaN and lone surrogates refused."""

    def dumps(self, obj: Any, **_: Any) -> str:
        """Write JSON."""
        return orjson.dumps(obj).decode()

    def loads(self, s: str | bytes, **_: Any) -> Any:
        """Read JSON."""
        return orjson.loads(s)

    def response(self, *args: Any, **kwargs: Any) -> Response:
        """Answer JSON."""
        return Response(orjson.dumps(self._prepare_response_obj(args, kwargs)), mimetype="application/json")


class Api(flask_smorest.Api):
    """flask-smorest, saying no with problem documents and keeping the headers of what was refused."""

    ERROR_SCHEMA = Problem
    DEFAULT_ERROR_RESPONSE_NAME = None

    def init_app(self, app: Flask, *, spec_kwargs: dict[str, Any] | None = None) -> None:
        """Take an application in."""
        super().init_app(app, spec_kwargs=spec_kwargs)
        app.register_error_handler(errors.Refusal, problems.refuse)
        for away in UNAVAILABLE:
            app.register_error_handler(away, _database_away)
        app.register_error_handler(Exception, _broken)
        for text in (fields.Words, fields.Text, fields.WallClock, fields.TimeZone, fields.LanguageTag):
            self.register_field(text, "string", None)
        self.register_field(fields.Day, "string", "date")

    def _register_responses(self) -> None:
        """Register none: each operation names its own refusals, as problem+json."""

    def handle_http_exception(self, error: HTTPException) -> Response:
        """Answer what Flask refuses."""
        return problems.refuse_http(error)


def _database_away(problem: Exception) -> Response:
    # The driver's text holds values, so nothing of it is kept: only which kind of failure it was.
    structlog.get_logger().warning("database_unavailable", kind=type(problem).__name__)
    return problems.refuse(errors.Unavailable(retry_after=2))


def _broken(problem: Exception) -> Response:
    if isinstance(problem, HTTPException):
        return problems.refuse_http(problem)
    broken(problem)
    return problems.problem(500, "internal", problems.DETAILS[500])


def broken(problem: Exception) -> None:
    """Note that something broke: what kind of thing, and where."""
    structlog.get_logger().error("broken", kind=type(problem).__name__, where=_where(problem))


def _where(problem: Exception) -> str:
    """Name the lines of ours that a failure came through; never its text, which may hold what somebody said."""
    frames, trace = [], problem.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        if "service" in code.co_filename:
            frames.append(f"{code.co_filename.rsplit('service', 1)[-1]}:{trace.tb_lineno}")
        trace = trace.tb_next
    return " < ".join(reversed(frames[-6:]))


def configure_openapi(app: Flask, version: str) -> None:
    """Say what the document says about the whole."""
    app.config.update(
        API_TITLE="Making Room",
        API_VERSION=version,
        OPENAPI_VERSION="3.1.0",
        API_SPEC_OPTIONS={
            "info": {
                "description": DESCRIPTION.strip(),
                "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
            },
            "servers": [{"url": "/"}],
            "components": {
                "securitySchemes": {
                    "apiKey": {
                        "type": "http",
                        "scheme": "bearer",
                        "description": "An API key of an application, shown once when it was issued.",
                    },
                    "returnCode": {
                        "type": "apiKey",
                        "in": "header",
                        "name": "Return-Code",
                        "description": "The six words that a person keeps. They open that person's own door, and no "
                        "application's credential does.",
                    },
                }
            },
        },
    )
