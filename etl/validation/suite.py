"""Runs a Great Expectations suite over staged data, and says what broke in our own words.

Only this module knows Great Expectations. A context of its own for every validation: parallel tasks would corrupt a
shared one. The suite is a file that is only read. Importing Great Expectations costs seconds, so it happens in the
call. Two passes: the first only counts, all expectations in one query; the second asks, of those that do not hold,
which rows are to blame.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ytempire.errors import InvalidInput, Retriable, ValidationFailed

# What was staged just now is unknown to the planner: planned with nested loops, a suite takes minutes.
_NO_NESTED_LOOPS = "-c enable_nestloop=off"


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
class Check:
    """One expectation of a suite and what came of it; ``refused`` counts rows to blame."""

    expectation: str
    about: str
    reason: str
    severity: str
    held: bool
    refused: int


@dataclass(frozen=True)
class SuiteResult:
    """How many expectations were looked at, each of them, and those that do not hold."""

    expectations: int
    breaches: list[Breach]
    checks: tuple[Check, ...] = ()


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

    def batch(context: Any) -> Any:
        source = context.data_sources.add_postgres(
            "warehouse",
            connection_string=database_url.replace("postgresql://", "postgresql+psycopg://", 1),
            create_temp_table=False,
            kwargs={"connect_args": {"options": _NO_NESTED_LOOPS}},
        )
        asset = source.add_query_asset("staged", query=query)
        return asset.add_batch_definition_whole_table("all").get_batch(), source.get_engine().dispose

    return _run(batch, read_suite(suite_path), key, parameters)


def run_suite_on_frame(frame: Any, suite_path: Path, key: Sequence[str], parameters: Mapping[str, Any]) -> SuiteResult:
    """The same for the rows of a pandas frame, for what is staged in files."""

    def batch(context: Any) -> Any:
        asset = context.data_sources.add_pandas("files").add_dataframe_asset("staged")
        definition = asset.add_batch_definition_whole_dataframe("all")
        return definition.get_batch(batch_parameters={"dataframe": frame}), lambda: None

    return _run(batch, read_suite(suite_path), key, parameters)


def _run(
    open_batch: Callable[[Any], Any], definition: dict[str, Any], key: Sequence[str], parameters: Mapping[str, Any]
) -> SuiteResult:
    try:
        first, second = _evaluate(open_batch, definition, key, parameters)
    except ValidationFailed:
        raise
    except Exception as error:
        raise ValidationFailed(f"the suite {definition['name']} could not be run: {error}") from error
    if len(first) != len(definition["expectations"]):
        raise ValidationFailed(f"the suite {definition['name']} was only run in part")
    breaches = {_number(result): _breach(result, key) for result in second if not result.success}
    if len(breaches) != sum(not result.success for result in first):
        raise Retriable(f"the data changed while the suite {definition['name']} was run")
    checks = tuple(_check(result, breaches.get(_number(result))) for result in sorted(first, key=_number))
    return SuiteResult(len(checks), [breaches[number] for number in sorted(breaches)], checks)


def _evaluate(
    open_batch: Callable[[Any], Any], definition: dict[str, Any], key: Sequence[str], parameters: Mapping[str, Any]
) -> tuple[list[Any], list[Any]]:
    import great_expectations
    from great_expectations.core import ExpectationSuite

    context = great_expectations.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    batch, close = open_batch(context)

    # Results come in an order of their own; the number says whose they are.
    numbered = [
        {**one, "meta": {**one.get("meta", {}), "number": number}}
        for number, one in enumerate(definition["expectations"])
    ]

    def look(expectations: list[dict[str, Any]], **result_format: Any) -> list[Any]:
        suite = ExpectationSuite(**{**definition, "expectations": expectations})
        found = batch.validate(suite, result_format=result_format, expectation_parameters=dict(parameters))
        return list(found.results)

    try:
        first = look(numbered, result_format="BOOLEAN_ONLY")
        for result in first:
            if exception := _exception(result.exception_info):
                raise ValidationFailed(f"{result.expectation_config.type} could not be evaluated: {exception}")
        broken = [numbered[_number(result)] for result in first if not result.success]
        which_rows = {"result_format": "COMPLETE", "unexpected_index_column_names": list(key)}
        return first, look(broken, **which_rows) if broken else []
    finally:
        close()


def _number(result: Any) -> int:
    return int(result.expectation_config.meta["number"])


def _check(result: Any, breach: Breach | None) -> Check:
    configuration = result.expectation_config
    columns = configuration.kwargs.get("column") or configuration.kwargs.get("column_list") or ()
    return Check(
        expectation=str(configuration.type),
        about=columns if isinstance(columns, str) else ", ".join(columns),
        reason=_reason(configuration),
        severity=str(getattr(configuration.severity, "value", configuration.severity)),
        held=breach is None,
        refused=len(breach.rows or []) if breach else 0,
    )


def _breach(result: Any, key: Sequence[str]) -> Breach:
    configuration = result.expectation_config
    name = str(configuration.type)
    if exception := _exception(result.exception_info):
        raise ValidationFailed(f"{name} could not be evaluated: {exception}")
    blamed = result.result.get("unexpected_index_list")
    if configuration.severity != "warning" or blamed is None:
        return Breach(name, _reason(configuration), None)
    return Breach(name, _reason(configuration), [tuple(row[column] for column in key) for row in blamed])


def _reason(configuration: Any) -> str:
    return str(configuration.meta.get("reason", configuration.type))


def _exception(info: Any) -> str | None:
    """Return the message of an exception, which stands either here or below the metric it came from."""
    if not isinstance(info, Mapping):
        return None
    if info.get("raised_exception"):
        return str(info.get("exception_message"))
    return next((found for part in info.values() if (found := _exception(part))), None)
