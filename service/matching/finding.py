"""Finding the true first k of the whole directory, by scoring as few of it as will do.

The rules judge every offering, as planes. Of those that stand as is asked, none is scored that cannot be among the
first: what it can be worth at most follows from which needs it helps with, which wishes it holds and how near it is,
which are planes as well, and from the best that its block knows of room and training. Nothing is guessed or sampled.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import cast
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from service.matching import lots
from service.matching.case import Case, OneCase, Question, RowCase
from service.matching.columns import Mask
from service.matching.conditions import CONDITIONS, ask_all, ask_some
from service.matching.parts import Part
from service.matching.planes import Plane, Planes, Recalling, count_in, rows_in
from service.matching.ranking import in_order, score_all
from service.matching.rows import Rows
from service.matching.rules import Applicant, Rule
from service.matching.standing import Met, Standing, all_met, matched
from service.matching.store import Placed
from service.matching.walking import Walk
from service.rulebook import shelf
from service.rulebook.rules import RuleBook

# No more than so many are scored one and all; to score some more costs less than to choose among them.
FEW = 4_096
# Of others one in so many of that is scored first.
AT_FIRST_ONE_OF = 8


@dataclass(frozen=True, slots=True)
class Scored:
    """Some offerings of one standing, scored for one applicant."""

    case: RowCase
    values: NDArray[np.float64]
    scores: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Hit:
    """One offering that was found, by its place among those that were scored with it."""

    scored: Scored
    place: int

    @property
    def placed(self) -> Placed:
        """The offering itself. It holds on to nothing that was scored with it, and may be kept."""
        columns = self.scored.case.columns
        return Placed(columns.store, int(columns.rows[self.place]))

    @property
    def id(self) -> UUID:
        """Which offering it is."""
        return self.placed.id

    @property
    def score(self) -> float:
        """Its score."""
        return float(self.scored.scores[self.place])

    @property
    def values(self) -> NDArray[np.float64]:
        """The values of its components, in the order of the table, shape (5,)."""
        return self.scored.values[:, self.place]

    @property
    def case(self) -> OneCase:
        """The question to this offering alone."""
        case = self.scored.case
        return Question(case.applicant, case.columns.one(self.place), case.now, case.book)


class Finding:
    """One search over all parts of a directory."""

    def __init__(
        self, applicant: Applicant, parts: Sequence[Part], now: datetime, seed: bytes, *, few: int = FEW,
        book: RuleBook | None = None,
    ) -> None:  # fmt: skip
        self.applicant = applicant
        self.now = now
        self._start = lots.urn(seed)
        some = [part for part in parts if part.store.size] or parts[:1]
        self._asked = [_Asked(applicant, part, now, few, book or shelf.in_force()) for part in some]

    @property
    def size(self) -> int:
        """How many offerings the directory holds."""
        return sum(each.part.size for each in self._asked)

    def first(self, standing: Standing, k: int) -> list[Hit]:
        """The first k that stand so, best first."""
        return self.firsts((standing, k))[0]

    def firsts(self, *wanted: tuple[Standing, int]) -> list[list[Hit]]:
        """The first k of each of some standings, best first. To ask for several at once costs less than one by one."""
        rankings = [(standing, _Ranking(k, self._start)) for standing, k in wanted]
        for each in sorted(self._asked, key=lambda asked: asked.part.store.size):
            each.rank(rankings)
        return [ranking.hits for _, ranking in rankings]

    def count(self, standing: Standing) -> int:
        """How many stand so."""
        return sum(each.count(standing) for each in self._asked)

    def would_add(self, applicant: Applicant, about: frozenset[Rule]) -> int:
        """How many more would be matched if the person were this one, who differs in what these rules are about."""
        return sum(each.would_add(applicant, about) for each in self._asked)

    def nearest_km(self, applicant: Applicant, about: frozenset[Rule], *, beyond: float) -> float:
        """How near the nearest of them is that is further away than so many kilometres."""
        return min((each.nearest_km(applicant, about, beyond) for each in self._asked), default=np.inf)

    def removed(self) -> list[int]:
        """How many offerings of the whole directory each rule turns away, in the order of the table."""
        return [sum(counts) for counts in zip(*(each.removed() for each in self._asked), strict=True)]


class _Ranking:
    """The first k of all that were scored so far."""

    def __init__(self, k: int, start: np.uint64) -> None:
        self._k = k
        self._start = start
        self.hits: list[Hit] = []

    @property
    def least(self) -> float:
        """What anybody has to be worth to come among the first."""
        return self.hits[-1].score if len(self.hits) == self._k else -np.inf

    def take(self, scored: Scored, begin: int, end: int) -> None:
        """Take in some more, by their places among those that were scored together."""
        before = [hit.scored.scores[hit.place] for hit in self.hits]
        drawn = [hit.scored.case.columns.tickets[hit.place] for hit in self.hits]
        scores = np.concatenate((np.array(before, dtype=np.float64), scored.scores[begin:end]))
        least = np.partition(scores, -self._k)[-self._k] if len(scores) > self._k else -np.inf
        good = np.flatnonzero(scores >= least)
        tickets = np.concatenate((np.array(drawn, dtype=np.uint64), scored.case.columns.tickets[begin:end]))
        ordered = in_order(good, scores, tickets, self._start)[: self._k]
        old = len(self.hits)
        self.hits = [self.hits[each] if each < old else Hit(scored, begin + each - old) for each in ordered.tolist()]


class _Asked:
    """One part, asked by one applicant."""

    def __init__(self, applicant: Applicant, part: Part, now: datetime, few: int, book: RuleBook) -> None:
        self.part = part
        self._few = few
        self._case: Case
        self._walk: Walk | None = None
        if part.planes is None:
            self._case = Question(applicant, Rows(part.store, part.rows()), now, book)
        else:
            planes = Question(applicant, cast(Planes, Recalling(part.planes.for_one_search())), now, book)
            self._case = planes
            # Of a part that another book than this one's put into order nothing is known of its blocks.
            if part.blocks is not None and part.blocks.book == book:
                self._walk = Walk(planes, part.blocks)
        self._met: Met = ask_all(self._case)
        self._without: dict[frozenset[Rule], Mask] = {}

    def count(self, standing: Standing) -> int:
        """How many stand so."""
        return self.count_in(standing(self._case, self._met))

    def removed(self) -> list[int]:
        """How many each rule turns away."""
        return [self.part.size - self.count_in(met) for met in self._met]

    def count_in(self, mask: Mask) -> int:
        """For how many a mask says yes."""
        return int(mask.sum()) if self.part.valid is None else count_in(mask & self.part.valid)

    def would_add(self, applicant: Applicant, about: frozenset[Rule]) -> int:
        """How many more would be matched if the person were this one."""
        if not (self._met_without(about) & ~self._matched).any():
            return 0
        return self.count_in(self._matched_as(applicant, about)) - self.count_in(self._matched)

    @cached_property
    def _matched(self) -> Mask:
        return matched(self._case, self._met)

    def _matched_as(self, applicant: Applicant, about: frozenset[Rule]) -> Mask:
        """Who would be matched if the person were this one; of the rules only those are asked again."""
        case: Case = Question(applicant, self._case.columns, self._case.now, self._case.book)
        return matched(case, [self._met_without(about), *ask_some(case, about)])

    def _met_without(self, rules: frozenset[Rule]) -> Mask:
        """Where all rules but those say yes."""
        if rules not in self._without:
            others = [met for each, met in zip(CONDITIONS, self._met, strict=True) if each.rule not in rules]
            self._without[rules] = all_met(self._case, others)
        return self._without[rules]

    def nearest_km(self, applicant: Applicant, about: frozenset[Rule], beyond: float) -> float:
        """How near the nearest of them is that is further away than so many kilometres."""
        would = self._matched_as(applicant, about) & ~self._matched
        planes, valid, place = self.part.planes, self.part.valid, applicant.place
        if planes is not None and valid is not None and place is not None and self.count_in(would) > self._few:
            return planes.nearest_km(place, would & valid, beyond=beyond)
        rows = self.part.rows()[would] if valid is None else rows_in(would & valid)
        km = Rows(self.part.store, rows).km(place)
        return float(np.min(km[km > beyond], initial=np.inf))

    def rank(self, rankings: Sequence[tuple[Standing, _Ranking]]) -> None:
        """Score whoever stands so and can come among the first."""
        few: list[tuple[NDArray[np.intp], _Ranking]] = []
        for standing, ranking in rankings:
            wanted = standing(self._case, self._met)
            if self.part.valid is None:
                few.append((self.part.rows()[wanted], ranking))
                continue
            wanted = wanted & self.part.valid
            if count_in(wanted) <= self._few or self._walk is None:
                few.append((rows_in(wanted), ranking))
            else:
                self._go(self._walk, wanted, ranking)
        if few:
            self._score(few)

    def _go(self, walk: Walk, wanted: Plane, ranking: _Ranking) -> None:
        for rows in walk.from_the_best(wanted, self._few // AT_FIRST_ONE_OF, lambda: ranking.least):
            self._score([(rows, ranking)])

    def _score(self, some: Sequence[tuple[NDArray[np.intp], _Ranking]]) -> None:
        """Score some rows for one ranking, some for another, all of them together."""
        rows = np.concatenate([each for each, _ in some])
        if not len(rows):
            return
        case = Question(self._case.applicant, Rows(self.part.store, rows), self._case.now, self._case.book)
        scored, begin = Scored(case, *score_all(case)), 0
        for each, ranking in some:
            end = begin + len(each)
            if end > begin:
                ranking.take(scored, begin, end)
            begin = end
