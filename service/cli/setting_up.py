"""Commands that set the service up: keys, databases, a trial."""

from __future__ import annotations

import base64
import secrets
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

import click
from alembic import command
from alembic.config import Config
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from service import demo
from service.cli.group import cli, world
from service.files import write_whole
from service.providers.brought import CutOff
from service.providers.lists import NoDirectory, read_json
from service.settings import KEY_BYTES, ledger_key_file, ledger_public_file, lookup_secret_file, master_keys_file

PROJECT = Path(__file__).resolve().parent.parent.parent


@cli.command()
@click.option(
    "--data-dir",
    type=click.Path(path_type=Path),
    envvar="DATA_DIR",
    default="var",
    show_default=True,
    help="where the service lives; the environment's DATA_DIR, when left out",
)
def make_keys(data_dir: Path) -> None:
    """Make the key files, mode 0600, once; files that are there stay as they are."""
    epoch = f"e{datetime.now(UTC):%Y%m%d}"
    try:
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        _keep_once(master_keys_file(data_dir), f"{epoch}:{_new_secret()}")
        _keep_once(lookup_secret_file(data_dir), _new_secret())
        _keep_ledger_key(data_dir)
    except OSError as barred:
        raise click.ClickException(f"DATA_DIR {data_dir} cannot be used: {barred.strerror}.") from barred


def _keep_ledger_key(data_dir: Path) -> None:
    """Keep the key that seals the ledger, and beside it the half that anybody may know."""
    path = ledger_key_file(data_dir)
    _keep_once(path, _new_secret())
    key = Ed25519PrivateKey.from_private_bytes(base64.b64decode(path.read_text()))
    _keep_once(ledger_public_file(data_dir), base64.b64encode(key.public_key().public_bytes_raw()).decode())


def _keep_once(path: Path, text: str) -> None:
    """Write a file that only its owner can read; one that is there stays as it is."""
    if path.exists():
        return
    path.parent.mkdir(mode=0o700, exist_ok=True)
    write_whole(path, f"{text}\n".encode())
    click.echo(f"Made {path}.")


def _new_secret() -> str:
    return base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()


@cli.command()
def migrate() -> None:
    """Bring the main database and the key store to the newest shape."""
    with world() as runtime:
        for store, database in (("main", runtime.database), ("keystore", runtime.vault.store)):
            command.upgrade(alembic_config(store, database.url.render_as_string(hide_password=False)), "head")


def alembic_config(store: str, url: str) -> Config:
    """Answer how Alembic runs for one of the two databases: `main` or `keystore`."""
    config = Config(toml_file=str(PROJECT / "pyproject.toml"))
    config.set_main_option("script_location", str(PROJECT / "migrations"))
    if store == "keystore":
        config.set_main_option("path_separator", "os")
        config.set_main_option("version_locations", str(PROJECT / "migrations" / "keystore"))
    config.attributes.update(store=store, url=url)
    return config


@cli.command()
@click.option("--directory", "file", type=click.File("rb"), required=True, help="a directory in our own JSON format")
def set_up_demo(file: BinaryIO) -> None:
    """Set up what a trial needs: fictional organizations, a credential each, a directory. What is there stays."""
    with world() as runtime:
        data_dir, now = runtime.settings.data_dir, runtime.clock.now()
        kept = demo.read_credentials(data_dir)
        with runtime.database.session() as session:
            credentials = demo.make_credentials(session, kept, now=now)
        if credentials != kept:
            for refused in demo.bring_directory(runtime.database, _providers_in(file), credentials, now=now):
                raise click.ClickException(f"{refused.where}: {refused.why}")
            demo.write_credentials(data_dir, credentials)


def _providers_in(file: BinaryIO) -> list[Any]:
    try:
        return list(read_json(file))
    except NoDirectory as other:
        raise click.ClickException(str(NoDirectory.__doc__)) from other
    except CutOff as broken:
        raise click.ClickException(broken.why) from broken
