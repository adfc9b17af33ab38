"""Commands about people's keys: turning the epoch that wraps them."""

from __future__ import annotations

import click

from service.cli.group import cli, world
from service.vault.rotating import Turned, move_to_first, turn_in_file


@cli.group()
def vault() -> None:
    """The keys that people's words are sealed under."""


@vault.command()
def rotate() -> None:
    """Turn the epoch: wrap every living key anew, so that the old epoch key can be destroyed. Nobody has to stop."""
    with world() as runtime:
        file, now = runtime.settings.master_keys_path, runtime.clock.now()
        if file is not None:
            turned = turn_in_file(runtime.vault, file, now)
            click.echo(f"{_moved(turned)} The old epoch key is gone from {file}; destroy every copy of it.")
            return
        turned = move_to_first(runtime.vault, now)
    click.echo(_moved(turned))
    if turned.idle:
        click.echo(f"Take {', '.join(turned.idle)} out of MASTER_KEYS on every host, and destroy every copy.")
    else:
        click.echo("MASTER_KEYS names one epoch alone. To begin a new one put a new key first in it, on every host.")


def _moved(turned: Turned) -> str:
    return f"{turned.moved} keys were wrapped anew; {turned.epoch} wraps all of them now."
