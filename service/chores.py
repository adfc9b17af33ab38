"""What requests leave behind and a worker tidies up; every chore may be done twice, or by two workers at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from service.database import UNAVAILABLE
from service.erasure.actions import finish_erasures
from service.errors import Unavailable
from service.http.kept_answers import forget_old_answers
from service.mine.visits import forget_left_visits
from service.people.actions import drop_unused_keys, fall_quiet
from service.runtime import Runtime
from service.vault.actions import harden_codes
from service.vault.guesses import forget_old_counts

SELDOM = timedelta(hours=1)


@dataclass(slots=True)
class Chores:
    """The chores of one worker, and when it did last what is done seldom."""

    runtime: Runtime
    seldom_done_at: datetime | None = None

    def do(self) -> None:
        """Do what is due. A database that is away comes back; chores can wait for it."""
        now = self.runtime.clock.now()
        try:
            erased = finish_erasures(self.runtime.database, self.runtime.vault, now=now)
            self._say("finish_erasures", erased)
            self._say("harden_codes", harden_codes(self.runtime.vault))
            if self.seldom_done_at is None or now - self.seldom_done_at >= SELDOM:
                self._tidy_up(now)
                self.seldom_done_at = now
        except (*UNAVAILABLE, Unavailable) as away:
            structlog.get_logger().warning("database_unavailable", kind=type(away).__name__)

    def _tidy_up(self, now: datetime) -> None:
        with self.runtime.database.session() as session:
            forget_old_answers(session, now)
        with self.runtime.database.session() as session:
            self._say("fall_quiet", fall_quiet(session, now=now))
        with self.runtime.database.session(reading=True) as session:
            self._say("drop_unused_keys", drop_unused_keys(session, now=now))
        with self.runtime.database.session() as session:
            forget_left_visits(session, now)
        forget_old_counts(self.runtime.vault, now)

    def _say(self, task: str, count: int) -> None:
        if count:
            structlog.get_logger().info("chores", task=task, count=count)
