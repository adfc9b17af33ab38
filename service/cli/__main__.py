"""Where `python -m service.cli` begins."""

from service.cli import cli

cli()
