"""``python -m etl.features``: run the Spark job in a process of its own.

Everything comes from the settings; options change single values of this run.
The last line of the output is the finished feature set as JSON.
"""

from __future__ import annotations

import logging
import sys
import tempfile
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from etl.features.job import FeatureParams, run
from etl.features.session import spark_session
from etl.validation.page import write_page
from ytempire.database.connection import connect
from ytempire.errors import Permanent
from ytempire.settings import get_settings


def main(
    target: Annotated[Path | None, typer.Option(help="Folder of the feature set.")] = None,
    history_days: Annotated[int | None, typer.Option(help="Days to compute.")] = None,
    region_limit: Annotated[int | None, typer.Option(help="At most this many countries.")] = None,
    until: Annotated[datetime | None, typer.Option(help="Last day.", formats=["%Y-%m-%d"])] = None,
) -> None:
    """Compute the features of the trend model from the snapshots in the database."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", stream=sys.stderr)
    try:
        settings = get_settings()
        training = settings.training
        last: date | None = until.date() if until else None
        params = FeatureParams(
            database_url=settings.database_url,
            target=target or settings.data_root / "features" / "trend",
            history_days=history_days or training.history_days,
            region_limit=region_limit or training.region_limit,
            preferred_regions=settings.trends.regions,
            until=last,
            suites=settings.analytics.suites,
        )
        with tempfile.TemporaryDirectory(prefix="ytempire-spark-") as work:
            spark = spark_session(training, Path(work))
            logging.info("features: Spark is up")
            try:
                feature_set = run(spark, params)
            finally:
                spark.stop()
                with connect(settings.database_url) as connection:
                    write_page(connection, settings)
    except Permanent as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error
    typer.echo(feature_set.model_dump_json())


if __name__ == "__main__":
    typer.run(main)
