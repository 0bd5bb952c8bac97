"""Why credit changed: drivers and bridge of a review, worked by hand, and their chart."""

from __future__ import annotations

from math import log

import pandas as pd
import pytest
import vl_convert
from hypothesis import given, settings
from hypothesis import strategies as st
from specification import assert_stands_alone, rows
from three_reps import REPS, opened, records, won

from spmkit import charts, narrative, review
from spmkit.reports import review_parts as parts

STEPS = ["reps", "closings per rep", "win rate", "deal size"]


def deals(*closings):
    """Closed opportunities of (rep, day, amount, outcome)."""
    frame = won(*[closing[:3] for closing in closings])
    return frame.assign(outcome=[closing[3] for closing in closings])


TWICE = deals(  # twice as many close, half of them won, each of the same value
    ("ada", "2026-04-10", 100.0, "won"),
    ("ada", "2026-07-11", 100.0, "won"),
    ("bo", "2026-07-12", 40.0, "lost"),
)


def test_drivers_by_hand():
    found = review.credit_drivers(opened(opportunities=TWICE))
    assert records(found, "period", "business", *review.why.DRIVERS, "won_amount") == [
        ("2026Q2", "new and expansion", 3.0, 1 / 3, 1.0, 100.0, 100.0),
        ("2026Q3", "new and expansion", 3.0, 2 / 3, 0.5, 100.0, 100.0),
    ]


def test_steps_by_hand():
    # LMDI-I: the logarithmic mean of 100 and 100 is 100, so doubling adds 100 ln 2.
    steps = review.credit_bridge(opened(opportunities=TWICE))
    assert steps["step"].tolist() == ["2026Q2", *STEPS, "2026Q3"]
    moved = 100 * log(2)
    assert steps["value"].tolist() == pytest.approx([100, 0, moved, -moved, 0, 100])
    assert steps["start"].tolist() == pytest.approx([0, 100, 100, 100 + moved, 100, 0])
    assert steps["kind"].tolist() == ["whole", "gain", "gain", "loss", "gain", "whole"]
    assert narrative.bridge_title(steps) == "Credited sales stayed at 100"


def test_credit_beside_what_was_won_is_a_step_of_its_own():
    reversal = pd.DataFrame({"credit_id": ["c1"], "rep_id": "ada", "amount": [-10.0]})
    credits = reversal.assign(credited_on="2026-08-01")
    the = opened(opportunities=TWICE, credits=credits)
    steps = review.credit_bridge(the)
    assert steps["step"].iloc[-2] == "splits and other credit"
    assert steps["value"].iloc[-2] == pytest.approx(-10)
    assert steps["value"].iloc[-1] == the.now["credited"] == 90.0
    assert narrative.main_step(steps).startswith("the largest step down is win rate, −")


def test_without_a_period_before_or_while_one_runs_there_are_no_steps():
    assert review.credit_bridge(opened("2026Q2", opportunities=TWICE)).empty
    running = opened("2026Q3", opportunities=TWICE, as_of="2026-08-15")
    assert review.credit_bridge(running).empty
    said = str(parts.why_parts(running, review.credit_bridge(running)))
    assert "2026Q3 is running" in said


def test_where_nobody_was_employed_before_there_are_no_steps():
    reps = REPS.assign(hired_on="2026-07-01")
    assert review.credit_bridge(opened(opportunities=TWICE, reps=reps)).empty
    nothing = deals(("ada", "2026-07-11", 100.0, "won"))
    the = opened(opportunities=nothing)
    assert review.credit_bridge(the).empty
    assert "there are no steps" in str(parts.why_parts(the, review.credit_bridge(the)))


AMOUNT = st.sampled_from([10.0, 25.5, 400.0])
OUTCOME = st.sampled_from(["won", "lost", "no_decision"])
TYPE = st.sampled_from(["new", "renewal", None])
DAYS = st.sampled_from(["2026-04-10", "2026-06-30", "2026-07-01", "2026-09-30"])


@settings(max_examples=10, deadline=None)
@given(st.lists(st.tuples(DAYS, AMOUNT, OUTCOME, TYPE), min_size=1, max_size=12))
def test_the_steps_add_up_whatever_closed(closings):
    frame = deals(*[("ada", day, amount, outcome) for day, amount, outcome, _ in closings])
    frame = frame.assign(type=pd.Series([c[3] for c in closings], dtype="string"))
    the = opened(opportunities=frame)
    steps = review.credit_bridge(the)
    if steps.empty:
        assert len({day >= "2026-07" for day, *_ in closings}) == 1
        return
    between = steps[steps["kind"] != "whole"]
    change = the.now["credited"] - the.earlier["credited"]
    assert between["value"].sum() == pytest.approx(change, abs=0.005)
    assert steps["end"].iloc[-2] == pytest.approx(the.now["credited"], abs=0.005)


def test_the_chart_stands_alone_and_draws_every_step():
    steps = review.credit_bridge(opened(opportunities=TWICE))
    spec = charts.money_waterfall(steps, "Win rate fell", "Credited sales").to_dict()
    assert_stands_alone(spec)
    assert [row["step"] for row in rows(spec)] == steps["step"].tolist()
    assert spec["description"].startswith("Win rate fell. Credited sales. 2026Q2: 100; reps: 0;")
    assert "<svg" in vl_convert.vegalite_to_svg(spec)
