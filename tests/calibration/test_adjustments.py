"""Changes by hand: checked, put in with their trail, and scored when the sales are known."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from calibration.seats_ahead import fact, last_of, seats_ahead
from hypothesis import given, settings
from hypothesis import strategies as st

from spmkit.calibration.proposing.adjustment_log import adjustment_log, read_adjustments
from spmkit.calibration.proposing.adjustment_scores import score_adjustments
from spmkit.calibration.proposing.adjustments import apply_adjustments
from spmkit.calibration.proposing.policy import Policy
from spmkit.calibration.proposing.proposal import propose
from spmkit.calibration.proposing.rationale import rationale
from spmkit.data import DataError


def log_of(*rows):
    columns = ["rep_id", "requested", "decision", "effect"]
    told = {"period": "2026Q4", "reason": "a key account left", "decided_by": "Mo"}
    return pd.DataFrame(rows, columns=columns).assign(**told)


HEAD = "rep_id,period,requested,reason,decision,decided_by,effect\n"


def test_a_log_is_read(tmp_path):
    file = tmp_path / "adjustments.csv"
    file.write_text(
        HEAD + 'ada,2026Q4,90000.50,"left, gone", Accepted ,Mo,\nbo,2026Q4,7,x,part,Mo,-3\n'
    )
    found = read_adjustments(file)
    assert found["requested"].tolist() == [90_000.5, 7.0]
    assert found["decision"].tolist() == ["accepted", "part"]
    assert found["effect"].isna().tolist() == [True, False]


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("ada,2026Q4,90,x,maybe,Mo,\n", "row 2: decision is 'maybe'; it is accepted"),
        ("ada,2026Q4,90,x,,Mo,\n", "row 2: decision is ''"),
        ("ada,2026Q4,90,,accepted,Mo,\n", "row 2: reason is empty; say why"),
        ("ada,2026Q4,90,x,accepted,,\n", "row 2: decided_by is empty; say who"),
        (",2026Q4,90,x,accepted,Mo,\n", "row 2: rep_id is empty"),
        ("ada,,90,x,accepted,Mo,\n", "row 2: period is empty"),
        ("ada,2026Q4,,x,accepted,Mo,\n", "row 2: requested is empty"),
        ("ada,2026Q4,much,x,accepted,Mo,\n", "row 2: requested is 'much'"),
        ("ada,2026Q4,-5,x,accepted,Mo,\n", "row 2: requested is -5"),
        ("ada,2026Q4,nan,x,accepted,Mo,\n", "row 2: requested is 'nan'"),
        ("ada,2026Q4,5,x,part,Mo,\n", "row 2: of a part, effect says"),
        ("ada,2026Q4,5,x,part,Mo,0\n", "row 2: of a part, effect says"),
        ("ada,2026Q4,5,x,refused,Mo,3\n", "row 2: it was refused"),
        ("ada,2026Q4,5,x,refused,Mo,\n" * 2, "rows 2, 3: 'ada' has more than one adjustment"),
    ],
)
def test_what_is_wrong_names_file_row_and_remedy(tmp_path, rows, said):
    file = tmp_path / "adjustments.csv"
    file.write_text(HEAD + rows)
    with pytest.raises(DataError) as error:
        read_adjustments(file)
    assert str(error.value).startswith("adjustments.csv, row")
    assert said in str(error.value)


def test_a_missing_column_and_an_empty_log():
    with pytest.raises(DataError, match="no column 'decided_by'"):
        adjustment_log(log_of().drop(columns="decided_by"))
    assert adjustment_log(log_of()).empty


def test_what_was_decided_is_settled_and_the_others_take_it_up():
    found = propose(seats_ahead(), 1_000_000.0, Policy(rounding=100))
    before = found.seats.set_index("rep_id")["quota"]
    log = log_of(
        ("r001", 50_000.0, "accepted", None),
        ("r002", before["r002"] + 2_000, "part", 1_000.0),
        ("r003", 5.0, "refused", None),
    )
    done = apply_adjustments(found, log, "2026Q4")
    trail = done.trail.set_index("rep_id")
    assert trail["after"]["r001"] == 50_000.0
    assert trail["effect"]["r002"] == 1_000.0
    assert trail["what"][["r001", "r002", "r003"]].tolist() == ["decided", "decided", "refused"]
    assert fact(done.total, "total after") == 1_000_000.0
    assert fact(done.total, "off the goal") == 0
    assert fact(done.total, "decided") == -fact(done.total, "taken up by others")
    seats = done.proposal.seats.set_index("rep_id")
    assert seats["reasons"]["r001"] == "pinned; adjusted by decision"
    assert trail["before"].tolist() == before.tolist()
    assert done.proposal.fingerprint != found.fingerprint
    sheet = rationale(done.proposal, "r001")
    assert sheet["running"].iloc[-1] == 50_000.0
    assert sheet["step"].iloc[-1] == "pin"


def test_as_decided_the_total_moves():
    found = propose(seats_ahead(), 1_000_000.0, Policy(adjustments="as decided"))
    before = found.seats.set_index("rep_id")["quota"]
    log = log_of(("r001", before["r001"] - 1_000.01, "accepted", None))
    done = apply_adjustments(found, log, "2026Q4")
    assert fact(done.total, "total after") == 998_999.99
    assert fact(done.total, "off the goal") == -1_000.01
    assert set(done.trail["what"]) == {"decided", "unchanged"}
    changed = done.proposal.seats.set_index("rep_id")
    assert changed["probability"]["r001"] > found.seats.set_index("rep_id")["probability"]["r001"]
    assert rationale(done.proposal, "r001")["running"].iloc[-1] == changed["quota"]["r001"]
    assert done.proposal.fingerprint != found.fingerprint


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.integers(0, 11), min_size=1, max_size=6, unique=True),
    st.integers(0, 60_000),
    st.sampled_from(["reconciled", "as decided"]),
)
def test_the_trail_adds_up(places, requested, how):
    ahead = seats_ahead()
    policy = Policy(adjustments=how, max_increase=3.0, rounding=50)
    found = propose(ahead, 900_000.0, policy, last_of(ahead))
    log = log_of(*[(f"r{place:03}", float(requested), "accepted", None) for place in places])
    done = apply_adjustments(found, log, "2026Q4")
    trail = (done.trail[["before", "after", "effect"]] * 100).round().astype("int64")
    assert (trail["after"] - trail["before"] == trail["effect"]).all()
    assert trail["before"].sum() == 90_000_000
    assert how == "as decided" or trail["after"].sum() == 90_000_000
    decided = done.trail["what"] == "decided"
    assert ((done.trail["what"] == "unchanged") == ((trail["effect"] == 0) & ~decided)).all()
    assert (done.trail.loc[decided, "after"] == requested).all()


def test_rows_of_other_periods_and_no_rows_change_nothing():
    found = propose(seats_ahead(), 1_000_000.0)
    log = log_of(("r001", 50_000.0, "accepted", None)).assign(period="2026Q3")
    done = apply_adjustments(found, log, "2026Q4")
    assert done.proposal is found
    assert set(done.trail["what"]) == {"unchanged"}


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (("r01", 5.0, "accepted", None), "'r01' has no seat in 2026Q4. Did you mean"),
        (("r001", 50_000.0, "accepted", 5.0), "accepted means a change of"),
        (("r001", 50_000.0, "part", 9_000_000.0), "does not lead there"),
    ],
)
def test_what_does_not_fit_the_proposal_is_said(row, said):
    with pytest.raises(DataError) as error:
        apply_adjustments(propose(seats_ahead(), 1_000_000.0), log_of(row), "2026Q4")
    assert said in str(error.value)


def trail_of(count, before, after, what="decided"):
    reps = [f"r{place}" for place in range(count)]
    told = {"period": "2026Q4", "before": before, "after": after, "what": what}
    return pd.DataFrame({"rep_id": reps, **told})


def test_scores_worked_by_hand():
    trail = trail_of(10, 100.0, [80.0] * 5 + [100.0] * 5, ["decided"] * 5 + ["unchanged"] * 5)
    actuals = trail[["rep_id", "period"]].assign(
        credited=[90.0, 70.0, 80.0, 100.0, 60.0] + [100.0] * 5
    )
    found = score_adjustments(trail, actuals).set_index("of")
    decided, everyone = found.loc["seats decided"], found.loc["all seats"]
    assert decided["error_without"] == pytest.approx((10 + 30 + 20 + 0 + 40) / 400)
    assert decided["error_with"] == pytest.approx((10 + 10 + 0 + 20 + 20) / 400)
    assert decided["status"] == "insufficient n"
    assert decided["verdict"] == "cannot tell"
    assert everyone["difference"] == pytest.approx(-40 / 900)
    assert everyone["exception_share"] == 0.5
    assert everyone["exception_low"] < 0.5 < everyone["exception_high"]


def test_overrides_that_help_pass_and_those_that_harm_fail():
    rng = np.random.default_rng(0)
    trail = trail_of(60, 100.0, 80.0)
    sold = rng.normal(80, 8, 60)
    actuals = trail[["rep_id", "period"]].assign(credited=sold)
    assert score_adjustments(trail, actuals)["verdict"].tolist() == ["pass", "pass"]
    turned = trail.assign(before=80.0, after=100.0)
    assert score_adjustments(turned, actuals)["verdict"].tolist() == ["fail", "fail"]
    noise = trail.assign(before=80 + rng.normal(0, 9, 60), after=80 + rng.normal(0, 9, 60))
    assert score_adjustments(noise, actuals)["verdict"].tolist() == ["cannot tell"] * 2


def test_reps_are_counted_once_over_several_periods():
    one = trail_of(10, 100.0, 90.0)
    trail = pd.concat([one, one.assign(period="2027Q1")])
    actuals = trail[["rep_id", "period"]].assign(credited=95.0)
    found = score_adjustments(trail, actuals).iloc[0]
    assert (found["n"], found["quotas"]) == (10, 20)


def test_unknown_sales_are_left_out_and_none_is_said():
    trail = trail_of(10, 100.0, 90.0)
    actuals = trail[["rep_id", "period"]].assign(credited=np.nan)
    found = score_adjustments(trail, actuals)
    assert found["status"].tolist() == ["undefined: no rows"] * 2
    assert found["exception_share"].isna().all()
    nothing = score_adjustments(trail, actuals.assign(credited=0.0))
    assert nothing["status"].tolist() == ["undefined: no sales"] * 2


def test_a_rep_that_stands_twice_is_refused():
    trail = trail_of(3, 1.0, 1.0)
    actuals = trail[["rep_id", "period"]].assign(credited=1.0)
    with pytest.raises(DataError, match="actuals: 'r0' stands twice"):
        score_adjustments(trail, pd.concat([actuals, actuals.iloc[:1]]))
    with pytest.raises(DataError, match="the trail: there is no column 'what'"):
        score_adjustments(trail.drop(columns="what"), actuals)
