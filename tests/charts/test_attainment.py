"""The charts of attainment as specifications: what is drawn, of which rows, with which words."""

from __future__ import annotations

import pandas as pd
import pytest
import vl_convert
from specification import assert_stands_alone, fields, marks, rows

from spmkit.charts.attainment import (
    at_quota_rule,
    attainment_bullets,
    attainment_curve,
    attainment_histogram,
)
from spmkit.charts.theme import ACCENT, CONTEXT

WORDS = ("East is short", "2026Q3")

BINS = pd.DataFrame(
    {
        "low": [0.8, 0.9, 1.0],
        "high": [0.9, 1.0, 1.1],
        "reps": [3, 0, 1],
        "at_quota": [False, False, True],
    }
)
RANKS = pd.DataFrame({"attainment": [3.1, 1.0, 0.8], "share": [1 / 3, 2 / 3, 1.0]})
GROUPS = pd.DataFrame(
    {
        "group": ["East", "North", "New"],
        "now": [0.79, 1.06, None],
        "before": [0.88, None, None],
        "low": [0.69, None, None],
        "high": [0.89, None, None],
    }
)
CHARTS = {
    "histogram": (attainment_histogram, BINS),
    "curve": (attainment_curve, RANKS),
    "bullets": (attainment_bullets, GROUPS),
}
EVERY = pytest.mark.parametrize(("chart", "frame"), CHARTS.values(), ids=[*CHARTS])


@EVERY
def test_a_chart_stands_alone_with_its_words(chart, frame):
    spec = chart(frame, *WORDS).to_dict()
    assert_stands_alone(spec)
    assert spec["title"] == {"text": WORDS[0], "subtitle": WORDS[1]}


@EVERY
def test_a_chart_draws_all_rows_one_row_and_leaves_its_frame_alone(chart, frame):
    before = frame.copy()
    for part in (frame, frame.head(1), frame.tail(1)):
        spec = chart(part, *WORDS).to_dict()
        assert len(rows(spec)) == len(part)
        assert "<svg" in vl_convert.vegalite_to_svg(spec)
    pd.testing.assert_frame_equal(frame, before)


@EVERY
@pytest.mark.parametrize("name", ["</script>", '"quoted"', "{name}", "🚀"])
def test_a_hostile_title_is_text(chart, frame, name):
    spec = chart(frame, name, name).to_dict()
    assert spec["title"] == {"text": name, "subtitle": name}


def test_the_line_at_quota_stands_at_100_percent():
    spec = at_quota_rule().to_dict()
    assert spec["mark"]["type"] == "rule"
    assert [*spec["datasets"].values()] == [[{"x": 1.0}]]
    assert spec["encoding"]["x"]["field"] == "x"


@pytest.mark.parametrize("name", ["histogram", "curve", "bullets"])
def test_where_attainment_is_the_axis_quota_is_marked(name):
    chart, frame = CHARTS[name]
    spec = chart(frame, *WORDS).to_dict()
    at = marks(spec).index("rule")
    assert rows(spec, at) == [{"x": 1.0}]


def test_the_histogram_draws_the_bins_as_given_the_reached_ones_in_the_accent_colour():
    spec = attainment_histogram(BINS, *WORDS).to_dict()
    assert rows(spec) == BINS.to_dict("records")
    assert fields(spec, "bar") == {"x": "low", "x2": "high", "y": "reps", "color": "at_quota"}
    scale = spec["layer"][0]["encoding"]["color"]["scale"]
    assert dict(zip(scale["domain"], scale["range"], strict=True)) == {False: CONTEXT, True: ACCENT}


def test_the_histogram_s_words_count_the_reps_of_each_bin_that_has_any():
    said = attainment_histogram(BINS, *WORDS).to_dict()["description"]
    assert "80 % to 90 %: 3 rep" in said
    assert "100 % to 110 %: 1 rep" in said
    assert "1 reps" not in said
    assert "90 % to 100 %" not in said


def test_the_histogram_s_outer_bins_hold_whoever_is_further_out_and_say_so():
    outer = BINS.head(2).assign(low=[-0.5, 2.4], high=[-0.4, 2.5], reps=[1, 4])
    said = attainment_histogram(outer, *WORDS).to_dict()["description"]
    for wrong in ("-50", "240 % to 250 %", "−50 % to −40 %"):
        assert wrong not in said


def test_the_curve_draws_what_it_was_given_capped_where_the_histogram_ends():
    spec = attainment_curve(RANKS, *WORDS).to_dict()
    assert [row["attainment"] for row in rows(spec)] == [2.5, 1.0, 0.8]
    assert [row["share"] for row in rows(spec)] == RANKS["share"].tolist()
    assert fields(spec, "line") == {"x": "attainment", "y": "share"}


def bullets(frame=GROUPS):
    return attainment_bullets(frame, *WORDS).to_dict()


def test_bullets_show_now_before_and_interval_in_the_order_given():
    spec = bullets()
    assert [row["group"] for row in rows(spec)] == ["East", "North", "New"]
    assert fields(spec, "circle")["x"] == "now"
    assert fields(spec, "tick")["x"] == "before"
    assert {fields(spec, "bar")[end] for end in ("x", "x2")} == {"low", "high"}
    order = [layer["encoding"]["y"]["sort"] for layer in spec["layer"] if "y" in layer["encoding"]]
    assert all(sort in (None, ["East", "North", "New"]) for sort in order)


def test_bullets_leave_out_what_is_not_known_instead_of_drawing_a_zero():
    east, north, new = rows(bullets())
    assert (north["before"], north["low"], north["high"], new["now"]) == (None,) * 4
    assert east["now"] == 0.79


def test_the_line_at_quota_is_never_off_the_bullets_axis():
    for now in (0.2, 0.6, 1.8, 9.0):
        frame = GROUPS.head(1).assign(now=now, before=None, low=None, high=None)
        frame = frame.astype({"before": "float64", "low": "float64", "high": "float64"})
        first = next(x for x in map(_scale, bullets(frame)["layer"]) if x)
        low, high = first["domain"]
        assert low < 1 < high


def _scale(layer):
    return layer["encoding"].get("x", {}).get("scale")


def test_a_missed_quota_is_not_labelled_100_percent():
    frame = GROUPS.head(1).assign(now=0.997)
    spec = bullets(frame)
    assert "100 %" not in str(rows(spec)[0])
    assert "100 %" not in spec["description"]


def test_the_words_of_bullets_name_each_group():
    said = bullets()["description"]
    for part in ("East: 79 %, before 88 %", "North: 106 %", "New: "):
        assert part in said
