"""Keys and anchors are written whole or not at all."""

from pathlib import Path

import pytest

from service.files import write_whole


class DiskFull(OSError):
    """What a disk says that takes no more."""


def test_it_takes_the_place_of_what_was_there_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    path = tmp_path / "key"
    path.write_text("old")
    path.with_suffix(".new").write_text("half of what a crash left")

    write_whole(path, b"new")

    assert path.read_bytes() == b"new"
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_what_was_there_stays_when_the_disk_does_not_take_the_new_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "key"
    path.write_text("old")

    def full(_file: int) -> None:
        raise DiskFull

    monkeypatch.setattr("service.files.os.fsync", full)
    with pytest.raises(DiskFull):
        write_whole(path, b"new")

    assert path.read_text() == "old"
