"""Whoever runs the service finds every command in the README, and every command explains itself."""

from __future__ import annotations

import re

import click
import pytest
from click.testing import CliRunner

from service.cli import cli
from tests.readme import README, command_list

PROJECT = README.parent


def commands(group: click.Group, *before: str) -> list[tuple[str, ...]]:
    """The words that call each command."""
    return [
        words
        for name, command in sorted(group.commands.items())
        for words in (commands(command, *before, name) if isinstance(command, click.Group) else [(*before, name)])
    ]


def test_readme_holds_the_commands_as_the_code_knows_them() -> None:
    assert command_list() in README.read_text(), "The README is behind the code; run `make readme`."


@pytest.mark.parametrize("words", commands(cli), ids=" ".join)
def test_every_command_explains_itself_and_each_of_its_options(words: tuple[str, ...]) -> None:
    told = CliRunner().invoke(cli, [*words, "--help"])
    command: click.Command = cli
    for word in words:
        assert isinstance(command, click.Group)
        command = command.commands[word]

    assert told.exit_code == 0
    assert (command.help or "").strip()
    assert all(option.help for option in command.params if isinstance(option, click.Option)), words


def test_make_alone_lists_every_target() -> None:
    makefile = (PROJECT / "Makefile").read_text()
    phony = set(" ".join(re.findall(r"^\.PHONY: (.+)$", makefile, re.MULTILINE)).split())
    described = set(re.findall(r"^([a-z-]+):.*## \S", makefile, re.MULTILINE))

    assert phony == described


def test_no_target_swallows_a_failure() -> None:
    for path in ("Makefile", ".ci/run"):
        assert "|| true" not in (PROJECT / path).read_text()


def test_documents_name_only_targets_that_there_are() -> None:
    described = set(re.findall(r"^([a-z-]+):.*## \S", (PROJECT / "Makefile").read_text(), re.MULTILINE))
    for document in ("README.md", "CONTRIBUTING.md", "docs/operations.md"):
        named = set(re.findall(r"(?:`|^)make ([a-z-]+)", (PROJECT / document).read_text(), re.MULTILINE))
        assert named <= described, f"{document} names {named - described}"
