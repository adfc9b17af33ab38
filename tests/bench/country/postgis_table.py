"""The country as a table with PostGIS: one row a site, sets as bits, spots in a GiST index, open lists in GIN.

Rows lie in the order of places (as after CLUSTER), so that what is near on the ground is near on the disk.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import numpy as np
import psycopg
from numpy.typing import NDArray

from tests.bench.country import meaning, places
from tests.bench.country.arrays import Country
from tests.bench.country.columns import Plain, shown_at
from tests.bench.country.judged import offering_id, provider_id
from tests.bench.country.weeks import draw_weeks, half_hours_of

# Codes of `licensed`, after the states: the whole country, the compact, and help that needs no licence.
COUNTRY, COMPACT, FREE = range(len(places.CODES), len(places.CODES) + 3)
# Codes of `understands`: a tongue that is spoken; interpreted; whatever is asked for.
INTERPRETED, ANY_TONGUE = 100, 200
HALF_HOURS = 336

TABLE = """
CREATE EXTENSION IF NOT EXISTS postgis;
CREATE UNLOGGED TABLE spot (
  id uuid NOT NULL, provider uuid NOT NULL, at geography(Point, 4326), level smallint NOT NULL,
  only_talks boolean NOT NULL, for_couples boolean NOT NULL, takes_moud boolean NOT NULL,
  categories bigint NOT NULL, settings integer NOT NULL, papers integer NOT NULL, cost integer NOT NULL,
  access integer NOT NULL, affirming integer NOT NULL, welcomes integer NOT NULL, times integer NOT NULL,
  training integer NOT NULL, age_min smallint NOT NULL, age_max smallint NOT NULL, room smallint NOT NULL,
  week smallint NOT NULL, speaks integer NOT NULL, openness double precision NOT NULL,
  as_of double precision NOT NULL, soon double precision NOT NULL, depth double precision NOT NULL,
  comes_m double precision, covers_m double precision, reaches_m double precision,
  interprets integer NOT NULL, interprets_any boolean NOT NULL,
  comes_to smallint[], covers smallint[], licensed smallint[], understands smallint[], helps_with smallint[]
);
CREATE UNLOGGED TABLE opening (week smallint PRIMARY KEY, hours bit(336) NOT NULL);
"""
INDEXES = {
    "spots": "CREATE INDEX spots ON spot USING gist (at)",
    "reaches": "CREATE INDEX reaches ON spot USING gist (_ST_Expand(at, reaches_m)) WHERE reaches_m IS NOT NULL",
    "comings": "CREATE INDEX comings ON spot USING gin (comes_to) WHERE comes_to IS NOT NULL",
    "coverings": "CREATE INDEX coverings ON spot USING gin (covers) WHERE covers IS NOT NULL",
    "licences": "CREATE INDEX licences ON spot USING gin (licensed) WHERE licensed IS NOT NULL",
    "tongues": "CREATE INDEX tongues ON spot USING gin (understands)",
    "helps": "CREATE INDEX helps ON spot USING gin (helps_with)",
}
_COPIED = (
    "level", "only_talks", "for_couples", "takes_moud", "categories", "settings", "papers", "cost", "access",
    "affirming", "welcomes", "times", "training", "age_min", "age_max", "room", "week", "speaks", "interprets",
    "interprets_any", "openness", "as_of", "soon", "depth",
)  # fmt: skip
ROWS_A_STEP = 20_000


def fill(connection: psycopg.Connection[Any], country: Country, plain: Plain) -> dict[str, float]:
    """Make the table, fill it, index it, and look at it; answer the seconds of each step."""
    seconds = {}
    connection.execute(TABLE)
    began = time.perf_counter()
    _copy(connection, country, plain)
    seconds["copy"] = time.perf_counter() - began
    for name, statement in INDEXES.items():
        began = time.perf_counter()
        connection.execute(statement)
        seconds[name] = time.perf_counter() - began
    connection.execute("VACUUM ANALYZE spot")
    connection.execute("ANALYZE opening")
    seconds["all"] = sum(seconds.values())
    return seconds


def sizes(connection: psycopg.Connection[Any]) -> dict[str, float]:
    """The size of the table and of each index, in MB of 2^20 bytes."""
    found = connection.execute(
        "SELECT relname, pg_relation_size(oid) / 1048576.0 FROM pg_class WHERE relname = ANY(%s)",
        [["spot", *INDEXES]],
    ).fetchall()
    return {str(name): float(megabytes) for name, megabytes in found}


def shares_of(connection: psycopg.Connection[Any]) -> dict[str, dict[int, float]]:
    """How large a share of the rows each code of the indexed lists stands in, as ANALYZE found it."""
    found = connection.execute(
        "SELECT attname, most_common_elems::text::int[], most_common_elem_freqs FROM pg_stats "
        "WHERE tablename = 'spot' AND attname IN ('understands', 'helps_with')"
    ).fetchall()
    return {name: dict(zip(codes, shares, strict=False)) for name, codes, shares in found}


def _copy(connection: psycopg.Connection[Any], country: Country, plain: Plain) -> None:
    with connection.cursor() as cursor:
        with cursor.copy("COPY opening FROM STDIN") as copy:
            for number, week in enumerate(draw_weeks(country.seed)):
                copy.write(f"{number}\t{as_bits(half_hours_of(week))}\n")
        head = "id, provider, at, comes_m, covers_m, reaches_m, comes_to, covers, licensed, understands, helps_with"
        with cursor.copy("COPY spot (" + ", ".join((head, *_COPIED)) + ") FROM STDIN") as copy:
            for text in _texts(country, plain):
                copy.write(text)


def as_bits(half_hours: int) -> str:
    """A week as PostgreSQL writes bits; the first half hour last, which nobody minds who writes both sides so."""
    return format(half_hours, f"0{HALF_HOURS}b")


def _texts(country: Country, plain: Plain) -> Iterator[str]:
    """All rows as COPY reads them, some thousand at a time, in the order of places."""
    rows, spots = _rows_and_spots(country)
    latitude, longitude = shown_at(country)
    for start in range(0, rows.size, ROWS_A_STEP):
        some, at = rows[start : start + ROWS_A_STEP], spots[start : start + ROWS_A_STEP]
        degrees = zip(at.tolist(), longitude[at].tolist(), latitude[at].tolist(), strict=True)
        where = [f"SRID=4326;POINT({x!r} {y!r})" if spot >= 0 else "\\N" for spot, x, y in degrees]
        columns = [_head(country, plain, some, where)]
        columns += [[_text(value) for value in getattr(plain, name)[some].tolist()] for name in _COPIED]
        yield "".join("\t".join(row) + "\n" for row in zip(*columns, strict=True))


def _rows_and_spots(country: Country) -> tuple[NDArray[Any], NDArray[Any]]:
    """Whose each row of the table is, and its site (-1 for none), by the Morton order of places."""
    counts = np.diff(country.first_site)
    placeless = np.flatnonzero(counts == 0)
    rows = np.concatenate((np.repeat(np.arange(country.size), counts), placeless))
    spots = np.concatenate((np.arange(country.latitude.size), np.full(placeless.size, -1)))
    order = np.argsort(_morton(country.latitude, country.longitude), kind="stable")
    order = np.concatenate((order, np.arange(order.size, rows.size)))
    return rows[order], spots[order]


def _morton(latitude: NDArray[Any], longitude: NDArray[Any]) -> NDArray[np.int64]:
    north = ((latitude + 90) / 180 * 65_535).astype(np.int64)
    east = ((longitude + 180) / 360 * 65_535).astype(np.int64)
    code = np.zeros(latitude.size, dtype=np.int64)
    for bit in range(16):
        code |= (north >> bit & 1) << 2 * bit + 1 | (east >> bit & 1) << 2 * bit
    return code


def _head(country: Country, plain: Plain, rows: NDArray[Any], where: list[str]) -> list[str]:
    of = {
        name: getattr(plain, name)[rows].tolist()
        for name in (
            "comes_km",
            "covers_km",
            "comes_to",
            "covers",
            "speaks",
            "interprets",
            "interprets_any",
            "categories",
        )
    }
    of["licensed"] = country.licensed[rows].tolist()
    of["compact"] = country.compact[rows].tolist()
    of["free"] = (plain.needs_no_licence & ((plain.settings & meaning.AFAR) != 0))[rows].tolist()
    owners = country.provider[rows].tolist()
    return [
        "\t".join((str(offering_id(row)), str(provider_id(owner)), at, *_reach(of, nth)))
        for nth, (row, owner, at) in enumerate(zip(rows.tolist(), owners, where, strict=True))
    ]


def _reach(of: dict[str, list[Any]], row: int) -> tuple[str, ...]:
    comes, covers = of["comes_km"][row] * 1000, of["covers_km"][row] * 1000
    licences = _codes(of["licensed"][row])
    licences += [COMPACT] if of["compact"][row] else []
    licences += [FREE] if of["free"][row] else []
    understood = _codes(of["speaks"][row]) + [INTERPRETED + each for each in _codes(of["interprets"][row])]
    understood += [ANY_TONGUE] if of["interprets_any"][row] else []
    lists = (
        _codes(of["comes_to"][row]),
        _codes(of["covers"][row]),
        licences,
        understood,
        _codes(of["categories"][row]),
    )
    return (
        *(str(metres) if metres >= 0 else "\\N" for metres in (comes, covers, max(comes, covers))),
        *(_array(codes) for codes in lists),
    )


def _codes(bits: int) -> list[int]:
    return [place for place in range(bits.bit_length()) if bits >> place & 1]


def _array(codes: list[int]) -> str:
    return "{" + ",".join(map(str, codes)) + "}" if codes else "\\N"


def _text(value: object) -> str:
    return {True: "t", False: "f"}[value] if isinstance(value, bool) else str(value)
