"""Commands that a person or a scheduler runs: `python -m service.cli COMMAND`."""

from __future__ import annotations

import base64
import secrets
import signal
import sys
import threading
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

import click
import orjson
from alembic import command
from alembic.config import Config
from sqlalchemy.orm import Session

from service import demo, serving
from service.access import actions as access
from service.access.queries import list_organizations
from service.access.rules import SCOPES_OF, OrganizationKind, Role, Scope
from service.chores import Chores
from service.database import UNAVAILABLE
from service.errors import Refusal
from service.http.logs import configure_logs
from service.providers.importing import import_directory, read_csv, read_map
from service.providers.schemas.entries import read_entry
from service.referrals.queries import list_reviews
from service.runtime import Runtime, build_runtime
from service.settings import (
    KEY_BYTES,
    SettingsError,
    load_settings,
    lookup_secret_file,
    master_keys_file,
)

PROJECT = Path(__file__).resolve().parent.parent
CHORES_EVERY = 5.0


@click.group()
def cli() -> None:
    """Making Room: set up, look after, and feed the service."""


@contextmanager
def _world() -> Iterator[Runtime]:
    try:
        runtime = build_runtime(load_settings())
        try:
            yield runtime
        finally:
            runtime.dispose()
    except SettingsError as unusable:
        raise click.ClickException(str(unusable)) from unusable
    except Refusal as refusal:
        raise click.ClickException(refusal.message()) from refusal
    except UNAVAILABLE as away:
        raise click.ClickException("A database does not answer; look at DATABASE_URL and KEYSTORE_URL.") from away


@contextmanager
def _work() -> Iterator[tuple[Session, datetime]]:
    with _world() as runtime, runtime.database.session() as session:
        yield session, runtime.clock.now()


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
    except OSError as barred:
        raise click.ClickException(f"DATA_DIR {data_dir} cannot be used: {barred.strerror}.") from barred


def _keep_once(path: Path, text: str) -> None:
    """Write a file that only its owner can read, whole or not at all; one that is there stays as it is."""
    if path.exists():
        return
    path.parent.mkdir(mode=0o700, exist_ok=True)
    fresh = path.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    fresh.touch(mode=0o600)
    fresh.write_text(text + "\n")
    fresh.replace(path)
    click.echo(f"Made {path}.")


def _new_secret() -> str:
    return base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()


@cli.command()
def migrate() -> None:
    """Bring the main database and the key store to the newest shape."""
    with _world() as runtime:
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
@click.argument("name")
@click.option(
    "--kind", type=click.Choice([kind.value for kind in OrganizationKind]), required=True, help="what it does here"
)
def make_organization(name: str, kind: str) -> None:
    """Make an organization; prints its id."""
    with _work() as (session, now):
        click.echo(access.make_organization(session, name, OrganizationKind(kind), now=now).id)


@cli.command()
def organizations() -> None:
    """List the organizations: id, kind, name."""
    with _work() as (session, _):
        for each in list_organizations(session):
            click.echo(f"{each.id}  {each.kind:10}  {each.name}")


@cli.command()
@click.argument("organization_id", type=click.UUID)
@click.argument("name")
@click.option(
    "--role", type=click.Choice([role.value for role in Role]), help="the scopes that this role usually holds"
)
@click.option(
    "--scope", "scopes", type=click.Choice([scope.value for scope in Scope]), multiple=True, help="one more scope"
)
def make_application(organization_id: uuid.UUID, name: str, role: str | None, scopes: tuple[str, ...]) -> None:
    """Make an application of an organization; prints its id."""
    wanted = {Scope(scope) for scope in scopes} | (SCOPES_OF[Role(role)] if role else frozenset())
    if not wanted:
        raise click.UsageError("Name a --role, or at least one --scope.")
    with _work() as (session, now):
        click.echo(access.make_application(session, organization_id, name, wanted, now=now).id)


@cli.command()
@click.argument("application_id", type=click.UUID)
@click.option("--days", type=click.IntRange(1, 3650), help="after how many days it expires; never, when left out")
def issue_key(application_id: uuid.UUID, days: int | None) -> None:
    """Issue an API key for an application. It is printed once and cannot be shown again."""
    with _work() as (session, now):
        expires_at = now + timedelta(days=days) if days else None
        click.echo(access.issue_key(session, application_id, now=now, expires_at=expires_at).text)


