"""Runs of an import on record: which file, how far, with what outcome; so that one that was cut off can go on."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from service import errors
from service.database import uuid7
from service.providers.models import ImportRun

BYTES_A_LOOK = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How far an import came: entries read, rows made, changed, left alone, refused; and where its list broke, if so.

    `report_size` is how long the report of its rows is, in bytes.
    """

    read: int = 0
    made: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: int = 0
    report_size: int = 0
    cut_off: str | None = None

    @property
    def rows(self) -> int:
        """How many rows were looked at."""
        return self.made + self.changed + self.unchanged + self.refused

    def __str__(self) -> str:
        return f"{self.made} made, {self.changed} changed, {self.unchanged} unchanged, {self.refused} refused"


@dataclass(frozen=True, slots=True)
class Run:
    """A run of an import, as it is on record."""

    id: UUID
    counts: Counts
    started_at: datetime
    finished_at: datetime | None


@dataclass(frozen=True, slots=True)
class File:
    """A file as its run knows it again: by what it holds and how it is read, not by its name."""

    hash: str
    size: int


class NothingToResume(errors.Contradiction):
    """No import of this file was cut off: it was never begun, or the file changed since. Import it without --resume."""


class AlreadyWhole(errors.Contradiction):
    """This file was brought in whole. To bring it in again, import it without --resume: what is alike is left alone."""


def file_of(path: Path, *read_by: bytes) -> File:
    """Look at a file, and at what says how it is read: its format, its map."""
    digest, size = hashlib.sha256(), 0
    for each in read_by:
        digest.update(len(each).to_bytes(8) + each)
    with path.open("rb") as file:
        while some := file.read(BYTES_A_LOOK):
            digest.update(some)
            size += len(some)
    return File(digest.hexdigest(), size)


def begin_run(session: Session, file: File, *, now: datetime) -> Run:
    """Put a run on record."""
    run = Run(uuid7(now), Counts(), now, None)
    session.add(
        ImportRun(
            id=run.id,
            file_hash=file.hash,
            file_size=file.size,
            **_columns(run.counts),
            started_at=now,
            finished_at=None,
        )
    )
    return run


def find_run(session: Session, file: File) -> Run | None:
    """Find the newest run of a file."""
    query = sa.select(ImportRun).where(ImportRun.file_hash == file.hash).order_by(ImportRun.id.desc()).limit(1)
    record = session.execute(query).scalar_one_or_none()
    if record is None:
        return None
    counts = Counts(
        read=record.providers_read, made=record.made, changed=record.changed, unchanged=record.unchanged,
        refused=record.refused, report_size=record.report_size,
    )  # fmt: skip
    return Run(record.id, counts, record.started_at, record.finished_at)


def run_to_resume(session: Session, file: File) -> Run:
    """Find the run of a file that was cut off. Raise NothingToResume, AlreadyWhole."""
    run = find_run(session, file)
    if run is None:
        raise NothingToResume
    if run.finished_at is not None:
        raise AlreadyWhole
    return run


def keep_counts(session: Session, run_id: UUID, counts: Counts) -> None:
    """Write down how far a run has come, in the transaction that keeps what it counts."""
    session.execute(
        sa.update(ImportRun)
        .where(ImportRun.id == run_id)
        .values(_columns(counts))
        .execution_options(synchronize_session=False)
    )


def finish_run(session: Session, run_id: UUID, *, now: datetime) -> None:
    """Write down that a run has come to the end of its file."""
    session.execute(sa.update(ImportRun).where(ImportRun.id == run_id).values(finished_at=now))


def _columns(counts: Counts) -> dict[str, int]:
    numbers = {name: value for name, value in asdict(counts).items() if name != "cut_off"}
    numbers["providers_read"] = numbers.pop("read")
    return numbers
