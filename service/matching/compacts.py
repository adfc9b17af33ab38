"""Compacts between jurisdictions: where a licence from one member lets somebody be seen from a distance in another."""

from __future__ import annotations

from collections.abc import Iterable

# As published by member psychologists in 2025; membership changes by statute, so an operator checks it at
# psypact.gov before relying on it. A compact that is not in this table lets nobody see anybody: to say that a
# practitioner may legally see a person is a promise, and an unknown name promises nothing.
_PSYPACT = (
    "AL", "AZ", "AR", "CO", "CT", "DC", "DE", "FL", "GA", "ID", "IL", "IN", "KS", "KY", "MD", "ME", "MI", "MN", "MO",
    "MP", "MS", "NC", "ND", "NE", "NH", "NJ", "NV", "OH", "OK", "PA", "RI", "SC", "SD", "TN", "TX", "UT", "VA", "VT",
    "WA", "WI", "WV", "WY",
)  # fmt: skip
MEMBERS: dict[str, frozenset[str]] = {"psypact": frozenset(f"US-{state}" for state in _PSYPACT)}


def members(compacts: Iterable[str]) -> frozenset[str]:
    """The jurisdictions (ISO 3166-2) that belong to any of these compacts."""
    return frozenset().union(*(MEMBERS.get(compact.strip().lower(), frozenset()) for compact in compacts))
