"""Forecast, incentives and products of a review: worked by hand, said or why not, pay of nobody."""

from __future__ import annotations

import pandas as pd
import pytest
import vl_convert
from hypothesis import given
from hypothesis import strategies as st
from specification import assert_stands_alone, rows
from three_reps import NOW, REPS, SALES, opened, quotas, records, won

from spmkit import charts, narrative, review
from spmkit.data import DataError, open_data
from spmkit.reports import review_parts as parts

# Forecast

CALLS = pd.DataFrame(
    [  # of a quarter whose middle is 15 August
        ("ada", "2026-08-15", 100.0),
        ("ada", "2026-08-16", 900.0),
        ("bo", "2026-07-20", 50.0),
        ("cy", "2026-09-20", 10.0),
    ],
    columns=["rep_id", "as_of", "amount"],
).assign(period_start="2026-07-01", category="commit")


def test_the_forecast_by_hand():
    the = opened(forecasts=CALLS)
    row = review.forecast_standing(the, review.forecast_calls(the))
    # Ada forecast 100 and sold 80, Bo 50 and 60; a quarter before they sold 120 and 30.
    assert (row["forecast"], row["actual"], row["forecast_error"]) == (150.0, 140.0, 10.0)
    assert row["forecast_wape"] == pytest.approx(30 / 140)
    assert row["forecast_bias"] == pytest.approx(10 / 140)
    assert row["forecast_skill"] == pytest.approx(1 - 30 / 70)
    assert narrative.forecast_said(row, "2026Q3").startswith(
        "By 15 Aug 2026, half of 2026Q3, 2 reps forecast 150 and 140 was credited to them: 10 too "
        "much (bias 7 %). The single errors are 21 % of what was credited (WAPE), 57 % smaller"
    )


def test_of_several_categories_commit_is_judged_and_without_it_nothing():
    both = pd.concat([CALLS, CALLS.assign(category="Best Case", amount=1e6)])
    the = opened(forecasts=both.assign(category=both["category"].replace("commit", " Commit ")))
    assert review.forecast_calls(the)["forecast"].max() == 100.0
    other = opened(forecasts=both.assign(category=both["category"].replace("commit", "Pipeline")))
    with pytest.raises(DataError, match="Best Case, Pipeline, and none of them is commit"):
        review.forecast_calls(other)


def test_a_call_on_a_later_period_says_nothing_of_this_one():
    later = pd.concat([CALLS, CALLS.assign(period_start="2026-04-01", as_of="2026-05-01")])
    calls = review.forecast_calls(opened("2026Q2", forecasts=later))
    assert set(calls["period"]) == {"2026Q2"}


def test_an_overlay_credit_is_no_sale_of_the_rep_who_forecast():
    overlay = pd.DataFrame({"credit_id": ["c1"], "rep_id": "ada", "amount": [500.0]})
    overlay = overlay.assign(credited_on="2026-08-01", credit_type="overlay")
    the = opened(forecasts=CALLS, credits=overlay)
    calls = review.forecast_calls(the)
    assert calls.set_index("rep_id").loc["ada", "actual"] == 80.0


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({}, "needs forecasts"),
        ({"forecasts": CALLS, "period": "2026Q3", "as_of": "2026-08-20"}, "2026Q3 is running"),
    ],
)
def test_where_nothing_can_be_said_of_forecasts_one_line_says_why(changed, said):
    assert said in str(parts.forecast_parts(opened(**changed)))


def test_no_manager_is_judged_by_few_quarters():
    said = [str(part) for part in parts.forecast_parts(opened(forecasts=CALLS))]
    assert "too few managers" in said[1]


def test_a_forecast_that_came_too_late_is_none():
    the = opened(forecasts=CALLS[CALLS["rep_id"] == "cy"])
    row = review.forecast_standing(the, review.forecast_calls(the))
    assert narrative.forecast_said(row, "2026Q3").startswith("No forecast of 2026Q3 was known")


def biased(**factors):
    """Calls of four quarters of four reps of each manager, all off by the manager's factor."""
    lines = [
        (manager, name, f"2025Q{quarter}", 100.0 * factor * wobble, 100.0)
        for manager, (name, factor) in factors.items()
        for quarter in (1, 2, 3, 4)
        for wobble in (0.97, 0.99, 1.01, 1.03)
    ]
    columns = ["manager_id", "manager", "period", "forecast", "actual"]
    return pd.DataFrame(lines, columns=columns).assign(period_start=pd.Timestamp("2025-01-01"))


