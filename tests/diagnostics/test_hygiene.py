"""Defects of the data: counted by hand, and what they hide."""

from __future__ import annotations

import pandas as pd
import pytest
from company import company, opportunities

from spmkit.data import DataError
from spmkit.diagnostics import (
    category_map,
    defects,
    headline_productivity,
    hygiene_cost,
    open_diagnosis,
    productivity_trend,
    tended_pipeline,
)

DAYS = {
    "opportunity_id": [f"o{n}" for n in range(8)],
    "rep_id": ["ada"] * 4 + ["bo"] * 4,
    "outcome": ["won", "won", "lost", "lost", "open", "open", "open", "open"],
    "amount": [90.0, None, 40.0, 30.0, 10.0, 20.0, None, 5.0],
    "created_on": ["2026-06-01"] * 2
    + ["2026-07-01", "2026-08-09", "2026-09-20", "2026-01-01", "2026-09-20", "2026-09-25"],
    "closed_on": ["2026-07-01", "2026-07-01", "2026-08-01", "2026-08-01", None, None, None, None],
    "expected_close_on": [None] * 4 + ["2026-12-01", "2026-09-01", "2026-12-01", None],
    "loss_reason": [None, None, "price", None, None, None, None, None],
}


def opened(**changed):
    rows = opportunities(**(DAYS | changed))
    return open_diagnosis(company(opportunities=rows), "2026Q3")


def counted(diagnosis):
    found = defects(diagnosis).set_index("defect")
    return {name: tuple(row) for name, row in found[["rows", "of"]].iterrows()}


def test_each_defect_is_counted_out_of_the_rows_that_could_have_it():
    assert counted(opened()) == {
        "past the day to close": (1, 3),  # o5; o7 has no day, so it cannot be told
        "open twice as long": (1, 4),  # o5: 274 days, the won took 30
        "open without an amount": (1, 4),
        "open without a close day": (1, 4),
        "won without an amount": (1, 2),
        "lost without a reason": (1, 2),
        "closed before created": (1, 4),  # o3
    }


def test_worth_is_what_is_known_and_never_a_zero_for_what_is_not():
    worth = defects(opened()).set_index("defect")["amount"]
    assert worth["past the day to close"] == 20.0
    assert pd.isna(worth["open without an amount"])


def test_what_lies_open_counts_as_lost_and_leaves_the_pipeline():
    cost = hygiene_cost(opened()).set_index("number")
    rate, money = cost.loc["decided_win_rate"], cost.loc["open_amount"]
    assert (rate["told"], rate["tended"], rate["n"]) == (0.5, 0.4, 5)
    assert rate["low"] < 0.4 < rate["high"]
    assert (money["told"], money["tended"]) == (35.0, 15.0)


def test_a_pipeline_in_order_has_amount_and_day_and_does_not_lie():
    [(group, tended, n, amount)] = tended_pipeline(opened(), "region")[
        ["group", "tended", "n", "amount"]
    ].itertuples(index=False)
    assert (group, tended, n, amount) == ("South", 0.25, 4, 25.0)  # o4 alone is in order


def test_a_team_is_named_only_where_all_teams_counted_it_is_beyond_chance():
    def teams(lying):
        rows = [
            (f"{team}{rep}-{deal}", f"{team}{rep}", due)
            for team, late in zip("NSEW", lying, strict=True)
            for rep in range(10)
            for deal in range(10)
            for due in ["2026-09-01" if (deal + rep) % 10 < late else "2026-12-01"]
        ]
        deals = pd.DataFrame(rows, columns=["opportunity_id", "rep_id", "expected_close_on"])
        deals = deals.assign(outcome="open", amount=1.0, created_on="2026-08-01")
        reps = deals[["rep_id"]].drop_duplicates().assign(team=lambda f: f["rep_id"].str[0])
        asked = reps[["rep_id"]].assign(
            period_start="2026-07-01", period_end="2026-09-30", quota=1.0
        )
        data = company(opportunities=deals, reps=reps, quotas=asked)
        return tended_pipeline(open_diagnosis(data, "2026Q3"))

    assert not teams([2, 2, 2, 2])["told"].any()
    apart = teams([2, 2, 2, 6])
    assert apart.loc[apart["told"], "group"].tolist() == ["W"]
    assert apart.loc[0, ["tended", "others", "n"]].tolist() == [0.4, 0.8, 100.0]


def test_what_was_due_before_the_window_is_not_held_against_it():
    late = [None] * 4 + ["2026-12-01", "2026-01-01", "2026-12-01", None]
    cost = hygiene_cost(opened(expected_close_on=late)).set_index("number")
    assert cost.loc["decided_win_rate", ["told", "tended", "n"]].tolist() == [0.5, 0.5, 4]


def test_without_defects_nothing_is_found_and_without_open_ones_none_is_looked_for():
    closed = {name: values[:3] for name, values in DAYS.items()}
    closed["amount"] = [1.0, 2.0, 3.0]
    found = defects(open_diagnosis(company(opportunities=pd.DataFrame(closed)), "2026Q3"))
    assert dict(zip(found["defect"], found["rows"], strict=True)) == {
        "lost without a reason": 0,
        "closed before created": 0,
        "won without an amount": 0,
    }


def test_silence_counts_where_activities_name_opportunities():
    touched = pd.DataFrame(
        {
            "activity_id": ["a1", "a2"],
            "rep_id": "bo",
            "opportunity_id": ["o5", "o5"],
            "category": ["selling", None],
            "type": "meeting",
            "started_at": ["2026-07-01 09:00:00", "2026-08-01 09:00:00"],
            "minutes": [30.0, None],
        }
    )
    the = open_diagnosis(company(opportunities=opportunities(**DAYS), activities=touched), "2026Q3")
    found = counted(the)
    assert found["left alone for 30 days"][0] == 1  # o5; the others are not open for as long
    assert found["activity without minutes"] == (1, 2)
    assert found["activity, no category"] == (1, 2)


# Opening and productivity


def test_a_map_of_categories_is_read_and_a_pair_without_sign_refused():
    assert category_map("") == {}
    assert category_map(" demo = selling , commute= ") == {"demo": "selling", "commute": None}
    with pytest.raises(DataError, match="'demo' names no category"):
        category_map("demo")


def test_a_period_before_all_data_or_after_it_is_refused():
    with pytest.raises(DataError, match="no opportunity created by 2025-09-30"):
        open_diagnosis(company(), "2025Q3")
    with pytest.raises(DataError, match=r"2027Q1 starts after as_of \(2026-10-02\)"):
        open_diagnosis(company(), "2027Q1")


def test_bookings_by_head_are_of_the_reps_who_were_there():
    found = headline_productivity(open_diagnosis(company(), "2026Q3")).set_index("metric")
    assert found.loc["bookings_per_rep", ["value", "n"]].tolist() == [75.0, 2]  # 90 and 60
    assert found.loc["productive_rep_share", "value"] == 1.0
    assert pd.isna(found.loc["bookings_per_rep", "low"])  # two reps tell no interval
    assert found.loc["bookings_per_selling_hour", "status"] != "ok"
    assert found["change"].isna().all()  # no year before


def test_the_trend_is_of_complete_periods_with_the_season_marked():
    trend = productivity_trend(open_diagnosis(company(), "2026Q3"))
    assert trend[["period", "same_season"]].to_numpy().tolist() == [["2026Q3", True]]
