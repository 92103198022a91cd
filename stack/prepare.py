"""Databases, roles, migrations, users and pools: what must be there before Airflow and MLflow start.

Every step looks at what is there and adds what is missing.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import time
from importlib.metadata import version

import psycopg
from psycopg import sql

from stack.airflow_users import PASSWORD_VARIABLES
from stack.config import DATABASES, ROOT, StackSettings
from ytempire.database.migrate import upgrade
from ytempire.errors import Permanent

MINIMUM_POSTGRES = 170000


def wait_for_postgres(settings: StackSettings, timeout_seconds: float = 60) -> None:
    """Return once the server answers; raise Permanent when it does not in time."""
    deadline = time.monotonic() + timeout_seconds
    while True:
        try:
            with psycopg.connect(settings.admin_url, connect_timeout=5) as connection:
                number = connection.info.server_version
            break
        except psycopg.OperationalError as error:
            if time.monotonic() > deadline:
                raise Permanent(
                    f"PostgreSQL does not answer ({str(error).strip()}). "
                    f"See {settings.log / 'stack.log'}, or correct YTEMPIRE_ADMIN_DATABASE_URL."
                ) from error
            time.sleep(0.2)
    if number < MINIMUM_POSTGRES:
        raise Permanent(f"PostgreSQL {number // 10000} is too old: version 17 or newer is needed.")


def create_databases(settings: StackSettings) -> None:
    """One role and one database each for YTEMPIRE, Airflow and MLflow; none is a superuser."""
    with psycopg.connect(settings.admin_url, autocommit=True) as admin:
        for name in DATABASES:
            role, password = sql.Identifier(name), sql.Literal(settings.secrets[f"{name}_password"])
            if not admin.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (name,)).fetchone():
                admin.execute(sql.SQL("CREATE ROLE {} LOGIN").format(role))
            admin.execute(
                sql.SQL("ALTER ROLE {} NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD {}").format(role, password)
            )
            if not admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,)).fetchone():
                admin.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(role, role))


def _fingerprint(settings: StackSettings) -> str:
    """Names what the preparation of Airflow depends on: its versions, its database, users and pools."""
    parts = [version("apache-airflow"), version("apache-airflow-providers-fab"), version("mlflow")]
    parts += [settings.admin_url, settings.secrets["admin_password"]]
    parts += [(ROOT / "dags" / "pools.json").read_text(), (ROOT / "stack" / "airflow_users.py").read_text()]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _run(settings: StackSettings, *command: str, **extra: str) -> None:
    log = settings.log / "prepare.log"
    with log.open("a") as output:
        environment = os.environ | settings.environment() | extra
        result = subprocess.run(command, cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT)
    if result.returncode != 0:
        raise Permanent(f"{' '.join(command)} failed. What it said is in {log}.")


def prepare(settings: StackSettings) -> None:
    """Bring databases, schemas, users and pools to what this version of the code needs."""
    wait_for_postgres(settings)
    create_databases(settings)
    upgrade(settings.database_url("ytempire"))
    done = settings.var / "prepared" / _fingerprint(settings)
    if not done.exists():
        _run(settings, "airflow", "db", "migrate")
        passwords = {variable: settings.secrets[f"{name}_password"] for name, variable in PASSWORD_VARIABLES.items()}
        _run(settings, sys.executable, "-m", "stack.airflow_users", **passwords)
        _run(settings, "airflow", "pools", "import", "dags/pools.json")
        _run(settings, "mlflow", "db", "upgrade", settings.mlflow_store_url)
        done.parent.mkdir(exist_ok=True)
        done.touch()
    (settings.run / "prepared").touch()
