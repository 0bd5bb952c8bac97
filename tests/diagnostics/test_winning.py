"""Winning: rates by hand, limits that hold their level, reps alike and unlike told apart."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom, chi2_contingency
from specification import assert_stands_alone

import spmkit
from spmkit.data import open_data
from spmkit.diagnostics import open_diagnosis, winning, winning_reps, winning_tests
from spmkit.narrative import winning as words
from spmkit.reports.diagnostics_parts import winning as parts


def deals(*counts):
    """Deals of (rep, source, amount, won, lost), closed in the window after as many days each."""
    rows = [
        (rep, source, amount, outcome)
        for rep, source, amount, won, lost in counts
        for outcome, number in (("won", won), ("lost", lost))
        for _ in range(number)
    ]
    frame = pd.DataFrame(rows, columns=["rep_id", "source", "amount", "outcome"])
    ids = [f"o{number}" for number in range(len(frame))]
    dates = {"created_on": "2026-07-01", "closed_on": "2026-08-20"}
    return frame.assign(opportunity_id=ids, **dates)


def opened(opportunities, names=()):
    reps = sorted({*opportunities["rep_id"].dropna()})
    people = pd.DataFrame({"rep_id": reps, "name": list(names) or [f"Rep {rep}" for rep in reps]})
    tables = {"reps": people, "opportunities": opportunities}
    return open_diagnosis(open_data(tables, settings={"as_of": "2026-10-02"}))


def drawn(rates, of, seed=1):
    """As many deals of each rep, won by chance at the rep's own rate."""
    random = np.random.default_rng(seed)
    won = random.binomial(of, rates)
    return deals(*[(f"r{n:02}", "Web", 10.0, int(w), of - int(w)) for n, w in enumerate(won)])


@pytest.fixture(scope="module")
def sample():
    return open_diagnosis(spmkit.open_data(spmkit.shipped("datasets") / "sample"))


# By hand


def test_rates_by_source_by_hand():
    rows = deals(("a", "Web", 100.0, 1, 3), ("b", "Fair", 50.0, 3, 1), ("b", None, 10.0, 1, 1))
    found = winning.win_rates_apart(opened(rows)).query("kind == 'source'").set_index("value")
    assert found["win_rate"].to_dict() == {"Fair": 0.75, "not given": 0.5, "Web": 0.25}
    assert found["n"].to_dict() == {"Fair": 4, "not given": 2, "Web": 4}
    assert found["value_win_rate"]["Web"] == 0.25
    assert found["value_low"].isna().all()  # of one rep there is no interval


def test_renewals_and_what_is_open_are_in_no_rate():
    rows = deals(("a", "Web", 1.0, 2, 2), ("b", "Fair", 1.0, 2, 2))
    more = rows.head(2).assign(opportunity_id=["x", "y"], outcome=["won", "open"])
    more = more.assign(type=["renewal", "new"], closed_on=["2026-08-20", None])
    found = winning.win_rates_apart(opened(pd.concat([rows.assign(type="new"), more])))
    assert found.query("kind == 'source'")["n"].tolist() == [4, 4]


def test_the_title_of_kinds_names_no_small_or_unknown_group():
    rates = pd.DataFrame({"kind": "source", "value": ["Fair", "Web", "not given", "Ad"]})
    rates = rates.assign(n=[19, 20, 90, 80], win_rate=[0.1, 0.3, 0.05, 0.6])
    tests = pd.DataFrame({"kind": ["source"], "apart": [True], "p": [0.001], "detectable": [0.1]})
    said = words.kinds_title(rates, tests)
    assert said == "Win rate differs most by source: 30 % of 20 Web, 60 % of 80 Ad"
    few = rates[rates["value"] != "Ad"]
    assert words.kinds_title(few, tests) == "Win rate differs most by source"


def test_what_to_look_at_names_accounts_before_people():
    outside = pd.DataFrame({"outside": [7], "expected": [1.52]})
    apart = pd.DataFrame({"test": ["closed"], "p": [0.001]})
    said = words.to_look_at(outside, apart)
    assert said.startswith("what those outside the limits have in common: accounts")
    assert "now 7, by chance 1.5" in said
    assert "not told from chance" in words.to_look_at(outside, apart.assign(p=np.nan))


def test_reasons_are_shares_of_all_losses_with_the_unknown_last():
    rows = deals(("a", "Web", 10.0, 1, 4)).assign(
        loss_reason=[None, "Price", "Price", "Timing", None]
    )
    found = winning.loss_reasons(opened(rows))
    assert found[["reason", "n", "of"]].values.tolist() == [
        ["Price", 2, 4],
        ["Timing", 1, 4],
        ["not given", 1, 4],
    ]
    assert found["share"].sum() == 1
    assert found["amount"].tolist() == [20.0, 10.0, 10.0]


def test_losses_without_amounts_have_no_size_and_no_rate_by_value():
    rows = deals(("a", "Web", 10.0, 3, 3), ("b", "Fair", 20.0, 3, 3))
    rows.loc[rows["outcome"] == "lost", "amount"] = None
    found = winning.win_rates_apart(opened(rows))
    assert set(found["kind"]) == {"source"}
    assert found["value_win_rate"].isna().all()


# The limits


