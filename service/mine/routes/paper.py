"""The copy that somebody takes along, as one page to read or print: self-contained, written as it is sent."""

import base64
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from flask import Response, current_app

from service.mine.record import Copy
from service.mine.rules import in_order
from service.mine.sentences import label, say
from service.mine.telling import day_of, lines_of

_ROOM = Path(__file__).parent.parent


@lru_cache
def style() -> str:
    """The one small stylesheet; it goes into every page, so that nothing is fetched beside it and nothing kept."""
    return (_ROOM / "templates" / "mine" / "own.css").read_text()


@lru_cache
def policy() -> str:
    """What a page may do: wear this very stylesheet, and send forms to us."""
    digest = base64.b64encode(sha256(style().encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{digest}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )


def template(name: str) -> Any:
    """One of this room's templates; everything that somebody typed is escaped in it."""
    return current_app.jinja_env.get_template(f"mine/{name}.html")


def words_in(locale: str) -> dict[str, Any]:
    """What every template may use: sentences and labels in one language, and how things said are told."""
    return {
        "lang": locale,
        "style": style(),
        "say": lambda key, **values: say(key, locale, **values),
        "label": lambda name, code: label(name, code, locale),
        "lines_of": lambda said: lines_of(said, locale),
        "day_of": day_of,
        "in_order": in_order,
    }


def printed_copy(copy: Copy, locale: str) -> Response:
    """Answer a copy as a page, piece by piece: it is never put together as a whole, and never stored."""
    pieces = template("paper").stream(copy=copy, **words_in(locale))
    pieces.enable_buffering(20)
    response = Response(iter(pieces), content_type="text/html; charset=utf-8")
    response.headers["Content-Security-Policy"] = policy()
    response.headers["X-Robots-Tag"] = "noindex"
    return response
