"""One worker of several: does its chores at an instant, among them to ask for news.

Reads a Unix instant from standard input. Settings come from the environment, as for any process of the house.
"""

from __future__ import annotations

import sys
import time

from service.chores import Chores
from service.runtime import build_runtime
from service.settings import load_settings


def main() -> None:
    """Wait for the signal, then do the chores once."""
    begin = float(sys.stdin.read())
    runtime = build_runtime(load_settings(), at_work=True)
    time.sleep(max(0.0, begin - time.time()))
    Chores(runtime).do()
    runtime.dispose()


if __name__ == "__main__":
    main()
