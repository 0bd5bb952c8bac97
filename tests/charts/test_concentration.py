"""The charts of concentration as specifications."""

from __future__ import annotations

import pandas as pd
import pytest
import vl_convert
from specification import assert_stands_alone, fields, marks, rows

from spmkit.charts.concentration import concentration_curve, credit_bars, credited_bars

WORDS = ("Three deals are half", "2026Q3")
DEALS = pd.DataFrame(
    {"label": ["Ada · O-1", "Bo · O-2"], "amount": [500_000.0, 1e5], "share": [0.1, 0.02]}
)
CURVE = pd.DataFrame({"reps": [0.0, 0.5, 1.0], "credit": [0.0, 0.8, 1.0]})
GROUPS = pd.DataFrame({"group": ["East", "West"], "credited": [75.0, 25.0], "share": [0.75, 0.25]})
CHARTS = {
    "deals": (credit_bars, DEALS),
    "groups": (credited_bars, GROUPS),
    "curve": (concentration_curve, CURVE),
}
EVERY = pytest.mark.parametrize(("chart", "frame"), CHARTS.values(), ids=[*CHARTS])


@EVERY
def test_a_chart_stands_alone_with_its_words(chart, frame):
    spec = chart(frame, *WORDS).to_dict()
    assert_stands_alone(spec)
    assert spec["title"] == {"text": WORDS[0], "subtitle": WORDS[1]}


@EVERY
def test_a_chart_draws_one_row_and_leaves_its_frame_alone(chart, frame):
    before = frame.copy()
    for part in (frame, frame.tail(1)):
        assert "<svg" in vl_convert.vegalite_to_svg(chart(part, *WORDS).to_dict())
    pd.testing.assert_frame_equal(frame, before)


def test_the_deals_are_drawn_in_the_order_given_with_their_share():
    spec = credit_bars(DEALS, *WORDS).to_dict()
    drawn = rows(spec)
    assert [row["label"] for row in drawn] == DEALS["label"].tolist()
    assert [row["amount"] for row in drawn] == DEALS["amount"].tolist()
    assert fields(spec, "bar") == {"x": "amount", "y": "label"}
    assert spec["layer"][0]["encoding"]["y"]["sort"] in (None, DEALS["label"].tolist())
    written = fields(spec, "text")["text"]
    assert [row[written] for row in drawn] == ["10.0 %", "2.0 %"]


def test_the_words_of_the_deals_name_each():
    said = credit_bars(DEALS, *WORDS).to_dict()["description"]
    assert "Ada · O-1: 500,000, 10 %" in said
    assert "Bo · O-2: 100,000, 2 %" in said


def test_credited_groups_have_their_share_of_the_whole():
    spec = credited_bars(GROUPS, *WORDS).to_dict()
    assert [row["amount"] for row in rows(spec)] == [75.0, 25.0]
    assert "East: 75, 75 %" in spec["description"]


def test_the_curve_is_drawn_against_all_bringing_the_same():
    spec = concentration_curve(CURVE, *WORDS).to_dict()
    assert marks(spec).count("line") == 2
    drawn = [rows(spec, number) for number in range(len(spec["layer"]))]
    assert CURVE.to_dict("records") in drawn
    assert [{"reps": 0.0, "credit": 0.0}, {"reps": 1.0, "credit": 1.0}] in drawn
    assert fields(spec, "line") == {"x": "reps", "y": "credit"}
