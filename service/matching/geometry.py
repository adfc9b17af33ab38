"""Distances on the globe, over columns of unit vectors: exact at the poles and across the date line."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

EARTH_RADIUS_KM = 6371.0088  # Mean radius of WGS 84 (IUGG).
# Two metres, as an angle at the middle of the Earth; and what a product of two unit vectors may be wrong by.
CLOSE_TO_IT = 0.002 / EARTH_RADIUS_KM
EXACT_TO = 1e-14


def unit_vectors(latitudes: NDArray[np.float64], longitudes: NDArray[np.float64]) -> NDArray[np.float64]:
    """Turn degrees into unit vectors, shape (n, 3). On vectors the poles and the date line are places like others."""
    latitude, longitude = np.radians(latitudes), np.radians(longitudes)
    level = np.cos(latitude)
    return np.stack([level * np.cos(longitude), level * np.sin(longitude), np.sin(latitude)], axis=-1)


def distances_km(sites: NDArray[np.float64], place: NDArray[np.float64]) -> NDArray[np.float64]:
    """Great-circle kilometres from each site to the place, to the metre.

    The half chord is the haversine's root, so short distances lose no digits. Metres are enough for anybody on foot,
    and what is shown, compared and counted is then the same number.
    """
    chords = sites - place
    half_chords = np.sqrt(np.einsum("...i,...i->...", chords, chords)) / 2
    kilometres: NDArray[np.float64] = np.round(2 * EARTH_RADIUS_KM * np.arcsin(np.minimum(half_chords, 1.0)), 3)
    return kilometres


def vector(place: tuple[float, float]) -> NDArray[np.float64]:
    """A place in degrees as a unit vector, shape (3,)."""
    there: NDArray[np.float64] = unit_vectors(np.array([place[0]]), np.array([place[1]]))[0]
    return there


@dataclass(frozen=True, slots=True)
class Circles:
    """Circles on the globe, as what the product of two unit vectors has to be: surely inside, and perhaps.

    Nearly always a product of two vectors is enough to say whether a place is in a circle; only those are measured that
    are closer to it than distances are rounded to.
    """

    km: NDArray[np.float64]
    inner: NDArray[np.float64]
    outer: NDArray[np.float64]

    @classmethod
    def of(cls, km: NDArray[np.float64]) -> Circles:
        """Circles of so many kilometres."""
        angles = np.minimum(km / EARTH_RADIUS_KM, np.pi)
        inner = np.cos(np.maximum(angles - CLOSE_TO_IT, 0.0)) + EXACT_TO
        return cls(km, inner, np.cos(np.minimum(angles + CLOSE_TO_IT, np.pi)) - EXACT_TO)

    def some(self, which: NDArray[np.intp]) -> Circles:
        """Some of them."""
        return Circles(self.km[which], self.inner[which], self.outer[which])

    def hold(self, sites: NDArray[np.float64], place: tuple[float, float]) -> NDArray[np.bool_]:
        """Whether a place in degrees is within each circle around each site, as `distances_km` says."""
        here = vector(place)
        cosines = sites @ here
        within: NDArray[np.bool_] = cosines >= self.inner
        close = np.nonzero(~within & (cosines >= self.outer))
        within[close] = distances_km(sites[close], here) <= np.broadcast_to(self.km, cosines.shape)[close]
        return within


def are_within(sites: NDArray[np.float64], place: tuple[float, float], km: float) -> NDArray[np.bool_]:
    """Which sites, as unit vectors, are within so many kilometres of a place in degrees, as `distances_km` says."""
    return Circles.of(np.array(km)).hold(sites, place)
