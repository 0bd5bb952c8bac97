"""A review's frames, each worked by hand on a company of three reps and two quarters."""

from __future__ import annotations

import pandas as pd
import pytest
from company import company, opportunities, tables

from spmkit import review
from spmkit.data import DataError, open_data

NOW, BEFORE = ("2026-07-01", "2026-09-30"), ("2026-04-01", "2026-06-30")


def quotas(*lines):
    """Lines of (rep, period, quota); a level's quota has no rep."""
    rows = [
        {"rep_id": rep, "period_start": start, "period_end": end, "quota": quota, "level": "rep"}
        for rep, (start, end), quota in lines
    ]
    return pd.DataFrame(rows)


def plan(amount, period=NOW):
    line = quotas((None, period, amount))
    return line.assign(level="company")


def won(*sales):
    """Won opportunities of (rep, day, amount), created thirty days before."""
    days = pd.to_datetime([day for _, day, _ in sales])
    return pd.DataFrame(
        {
            "opportunity_id": [f"o{number}" for number in range(1, len(sales) + 1)],
            "rep_id": [rep for rep, _, _ in sales],
            "outcome": "won",
            "amount": [amount for _, _, amount in sales],
            "created_on": (days - pd.Timedelta(days=30)).strftime("%Y-%m-%d"),
            "closed_on": days.strftime("%Y-%m-%d"),
        }
    )


REPS = pd.DataFrame(
    {
        "rep_id": ["ada", "bo", "cy"],
        "name": ["Ada Byron", "Bo Diaz", "Cy Ng"],
        "region": ["North", "North", "South"],
    }
)
QUOTAS = quotas(
    ("ada", BEFORE, 100.0),
    ("bo", BEFORE, 50.0),
    ("ada", NOW, 100.0),
    ("bo", NOW, 50.0),
    ("cy", NOW, 50.0),
)
SALES = won(
    ("ada", "2026-04-10", 120.0),
    ("bo", "2026-05-10", 30.0),
    ("ada", "2026-07-11", 70.0),
    ("ada", "2026-08-11", 10.0),
    ("bo", "2026-08-20", 60.0),
    ("cy", "2026-09-30", 10.0),
)


def three(**changed):
    settings = {"as_of": changed.pop("as_of", "2026-10-02")}
    given = {"reps": REPS, "quotas": QUOTAS, "opportunities": SALES} | changed
    return open_data({k: v for k, v in given.items() if v is not None}, settings=settings)


def opened(period=None, **changed):
    return review.open_review(three(**changed), period)


def records(frame, *columns):
    return [tuple(row) for row in frame[list(columns)].itertuples(index=False)]


# Periods


def test_the_period_is_the_last_complete_one_beside_the_one_before():
    periods = opened().periods
    assert (periods.now.label, periods.complete) == ("2026Q3", True)
    assert periods.before.label == "2026Q2"
    assert periods.trend == ("2026Q2", "2026Q3")


def test_the_first_period_has_none_before_it():
    first = opened("2026Q2")
    assert first.periods.before is None
    assert first.earlier is None
    assert first.conversion_before is None
    assert first.before.empty
    groups = review.by_group(first, "region")
    assert groups["before"].isna().all()
    assert groups["now_change"].isna().all()


def test_the_trend_ends_with_the_period_and_has_eight_at_most():
    starts = pd.period_range("2023Q4", "2026Q4", freq="Q")
    spans = [(str(p.start_time.date()), str(p.end_time.date())) for p in starts]
    data = three(quotas=quotas(*[("ada", span, 10.0) for span in spans]))
    assert review.review_periods(data).trend == (
        "2024Q4",
        *[f"2025Q{q}" for q in (1, 2, 3, 4)],
        *[f"2026Q{q}" for q in (1, 2, 3)],
    )
    assert review.review_periods(data, "2024Q1").trend == ("2023Q4", "2024Q1")


def test_a_period_in_which_nothing_happened_is_refused_with_its_dates():
    with pytest.raises(DataError, match=r"2025Q1 \(2025-01-01 to 2025-03-31\).*[Cc]hoose"):
        opened("2025Q1")


@pytest.mark.parametrize("period", ["2026-Q3x", "Q3", "2030Q1"])
def test_a_period_that_cannot_be_is_refused(period):
    with pytest.raises(ValueError, match=period if period == "2030Q1" else "2026Q3|period"):
        opened(period)


# The whole


