"""How often one credential may knock: counted together through Redis when there is one, else by each process.

What is open to all is never refused for being asked often: it is cheap, and it holds the numbers that help now. The
proxy keeps floods from it.
"""

import threading
import time
from collections.abc import Callable

import structlog
from flask import Flask, current_app, request
from limits import parse
from limits.errors import StorageError
from limits.storage import MemoryStorage, RedisStorage
from limits.strategies import FixedWindowRateLimiter

from service import errors
from service.access.rules import Caller
from service.http.call import Call
from service.settings import Settings
from service.vault.rules import keyed_hash

_EXTENSION = "request_counter"
_DENIALS = "denial_counter"
REDIS_WAIT_SECONDS = 0.2
# A Redis that is away is asked again after a while, and not by every request.
AWAY_SECONDS = 5.0


def limit_requests(app: Flask, settings: Settings) -> None:
    """Have requests counted that ask for more than everybody may know.

    `limits` counts, without Flask-Limiter around it: that was a twentieth of taking somebody in.
    """
    app.extensions[_EXTENSION] = Counter(settings)
    app.extensions[_DENIALS] = Counter(settings, limit=settings.not_there_limit)


def count_request(call: Call, caller: Caller | None) -> None:
    """Count a request by its credential when it is a live one, else by address. Raise TooMany.

    Nobody is counted by a credential that they only name: else whoever knows a key's id could lock it out.
    """
    counter: Counter = current_app.extensions[_EXTENSION]
    if not counter.lets_in(_who(call, caller)):
        raise errors.TooMany(retry_after=counter.window)


def count_denial(caller: Caller) -> None:
    """Count what an application asked for and did not find. Raise TooMany.

    Counted by application, not by credential: somebody who tries ids does not get more tries with a second key.
    """
    counter: Counter = current_app.extensions[_DENIALS]
    if not counter.lets_in(f"not-there:{caller.application_id}"):
        raise errors.TooMany(retry_after=counter.window)


class Counter:
    """A fixed window, in Redis for all processes together; without one, or while it is away, a share for each."""

    def __init__(
        self, settings: Settings, clock: Callable[[], float] = time.monotonic, *, limit: str | None = None
    ) -> None:
        self._clock = clock
        self._whole = whole = parse(limit or settings.rate_limit)
        self._share = type(whole)(max(1, whole.amount // max(1, settings.web_concurrency)), whole.multiples)
        self._alone = FixedWindowRateLimiter(MemoryStorage())
        # limits 5.8 starts one timer from two threads, and one of the two requests fails (its pull request 352).
        self._one_at_a_time = threading.Lock()
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
        with self._one_at_a_time:
            return self._alone.hit(self._share, who)


def _redis(url: str) -> RedisStorage:
    return RedisStorage(
        url, wrap_exceptions=True, socket_timeout=REDIS_WAIT_SECONDS, socket_connect_timeout=REDIS_WAIT_SECONDS
    )


def _who(call: Call, caller: Caller | None) -> str:
    """Name who asks, for today alone: an address may be somebody's phone, and Redis need not know it."""
    who = f"credential:{caller.credential_id}" if caller else f"address:{request.remote_addr}"
    return keyed_hash(call.runtime.vault.derived("rate-limit"), f"{call.now.date()}|{who}".encode()).hex()[:32]
