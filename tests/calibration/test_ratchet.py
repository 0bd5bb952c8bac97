"""The ratchet: slopes worked by hand, its asymmetry, and a company that only mends its quotas."""

import numpy as np
import pandas as pd
import pytest
from calibration.rep_years import last_years_sales, rep_years

from spmkit.calibration.fairness.clustered import clustered_regression
from spmkit.calibration.fairness.ratchet import luck_penalty, ratchet
from spmkit.calibration.fairness.yearly import year_changes


def sold_by_luck(seed=0, years=4, reps=60):
    rng = np.random.default_rng(seed)
    return 100 * np.exp(rng.normal(0, 0.3, (years, reps)))


def slopes(panel):
    return ratchet(panel).set_index(["follows", "part"])


def quarters(yearly_quota, sold, **columns):
    """A panel of quarters: quotas of a year in four equal parts, sales as given by quarter."""
    count, reps = sold.shape
    return pd.DataFrame(
        {
            "period": np.repeat(
                [f"{2020 + step // 4}Q{step % 4 + 1}" for step in range(count)], reps
            ),
            "step": np.repeat(np.arange(count), reps),
            "season": np.repeat(np.arange(count) % 4 + 1, reps),
            "rep_id": np.tile([f"r{rep:03}" for rep in range(reps)], count),
            "quota": np.repeat(yearly_quota / 4, 4, axis=0).ravel(),
            "credited": sold.ravel(),
        }
        | columns
    )


def test_a_change_worked_by_hand():
    panel = rep_years([[125.0], [120.0], [90.0]], [[100.0], [120.0], [110.0]])
    found = year_changes(panel)
    assert found["year"].tolist() == [1, 2]
    assert found["change"].to_numpy() == pytest.approx(np.log([1.2, 110 / 120]))
    assert found["reached"].to_numpy() == pytest.approx(np.log([1.25, 1.0]))


def test_last_years_sales_are_a_slope_of_one_up_and_down():
    sold = sold_by_luck()
    found = slopes(rep_years(sold, last_years_sales(sold)))
    for part in ("all", "above", "below"):
        assert found.loc[("attainment", part), "slope"] == pytest.approx(1.0)
        assert found.loc[("attainment", part), "verdict"] == "fail"
    assert found.loc[("attainment", "difference"), "slope"] == pytest.approx(0.0, abs=1e-9)
    assert found.loc[("attainment", "difference"), "verdict"] == "pass"
    assert found.loc[("surprise", "all"), "slope"] == pytest.approx(1.0, abs=0.05)


def test_half_followed_is_a_slope_of_a_half():
    sold = sold_by_luck()
    found = slopes(rep_years(sold, last_years_sales(sold, follow=0.5)))
    assert found.loc[("attainment", "all"), "slope"] == pytest.approx(0.5)


def test_a_ratchet_goes_up_more_than_down():
    sold = sold_by_luck(years=5)
    quotas = np.full(sold.shape, 100.0)
    for year in range(1, 5):
        reached = np.log(sold[year - 1] / quotas[year - 1])
        change = 0.9 * np.maximum(reached, 0) + 0.2 * np.minimum(reached, 0)
        quotas[year] = quotas[year - 1] * np.exp(change)
    found = slopes(rep_years(sold, quotas))
    assert found.loc[("attainment", "above"), "slope"] == pytest.approx(0.9)
    assert found.loc[("attainment", "below"), "slope"] == pytest.approx(0.2)
    difference = found.loc[("attainment", "difference")]
    assert (difference["slope"], difference["verdict"]) == (pytest.approx(0.7), "fail")


def test_quotas_that_are_only_mended_look_like_a_ratchet_on_attainment_but_not_on_the_surprise():
    # Each year's quota is the same honest expectation with an error of its own: nobody looks at
    # sales, yet who had too high a quota attains less and gets a lower one.
    rng = np.random.default_rng(5)
    sold = sold_by_luck(years=6, reps=80)
    found = slopes(rep_years(sold, 100 * np.exp(rng.normal(0, 0.25, sold.shape))))
    assert found.loc[("attainment", "all"), "verdict"] == "fail"
    assert found.loc[("surprise", "all"), "verdict"] == "pass"


def test_annual_quotas_in_quarters_change_once_a_year_and_season_does_not_count():
    rng = np.random.default_rng(0)
    season = np.array([0.7, 1.0, 0.9, 1.4])
    sold = 25 * np.tile(season, 3)[:, None] * np.exp(rng.normal(0, 0.4, (12, 50)))
    years = sold.reshape(3, 4, 50).sum(axis=1)
    found = slopes(quarters(last_years_sales(years), sold))
    assert found.loc[("attainment", "all"), "n"] == 100
    assert found.loc[("attainment", "all"), "slope"] == pytest.approx(1.0)


