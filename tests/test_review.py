"""What a review starts from, worked by hand: its periods, its sums, and what it refuses."""

from __future__ import annotations

import pandas as pd
import pytest
from company import company, opportunities, tables
from three_reps import NOW, SALES, opened, quotas, records, three, won

from spmkit import review
from spmkit.data import DataError

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
