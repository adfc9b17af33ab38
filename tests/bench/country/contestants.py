"""Who answers the questions: the engine that the service runs on, and three references that must answer the same."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import islice
from typing import Protocol
from uuid import UUID

import psycopg

from service.matching.candidate import Candidate
from service.matching.compacts import members
from service.matching.finding import Finding
from service.matching.index import absorbed, built
from service.matching.queries import ENTRIES_A_LOOK
from service.matching.rules import Applicant
from service.matching.sheets import Entry, Sheet, entry_of, sheet_of
from service.matching.standing import matched
from service.providers.rules import Remote
from tests.bench.country import postgis_server, postgis_table
from tests.bench.country.arrays import Country
from tests.bench.country.columns import plain_columns
from tests.bench.country.postgis_query import PostGIS
from tests.bench.country.scan import Scan
from tests.property import oracle

Answer = list[tuple[UUID, float]]
MOST_LOOPED = 10_000


class Contestant(Protocol):
    """Whoever can be asked for the first k."""

    def first(self, applicant: Applicant, now: datetime, seed: bytes, k: int) -> Answer:
        """The first k matches with their scores, best first."""


class Engine(Contestant, Protocol):
    """An engine that the service could run on: it takes news in, too."""

    def absorb(self, changed: Sequence[Candidate]) -> None:
        """Know these offerings as they are now."""


class PresentEngine:
    """The engine of the service as it is."""

    def __init__(self, candidates: Iterable[Candidate]) -> None:
        self._index = built(_some_thousand(map(entry_of, candidates)), 1, datetime.now(UTC).date())

    def first(self, applicant: Applicant, now: datetime, seed: bytes, k: int) -> Answer:
        """Find the first k of the whole directory."""
        hits = Finding(applicant, self._index.parts, now, seed).first(matched, k)
        return [(hit.id, hit.score) for hit in hits]

    def absorb(self, changed: Sequence[Candidate]) -> None:
        """Know these offerings as they are now, as the service's index does it."""
        self._index = absorbed(self._index, [entry_of(each) for each in changed])


def _some_thousand(entries: Iterator[Entry]) -> Iterator[Sheet]:
    while some := list(islice(entries, ENTRIES_A_LOOK)):
        yield sheet_of(some)


# Another engine is measured by naming it here.
THE_ENGINE: Callable[[Iterable[Candidate]], Engine] = PresentEngine


@dataclass(frozen=True, slots=True)
class Loop:
    """The plain loop over rows: the oracle of the property tests, over the first ten thousand offerings."""

    offerings: list[Candidate]

    def first(self, applicant: Applicant, now: datetime, seed: bytes, k: int) -> Answer:
        """Judge one by one, sort, and take the first k."""
        matches, _ = oracle.best(applicant, self.offerings, now, seed)
        wanted = set(matches[:k])
        scores = {each.id: oracle.score(applicant, each, now) for each in self.offerings if each.id in wanted}
        return [(each, scores[each]) for each in matches[:k]]


def looped(candidates: Iterable[Candidate]) -> Loop:
    """Make the loop. The oracle knows a compact's members in its own small world only, so licences are written out."""
    return Loop([_written_out(each) for each in islice(candidates, MOST_LOOPED)])


def _written_out(candidate: Candidate) -> Candidate:
    remote = candidate.facts.remote
    if remote is None or not remote.compacts:
        return candidate
    licensed_in = tuple(sorted({*remote.licensed_in, *members(remote.compacts)}))
    return replace(candidate, facts=replace(candidate.facts, remote=Remote(licensed_in=licensed_in)))


def scanned(country: Country) -> Scan:
    """Make the full scan."""
    return Scan(plain_columns(country))


@dataclass(frozen=True, slots=True)
class Filled:
    """PostGIS with the country in it: seconds of each step of filling, and sizes in MB."""

    postgis: PostGIS
    seconds: dict[str, float]
    sizes: dict[str, float]

    def first(self, applicant: Applicant, now: datetime, seed: bytes, k: int) -> Answer:
        """Ask the table."""
        return self.postgis.first(applicant, now, seed, k)


@contextlib.contextmanager
def filled(country: Country) -> Iterator[Filled]:
    """Start a server with PostGIS and fill it."""
    with postgis_server.started() as url, psycopg.connect(url, autocommit=True) as connection:
        seconds = postgis_table.fill(connection, country, plain_columns(country))
        yield Filled(PostGIS(connection), seconds, postgis_table.sizes(connection))
