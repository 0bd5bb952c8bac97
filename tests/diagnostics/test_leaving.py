"""Who leaves and what the force can sell: by hand, without names, and where nothing is known."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spmkit import diagnostics, narrative, open_data, shipped
from spmkit.data import DataError
from spmkit.diagnostics.leaving_capacity import _bounds, ramp_shape
from spmkit.reports.diagnostics_parts import leaving_parts

INPUTS = "replacement_cost = 20000, loss_share = 0.5, ramp_loss = 30000, daily_pay = 200"
REPS = [f"r{number:02}" for number in range(20)]


def company(left=None, quotas=None, hired="2020-01-01", **changed):
    """Twenty reps who sell 300 a quarter each; ``left`` maps some to their last day."""
    people = pd.DataFrame({"rep_id": REPS, "hired_on": hired, "name": "Secret Name"})
    people["left_on"] = people["rep_id"].map(left or {})
    people["leave_reason"] = people["left_on"].notna().map({True: "resigned", False: None})
    days = pd.date_range("2024-01-15", "2026-09-15", freq="MS") + pd.Timedelta(days=9)
    deals = pd.MultiIndex.from_product([REPS, days], names=["rep_id", "closed_on"]).to_frame(False)
    deals.insert(0, "opportunity_id", [f"o{number}" for number in range(len(deals))])
    deals = deals.assign(amount=100.0, outcome="won", created_on="2023-12-01")
    given = {"reps": people, "opportunities": deals}
    given |= {} if quotas is None else {"quotas": quotas}
    return diagnostics.open_diagnosis(open_data(given | changed, settings={"as_of": "2026-10-02"}))


def plan(*rows):
    columns = ["period_start", "period_end", "quota", "released_on"]
    frame = pd.DataFrame(rows, columns=columns)
    rep = frame.assign(level="rep", rep_id="r00")
    return pd.concat([frame.assign(level="company", rep_id=None), rep.assign(quota=1.0)])


def test_rates_by_hand():
    the = company({"r00": "2026-03-31", "r01": "2026-03-31"})
    found = diagnostics.leaving_rates(the)
    # 18 the whole year and two half of it: 19 on average.
    assert found["headcount"].iloc[0] == pytest.approx(19.0, abs=0.01)
    assert found["leavers"].tolist() == [2, 2, 0, 0]
    assert found["low"].iloc[0] < 2 / 19 < found["high"].iloc[0]
    assert narrative.kinds_said(found).startswith("Of them 2 by choice")


def quarters(quota=300.0):
    """A quota a rep and quarter since 2024Q4; the reps differ in quota, so in what they reach."""
    starts = pd.date_range("2024-10-01", "2026-07-01", freq="QS")
    rows = [
        (rep, start, start + pd.offsets.QuarterEnd(1), quota + 10 * place)
        for place, rep in enumerate(REPS)
        for start in starts
    ]
    return pd.DataFrame(rows, columns=["rep_id", "period_start", "period_end", "quota"])


def test_whom_one_would_have_kept_is_decided_by_what_was_known_before():
    # The lower the number the better a rep stands; r00 and r01 are above the middle, r19 below.
    the = company({"r00": "2026-03-31", "r01": "2026-05-31", "r19": "2026-06-30"}, quarters())
    found = diagnostics.regretted_leavers(the)
    assert found[["left", "known", "regretted"]].tolist() == [3, 3, 2]
    assert found["low"] < 2 / 3 < found["high"]
    heads = diagnostics.leaving_rates(the)["headcount"].iloc[0]
    assert found["rate"] == pytest.approx(2 / heads)
    later = quarters()
    later.loc[later["period_start"] >= "2025-10-01", "quota"] = 1e9  # the year itself is not read
    again = company({"r00": "2026-03-31", "r01": "2026-05-31", "r19": "2026-06-30"}, later)
    assert diagnostics.regretted_leavers(again)["regretted"] == 2
    assert "2 of them" in " ".join(map(str, leaving_parts(the)))


def test_without_quotas_before_the_year_nobody_is_regretted_for_certain():
    with pytest.raises(DataError, match="before the year"):
        diagnostics.regretted_leavers(company({"r00": "2026-03-31"}))
    the = company({}, quarters())
    assert narrative.regretted_said(diagnostics.regretted_leavers(the)) == "Nobody left by choice."


def test_risk_is_of_groups_and_names_nobody():
    the = company({"r00": "2026-03-31"})
    groups = diagnostics.leaving_by_tenure(the)
    assert groups[["group", "n", "leavers", "now"]].values.tolist() == [
        ["fourth year and later", 20, 1, 19]
    ]
    assert groups["expected"].iloc[0] == pytest.approx(19 / 20)
    shown = " ".join(str(part) for part in _flat(leaving_parts(the, INPUTS)))
    assert "Secret" not in shown
    assert "r00" not in shown


def _flat(parts):
    for part in parts:
        yield from _flat(part) if isinstance(part, list) else [part]


def test_a_small_group_is_not_shown():
    hired = ["2020-01-01"] * 13 + ["2025-05-01"] * 7
    groups = diagnostics.leaving_by_tenure(company({"r19": "2026-03-31"}, hired=hired))
    assert groups["group"].tolist() == ["fourth year and later"]


def test_capacity_by_hand():
    the = company({"r00": "2026-09-30"})
    found = diagnostics.capacity_ahead(the)
    monthly = 1200 / (365 / (365.25 / 12))
    assert found["full"].tolist() == pytest.approx([19 * 3 * monthly] * 4, rel=1e-3)
    assert (found["ramp"] == 0).all()
    rate = diagnostics.leaving_rates(the)["value"].iloc[0]
    stay = sum((1 - rate) ** (month / 12) for month in (1, 2, 3))
    assert found["capacity"].iloc[0] == pytest.approx(19 * stay * monthly, rel=1e-3)
    assert (found["low"] < found["capacity"]).all()
    assert (found["high"] > found["capacity"]).all()
    assert found["plan"].isna().all()
    assert "no plan of them is released" in narrative.capacity_title(found)


def test_a_plan_that_is_released_is_compared_and_a_later_one_is_not():
    rows = [
        ("2026-07-01", "2026-09-30", 6000.0, "2026-07-01"),
        ("2026-10-01", "2026-12-31", 99000.0, "2026-10-01"),
        ("2027-01-01", "2027-03-31", 99000.0, "2026-12-01"),
    ]
    found = diagnostics.capacity_ahead(company(quotas=plan(*rows)))
    assert found["plan"].fillna(-1).tolist() == [99000.0, -1, -1, -1]
    assert "2026Q4 is below its plan of 99.0 k" in narrative.capacity_title(found)
    steps = diagnostics.capacity_steps(found)
    assert steps["step"].tolist()[-1] == "capacity"


@settings(max_examples=20)
@given(st.lists(st.floats(-5, 0), min_size=3, max_size=3), st.floats(20, 50), st.floats(1, 60))
def test_the_steps_add_up(losses, full, goal):
    ramp, notice, leavers = losses
    capacity = full + sum(losses)
    row = {"full": full, "ramp": ramp, "notice": notice, "leavers": leavers}
    row |= {"capacity": capacity, "plan": goal, "gap": goal - capacity}
    steps = diagnostics.capacity_steps(pd.DataFrame([row]))
    parts = steps[steps["kind"] != "whole"]
    assert parts["value"].sum() == pytest.approx(goal - full)
    assert np.allclose(parts["end"] - parts["start"], parts["value"])


def test_no_cost_without_the_company_s_own_inputs():
    parts = [str(part) for part in _flat(leaving_parts(company({"r00": "2026-03-31"})))]
    assert any("No cost of a departure is told" in part for part in parts)
    with pytest.raises(DataError, match="give replacement_cost"):
        diagnostics.departure_inputs("replacement_cost = 1")
    with pytest.raises(DataError, match="departure"):
        diagnostics.departure_inputs(INPUTS.replace("0.5", "half"))


def test_a_departure_by_hand():
    spells = pd.DataFrame({"territory_id": ["T"], "rep_id": "r00", "starts_on": "2024-01-01"})
    spells = spells.assign(ends_on=None)
    the = company({"r00": "2026-09-20"}, territory_assignments=spells)
    row = diagnostics.leaving_cost(the, diagnostics.departure_inputs(INPUTS))
    # Ten days empty until the end of September; 1,200 a year and rep, who was not there on ten.
    rate = 20 * 1200 / (20 * 365 - 10)
    assert row["run_rate"] == pytest.approx(rate)
    assert row["each"] == pytest.approx(20_000 + 10 * rate * 0.5 + 30_000 - 10 * 200)
    assert diagnostics.vacancies(the)["days"] == 10


def test_who_was_there_for_a_part_counts_for_that_part():
    spells = pd.DataFrame({"territory_id": ["T"], "rep_id": "r00", "starts_on": "2024-01-01"})
    gone = dict.fromkeys(REPS[:10], "2025-10-31")
    the = company(gone, territory_assignments=spells)
    row = diagnostics.leaving_cost(the, diagnostics.departure_inputs(INPUTS))
    assert row["run_rate"] == pytest.approx(20 * 1200 / (10 * 31 + 10 * 365))
    assert "a rep sells" in narrative.departure_said(row)


def test_a_leaver_without_a_known_territory_has_no_cost():
    spells = pd.DataFrame({"territory_id": ["T"], "rep_id": "r00", "starts_on": "2024-01-01"})
    inputs = diagnostics.departure_inputs(INPUTS)
    the = company(dict.fromkeys(["r00", "r01"], "2026-09-20"), territory_assignments=spells)
    row = diagnostics.leaving_cost(the, inputs)
    assert (row["n"], row["unknown"]) == (1, 1)
    assert row["all"] == pytest.approx(row["each"])
    assert "Not in it are 1 whose" in narrative.departure_said(row)
    nobody = company({"r01": "2026-09-20"}, territory_assignments=spells)
    with pytest.raises(DataError, match="Of nobody who left is a territory known"):
        diagnostics.leaving_cost(nobody, inputs)


def test_the_bounds_of_capacity_are_not_mirrored():
    fewer, capacity, more = (np.array([value]) for value in (70.0, 100.0, 110.0))
    low, high = _bounds(np.ones(30), fewer, capacity, more)
    assert [*low, *high] == pytest.approx([70.0, 110.0])


def test_the_window_is_named_as_it_is():
    the = diagnostics.open_diagnosis(company().data, "2026M08")
    charts = [part for part in _flat(leaving_parts(the)) if hasattr(part, "to_dict")]
    shown = " ".join(str(chart.to_dict()["description"]) for chart in charts)
    assert "the mean one did over 2026M08, hires" in shown
    teams = pd.DataFrame({"coached": [0.25], "n": [8], "often": [0.0]})
    assert "coached in 2026M08, " in narrative.coaching_title(teams, the.spoken_window)


def test_what_is_missing_is_a_line():
    parts = [str(part) for part in _flat(leaving_parts(company(), INPUTS))]
    assert any("territory_assignments" in part for part in parts)
    assert any("Nobody left" in part for part in parts)
    nobody = [str(part) for part in _flat(leaving_parts(company(hired=None)))]
    assert any("nothing is told of leaving" in part for part in nobody)


def test_the_sample_company():
    the = diagnostics.open_diagnosis(open_data(shipped("datasets") / "sample"))
    shape = ramp_shape(the)
    assert len(shape) == 12
    assert shape == sorted(shape)
    found = diagnostics.capacity_ahead(the)
    assert found["plan"].isna().all()  # that of 2026Q4 is released a day after the data's
    assert (found["ramp"].iloc[0] < 0) & (found["leavers"].diff().dropna() < 0).all()
