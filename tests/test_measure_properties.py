"""Measuring any rows: against plain loops, in any order, group by group and whole."""

from __future__ import annotations

import statistics

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from measured_lines import attainment, win_rate

from spmkit.expressions import total
from spmkit.measure import measure
from spmkit.units import Column, Money

AMOUNTS = st.one_of(st.none(), st.integers(-1000, 1000).map(float))
ROWS = st.lists(
    st.tuples(
        st.sampled_from(["A", "B", None]),
        AMOUNTS,
        AMOUNTS,
        st.sampled_from([True, False, None]),
        st.sampled_from([True, False, None]),
    ),
    max_size=25,
)
QUICK = settings(max_examples=40, deadline=None)


def summed(credited: Column) -> Money:
    return total(credited)


def middle(credited: Column) -> Money:
    return credited.median()


TRIED = [summed, middle, attainment, win_rate]


def _frame(rows):
    frame = pd.DataFrame(rows, columns=["team", "credited", "quota", "won", "closed"])
    return frame.astype(
        {
            "team": "str",
            "credited": "float64",
            "quota": "float64",
            "won": "boolean",
            "closed": "boolean",
        }
    )


def _reference(rows):
    """What the metrics give, in plain Python."""
    credited = [row[1] for row in rows if row[1] is not None]
    quota = [row[2] for row in rows if row[2] is not None]
    of = [row for row in rows if row[4]]
    defined = bool(credited) and bool(quota) and sum(quota) != 0
    return {
        "summed": sum(credited) if credited else None,
        "middle": statistics.median(credited) if credited else None,
        "attainment": sum(credited) / sum(quota) if defined else None,
        "win_rate": sum(1 for row in of if row[3]) / len(of) if of else None,
        "win_rate_n": len(of),
    }


@QUICK
@given(ROWS)
def test_groups_match_a_plain_loop(rows):
    found = measure(_frame(rows), TRIED, by="team")
    assert len(found) == len({row[0] for row in rows})
    for _, measured in found.iterrows():
        team = None if pd.isna(measured["team"]) else measured["team"]
        for name, expected in _reference([row for row in rows if row[0] == team]).items():
            value = None if pd.isna(measured[name]) else measured[name]
            assert value == pytest.approx(expected), (team, name)


@QUICK
@given(ROWS, st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(rows, random):
    shuffled = random.sample(rows, len(rows))
    pd.testing.assert_frame_equal(
        measure(_frame(rows), TRIED, by="team", confidence=0.9),
        measure(_frame(shuffled), TRIED, by="team", confidence=0.9),
    )


@QUICK
@given(ROWS)
def test_group_sums_add_up_to_the_whole(rows):
    frame = _frame(rows)
    groups, whole = measure(frame, TRIED, by="team"), measure(frame, TRIED)
    assert groups["summed"].sum() == pytest.approx(whole["summed"].fillna(0.0).sum())
    for name in ("summed_n", "win_rate_n"):
        assert groups[name].sum() == whole[name].sum()


@QUICK
@given(ROWS)
def test_null_stands_exactly_where_the_status_is_not_ok(rows):
    found = measure(_frame(rows), TRIED, by="team")
    for metric in TRIED:
        name = metric.__name__
        assert (found[name].notna() == (found[f"{name}_status"] == "ok")).all()
