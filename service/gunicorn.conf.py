"""How gunicorn serves the house: `gunicorn -c service/gunicorn.conf.py 'service.app:create_app()'`."""

from __future__ import annotations

import gc
import logging
import sys
from pathlib import Path
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

import service.app  # noqa: F401 - for the workers, which share the memory that its modules take
from service.matching.index import bequeath_index
from service.runtime import build_runtime
from service.serving import address, end_with_parent, settle_memory, share_memory
from service.settings import SettingsError, load_settings

try:
    _settings = load_settings()
except SettingsError as unusable:
    sys.exit(str(unusable))

# What is loaded at the start stays for good, so it is not searched for garbage while it comes: a fifth of the start.
gc.disable()

bind = address(_settings.host, _settings.port)

# Threads bear slow phones better than one request a process does, and cost little: 2 × 8 still answer 1,500 reads a
# second. Gevent would bear more, but patching the ground under cryptography and C drivers is a risk we do not take.
worker_class = "gthread"
workers = _settings.web_concurrency
threads = _settings.threads
share_memory()

# A connection opened before a fork hands out other people's rows. What is gained by reading before a fork, the
# directory in memory, is read over connections that are closed by then (`on_starting`).
preload_app = False

# Some EHR engines hang up after 30 seconds, so we give up first. With threads this is no deadline for a request;
# the database's own statement, lock and pool timeouts are.
timeout = 25
graceful_timeout = 25
keepalive = 5

# Memory that creeps is given back; the jitter keeps the workers from leaving together.
max_requests = 2000
max_requests_jitter = 200

limit_request_line = 8190

# Nothing that a request says about itself is believed, whoever passes it on: SCRIPT_NAME would move every address.
forwarded_allow_ips = ""
forwarder_headers = ""
secure_scheme_headers: dict[str, str] = {}

# The heartbeat needs no disk, and a full disk must not look like a dead worker.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None

# All instances of one account would share one control socket, and the second would take it over.
control_socket_disable = True

# It prints query strings. The house writes its own line for every answer, with the route instead of the path.
accesslog = None
errorlog = "-"
loglevel = "warning"


def on_starting(_server: Any) -> None:
    """Read the directory once, for all workers: a million offerings take seconds to read, and a hundred megabytes.

    No connection is left open when workers are forked. Where the database is away or not yet in its newest shape,
    each worker reads for itself as soon as it can. What was only needed for reading is given back before they are
    forked.
    """
    world = build_runtime(_settings)
    try:
        with world.database.session(reading=True) as session:
            bequeath_index(session, world.clock.now().date())
    except SQLAlchemyError as unreadable:
        logging.getLogger("gunicorn.error").warning("directory_not_read", extra={"kind": type(unreadable).__name__})
    finally:
        world.dispose()
    settle_memory()


def post_fork(server: Any, worker: Any) -> None:
    """Begin a worker: it dies with its master, and it inherits no open connection.

    Without the first a busy worker outlives a killed master, with old code and old permissions, and nobody notices.
    """
    end_with_parent(worker.ppid)
    preloaded = server.app.callable
    if preloaded is not None:
        preloaded.extensions["making_room"].leave_to_parent()


def post_worker_init(worker: Any) -> None:
    """Send gunicorn's own lines through the house's allow-list, and read the directory before the first caller comes.

    gunicorn's warnings quote what callers sent, so only that they came is kept.
    """
    log = logging.getLogger("gunicorn.error")
    log.handlers.clear()
    log.propagate = True
    worker.wsgi.test_client().get("/readyz")
    settle_memory()
