"""Whether the pipeline is enough, and holds what was forecast of it, over plain lines."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from staff import values

import spmkit as spm

METRICS = [
    spm.pipeline_coverage,
    spm.total_pipeline_coverage,
    spm.weighted_pipeline,
    spm.slippage_rate,
    spm.slippage_count_rate,
    spm.forecast_loss_rate,
    spm.push_count,
    spm.commit_hit_rate,
]
NAMES = [metric.__name__ for metric in METRICS]
FLAGS = ["slipped", "forecast"]
MONEY = [
    *["open_amount", "remaining_quota", "quota", "amount"],
    *["slipped_amount", "lost_amount", "forecast_amount", "commit_amount", "commit_won_amount"],
]
COLUMNS = ["rep", *FLAGS, "pushes", "probability", *MONEY]
LINES = [  # open, remaining, quota, amount; slipped, lost, forecast; commit and what was won of it
    ("Ada", True, True, 0, 0.25, 120, 70, 100, 40, 25, 0, 25, 30, 30),
    ("Ada", False, True, 3, 0.5, 60, -10, 80, 30, 0, 15, 75, 50, 0),
    ("Ada", None, True, None, None, None, 30, None, 500, None, None, None, None, 9),
    ("Ada", True, None, 0, 0.1, 20, None, 20, None, None, None, None, None, None),
    ("Bo", True, False, 0, 0.0, 90, 40, 0, 70, 5, 0, 5, 0, 0),  # bases that add up to 0
    ("Bo", False, False, 0, 1.0, 10, -40, 0, 0, 0, -5, -5, None, 0),
    ("Cy", False, True, 12, 0.5, 100, -5, -50, -10, -5, -15, -20, -10, -10),  # bases below 0
    (None, None, None, None, None, None, None, None, None, None, None, None, None, None),
]
BY_HAND = {  # what each rep's rows come to, and how many stand behind it
    "Ada": [
        (200 / 90, 2),  # 120 + 60 + 20 over 70 - 10 + 30; two rows have both
        (200 / 200, 3),
        (40 * 0.25 + 30 * 0.5, 2),
        (25 / 100, 2),
        (1 / 3, 3),  # whether the third slipped is not known; the fourth was not forecast
        (15 / 100, 2),
        (3 / 3, 3),
        (30 / 80, 2),  # the 9 were in no commit
    ],
    "Bo": [(None, 2), (None, 2), (0, 2), (None, 2), (None, 0), (None, 2), (0, 2), (None, 1)],
    "Cy": [(None, 1), (-2, 1), (-5, 1), (0.25, 1), (0, 1), (0.75, 1), (12, 1), (1, 1)],
    None: [(None, 0)] * 8,
}
# A remaining quota that is not above 0 is no base; any other sum is one unless it is 0.
NOTHING, ZERO, NO_ROWS = (f"undefined: {w}" for w in ("no value", "zero denominator", "no rows"))
STATUSES = {
    "Ada": ["ok"] * 8,
    "Bo": [NOTHING, ZERO, "ok", ZERO, NO_ROWS, ZERO, "ok", ZERO],
    "Cy": [NOTHING, *["ok"] * 7],
    None: [NO_ROWS] * 8,
}


def table(lines=LINES, size=1.0):
    frame = pd.DataFrame(lines, columns=COLUMNS).astype(dict.fromkeys(COLUMNS[3:], "float64"))
    frame[MONEY] = frame[MONEY] * size
    return frame.astype({"rep": "string"} | dict.fromkeys(FLAGS, "boolean"))


def near(told):
    return [(value if value is None else pytest.approx(value), n) for value, n in told]


def rows(found):
    """For each rep the values of the metrics with their numbers of rows."""
    told = values(found, "rep", *NAMES, *[f"{name}_n" for name in NAMES])
    return {row[0]: list(zip(row[1:9], row[9:], strict=True)) for row in told}


def test_by_hand_on_every_engine(engine):
    found = spm.measure(engine(table()), METRICS, by="rep")
    assert rows(found) == {rep: near(told) for rep, told in BY_HAND.items()}
    said = values(found, "rep", *[f"{name}_status" for name in NAMES])
    assert {rep: told for rep, *told in said} == STATUSES


def test_overall_sums_come_before_ratios_on_every_engine(engine):
    # 400 over 70 - 10 + 30 + 40 - 40 - 5, and over 150; 25 - 5 in all; 25 of 80 slipped, 1 of 4;
    # 15 - 5 - 15 were lost; 15 pushes of six; 20 of 70 were won.
    found = spm.measure(engine(table()), METRICS)
    assert values(found, *NAMES) == [
        pytest.approx([400 / 85, 400 / 150, 20, 25 / 80, 1 / 4, -5 / 80, 15 / 6, 20 / 70])
    ]


def test_no_lines_say_nothing_on_any_engine(engine):
    found = spm.measure(engine(table().head(0)), METRICS)
    assert values(found, *NAMES) == [[None] * 8]
    assert set(found[[f"{name}_status" for name in NAMES]].iloc[0]) == {NO_ROWS}


@pytest.mark.parametrize(
    ("left", "coverage"), [(0.1 + 0.2 - 0.3, None), (0.0049, None), (0.005, 200.0)]
)
def test_less_than_half_a_cent_is_nothing_left_to_cover(left, coverage):
    lines = pd.DataFrame({"open_amount": [1.0], "remaining_quota": [left]})
    assert values(spm.measure(lines, spm.pipeline_coverage), "pipeline_coverage") == [[coverage]]


def test_the_count_of_slips_has_wilson_s_interval_and_values_have_none():
    found = spm.measure(table(LINES[:4]), METRICS, confidence=0.95).iloc[0]
    # (1/3 + z²/6) ± z √(2/27 + z²/36), all over 1 + z²/3, with z = 1.96.
    assert found[["slippage_count_rate_low", "slippage_count_rate_high"]].tolist() == (
        pytest.approx([0.0615, 0.7923], abs=1e-4)
    )
    assert found[["slippage_rate_low", "forecast_loss_rate_high", "push_count_low"]].isna().all()


def test_one_opportunity_that_is_pushed_ten_times_moves_the_mean_of_all():
    lines = pd.DataFrame({"pushes": [0] * 9 + [10]})
    assert spm.measure(lines, spm.push_count)["push_count"].tolist() == [1.0]


def test_neither_the_order_of_lines_nor_the_size_of_money_matters():
    scaled = rows(spm.measure(table(LINES[::-1], 100), METRICS, by="rep"))
    money = NAMES.index("weighted_pipeline")
    for rep, told in BY_HAND.items():
        value, n = told[money]
        hundredfold = [*told[:money], (value and value * 100, n), *told[money + 1 :]]
        assert scaled[rep] == near(hundredfold)


AMOUNT = st.sampled_from([None, -7, 0, 1, 3, 8, 50])
LINE = st.tuples(
    st.sampled_from(["Ada", "Bo", None]),
    *[st.sampled_from([None, True, False])] * 2,
    st.sampled_from([None, 0, 1, 2]),
    st.sampled_from([None, 0.0, 0.25, 1.0]),
    *[AMOUNT] * len(MONEY),
)


def known(lines, column):
    return [line[column] for line in lines if line[column] is not None]


def ratio(lines, over, under):
    top, base = known(lines, over), sum(known(lines, under))
    return sum(top) / base if top and base else None


def slow_metrics(lines):
    """Go through the lines of a rep for each metric; amounts are whole, so sums are exact."""
    left = sum(known(lines, "remaining_quota"))
    both = [line for line in lines if None not in (line["amount"], line["probability"])]
    forecast = [line["slipped"] is True for line in lines if line["forecast"]]
    pushes = known(lines, "pushes")
    committed = [line for line in lines if line["commit_amount"] is not None]
    return [
        ratio(lines, "open_amount", "remaining_quota") if left > 0 else None,
        ratio(lines, "open_amount", "quota"),
        sum(line["amount"] * line["probability"] for line in both) if both else None,
        ratio(lines, "slipped_amount", "forecast_amount"),
        sum(forecast) / len(forecast) if forecast else None,
        ratio(lines, "lost_amount", "forecast_amount"),
        sum(pushes) / len(pushes) if pushes else None,
        ratio(committed, "commit_won_amount", "commit_amount"),
    ]


@settings(max_examples=15, deadline=None)
@given(st.lists(LINE, min_size=1, max_size=15))
def test_random_lines_against_plain_loops(lines):
    found = values(spm.measure(table(lines), METRICS, by="rep"), "rep", *NAMES)
    told = [dict(zip(COLUMNS, line, strict=True)) for line in lines]
    for rep, *measured in found:
        expected = slow_metrics([line for line in told if line["rep"] == rep])
        assert measured == [value if value is None else pytest.approx(value) for value in expected]
    assert len(found) == len({line["rep"] for line in told})
