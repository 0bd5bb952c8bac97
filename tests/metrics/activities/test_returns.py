"""Returns: how many wins go with an activity within reps, over a panel of periods."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from activity_tables import SETTINGS, engine_frame, opened, tables

import spmkit as spm


def panel(reps=30, periods=12, effect=0.05, seed=7):
    """Good reps do less (−), yet within a rep more calls go with more wins (+)."""
    draw = np.random.default_rng(seed)
    skill = draw.normal(0, 1, reps)
    season = draw.normal(0, 0.3, periods)
    calls = draw.poisson(20 - 5 * skill[:, None].clip(-2, 2), (reps, periods)).astype(float)
    mails = draw.poisson(10, (reps, periods)).astype(float)
    log = 1.5 + skill[:, None] + season + draw.normal(0, 0.05, (reps, periods))
    log[:, 1:] += effect * (calls[:, :-1] - 20)
    rows = np.repeat(np.arange(reps), periods)
    return pd.DataFrame(
        {
            "rep_id": [f"r{n:02}" for n in rows],
            "period": np.tile([f"2025M{n + 1:02}" for n in range(periods)], reps),
            "wins": np.expm1(log).ravel(),
            "calls": calls.ravel(),
            "mails": mails.ravel(),
        }
    )


def test_the_return_is_found_within_reps_where_the_pooled_slope_has_the_other_sign():
    frame = panel()
    pooled = np.polyfit(frame["calls"], np.log1p(frame["wins"].clip(lower=-0.9)), 1)[0]
    assert pooled < 0
    found = spm.activity_return(frame, deal_size=100.0).set_index("activity")
    calls, mails = found.loc["calls"], found.loc["mails"]
    assert calls["low"] < 0.05 < calls["high"]
    assert calls["low"] > 0.04
    assert mails["low"] < 0 < mails["high"]
    assert found["n"].tolist() == [330, 330]  # 30 reps × (12 − 1) periods
    assert found["reps"].tolist() == [30, 30]
    assert found["status"].tolist() == ["ok", "ok"]
    assert calls["value"] == pytest.approx(calls["wins"] * 100)


def test_the_return_is_that_of_dummies_for_reps_and_periods():
    import statsmodels.formula.api as smf

    frame = panel(reps=12, periods=6)
    found = spm.activity_return(frame, lag=0).set_index("activity")
    full = smf.ols("np.log1p(wins) ~ calls + mails + C(rep_id) + C(period)", frame).fit()
    for name in ("calls", "mails"):
        assert found.loc[name, "coefficient"] == pytest.approx(full.params[name])


def test_activities_that_cannot_be_told_apart_have_no_return():
    frame = panel().assign(copies=lambda rows: rows["calls"] * 2, steady=3.0)
    found = spm.activity_return(frame).set_index("activity")
    assert (
        found.loc["copies", "status"] == "undefined: cannot be told apart from the other activities"
    )
    assert found.loc["steady", "status"] == "undefined: the activity never differs within a rep"
    assert found.loc[["calls", "copies", "steady"], "coefficient"].isna().all()
    assert found.loc["mails", "status"] == "ok"
    near = panel().assign(copies=lambda rows: rows["calls"] + (rows.index % 5) * 0.1)
    assert spm.activity_return(near)["status"].tolist() == ["collinear", "ok", "collinear"]


def test_too_few_reps_and_wins_that_never_differ():
    few = spm.activity_return(panel(reps=9))
    assert few["status"].unique().tolist() == ["insufficient n: 9 reps, 10 are needed"]
    assert few[["coefficient", "low", "high", "value"]].isna().all(axis=None)
    same = spm.activity_return(panel().assign(wins=2.0))
    assert same["status"].unique().tolist() == ["undefined: wins never differ"]


@pytest.mark.parametrize(
    ("frame", "options", "message"),
    [
        (panel().drop(columns="wins"), {}, "'wins'"),
        (panel(), {"activities": ["walks"]}, "'walks'"),
        (panel()[["rep_id", "period", "wins"]], {}, "no column of activities"),
        (panel(), {"lag": -1}, "lag is -1"),
        (pd.concat([panel(), panel()]), {}, "twice"),
        (panel(), {"confidence": 95}, "95"),
    ],
)
def test_an_unusable_panel_is_refused(frame, options, message):
    with pytest.raises(ValueError, match=message):
        spm.activity_return(frame, **options)


def test_the_panel_counts_activities_and_wins_of_every_month_on_the_payroll(engine):
    frames = {name: engine_frame(engine, frame) for name, frame in tables().items()}
    data = spm.open_data(frames, settings=SETTINGS)
    found = spm.activity_panel(data)
    ada = found[found["rep_id"] == "ada"]
    columns = ["period", "wins", "won_amount", "admin", "prospecting", "selling"]
    assert ada[columns].values.tolist() == [
        ["2026M06", 0, 0.0, 0, 0, 1],
        ["2026M07", 1, 90.0, 1, 1, 4],
        ["2026M08", 0, 0.0, 0, 0, 0],
        ["2026M09", 0, 0.0, 0, 0, 1],
    ]
    assert found["rep_id"].value_counts().to_dict() == {"ada": 4, "bo": 4}


def test_a_panel_of_nothing_is_refused():
    none = tables()["activities"].assign(status="cancelled")
    with pytest.raises(spm.DataError, match="unavailable"):
        spm.activity_panel(opened(activities=none))
