"""A closed-loop load: so many connections, each sending its next request when the last one is answered."""

from __future__ import annotations

import socket
import statistics
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass
class Figures:
    """What a run of load measured; latencies in milliseconds."""

    seconds: float
    latencies: list[float] = field(default_factory=list)
    refused: int = 0

    @property
    def per_second(self) -> float:
        """Answered requests a second."""
        return len(self.latencies) / self.seconds

    def percentile(self, share: float) -> float:
        """The latency that `share` of the requests stay below."""
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else float("nan")

    def __str__(self) -> str:
        mean = statistics.fmean(self.latencies) if self.latencies else float("nan")
        return (
            f"{self.per_second:7.0f} requests/s   p50 {self.percentile(0.5):6.1f} ms   "
            f"p99 {self.percentile(0.99):6.1f} ms   mean {mean:6.1f} ms   refused {self.refused}"
        )


def together(runs: list[Figures]) -> Figures:
    """Several runs of one kind as one."""
    return Figures(
        sum(each.seconds for each in runs),
        [latency for each in runs for latency in each.latencies],
        sum(each.refused for each in runs),
    )


def load(port: int, next_request: Callable[[], bytes], *, connections: int, seconds: float, expect: int) -> Figures:
    """Send requests for `seconds` over `connections` keep-alive connections; count what is not `expect` as refused."""
    figures = Figures(seconds)
    lock = threading.Lock()
    end = time.perf_counter() + seconds

    def caller() -> None:
        mine, refused = [], 0
        wire = _Wire(port)
        while time.perf_counter() < end:
            began = time.perf_counter()
            status = wire.exchange(next_request())
            if status == expect:
                mine.append((time.perf_counter() - began) * 1000)
            else:
                refused += 1
        wire.close()
        with lock:
            figures.latencies += mine
            figures.refused += refused

    threads = [threading.Thread(target=caller) for _ in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return figures


class _Wire:
    """One keep-alive connection, with as little Python around it as will do."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._socket = self._connect()

    def _connect(self) -> socket.socket:
        wire = socket.create_connection(("127.0.0.1", self._port), timeout=30)
        wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return wire

    def exchange(self, request: bytes) -> int:
        """Send one request, read its whole answer, answer its status; a closed connection is opened again."""
        try:
            self._socket.sendall(request)
            head, _, rest = self._read_head()
        except OSError:
            self._socket.close()
            self._socket = self._connect()
            self._socket.sendall(request)
            head, _, rest = self._read_head()
        lower = head.lower()
        start = lower.find(b"content-length:")
        length = int(lower[start + 15 :].split(b"\r\n", 1)[0]) if start >= 0 else 0
        while len(rest) < length:
            rest += self._socket.recv(65536)
        if b"connection: close" in lower:
            self._socket.close()
            self._socket = self._connect()
        return int(head.split(b" ", 2)[1])

    def _read_head(self) -> tuple[bytes, bytes, bytes]:
        received = b""
        while b"\r\n\r\n" not in received:
            chunk = self._socket.recv(65536)
            if not chunk:
                raise ConnectionResetError
            received += chunk
        return received.partition(b"\r\n\r\n")

    def close(self) -> None:
        """Hang up."""
        self._socket.close()


def request_bytes(method: str, path: str, body: bytes = b"", **headers: str) -> bytes:
    """Write one HTTP/1.1 request."""
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", f"Content-Length: {len(body)}"]
    if body:
        lines.append("Content-Type: application/json")
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body
