"""What the outside world lends us: databases, vault, clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from service.database import Database
from service.settings import Settings
from service.vault import Keyring, Vault


class Clock(Protocol):
    """Whoever is asked what time it is."""

    def now(self) -> datetime:
        """Answer the instant, aware, in UTC."""


class SystemClock:
    """The clock of the machine."""

    def now(self) -> datetime:
        """Answer the instant, to the microsecond."""
        return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Runtime:
    """The world as one process sees it. Tests hand in another one; nothing is patched."""

    settings: Settings
    database: Database
    vault: Vault
    clock: Clock

    def dispose(self) -> None:
        """Close what was opened."""
        self.database.dispose()
        self.vault.store.dispose()

    def leave_to_parent(self) -> None:
        """Forget, in a child after a fork, the connections that are the parent's; two may never share one."""
        self.database.dispose(close=False)
        self.vault.store.dispose(close=False)


def build_runtime(settings: Settings, clock: Clock | None = None, *, at_work: bool = False) -> Runtime:
    """Put the world together. Engines are made on first use, so this may run before a fork.

    `at_work` is said by workers and commands, which look after every organization's rows, and never by what answers
    requests.
    """
    keystore = Database(settings.keystore_url, pool_size=settings.threads)
    vault = Vault(keystore, Keyring(settings.master_keys, settings.master_keys_path), settings.lookup_secret)
    database = Database(settings.database_url, pool_size=settings.threads, at_work=at_work)
    database.lends["vault"] = vault
    return Runtime(settings, database, vault, clock or SystemClock())
