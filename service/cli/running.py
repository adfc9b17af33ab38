"""Commands that run the service: web, worker, or both."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import click

from service import demo, serving
from service.chores import Anchoring, Chores, Clearing, Sealing
from service.cli.group import cli, world
from service.cli.ledger import sealing_key
from service.erasure.queries import erased_since
from service.http.logs import configure_logs

CHORES_EVERY = 5.0
# Twice a second, so that no entry waits for its seal for a whole one.
SEAL_EVERY = 0.4
ANCHORS_EVERY = 30.0
CLEAR_EVERY = 3600.0


@cli.command()
@click.option("--once", is_flag=True, help="do what is due now, then stop")
def work(once: bool) -> None:
    """Do the chores that requests leave behind and seal the ledger, until it is asked to stop."""
    with world() as runtime:
        configure_logs(runtime.settings.log_level)
        key = sealing_key(runtime.settings.data_dir)
        chores = Chores(runtime)
        sealing = Sealing(runtime, key)
        anchoring = Anchoring(runtime, key, erased_since, began_at=runtime.clock.now())
        clearing = Clearing(runtime, key)
        tasks = (
            (chores.do, CHORES_EVERY), (sealing.do, SEAL_EVERY), (anchoring.do, ANCHORS_EVERY),
            (clearing.do, CLEAR_EVERY),
        )  # fmt: skip
        if once:
            for task, _ in tasks:
                task()
        else:
            take_turns(_told_to_stop(), *tasks)


def take_turns(asked_to_stop: threading.Event, *tasks: tuple[Callable[[], None], float]) -> None:
    """Do each task at its own pace, in a thread of its own: hardening a code for long must not keep the sealer waiting.

    Whichever breaks ends all of them, and the process, so that somebody notices.
    """

    def do(task: Callable[[], None], every: float) -> None:
        try:
            while not asked_to_stop.is_set():
                task()
                asked_to_stop.wait(every)
        finally:
            asked_to_stop.set()

    with ThreadPoolExecutor(len(tasks)) as threads:
        turns = [threads.submit(do, *each) for each in tasks]
        asked_to_stop.wait()
    for turn in turns:
        turn.result()


def _told_to_stop() -> threading.Event:
    """Answer what is set once somebody asks the process to end, so that it ends between two chores."""
    asked = threading.Event()
    for way in (signal.SIGTERM, signal.SIGINT):
        signal.signal(way, lambda *_: asked.set())
    return asked


@cli.command()
@click.option("--demo", "greet", is_flag=True, help="once it is ready, print requests to try with the demo credentials")
def serve(greet: bool) -> None:
    """Run web and worker together on HOST and PORT; Ctrl-C ends both."""
    with world() as runtime:
        settings = runtime.settings
    welcome = partial(_welcome, settings.data_dir) if greet else _say_ready
    try:
        serving.serve(settings.host, settings.port, when_ready=welcome)
    except serving.CannotServe as ended:
        raise click.ClickException(str(ended)) from ended


def _say_ready(url: str) -> None:
    click.echo(f"Ready at {url}")


def _welcome(data_dir: Path, url: str) -> None:
    outreach = demo.read_credentials(data_dir)["outreach"]
    click.echo(demo.welcome(url, outreach, demo.credentials_file(data_dir)))
