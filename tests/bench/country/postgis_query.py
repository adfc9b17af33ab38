"""One question as one SQL statement: the thirteen rules and the five components, the first k of all that matches.

Only what somebody asked becomes part of the statement, as a query builder would have it. Statements are prepared; those
of one shape share one. The lots between equals are left out (equals come by id), as are almost, invitations and counts.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg

from service.guidance.rules import Paper, PaymentWay
from service.matching.compacts import members
from service.matching.rules import Applicant
from tests.bench.country import meaning
from tests.bench.country.arrays import ACCESS, COST
from tests.bench.country.meaning import Asked
from tests.bench.country.postgis_table import ANY_TONGUE, COMPACT, COUNTRY, FREE, INTERPRETED, as_bits, shares_of
from tests.bench.country.shares import bits_of

# PostGIS has a globe of 6371008.7714 m, the service one of 6371008.8 m; metres are the same numbers then.
METRES = "round(ST_Distance(at, %(here)s::geography, false) * (6371008.8 / 6371008.771415059))"
OPEN_THEN = "week IN (SELECT week FROM opening WHERE hours & %(free)s::bit(336) <> repeat('0', 336)::bit(336))"

# Above it a bit in the row is cheaper than a list of all that have it.
MOST_SHARE = 0.3
Shares = dict[str, dict[int, float]]


class Statement:
    """The statement that a question becomes, and its values."""

    def __init__(self, applicant: Applicant, now: datetime, k: int, shares: Shares) -> None:
        self._applicant, self._asked, self._shares = applicant, meaning.asked(applicant), shares
        self.values: dict[str, Any] = {"now": now.timestamp(), "k": k}
        self._place()
        self._shared_bits()
        self.text = self._written()

    def _place(self) -> None:
        if self._applicant.place is not None:
            latitude, longitude = self._applicant.place
            self.values["here"] = f"SRID=4326;POINT({longitude!r} {latitude!r})"
        if self._applicant.max_km is not None:
            # A metre more than they would go: the index only has to lose nobody, exact is what follows.
            self.values |= {"far": self._applicant.max_km * 1000, "farther": self._applicant.max_km * 1000 + 1}

    def _shared_bits(self) -> None:
        asked = self._asked
        for name in ("confirmed", "by_name", "all_but_therapy", "tongues", "settings", "ways", "training"):
            self.values[name] = int(getattr(asked, name))
        self.values |= {"somewhere": int(meaning.SOMEWHERE), "afar": int(meaning.AFAR), "coming": int(meaning.COMING)}
        self.values |= {f"weight_{name}": weight for name, weight in asked.weights.items()}
        self.values |= {f"need_{place}": int(bits) for place, (_, bits) in enumerate(asked.needs)}
        self.values |= {f"counts_{place}": weight for place, (weight, _) in enumerate(asked.needs)}
        self.values["licences"], self.values["areas"] = _areas(self._applicant, asked)
        self.values["free"] = as_bits(self._applicant.free_half_hours)

    def _written(self) -> str:
        inner = ["SELECT *,", f"{self._metres()} / 1000 AS km, {_ADMITTED} AS admitted,", f"{self._comes()} AS comes,",
                 f"{self._covered()} AS covered,", f"{self._remote()} AS remote", "FROM spot WHERE"]  # fmt: skip
        inner.append(" AND ".join(f"({each})" for each in (*self._conditions(), self._reach_by_index())))
        return "\n".join((
            "SELECT id, max(score) AS best FROM (",
            "SELECT id, round((", self._score(), ") * 1e9) / 1e9 AS score FROM (", *inner, "OFFSET 0) AS candidate",
            f"WHERE {self._reach()}", ") AS scored GROUP BY id ORDER BY best DESC, id LIMIT %(k)s",
        ))  # fmt: skip

    def _conditions(self) -> list[str]:
        """The rules but for reach, each where it was asked for."""
        applicant, asked = self._applicant, self._asked
        plainly = "categories & %(all_but_therapy)s & %(confirmed)s <> 0"
        if not asked.confirmed:
            plainly = "categories & %(all_but_therapy)s <> 0"
        levels = [f"level = {meaning.VERIFIED}", f"level = {meaning.FRIENDLY} AND {plainly}"]
        levels += [f"level = {meaning.CONFLICTS} AND categories & %(by_name)s <> 0"] if asked.by_name else []
        levels += [f"level = {meaning.DECLARED}"] if applicant.accepts_declared else []
        found = [" OR ".join(levels), f"room <> {meaning.FULL} OR as_of < %(now)s - 14 * 86400.0"]
        if asked.says_languages:
            found.append(self._understands())
        if applicant.settings:
            found.append("settings & %(settings)s <> 0")
        if asked.ages is not None:
            self.values["youngest"], self.values["oldest"] = asked.ages
            found.append("age_min <= %(oldest)s AND age_max >= %(youngest)s")
        return [*found, *self._papers_and_more(), *self._helps()]

    def _papers_and_more(self) -> list[str]:
        applicant, found = self._applicant, []
        if applicant.will_not_show:
            self.values["papers"] = bits_of(applicant.will_not_show, tuple(Paper))
            found.append("papers & %(papers)s = 0")
        if applicant.can_pay:
            self.values["cost"] = bits_of(applicant.can_pay | {PaymentWay.FREE}, COST)
            found.append("cost & %(cost)s <> 0")
        if applicant.access_needs:
            self.values["access"] = bits_of(applicant.access_needs, ACCESS)
            found.append("access & %(access)s = %(access)s")
        if applicant.on_moud:
            found.append("takes_moud")
        found += [self._holds(code) for code in self._asked.dealbreakers]
        if applicant.not_these_offerings:
            self.values["not_these"] = list(applicant.not_these_offerings)
            found.append("id <> ALL(%(not_these)s)")
        if applicant.not_these_providers:
            self.values["nor_these"] = list(applicant.not_these_providers)
            found.append("provider <> ALL(%(nor_these)s)")
        return found

    def _understands(self) -> str:
        self.values["understood"] = codes = _understood(self._applicant, self._asked)
        if self._is_rare("understands", codes):
            return "understands && %(understood)s::smallint[]"
        spoken = "speaks & %(tongues)s <> 0"
        interpreted = "interprets & %(tongues)s <> 0 OR interprets_any"
        return f"{spoken} OR {interpreted}" if self._applicant.accepts_interpreter else spoken

    def _is_rare(self, column: str, codes: list[int]) -> bool:
        """Whether an index on the list helps. The planner would use it for a language that nearly all speak, too."""
        return sum(self._shares[column].get(code, 0.0) for code in codes) < MOST_SHARE

    def _helps(self) -> list[str]:
        asked = self._asked
        found = []
        if asked.confirmed:
            wanted = int(asked.confirmed | asked.by_name)
            self.values["helps"] = codes = [place for place in range(64) if wanted >> place & 1]
            rare = self._is_rare("helps_with", codes)
            found.append(
                "helps_with && %(helps)s::smallint[]" if rare else "categories & (%(confirmed)s | %(by_name)s) <> 0"
            )
        found += [] if asked.hears_of_therapy else ["NOT only_talks"]
        return found + (["NOT for_couples"] if asked.needs_safety else [])

    def _way(self, these: str) -> str:
        return f"(settings & %(ways)s & %({these})s <> 0 OR settings & %(ways)s = 0)" if self._asked.ways else "TRUE"

    def _metres(self) -> str:
        return METRES if "here" in self.values else "NULL::double precision"

    def _meets(self) -> str:
        return f"(settings & %(somewhere)s <> 0 OR settings & %(afar)s = 0) AND {self._way('somewhere')}"

    def _comes(self) -> str:
        near = f" OR {METRES} <= comes_m" if "here" in self.values else ""
        somehow = f"(settings & %(coming)s <> 0 OR settings = 0) AND {self._way('coming')}"
        return f"COALESCE((comes_to && %(areas)s::smallint[]{near}) AND {somehow}, FALSE)"

    def _covered(self) -> str:
        near = f" OR {METRES} <= covers_m" if "here" in self.values else ""
        return f"COALESCE(covers && %(areas)s::smallint[]{near}, FALSE)"

    def _remote(self) -> str:
        lawful = "" if self._applicant.jurisdiction is None else " AND licensed && %(licences)s::smallint[]"
        return f"COALESCE(settings & %(afar)s <> 0 AND {self._way('afar')}{lawful}, FALSE)"

    @property
    def _is_bound(self) -> bool:
        return "here" in self.values and "far" in self.values

    def _reach(self) -> str:
        enough = " AND (COALESCE(km * 1000 <= %(far)s, FALSE) OR comes OR covered)" if self._is_bound else ""
        return f"({self._meets()}{enough}) OR remote"

    def _reach_by_index(self) -> str:
        """The same, a little wider, in words that the indexes understand."""
        remote = "settings & %(afar)s <> 0"
        if self._applicant.jurisdiction is not None:
            remote = "licensed && %(licences)s::smallint[] AND " + remote
        if self._asked.settings and not self._asked.settings & ~meaning.AFAR:
            return remote  # Who wants nothing but phone, video or text is met in no other way.
        if not self._is_bound:
            return "TRUE"
        return " OR ".join((
            "ST_DWithin(at, %(here)s::geography, %(farther)s, false)",
            "reaches_m IS NOT NULL AND _ST_Expand(at, reaches_m) && %(here)s::geography",
            "comes_to && %(areas)s::smallint[]", "covers && %(areas)s::smallint[]", remote,
        ))  # fmt: skip

    def _score(self) -> str:
        certainty = "power(2, -GREATEST((%(now)s - as_of) / 86400.0, 0) / 7)"
        relevant = " * CASE WHEN training & %(training)s <> 0 THEN 1 ELSE 0.5 END" if self._asked.training else ""
        values = {
            "fit": self._fit(),
            "soon": f"soon * ({certainty} * openness + (1 - {certainty}) * 0.5)",
            "near": self._near(),
            "wishes": self._wishes(),
            "depth": f"depth{relevant}",
        }
        return " + ".join(f"%(weight_{name})s * ({value})" for name, value in values.items())

    def _fit(self) -> str:
        if not self._asked.confirmed:
            return "1.0"
        self.values["counted"] = sum(weight for weight, _ in self._asked.needs)
        each = [f"%(counts_{n})s * (admitted & %(need_{n})s <> 0)::int" for n in range(len(self._asked.needs))]
        return f"({' + '.join(each)}) / %(counted)s"

    def _near(self) -> str:
        if "here" not in self.values:
            return "1.0"
        there = "CASE WHEN comes THEN 1.0 ELSE COALESCE(power(2, -km / 10), 0) END"
        wanted = "CASE WHEN settings & %(settings)s & %(afar)s <> 0 THEN 1.0 ELSE 0.5 END"
        return f"GREATEST(CASE WHEN {self._meets()} THEN {there} ELSE 0 END, CASE WHEN remote THEN {wanted} ELSE 0 END)"

    def _wishes(self) -> str:
        wishes = self._asked.wishes
        if not wishes:
            return "1.0"
        return f"({' + '.join(f'({self._holds(code)})::int' for code in wishes)}) / {len(wishes)}.0::double precision"

    def _holds(self, code: str) -> str:
        if code == "same_language":
            return "speaks & %(tongues)s <> 0" if self._asked.says_languages else "TRUE"
        if code == "at_your_times":
            return OPEN_THEN if self._applicant.free_half_hours else "TRUE"
        column, bit = meaning.HELD[code]
        self.values[f"wish_{code}"] = int(bit)
        return f"{column} & %(wish_{code})s <> 0"


_ADMITTED = (
    f"CASE level WHEN {meaning.FRIENDLY} THEN categories & %(all_but_therapy)s "
    f"WHEN {meaning.CONFLICTS} THEN categories & %(by_name)s ELSE categories END"
)


def _areas(applicant: Applicant, asked: Asked) -> tuple[list[int], list[int]]:
    """The licences that let somebody be seen where they are, and the areas that they are in, as codes."""
    areas = [place for place in range(COUNTRY + 1) if int(asked.places) >> place & 1]
    in_compact = applicant.jurisdiction == "US" or applicant.jurisdiction in members(["psypact"])
    return [*areas, *([COMPACT] if in_compact else []), FREE], areas


def _understood(applicant: Applicant, asked: Asked) -> list[int]:
    tongues = [place for place in range(64) if int(asked.tongues) >> place & 1]
    if not applicant.accepts_interpreter:
        return tongues
    return [*tongues, *(INTERPRETED + each for each in tongues), ANY_TONGUE]


class PostGIS:
    """The table, asked over one connection."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._connection = connection
        self._shares = shares_of(connection)

    def first(self, applicant: Applicant, now: datetime, seed: bytes, k: int) -> list[tuple[UUID, float]]:
        """The first k with their scores; equals by id, whatever the seed."""
        statement = Statement(applicant, now, k, self._shares)
        return list(self._connection.execute(statement.text, statement.values, prepare=True).fetchall())
