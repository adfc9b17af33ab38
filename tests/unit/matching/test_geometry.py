"""Whoever is within some kilometres is so by the same metre, whether measured or seen at a glance."""

from __future__ import annotations

from random import Random

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from service.matching.geometry import EARTH_RADIUS_KM, Circles, are_within, distances_km, unit_vectors, vector


@settings(max_examples=300)
@given(st.integers(0, 2**64 - 1).map(Random))
def test_at_a_glance_and_measured_are_the_same(by: Random) -> None:
    place = by.choice(((90.0, 0.0), (0.0, 180.0), (37.76, -122.41), (by.uniform(-90, 90), by.uniform(-180, 180))))
    degrees = 10.0 ** by.uniform(-6, 2)
    latitudes = np.clip([place[0] + by.uniform(-degrees, degrees) for _ in range(60)], -90, 90)
    longitudes = np.array([place[1] + by.uniform(-degrees, degrees) for _ in range(60)])
    sites = unit_vectors(latitudes, longitudes)
    measured = distances_km(sites, vector(place))
    # Exactly as far as some site is, a metre to either side, nowhere, and all around.
    some = float(by.choice(measured.tolist()))
    circles = (some, some + 0.001, some - 0.001, 0.0, by.uniform(0, 500), np.pi * EARTH_RADIUS_KM + 1)

    for km in circles:
        assert are_within(sites, place, km).tolist() == (measured <= km).tolist()
    # And each site with a circle of its own.
    own = np.array([by.choice((*circles, each, each - 0.001)) for each in measured.tolist()])
    assert Circles.of(own).hold(sites, place).tolist() == (measured <= own).tolist()