@pytest.mark.parametrize("level", winning_reps.LIMITS)
@given(n=st.integers(1, 400), overall=st.floats(0.02, 0.98))
def test_a_count_is_outside_exactly_where_its_tail_is_smaller(level, n, overall):
    low, high = (
        float(end[0]) * n for end in winning_reps.funnel_limits(np.array([n]), overall, level)
    )
    tail = (1 - level) / 2
    counts = np.arange(n + 1)
    below, above = binom.cdf(counts, n, overall), binom.sf(counts - 1, n, overall)
    clear = (np.abs(below - tail) > 1e-9) & (np.abs(above - tail) > 1e-9)
    expected = (below < tail) | (above < tail)
    outside = (counts < low - 1e-9) | (counts > high + 1e-9)
    assert (outside == expected)[clear].all()


def test_how_many_chance_puts_outside_is_what_simulation_finds():
    random = np.random.default_rng(3)
    sizes = random.integers(20, 150, 60)
    seen = []
    for _ in range(300):
        won = random.binomial(sizes, 0.4)
        low, high = winning_reps.funnel_limits(sizes.astype(float), 0.4, 0.95)
        seen.append(((won < low * sizes) | (won > high * sizes)).sum())
    limits = {
        f"{end}_{key}": values
        for key, level in (("95", 0.95), ("998", 0.998))
        for end, values in zip(
            ("low", "high"),
            winning_reps.funnel_limits(sizes.astype(float), 0.4, level),
            strict=True,
        )
    }
    reps = pd.DataFrame({"n": sizes, "won": 0, "win_rate": 0.0, "overall": 0.4, **limits})
    assert winning_reps.expected_outside(reps)["expected"][0] == pytest.approx(
        np.mean(seen), abs=0.3
    )


# Whether reps differ


def test_of_one_stratum_it_is_the_chi_square_of_the_table():
    n, hits = np.array([40.0, 50.0, 60.0]), np.array([10.0, 25.0, 20.0])
    found = winning_tests.stratified_chi(n[:, None], hits[:, None])
    expected = chi2_contingency([hits, n - hits], correction=False)
    # Mantel's form divides by N - 1 where Pearson's divides by N.
    assert found["chi_square"] * n.sum() / (n.sum() - 1) == pytest.approx(expected.statistic)
    assert found["p"] == pytest.approx(expected.pvalue, abs=0.01)


def test_a_mix_that_explains_all_leaves_nothing():
    # Each rep wins half of the easy and a tenth of the hard: only the mix differs.
    n = np.array([[80.0, 20.0], [20.0, 80.0]])
    hits = n * [0.5, 0.1]
    assert (
        winning_tests.stratified_chi(n.sum(axis=1)[:, None], hits.sum(axis=1)[:, None])["p"] < 0.01
    )
    assert winning_tests.stratified_chi(n, hits)["chi_square"] == pytest.approx(0, abs=1e-9)


def test_reps_that_are_alike_are_rarely_called_unlike():
    found = [
        winning_tests.stratified_chi(n[:, None], random.binomial(40, 0.4, 20)[:, None] * 1.0)["p"]
        for random in map(np.random.default_rng, range(200))
        for n in [np.full(20, 40.0)]
    ]
    assert sum(p < 0.05 for p in found) <= 20  # ten are to be expected


def test_reps_alike_and_unlike_are_told_apart_in_words():
    alike, unlike = np.full(20, 0.4), np.linspace(0.15, 0.75, 20)
    for rates, verb in ((alike, "are not shown to differ"), (unlike, "differ")):
        diagnosis = opened(drawn(rates, 60))
        reps = winning_reps.rep_win_rates(diagnosis)
        tests = winning_tests.homogeneity(diagnosis)
        title = words.reps_title(winning_reps.expected_outside(reps), tests)
        assert title.startswith(f"The win rates of 20 reps {verb} more than chance")


def test_the_sample_s_reps_differ_and_its_products_do_not(sample):
    tests = winning_tests.homogeneity(sample).set_index("test")
    assert tests["p"]["closed"] < 0.05  # skill is planted
    kinds = winning_tests.kinds_apart(winning.win_rates_apart(sample)).set_index("kind")
    assert kinds["apart"]["source"]
    assert not kinds["apart"]["product"]


# Few, none, hostile


def test_one_rep_is_compared_with_nobody():
    stack = parts.winning_parts(opened(deals(("a", "Web", 10.0, 3, 3))))
    assert "Fewer than two reps" in str(stack[-1])


def test_nothing_closed_is_a_line_a_part():
    rows = deals(("a", "Web", 10.0, 1, 1), ("b", "Fair", 10.0, 1, 1))
    rows = rows.assign(outcome="open", closed_on=None)
    stack = parts.winning_parts(opened(rows))
    assert len(stack) == 3
    assert all('class="note"' in str(part) for part in stack)


def test_the_charts_stand_alone_and_carry_hostile_names():
    hostile = "</script><b>"
    rows = deals(("a", hostile, 10.0, 30, 2), ("b", "Fair", 20.0, 2, 30), ("c", "Web", 5.0, 9, 9))
    stack = parts.winning_parts(opened(rows.assign(loss_reason=hostile), [hostile, "Bo", "Cy"]))
    charts = [part for part in stack if hasattr(part, "to_dict")]
    assert len(charts) == 3
    for chart in charts:
        assert_stands_alone(chart.to_dict())
    assert not any(hostile in str(part) for part in stack if isinstance(part, str))


def test_all_won_or_all_lost_makes_no_test():
    rows = deals(("a", "Web", 10.0, 5, 0), ("b", "Fair", 10.0, 5, 0))
    tests = winning_tests.homogeneity(opened(rows)).set_index("test")
    assert np.isnan(tests["p"]["closed"])
    assert parts.winning_parts(opened(rows))
