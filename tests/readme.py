"""The parts of the README that are written from the code: `python -m tests.readme` writes them anew."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import click

from service.cli import cli
from service.settings import DOCUMENTED

README = Path(__file__).resolve().parent.parent / "README.md"


def settings_table() -> str:
    """One row for each setting: name, default, meaning."""
    rows = [f"| `{name}` | {default} | {meaning} |" for name, default, meaning in DOCUMENTED]
    return "\n".join(["| name | default | meaning |", "| --- | --- | --- |", *rows])


def command_list() -> str:
    """One row for each command: how it is written, what it does."""
    rows = [f"| `{usage}` | {says} |" for usage, says in _commands(cli, "")]
    return "\n".join(["| command | does |", "| --- | --- |", *rows])


def with_generated_parts(text: str) -> str:
    """Answer the README with its generated parts written anew."""
    for name, part in (("settings", settings_table()), ("commands", command_list())):
        opening, closing = re.search(rf"<!-- {name}:.*?-->\n", text), text.index(f"<!-- /{name} -->")
        if opening is None:
            raise LookupError(f"The README has lost the place where its {name} stand.")
        text = f"{text[: opening.end()]}{part}\n{text[closing:]}"
    return text


def _commands(group: click.Group, before: str) -> Iterator[tuple[str, str]]:
    for name, command in sorted(group.commands.items()):
        if isinstance(command, click.Group):
            yield from _commands(command, f"{before}{name} ")
        else:
            yield f"{before}{name}{_arguments(command)}", (command.help or "").partition("\n")[0]


def _arguments(command: click.Command) -> str:
    return "".join(f" {each.human_readable_name}" for each in command.params if isinstance(each, click.Argument))


if __name__ == "__main__":
    README.write_text(with_generated_parts(README.read_text()))
