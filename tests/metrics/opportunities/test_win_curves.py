"""Shares won by an age, and the time to close, with the open opportunities in it."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from company import company, opportunities
from hypothesis import given, settings
from hypothesis import strategies as st

import spmkit as spm

PUBLIC = Path(__file__).parents[2] / "public" / "maven_crm.toml"


def deals(days, endings, **columns):
    ending = pd.Series(endings, dtype="str")
    named = {"lasted_days": pd.array(days, dtype="Int64"), "ending": ending, "renewal": False}
    return pd.DataFrame(named | {"closed": ending.notna()} | columns)


# At risk 6; day 30 won: 1/6. Day 60 lost: 5/6 × 1/5 = 1/6, so 4/6 are left. Day 100 open.
# Day 120 won: 4/6 × 1/3 = 2/9. Day 150 and 200 open.
SIX = deals(
    [30, 60, 100, 120, 150, 200, None, 10],
    ["won", "lost", None, "won", None, None, "won", "won"],
    renewal=[False] * 7 + [True],
)


def test_every_engine_gives_the_curve_worked_by_hand(engine):
    found = spm.win_curve(engine(SIX), at=(20, 30, 90, 180, 365))
    assert found["won_share"].round(6).tolist()[:4] == pytest.approx(
        [0, 1 / 6, 1 / 6, 1 / 6 + 2 / 9], abs=1e-6
    )
    assert np.isnan(found["won_share"][4])
    assert found["status"].tolist() == ["ok"] * 4 + ["undefined: none seen for so long"]
    assert found["at_risk"].tolist() == [6, 6, 4, 1, 0]
    assert found[["n", "left_out"]].drop_duplicates().to_numpy().tolist() == [[6, 1]]
    assert found["low"].isna().tolist() == [True, False, False, False, True]


def test_every_engine_gives_the_time_to_close(engine):
    found = spm.median_time_to_close(engine(SIX)).iloc[0]
    # 7 at risk: day 10, 30, 60 leave 4/7; day 120 of 3 leaves 8/21, below one half.
    assert found["median"] == 120
    assert found[["n", "ended", "left_out"]].tolist() == [7, 4, 1]


def test_when_all_have_closed_nothing_is_unknown():
    found = spm.win_curve(deals([5, 9, 9, 9, 9], ["won", "lost", "lost", "won", "won"]))
    assert found["won_share"].tolist() == pytest.approx([0.6, 0.6])
    assert found["status"].tolist() == ["ok", "ok"]


def test_few_are_said_to_be_few():
    assert spm.win_curve(deals([200], ["won"])).iloc[0][["won_share", "status"]].tolist() == [
        0.0,
        "insufficient n",
    ]


def test_no_rows_and_no_ages():
    empty = spm.win_curve(SIX.iloc[:0])
    assert empty["status"].tolist() == ["undefined: no rows"] * 2
    assert empty["won_share"].isna().all()
    assert spm.win_curve(SIX.iloc[:0].assign(team="x"), by="team").empty
    assert spm.win_curve(SIX, at=()).empty


def test_groups_and_the_null_group():
    frame = SIX.assign(team=["a", "a", "a", "b", "b", None, None, "a"])
    found = spm.win_curve(frame, by="team", at=(60,))
    assert found["team"].fillna("–").tolist() == ["a", "b", "–"]
    assert found["won_share"].tolist() == pytest.approx([1 / 3, 0, 0])


def test_a_group_column_named_as_a_column_of_the_result_is_refused():
    with pytest.raises(ValueError, match="'status' is a column of the result"):
        spm.win_curve(SIX.assign(status="x"), by="status")


def test_what_closed_before_its_creation_is_left_out_and_counted():
    created = ["2026-06-01", "2026-08-10", "2026-07-01", "2026-12-01"]
    data = company(opportunities=opportunities(created_on=created))
    found = spm.win_curve(spm.opportunity_lines(data), at=(45,)).iloc[0]
    # o2 closed before it was created; o4, created after as_of, was set aside on opening.
    assert found[["n", "left_out"]].tolist() == [2, 1]
    future = deals([-60, 3], [None, "won"])
    assert spm.win_curve(future, at=(3,)).iloc[0][["n", "left_out"]].tolist() == [1, 1]


DAYS = st.one_of(st.none(), st.integers(0, 12))


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(DAYS, st.sampled_from(["won", "lost", "no_decision"])), min_size=1))
def test_with_nothing_open_it_is_the_plain_share(rows):
    found = spm.win_curve(deals([day for day, _ in rows], [e for _, e in rows]), at=(6,)).iloc[0]
    known = [row for row in rows if row[0] is not None]
    won = sum(1 for day, ending in known if day <= 6 and ending == "won")
    assert found["n"] == len(known)
    assert (not known and np.isnan(found["won_share"])) or (
        found["won_share"] == pytest.approx(won / len(known))
    )


def test_of_the_public_deals_half_are_won_and_not_two_thirds(require, tmp_path):
    root = os.environ.get("SPMKIT_PUBLIC_DATA")
    require(root, "SPMKIT_PUBLIC_DATA does not say where the public data sets are")
    mapping = tmp_path / "crm.toml"
    folder = f'folder = "{Path(root) / "maven_crm"}"\n'
    mapping.write_text(folder + PUBLIC.read_text(encoding="utf-8"), encoding="utf-8")
    lines = spm.opportunity_lines(spm.open_data(mapping))
    found = spm.win_curve(lines, at=(180,)).iloc[0]
    assert found["won_share"] == pytest.approx(0.52, abs=0.005)
    assert found[["n", "left_out"]].tolist() == [8300, 500]  # 500 have no date of creation
    assert spm.measure(lines, spm.decided_win_rate).iloc[0, 0] == pytest.approx(0.6315, abs=5e-5)
    assert spm.median_time_to_close(lines)["median"][0] > 57  # the median of the won alone
