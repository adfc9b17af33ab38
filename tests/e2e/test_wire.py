"""What callers and proxies put on the wire, and what the real server makes of it."""

from __future__ import annotations

import http.client
import socket
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from tests.e2e.conftest import LiveService

NINE_TENTHS_OF_A_BODY = b"x" * 900_000


@pytest.fixture
def line(live_service: LiveService) -> Iterator[http.client.HTTPConnection]:
    """One connection, kept for several requests as a proxy keeps it."""
    connection = http.client.HTTPConnection(urlsplit(live_service.base_url).netloc, timeout=10)
    yield connection
    connection.close()


def ask(
    line: http.client.HTTPConnection, method: str, path: str, headers: dict[str, str], body: bytes | None = None
) -> tuple[int, str]:
    """Ask, and read the answer to its end, so that the connection can be asked again."""
    line.request(method, path, body=body, headers=headers)
    answer = line.getresponse()
    answer.read()
    return answer.status, answer.headers.get("Content-Type", "")


@pytest.mark.parametrize("header", ["SCRIPT_NAME", "PATH_INFO", "Script-Name", "X-Forwarded-Proto", "X-Forwarded-Ssl"])
def test_nothing_a_request_says_of_its_own_way_is_believed(line: http.client.HTTPConnection, header: str) -> None:
    assert ask(line, "GET", "/v1/limits", {header: "/elsewhere"}) == (200, "application/json")
    assert ask(line, "GET", "/elsewhere/v1/limits", {header: "/elsewhere"})[0] == 404


@pytest.mark.parametrize(
    ("method", "path", "accept", "status"),
    [
        ("POST", "/v1/nothing", "*/*", 404),
        ("PUT", "/v1/intakes", "*/*", 405),
        ("POST", "/v1/intakes", "text/html", 406),
        ("GET", "/v1/help-now", "*/*", 200),
    ],
)
def test_a_body_that_nobody_reads_does_not_cost_the_next_request(
    line: http.client.HTTPConnection, method: str, path: str, accept: str, status: int
) -> None:
    assert ask(line, method, path, {"Accept": accept}, NINE_TENTHS_OF_A_BODY)[0] == status
    connected = line.sock

    assert ask(line, "GET", "/v1/help-now", {})[0] == 200
    assert line.sock is connected


def test_a_body_that_was_cut_is_said_to_be_cut(live_service: LiveService) -> None:
    host = urlsplit(live_service.base_url)
    key = live_service.credentials["outreach"]["api_key"]
    head = f"POST /v1/intakes HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {key}\r\nContent-Type: application/json\r\n"
    with socket.create_connection((host.hostname, host.port), timeout=10) as line:
        line.sendall(f"{head}Content-Length: 50\r\n\r\n".encode() + b'{"mode": "stre')
        line.shutdown(socket.SHUT_WR)
        answer = b"".join(iter(lambda: line.recv(65536), b""))

    assert answer.startswith(b"HTTP/1.1 400")
    assert b"/problems/body-cut" in answer
