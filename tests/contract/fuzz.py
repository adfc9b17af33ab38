"""Thousands of generated requests, valid and hostile, against the running service on both databases.

Called by `make contract` as `python -m tests.contract.fuzz`; ends with 1 when anything failed, or when too few ran.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from service.access.rules import Scope
from tests import servers
from tests.contract.acquaintances import Acquaintances
from tests.e2e import conftest as live
from tests.stories.worlds import OverHttp

ENOUGH = 5000
# Whoever refers people keeps no directory, so two organizations call; see schemathesis.toml.
KINDS = ("hub", "steward")
HERE = Path(__file__).parent
DOCUMENT = HERE.parent.parent / "openapi" / "openapi.json"


def main(arguments: list[str]) -> int:
    """Fuzz the backends that are named, by default both at a time. Answer the exit status."""
    with servers.postgresql() as server:
        if server is None:
            sys.stdout.write("No PostgreSQL was found.\n")
            return 1
        os.environ["TEST_DATABASE_URL"] = server.url
        backends = arguments or live.BACKENDS
        with ThreadPoolExecutor(len(backends)) as side_by_side:
            return max(side_by_side.map(fuzz, backends))


def fuzz(backend: str) -> int:
    """Start a service on one database, let schemathesis at it, and count what was sent."""
    with tempfile.TemporaryDirectory() as folder, live.databases(backend) as databases:
        data_dir = Path(folder)
        environment = {**live.an_environment(data_dir), **databases, "TRUSTED_PROXIES": "1"}
        live.set_up(data_dir, environment)
        organizations = {kind: _organization(environment, kind) for kind in KINDS}
        keys = {kind: _all_powerful_key(environment, of) for kind, of in organizations.items()}
        report, configuration = data_dir / "report.ndjson", data_dir / "schemathesis.toml"
        base_url = f"http://127.0.0.1:{environment['PORT']}"
        with live.serving(data_dir, environment):
            known = Acquaintances(OverHttp(base_url, keys), organizations["steward"]).make()
            configuration.write_text((HERE / "schemathesis.toml").read_text() + "\n" + known.as_configuration())
            done = subprocess.run(
                [
                    Path(sys.executable).parent / "schemathesis",
                    "--config-file",
                    configuration,
                    "run",
                    DOCUMENT,
                    "--url",
                    base_url,
                    "--continue-on-failure",
                    "--report",
                    "ndjson",
                    "--report-ndjson-path",
                    report,
                    "--no-color",
                ],
                env={**os.environ, **{f"{kind.upper()}_KEY": key for kind, key in keys.items()}},
                check=False,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                encoding="utf-8",
            )
        sys.stdout.write(done.stdout)
        with contextlib.suppress(FileNotFoundError):
            broken = [line for line in (data_dir / "log").read_text().splitlines() if '"broken"' in line]
            sys.stdout.write("".join(f"{line}\n" for line in broken[:20]))
        sent = _requests(report)
    sys.stdout.write(f"{backend}: {sent} requests, {'ok' if done.returncode == 0 else 'FAILED'}\n")
    return int(done.returncode != 0 or sent < ENOUGH)


def _organization(environment: dict[str, str], kind: str) -> str:
    """The demo's organization of a kind."""
    organizations = live.run(environment, "service.cli", "organizations").decode().splitlines()
    return next(line.split()[0] for line in organizations if line.split()[1] == kind)


def _all_powerful_key(environment: dict[str, str], organization: str) -> str:
    """A key with every scope."""
    scopes = [word for scope in Scope for word in ("--scope", scope.value)]
    application = live.run(environment, "service.cli", "make-application", organization, "Fuzz", *scopes).decode()
    return live.run(environment, "service.cli", "issue-key", application.strip()).decode().strip()


def _requests(report: Path) -> int:
    """How many requests were really sent, as the report has them."""
    sent = 0
    for line in report.read_text().splitlines():
        sent += _interactions(json.loads(line))
    return sent


def _interactions(event: object) -> int:
    if isinstance(event, dict):
        own = len(event["interactions"]) if isinstance(event.get("interactions"), dict | list) else 0
        return own or sum(_interactions(each) for each in event.values())
    return sum(_interactions(each) for each in event) if isinstance(event, list) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
