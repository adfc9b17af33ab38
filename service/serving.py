"""The processes of one machine, started together and ended together: web and worker."""

from __future__ import annotations

import contextlib
import ctypes
import gc
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NoReturn

PROJECT = Path(__file__).resolve().parent.parent
READY_SECONDS = 60.0
LOOK_EVERY = 0.05
GRACE_SECONDS = 30
_PR_SET_PDEATHSIG = 1
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD, _M_ARENA_MAX = -1, -3, -8

WEB = ("-m", "gunicorn", "--chdir", str(PROJECT), "-c", str(PROJECT / "service" / "gunicorn.conf.py"),
       "service.app:create_app()")  # fmt: skip
WORKER = ("-m", "service.cli", "work")


class CannotServe(Exception):
    """The service cannot be started here, or cannot go on."""


def address(host: str, port: int) -> str:
    """Write host and port as one, IPv6 in brackets."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def base_url(host: str, port: int) -> str:
    """Where somebody on this machine finds a service that listens on host and port."""
    everywhere = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}  # noqa: S104
    return f"http://{address(everywhere.get(host, host), port)}"


def end_with_parent(parent: int) -> None:
    """Ask Linux to kill this process when its parent, of this id, is gone; elsewhere nothing is promised.

    The parent may have gone between the fork and the asking, hence the second look.
    """
    if sys.platform != "linux":
        return
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os.kill(os.getpid(), signal.SIGKILL)


def share_memory() -> None:
    """Ask glibc for one arena instead of one a thread, and to give back what is large or much as soon as it is free.

    Eight threads would each keep memory that another one freed, and a search of a million offerings takes some.
    """
    if sys.platform == "linux" and hasattr(libc := ctypes.CDLL(None), "mallopt"):
        libc.mallopt(_M_ARENA_MAX, 1)
        libc.mallopt(_M_MMAP_THRESHOLD, 512 * 1024)
        libc.mallopt(_M_TRIM_THRESHOLD, 4 * 1024 * 1024)


def settle_memory() -> None:
    """End a start: give back what it no longer needs, and never again search for garbage in what stays."""
    gc.collect()
    gc.freeze()
    gc.enable()
    if sys.platform == "linux" and hasattr(libc := ctypes.CDLL(None), "malloc_trim"):
        libc.malloc_trim(0)


def serve(host: str, port: int, *, when_ready: Callable[[str], None]) -> NoReturn:
    """Run web and worker until somebody ends us. `when_ready` is told the base URL once /readyz answers 200.

    Raise CannotServe with one sentence: when there is no room to begin, and when one of the two ends by itself.
    """
    _look_for_room(host, port)
    with _ended_in_order(), _started(WEB) as web, _started(WORKER) as worker:
        if _wait_until_ready(f"{base_url(host, port)}/readyz", (web, worker)):
            when_ready(base_url(host, port))
        while web.poll() is None and worker.poll() is None:
            time.sleep(LOOK_EVERY)
        ended = "web" if web.poll() is not None else "worker"
        status = web.poll() if web.poll() is not None else worker.poll()
        raise CannotServe(f"The {ended} process ended by itself, with status {status}; what it said stands above.")


def _look_for_room(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        socket.create_server((host, port), family=family).close()
    except (OSError, OverflowError) as taken:
        reason = f"Port {port} on {host} cannot be had: somebody may be using it already"
        raise CannotServe(f"{reason}; choose another with PORT=…, for example PORT={port + 1}.") from taken


def _wait_until_ready(url: str, processes: tuple[subprocess.Popen[bytes], ...]) -> bool:
    until = time.monotonic() + READY_SECONDS
    while time.monotonic() < until and all(process.poll() is None for process in processes):
        with contextlib.suppress(OSError, urllib.error.HTTPError), urllib.request.urlopen(url, timeout=5):  # noqa: S310
            return True
        time.sleep(LOOK_EVERY)
    return False


@contextlib.contextmanager
def _started(arguments: tuple[str, ...]) -> Iterator[subprocess.Popen[bytes]]:
    parent = os.getpid()
    process = subprocess.Popen(  # noqa: S603  (our own programs, no word of anybody in them)
        [sys.executable, *arguments],
        cwd=PROJECT,
        preexec_fn=lambda: end_with_parent(parent),  # noqa: PLW1509  (no threads here, so nothing can hang)
    )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()


@contextlib.contextmanager
def _ended_in_order() -> Iterator[None]:
    """Take Ctrl-C and a polite end of the process alike: leave the blocks, which end what they started.

    Ctrl-C is asked for by name, because a shell that starts us in the background has it ignored.
    """
    before = {way: signal.signal(way, signal.default_int_handler) for way in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    except KeyboardInterrupt:
        sys.exit(0)
    finally:
        for way, handler in before.items():
            signal.signal(way, handler)
