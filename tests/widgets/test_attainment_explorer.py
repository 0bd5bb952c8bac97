from __future__ import annotations

import json
from datetime import date

import pandas as pd
import pytest

from spmkit.calendar import Calendar
from spmkit.widgets.attainment_explorer import explore
from spmkit.widgets.attainment_source import AttainmentSource

CALENDAR = Calendar()
REPS = pd.DataFrame(
    {
        "rep_id": ["r1", "r2", "r3", "r4"],
        "rep": ["Ada Byron", "Bo <b>Li</b>", "Cy Ode", "Di New"],
        "region": ["East", "East", "West", None],
        "role": ["AE"] * 4,
        "team": ["A & B", "A & B", "C", "C"],
        "segment": [None, None, None, None],
        "credited": [120.0, 80.0, 95.0, 10.0],
        "quota": [100.0, 100.0, 100.0, None],
        "attainment": [1.2, 0.8, 0.95, None],
    }
)
CREDITS = pd.DataFrame(
    {
        "rep_id": ["r1", "r1", "r2"],
        "opportunity_id": ["o1", None, "o3"],
        "credited_on": [date(2026, 7, 2), date(2026, 8, 3), date(2026, 9, 4)],
        "amount": [50.0, 70.0, 80.0],
    }
)


def reps(period: str) -> pd.DataFrame:
    """The third quarter as above; in the second everyone sold half as much."""
    half = {"credited": REPS["credited"] / 2, "attainment": REPS["attainment"] / 2}
    return REPS if period == "2026Q3" else REPS.assign(**half)


def groups(period: str, by: str | None, threshold: float) -> pd.DataFrame:
    frame = reps(period).dropna(subset=["attainment"])
    keys = frame[by] if by else pd.Series("all", frame.index)
    reached = frame["attainment"].ge(threshold).groupby(keys)
    rates = reached.mean().to_frame("participation_rate")
    rates["participation_rate_n"] = reached.size()
    rates["participation_rate_low"], rates["participation_rate_high"] = 0.1, 0.9
    rates["attainment"] = frame["attainment"].groupby(keys).mean()
    return rates.rename_axis(by or "all").reset_index()


@pytest.fixture
def source():
    periods = tuple(CALENDAR.period(label) for label in ("2026Q3", "2026Q2"))
    return AttainmentSource("sample", periods, reps, groups, lambda _: CREDITS)


@pytest.fixture
def panel(source):
    return explore(source)


def brush(panel, low, high):
    """Say what the browser says after a drag over the chart's axis."""
    value = {"attainment": [low, high]} if high > low else {}
    panel.chart.set_state({"_vl_selections": {"brush": {"value": value, "store": []}}})


def names(panel):
    return [label for label, _ in panel.rep.options]


def test_the_panel_opens_on_the_latest_period_and_the_first_dimension(panel):
    assert (panel.period.value, panel.by.value, panel.threshold.value) == ("2026Q3", "region", 1.0)
    assert [label for _, label in panel.period.options] == ["2026Q3", "2026Q2"]
    assert panel.period.options[0][0] == "2026Q3 (2026-07-01 to 2026-09-30)"


def test_only_the_dimensions_that_reps_differ_in_are_offered(panel):
    assert list(panel.by.options) == ["region", "team"]


def test_the_headline_counts_reps_at_the_threshold(panel):
    assert (
        "1 of 3 reps (33.3%; 95% interval 10% to 90%) reached 100% of quota in 2026Q3"
        in panel.headline.value
    )
    assert "1 without a quota not counted" in panel.headline.value
    panel.threshold.value = 0.95
    assert (
        "2 of 3 reps (66.7%; 95% interval 10% to 90%) reached 95% of quota" in panel.headline.value
    )


def test_no_rep_with_a_quota_is_said(source):
    none = pd.DataFrame(
        {
            "participation_rate": [None],
            "participation_rate_n": [0],
            "participation_rate_low": [None],
            "participation_rate_high": [None],
            "attainment": [None],
        }
    )
    without = REPS.assign(attainment=float("nan"), region=None, team=None)
    empty = AttainmentSource(
        "sample", source.periods, lambda _: without, lambda *_: none, lambda _: CREDITS
    )
    panel = explore(empty)
    assert "No rep has a quota to attain in 2026Q3. 4 without a quota" in panel.headline.value
    assert ">all<" in panel.groups.value
    assert panel.by.value is None


def test_the_slider_recolours_the_chart_without_a_new_one(panel):
    before = panel.chart.chart
    panel.threshold.value = 1.1
    assert panel.chart._params["threshold"] == 1.1
    assert panel.chart.chart is before


