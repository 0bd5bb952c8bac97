"""Activities and later wins: published rejections, Simpson's two slopes, and no cause claimed."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import vl_convert
from specification import assert_stands_alone

import spmkit as spm
from spmkit import charts, diagnostics
from spmkit.diagnostics.activity_return_lags import monthly_panel, scanned
from spmkit.diagnostics.activity_return_slopes import slopes
from spmkit.diagnostics.drivers_redrawn import discoveries
from spmkit.narrative.activity_return import placebo_said, return_title, scan_said, simpson_said
from spmkit.reports.diagnostics_parts import activity_return_parts

SETTINGS = {"as_of": "2026-10-02"}
SAMPLE = spm.shipped("datasets") / "sample"

BENJAMINI_HOCHBERG = [
    0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344,
    0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0000,
]  # fmt: skip


def test_the_published_example_rejects_four():
    # Benjamini and Hochberg (1995), section 3.2: thrombolysis trials; Bonferroni rejects three.
    assert int(discoveries(BENJAMINI_HOCHBERG).sum()) == 4
    assert sum(p <= 0.05 / 15 for p in BENJAMINI_HOCHBERG) == 3


def demo(pooled, within, reps=40, periods=12):
    """Reps whose slope within is one thing and over all another, both exact."""
    rng = np.random.default_rng(4)
    level = np.repeat(np.linspace(10, 30, reps), periods)
    own = rng.normal(0, 2, (reps, periods))
    own = (own - own.mean(1, keepdims=True)).ravel()
    spread = float(own @ own)
    between = float(((level - level.mean()) ** 2).sum())
    slope = (pooled * (spread + between) - within * spread) / between
    noise = rng.normal(0, 0.2, (reps, periods))
    noise = (noise - noise.mean(1, keepdims=True)).ravel()
    noise -= own * (noise @ own) / spread
    outcome = 1 + slope * (level - level.mean()) + within * own + noise
    rep = pd.Series(np.repeat([f"r{n}" for n in range(reps)], periods))
    return rep, pd.Series(level + own), pd.Series(outcome)


def test_the_two_slopes_of_the_demo_point_two_ways():
    # The figures of the methods' demonstration: pooled −.065, within .0457 (true +.05).
    found = slopes(*demo(-0.065, 0.0457))
    assert found["pooled"] == pytest.approx(-0.065, abs=1e-9)
    assert found["within"] == pytest.approx(0.0457, abs=1e-9)
    assert found["within_low"] <= 0.05 <= found["within_high"] or found["within_low"] > 0
    assert found["disagree"]
    said = simpson_said(pd.DataFrame([found | {"activity": "demo"}]))
    assert "demo −0.065 across reps, +0.046 within them" in said


def test_slopes_that_agree_are_not_said_to_disagree():
    assert not slopes(*demo(0.05, 0.05))["disagree"]


def test_what_months_share_is_taken_off_both():
    rep, activity, outcome = demo(0.05, 0.05)
    month = pd.Series(list(range(12)) * 40)
    shifted = slopes(rep, activity + 3.0 * month, outcome - 0.4 * month, month)
    plain = slopes(rep, activity, outcome, month)
    assert shifted["within"] == pytest.approx(plain["within"], abs=1e-6)


def panel(seed, effect=0.0, kinds=4, reps=40, months=20, lag=1):
    """Reps of different levels; wins follow one kind of activity by a lag, or none."""
    rng = np.random.default_rng(seed)
    level = rng.gamma(4, 2.0, (reps, 1, 1))
    counts = rng.poisson(level, (reps, months, kinds))
    earlier = np.roll(counts[:, :, 0], lag, axis=1).astype(float)
    earlier[:, :lag] = counts[:, :lag, 0]
    mean = np.exp(0.1 + effect * (earlier - earlier.mean(1, keepdims=True)))
    wins = rng.poisson(mean * rng.gamma(20, 1 / 20, (reps, 1)))
    frame = pd.DataFrame(
        {
            "rep_id": np.repeat([f"r{n:02d}" for n in range(reps)], months),
            "period": [f"2025M{n:02d}" for n in range(months)] * reps,
            "wins": wins.ravel(),
            "won_amount": 0.0,
        }
    )
    for k in range(kinds):
        frame[f"k{k}"] = counts[:, :, k].ravel()
    return frame


def test_the_planted_lag_is_found_and_its_activity_alone():
    found = scanned(panel(1, effect=0.12, lag=2), [1, 2, 3], deal_size=1000.0)
    told = found[found["told"] & (found["coefficient"] > 0)]
    assert told[["activity", "lag"]].values.tolist() == [["k0", 2]]
    assert set(found.loc[found["told"], "activity"]) == {"k0"}
    row = told.iloc[0]
    assert row["low"] > 0
    assert row["wins_low"] < row["wins"] < row["wins_high"]
    assert row["value"] == pytest.approx(1000 * row["wins"])
    assert abs(row["shrunken"]) < abs(row["coefficient"])
    title = return_title(found[found["lag"] == 2], 2)
    assert title == "Within reps, months with more k0 go with more wins 2 months later"


def test_where_nothing_is_planted_a_lag_is_seldom_told():
    alarms = sum(
        bool(scanned(panel(seed, 0.0, 3, 30, 12), [1, 2])["told"].any()) for seed in range(12)
    )
    assert alarms <= 3  # of 12


def test_what_the_desk_goes_with_is_a_warning_on_the_sample():
    the = diagnostics.open_diagnosis(spm.open_data(SAMPLE))
    found = diagnostics.lag_scan(the, [1])
    said = placebo_said(found, ["crm update", "internal"])
    assert found.loc[found["activity"].eq("crm update"), "told"].any()
    assert said.startswith("A warning")
    assert "no number here says what more" in said
    for word in ("ROI", "because", "leads to", "causes"):
        assert word not in scan_said(found) + said


def test_the_coefficients_are_those_of_the_metric():
    the = diagnostics.open_diagnosis(spm.open_data(SAMPLE))
    made = monthly_panel(the)
    own = spm.activity_return(made, lag=1).set_index("activity")["coefficient"]
    found = diagnostics.lag_scan(the, [1]).set_index("activity")["coefficient"]
    pd.testing.assert_series_equal(own, found)


@pytest.mark.parametrize("period", ["", "2026Q1"])
def test_the_yields_are_those_of_the_metric(period):
    the = diagnostics.open_diagnosis(spm.open_data(SAMPLE), period)
    found = diagnostics.yield_by_type(the).set_index("type")
    lag = int(found["lag_days"].iloc[0])
    lines = spm.yield_lines(the.data, lag_days=lag, activities=the.activities).df()
    assert (found["since"] == the.start).all()
    lines = lines[lines["day"].between(the.start, the.end)]
    own = spm.measure(lines, spm.activity_yield, by="type").set_index("type")["activity_yield"]
    assert found["activity_yield"].to_dict() == pytest.approx(own.loc[found.index].to_dict())
    assert (found["low"] < found["activity_yield"]).all()


def test_of_many_types_the_rarest_stand_together():
    rows = pd.DataFrame(
        {
            "activity_id": [f"a{n}" for n in range(45)],
            "rep_id": "ada",
            "started_at": "2026-08-03 09:00:00",
            "type": [f"t{n % 10}" for n in range(45)],
            "category": "selling",
        }
    )
    the = opened(rows)
    made = monthly_panel(the)
    kinds = [name for name in made if name not in ("rep_id", "period", "wins", "won_amount")]
    assert len(kinds) == 8
    assert "other types" in kinds
    assert int(made[kinds].sum().sum()) == 45


def opened(activities=None):
    given = {
        "reps": pd.DataFrame({"rep_id": ["ada"]}),
        "opportunities": pd.DataFrame(
            {
                "opportunity_id": ["o1"],
                "rep_id": "ada",
                "outcome": "won",
                "amount": 9.0,
                "created_on": "2026-06-01",
                "closed_on": "2026-07-01",
            }
        ),
    }
    if activities is not None:
        given["activities"] = activities
    return diagnostics.open_diagnosis(spm.open_data(given, settings=SETTINGS), "2026Q3")


ONE = pd.DataFrame(
    {
        "activity_id": ["a1"],
        "rep_id": "ada",
        "category": "selling",
        "type": "call",
        "started_at": "2026-09-03 09:00:00",
    }
)


@pytest.mark.parametrize(
    ("activities", "said"),
    [
        (None, "needs activities"),
        (ONE, "fewer than three complete months"),
        (ONE.assign(started_at="2026-03-03 09:00:00"), "10 are needed"),
        (ONE.assign(started_at="2026-10-02 09:00:00"), "no month with activities is complete"),
    ],
)
def test_too_little_is_a_line_and_no_chart(activities, said):
    found = activity_return_parts(opened(activities))
    assert said in " ".join(str(part) for part in found)
    assert not any(hasattr(part, "to_dict") for part in found)


def test_the_charts_stand_alone_with_hostile_names():
    effects = pd.DataFrame(
        {
            "activity": ["</script>'\"", "b"],
            "lag": [1, 1],
            "effect": [0.1, None],
            "low": [0.0, None],
            "high": [0.2, None],
            "shrunken": [None, None],
            "told": [False, False],
            "words": ["a", "–"],
        }
    )
    for chart in (charts.return_dots, charts.lag_curves):
        spec = chart(effects, "A title", "Wins").to_dict()
        assert_stands_alone(spec)
        assert "<svg" in vl_convert.vegalite_to_svg(spec)
