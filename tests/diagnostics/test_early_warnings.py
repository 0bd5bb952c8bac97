"""Early warnings: by hand, planted and not, only with what was known, and where nothing can be."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spmkit import charts, diagnostics, narrative, open_data, shipped
from spmkit.data import DataError
from spmkit.diagnostics.early_warnings import back_tested
from spmkit.diagnostics.early_warnings_rates import unknown_rates, value_win_rates
from spmkit.diagnostics.early_warnings_signals import (
    activity_change,
    credited_by_middle,
    cycles_by_middle,
    middle,
    past_periods,
    pipeline_at,
    pushed_deals,
)
from spmkit.reports.diagnostics_parts import early_warnings_parts

REPS = [f"r{number:02}" for number in range(16)]
STARTS = pd.date_range("2024-10-01", periods=8, freq="QS")


def company(weak=(), **changed):
    """Sixteen reps with 100 of quota a quarter; the weak have nothing open, and sell nothing."""
    rows = []
    for rep in REPS:
        for number, start in enumerate(STARTS):
            poor = (rep, number) in weak
            for part, amount in enumerate([60.0, 10.0 if poor else 60.0]):
                closed = start + pd.Timedelta(days=20 + 50 * part)
                kept = "lost" if poor and part == 0 else "won"
                made = closed - pd.Timedelta(days=40 if not (poor and part) else 5)
                rows.append((rep, kept, amount, made, closed))
    deals = pd.DataFrame(rows, columns=["rep_id", "outcome", "amount", "created_on", "closed_on"])
    deals.insert(0, "opportunity_id", [f"o{number}" for number in range(len(deals))])
    days = pd.to_datetime(["2024-09-01", "2024-09-02"])
    deals.loc[len(deals)] = ["o", REPS[0], "lost", 1.0, *days]
    ends = STARTS + pd.offsets.QuarterEnd(1)
    pairs = [(rep, *days, 100.0) for rep in REPS for days in zip(STARTS, ends, strict=True)]
    quotas = pd.DataFrame(pairs, columns=["rep_id", "period_start", "period_end", "quota"])
    tables = {"reps": pd.DataFrame({"rep_id": REPS}), "opportunities": deals, "quotas": quotas}
    given_tables = {name: one for name, one in (tables | changed).items() if one is not None}
    return diagnostics.open_diagnosis(open_data(given_tables, settings={"as_of": "2026-10-02"}))


def some(seed=0, share=0.4):
    draw = np.random.default_rng(seed).random((len(REPS), len(STARTS))) < share
    return {(REPS[rep], quarter) for rep, quarter in np.argwhere(draw)}


def flags(**columns):
    return pd.DataFrame(columns)


def test_a_back_test_by_hand():
    rep = list("aabbcc")
    found = back_tested(flags(rep_id=rep, flag=[1, 1, 1, 0, 0, None], missed=[1, 1, 0, 1, 0, 1]))
    # The last one had no flag. Warned 3, of whom 2 missed; of the 3 who missed 2 were warned.
    assert (found["n"], found["people"], found["flagged"], found["missed"]) == (5, 3, 3, 3)
    assert found["precision"] == pytest.approx(2 / 3)
    assert found["recall"] == pytest.approx(2 / 3)
    assert found["base"] == pytest.approx(3 / 5)
    assert found["status"] == "too few reps"


@settings(max_examples=20)
@given(st.integers(0, 1000))
def test_flags_drawn_by_lot_are_not_taken_to_tell(seed):
    rng = np.random.default_rng(seed)
    rep = np.repeat(np.arange(30), 8)
    drawn = back_tested(flags(rep_id=rep, flag=rng.random(240) < 0.3, missed=rng.random(240) < 0.5))
    assert drawn["lift_low"] < drawn["lift"] < drawn["lift_high"]
    assert (drawn["verdict"] == "tells") == (drawn["lift_low"] > 0)


def test_false_alarms_of_flags_drawn_by_lot():
    rng = np.random.default_rng(1)
    rep, told = np.repeat(np.arange(30), 8), 0
    for _ in range(60):
        often = np.repeat(rng.uniform(0.2, 0.8, 30), 8)  # some reps miss more often than others
        seen = flags(rep_id=rep, flag=rng.random(240) < 0.3, missed=rng.random(240) < often)
        told += back_tested(seen)["verdict"] == "tells"
    assert told <= 5


def test_of_four_warnings_drawn_by_lot_seldom_one_seems_to_tell():
    rng = np.random.default_rng(2)
    rep, alarms, alone = np.repeat(np.arange(30), 8), 0, 0
    for _ in range(100):
        missed = rng.random(240) < np.repeat(rng.uniform(0.2, 0.8, 30), 8)
        four = [flags(rep_id=rep, flag=rng.random(240) < 0.3, missed=missed) for _ in range(4)]
        alarms += any(back_tested(one, 4)["verdict"] != "cannot tell" for one in four)
        alone += any(back_tested(one)["verdict"] != "cannot tell" for one in four)
    assert alarms <= 10  # 5 are meant; two deviations of chance are 4.4
    assert alone > alarms


@pytest.mark.parametrize(("known", "side"), [("won", "lost"), ("lost", "won")])
def test_where_no_loss_or_no_win_has_an_amount_the_gap_is_not_known(known, side):
    deals = company(some()).data.opportunities.df()
    deals["amount"] = deals["amount"].where(deals["outcome"] == known)
    blind = company(some(), opportunities=deals)
    assert value_win_rates(blind).isna().all()
    found = diagnostics.judged_warnings(blind).set_index("warning")
    assert f"no {side} opportunity has an amount" in found.loc["coverage gap", "status"]


def test_a_year_without_a_win_is_a_rate_of_zero_and_no_unknown_one():
    deals = company().data.opportunities.df()
    deals["outcome"] = "lost"
    rates = value_win_rates(company(opportunities=deals))
    assert rates.iloc[1:].tolist() == [0.0] * (len(rates) - 1)
    assert "nothing was decided" in unknown_rates(company(opportunities=deals)).iloc[0]


def test_open_deals_of_unknown_amount_are_no_gap():
    the = company(some())
    whole = diagnostics.judged_warnings(the).set_index("warning")
    deals = the.data.opportunities.df()
    late = pd.to_datetime(deals["closed_on"]).dt.month % 3 == 0  # open in the middle
    deals["amount"] = deals["amount"].mask(late & (deals["rep_id"] == "r00"))
    found = diagnostics.judged_warnings(company(some(), opportunities=deals)).set_index("warning")
    n, fewer = (one.loc["coverage gap", "n"] for one in (whole, found))
    assert n - fewer == (pipeline_at(the)["rep_id"] == "r00").sum() > 0  # nothing open is 0


def test_where_nothing_had_been_won_yet_nobody_s_deals_are_old():
    deals = company().data.opportunities.df()
    lost = pd.to_datetime(deals["closed_on"]) < "2025-12-01"
    seen = pipeline_at(company(opportunities=deals.assign(outcome=np.where(lost, "lost", "won"))))
    assert (seen["old"].isna() == (seen["period"] < "2026")).all()
    assert seen["period"].min() < "2026" < seen["period"].max()


def test_cycles_are_of_what_had_been_won_by_then():
    deals = company().data.opportunities.df()
    closed = pd.to_datetime(deals["closed_on"])
    days = pd.Series(40, deals.index).mask(closed >= "2025-07-01", 10)  # faster from then on
    deals["created_on"] = closed - pd.to_timedelta(days, unit="D")
    cycles = cycles_by_middle(the := company(opportunities=deals))
    for one in past_periods(the):
        past = (deals["outcome"] == "won") & (closed <= pd.Timestamp(middle(one)))
        assert cycles[one.label] == days[past].median()
    assert cycles.iloc[0] > cycles.iloc[-1]


def test_what_was_cancelled_is_no_activity_of_a_half():
    day = STARTS[-1]
    when = [day - pd.Timedelta(days=9)] * 4 + [day + pd.Timedelta(days=9)] * 4
    activities = pd.DataFrame({"activity_id": list("abcdefgh"), "rep_id": "r00", "type": "call"})
    activities = activities.assign(started_at=when, status=["held"] * 6 + ["cancelled"] * 2)
    change = activity_change(company(activities=activities))
    assert change.loc[change["period"] == "2026Q3", "change"].tolist() == [0.5]


def test_the_coverage_gap_that_is_planted_is_found():
    found = diagnostics.judged_warnings(company(some())).set_index("warning")
    row = found.loc["coverage gap"]
    assert row["verdict"] == "tells"
    assert row["precision"] > row["base"] + 0.2
    assert row["recall"] > 0.5
    assert "opportunity_history" in found.loc["slippage", "status"]
    assert "activities" in found.loc["activity drop", "status"]
    title = narrative.warnings_title(found.reset_index())
    assert title.startswith("Coverage gap foretold")


def test_only_what_had_happened_by_the_middle_is_seen():
    the = company(some())
    early = past_periods(the)[-1]
    seen = pipeline_at(the)
    own = seen[(seen["period"] == early.label) & (seen["rep_id"] == "r00")]
    deals = the.data.opportunities.df()
    day = pd.Timestamp(middle(early))
    made, closed = (pd.to_datetime(deals[name]) for name in ("created_on", "closed_on"))
    there = deals[(deals["rep_id"] == "r00") & (made <= day) & (closed > day)]
    assert own["deals"].sum() == len(there)
    assert own["amount"].sum() == there["amount"].sum()
    won = deals[(deals["outcome"] == "won") & (deals["rep_id"] == "r00")]
    inside = closed.between(pd.Timestamp(early.start), day)
    credited = credited_by_middle(the)
    mine = credited[(credited["period"] == early.label) & (credited["rep_id"] == "r00")]
    assert mine["so_far"].sum() == won.loc[inside.reindex(won.index), "amount"].sum()


def test_nobody_or_everybody_missing_tells_nothing():
    found = diagnostics.judged_warnings(company()).set_index("warning")
    assert found.loc[["coverage gap", "ageing"], "verdict"].eq("cannot tell").all()
    assert narrative.warnings_title(found.reset_index()).startswith("No warning")


def test_activities_and_put_off_deals_by_hand():
    last = STARTS[-1]
    held = [last - pd.Timedelta(days=9)] * 4 + [last + pd.Timedelta(days=9)] * 2
    activities = pd.DataFrame({"activity_id": list("abcdef"), "rep_id": "r00", "type": "call"})
    activities = activities.assign(started_at=held, minutes=10, status="held")
    log = pd.DataFrame({"opportunity_id": ["o15", "o14"], "field": "expected_close_on"})
    log = log.assign(changed_at=last + pd.Timedelta(days=30), old_value="2026-07-20")
    log = log.assign(new_value=["2026-09-20", "2026-07-10"])
    the = company(activities=activities, opportunity_history=log)
    change = activity_change(the)
    assert change.loc[change["period"] == "2026Q3", "change"].tolist() == [0.5]
    pushed = pushed_deals(the)
    assert pushed[["rep_id", "period", "pushed"]].values.tolist() == [["r00", "2026Q3", 1]]
    undated = the.data.opportunities.df()
    undated["created_on"] = undated["created_on"].mask(undated["rep_id"] == "r00")
    assert pushed_deals(company(opportunities=undated, opportunity_history=log)).empty


def test_win_rates_look_back_only():
    rates = value_win_rates(company(some()))
    assert np.isnan(rates.iloc[0])
    assert rates.iloc[1] > 0


def test_no_quotas_is_a_line_and_the_rest_of_the_part_stands():
    the = company(quotas=None)
    with pytest.raises(DataError, match="quota"):
        diagnostics.judged_warnings(the)
    parts = early_warnings_parts(the)
    assert "no early warning can be judged" in str(parts[0])
    assert "needs accounts" in str(parts[1])


def customers(answers, gone, bought=True):
    """An account a rep and number; ``answers`` are scores before the window, ``gone`` leave."""
    ids = [f"a{number}" for number in range(len(answers))]
    reps = [REPS[number % len(REPS)] for number in range(len(answers))]
    accounts = pd.DataFrame({"account_id": ids, "rep_id": reps})
    accounts["churned_on"] = np.where(gone, "2026-02-01", None)
    feedback = pd.DataFrame({"account_id": ids, "rep_id": reps, "score": answers})
    sold = pd.DataFrame({"opportunity_id": [f"s{name}" for name in ids], "account_id": ids})
    outcome = np.where(np.broadcast_to(bought, len(ids)), "won", "lost")
    sold = sold.assign(rep_id=reps, outcome=outcome, amount=1.0, created_on="2024-09-01")
    given = {"accounts": accounts, "feedback": feedback.assign(given_on="2025-06-01")}
    return company(opportunities=sold.assign(closed_on="2024-11-01"), **given)


def test_accounts_that_never_bought_are_no_customers_that_left():
    rng = np.random.default_rng(5)
    scores, bought = rng.integers(0, 11, 400), np.arange(400) < 200
    # Of customers nothing goes with the score; prospects with low scores are lost.
    gone = np.where(bought, rng.random(400) < 0.2, scores <= 6)
    row = diagnostics.feedback_and_churn(customers(scores, gone, bought)).set_index("asked")
    assert row.loc["accounts", "n"] == 200
    assert row.loc["accounts", "low"] < 0 < row.loc["accounts", "high"]


def test_without_accounts_of_opportunities_nobody_is_known_to_be_a_customer():
    accounts = pd.DataFrame({"account_id": ["a"], "churned_on": ["2026-02-01"]})
    feedback = pd.DataFrame({"account_id": ["a"], "score": [3], "given_on": ["2025-06-01"]})
    with pytest.raises(DataError, match="account_id"):
        diagnostics.feedback_and_churn(company(accounts=accounts, feedback=feedback))
    deals = company().data.opportunities.df()
    deals["account_id"] = deals["outcome"].map({"lost": "a"})  # only of what was lost
    lost = company(accounts=accounts, feedback=feedback, opportunities=deals)
    with pytest.raises(DataError, match="account_id"):
        diagnostics.feedback_and_churn(lost)


def test_feedback_that_goes_with_churn_is_found_and_other_feedback_is_not():
    rng = np.random.default_rng(3)
    scores = rng.integers(0, 11, 400)
    planted = customers(scores, rng.random(400) < np.where(scores <= 6, 0.4, 0.05))
    row = diagnostics.feedback_and_churn(planted).set_index("asked").loc["accounts"]
    assert row["low"] > 0
    assert row["value"] == pytest.approx(0.35, abs=0.1)
    quiet = customers(scores, rng.random(400) < 0.2)
    rows = diagnostics.feedback_and_churn(quiet).set_index("asked")
    assert rows.loc["accounts", "low"] < 0 < rows.loc["accounts", "high"]


def test_scores_of_reps_who_do_not_differ_are_drawn_together():
    rng = np.random.default_rng(4)
    the = customers(rng.integers(0, 11, 400), rng.random(400) < 0.2)
    found = diagnostics.shrunken_scores(the)
    assert (found["kept"] < 0.5).all()
    assert found["score"].std() < found["mean"].std()
    apart = np.array([number % len(REPS) % 11 for number in range(400)])
    told = diagnostics.shrunken_scores(customers(apart, rng.random(400) < 0.2))
    assert (told["kept"] > 0.9).all()


def test_the_sample_company_on_the_page():
    the = diagnostics.open_diagnosis(open_data(shipped("datasets") / "sample"))
    found = diagnostics.judged_warnings(the)
    assert found.set_index("warning").loc["coverage gap", "verdict"] == "tells"
    # Its own interval lies above zero; with four warnings that is not enough.
    assert "all warnings counted" in found.set_index("warning").loc["activity drop", "status"]
    assert "Coverage gap: " in charts.warning_precision(found, "T", "S").to_dict()["description"]
    parts = early_warnings_parts(the)[0]
    assert len(parts) == 7
    assert "counts all 4 warnings that are judged" in " ".join(map(str, parts))
