"""The charts over time as specifications."""

from __future__ import annotations

import pandas as pd
import pytest
import vl_convert
from specification import assert_stands_alone, fields, marks, rows

from spmkit.charts import attainment_trend, credited_trend
from spmkit.charts.theme import ACCENT, CONTEXT

WORDS = ("Down on a year ago", "Credited sales")
TREND = pd.DataFrame(
    {
        "period": ["2025Q3", "2026Q2", "2026Q3"],
        "credited": [9.0, 7.0, 8.0],
        "quota": [10.0, None, 10.0],
        "attainment": [0.9, None, 0.8],
        "same_season": [True, False, True],
    }
)
EVERY = pytest.mark.parametrize("chart", [attainment_trend, credited_trend])


@EVERY
def test_a_chart_stands_alone_with_its_words(chart):
    spec = chart(TREND, *WORDS).to_dict()
    assert_stands_alone(spec)
    assert spec["title"] == {"text": WORDS[0], "subtitle": WORDS[1]}


@EVERY
def test_a_chart_draws_one_period_and_leaves_its_frame_alone(chart):
    before = TREND.copy()
    for part in (TREND, TREND.head(1), TREND.iloc[[1]]):
        spec = chart(part, *WORDS).to_dict()
        assert len(rows(spec)) == len(part)
        assert "<svg" in vl_convert.vegalite_to_svg(spec)
    pd.testing.assert_frame_equal(TREND, before)


@EVERY
def test_the_season_of_the_last_period_is_in_the_accent_colour(chart):
    spec = chart(TREND, *WORDS).to_dict()
    assert fields(spec, "bar") == {"x": "period", "y": "credited", "color": "same_season"}
    scale = spec["layer"][0]["encoding"]["color"]["scale"]
    assert dict(zip(scale["domain"], scale["range"], strict=True)) == {False: CONTEXT, True: ACCENT}
    assert spec["layer"][0]["encoding"]["x"]["sort"] is None


def test_the_trend_draws_credit_and_quota_and_writes_attainment():
    spec = attainment_trend(TREND, *WORDS).to_dict()
    assert [row["period"] for row in rows(spec)] == TREND["period"].tolist()
    assert [row["quota"] for row in rows(spec)] == [10.0, None, 10.0]
    assert fields(spec, "tick")["y"] == "quota"
    assert "2025Q3: 90 %" in spec["description"]
    assert "2026Q2: –" in spec["description"]


def test_a_missed_quota_is_not_labelled_100_percent():
    spec = attainment_trend(TREND.tail(1).assign(attainment=0.997), *WORDS).to_dict()
    assert "100 %" not in str(rows(spec)[0])
    assert "100 %" not in spec["description"]


def test_without_quotas_there_is_no_line_for_them_and_no_percent():
    spec = credited_trend(TREND[["period", "credited", "same_season"]], *WORDS).to_dict()
    assert "tick" not in marks(spec)
    assert "%" not in spec["description"]
    assert [row["credited"] for row in rows(spec)] == [9.0, 7.0, 8.0]