def test_who_leans_is_who_has_the_whole_interval_on_one_side():
    calls = biased(a=("Kim", 1.2), b=("Kim", 1.0), c=("Lee", 0.8), d=("Mo", 1.0), e=("</b>", 1.0))
    groups = review.bias_by_manager(calls)
    assert groups["group"].iloc[0] == "Kim (a)"
    assert groups["group"].iloc[-1] == "Lee"
    # 16 lines with errors of ±1 and ±3 % of what was sold: an interval of about ±1 %.
    assert groups["bias_quotient"].iloc[0] == pytest.approx(0.2, abs=0.01)
    assert narrative.bias_title(groups) == (
        "The reps of Kim (a) forecast too high, those of Lee forecast too low; of the other 3 no "
        "side can be told"
    )
    spec = charts.bias_dots(groups.assign(clear=groups["low"] > 0), "T", "S").to_dict()
    assert_stands_alone(spec)
    assert [row["group"] for row in rows(spec)] == groups["group"].tolist()
    assert "<svg" in vl_convert.vegalite_to_svg(spec)


# Incentives


def paid(*people):
    """Pay lines of (region, paid, target); everyone sold 50 of a quota of 100."""
    frame = pd.DataFrame(people, columns=["region", "paid", "target_variable"])
    frame["rep_id"] = [f"r{number}" for number in range(len(frame))]
    frame["pay_index"] = frame["paid"] / frame["target_variable"]
    return frame.assign(quota=100.0, credited=50.0, role="AE", period="2026Q3", attainment=0.5)


def test_pay_by_region_by_hand():
    lines = paid(*[("North", 6.0, 10.0)] * 5, *[("South", 9.0, 10.0)] * 5)
    found = review.pay_by_region(lines)
    assert records(found, "group", "reps", "attainment", "paid", "target", "paid_of_target") == [
        ("North", 5, 0.5, 30.0, 50.0, 0.6),
        ("South", 5, 0.5, 45.0, 50.0, 0.9),
        ("All", 10, 0.5, 75.0, 100.0, 0.75),
    ]
    assert found["effective_commission_rate"].tolist() == [30 / 250, 45 / 250, 75 / 500]
    assert found["target_commission_rate"].tolist() == [0.1, 0.1, 0.1]


def test_a_region_of_few_is_put_with_another_so_that_the_rest_of_the_sum_is_nobody_s_pay():
    people = [("North", 6.0, 10.0)] * 6 + [("South", 9.0, 10.0)] * 5 + [("West", 77.0, 10.0)]
    found = review.pay_by_region(paid(*people))
    assert records(found, "group", "reps", "paid") == [
        ("North", 6, 36.0),
        ("other regions", 6, 122.0),
        ("All", 12, 158.0),
    ]


COUNT = st.integers(0, 7)


@given(st.lists(st.tuples(COUNT, COUNT), min_size=1, max_size=5))
def test_no_sum_that_is_shown_is_of_fewer_than_five_who_were_paid(regions):
    people = [
        (f"region {number}", amount, 10.0)
        for number, (some, none) in enumerate(regions)
        for amount in [3.0] * some + [0.0] * none
    ]
    counted = sum(some for some, _ in regions)
    if counted < review.incentives.FEWEST_PAID:
        return
    found = review.pay_by_region(paid(*people))
    assert (found["paid"] >= 3.0 * review.incentives.FEWEST_PAID).all()
    assert found["paid"].iloc[-1] == 3.0 * counted
    assert len(found) == 1 or found["paid"].iloc[:-1].sum() == 3.0 * counted


def test_inversions_are_counted_within_a_role():
    lines = paid(("N", 5.0, 10.0), ("N", 4.0, 10.0), ("N", 1.0, 10.0))
    lines = lines.assign(attainment=[0.5, 0.8, 0.9], role=["AE", "AE", None])
    assert review.inversions(lines) == (1, 1)
    assert review.inversions(lines.assign(role="AE")) == (3, 3)


def company_of_six(**changed):
    names = [f"r{number}" for number in range(6)]
    payouts = pd.DataFrame({"rep_id": names, "period_start": "2026-07-01", "amount": 8.0})
    given_ = {
        "reps": pd.DataFrame({"rep_id": names, "region": "N", "ote": 100.0, "base_pay": 60.0}),
        "quotas": quotas(*[(name, NOW, 100.0) for name in names]),
        "opportunities": won(*[(name, "2026-07-11", 90.0) for name in names]),
        "payouts": payouts,
    }
    return opened("2026Q3", **(given_ | changed))


