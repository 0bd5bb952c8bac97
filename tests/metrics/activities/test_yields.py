"""Yields, returns and touches: what activities are followed by, and whom they reach."""

from __future__ import annotations

from datetime import date, datetime

import numpy as np
import pandas as pd
import pytest
from company import company
from hypothesis import given, settings
from hypothesis import strategies as st

import spmkit as spm

SETTINGS = {"as_of": "2026-10-02"}


def days(*texts):
    return [date.fromisoformat(text) if text else None for text in texts]


def tables(**changed):
    rows = [
        # id, account, opportunity, category, status, day
        ("a1", "c1", "o1", "selling", "held", "2026-06-01"),  # 40 days before o1 was won
        ("a2", "c1", "o1", "selling", "held", "2026-07-01"),  # 10 days before
        ("a3", "c1", "o1", "admin", "held", "2026-07-11"),  # the day on which it was won
        ("a4", "c1", "o1", "selling", "held", "2026-07-12"),  # after it
        ("a5", "c2", "o2", "selling", "held", "2026-07-20"),  # lost later
        ("a6", "c2", "o2", "selling", "cancelled", "2026-07-21"),
        ("a7", None, "o4", "selling", "held", "2026-07-22"),  # open: 72 days ago
        ("a8", None, "o5", "selling", "held", "2026-09-20"),  # too young for any answer
        ("a9", "c3", None, "prospecting", "held", "2026-07-23"),  # about no opportunity
        ("a10", "c3", "o6", "selling", None, "2026-10-05"),  # still to come
    ]
    given_rows = pd.DataFrame(
        rows,
        columns=["activity_id", "account_id", "opportunity_id", "category", "status", "day"],
    )
    moments = [datetime.fromisoformat(day) for day in given_rows.pop("day")]
    activities = given_rows.assign(rep_id="ada", started_at=moments)
    return {
        "reps": pd.DataFrame({"rep_id": ["ada", "bo"], "region": ["North", "South"]}),
        "activities": activities,
        "opportunities": pd.DataFrame(
            {
                "opportunity_id": ["o1", "o2", "o4", "o5", "o6", "o7", "o8"],
                "account_id": ["c1", "c2", "c4", "c1", "c3", "c3", "c3"],
                "rep_id": ["ada", "ada", "ada", "bo", "bo", "bo", "bo"],
                "stage": ["Won", "Lost", "Early", "Late", "Late", "Early", "Late"],
                "outcome": ["won", "lost", *["open"] * 5],
                "amount": [90.0, 40.0, *[10.0] * 5],
                "created_on": days("2026-06-01", "2026-06-10", *["2026-07-01"] * 4, "2026-09-25"),
                "closed_on": days("2026-07-11", "2026-08-01", *[None] * 5),
            }
        ),
        "accounts": pd.DataFrame(
            {
                "account_id": ["c1", "c2", "c3", "c4", "c5", "c6"],
                "rep_id": ["ada", "ada", "bo", "bo", None, "bo"],
                "target": [100.0, None, 50.0, 70.0, 80.0, 90.0],
                "churned_on": days(*[None] * 5, "2026-01-01"),
            }
        ),
    } | changed


def engine_frame(engine, frame):
    native = engine(frame)
    return native.df() if hasattr(native, "df") and hasattr(native, "fetchall") else native


def opened(**changed):
    return spm.open_data(tables(**changed), settings=SETTINGS)


@pytest.fixture
def on_engine(engine):
    frames = {name: engine_frame(engine, frame) for name, frame in tables().items()}
    return spm.open_data(frames, settings=SETTINGS)


def small(frame, *columns):
    from spmkit.engine import collected, lazy_columns

    found = collected(lazy_columns(frame, list(columns)))
    order = found[columns[0]].str.pad(9)
    return found.iloc[order.argsort()].reset_index(drop=True)


def test_every_engine_gives_the_yields_and_touches_that_are_expected(on_engine):
    lines = spm.yield_lines(on_engine, lag_days=30)
    found = small(lines, "activity_id", "outcome_share")
    # a1 is too early for the win, a4 too late for anything, a5 lost, a7 open, a8 too young
    expected = [["a1", 0.0], ["a2", 0.5], ["a3", 0.5], ["a5", 0.0], ["a7", 0.0]]
    assert found.values.tolist() == expected
    answer = spm.measure(lines, spm.activity_yield, by="category")
    assert answer["activity_yield"].tolist() == [0.5, 0.125]  # admin 0.5 / 1, selling 0.5 / 4

    accounts = spm.account_touches(on_engine, 90, quiet_days=20)
    found = small(accounts, "account_id", "touches", "touched", "newly_touched", "assigned_target")
    # from 5 July to 2 October: c1 a4 and a8 (through o5; a2 lies before, a3 is admin), c2 a5,
    # c3 a9, c4 a7 (through o4); a2 lies in the 20 days before the window
    assert found.values.tolist() == [
        ["c1", 2, True, False, True],
        ["c2", 1, True, True, False],  # no target
        ["c3", 1, True, True, True],
        ["c4", 1, True, True, True],
        ["c5", 0, False, False, False],  # nobody's
        ["c6", 0, False, False, False],  # churned
    ]
    deals = spm.deal_touches(on_engine, attributes=("region",))
    found = small(deals, "opportunity_id", "quiet_days", "untouched", "region")
    found["quiet_days"] = found["quiet_days"].astype("float64").fillna(-1)
    assert found.values.tolist() == [
        ["o4", 72, True, "North"],
        ["o5", 12, False, "South"],
        ["o6", -1, False, "South"],  # a meeting is scheduled
        ["o7", -1, True, "South"],
        ["o8", -1, False, "South"],  # a week old
    ]
    covered = spm.measure(accounts, [spm.account_coverage, spm.newly_touched_accounts])
    assert covered[["account_coverage", "account_coverage_n"]].values.tolist() == [[1.0, 3]]
    assert covered["newly_touched_accounts"].tolist() == [3]
    left = spm.measure(deals, [spm.untouched_open_deals, spm.untouched_open_share]).iloc[0]
    assert left[["untouched_open_deals", "untouched_open_share"]].tolist() == [2, 0.4]


