"""Commands that run the service: web, worker, or both."""

from __future__ import annotations

import signal
import threading
from functools import partial
from pathlib import Path

import click

from service import demo, serving
from service.chores import Chores
from service.cli.group import cli, world
from service.http.logs import configure_logs

CHORES_EVERY = 5.0


@cli.command()
@click.option("--once", is_flag=True, help="do what is due now, then stop")
def work(once: bool) -> None:
    """Do the chores that requests leave behind, until it is asked to stop."""
    with world() as runtime:
        configure_logs(runtime.settings.log_level)
        asked_to_stop = _told_to_stop()
        chores = Chores(runtime)
        while True:
            chores.do()
            if once or asked_to_stop.wait(CHORES_EVERY):
                return


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
