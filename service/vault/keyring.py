"""Epoch keys as this process knows them: the first one wraps, all of them unwrap."""

from __future__ import annotations

from pathlib import Path

from service.settings import MasterKey, parse_master_keys


class Keyring:
    """The epoch keys. When they live in a file, it is read again as soon as it may say more than is known here: a
    rotation turns them under running processes."""

    def __init__(self, keys: tuple[MasterKey, ...], file: Path | None = None) -> None:
        self._keys = keys
        self._file = file

    def __repr__(self) -> str:
        return f"Keyring(epochs={self.epochs})"

    @property
    def epochs(self) -> tuple[str, ...]:
        """The names of the epochs, the wrapping one first."""
        return tuple(key.epoch for key in self._keys)

    @property
    def wrapping(self) -> MasterKey:
        """The key that wraps what is made now."""
        return self._keys[0]

    def secret(self, epoch: str) -> bytes | None:
        """The key of an epoch; None when nobody here has it, or has it any more."""
        found = self._find(epoch)
        if found is None and self.read_again():
            found = self._find(epoch)
        return found

    def read_again(self) -> bool:
        """Read the file again; False when there is none, or when it says what is known already."""
        if self._file is None:
            return False
        known, self._keys = self._keys, parse_master_keys(self._file.read_text())
        return known != self._keys

    def _find(self, epoch: str) -> bytes | None:
        return next((key.secret for key in self._keys if key.epoch == epoch), None)
