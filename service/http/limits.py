"""How often one credential may knock: counted together through Redis when there is one, else by each process."""

import re
import time
from collections.abc import Callable

import structlog
from flask import Flask, request
from limits import parse
from limits.errors import StorageError
from limits.storage import MemoryStorage, RedisStorage
from limits.strategies import FixedWindowRateLimiter

from service import errors
from service.runtime import Runtime
from service.settings import Settings
from service.vault.rules import keyed_hash

_KEY_ID = re.compile(r"\A[Bb]earer\s+mr_([0-9a-f]{12})_")
REDIS_WAIT_SECONDS = 0.2
# A Redis that is away is asked again after a while, and not by every request.
AWAY_SECONDS = 5.0


def limit_requests(app: Flask, runtime: Runtime) -> None:
    """Count requests by credential, else by address, and refuse what is too many.

    `limits` counts, without Flask-Limiter around it: that was a twentieth of taking somebody in.
    """
    counter = Counter(runtime.settings)

    @app.before_request
    def _count() -> None:
        if not counter.lets_in(_who(runtime)):
            raise errors.TooMany(retry_after=counter.window)


class Counter:
    """A fixed window, in Redis for all processes together; without one, or while it is away, a share for each."""

    def __init__(self, settings: Settings, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._whole = whole = parse(settings.rate_limit)
        self._share = type(whole)(max(1, whole.amount // max(1, settings.web_concurrency)), whole.multiples)
        self._alone = FixedWindowRateLimiter(MemoryStorage())
        self._together = FixedWindowRateLimiter(_redis(settings.redis_url)) if settings.redis_url else None
        self._away_until = 0.0

    @property
    def window(self) -> int:
        """How long a window is, in seconds: whoever waits as long may come again."""
        return self._whole.get_expiry()

    def lets_in(self, who: str) -> bool:
        """Count one request, and answer whether it is within the limit. Redis away is no reason to refuse anybody."""
        if self._together is not None and self._clock() >= self._away_until:
            try:
                return self._together.hit(self._whole, who)
            except StorageError:
                self._away_until = self._clock() + AWAY_SECONDS
                structlog.get_logger().warning("redis_unavailable")
        return self._alone.hit(self._share, who)


def _redis(url: str) -> RedisStorage:
    return RedisStorage(
        url, wrap_exceptions=True, socket_timeout=REDIS_WAIT_SECONDS, socket_connect_timeout=REDIS_WAIT_SECONDS
    )


def _who(runtime: Runtime) -> str:
    """Name who asks, for today alone: an address may be somebody's phone, and Redis need not know it."""
    known = _KEY_ID.match(request.headers.get("Authorization", ""))
    who = f"key:{known[1]}" if known else f"address:{request.remote_addr}"
    today = runtime.clock.now().date()
    return keyed_hash(runtime.vault.derived("rate-limit"), f"{today}|{who}".encode()).hex()[:32]
