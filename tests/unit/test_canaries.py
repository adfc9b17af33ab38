"""The search for canaries finds them in every form in which bytes are left behind."""

from __future__ import annotations

import base64
import json
import random
import urllib.parse
from collections.abc import Callable

import pytest

from tests.canaries.hatched import PLANTED, Canaries

FORMS: dict[str, Callable[[str], bytes]] = {
    "as it was said": str.encode,
    "in capitals": lambda words: words.upper().encode(),
    "in an address": lambda words: urllib.parse.quote(words).encode(),
    "in JSON": lambda words: json.dumps(words).encode(),
    "as UTF-16": lambda words: words.encode("utf-16"),
    "in a dump": lambda words: words.encode().hex().encode(),
    "in base64": lambda words: base64.b64encode(words.encode()),
    "in base64, one on": lambda words: base64.b64encode(b"x" + words.encode()),
    "in base64, two on": lambda words: base64.b64encode(b"xx" + words.encode()),
}


@pytest.mark.parametrize("form", FORMS)
def test_canary_is_found(form: str) -> None:
    canaries = Canaries(random.Random(7))

    for name in PLANTED:
        raw = b"before " + FORMS[form](canaries.words(name)) + b" after"
        assert canaries.found([("log", raw)]) == [f"log: {name}"]


def test_nothing_is_found_where_nothing_is() -> None:
    assert Canaries(random.Random(7)).found([("log", random.Random(8).randbytes(200_000))]) == []


def test_there_are_thirty_and_no_two_alike() -> None:
    cores = Canaries(random.Random(7)).cores

    assert len(cores) == len(set(cores.values())) == 30


@pytest.mark.parametrize("between", ["-", " ", "+", "%20"])
def test_code_is_found_however_it_is_written(between: str) -> None:
    canaries = Canaries(random.Random(7), secrets={"code": "acorn-bench-cedar"})

    assert canaries.found([("log", f"Acorn{between}bench{between}cedar".encode())]) == ["log: code"]


def test_secret_is_found_anywhere_but_at_home() -> None:
    canaries = Canaries(random.Random(7), secrets={"visit": "c29tZWJvZHk"}, at_home={"visit": "Set-Cookie"})

    assert canaries.found([(place, b"visit=c29tZWJvZHk") for place in ("Set-Cookie", "log")]) == ["log: visit"]
