"""What requests leave behind and a worker does; every chore may be done twice, or by two workers at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from service.access.queries import records_years
from service.access.rules import LEAST_RECORDS_YEARS
from service.consents.gate import forget_old_disclosures
from service.database import UNAVAILABLE
from service.erasure.actions import erase_past_their_clock, finish_erasures
from service.erasure.restoring import erase_again
from service.errors import Unavailable
from service.http.kept_answers import forget_old_answers
from service.intakes.enquiries import forget_enquiries
from service.intakes.queries import keys_of_enquiries
from service.ledger.anchors import Erased, late_places, put_anchor
from service.ledger.sealing import drop_old_entries, seal_entries
from service.matching.keeping import Cards
from service.matching.recorded import forget_recorded
from service.mine.visits import forget_left_visits
from service.people.actions import drop_unused_keys, fall_quiet
from service.providers.nudges import nudge_owners
from service.runtime import Runtime
from service.vault.actions import harden_codes
from service.vault.guesses import forget_old_counts

SELDOM = timedelta(hours=1)


@dataclass(slots=True)
class Chores:
    """The chores of one worker, and when it did last what is done seldom."""

    runtime: Runtime
    seldom_done_at: datetime | None = None
    cards: Cards = field(init=False)

    def __post_init__(self) -> None:
        self.cards = Cards(self.runtime.database)

    def do(self) -> None:
        """Do what is due. A database that is away comes back; chores can wait for it."""
        _unless_away(self._do)

    def _do(self) -> None:
        now = self.runtime.clock.now()
        if self.seldom_done_at is None:
            self._say("erase_again", erase_again(self.runtime.database, self.runtime.vault, now=now).people)
        self._say("finish_erasures", finish_erasures(self.runtime.database, self.runtime.vault, now=now))
        self._say("harden_codes", harden_codes(self.runtime.vault))
        self._say("keep_cards", self.cards.keep(now.date()))
        if self.seldom_done_at is None or now - self.seldom_done_at >= SELDOM:
            self._tidy_up(now)
            self.seldom_done_at = now

    def _tidy_up(self, now: datetime) -> None:
        with self.runtime.database.session() as session:
            forget_old_answers(session, now)
        with self.runtime.database.session() as session:
            self._say("fall_quiet", fall_quiet(session, now=now))
        with self.runtime.database.session(reading=True) as session:
            self._say("drop_unused_keys", drop_unused_keys(session, keys_of_enquiries, now=now))
        with self.runtime.database.session() as session:
            self._say("forget_enquiries", forget_enquiries(session, now=now))
        with self.runtime.database.session() as session:
            forget_left_visits(session, now)
        with self.runtime.database.session() as session:
            self._say("forget_recorded", forget_recorded(session, now))
        with self.runtime.database.session() as session:
            self._say("forget_old_disclosures", forget_old_disclosures(session, now))
        self._say("erase_past_their_clock", erase_past_their_clock(self.runtime.database, now=now))
        self._say("nudge_owners", nudge_owners(self.runtime.database, now=now))
        forget_old_counts(self.runtime.vault, now)

    def _say(self, task: str, count: int) -> None:
        if count:
            structlog.get_logger().info("chores", task=task, count=count)


@dataclass(frozen=True, slots=True)
class Sealing:
    """The sealing of the ledger, which comes round every moment and waits for no other chore."""

    runtime: Runtime
    key: Ed25519PrivateKey

    def do(self) -> None:
        """Seal what is not sealed yet."""
        _unless_away(lambda: seal_entries(self.runtime.database, self.key, now=self.runtime.clock.now()))


@dataclass(frozen=True, slots=True)
class Clearing:
    """The clearing of the ledger: entries that no organization accounts for any more go; their seals stay."""

    runtime: Runtime
    key: Ed25519PrivateKey

    def do(self) -> None:
        """Drop some, if there are any."""
        _unless_away(self._do)

    def _do(self) -> None:
        now = self.runtime.clock.now()
        with self.runtime.database.session() as session:
            longest = max((years for _, years in records_years(session)), default=LEAST_RECORDS_YEARS)
            drop_old_entries(session, now - timedelta(days=366 * longest), key=self.key, now=now)


@dataclass(frozen=True, slots=True)
class Anchoring:
    """The care for the anchors: they are put when they are due, and somebody hears of it when none arrives.

    `erased` answers who was erased since an instant: their ids travel with the anchors, out of reach of a backup.
    """

    runtime: Runtime
    key: Ed25519PrivateKey
    erased: Erased
    began_at: datetime

    def do(self) -> None:
        """Put an anchor at each place where one is due. A place that is away is tried again each time."""
        _unless_away(self._do)

    def _do(self) -> None:
        database, places, now = self.runtime.database, self.runtime.settings.anchors, self.runtime.clock.now()
        for place in places:
            try:
                put_anchor(database, place, self.erased, self.key, now=now)
            except OSError as away:
                structlog.get_logger().warning("anchor_place_unavailable", kind=type(away).__name__)
        with database.session(reading=True) as session:
            late = late_places(session, places, since=self.began_at, now=now)
        if late:
            structlog.get_logger().error("anchors_late", count=late)


def _unless_away(task: Callable[[], object]) -> None:
    try:
        task()
    except (*UNAVAILABLE, Unavailable) as away:
        structlog.get_logger().warning("database_unavailable", kind=type(away).__name__)
