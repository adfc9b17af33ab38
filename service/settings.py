"""What the environment decides, read once and frozen."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from environs import Env, EnvValidationError, validate
from limits import parse

KEY_BYTES = 32
MOST_PROXIES = 8
# A weather page says nothing about whoever looks at it.
QUICK_EXIT_URL = "https://www.weather.gov/"
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")


class SettingsError(Exception):
    """The environment does not describe a service that could start."""


@dataclass(frozen=True, slots=True)
class MasterKey:
    """One epoch key: wraps people's keys; the first of a list wraps, all of them unwrap."""

    epoch: str
    secret: bytes

    def __repr__(self) -> str:
        return f"MasterKey(epoch={self.epoch!r})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything that differs from one installation to the next."""

    data_dir: Path
    database_url: str
    keystore_url: str
    master_keys: tuple[MasterKey, ...]
    lookup_secret: bytes
    # The file that the epoch keys came from; None when the environment carries them.
    master_keys_path: Path | None = None
    redis_url: str | None = None
    rate_limit: str = "6000 per minute"
    not_there_limit: str = "300 per minute"
    anchors: tuple[Path, ...] = ()
    host: str = "127.0.0.1"
    port: int = 8000
    web_concurrency: int = 2
    threads: int = 8
    trusted_proxies: int = 0
    someone_on_duty: bool = False
    quick_exit_url: str = QUICK_EXIT_URL
    log_level: str = "INFO"
    release: str = "0.1.0"

    def __repr__(self) -> str:
        return f"Settings(data_dir={self.data_dir})"


# Name, default, meaning: the README's table is made from this, and a test keeps the two alike.
DOCUMENTED = (
    ("DATA_DIR", "var", "where databases, keys and demo credentials live, and nowhere else"),
    ("HOST", "127.0.0.1", "address to listen on"),
    ("PORT", "8000", "port to listen on"),
    ("WEB_CONCURRENCY", "2", "web processes; each answers 8 requests at a time"),
    ("DATABASE_URL", "SQLite in DATA_DIR", "main database, e.g. postgresql://localhost/making_room"),
    ("KEYSTORE_URL", "SQLite in DATA_DIR", "key store: people's wrapped keys, apart from the main database"),
    ("MASTER_KEYS", "file in DATA_DIR", "epoch keys, `id:base64 of 32 bytes`, comma separated; the first one wraps"),
    ("LOOKUP_SECRET", "file in DATA_DIR", "base64 of 32 bytes; codes, API keys and cursors are hashed under it"),
    (
        "REDIS_URL",
        "none",
        "shared rate limits, e.g. redis://127.0.0.1:6379/0; without it each process allows a share",
    ),
    ("RATE_LIMIT", "6000 per minute", "requests that one credential, or one address without one, may make"),
    (
        "NOT_THERE_LIMIT",
        "300 per minute",
        "questions for what is not there that one application may ask; above it 429, so that guessing fills no ledger",
    ),
    (
        "LEDGER_KEY",
        "file in DATA_DIR",
        "base64 of 32 bytes, Ed25519; seals the ledger; for the worker and `ledger` commands alone, never for web",
    ),
    ("ANCHORS", "none", "folders of another host that anchors of the ledger go to: `file:///mnt/a,file:///mnt/b`"),
    (
        "TRUSTED_PROXIES",
        "0",
        "how many proxies of your own stand in front, each adding to X-Forwarded-For; guesses are counted by address",
    ),
    ("QUICK_EXIT_URL", QUICK_EXIT_URL, "where the leave link of a person's own pages leads, at once"),
    ("SOMEONE_ON_DUTY", "false", "whether a human reads what comes in as it comes in; answers say so truthfully"),
    ("LOG_LEVEL", "INFO", "DEBUG, INFO, WARNING or ERROR"),
    ("TEST_DATABASE_URL", "found by the tests", "a PostgreSQL 15 server for the tests"),
)


def load_settings() -> Settings:
    """Read the environment. Raise SettingsError with one sentence that names the cure."""
    try:
        return _read(Env())
    except EnvValidationError as unreadable:
        raise SettingsError(str(unreadable)) from unreadable


