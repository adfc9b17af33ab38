"""What the environment may say, and the one sentence that answers what it may not."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from service.settings import SettingsError, ledger_key, load_settings

SECRET = base64.b64encode(bytes(32)).decode()


@pytest.fixture(autouse=True)
def _keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (
        "PORT",
        "WEB_CONCURRENCY",
        "REDIS_URL",
        "RATE_LIMIT",
        "NOT_THERE_LIMIT",
        "ANCHORS",
        "TRUSTED_PROXIES",
        "QUICK_EXIT_URL",
        "LOG_LEVEL",
    ):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("MASTER_KEYS", f"test:{SECRET}")
    monkeypatch.setenv("LOOKUP_SECRET", SECRET)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "0"),
        ("PORT", "65536"),
        ("PORT", "http"),
        ("WEB_CONCURRENCY", "0"),
        ("REDIS_URL", "somewhere"),
        ("TRUSTED_PROXIES", "-1"),
        ("QUICK_EXIT_URL", "javascript:1"),
        ("REDIS_URL", "redis://127.0.0.1:port/0"),
        ("RATE_LIMIT", "many"),
        ("RATE_LIMIT", "1 per minute"),
        ("NOT_THERE_LIMIT", "many"),
        ("NOT_THERE_LIMIT", "1 per minute"),
        ("ANCHORS", "/mnt/anchors"),
        ("ANCHORS", "https://anchors.example.org"),
        ("LOG_LEVEL", "LOUD"),
        ("MASTER_KEYS", "test:short"),
        ("LOOKUP_SECRET", "short"),
    ],
)
def test_what_cannot_be_used_is_named_at_the_start(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, value)

    with pytest.raises(SettingsError) as said:
        load_settings()

    assert name in str(said.value)
    assert "\n" not in str(said.value)


@pytest.mark.parametrize("url", ["redis://127.0.0.1:6379/0", "rediss://user:word@cache.example.org"])
def test_an_address_of_redis_is_taken(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REDIS_URL", url)

    assert load_settings().redis_url == url


def test_places_for_anchors_are_folders(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANCHORS", "file:///mnt/a, file:///mnt/b%20c")

    assert load_settings().anchors == (Path("/mnt/a"), Path("/mnt/b c"))


def test_the_key_of_the_sealer_is_its_own_and_no_part_of_the_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LEDGER_KEY", SECRET)

    assert ledger_key(tmp_path) == bytes(32)
    assert not hasattr(load_settings(), "ledger_key")
    monkeypatch.delenv("LEDGER_KEY")
    with pytest.raises(SettingsError, match="ledger-key is missing"):
        ledger_key(tmp_path)
