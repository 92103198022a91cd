"""What owners are asked for is what our calls need, by Google's own description of them; nothing more, nothing less."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from importlib.resources import files
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from ytempire.youtube.scopes import ANALYTICS, MANAGE, REVENUE, short, wanted_scopes

ROOT = Path(__file__).parent.parent.parent
# Calls for public data go out with an API key, without any owner.
WITH_A_KEY = {"search.list", "videos.batchGetStats"}


def methods_of(level: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield from level.get("methods", {}).values()
    for resource in level.get("resources", {}).values():
        yield from methods_of(resource)


@pytest.fixture(scope="module")
def described() -> dict[str, set[str]]:
    """The scopes of which one is needed, by method, of all APIs that we speak to."""
    found = {}
    for name in ("youtube.v3", "youtubeAnalytics.v2", "youtubereporting.v1"):
        path = files("googleapiclient") / "discovery_cache" / "documents" / f"{name}.json"
        for method in methods_of(json.loads(path.read_text(encoding="utf-8"))):
            found[method["id"].split(".", 1)[1]] = set(method.get("scopes", []))
    return found


@pytest.fixture(scope="module")
def used(described: dict[str, set[str]]) -> set[str]:
    """The methods that our code names to the caller, wherever in the product."""
    found = set()
    for folder in ("ytempire", "etl"):
        for path in (ROOT / folder).rglob("*.py"):
            if path.name == "quota.py" or "settings" in path.parts:
                continue
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Constant) and node.value in described:
                    found.add(str(node.value))
    return found - WITH_A_KEY


def test_the_methods_that_we_use_are_found(used: set[str]) -> None:
    assert {"videos.insert", "videos.update", "thumbnails.set", "captions.insert", "reports.query"} <= used


def test_every_call_is_covered(used: set[str], described: dict[str, set[str]]) -> None:
    asked = set(wanted_scopes(monetized=False))
    assert {method for method in used if not described[method] & asked} == set()


def test_nothing_is_asked_for_that_no_call_needs(used: set[str], described: dict[str, set[str]]) -> None:
    asked = wanted_scopes(monetized=False)
    for fewer in combinations(asked, len(asked) - 1):
        assert any(not described[method] & set(fewer) for method in used), f"{fewer} would do"


def test_no_single_smaller_scope_does_what_the_one_for_publishing_does(
    used: set[str], described: dict[str, set[str]]
) -> None:
    publishing = [described[method] for method in used if ANALYTICS not in described[method]]
    assert {short(scope) for scope in set.intersection(*publishing)} == {short(MANAGE), "youtubepartner"}


def test_revenue_is_asked_for_only_where_there_is_some(described: dict[str, set[str]]) -> None:
    assert REVENUE not in wanted_scopes(monetized=False)
    assert set(wanted_scopes(monetized=True)) == {MANAGE, ANALYTICS, REVENUE}
    assert REVENUE in described["reports.query"]
