"""Commands that a person or a scheduler runs: `python -m service.cli COMMAND`."""

from service.cli import backups as backups
from service.cli import bringing as bringing
from service.cli import callers as callers
from service.cli import doctor as doctor
from service.cli import running as running
from service.cli.directory import directory as directory
from service.cli.group import cli as cli
from service.cli.inventory import inventory as inventory
from service.cli.ledger import ledger as ledger
from service.cli.rulebook import rules as rules
from service.cli.setting_up import alembic_config as alembic_config
from service.cli.staleness import stale as stale
from service.cli.vault import vault as vault
