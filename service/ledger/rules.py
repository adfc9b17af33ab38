"""What an entry says about whose hand it was."""

from __future__ import annotations

from enum import StrEnum


class Hand(StrEnum):
    """Whose hand did it: an organization's application, the person themselves, or the house at its chores."""

    APPLICATION = "application"
    PERSON = "person"
    HOUSE = "house"