def test_the_groups_follow_slider_and_dimension(panel):
    assert "--share: 50.0%" in panel.groups.value  # East: one of two
    panel.threshold.value = 0.5
    assert "--share: 100.0%" in panel.groups.value
    panel.by.value = "team"
    assert "A &amp; B" in panel.groups.value
    assert "East" not in panel.groups.value


def test_groups_of_few_reps_are_greyed(panel):
    assert panel.groups.value.count('<tr class="few">') == 2


def test_without_a_brush_every_rep_is_listed_best_first(panel):
    assert names(panel) == ["Ada Byron", "Cy Ode", "Bo <b>Li</b>", "Di New"]


def test_the_brush_lists_the_reps_behind_it(panel):
    brush(panel, 0.79, 1.0)
    assert names(panel) == ["Cy Ode", "Bo <b>Li</b>"]
    assert "2 reps" in panel.reps.value
    assert "Ada Byron" not in panel.reps.value
    brush(panel, 0.5, 0.5)
    assert len(names(panel)) == 4


def test_a_brush_over_nobody_lists_nobody(panel):
    brush(panel, 1.5, 1.9)
    assert names(panel) == []
    assert "0 reps" in panel.reps.value
    assert panel.credits.value == ""


def test_choosing_a_rep_lists_the_credit_lines(panel):
    assert "Ada Byron: 2 credit lines, 120 in all" in panel.credits.value
    assert panel.credits.value.index(">70<") < panel.credits.value.index(">50<")
    assert "(not given)" in panel.credits.value
    panel.rep.value = "r2"
    assert "1 credit line, 80 in all" in panel.credits.value
    panel.rep.value = "r3"
    assert "Cy Ode: 0 credit lines" in panel.credits.value


def test_the_best_rep_behind_a_brush_is_chosen(panel):
    brush(panel, 0.79, 1.0)
    assert panel.rep.value == "r3"
    assert "Cy Ode: 0 credit lines" in panel.credits.value


def test_the_chosen_rep_stays_while_slider_and_dimension_move(panel):
    panel.rep.value = "r2"
    panel.threshold.value = 0.9
    panel.by.value = "team"
    assert panel.rep.value == "r2"
    assert "1 credit line, 80 in all" in panel.credits.value


def test_text_of_the_data_is_escaped(panel):
    panel.rep.value = "r2"
    for html in (panel.reps.value, panel.credits.value):
        assert "Bo &lt;b&gt;Li&lt;/b&gt;" in html
        assert "<b>" not in html


def test_another_period_draws_a_new_chart_that_still_answers(panel):
    panel.threshold.value = 0.5
    panel.period.value = "2026Q2"
    assert "reached 50% of quota in 2026Q2" in panel.headline.value
    assert panel.chart.params.threshold == 0.5
    brush(panel, 0.45, 0.65)
    assert names(panel) == ["Ada Byron", "Cy Ode"]


def test_undefined_is_a_dash_not_a_zero(panel):
    row = panel.reps.value.split("Di New")[1].split("</tr>")[0]
    assert row.count(">–<") == 2  # no quota, no attainment
    assert ">10<" in row


def test_long_lists_say_that_they_are_cut(source):
    many = pd.concat([REPS.head(1)] * 201).assign(rep_id=[f"r{i}" for i in range(201)])
    crowd = AttainmentSource("sample", source.periods, lambda _: many, groups, lambda _: CREDITS)
    assert "201 reps (the first 200 shown)" in explore(crowd).reps.value


def test_parameters_are_those_of_a_report(panel):
    panel.period.value = "2026Q2"
    assert panel.parameters() == {"data": "sample", "period": "2026Q2"}
    assert json.loads(json.dumps(panel.parameters())) == panel.parameters()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"period": "2026Q4"}, "'2026Q4', which is not among 2026Q3, 2026Q2"),
        ({"by": "segment"}, "'segment', which is not among region, team"),
        ({"threshold": 3.0}, r"threshold is 3.0: give 0.2 to 2.0"),
    ],
)
def test_arguments_that_are_no_choice_are_refused(source, arguments, message):
    with pytest.raises(ValueError, match=message):
        explore(source, **arguments)


def test_without_a_complete_period_the_panel_does_not_open():
    nothing = AttainmentSource("sample", (), reps, groups, lambda _: CREDITS)
    with pytest.raises(ValueError, match="no period with quotas is complete"):
        explore(nothing)