def test_a_short_window_covers_less():
    found = spm.measure(spm.account_touches(opened(), 20), spm.account_coverage).iloc[0]
    assert found["account_coverage"] == pytest.approx(1 / 3)  # a8 at c1, of c1, c3 and c4


def test_without_targets_every_account_of_a_rep_is_one():
    accounts = tables()["accounts"].drop(columns="target")
    found = spm.measure(spm.account_touches(opened(accounts=accounts)), spm.account_coverage)
    assert found["account_coverage_n"].tolist() == [4]


def test_a_rep_s_attributes_are_joined_to_accounts():
    found = spm.account_touches(opened(), attributes=("region",)).df()
    assert found.set_index("account_id")["region"].dropna().to_dict() == {
        "c1": "North",
        "c2": "North",
        "c3": "South",
        "c4": "South",
        "c6": "South",
    }


def test_the_days_of_silence_may_differ_by_stage():
    deals = spm.deal_touches(opened(), {"Late": 5}).df().set_index("opportunity_id")
    # o5 was touched 12 days ago, o6 has a meeting ahead, o8 is 7 days old; Early is not judged
    assert deals["untouched"].dropna().to_dict() == {"o5": True, "o6": False, "o8": True}
    share = spm.measure(deals.reset_index(), spm.untouched_open_share).iloc[0]
    assert share[["untouched_open_share", "untouched_open_share_n"]].tolist() == [
        pytest.approx(2 / 3),
        3,
    ]


@pytest.mark.parametrize(
    ("made", "options"),
    [
        (spm.account_touches, {"window_days": 0}),
        (spm.account_touches, {"quiet_days": -1}),
        (spm.deal_touches, {"quiet_days": 0}),
        (spm.deal_touches, {"quiet_days": {"Late": 0}}),
        (spm.yield_lines, {"lag_days": 0}),
    ],
)
def test_days_that_are_none_are_refused(made, options):
    with pytest.raises(ValueError, match="above zero"):
        made(opened(), **options)


def test_what_is_missing_is_named():
    with pytest.raises(spm.DataError, match="unavailable: needs accounts"):
        spm.account_touches(company(activities=tables()["activities"]))
    bare = tables()["activities"].drop(columns=["opportunity_id", "account_id"])
    for made in (spm.yield_lines, spm.deal_touches):
        with pytest.raises(spm.DataError, match=r"needs activities\.opportunity_id"):
            made(opened(activities=bare))
    with pytest.raises(spm.DataError, match=r"needs activities\.account_id or"):
        spm.account_touches(opened(activities=bare))


def test_the_lag_is_the_median_cycle_unless_given():
    found = spm.yield_lines(opened()).df()
    assert found["lag_days"].unique().tolist() == [40]  # o1: from 1 June to 11 July
    assert found.set_index("activity_id")["outcome_share"].to_dict() == {
        "a1": pytest.approx(1 / 3),
        "a2": pytest.approx(1 / 3),
        "a3": pytest.approx(1 / 3),
        "a5": 0.0,
        "a7": 0.0,
    }
    lost = tables()["opportunities"].assign(outcome="lost", closed_on=date(2026, 8, 1))
    with pytest.raises(spm.DataError, match="Give lag_days"):
        spm.yield_lines(opened(opportunities=lost))


def test_a_yield_of_nothing_is_undefined():
    nothing = spm.yield_lines(opened(), lag_days=2000)
    found = spm.measure(nothing, spm.activity_yield).iloc[0]
    assert pd.isna(found["activity_yield"])


OFFSETS = st.lists(
    st.tuples(st.sampled_from(["o1", "o2", "o4", None]), st.integers(0, 120)), max_size=12
)


@settings(max_examples=20, deadline=None)
@given(OFFSETS, st.integers(1, 80))
def test_yields_are_what_a_plain_loop_says(rows, lag):
    as_of, first = pd.Timestamp("2026-10-02"), pd.Timestamp("2026-06-04")
    closed = {"o1": pd.Timestamp("2026-07-11"), "o2": pd.Timestamp("2026-08-01"), "o4": None}
    held = [(deal, first + pd.Timedelta(days=offset)) for deal, offset in rows]
    activities = pd.DataFrame(
        {
            "activity_id": [f"a{n}" for n in range(len(held) + 1)],
            "rep_id": "ada",
            "opportunity_id": pd.array([deal for deal, _ in held] + [None], dtype="str"),
            "started_at": [moment for _, moment in held] + [first],
        }
    )
    led = [d for o, d in held if o == "o1" and 0 <= (closed["o1"] - d).days <= lag]
    expected = {}
    for n, (deal, day) in enumerate(held):
        if deal is None or (as_of - day).days < lag:
            continue
        if closed[deal] is not None and day > closed[deal]:
            continue
        expected[f"a{n}"] = 1 / len(led) if deal == "o1" and day in led else 0.0
    found = spm.yield_lines(opened(activities=activities), lag_days=lag).df()
    shares = found.set_index("activity_id")["outcome_share"].to_dict()
    assert shares == pytest.approx(expected)


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
