"""Commands about the ledger: whether it is whole, and a proof for one entry."""

from __future__ import annotations

import base64
import sys
import time
import uuid
from pathlib import Path

import click
import orjson
import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from sqlalchemy.orm import Session

from service.cli.coverage import without_entry
from service.cli.group import cli, world
from service.ledger.anchors import AnchorUnreadable, read_anchors
from service.ledger.proofs import prove as make_proof
from service.ledger.verifying import Verified, verify_ledger
from service.settings import KEY_BYTES, SettingsError, ledger_key, ledger_public_file


@cli.group()
def ledger() -> None:
    """The ledger: who did, read or was told what."""


@ledger.command()
@click.option(
    "--anchors",
    "folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="a folder of anchors to hold the ledger against; without one, nobody sees that its end was cut off",
)
def verify(folder: Path | None) -> None:
    """Hash the whole ledger again; name the first batch and entry that do not fit, and count what has no entry."""
    with world() as runtime:
        keys = public_keys(runtime.settings.data_dir)
        try:
            anchors = read_anchors(folder, keys) if folder else []
        except AnchorUnreadable as unreadable:
            raise click.ClickException(
                "A file among the anchors is none, or nobody who sealed here signed it."
            ) from unreadable
        began = time.monotonic()
        with runtime.database.session(reading=True) as session:
            _take_time(session)
            found = verify_ledger(session, keys, anchors)
        seconds = time.monotonic() - began
        with runtime.database.session(reading=True) as session:
            _take_time(session)
            lacking = {kind: count for kind, count in without_entry(session).items() if count}
    _say(found, len(anchors), seconds)
    for kind, count in lacking.items():
        click.echo(f"Without an entry: {count} of kind {kind}.", err=True)
    sys.exit(1 if found.wrong or lacking else 0)


@ledger.command()
@click.argument("entry_id", type=click.UUID)
def prove(entry_id: uuid.UUID) -> None:
    """Print the proof that an entry stands as it was sealed; docs/check_proof.py checks it without us."""
    with world() as runtime, runtime.database.session(reading=True) as session:
        proof = make_proof(session, entry_id)
    if proof is None:
        raise click.ClickException(
            "There is no proof: the entry is not there, not sealed yet, or does not fit its batch."
        )
    click.echo(orjson.dumps(proof.document(), option=orjson.OPT_INDENT_2))


def sealing_key(data_dir: Path) -> Ed25519PrivateKey:
    """The key that seals. Raise SettingsError when this process was given none."""
    return Ed25519PrivateKey.from_private_bytes(ledger_key(data_dir))


def public_keys(data_dir: Path) -> list[Ed25519PublicKey]:
    """The public halves of all keys that ever sealed here. Raise SettingsError when a line is none."""
    path = ledger_public_file(data_dir)
    if not path.exists():
        return [sealing_key(data_dir).public_key()]
    try:
        lines = [base64.b64decode(line, validate=True) for line in path.read_text().split()]
    except ValueError as broken:
        raise SettingsError(f"{path.name} wants base64 of {KEY_BYTES} bytes on each line.") from broken
    if not lines or any(len(line) != KEY_BYTES for line in lines):
        raise SettingsError(f"{path.name} wants base64 of {KEY_BYTES} bytes on each line.")
    return [Ed25519PublicKey.from_public_bytes(line) for line in lines]


def _take_time(session: Session) -> None:
    """Let a question take as long as a whole ledger needs; what a request may not do, a command may."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(sa.text("SET statement_timeout = '1h'"))


def _say(found: Verified, anchors: int, seconds: float) -> None:
    if found.wrong:
        entry = f", entry {uuid.UUID(found.wrong.entry)}" if found.wrong.entry else ""
        click.echo(f"Batch {found.wrong.batch}{entry}: {found.wrong.says}.", err=True)
    pace = f"{found.entries / seconds:,.0f} entries a second" if seconds else ""
    click.echo(
        f"Hashed {found.entries} entries in {found.batches} batches ({found.dropped} gone for their age, "
        f"{found.unsealed} not sealed yet), held against {anchors} anchors; {pace}."
    )
