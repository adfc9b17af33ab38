"""A PostgreSQL with PostGIS to compare with, given more memory than the service's own would get."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests import servers

HOW_TO_GET_IT = "PostGIS is not installed here (apt-get install postgresql-15-postgis-3), so its column stays empty."
# The whole table fits into shared buffers, no sort or hash touches a disk, and nothing is spent on surviving a crash.
GENEROUS = {
    "shared_buffers": "2GB",
    "effective_cache_size": "6GB",
    "work_mem": "256MB",
    "maintenance_work_mem": "1GB",
    "random_page_cost": "1.05",
    "effective_io_concurrency": "200",
    "max_parallel_workers_per_gather": "0",  # Its workers took longer to start than they saved, on two cores.
    "jit": "off",
    "fsync": "off",
    "synchronous_commit": "off",
    "max_wal_size": "8GB",
    "autovacuum": "off",
    "plan_cache_mode": "force_custom_plan",
}


def is_there() -> bool:
    """Whether the extension stands beside the newest PostgreSQL of this machine."""
    programs = servers._programs()
    if programs is None:
        return False
    told = subprocess.run([programs / "pg_config", "--sharedir"], capture_output=True, text=True, check=False)
    folders = [Path(told.stdout.strip())] if told.returncode == 0 else []
    folders.append(Path("/usr/share/postgresql") / programs.parent.name)
    return any((folder / "extension" / "postgis.control").exists() for folder in folders)


@contextlib.contextmanager
def started() -> Iterator[str]:
    """Start a server of our own, and answer its address; it is gone afterwards."""
    programs = servers._programs()
    if programs is None:
        raise SystemExit(HOW_TO_GET_IT)
    folder = Path(tempfile.mkdtemp(prefix="making-room-postgis-"))
    as_owner = servers._owner(folder)
    data, port = folder / "data", servers.free_port()
    settings = {**GENEROUS, "port": str(port), "listen_addresses": "127.0.0.1", "unix_socket_directories": str(folder)}
    control = [*as_owner, str(programs / "pg_ctl"), "-D", str(data), "-w", "-l", str(folder / "log")]
    try:
        _quietly([*as_owner, str(programs / "initdb"), "--auth=trust", "--username=postgres", "--no-sync", str(data)])
        _quietly([*control, "-o", " ".join(f"-c {name}={value}" for name, value in settings.items()), "start"])
        yield f"postgresql://postgres@127.0.0.1:{port}/postgres"
    finally:
        subprocess.run([*control, "-m", "immediate", "stop"], check=False, stdout=subprocess.DEVNULL)
        shutil.rmtree(folder, ignore_errors=True)


def _quietly(command: list[str]) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
