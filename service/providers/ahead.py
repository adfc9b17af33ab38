"""Reading ahead: while the database writes one chunk, the next one is read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from queue import Full, Queue
from threading import Event, Thread
from typing import Generic, TypeVar

Item = TypeVar("Item")
CHUNKS_AHEAD = 1
LOOKS_EVERY = 0.2


class _Reading(Generic[Item]):
    """A thread that reads into a short queue until it is told to stop; what it raises is raised where it is read."""

    def __init__(self, items: Iterator[Item]) -> None:
        self._items = items
        self._queue: Queue[tuple[Item | None, BaseException | None]] = Queue(CHUNKS_AHEAD)
        self._stop = Event()
        self._thread = Thread(target=self._read, name="reading-ahead", daemon=True)
        self._thread.start()

    def __iter__(self) -> Iterator[Item]:
        while True:
            item, raised = self._queue.get()
            if raised is not None:
                raise raised
            if item is None:
                return
            yield item

    def close(self) -> None:
        """Stop reading."""
        self._stop.set()
        self._thread.join()

    def _read(self) -> None:
        try:
            for item in self._items:
                self._put((item, None))
                if self._stop.is_set():
                    return
        except BaseException as raised:  # noqa: BLE001  (raised again in the thread that asked)
            self._put((None, raised))
        else:
            self._put((None, None))

    def _put(self, item: tuple[Item | None, BaseException | None]) -> None:
        while not self._stop.is_set():
            try:
                self._queue.put(item, timeout=LOOKS_EVERY)
            except Full:
                continue
            return


@contextmanager
def read_ahead(items: Iterator[Item]) -> Iterator[Iterator[Item]]:
    """Lend items that a thread of its own reads ahead; it ends with the block."""
    reading = _Reading(items)
    try:
        yield iter(reading)
    finally:
        reading.close()
