"""The proof that a run judged on both databases: `python -m tests.both_databases .reports/test.xml`.

A suite that silently skips one of two databases is green and says nothing; so the passed tests of each are counted.
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree as Tree

BACKENDS = ("sqlite", "postgresql")


def passed_by_backend(report: Path) -> Counter[str]:
    """Count the passed tests of each database in a JUnit report; the database stands in brackets in a test's name."""
    counted: Counter[str] = Counter()
    for case in Tree.parse(report).iter("testcase"):  # noqa: S314  (our own report)
        name = case.get("name", "")
        if not any(case.find(no) is not None for no in ("skipped", "failure", "error")):
            counted.update(backend for backend in BACKENDS if backend in name.partition("[")[2])
    return counted


def main(report: Path) -> int:
    """Print the counts; answer 1 unless PostgreSQL judged as well: a few tests are about one database alone."""
    counted = passed_by_backend(report)
    for backend in BACKENDS:
        print(f"{backend}: {counted[backend]} tests passed")
    if counted["postgresql"] < 0.9 * max(counted["sqlite"], 1):
        print("PostgreSQL did not judge what SQLite judged.", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
