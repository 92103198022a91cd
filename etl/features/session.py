"""The Spark session: local, small, closed to the outside."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from ytempire.errors import InvalidInput
from ytempire.settings import TrainingSettings

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


@dataclass(frozen=True)
class JdbcTarget:
    """A PostgreSQL database as JDBC names it. The password is in no representation of it."""

    url: str
    user: str
    _password: str

    def __repr__(self) -> str:
        return f"JdbcTarget({self.url!r})"

    def properties(self) -> dict[str, str]:
        """Return what the driver needs to log in."""
        return {
            "driver": "org.postgresql.Driver",
            "user": self.user,
            "password": self._password,
            "fetchsize": "20000",
            "options": "-c timezone=UTC",
        }


def jdbc_target(database_url: str) -> JdbcTarget:
    """Take a ``postgresql://user:password@host:port/name`` URL apart.

    Raises InvalidInput if it is no such URL; the message does not repeat it.
    """
    parts = urlsplit(database_url)
    if parts.scheme not in {"postgresql", "postgres"} or not parts.hostname or not parts.path.strip("/"):
        raise InvalidInput(
            "YTEMPIRE_DATABASE_URL", "is not postgresql://user@host/name", "Correct this environment variable."
        )
    return JdbcTarget(
        url=f"jdbc:postgresql://{parts.hostname}:{parts.port or 5432}{parts.path}",
        user=unquote(parts.username or ""),
        _password=unquote(parts.password or ""),
    )


def spark_session(settings: TrainingSettings, work_folder: Path) -> SparkSession:
    """Start Spark for a feature job; everything it writes beside the result lies in ``work_folder``.

    Raises InvalidInput if the JDBC driver is not where the settings say.
    """
    if not settings.spark_jdbc_jar.exists():
        raise InvalidInput(
            "YTEMPIRE_TRAINING__SPARK_JDBC_JAR",
            f"there is no {settings.spark_jdbc_jar}",
            "Install libpostgresql-jdbc-java or name the driver's jar.",
        )
    os.environ["SPARK_LOCAL_IP"] = "127.0.0.1"
    os.environ["PYSPARK_PYTHON"] = sys.executable
    from pyspark.sql import SparkSession

    work_folder.mkdir(parents=True, exist_ok=True)
    # A job lives for seconds: the second compiler would not pay for itself.
    java = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Djava.net.preferIPv4Stack=true"
    options = {
        "spark.driver.memory": settings.spark_memory,
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.extraClassPath": str(settings.spark_jdbc_jar),
        "spark.driver.extraJavaOptions": java,
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.local.dir": str(work_folder),
        "spark.sql.warehouse.dir": str(work_folder / "warehouse"),
        "spark.sql.shuffle.partitions": "4",
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.execution.arrow.pyspark.enabled": "true",
    }
    builder = SparkSession.builder.appName("ytempire-features").master(settings.spark_master)
    for name, value in options.items():
        builder = builder.config(name, value)
    session: SparkSession = builder.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    return session
