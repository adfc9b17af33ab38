"""Commands about copies: making one, and putting one back without bringing anybody back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from uuid import UUID

import click
import orjson

from service.cli.group import cli, world
from service.database import Database
from service.erasure.restoring import erase_again
from service.wall import HOUSE

_ID = re.compile(r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b")


@cli.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def backup(folder: Path) -> None:
    """Copy both databases into FOLDER while the service runs: the main one first, the key store after it.

    What stands in PostgreSQL is not copied: the lines that do it are printed, in this order.

    In this order the newest people in the copy have their keys. Keep the key store's copies apart from the others, and
    no longer than seven days.
    """
    with world() as runtime:
        stores = (("making-room", runtime.database), ("keystore", runtime.vault.store))
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for name, database in stores:
            if database.is_sqlite:
                _copy(database, folder / f"{name}.sqlite3")
            else:
                _advise(database, folder / f"{name}.dump")


@cli.command()
@click.option(
    "--erased",
    "places",
    multiple=True,
    type=click.Path(exists=True, path_type=Path),
    help="a folder of ledger anchors, or a file with one id a line: who was erased, when the key store was lost too",
)
def finish_restore(places: tuple[Path, ...]) -> None:
    """After an older copy was put back, erase again whoever was erased since; /readyz is red until that is done."""
    named = [person_id for place in places for person_id in _ids(place)]
    with world() as runtime:
        done = erase_again(runtime.database, runtime.vault, named, now=runtime.clock.now())
    click.echo(f"{done.keys} keys were destroyed once more, {done.people} people erased once more.")


def _copy(database: Database, copy: Path) -> None:
    if copy.exists():
        raise click.ClickException(f"{copy} is there already; name a folder that holds no copy yet.")
    copy.touch(mode=0o600)
    with closing(database.engine.raw_connection()) as connection:
        # Copying the file alone would miss what stands in its log; VACUUM INTO reads both, at one moment.
        connection.cursor().execute("VACUUM INTO ?", (str(copy),))
    click.echo(f"Copied {copy}.")


def _advise(database: Database, copy: Path) -> None:
    click.echo("PostgreSQL copies itself. Run this as the role that owns the tables; say that it may see every row:")
    url = database.url.set(drivername="postgresql").render_as_string(hide_password=True)
    click.echo(f"PGOPTIONS='-c {HOUSE}=on' pg_dump --enable-row-security --format=custom --file='{copy}' '{url}'")


def _ids(place: Path) -> Iterator[UUID]:
    """Who is named: by the anchors in a folder, or by a file of ids. A file that is no anchor may hold ids, too."""
    for file in sorted(place.iterdir()) if place.is_dir() else [place]:
        text = file.read_text()
        try:
            told = orjson.loads(text)
        except orjson.JSONDecodeError:
            told = None
        named = told.get("erased", ()) if isinstance(told, dict) else _ID.findall(text)
        yield from (UUID(each) for each in named)
