"""Tables print what was measured in its unit, a dash where there is nothing, and texts as texts."""

from __future__ import annotations

import re
from functools import partial
from html import escape

import pandas as pd
import pytest

from spmkit.attainment import attainment, participation_rate
from spmkit.measure import measure
from spmkit.metrics.productivity import average_deal_size
from spmkit.reports.clean import clean
from spmkit.tables import text_table, unit_table
from spmkit.units import COUNT, MONEY, PERCENT

FRAME = pd.DataFrame(
    {
        "team": ["North", None],
        "quota": [1_170_000.0, None],
        "now": [0.912, None],
        "now_change": [-0.04, None],
        "reps": pd.array([12, None], dtype="Int64"),
        "hidden": [1.0, 2.0],
    }
)
UNITS = {"quota": MONEY, "now": PERCENT, "now_change": PERCENT, "reps": COUNT}
LABELS = {
    "team": "Team",
    "quota": "Quota",
    "now": "Attainment",
    "now_change": "On 2026Q2",
    "reps": "Reps",
}


def _texts(html, tag):
    found = re.findall(rf"<{tag}\b.*?</{tag}>", html, re.DOTALL)
    return [re.sub("<[^>]+>", "", text).strip() for text in found]


def heads(table):
    return _texts(clean(table.as_raw_html()), "th")


def cells(table):
    return _texts(clean(table.as_raw_html()).split("<tbody", 1)[1], "td")


def shown(frame=FRAME, units=UNITS, labels=LABELS, currency="USD"):
    return unit_table(frame, units, "North is short", labels, currency)


def test_each_column_is_printed_in_its_unit():
    assert cells(shown())[:5] == ["North", "1.17 M", "91.2 %", "−4.0 points", "12"]


def test_what_is_not_there_is_a_dash_in_every_unit():
    assert cells(shown())[5:] == ["–"] * 5


def test_a_missed_quota_never_reads_as_reached():
    assert "100.0 %" not in cells(shown(FRAME.head(1).assign(now=0.9996)))


def test_the_heads_are_labels_with_the_currency_at_money_alone():
    assert heads(shown()) == ["Team", "Quota, USD", "Attainment", "On 2026Q2", "Reps"]
    assert heads(shown(currency=None))[1] == "Quota"


def test_the_title_is_the_finding():
    assert "North is short" in _texts(clean(shown().as_raw_html()).split("<tbody")[0], "b")


def test_columns_stand_in_the_order_of_their_labels_and_others_are_not_shown():
    table = shown(labels={"now": "Attainment", "team": "Team"})
    assert cells(table) == ["91.2 %", "North", "–", "–"]


def test_the_frame_itself_is_left_as_it_was():
    before = FRAME.copy()
    shown()
    pd.testing.assert_frame_equal(FRAME, before)


@pytest.mark.parametrize(
    "name", ["</td><script>alert(1)</script>", "{name}", "**bold** _x_", "<b>x</b>", "a & b"]
)
def test_a_name_is_text_whatever_is_in_it(name):
    html = clean(shown(FRAME.head(1).assign(team=name)).as_raw_html())
    assert f">{escape(name, quote=False)}</td>" in html


# In a terminal

LINES = pd.DataFrame(
    {
        "team": ["A", "A", None],
        "credited": [1_170_250.4, 0.0, 5.0],
        "quota": [1_000_000.0, 170_250.4, 0.0],
        "rep_credited": [1_170_250.4, 0.0, None],
        "rep_quota": [1_000_000.0, 170_250.4, None],
    }
)


def test_a_terminal_shows_value_and_base_and_why_there_is_none():
    found = text_table(measure(LINES, [attainment], by="team"), [attainment]).splitlines()
    assert found[1].split() == ["A", "100.0", "%", "2"]
    assert "zero denominator" in found[2]
    assert found[2].strip().startswith("–")


def test_several_metrics_have_a_base_each_and_shares_their_interval():
    metrics = [attainment, participation_rate]
    found = text_table(measure(LINES, metrics, by="team", confidence=0.95), metrics)
    first = found.splitlines()[0]
    for head in ("attainment n", "participation_rate n", "participation_rate 95 %"):
        assert head in first
    assert "attainment 95 %" not in first


def test_an_option_is_part_of_a_column_s_name():
    low = partial(participation_rate, at=0.5)
    found = text_table(measure(LINES, [low], confidence=0.95), [low])
    assert "participation_rate_0.5" in found
    assert "50.0 %" in found


def test_a_terminal_shows_money_in_full():
    won = pd.DataFrame({"won_amount": [1_170_250.0, None]})
    assert "1,170,250" in text_table(measure(won, average_deal_size), [average_deal_size])
