"""The first ten minutes of somebody who has just cloned the project: `make run`, two requests, Ctrl-C, and again."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests import servers
from tests.e2e.conftest import OURS, PROJECT

LAST_LINE = "Ctrl-C ends it"
START_SECONDS = 120
# The environment is the one that runs the tests, so make need not build it again.
MAKE_RUN = ("make", "--assume-old=.venv/.ok", "run")


class Start:
    """One `make run`, as somebody at a terminal sees it."""

    def __init__(self, clone: Path, *variables: str, **environment: str) -> None:
        inherited = {name: value for name, value in os.environ.items() if name not in OURS}
        self.printed: list[str] = []
        self.began = time.monotonic()
        self.process = subprocess.Popen(
            [*MAKE_RUN, *variables], cwd=clone, env={**inherited, **environment}, text=True, start_new_session=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        self._welcomed = threading.Event()
        self._listener = threading.Thread(target=self._listen)
        self._listener.start()

    def _listen(self) -> None:
        with self.process.stdout or contextlib.nullcontext(()) as lines:
            for line in lines:
                self.printed.append(line.rstrip("\n"))
                if line.startswith(LAST_LINE):
                    self._welcomed.set()
        self._welcomed.set()

    def wait_for_welcome(self) -> list[str]:
        """The requests that are printed, ready to paste."""
        assert self._welcomed.wait(START_SECONDS), self.text
        assert self.process.poll() is None, self.text
        return [line for line in self.printed if line.startswith("curl ")]

    @property
    def text(self) -> str:
        """All that was printed so far."""
        return "\n".join(self.printed)

    def press_ctrl_c(self) -> None:
        """What a terminal does: interrupt everybody in the foreground."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGINT)
        self.process.wait(60)
        self._listener.join(60)


def paste(line: str) -> dict[str, Any]:
    """Paste a printed request into a shell; answer the JSON that comes back."""
    done = subprocess.run(["bash", "-c", line], capture_output=True, text=True, check=True, timeout=60)
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project's files, and nothing that is not in the repository, except an environment that is made already."""
    folder = tmp_path_factory.mktemp("clone")
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=PROJECT, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    for name in filter(None, listed.split("\0")):
        if (PROJECT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(PROJECT / name, folder / name)
    (folder / ".venv").symlink_to(PROJECT / ".venv")
    return folder


@contextlib.contextmanager
def started(clone: Path, *variables: str, **environment: str) -> Iterator[Start]:
    """A `make run` that is ended when the block ends."""
    start = Start(clone, *variables, **environment)
    try:
        yield start
    finally:
        start.press_ctrl_c()


def is_taken(port: int) -> bool:
    """Whether somebody listens on a port of this machine."""
    with socket.socket() as probe:
        return bool(probe.connect_ex(("127.0.0.1", port)) == 0)


@pytest.mark.xdist_group("first-start")
def test_printed_requests_work_as_written_and_a_second_start_keeps_everything(clone: Path) -> None:
    port = servers.free_port()
    with started(clone, f"PORT={port}", "DATA_DIR=elsewhere") as first:
        take_in, ask = first.wait_for_welcome()
        intake, again, matches = paste(take_in), paste(take_in), paste(ask)
        explained = subprocess.run(
            ["curl", "-sf", f"http://127.0.0.1:{port}/docs"], capture_output=True, text=True, check=True
        ).stdout
    left_behind = is_taken(port)
    kept = (clone / "elsewhere" / "demo-credentials.json").read_bytes()
    with started(clone, PORT=str(port), DATA_DIR="elsewhere") as second:
        second.wait_for_welcome()
        matches_afterwards = paste(ask)

    assert intake["return_code"]
    assert again == intake
    assert matches["items"], "The demo directory has somebody for the person of the first request."
    assert matches_afterwards["items"] == matches["items"] or matches_afterwards["items"]
    assert "swagger" in explained.lower()
    assert not left_behind
    assert (clone / "elsewhere" / "demo-credentials.json").read_bytes() == kept
    assert not (clone / "var").exists()


@pytest.mark.xdist_group("first-start")
def test_demo_credentials_and_keys_are_for_their_owner_alone(clone: Path) -> None:
    with started(clone, f"PORT={servers.free_port()}", "DATA_DIR=elsewhere") as start:
        start.wait_for_welcome()
    house = clone / "elsewhere"
    credentials = json.loads((house / "demo-credentials.json").read_text())

    assert set(credentials) == {"outreach", "coordinator", "clinic", "steward", "auditor", "privacy_lead"}
    assert all(set(each) == {"organization_id", "api_key"} for each in credentials.values())
    assert len({each["organization_id"] for each in credentials.values()}) == 5, "the privacy lead works at the hub"
    for secret in ("demo-credentials.json", "keys/master-keys", "keys/lookup-secret", "keys/ledger-key"):
        assert (house / secret).stat().st_mode & 0o777 == 0o600


@pytest.mark.xdist_group("first-start")
def test_busy_port_is_said_in_one_sentence(clone: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as busy:
        port = busy.getsockname()[1]
        with started(clone, f"PORT={port}", "DATA_DIR=elsewhere") as start:
            status = start.process.wait(START_SECONDS)

    said = [line for line in start.printed if str(port) in line]
    assert status != 0
    assert len(said) == 1
    assert re.match(rf"Error: Port {port} .*PORT={port + 1}\.$", said[0])
    assert "Traceback" not in start.text
