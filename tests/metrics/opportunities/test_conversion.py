"""The variants of the win rate: one set of lines, worked by hand, on every engine."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import spmkit as spm

RATES = [
    spm.win_rate,
    spm.decided_win_rate,
    spm.cohort_win_rate,
    spm.cohort_closed_rate,
    spm.hygiene_win_rate,
    spm.value_win_rate,
    spm.sales_cycle,
    spm.sales_cycle_mean,
]


def lines(outcomes, renewal=None, created=True, overdue=None, stale=None, amounts=None):
    """Lines of these outcomes, as opportunity_lines gives them."""
    n = len(outcomes)
    outcome = pd.Series(outcomes)
    renewal = pd.Series(renewal or [False] * n)
    decided = outcome.isin(["won", "lost"]) & ~renewal
    amount = pd.Series(amounts or [None] * n, dtype="Float64")
    return pd.DataFrame(
        {
            "won": outcome == "won",
            "lost": outcome == "lost",
            "closed": outcome != "open",
            "renewal": renewal,
            "overdue": pd.array(overdue or [False] * n, dtype="boolean"),
            "stale": pd.array(stale or [False] * n, dtype="boolean"),
            "created_on": pd.to_datetime(["2026-01-05" if created else None] * n),
            "decided_amount": amount.where(decided),
            "won_cycle_days": pd.Series([10.0] * n).where(outcome == "won").astype("Float64"),
        }
    )


# Eight new ones (two won, three lost, one no decision, two open) and a renewal that was won; of
# the open ones, one is overdue and stale and of the other it is not known.
EXAMPLE = {
    "outcomes": ["won", "won", "lost", "lost", "lost", "no_decision", "open", "open", "won"],
    "renewal": [False] * 8 + [True],
    "overdue": [False] * 6 + [True, None, False],
    "stale": [False] * 6 + [True, None, False],
    "amounts": [10.0, 20.0, 60.0, None, 10.0, 500.0, 900.0, 900.0, 700.0],
}
EXPECTED = {
    "win_rate": (2 / 6, 6),
    "decided_win_rate": (2 / 5, 5),
    "cohort_win_rate": (2 / 8, 8),
    "cohort_closed_rate": (6 / 8, 8),
    "hygiene_win_rate": (2 / 6, 6),  # 2 won + 3 lost + 1 that is overdue and stale at once
    "value_win_rate": (30 / 100, 4),
    "sales_cycle": (10.0, 3),
    "sales_cycle_mean": (10.0, 3),
}


def test_every_engine_gives_the_rates_worked_by_hand(engine):
    found = spm.measure(engine(lines(**EXAMPLE)), RATES).iloc[0]
    for name, (value, n) in EXPECTED.items():
        assert found[name] == pytest.approx(value), name
        assert found[f"{name}_n"] == n, name


def test_nothing_decided_is_undefined_and_nothing_won_is_zero():
    still = spm.measure(lines(["open", "open"]), RATES).iloc[0]
    assert still["cohort_win_rate"] == 0
    for name in ("win_rate", "decided_win_rate", "hygiene_win_rate", "value_win_rate"):
        assert still[f"{name}_status"] != "ok"
        assert pd.isna(still[name])
    lost = spm.measure(lines(["lost"], amounts=[5.0]), RATES).iloc[0]
    assert lost[["decided_win_rate", "value_win_rate"]].tolist() == [0, 0]


def test_without_a_date_of_creation_there_is_no_cohort():
    found = spm.measure(lines(["won", "lost"], created=False), spm.cohort_win_rate).iloc[0]
    assert found["cohort_win_rate_status"] == "undefined: zero denominator" or pd.isna(
        found["cohort_win_rate"]
    )


def test_no_rows():
    found = spm.measure(lines(["won"]).iloc[:0], RATES).iloc[0]
    assert found[[metric.__name__ for metric in RATES]].isna().all()


FLAG = st.sampled_from([True, False, None])
ROW = st.tuples(
    st.sampled_from(["won", "lost", "no_decision", "open"]),
    st.booleans(),
    FLAG,
    FLAG,
    st.one_of(st.none(), st.integers(0, 50).map(float)),
)


def slow(rows):
    """The rates by plain loops over new business."""
    new = [row for row in rows if not row[1]]
    won = sum(1 for row in new if row[0] == "won")
    decided = [row for row in new if row[0] in ("won", "lost")]
    dead = [r for r in new if r[0] == "open" and (r[2] is True or r[3] is True)]
    valued = sum(r[4] for r in decided if r[4] is not None)
    value = sum(r[4] for r in decided if r[0] == "won" and r[4] is not None)
    return {
        "decided_win_rate": (won, len(decided)),
        "cohort_win_rate": (won, len(new)),
        "hygiene_win_rate": (won, len(decided) + len(dead)),
        "value_win_rate": (value, valued),
    }


@settings(max_examples=60, deadline=None)
@given(st.lists(ROW, min_size=1, max_size=25))
def test_the_rates_are_those_of_slow_loops(rows):
    is_open = [row[0] == "open" for row in rows]
    frame = lines(
        [row[0] for row in rows],
        [row[1] for row in rows],
        overdue=[row[2] if still else False for row, still in zip(rows, is_open, strict=True)],
        stale=[row[3] if still else False for row, still in zip(rows, is_open, strict=True)],
        amounts=[row[4] for row in rows],
    )
    found = spm.measure(frame, RATES).iloc[0]
    for name, (hits, of) in slow(rows).items():
        assert (pd.isna(found[name]) and of == 0) or found[name] == pytest.approx(hits / of), name
    if not pd.isna(found["win_rate"]) and not pd.isna(found["decided_win_rate"]):
        assert found["win_rate"] <= found["decided_win_rate"] + 1e-12
