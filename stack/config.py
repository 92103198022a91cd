"""Where everything of this machine's stack lives: ports, folders, secrets, and the environment made of them."""

from __future__ import annotations

import base64
import json
import os
import secrets
from functools import cached_property
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from ytempire.errors import InvalidInput

ROOT = Path(__file__).resolve().parent.parent
USERS = {"admin": "Admin", "operator": "Op", "viewer": "Viewer"}
DATABASES = ("ytempire", "airflow", "mlflow")


class StackSettings(BaseSettings):
    """The stack's own knobs, read from ``YTEMPIRE_<NAME>``."""

    model_config = SettingsConfigDict(env_prefix="YTEMPIRE_", extra="ignore", frozen=True)

    var: Path = ROOT / "var"
    postgres_port: int = Field(default=15432, ge=1, le=65535)
    redis_port: int = Field(default=16379, ge=1, le=65535)
    sandbox_port: int = Field(default=18090, ge=1, le=65535)
    mlflow_port: int = Field(default=15000, ge=1, le=65535)
    airflow_port: int = Field(default=18080, ge=1, le=65535)
    admin_database_url: str | None = Field(
        default=None, description="A reachable PostgreSQL with TimescaleDB, as a role that may create roles."
    )
    sandbox: bool = Field(default=True, description="False: the real services are used, no sandbox is started.")
    trend_history: Path | None = None

    @property
    def embedded_postgres(self) -> bool:
        """Whether the stack runs its own PostgreSQL."""
        return self.admin_database_url is None

    @property
    def ports(self) -> dict[str, int]:
        """The port of each service that the stack itself starts."""
        ports = {"redis": self.redis_port, "mlflow": self.mlflow_port, "airflow": self.airflow_port}
        if self.embedded_postgres:
            ports["postgres"] = self.postgres_port
        if self.sandbox:
            ports["sandbox"] = self.sandbox_port
        return ports

    @property
    def run(self) -> Path:
        """Process ids and flags of the running stack."""
        return self.var / "run"

    @property
    def log(self) -> Path:
        """Log files."""
        return self.var / "log"

    @cached_property
    def secrets(self) -> dict[str, str]:
        """Passwords and keys, generated once and kept in ``var/secrets.json`` (mode 600)."""
        path = self.var / "secrets.json"
        known: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
        wanted = [f"{name}_password" for name in (*DATABASES, "postgres", *USERS)]
        fresh = {name: secrets.token_urlsafe(18) for name in [*wanted, "jwt_secret", "api_secret"]}
        fresh["fernet_key"] = base64.urlsafe_b64encode(os.urandom(32)).decode()
        if missing := {name: value for name, value in fresh.items() if name not in known}:
            known |= missing
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch(mode=0o600)
            path.write_text(json.dumps(known, indent=1))
        return known

    @property
    def admin_url(self) -> str:
        """The URL of a role that may create databases and roles."""
        if self.admin_database_url:
            return self.admin_database_url
        return f"postgresql://postgres:{self.secrets['postgres_password']}@127.0.0.1:{self.postgres_port}/postgres"

    def database_url(self, name: str) -> str:
        """The URL of one of our databases, as its own role."""
        server = urlsplit(self.admin_url)
        return f"postgresql://{name}:{self.secrets[f'{name}_password']}@{server.hostname}:{server.port or 5432}/{name}"

    @property
    def airflow_url(self) -> str:
        """The address of Airflow's API server and of its UI."""
        return f"http://127.0.0.1:{self.airflow_port}"

    def environment(self) -> dict[str, str]:
        """Everything that a process of the stack needs in its environment."""
        values = {
            "YTEMPIRE_ROOT": str(ROOT),
            "YTEMPIRE_VAR": str(self.var),
            "YTEMPIRE_DATABASE_URL": self.database_url("ytempire"),
            "YTEMPIRE_REDIS_PORT": str(self.redis_port),
            "YTEMPIRE_SANDBOX_PORT": str(self.sandbox_port),
            "YTEMPIRE_REDIS_URL": f"redis://127.0.0.1:{self.redis_port}/0",
            "YTEMPIRE_MEDIA_ROOT": str(self.var / "media"),
            "YTEMPIRE_DATA_ROOT": str(self.var / "data"),
            "YTEMPIRE_TIERS__WARM_ROOT": str(self.var / "warm"),
            "YTEMPIRE_TIERS__COLD_ROOT": str(self.var / "cold"),
            "YTEMPIRE_RETENTION__LOGS_ROOT": str(self.var / "airflow" / "logs"),
            "YTEMPIRE_MLFLOW_TRACKING_URI": f"http://127.0.0.1:{self.mlflow_port}",
            "MLFLOW_TRACKING_URI": f"http://127.0.0.1:{self.mlflow_port}",
            "AIRFLOW_UI_URL": self.airflow_url,
            "AIRFLOW_HOME": str(self.var / "airflow"),
            "AIRFLOW_CONFIG": str(ROOT / "airflow.cfg"),
            "AIRFLOW__API__PORT": str(self.airflow_port),
            "AIRFLOW__API__BASE_URL": self.airflow_url,
            "AIRFLOW__API__SECRET_KEY": self.secrets["api_secret"],
            "AIRFLOW__API_AUTH__JWT_SECRET": self.secrets["jwt_secret"],
            "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"{self.airflow_url}/execution/",
            "AIRFLOW__CORE__FERNET_KEY": self.secrets["fernet_key"],
            "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": self._sqlalchemy("airflow"),
            "AIRFLOW_CONN_YTEMPIRE_DATABASE": self.database_url("ytempire"),
            "PYTHONPATH": str(ROOT),
            "PYTHONUNBUFFERED": "1",
            "PATH": f"{self.var / 'venv' / 'bin'}:{os.environ['PATH']}",
        }
        if self.sandbox:
            values |= self._sandbox_environment()
        return values

    def _sqlalchemy(self, name: str) -> str:
        return self.database_url(name).replace("postgresql://", "postgresql+psycopg2://", 1)

    @property
    def mlflow_store_url(self) -> str:
        """Where MLflow keeps runs and its registry."""
        return self._sqlalchemy("mlflow")

    @property
    def sandbox_url(self) -> str:
        """The address of the stand-in for the outside world."""
        return f"http://127.0.0.1:{self.sandbox_port}"

    @property
    def history(self) -> Path:
        """The trending history that is replayed and learned from: the one given, else the synthetic one."""
        return (self.trend_history or self.var / "trend_history").resolve()

    def _sandbox_environment(self) -> dict[str, str]:
        url = self.sandbox_url
        return {
            "YTEMPIRE_SANDBOX_URL": url,
            "YTEMPIRE_TREND_HISTORY": str(self.history),
            "YTEMPIRE_TRENDS__FEEDS": json.dumps([f"{url}/feeds/stories.xml?region=US"]),
            "YTEMPIRE_YOUTUBE__ROOT_URL": f"{url}/",
            "YTEMPIRE_YOUTUBE__ANALYTICS_ROOT_URL": f"{url}/",
            "YTEMPIRE_YOUTUBE__REPORTING_ROOT_URL": f"{url}/",
            "YTEMPIRE_YOUTUBE__TOKEN_URL": f"{url}/token",
            "YTEMPIRE_YOUTUBE__AUTHORIZATION_URL": f"{url}/o/oauth2/v2/auth",
            "YTEMPIRE_CONTENT__OPENAI_BASE_URL": f"{url}/openai/v1",
            "YTEMPIRE_CONTENT__ELEVENLABS_BASE_URL": f"{url}/elevenlabs",
            "YTEMPIRE_CONTENT__GOOGLE_TTS_BASE_URL": f"{url}/googletts",
            "YTEMPIRE_CONTENT__STABILITY_BASE_URL": f"{url}/stability",
            "YTEMPIRE_CONTENT__PEXELS_BASE_URL": f"{url}/pexels/v1",
            "YTEMPIRE_CONTENT__PIXABAY_BASE_URL": f"{url}/pixabay/api/",
            "AIRFLOW_CONN_YOUTUBE_API": '{"conn_type": "generic", "password": "sandbox-key"}',
        }


def load() -> StackSettings:
    """Read the stack's settings; a wrong one raises InvalidInput naming its variable."""
    try:
        return StackSettings()
    except ValidationError as error:
        first = error.errors()[0]
        raise InvalidInput(
            "YTEMPIRE_" + str(first["loc"][0]).upper(), first["msg"], "Correct this environment variable."
        ) from error
