"""The frames of a review, worked by hand: groups, trend, deals, over-assignment."""

from __future__ import annotations

import pandas as pd
import pytest
from three_reps import BEFORE, NOW, QUOTAS, REPS, opened, plan, quotas, records, three, won

from spmkit import review

# Groups


def test_groups_are_ordered_by_their_gap_and_add_up_to_the_whole():
    the = opened()
    groups = review.by_group(the, "region")
    assert records(groups, "group", "quota", "credited", "gap", "now") == [
        ("South", 50.0, 10.0, 40.0, 0.2),
        ("North", 150.0, 140.0, 10.0, 140 / 150),
    ]
    assert records(groups, "reps", "at_quota") == [(1, 0), (2, 1)]
    assert groups["gap"].sum() == the.now["gap_to_quota"]
    for name in ("quota", "credited"):
        assert groups[name].sum() == the.now[name]


def test_a_group_is_held_against_itself_before_and_a_new_one_against_nothing():
    south, north = review.by_group(opened(), "region").itertuples()
    assert pd.isna(south.before)
    assert pd.isna(south.now_change)
    assert north.before == 1.0  # (120 + 30) / 150
    assert north.now_change == pytest.approx(140 / 150 - 1)


def test_a_group_of_few_reps_has_no_interval_and_eight_have_one():
    names = [f"r{number}" for number in range(9)]
    reps = pd.DataFrame({"rep_id": names, "region": ["North"] * 8 + ["South"]})
    lines = quotas(*[(name, NOW, 100.0) for name in names])
    sales = won(*[(name, "2026-07-11", 50.0 + 10 * i) for i, name in enumerate(names)])
    groups = review.by_group(opened(reps=reps, quotas=lines, opportunities=sales), "region")
    bounds = groups.set_index("group")[["low", "high"]]
    assert bounds.loc["South"].isna().all()
    low, high = bounds.loc["North"]
    assert low < 0.85 < high  # 80 % of resamples of eight reps around 680 of 800


def test_whoever_belongs_to_no_group_is_a_group_of_its_own():
    reps = REPS.assign(region=["North", "North", None])
    groups = review.by_group(opened(reps=reps), "region")
    assert dict(records(groups, "group", "credited")) == {"not given": 10.0, "North": 140.0}


def test_two_reps_of_one_name_stay_two():
    the = opened(reps=REPS.assign(name=["Ada Byron", "Bo Diaz", "Ada Byron"]))
    groups = review.by_group(the, "rep")
    assert len(groups) == 3
    assert sorted(groups["quota"]) == [50.0, 50.0, 100.0]


def test_one_rep_is_a_company():
    sales = won(("ada", "2026-07-11", 90.0))
    the = opened(reps=REPS.head(1), quotas=quotas(("ada", NOW, 100.0)), opportunities=sales)
    assert (the.now["participation_rate_n"], the.now["at_quota"]) == (1, 0)
    groups = review.by_group(the, "rep")
    assert records(groups, "group", "gap", "now") == [("Ada Byron", 10.0, 0.9)]
    assert len(review.trend(the)) == 1


# Over time


def test_the_trend_is_in_order_and_marks_the_season():
    spans = [("2025-07-01", "2025-09-30"), BEFORE, NOW]
    data = three(quotas=quotas(*[("ada", span, 100.0) for span in spans]))
    found = review.trend(review.open_review(data))
    assert records(found, "period", "credited", "quota", "attainment", "same_season") == [
        ("2025Q3", 0.0, 100.0, 0.0, True),
        ("2026Q2", 120.0, 100.0, 1.2, False),
        ("2026Q3", 80.0, 100.0, 0.8, True),
    ]
    assert found["at_quota"].tolist() == [0.0, 1.0, 0.0]


# Deals


def test_the_largest_deals_are_listed_with_their_share_of_the_whole():
    found = review.largest_credits(opened(), 2)
    assert records(found, "opportunity_id", "rep", "amount") == [
        ("o3", "Ada Byron", 70.0),
        ("o5", "Bo Diaz", 60.0),
    ]
    assert found["share"].tolist() == [70 / 150, 60 / 150]
    assert all(
        row.rep in row.label and row.opportunity_id in row.label for row in found.itertuples()
    )


def test_a_reversed_credit_is_no_deal():
    credits = pd.DataFrame(
        {
            "credit_id": ["c1", "c2", "c3"],
            "opportunity_id": ["o3", "o3", "o5"],
            "rep_id": ["ada", "ada", "bo"],
            "credited_on": ["2026-07-11", "2026-08-01", "2026-08-20"],
            "amount": [70.0, -70.0, 60.0],
        }
    )
    found = review.largest_credits(opened(credits=credits))
    assert "o3" not in set(found["opportunity_id"])


def test_where_all_credit_was_taken_back_no_deal_has_a_share():
    credits = pd.DataFrame(
        {
            "credit_id": ["c1", "c2"],
            "opportunity_id": ["o3", None],
            "rep_id": "ada",
            "credited_on": ["2026-07-11", "2026-08-01"],
            "amount": [70.0, -70.0],
        }
    )
    sales = won(("ada", "2026-07-11", 70.0)).assign(opportunity_id="o3")
    lines = quotas(("ada", NOW, 100.0))
    share = review.largest_credits(opened(credits=credits, opportunities=sales, quotas=lines))[
        "share"
    ]
    assert not (share.abs() == float("inf")).any()


# Over-assignment


@pytest.mark.parametrize(("amount", "over"), [(160.0, 0.25), (200.0, 0.0), (250.0, -0.2)])
def test_over_assignment_is_rep_quotas_over_plan(amount, over):
    data = three(quotas=pd.concat([QUOTAS, plan(amount)]))
    period = data.calendar.period("2026Q3")
    assert review.over_assignment(data, period) == pytest.approx(over)


def test_a_vacant_seat_s_quota_counts_as_assigned():
    seat = quotas((None, NOW, 40.0)).assign(territory_id="t1")
    data = three(quotas=pd.concat([QUOTAS, seat, plan(160.0)]))
    period = data.calendar.period("2026Q3")
    assert review.over_assignment(data, period) == pytest.approx(0.5)


@pytest.mark.parametrize("lines", [QUOTAS, pd.concat([QUOTAS, plan(0.0)]), plan(100.0), None])
def test_without_plan_or_quotas_over_assignment_is_not_known(lines):
    data = three(quotas=lines)
    assert review.over_assignment(data, data.calendar.period("2026Q3")) is None


# With quotas of zero, or of other periods alone


def test_quotas_of_zero_alone_leave_the_groups_in_the_order_of_their_credit():
    lines = quotas(*[(rep, NOW, 0.0) for rep in ("ada", "bo", "cy")])
    groups = review.by_group(opened(quotas=lines), "region")
    assert records(groups, "group", "credited") == [("North", 140.0), ("South", 10.0)]


def test_the_trend_ends_with_the_period_though_it_has_no_quotas_and_others_have():
    the = opened(quotas=QUOTAS[QUOTAS["period_start"] == BEFORE[0]])
    assert review.trend(the)["period"].tolist() == ["2026Q2", "2026Q3"]


def test_what_closed_is_found_in_a_month_and_in_a_year_too():
    data = opened().data
    closed = pd.to_datetime(data.opportunities.df()["closed_on"])
    for label, within in {
        "2026": closed.dt.year == 2026,
        "2026M08": (closed.dt.year == 2026) & (closed.dt.month == 8),
    }.items():
        found = review.conversion(data, data.calendar.period(label))
        assert found["average_deal_size_n"] == within.sum() > 0