def test_pay_of_a_company_by_hand():
    the = company_of_six()
    # 40 of variable pay a year is 10 a quarter; 8 was paid to each of six.
    said = [str(part).replace("\N{NO-BREAK SPACE}", " ") for part in parts.incentive_parts(the)]
    assert "48 of variable pay was paid to 6 reps for 2026Q3, 80 % of target" in said[1]
    assert "at 90 % of quota. No two reps of one role can be compared." in said[1]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"payouts": None}, "needs payouts"),
        ({"as_of": "2026-08-15"}, "2026Q3 is running"),
    ],
)
def test_where_nothing_can_be_said_of_pay_one_line_says_why(changed, said):
    assert said in str(parts.incentive_parts(company_of_six(**changed)))


@pytest.mark.parametrize("paid_out", [1, 4])
def test_pay_of_fewer_than_five_is_shown_in_no_sum(paid_out):
    payouts = pd.DataFrame({"rep_id": [f"r{i}" for i in range(paid_out)], "amount": 777.5})
    the = company_of_six(payouts=payouts.assign(period_start="2026-07-01"))
    said = str(parts.incentive_parts(the))
    assert "Fewer than 5 reps" in said
    assert "777" not in said


# Products


def of_products(period=None, **changed):
    sold = SALES.assign(
        product=["A", "B", "A", None, "B", "A"], list_amount=[120.0, None, 100.0, None, 80.0, None]
    )
    return opened(period, **({"opportunities": sold} | changed))


def test_the_mix_and_price_by_hand():
    mix = review.product_mix(of_products())
    assert records(mix, "group", "won_amount") == [
        ("A", 80.0),
        ("B", 60.0),
        ("not given", 10.0),
        ("All", 150.0),
    ]
    assert mix["share"].tolist() == pytest.approx([80 / 150, 0.4, 10 / 150, 1.0])
    # A 70 of 100 (of its other 10 no list price is known), B 60 of 80.
    assert mix["price_realisation"].tolist()[:2] == [0.7, 0.75]
    assert mix["price_realisation"].iloc[-1] == pytest.approx(130 / 180)
    assert mix["price_realisation_change"].iloc[0] == pytest.approx(-0.3)
    assert mix["share_change"].iloc[0] == pytest.approx(80 / 150 - 120 / 150)
    assert mix["margin"].isna().all()
    assert narrative.products_said(mix, "2026Q3", "2026Q2") == (
        "A is 53 % of the 150 won in 2026Q3. 72.2 % of list price was realised, 100.0 % in 2026Q2."
    )


def test_margin_is_of_the_value_whose_margin_is_known():
    lines = pd.DataFrame({"opportunity_id": ["o3"], "product": ["A"], "amount": [70.0]})
    mix = review.product_mix(of_products(opportunity_lines=lines.assign(margin=35.0)))
    assert mix.set_index("group").loc[["A", "All"], "margin"].tolist() == [0.5, 0.5]


def test_a_running_period_is_held_against_nothing():
    mix = review.product_mix(of_products("2026Q3", as_of="2026-08-25"))
    assert mix[["share_change", "price_realisation_change"]].isna().all().all()
    assert "2026Q2" not in narrative.products_said(mix, "2026Q3", "2026Q2")


def test_without_a_product_one_line_says_what_would_name_it():
    said = str(parts.product_parts(opened()))
    assert "No product is named" in said
    assert "opportunity_lines" in said


def test_products_of_other_currencies_are_converted_once():
    sold = SALES.assign(product="A", currency=["USD"] * 2 + ["EUR"] + ["USD"] * 3)
    lines = pd.DataFrame({"opportunity_id": ["o3"], "product": ["A"], "amount": [50.0]})
    fx = pd.DataFrame({"currency": ["EUR"], "starts_on": "2026-01-01", "rate": [2.0]})
    tables = {"reps": REPS, "opportunities": sold, "opportunity_lines": lines, "fx": fx}
    settings = {"as_of": "2026-10-02", "currency": "USD"}
    the = review.open_review(open_data(tables, settings=settings))
    values = review.product_values(the)
    now = values[values["period"] == "2026Q3"]
    # o3 is 70 EUR, 50 of it on a line: 100 USD on a line and 40 that no line names.
    assert dict(records(now.fillna({"product": "–"}), "product", "won_amount")) == {
        "A": 180.0,
        "–": 40.0,
    }