def test_a_running_year_is_compared_with_the_same_quarters():
    rng = np.random.default_rng(0)
    sold = 25 * np.exp(rng.normal(0, 0.4, (12, 50)))
    quotas = last_years_sales(sold.reshape(3, 4, 50).sum(axis=1))
    whole = quarters(quotas, sold)
    running = whole[whole["step"] < 10]
    both = [year_changes(panel).query("year == 2")["change"] for panel in (whole, running)]
    assert both[0].to_numpy() == pytest.approx(both[1].to_numpy())


def test_quotas_set_each_period_are_told_by_taking_each_for_a_year():
    rng = np.random.default_rng(0)
    sold = 25 * np.exp(rng.normal(0, 0.4, (8, 40)))
    panel = quarters(np.ones((2, 40)), sold).assign(quota=last_years_sales(sold, 25.0).ravel())
    found = slopes(panel.assign(season=1))
    assert found.loc[("attainment", "all"), "n"] == 280
    assert found.loc[("attainment", "all"), "slope"] == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("columns", "kept"),
    [
        ({"territory_id": [["T1"], ["T2"]]}, 0),  # moved
        ({"territory_id": [["T1"], ["T1"]]}, 1),
        ({"territory_id": [[None], [None]]}, 1),  # not known, taken to be the same
        ({"tenure_periods": [[1.0], [2.0]]}, 0),  # ramping last year
        ({"tenure_periods": [[np.nan], [np.nan]]}, 1),
        ({"present": [[0.5], [1.0]]}, 0),  # away for half of last year
    ],
)
def test_who_is_left_out(columns, kept):
    panel = rep_years([[100.0], [100.0]], 100.0, **columns)
    assert len(year_changes(panel)) == kept


def test_luck_is_taxed_by_last_years_sales_and_not_by_a_lasting_expectation():
    sold = sold_by_luck(years=5)
    taxed, free = (
        luck_penalty(rep_years(sold, quotas)) for quotas in (last_years_sales(sold), 100.0)
    )
    assert taxed.high < -0.3
    assert free.low < 0 < free.high


def test_one_year_and_seven_reps_are_too_few():
    one = ratchet(rep_years(sold_by_luck(years=1), 100.0))
    assert set(one["status"]) == {"insufficient n"}
    few = ratchet(rep_years(sold_by_luck(reps=7), 100.0))
    assert set(few["verdict"]) == {"cannot tell"}
    assert luck_penalty(rep_years(sold_by_luck(years=2), 100.0)).status == "insufficient n"


def test_quotas_that_never_change_have_no_slope():
    found = slopes(rep_years(sold_by_luck(), 100.0))
    assert found.loc[("attainment", "all"), "slope"] == pytest.approx(0.0, abs=1e-9)
    assert found.loc[("attainment", "all"), "verdict"] == "pass"


def test_zero_and_negative_sales_have_no_logarithm_and_no_slope():
    sold = sold_by_luck()
    sold[0, 0], sold[0, 1] = 0.0, -5.0
    found = slopes(rep_years(sold, 100.0))
    assert found.loc[("attainment", "all"), "n"] == 3 * 60 - 2


def test_the_slopes_are_those_of_least_squares_and_the_errors_no_smaller():
    from statsmodels.regression.linear_model import OLS

    rng = np.random.default_rng(0)
    cluster = np.repeat(np.arange(30), 3)
    design = np.column_stack([rng.normal(size=90), np.ones(90)])
    outcome = design @ [0.5, 1.0] + rng.normal(size=30)[cluster] + rng.normal(size=90)
    fit = clustered_regression(outcome, design, cluster)
    usual = OLS(outcome, design).fit(cov_type="cluster", cov_kwds={"groups": cluster})
    assert fit.slopes == pytest.approx(usual.params)
    errors = np.sqrt(np.diag(fit.covariance))
    assert (errors >= 0.97 * usual.bse).all()
    assert errors == pytest.approx(usual.bse, rel=0.15)


def test_leaving_each_cluster_out_is_what_the_errors_say():
    rng = np.random.default_rng(0)
    cluster = np.repeat(np.arange(12), 2)
    design = np.column_stack([rng.normal(size=24), np.ones(24)])
    outcome = rng.normal(size=24)
    fit = clustered_regression(outcome, design, cluster)
    off = []
    for one in range(12):
        rest = cluster != one
        off.append(np.linalg.lstsq(design[rest], outcome[rest])[0] - fit.slopes)
    assert fit.covariance == pytest.approx(11 / 12 * np.transpose(off) @ off)