@cli.command()
@click.argument("key_id")
def revoke_key(key_id: str) -> None:
    """Revoke an API key by its id, the twelve characters after `mr_`; the next request with it is refused."""
    with _work() as (session, now):
        access.revoke_key(session, key_id.removeprefix("mr_").split("_")[0], now=now)


@cli.command()
@click.option("--count", type=click.IntRange(1, 1000), default=50, show_default=True, help="how many, at most")
def reviews(count: int) -> None:
    """List providers to look at for how they turned somebody away, the newest first: day, reason, provider, offering.

    Whose reason was the person's use or medication is reviewed; the person never is, and none is named.
    """
    with _work() as (session, _):
        for each in list_reviews(session, count):
            click.echo(f"{each.flagged_at:%Y-%m-%d}  {each.reason:20}  {each.provider_id}  {each.offering_id}")


@cli.command()
@click.option("--once", is_flag=True, help="do what is due now, then stop")
def work(once: bool) -> None:
    """Do the chores that requests leave behind, until it is asked to stop."""
    with _world() as runtime:
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


@cli.group()
def directory() -> None:
    """The directory of providers and offerings."""


@directory.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--format", "form", type=click.Choice(["json", "csv"]), default="json", show_default=True, help="of FILE")
@click.option(
    "--map",
    "map_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="which columns of a CSV say what, as service/providers/maps/samhsa.json does",
)
@click.option("--dry-run", is_flag=True, help="look at everything, keep nothing")
def import_file(file: Path, form: str, map_file: Path | None, dry_run: bool) -> None:
    """Bring a directory in, known by external ids: a second run changes nothing, a wrong row fails itself alone."""
    if (form == "csv") != (map_file is not None):
        raise click.UsageError("A CSV needs a --map, and only a CSV does.")
    entries = read_csv(file, read_map(map_file)) if map_file else _providers(file.read_bytes())
    with _world() as runtime:
        report = import_directory(
            runtime.database, entries, read_entry, now=runtime.clock.now(), dry_run=dry_run, steps=_with_progress
        )
    for refused in report.refused:
        click.echo(f"{refused.where}: {refused.why}", err=True)
    click.echo(f"{report}; kept nothing, as this was a dry run" if dry_run else str(report))
    sys.exit(1 if report.refused else 0)


def _providers(text: bytes) -> list[Any]:
    try:
        providers = orjson.loads(text)["providers"]
    except (ValueError, KeyError, TypeError, IndexError):
        providers = None
    if not isinstance(providers, list):
        raise click.ClickException('A directory is a JSON object with one list: {"providers": [...]}.')
    return providers


def _with_progress(chunks: Iterable[Any]) -> Iterator[Any]:
    with click.progressbar(list(chunks), label="Bringing in", file=sys.stderr) as bar:
        yield from bar


@cli.command()
@click.option("--directory", "file", type=click.File("rb"), required=True, help="a directory in our own JSON format")
def set_up_demo(file: BinaryIO) -> None:
    """Set up what a trial needs: fictional organizations, a credential each, a directory. What is there stays."""
    with _world() as runtime:
        data_dir, now = runtime.settings.data_dir, runtime.clock.now()
        kept = demo.read_credentials(data_dir)
        with runtime.database.session() as session:
            credentials = demo.make_credentials(session, kept, now=now)
        if credentials != kept:
            report = demo.bring_directory(runtime.database, _providers(file.read()), credentials, now=now)
            for refused in report.refused:
                raise click.ClickException(f"{refused.where}: {refused.why}")
            demo.write_credentials(data_dir, credentials)


@cli.command()
@click.option("--demo", "greet", is_flag=True, help="once it is ready, print requests to try with the demo credentials")
def serve(greet: bool) -> None:
    """Run web and worker together on HOST and PORT; Ctrl-C ends both."""
    with _world() as runtime:
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


if __name__ == "__main__":
    cli()
