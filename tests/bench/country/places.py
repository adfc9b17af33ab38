"""Where people are: states as boxes, towns by Zipf inside them, and the country between the towns."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Ints = NDArray[np.int64]

TOWNS = 400
RURAL = 0.15
# Zipf and Mandelbrot: pure Zipf would put a seventh of the country into one town.
FLATTENED_BY = 3.0
KM_A_DEGREE = 111.195
# Code, south, north, west, east (degrees, well inside the borders, as most of a state is), millions of people in 2020.
STATES = (
    ("AL", 30.9, 34.8, -88.2, -85.3, 5.0), ("AZ", 31.8, 36.8, -114.2, -109.3, 7.2),
    ("AR", 33.2, 36.3, -94.2, -90.5, 3.0), ("CA", 33.0, 39.5, -121.5, -117.0, 39.5),
    ("CO", 37.2, 40.8, -108.8, -102.3, 5.8), ("CT", 41.2, 42.0, -73.3, -71.9, 3.6),
    ("DE", 38.6, 39.7, -75.7, -75.3, 1.0), ("DC", 38.85, 38.98, -77.08, -76.93, 0.7),
    ("FL", 26.2, 30.4, -82.2, -80.4, 21.5), ("GA", 31.0, 34.8, -85.0, -81.5, 10.7),
    ("ID", 42.3, 47.5, -116.7, -112.5, 1.8), ("IL", 37.8, 42.3, -90.2, -87.8, 12.8),
    ("IN", 38.3, 41.6, -87.3, -85.0, 6.8), ("IA", 40.8, 43.3, -95.8, -91.2, 3.2),
    ("KS", 37.2, 39.8, -101.8, -94.8, 2.9), ("KY", 36.8, 38.5, -88.3, -82.8, 4.5),
    ("LA", 30.0, 32.8, -93.6, -91.2, 4.7), ("ME", 43.8, 46.8, -70.3, -68.0, 1.4),
    ("MD", 38.9, 39.6, -77.5, -76.2, 6.2), ("MA", 41.9, 42.6, -72.8, -71.0, 7.0),
    ("MI", 42.0, 44.9, -86.0, -83.4, 10.1), ("MN", 43.8, 48.0, -96.3, -92.5, 5.7),
    ("MS", 31.0, 34.7, -90.6, -88.6, 3.0), ("MO", 36.8, 40.3, -94.5, -90.5, 6.2),
    ("MT", 45.6, 48.7, -114.5, -104.5, 1.1), ("NE", 40.3, 42.7, -102.5, -96.3, 2.0),
    ("NV", 36.0, 41.7, -119.5, -114.5, 3.1), ("NH", 42.9, 44.5, -72.0, -71.0, 1.4),
    ("NJ", 39.6, 41.0, -75.0, -74.2, 9.3), ("NM", 32.2, 36.7, -108.6, -103.5, 2.1),
    ("NY", 40.7, 43.8, -77.5, -73.8, 20.2), ("NC", 34.8, 36.4, -82.0, -77.5, 10.4),
    ("ND", 46.2, 48.7, -103.6, -97.2, 0.8), ("OH", 39.0, 41.5, -84.5, -81.0, 11.8),
    ("OK", 34.4, 36.8, -99.5, -94.8, 4.0), ("OR", 42.3, 45.4, -123.3, -117.5, 4.2),
    ("PA", 39.9, 41.8, -80.2, -75.2, 13.0), ("RI", 41.4, 42.0, -71.7, -71.4, 1.1),
    ("SC", 33.0, 35.0, -82.3, -79.3, 5.1), ("SD", 43.2, 45.7, -103.6, -97.0, 0.9),
    ("TN", 35.2, 36.5, -89.5, -82.5, 6.9), ("TX", 28.5, 34.0, -102.0, -95.0, 29.1),
    ("UT", 37.3, 41.7, -113.5, -109.5, 3.3), ("VT", 43.0, 44.9, -73.2, -72.0, 0.6),
    ("VA", 36.8, 38.9, -81.5, -77.0, 8.6), ("WA", 45.9, 48.7, -123.3, -117.5, 7.7),
    ("WV", 37.8, 39.5, -81.8, -79.5, 1.8), ("WI", 42.8, 46.0, -91.5, -88.0, 5.9),
    ("WY", 41.3, 44.8, -110.5, -104.5, 0.6), ("AK", 60.5, 65.5, -155.0, -145.0, 0.7),
    ("HI", 19.2, 20.2, -155.9, -155.1, 1.5),
)  # fmt: skip
CODES = tuple(f"US-{state[0]}" for state in STATES)
_BOXES = np.array([state[1:5] for state in STATES])
PEOPLE = np.array([state[5] for state in STATES]) / sum(state[5] for state in STATES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Towns:
    """Towns, the largest first: where (degrees), in which state (a number of CODES), which share of town people."""

    latitude: Numbers
    longitude: Numbers
    state: Ints
    share: Numbers

    @property
    def spread_km(self) -> Numbers:
        """How far a town reaches: more people take more room, by the root of their number."""
        return np.asarray(1.5 + 14 * np.sqrt(self.share / self.share[0]))


def draw_towns(chance: np.random.Generator) -> Towns:
    """Found the towns: each in a state by its people, anywhere in the state's box."""
    state = chance.choice(len(STATES), TOWNS, p=PEOPLE)
    latitude, longitude = _within(chance, state)
    share = 1 / (np.arange(TOWNS) + FLATTENED_BY)
    return Towns(latitude=latitude, longitude=longitude, state=state, share=share / share.sum())


def settle(chance: np.random.Generator, towns: Towns, count: int) -> tuple[Ints, Ints, Numbers, Numbers]:
    """Draw where so many settle: the town (-1 between towns), the state, and degrees."""
    town = chance.choice(TOWNS, count, p=towns.share)
    rural_state = chance.choice(len(STATES), count, p=PEOPLE)
    latitude, longitude = scatter(chance, towns, town)
    rural = chance.random(count) < RURAL
    rural_latitude, rural_longitude = _within(chance, rural_state)
    return (
        np.where(rural, -1, town),
        np.where(rural, rural_state, towns.state[town]),
        np.where(rural, rural_latitude, latitude),
        np.where(rural, rural_longitude, longitude),
    )


def scatter(chance: np.random.Generator, towns: Towns, town: Ints) -> tuple[Numbers, Numbers]:
    """Draw a spot in each of these towns, in degrees: dense in the middle, thin outside."""
    return around(chance, towns.latitude[town], towns.longitude[town], towns.spread_km[town])


def around(
    chance: np.random.Generator, latitude: Numbers, longitude: Numbers, km: Numbers | float
) -> tuple[Numbers, Numbers]:
    """Draw a spot around each place, in degrees, by a normal distribution of so many km."""
    north, east = chance.normal(size=(2, latitude.size)) * km / KM_A_DEGREE
    return latitude + north, longitude + east / np.cos(np.radians(latitude))


def _within(chance: np.random.Generator, state: Ints) -> tuple[Numbers, Numbers]:
    south, north, west, east = _BOXES[state].T
    return chance.uniform(south, north), chance.uniform(west, east)
