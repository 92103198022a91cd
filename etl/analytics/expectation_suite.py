"""Runs a Great Expectations suite over a query of the database, and says what broke in our own words.

Only this module knows Great Expectations. A context of its own for every
validation: parallel tasks would corrupt a shared one. The suite is a file that
is only read. Importing Great Expectations costs seconds, so it happens in the call.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ytempire.errors import InvalidInput, ValidationFailed


@dataclass(frozen=True)
class Breach:
    """An expectation that does not hold.

    ``rows`` are the keys of the rows to blame, one tuple each, when the suite
    calls it a warning; None means that the data as a whole is refused.
    """

    expectation: str
    reason: str
    rows: list[tuple[Any, ...]] | None


@dataclass(frozen=True)
class SuiteResult:
    """How many expectations were looked at, and those that do not hold."""

    expectations: int
    breaches: list[Breach]


def read_suite(path: Path) -> dict[str, Any]:
    """Read a suite file. Raises InvalidInput when it is missing or no suite."""
    try:
        suite = json.loads(path.read_text(encoding="utf-8"))
        if suite["name"] and suite["expectations"]:
            return dict(suite)
    except OSError as error:
        raise InvalidInput("YTEMPIRE_ANALYTICS__SUITES", str(error), "Name the folder of the suites.") from error
    except (ValueError, KeyError, TypeError) as error:
        raise InvalidInput(str(path), f"is no expectation suite: {error}", "Restore the file.") from error
    raise InvalidInput(str(path), "holds no expectations", "Restore the file.")


def run_suite(
    database_url: str, query: str, suite_path: Path, key: Sequence[str], parameters: Mapping[str, Any]
) -> SuiteResult:
    """Hold the rows of ``query`` against a suite; blamed rows are named by their ``key`` columns.

    ``parameters`` fill the suite's ``$PARAMETER`` values. Raises ValidationFailed
    when an expectation could not be evaluated: what was not verified has not passed.
    """
    definition = read_suite(suite_path)
    try:
        results = _evaluate(database_url, query, definition, key, parameters)
    except Exception as error:
        raise ValidationFailed(f"the suite {definition['name']} could not be run: {error}") from error
    if len(results) != len(definition["expectations"]):
        raise ValidationFailed(f"the suite {definition['name']} was only run in part")
    return SuiteResult(len(results), [_breach(result, key) for result in results if not result.success])


def _evaluate(
    database_url: str,
    query: str,
    definition: dict[str, Any],
    key: Sequence[str],
    parameters: Mapping[str, Any],
) -> list[Any]:
    import great_expectations
    from great_expectations.core import ExpectationSuite

    context = great_expectations.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    source = context.data_sources.add_postgres(
        "warehouse",
        connection_string=database_url.replace("postgresql://", "postgresql+psycopg://", 1),
        create_temp_table=False,
    )
    try:
        asset = source.add_query_asset(definition["name"], query=query)
        result = (
            asset.add_batch_definition_whole_table("all")
            .get_batch()
            .validate(
                ExpectationSuite(**definition),
                result_format={"result_format": "COMPLETE", "unexpected_index_column_names": list(key)},
                expectation_parameters=dict(parameters),
            )
        )
        return list(result.results)
    finally:
        source.get_engine().dispose()


def _breach(result: Any, key: Sequence[str]) -> Breach:
    configuration = result.expectation_config
    name = str(configuration.type)
    reason = str((configuration.meta or {}).get("reason", name))
    exception = _exception(result.exception_info)
    if exception:
        raise ValidationFailed(f"{name} could not be evaluated: {exception}")
    blamed = result.result.get("unexpected_index_list")
    if configuration.severity != "warning" or blamed is None:
        return Breach(name, reason, None)
    return Breach(name, reason, [tuple(row[column] for column in key) for row in blamed])


def _exception(info: Any) -> str | None:
    """Return the message of an exception, which stands either here or below the metric it came from."""
    if not isinstance(info, Mapping):
        return None
    if info.get("raised_exception"):
        return str(info.get("exception_message"))
    return next((found for part in info.values() if (found := _exception(part))), None)
