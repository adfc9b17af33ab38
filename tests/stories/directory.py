"""The fictional directory of the stories and of the demo. Its days are relative, so that it never grows old.

Run as a program it prints the directory as of today, in the service's own import format.
"""

from __future__ import annotations

import json
import re
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

_DAYS = re.compile(r"\Atoday(?P<sign>[+-])(?P<days>[0-9]+)d(?P<time>T.*)?\Z")


def load(today: date) -> dict[str, Any]:
    """Read the directory with its days resolved: `today-30d` becomes a day, `today-1dT12:00:00Z` an instant."""
    resolved: dict[str, Any] = _resolve(json.loads((Path(__file__).parent / "directory.json").read_text()), today)
    return resolved


def _resolve(value: Any, today: date) -> Any:
    if isinstance(value, dict):
        return {name: _resolve(each, today) for name, each in value.items()}
    if isinstance(value, list):
        return [_resolve(each, today) for each in value]
    found = _DAYS.match(value) if isinstance(value, str) else None
    if found is None:
        return value
    days = int(found["days"]) * (1 if found["sign"] == "+" else -1)
    return f"{today + timedelta(days=days)}{found['time'] or ''}"


if __name__ == "__main__":
    json.dump(load(datetime.now(UTC).date()), sys.stdout, indent=1, ensure_ascii=False)
