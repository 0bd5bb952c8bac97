"""Yields and touches: what activities are followed by, and whom they reach."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest
from activity_tables import SETTINGS, engine_frame, opened, tables
from company import company
from hypothesis import given, settings
from hypothesis import strategies as st

import spmkit as spm


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
