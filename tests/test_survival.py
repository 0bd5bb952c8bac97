"""Curves of durations: published tables, statsmodels' answers, and slow loops."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.duration.survfunc import CumIncidenceRight, SurvfuncRight, survdiff

import spmkit as spm
from spmkit.intervals import refuse_confidence

# Weeks of remission of 42 children with leukaemia (Freireich and others 1963); + is censored.
TREATED = "6 6 6 6+ 7 9+ 10 10+ 11+ 13 16 17+ 19+ 20+ 22 23 25+ 32+ 32+ 34+ 35+"
PLACEBO = "1 1 2 2 3 4 4 5 5 8 8 8 8 11 11 12 12 15 17 22 23"


def remissions():
    said = [("6-MP", text) for text in TREATED.split()]
    said += [("placebo", text) for text in PLACEBO.split()]
    return pd.DataFrame(
        {
            "drug": [drug for drug, _ in said],
            "weeks": [int(text.rstrip("+")) for _, text in said],
            "relapsed": [not text.endswith("+") for _, text in said],
        }
    )


@pytest.fixture
def waltons(require):
    root = os.environ.get("SPMKIT_VALIDATION_DATA")
    require(root, "SPMKIT_VALIDATION_DATA does not say where the published tables are")
    return pd.read_csv(Path(root) / "waltons_dataset.csv")


# Published


def test_the_published_curve_of_the_remissions():
    found = spm.duration_curve(remissions(), "weeks", "relapsed", by="drug")
    falls = found[(found["drug"] == "6-MP") & (found["ended"] > 0)]
    published = [0.8571, 0.8067, 0.7529, 0.6902, 0.6275, 0.5378, 0.4482]
    assert falls["remaining"].round(4).tolist() == published
    assert falls["at_risk"].tolist() == [21, 17, 15, 12, 11, 7, 6]


def test_the_published_medians_and_bounds_of_the_remissions():
    found = spm.median_duration(remissions(), "weeks", "relapsed", by="drug").set_index("drug")
    assert found.loc["6-MP", ["median", "low", "n", "ended"]].tolist() == [23.0, 16.0, 21, 9]
    assert np.isnan(found.loc["6-MP", "high"])  # the upper curve never falls to one half
    assert found.loc["placebo", ["median", "low", "high"]].tolist() == [8.0, 4.0, 12.0]


def test_the_published_log_rank_of_the_remissions():
    found = spm.duration_difference(remissions(), "weeks", "relapsed", by="drug").iloc[0]
    assert found["chi_square"] == pytest.approx(16.79294, abs=5e-6)
    assert found[["degrees_of_freedom", "n", "ended", "status"]].tolist() == [1, 42, 30, "ok"]


def test_the_published_numbers_of_the_fruit_flies(waltons):
    assert spm.median_duration(waltons, "T", "E")["median"].tolist() == [56.0]
    assert spm.median_duration(waltons, "T", "E", by="group")["median"].tolist() == [58.0, 26.0]
    found = spm.duration_difference(waltons, "T", "E", by="group").iloc[0]
    assert found["chi_square"] == pytest.approx(122.249126, abs=1e-6)
    assert 0 < found["p_value"] < 1e-27


# By hand


DEALS = {
    "days": [2.0, 4.0, 4.0, 6.0, 9.0],
    "ending": ["won", "lost", None, "won", None],
    "ended": [True, True, False, True, False],
}


def test_a_curve_by_hand():
    found = spm.duration_curve(pd.DataFrame(DEALS), "days", "ended")
    assert found["days"].tolist() == [2, 4, 6, 9]
    assert found["at_risk"].tolist() == [5, 4, 2, 1]
    assert found["ended"].tolist() == [1, 1, 1, 0]
    assert found["remaining"].tolist() == pytest.approx([4 / 5, 3 / 5, 3 / 10, 3 / 10])
    error = np.sqrt(1 / (5 * 4) + 1 / (4 * 3))  # of the logarithm, on day 4
    reach = 1.959964 * error / -np.log(0.6)
    assert found["low"][1] == pytest.approx(0.6 ** np.exp(reach), abs=1e-6)
    assert found["high"][1] == pytest.approx(0.6 ** np.exp(-reach), abs=1e-6)


def test_incidences_by_hand():
    found = spm.cumulative_incidence(pd.DataFrame(DEALS), "days", "ending")
    won = found[found["ending"] == "won"]["incidence"]
    lost = found[found["ending"] == "lost"]["incidence"]
    assert won.tolist() == pytest.approx([1 / 5, 1 / 5, 1 / 5 + 3 / 5 * 1 / 2, 1 / 2])
    assert lost.tolist() == pytest.approx([0, 4 / 5 * 1 / 4, 1 / 5, 1 / 5])
    assert found["at_risk"].tolist() == [5, 5, 4, 4, 2, 2, 1, 1]
    assert found["low"].isna().tolist() == [True] + [False] * 7  # nothing was lost on day 2


def test_the_middle_where_a_curve_rests_on_one_half_as_the_plain_median():
    frame = pd.DataFrame({"days": [1, 3, 8, 9], "ended": True})
    assert spm.median_duration(frame, "days", "ended")["median"].tolist() == [5.5]


def test_no_median_where_fewer_than_half_ended():
    frame = pd.DataFrame({"days": [1, 5, 5], "ended": [True, False, False]})
    found = spm.median_duration(frame, "days", "ended").iloc[0]
    assert np.isnan(found["median"])
    assert found["status"] == "undefined: fewer than half ended"


def test_what_has_no_days_or_no_flag_is_left_out_and_counted():
    frame = pd.DataFrame(
        {
            "days": [1.0, 2.0, None, -3.0, 4.0, float("inf")],
            "ended": [True, True, True, True, None, True],
            "team": ["a", "a", "a", "a", "b", "b"],
        }
    )
    found = spm.median_duration(frame, "days", "ended", by="team")
    assert found[["n", "ended", "left_out"]].to_numpy().tolist() == [[2, 2, 2], [0, 0, 2]]
    assert found["status"].tolist() == ["ok", "undefined: no rows"]
    assert spm.duration_curve(frame, "days", "ended", by="team")["team"].tolist() == ["a", "a"]


def test_no_rows_at_all():
    frame = pd.DataFrame(DEALS).iloc[:0].assign(ended=pd.Series(dtype="bool"), team="x")
    assert spm.duration_curve(frame, "days", "ended").empty
    assert spm.cumulative_incidence(frame, "days", "ending").empty
    assert spm.median_duration(frame, "days", "ended")["status"].tolist() == ["undefined: no rows"]
    assert spm.median_duration(frame, "days", "ended", by="team").empty


def test_one_row():
    frame = pd.DataFrame({"days": [7], "ended": [True], "team": ["a"]})
    found = spm.median_duration(frame, "days", "ended").iloc[0]
    assert found[["median", "status"]].tolist() == [7.0, "ok"]
    only = spm.duration_difference(frame, "days", "ended", by="team").iloc[0]
    assert only["status"] == "undefined: fewer than two groups"
    assert np.isnan(only["p_value"])


def test_a_column_that_would_stand_twice_is_refused():
    frame = pd.DataFrame({"ended": [True], "days": [1]})
    with pytest.raises(ValueError, match="'days' is a column of the result"):
        spm.duration_curve(frame, "days", "ended", by="days")


@pytest.mark.parametrize("confidence", [0, 1, 95])
def test_a_confidence_is_a_share(confidence):
    with pytest.raises(ValueError, match="confidence"):
        refuse_confidence(confidence)
    with pytest.raises(ValueError, match="confidence"):
        spm.median_duration(remissions(), "weeks", "relapsed", confidence=confidence)


# Engines


def test_every_engine_gives_the_numbers_made_by_hand(engine):
    frame = pd.DataFrame(
        {
            "team": ["a", "a", "a", None, None],
            "days": [1, 2, 3, 4, None],
            "ended": [True, True, False, True, True],
            "ending": ["won", "lost", None, "won", "won"],
        }
    ).astype({"days": "Int64"})
    native = engine(frame)
    medians = spm.median_duration(native, "days", "ended", by="team")
    assert medians["team"].fillna("–").tolist() == ["a", "–"]
    assert medians["median"].tolist() == [2.0, 4.0]
    assert medians["left_out"].tolist() == [0, 1]
    curve = spm.duration_curve(native, "days", "ended")
    assert curve["remaining"].tolist() == pytest.approx([3 / 4, 1 / 2, 1 / 2, 0])
    incidences = spm.cumulative_incidence(native, "days", "ending")
    won = incidences[incidences["ending"] == "won"]["incidence"]
    assert won.tolist() == pytest.approx([1 / 4, 1 / 4, 1 / 4, 3 / 4])
    assert spm.duration_difference(native, "days", "ended", by="team")["n"].tolist() == [3]


# Random tables

DAY = st.one_of(st.none(), st.integers(-2, 9))
CASES = st.lists(
    st.tuples(DAY, st.sampled_from(["won", "lost", None]), st.sampled_from(["a", "b", None])),
    min_size=1,
    max_size=40,
)


def table(cases):
    return pd.DataFrame(
        {
            "days": pd.array([day for day, _, _ in cases], dtype="Int64"),
            "ending": pd.Series([ending for _, ending, _ in cases], dtype="str"),
            "ended": [ending is not None for _, ending, _ in cases],
            "team": pd.Series([team for _, _, team in cases], dtype="str"),
        }
    )


def slow_incidence(cases, way, until):
    """The sum over days of who was open before times who ended so on the day."""
    known = [(day, ending) for day, ending, _ in cases if day is not None and day >= 0]
    still, incidence = 1.0, 0.0
    for day in sorted({day for day, _ in known}):
        if day > until:
            break
        at_risk = sum(1 for other, _ in known if other >= day)
        ended = [ending for other, ending in known if other == day and ending is not None]
        incidence += still * ended.count(way) / at_risk
        still *= 1 - len(ended) / at_risk
    return incidence


@settings(max_examples=60, deadline=None)
@given(CASES)
def test_incidences_are_those_of_the_slow_loop(cases):
    found = spm.cumulative_incidence(table(cases), "days", "ending")
    for row in found.itertuples():
        assert row.incidence == pytest.approx(slow_incidence(cases, row.ending, row.days))
        assert not row.low > row.incidence + 1e-9
        assert not row.high < row.incidence - 1e-9


@settings(max_examples=60, deadline=None)
@given(CASES)
def test_won_lost_and_still_open_add_up_to_one(cases):
    frame = table(cases)
    ways = spm.cumulative_incidence(frame, "days", "ending", by="team")
    still = spm.duration_curve(frame, "days", "ended", by="team")
    for part in (ways, still):
        part["team"] = part["team"].fillna("–")
    summed = ways.groupby(["team", "days"])["incidence"].sum()
    total = still.set_index(["team", "days"])["remaining"].add(summed, fill_value=0)
    assert total.tolist() == pytest.approx([1.0] * len(total))


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 12), min_size=1, max_size=30))
def test_the_median_of_what_all_ended_is_the_plain_one(days):
    frame = pd.DataFrame({"days": days, "ended": True})
    found = spm.median_duration(frame, "days", "ended").iloc[0]
    assert found["median"] == np.median(days)


# Against statsmodels, row by row


@pytest.fixture(scope="module")
def many():
    rng = np.random.default_rng(5)
    frame = pd.DataFrame({"days": rng.integers(0, 60, 500), "team": rng.choice(list("abc"), 500)})
    frame["ending"] = rng.choice(np.array(["won", "lost", None]), 500, p=[0.4, 0.3, 0.3])
    frame["ended"] = frame["ending"].notna()
    return frame


def test_the_curve_and_its_bounds_are_those_of_statsmodels(many):
    found = spm.duration_curve(many, "days", "ended")
    falls = found[found["ended"] > 0]
    theirs = SurvfuncRight(many["days"], many["ended"])
    assert falls["days"].tolist() == theirs.surv_times.tolist()
    np.testing.assert_allclose(falls["remaining"], theirs.surv_prob, atol=1e-12)
    share, error = theirs.surv_prob, theirs.surv_prob_se
    reach = 1.959963984540054 * error / (share * -np.log(share))
    np.testing.assert_allclose(falls["low"], share ** np.exp(reach), atol=1e-9)
    low, high = theirs.quantile_ci(0.5, method="log")
    mine = spm.median_duration(many, "days", "ended").iloc[0]
    assert mine["median"] == theirs.quantile(0.5)
    assert [mine["low"], mine["high"]] == [low, high]


def test_the_incidence_and_its_error_are_those_of_statsmodels(many):
    found = spm.cumulative_incidence(many, "days", "ending")
    codes = many["ending"].map({"lost": 1, "won": 2}).fillna(0).astype(int)
    theirs = CumIncidenceRight(many["days"], codes)
    for number, name in enumerate(["lost", "won"]):
        mine = found[found["ending"] == name]
        share, error = theirs.cinc[number], theirs.cinc_se[number]
        np.testing.assert_allclose(mine["incidence"], share, atol=1e-12)
        reach = 1.959963984540054 * error / (share * -np.log(share))
        np.testing.assert_allclose(mine["high"], share ** np.exp(-reach), atol=1e-9)


def test_the_log_rank_is_that_of_statsmodels(many):
    chi_square, p_value = survdiff(many["days"], many["ended"], many["team"])
    found = spm.duration_difference(many, "days", "ended", by="team").iloc[0]
    assert found["chi_square"] == pytest.approx(chi_square)
    assert found["p_value"] == pytest.approx(p_value)
    assert found["degrees_of_freedom"] == 2
