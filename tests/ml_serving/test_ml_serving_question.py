"""A bad request is told which field is wrong; a good one becomes arrays."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from ml.serving.client import as_json
from ml.serving.question import NAMES, Refused, read
from ml.trend.titles import TITLE_AXES

Change = Callable[[list[dict[str, Any]]], object]


def body(chart: pd.DataFrame, change: Change = lambda rows: None, **more: Any) -> bytes:
    rows = json.loads(as_json(chart.head(3)))
    change(rows)
    return json.dumps({"rows": rows, **more}).encode()


def set_field(place: int, name: str, value: Any) -> Change:
    return lambda rows: rows[place].__setitem__(name, value)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        (set_field(1, "log_views", "many"), "rows.1.log_views"),
        (set_field(0, "log_views", float("nan")), "rows.0.log_views"),
        (set_field(2, "log_likes", float("inf")), "rows.2.log_likes"),
        (set_field(0, "region_code", "usa"), "rows.0.region_code"),
        (set_field(0, "day", "yesterday"), "rows.0.day"),
        (set_field(1, "rank", 0), "rows.1.rank"),
        (set_field(1, "category_id", None), "rows.1.category_id"),
        (set_field(1, "category_id", 2**40), "rows.1.category_id"),
        (set_field(2, "log_views", True), "rows.2.log_views"),
        (set_field(0, "youtube_video_id", ""), "rows.0.youtube_video_id"),
        (lambda rows: rows[1].pop("region_code"), "rows.1.region_code"),
        (lambda rows: rows[1].pop("log_views"), "rows.1.log_views"),
        (lambda rows: rows[1].update(youtube_video_id=rows[0]["youtube_video_id"]), "rows.1.youtube_video_id"),
        (lambda rows: [row.update(horoscope=1.0) for row in rows], "rows.0.horoscope"),
        (lambda rows: rows.clear(), "rows"),
    ],
)
def test_what_is_wrong_is_named(chart: pd.DataFrame, change: Change, field: str) -> None:
    with pytest.raises(Refused) as refused:
        read(body(chart, change), most_rows=500)
    assert refused.value.problems[0][0] == field and refused.value.problems[0][1]


def test_so_is_what_is_wrong_with_the_whole(chart: pd.DataFrame) -> None:
    too_large = body(chart, set_field(0, "rank", -1)).replace(b'"rank": -1', b'"rank": 1e999')
    for text, field in [
        (b"{", "body"),
        (b"[]", "body"),
        (b'{"version": "\xff"}', "body"),
        (b"[" * 100_000, "body"),
        (b"{}", "rows"),
        (body(chart, colour="red"), "colour"),
        (too_large, "rows.0.rank"),
    ]:
        with pytest.raises(Refused, match=field):
            read(text, most_rows=500)
    with pytest.raises(Refused, match="at most 2 rows a request, 3 were sent"):
        read(body(chart), most_rows=2)
    with pytest.raises(Refused, match="channel_id"):
        read(body(chart, channel_id="the first"), most_rows=500)


def test_null_says_that_a_number_is_not_known(chart: pd.DataFrame) -> None:
    question = read(body(chart, set_field(1, "log_likes", None)), most_rows=500)
    values = question.columns(["rank", "log_likes"])
    assert np.isnan(values).tolist() == [[False, False], [False, True], [False, False]]
    assert values[:, 0].tolist() == chart["rank"].head(3).tolist()


def test_what_a_title_means_may_be_said_or_left_out(chart: pd.DataFrame) -> None:
    untold = read(body(chart), most_rows=500).columns(TITLE_AXES)
    assert untold.shape == (3, len(TITLE_AXES)) and np.isnan(untold).all()
    told = read(body(chart, lambda rows: [row.update(dict.fromkeys(TITLE_AXES, 0.5)) for row in rows]), most_rows=500)
    assert (told.columns(TITLE_AXES) == 0.5).all()


def test_a_feature_that_the_model_needs_is_named_when_it_was_not_sent(chart: pd.DataFrame) -> None:
    question = read(body(chart, lambda rows: [row.pop("log_views") for row in rows]), most_rows=500)
    with pytest.raises(Refused) as refused:
        question.columns(["rank", "log_views"])
    assert refused.value.problems[0][0] == "rows.0.log_views"


def test_numbers_arrive_as_they_were_sent(chart: pd.DataFrame) -> None:
    question = read(f'{{"rows": {as_json(chart)}}}'.encode(), most_rows=500)
    names = [name for name in NAMES if name not in TITLE_AXES]
    np.testing.assert_array_equal(question.columns(names), chart[names].to_numpy(dtype=np.float64))


def test_the_hash_of_a_chart_tells_every_change_of_it(rows: pd.DataFrame) -> None:
    two = rows[rows["day"] == rows["day"].max()].groupby("region_code").head(2)
    question = read(f'{{"rows": {as_json(two)}}}'.encode(), most_rows=500)
    digests = [question.digest(chart) for chart in question.charts()]
    assert len(set(digests)) == two["region_code"].nunique() == 4
    changed = two.copy()
    changed.loc[changed.index[0], "log_views"] += 1e-4
    again = read(f'{{"rows": {as_json(changed)}}}'.encode(), most_rows=500)
    assert [again.digest(chart) for chart in again.charts()][1:] == digests[1:]
    assert again.digest(next(again.charts())) != digests[0]
