"""Why a rep's number changed: the lines add up to the difference, whatever changed."""

from __future__ import annotations

import pandas as pd
import pytest
from command import ran, refused
from hypothesis import given
from hypothesis import strategies as st
from three_reps import NOW, QUOTAS, REPS, SALES, quotas, records, won

from spmkit import review
from spmkit.data import open_data
from spmkit.review.explained import _compared


def opened(as_of="2026-10-02", **tables):
    own = {"reps": REPS, "opportunities": SALES, "quotas": QUOTAS}
    return open_data(own | tables, settings={"as_of": as_of})


def test_lines_that_came_went_and_changed_by_hand():
    earlier = won(("ada", "2026-07-11", 70.0), ("ada", "2026-08-11", 10.0))
    later = won(("ada", "2026-07-11", 75.0), ("bo", "2026-08-11", 10.0), ("ada", "2026-09-01", 5.0))
    changed = review.changed_lines(
        opened(opportunities=later, quotas=quotas(("ada", NOW, 120.0))),
        opened(opportunities=earlier, quotas=quotas(("ada", NOW, 100.0))),
        "Ada Byron",
        "2026Q3",
    )
    assert records(changed, "part", "change", "line", "difference") == [
        ("credit", "added", "o3", 5.0),
        ("credit", "changed", "o1", 5.0),
        ("credit", "removed", "o2", -10.0),
        ("quota", "changed", "quota", 20.0),
    ]


def test_another_day_of_the_same_files():
    changed = review.changed_lines(opened(), opened("2026-08-01"), "ada", "2026Q3")
    assert records(changed, "change", "difference") == [("added", 10.0)]


def test_nothing_changed_is_no_line():
    assert review.changed_lines(opened(), opened(), "ada").empty


amounts = st.lists(st.floats(-1e6, 1e6).map(lambda x: round(x, 2)), min_size=1, max_size=6)


@given(before=amounts, now=amounts)
def test_the_differences_add_up(before, now):
    sides = [pd.Series(some, index=[f"o{n}" for n in range(len(some))]) for some in (now, before)]
    changed = _compared(*sides, "credit")
    assert changed["difference"].sum() == pytest.approx(sum(now) - sum(before), abs=0.005 * 6)


@pytest.fixture
def folder(tmp_path):
    for name, frame in {"reps": REPS, "opportunities": SALES, "quotas": QUOTAS}.items():
        frame.to_csv(tmp_path / f"{name}.csv", index=False)
    (tmp_path / "spmkit.toml").write_text('as_of = "2026-10-02"\n', encoding="utf-8")
    return tmp_path


def test_the_command_lists_the_lines_and_their_sums(folder):
    asked = ("explain", "--data", folder, "--rep", "Ada Byron", "--period", "2026Q3")
    found = ran(*asked, "--before", "2026-08-01")
    assert found.exit_code == 0, found.output
    assert "added" in found.stdout
    assert "credit: 10.00 more by these lines" in found.stdout
    same = ran(*asked, "--before", folder)
    assert "Nothing changed" in same.stdout


@pytest.mark.parametrize(
    ("before", "said"),
    [("gone", "no file or folder 'gone'"), ("2026-06-30", "starts after as_of (2026-06-30)")],
)
def test_what_cannot_be_compared_is_refused(folder, before, said):
    asked = ("explain", "--data", folder, "--rep", "ada", "--period", "2026Q3")
    assert said in refused(*asked, "--before", before)