def test_the_standing_is_that_of_reps_with_a_quota():
    now = opened().now
    assert (now["credited"], now["quota"]) == (150.0, 200.0)
    assert now["attainment"] == 0.75
    assert (now["at_quota"], now["participation_rate_n"]) == (1, 3)
    assert now["participation_rate"] == pytest.approx(1 / 3)
    assert now["mean_attainment"] == pytest.approx((0.8 + 1.2 + 0.2) / 3)
    assert now["median_attainment"] == 0.8
    assert now["gap_to_quota"] == 50.0
    assert now["attainment_without_largest"] == (150 - 70) / 200
    assert 0 < now["participation_rate_low"] < 1 / 3 < now["participation_rate_high"] < 1


def test_credit_of_whoever_has_no_quota_is_beside_the_standing_not_in_it():
    sales = won(("ada", "2026-07-11", 50.0), ("cy", "2026-07-12", 500.0))
    the = opened(opportunities=sales, quotas=quotas(("ada", NOW, 100.0)))
    assert (the.now["credited"], the.now["attainment"]) == (50.0, 0.5)
    assert the.people["rep_id"].tolist() == ["ada"]
    assert the.lines["credited"].sum() == 550.0


def test_the_period_before_is_measured_alike():
    earlier = opened().earlier
    assert (earlier["credited"], earlier["quota"], earlier["at_quota"]) == (150.0, 150.0, 1)
    assert earlier["attainment"] == 1.0


def test_conversion_is_of_what_closed_in_the_period():
    lost = opportunities(outcome=["lost", "lost", "won", "open"], rep_id=["ada", "bo", "bo", "bo"])
    the = opened(opportunities=lost)
    assert (the.conversion["win_rate"], the.conversion["win_rate_n"]) == (1 / 3, 3)
    assert the.conversion["average_deal_size"] == 60.0
    assert the.conversion["sales_cycle"] == 50.0  # 1 July to 20 August
    assert pd.isna(the.conversion_before["win_rate"])


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
    assert dict(records(groups, "group", "credited")) == {"(none)": 10.0, "North": 140.0}


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


# Without quotas, and running


def test_without_quotas_every_rep_with_credit_is_shown_by_credit():
    the = opened(quotas=None)
    assert not the.has_quotas
    assert the.periods.before.label == "2026Q2"
    assert (the.now["credited"], the.earlier["credited"]) == (150.0, 150.0)
    assert pd.isna(the.now["attainment"])
    assert pd.isna(the.now["quota"])
    groups = review.by_group(the, "region")
    assert records(groups, "group", "credited") == [("North", 140.0), ("South", 10.0)]
    assert groups[["quota", "gap", "now", "low", "at_quota"]].isna().all().all()
    assert review.trend(the)["credited"].tolist() == [150.0, 150.0]


def test_quotas_of_zero_alone_rate_nobody():
    the = opened(quotas=quotas(("ada", NOW, 0.0)))
    assert not the.has_quotas
    assert pd.isna(the.now["attainment"])
    assert (the.now["participation_rate_n"], the.now["at_quota"]) == (0, 0)


def test_quotas_of_zero_alone_leave_the_groups_in_the_order_of_their_credit():
    lines = quotas(*[(rep, NOW, 0.0) for rep in ("ada", "bo", "cy")])
    groups = review.by_group(opened(quotas=lines), "region")
    assert records(groups, "group", "credited") == [("North", 140.0), ("South", 10.0)]


def test_the_trend_ends_with_the_period_though_it_has_no_quotas_and_others_have():
    the = opened(quotas=QUOTAS[QUOTAS["period_start"] == BEFORE[0]])
    assert review.trend(the)["period"].tolist() == ["2026Q2", "2026Q3"]


def test_a_running_period_rates_nobody_and_has_a_pace():
    the = opened("2026Q3", as_of="2026-08-15")
    assert not the.periods.complete
    assert (the.now["participation_rate_n"], the.now["at_quota"]) == (0, 0)
    assert the.now["attainment"] == 80 / 200
    assert the.now["pace"] > the.now["attainment"]
    assert the.now["run_rate_projection"] > 80.0


def test_an_owner_who_left_and_is_in_no_list_counts_to_the_whole():
    sales = SALES.assign(rep_id=SALES["rep_id"].replace("cy", "Zed Gone"))
    the = opened(opportunities=sales)
    assert the.lines.set_index("rep")["credited"]["not in reps"] == 10.0
    assert the.lines["credited"].sum() == 150.0
    assert the.now["credited"] == 140.0
    ledger = the.data.quality()
    assert ledger["reason"].eq("rep_id is not in reps: Zed Gone").any()


def test_the_small_company_of_the_other_tests_has_a_review():
    the = review.open_review(company(**tables()))
    assert (the.now["credited"], the.now["quota"], the.now["at_quota"]) == (150.0, 150.0, 1)
