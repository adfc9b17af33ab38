"""What a named place is, and when two names are the same."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from service import errors

# More than anybody on a team knows by heart, and few enough that a list of them can be read.
MOST_PLACES = 1_000


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class NewPlace:
    """A place as it is brought: its names, where it is in degrees, and which areas it lies in, by their names."""

    name: str
    latitude: float
    longitude: float
    other_names: tuple[str, ...] = ()
    jurisdiction: str | None = None
    areas: tuple[str, ...] = ()

    @property
    def keys(self) -> frozenset[str]:
        """Everything that it is known by."""
        return frozenset(map(key_of, (self.name, *self.other_names)))


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class NamedPlace(NewPlace):
    """A place as it is on record."""

    organization_id: UUID
    id: UUID
    version: int

    def __repr__(self) -> str:
        return f"NamedPlace(id={self.id}, version={self.version})"


class NameTaken(errors.Contradiction):
    """A place of yours goes by one of these names already. One name means one place: say which library it is."""


class TooManyPlaces(errors.Contradiction):
    """Your organization has named 1,000 places, and no more fit here. Delete one that nobody goes by any more."""


def key_of(name: str) -> str:
    """What two spellings of one name have in common; nothing for what is no name at all.

    Case, width, ligatures and spaces do not count (Unicode 3.13, D146, and whitespace). Everything else does: to take
    a name for one that merely looks like it would send somebody to the wrong place.
    """
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFD", name).casefold()).casefold()
    return " ".join(unicodedata.normalize("NFKC", folded).split())


def in_common(named: tuple[str, ...], areas: frozenset[str]) -> Iterator[str]:
    """Those of some areas, as they are spelled there, that are among others, given as keys."""
    return (each for each in named if key_of(each) in areas)
