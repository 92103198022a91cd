"""Before features are computed: the charts of all days are held against the suite ``chart_days``.

One row a country and day, in figures. The suite refuses the history as a whole: of charts with holes, without views
or from the future nothing is learned, and the model that is in use stays.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from etl.validation.results import inspect
from etl.validation.suite import run_suite_on_frame
from ytempire.clock import Clock, system_clock
from ytempire.database.connection import Connection, load_sql

SUITE = "chart_days"


def inspect_charts(
    connection: Connection, suites: Path, first: date, last: date, regions: list[str], clock: Clock = system_clock
) -> int:
    """Hold the charts of the UTC days ``first`` to ``last`` against the suite; return how many there are.

    Raises ValidationFailed when the history is refused or could not be verified.
    """
    import pandas as pd

    values = {"first": first, "last": last, "regions": regions}
    rows = connection.execute(load_sql("etl.features", "chart_days"), values).fetchall()
    frame = pd.DataFrame(rows)
    frame["days_ahead"] = [(day - clock().date()).days for day in frame["day"]]
    frame["day"] = frame["day"].astype(str)
    suite, key = suites / f"{SUITE}.json", ["region_code", "day"]
    inspect(
        connection,
        SUITE,
        f"charts {first} to {last}",
        len(frame),
        lambda: run_suite_on_frame(frame, suite, key, {"charts": len(frame)}),
    )
    return len(frame)
