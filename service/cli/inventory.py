"""The command that says what is held, and stops the build when something is held without a reason."""

from __future__ import annotations

import json

import click

from service.cli.group import cli
from service.inventory.reading import read_inventory
from service.inventory.rules import Inventory
from service.inventory.schemas import InventoryView, as_document
from service.inventory.writing import as_markdown, as_text


@cli.command()
@click.option(
    "--format", "form", type=click.Choice(["text", "markdown", "json"]), default="text", show_default=True,
    help="how it is written",
)  # fmt: skip
@click.option("--check", is_flag=True, help="only see whether all that is held has its reason; ends with 1 if not")
def inventory(form: str, check: bool) -> None:
    """Say what is held, why, who can read it, for how long, and what each kind of seizure would yield."""
    found = read_inventory()
    if found.missing:
        raise click.ClickException("\n".join(found.missing))
    if check:
        click.echo(f"{len(found.held)} fields are held, each for a reason.")
        return
    written = {"text": as_text, "markdown": as_markdown, "json": _as_json}[form]
    click.echo(written(found), nl=False)


def _as_json(found: Inventory) -> str:
    return json.dumps(InventoryView().dump(as_document(found)), indent=2, ensure_ascii=False) + "\n"
