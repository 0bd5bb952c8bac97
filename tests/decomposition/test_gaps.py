"""Where the gap is: parts that add up exactly, by rate and by mix."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import spmkit as spm


def lines(credited, quota, teams="AB"):
    return pd.DataFrame({"team": list(teams), "credited": credited, "quota": quota})


def booked(credited: spm.Column) -> spm.Money:
    """Credited sales in all."""
    return spm.total(credited)


def test_by_hand():
    """Weights .5/.5 become .75/.25; rates .9/.5 become .8/.6; the whole goes from .7 to .75.

    A: rate (.5+.75)/2 x (.8-.9) = -.0625, mix (.85-.725) x .25 = .03125.
    B: rate (.5+.25)/2 x (.6-.5) = .0375, mix (.55-.725) x -.25 = .04375. In all .05.
    """
    before, now = lines([90.0, 50.0], [100.0, 100.0]), lines([240.0, 60.0], [300.0, 100.0])
    found = spm.gap_breakdown(now, before, spm.attainment, by="team")
    assert found["rate"].tolist() == pytest.approx([-0.0625, 0.0375])
    assert found["mix"].tolist() == pytest.approx([0.03125, 0.04375])
    assert found["contribution"].sum() == pytest.approx(0.75 - 0.7)


def test_a_total_splits_into_the_groups_own_changes():
    found = spm.gap_breakdown(
        lines([5.0, 7.0], 1.0), lines([4.0, 9.0], 1.0, "AC"), booked, by="team"
    )
    assert found["contribution"].tolist() == [1.0, 7.0, -9.0]
    assert found["status"].tolist() == ["ok", "only now", "only before"]
    assert found["value"].isna().tolist() == [False, False, True]


def test_the_gap_to_plan():
    now = lines([90.0, 50.0], [100.0, 100.0])
    plan = now.assign(credited=now["quota"])
    found = spm.gap_breakdown(now, plan, spm.attainment, by="team")
    assert found["contribution"].tolist() == pytest.approx([-0.05, -0.25])


def test_a_share_by_a_group_that_is_null():
    before = pd.DataFrame(
        {"region": ["N", None], "won": [True, False], "closed": True, "renewal": False}
    )
    found = spm.gap_breakdown(before.assign(won=True), before, spm.win_rate, by="region")
    assert found["contribution"].tolist() == [0.0, 0.5]
    assert found["region"].isna().tolist() == [False, True]


def test_a_median_does_not_split():
    before = pd.DataFrame({"team": list("AAB"), "won_cycle_days": [1.0, 5.0, 9.0]})
    now = before.assign(won_cycle_days=[2.0, 5.0, 19.0])
    with pytest.raises(ValueError, match="does not split into groups"):
        spm.gap_breakdown(now, before, spm.sales_cycle, by="team")


def test_an_undefined_whole_has_no_gap():
    with pytest.raises(ValueError, match="undefined before"):
        spm.gap_breakdown(lines([1.0, 1.0], 1.0), lines([1.0, 1.0], 0.0), spm.attainment, "team")


QUOTAS = st.lists(st.sampled_from([0.0, 10.0, 33.3, 1e6]), min_size=3, max_size=3)
CREDITS = st.lists(st.floats(-1e6, 1e6), min_size=3, max_size=3)


@given(CREDITS, QUOTAS, CREDITS, QUOTAS)
def test_the_parts_add_up_and_turn_with_the_periods(credit, quota, earlier, past):
    if not sum(quota) or not sum(past):
        return
    now, before = lines(credit, quota, "ABC"), lines(earlier, past, "BCD")
    found = spm.gap_breakdown(now, before, spm.attainment, by="team").set_index("team")
    change = sum(credit) / sum(quota) - sum(earlier) / sum(past)
    size = 1e-9 * max(np.abs([*credit, *earlier]).max() / 10, 1.0)
    assert found["contribution"].sum() == pytest.approx(change, abs=size)
    turned = spm.gap_breakdown(before, now, spm.attainment, by="team").set_index("team")
    assert turned["contribution"].to_numpy() == pytest.approx(
        -found["contribution"].to_numpy(), abs=size
    )


def test_every_engine_gives_the_same_parts(engine):
    now, before = lines([70.0, 60.0], [100.0, 100.0]), lines([90.0, 50.0], [100.0, 100.0])
    found = spm.gap_breakdown(engine(now), engine(before), spm.attainment, by="team")
    assert found["contribution"].tolist() == pytest.approx([-0.1, 0.05])
