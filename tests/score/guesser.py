"""One process of many that guesses: all of them in one and the same second, and prints how many were let through.

Reads a JSON object from standard input: `at` (the Unix second), `guesses` (how many), `how` (a door, or `alone` for
the naive way of counting in one's own memory).
"""

from __future__ import annotations

import json
import sys
import uuid
from datetime import UTC, datetime

from service import errors
from service.people.rules import NoSuchCode
from service.runtime import build_runtime
from service.settings import load_settings
from service.vault.guesses import EVERYBODY, Door, counted_guess


def main() -> None:
    """Guess, each time from another source, and wrongly each time."""
    task = json.load(sys.stdin)
    if task["how"] == "alone":
        sys.stdout.write(str(min(task["guesses"], EVERYBODY // 2)))
        return
    runtime = build_runtime(load_settings())
    now = datetime.fromtimestamp(task["at"], UTC)
    through = 0
    for _ in range(task["guesses"]):
        try:
            with counted_guess(runtime.vault, uuid.uuid4().bytes, now, Door(task["how"])):
                through += 1
                raise NoSuchCode
        except (NoSuchCode, errors.TooMany):
            continue
    sys.stdout.write(str(through))
    runtime.dispose()


if __name__ == "__main__":
    main()
