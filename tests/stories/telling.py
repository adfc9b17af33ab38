"""How the demo speaks: headings, paragraphs and quotations that fit a terminal."""

from __future__ import annotations

import textwrap

import click

WIDTH = 78


def title(text: str) -> None:
    """Print what it is called, once, at the top."""
    click.secho(f"\n{text}\n{'=' * len(text)}", bold=True)


def heading(text: str) -> None:
    """Print the name of a part."""
    click.secho(f"\n{text}\n{'-' * len(text)}", bold=True)


def tell(text: str) -> None:
    """Print a paragraph of the story."""
    click.echo()
    _print(text, "", "")


def quote(words: str) -> None:
    """Print somebody's words as they were said."""
    _print(f"“{words}”", "    ", "     ", italic=True)


def label(text: str) -> None:
    """Print who speaks, or what the next points are."""
    click.echo()
    _print(text, "  ", "  ")


def point(text: str, *, mark: str = "·") -> None:
    """Print one of several things."""
    _print(text, f"    {mark} ", " " * (5 + len(mark)))


def _print(text: str, first: str, then: str, *, italic: bool = False) -> None:
    for line in textwrap.wrap(text, WIDTH, initial_indent=first, subsequent_indent=then, break_on_hyphens=False):
        click.secho(line, italic=italic)
