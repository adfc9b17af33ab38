"""The facts that rules look at, of some offerings: asked for by name, answered for all of them at once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Protocol
from uuid import UUID

from numpy.typing import NDArray

# One answer an offering: as many truth values, or, where a whole directory is asked, sixty-four of them a word.
# Both are combined with & and | and ~, so that an expression is written once and judges one offering or a million.
Mask = NDArray[Any]


class Columns(Protocol):
    """Some offerings, and what can be asked of them."""

    @property
    def size(self) -> int:
        """How many there are."""

    @property
    def everywhere(self) -> Mask:
        """A yes for every offering: what silence answers."""

    @property
    def nowhere(self) -> Mask:
        """A no for every offering."""

    def any_of(self, name: str, wanted: int) -> Mask:
        """Whether a set of codes has at least one of the wanted ones, both as bits."""

    def all_of(self, name: str, wanted: int) -> Mask:
        """Whether a set of codes has every wanted one, both as bits."""

    def flag(self, name: str) -> Mask:
        """Whether something holds."""

    def at_least(self, name: str, number: int) -> Mask:
        """Whether a number is as large."""

    def at_most(self, name: str, number: int) -> Mask:
        """Whether a number is no larger."""

    def having(self, kind: str, keys: Iterable[str]) -> Mask:
        """Whether they have at least one of these keys of a kind: a language they speak, a place they cover."""

    def open_in(self, week: int) -> Mask:
        """Whether they are open in any of these half hours of a week, as bits."""

    def full_since(self, instant: float) -> Mask:
        """Whether they are known to be full by news no older than an instant, in seconds since 1970."""

    def among_offerings(self, ids: Iterable[UUID]) -> Mask:
        """Whether they are one of these offerings."""

    def among_providers(self, ids: Iterable[UUID]) -> Mask:
        """Whether they belong to one of these providers."""

    def within(self, place: tuple[float, float], km: float) -> Mask:
        """Whether the nearest of their sites is within so many kilometres of a place in degrees."""

    def within_own(self, place: tuple[float, float], name: str) -> Mask:
        """Whether a place is within their own distance of any of their sites, which stands in metres under a name."""