def _read(env: Env) -> Settings:
    data_dir = Path(env.str("DATA_DIR", "var") or "var").absolute()
    redis_url = _redis_url(env.str("REDIS_URL", ""))
    processes = env.int("WEB_CONCURRENCY", 2, validate=validate.Range(1, error="At least one process has to serve."))
    shares = 1 if redis_url else processes
    return Settings(
        data_dir=data_dir,
        database_url=env.str("DATABASE_URL", "") or sqlite_url(data_dir / "making-room.sqlite3"),
        keystore_url=env.str("KEYSTORE_URL", "") or sqlite_url(data_dir / "keystore.sqlite3"),
        master_keys=parse_master_keys(env.str("MASTER_KEYS", "") or _from_file(master_keys_file(data_dir))),
        master_keys_path=None if env.str("MASTER_KEYS", "") else master_keys_file(data_dir),
        lookup_secret=_decode(
            env.str("LOOKUP_SECRET", "") or _from_file(lookup_secret_file(data_dir)), "LOOKUP_SECRET"
        ),
        redis_url=redis_url,
        rate_limit=_limit("RATE_LIMIT", env.str("RATE_LIMIT", "") or "6000 per minute", shares),
        not_there_limit=_limit("NOT_THERE_LIMIT", env.str("NOT_THERE_LIMIT", "") or "300 per minute", shares),
        anchors=_folders(env.str("ANCHORS", "")),
        host=env.str("HOST", "") or "127.0.0.1",
        port=env.int("PORT", 8000, validate=validate.Range(1, 65535)),
        web_concurrency=processes,
        trusted_proxies=env.int(
            "TRUSTED_PROXIES", 0, validate=validate.Range(0, MOST_PROXIES, error="TRUSTED_PROXIES counts your proxies.")
        ),
        quick_exit_url=_web_address(env.str("QUICK_EXIT_URL", "") or QUICK_EXIT_URL),
        someone_on_duty=env.bool("SOMEONE_ON_DUTY", False),
        log_level=env.str("LOG_LEVEL", "INFO", validate=validate.OneOf(LOG_LEVELS)),
    )


def _redis_url(text: str) -> str | None:
    try:
        parts = urlsplit(text)
        readable = parts.scheme in {"redis", "rediss"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        readable = False
    if text and not readable:
        raise SettingsError("REDIS_URL cannot be read; it looks like redis://127.0.0.1:6379/0.")
    return text or None


def _web_address(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.hostname or not text.isprintable():
        raise SettingsError("QUICK_EXIT_URL cannot be read; it looks like https://www.weather.gov/.")
    return text


def _limit(name: str, text: str, shares: int) -> str:
    try:
        limit = parse(text)
    except ValueError as unreadable:
        raise SettingsError(f"{name} wants a number and a span, such as `6000 per minute`.") from unreadable
    if limit.amount < shares:
        raise SettingsError(f"{name} is smaller than WEB_CONCURRENCY; only with REDIS_URL can processes share it.")
    return text


def _folders(text: str) -> tuple[Path, ...]:
    places = [urlsplit(each.strip()) for each in text.split(",") if each.strip()]
    if not all(each.scheme == "file" and not each.netloc and each.path.startswith("/") for each in places):
        raise SettingsError("ANCHORS wants folders, comma separated, such as `file:///mnt/anchors`.")
    return tuple(Path(unquote(each.path)) for each in places)


def ledger_key(data_dir: Path) -> bytes:
    """Read the key that seals the ledger. Not a part of Settings, because the web process has no business with it."""
    env = Env()
    return _decode(env.str("LEDGER_KEY", "") or _from_file(ledger_key_file(data_dir)), "LEDGER_KEY")


def ledger_key_file(data_dir: Path) -> Path:
    """Where the sealer's key lives when the environment does not carry it."""
    return data_dir / "keys" / "ledger-key"


def ledger_public_file(data_dir: Path) -> Path:
    """Where its public half lives: base64, one line for each key that ever sealed here."""
    return data_dir / "keys" / "ledger-key.pub"


def master_keys_file(data_dir: Path) -> Path:
    """Where the epoch keys live when the environment does not carry them."""
    return data_dir / "keys" / "master-keys"


def lookup_secret_file(data_dir: Path) -> Path:
    """Where the lookup secret lives when the environment does not carry it."""
    return data_dir / "keys" / "lookup-secret"


def sqlite_url(path: Path) -> str:
    """Answer the URL of a SQLite file."""
    return f"sqlite:///{path}"


def parse_master_keys(text: str) -> tuple[MasterKey, ...]:
    """Read ``id:base64,id:base64``; every secret holds 32 bytes, no id comes twice."""
    keys = tuple(_master_key(part) for part in text.replace("\n", ",").split(",") if part.strip())
    if not keys:
        raise SettingsError("MASTER_KEYS names no key; run `python -m service.cli make-keys` once.")
    if len({key.epoch for key in keys}) != len(keys):
        raise SettingsError("MASTER_KEYS names one id twice; give every key its own.")
    return keys


def _master_key(part: str) -> MasterKey:
    epoch, colon, secret = part.strip().partition(":")
    if not colon or not epoch.isalnum() or len(epoch) > 32:
        raise SettingsError("MASTER_KEYS wants `id:base64`; the id is up to 32 letters and digits.")
    return MasterKey(epoch, _decode(secret, "MASTER_KEYS"))


def _decode(text: str, name: str) -> bytes:
    try:
        secret = base64.b64decode(text.strip(), validate=True)
    except binascii.Error as broken:
        raise SettingsError(f"{name} is not base64.") from broken
    if len(secret) != KEY_BYTES:
        raise SettingsError(f"{name} must hold {KEY_BYTES} bytes; run `python -m service.cli make-keys` once.")
    return secret


def _from_file(path: Path) -> str:
    if not path.exists():
        raise SettingsError(f"{path.name} is missing; run `python -m service.cli make-keys` once, or set it.")
    if path.stat().st_mode & 0o077:
        raise SettingsError(f"{path.name} can be read by others; run `chmod 600` on it.")
    return path.read_text()
