"""How often one credential may knock: shared through Redis when there is one, else counted by each process."""

import re

from flask import Flask, Response, request
from flask_limiter import Limiter
from flask_limiter.errors import RateLimitExceeded
from limits import parse

from service import errors
from service.http import problems
from service.settings import Settings

_KEY_ID = re.compile(r"\A[Bb]earer\s+mr_([0-9a-f]{12})_")


def limit_requests(app: Flask, settings: Settings) -> Limiter:
    """Count requests by credential, else by address. Without Redis every process allows its share."""
    limiter = Limiter(
        _who,
        app=app,
        application_limits=[_share(settings)],
        storage_uri=settings.redis_url or "memory://",
        in_memory_fallback=[_share(settings)] if settings.redis_url else [],
        in_memory_fallback_enabled=bool(settings.redis_url),
        swallow_errors=True,
        headers_enabled=False,
    )
    app.register_error_handler(RateLimitExceeded, _too_many)
    return limiter


def _share(settings: Settings) -> str:
    if settings.redis_url:
        return settings.rate_limit
    whole = parse(settings.rate_limit)
    return f"{max(1, whole.amount // max(1, settings.web_concurrency))} per {whole.multiples} {whole.GRANULARITY.name}"


def _who() -> str:
    known = _KEY_ID.match(request.headers.get("Authorization", ""))
    return f"key:{known[1]}" if known else f"address:{request.remote_addr}"


def _too_many(_: RateLimitExceeded) -> Response:
    return problems.refuse(errors.TooMany(retry_after=60))
