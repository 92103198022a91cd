"""The embedded PostgreSQL 17 with TimescaleDB, for hosts without Docker.

Debian 12 has neither, so the server is unpacked from Debian 13 into a root
folder of its own under ``var/`` and runs there through chroot, as its own user.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

from stack.config import StackSettings
from ytempire.errors import MissingProgram, Permanent

BINARIES = "/usr/lib/postgresql/17/bin"
DATA = "/var/lib/postgresql/ytempire-data"
GRACE_SECONDS = 2.5
CONFIGURATION = """
shared_preload_libraries = 'timescaledb'
timescaledb.telemetry_level = off
# No tmpfs is mounted into the root folder: shared memory for parallel queries lies in files.
dynamic_shared_memory_type = mmap
unix_socket_directories = ''
listen_addresses = '127.0.0.1'
max_connections = 200
shared_buffers = 512MB
effective_cache_size = 4GB
work_mem = 32MB
maintenance_work_mem = 256MB
max_wal_size = 4GB
"""


def root_folder(settings: StackSettings) -> Path:
    """The folder that holds the server and its data."""
    return settings.var / "postgres"


def _in_root(settings: StackSettings, *command: str) -> list[str]:
    return ["chroot", "--userspec=postgres", str(root_folder(settings)), *command]


def install(settings: StackSettings) -> None:
    """Unpack the server and create its cluster, unless both are there."""
    if os.geteuid() != 0:
        raise Permanent(
            "The embedded PostgreSQL needs root (it runs through chroot). Run as root, or name a PostgreSQL "
            "with TimescaleDB in YTEMPIRE_ADMIN_DATABASE_URL."
        )
    root = root_folder(settings)
    if not (root / BINARIES.lstrip("/") / "postgres").exists():
        if shutil.which("mmdebstrap") is None:
            raise MissingProgram("mmdebstrap")
        shutil.rmtree(root, ignore_errors=True)
        packages = "postgresql-17,postgresql-17-timescaledb"
        command = ["mmdebstrap", "--quiet", "--variant=minbase", f"--include={packages}", "trixie", str(root)]
        if subprocess.run(command).returncode != 0:
            shutil.rmtree(root, ignore_errors=True)
            raise Permanent(
                "PostgreSQL could not be unpacked from Debian's packages (see above). Check the network and the "
                "disk, or name a PostgreSQL with TimescaleDB in YTEMPIRE_ADMIN_DATABASE_URL."
            )
    _create_cluster(settings)


def _create_cluster(settings: StackSettings) -> None:
    data = root_folder(settings) / DATA.lstrip("/")
    done = data / "ytempire.conf"
    if done.exists():
        return
    shutil.rmtree(data, ignore_errors=True)
    password_file = root_folder(settings) / "tmp" / "password"
    password_file.touch(mode=0o600)
    password_file.write_text(settings.secrets["postgres_password"])
    shutil.chown(password_file, *_owner(settings))
    try:
        initdb = [f"{BINARIES}/initdb", "-D", DATA, "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8"]
        options = ["--auth=scram-sha-256", "--pwfile=/tmp/password"]
        subprocess.run(_in_root(settings, *initdb, *options), check=True, stdout=subprocess.DEVNULL)
    finally:
        password_file.unlink()
    with (data / "postgresql.conf").open("a") as main:
        main.write("\ninclude 'ytempire.conf'\n")
    done.write_text(CONFIGURATION)
    shutil.chown(done, *_owner(settings))


def _owner(settings: StackSettings) -> tuple[int, int]:
    """User and group id of ``postgres`` inside the root folder."""
    for line in (root_folder(settings) / "etc" / "passwd").read_text().splitlines():
        fields = line.split(":")
        if fields[0] == "postgres":
            return int(fields[2]), int(fields[3])
    raise Permanent(f"{root_folder(settings)} has no user postgres. Remove this folder and start again.")


def serve(settings: StackSettings) -> int:
    """Run the server in the foreground; SIGTERM shuts it down fast and cleanly. Returns its exit status."""
    arguments = ["-D", DATA, "-p", str(settings.postgres_port)]
    server = subprocess.Popen(
        _in_root(settings, f"{BINARIES}/postgres", *arguments), start_new_session=True, stderr=sys.stderr
    )

    def stop(*_: object) -> None:
        # The others are being stopped too: they get a moment to close their connections.
        time.sleep(GRACE_SECONDS)
        # SIGINT is the server's "fast" shutdown; on SIGTERM it would wait for its clients.
        server.send_signal(signal.SIGINT)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    return server.wait()
