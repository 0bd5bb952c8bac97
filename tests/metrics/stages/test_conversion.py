"""Conversion, transitions, durations and ageing of stages, worked by hand on every engine."""

from __future__ import annotations

import math

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from staff import days, native

import spmkit as spm

NOTHING = float("nan")


def visits():
    """Five opportunities: on to a win, past a stage, a return, a loss, and one that is open."""
    rows = [  # id, place, stage, to, to_place, direction, days, left, visit, entered, advanced
        ("o1", 1, "A", "B", 2, "forward", 10, True, 1, True, True),
        ("o1", 2, "B", "won", None, "won", 30, True, 1, True, True),
        ("o2", 1, "A", "C", 3, "skip", 20, True, 1, True, True),
        ("o2", 3, "C", "A", 1, "back", 5, True, 1, True, False),
        ("o2", 1, "A", "lost", None, "lost", 7, True, 2, False, False),
        ("o3", 1, "A", "no_decision", None, "no_decision", 40, True, 1, True, False),
        ("o4", 1, "A", None, None, None, 50, False, 1, True, False),
        ("o5", 2, "B", "A", 1, "back", None, True, 1, False, False),
        ("o5", 1, "A", None, None, None, 3, False, 1, True, False),
    ]
    names = ["opportunity_id", "place", "stage", "to", "to_place", "direction", "days", "left"]
    frame = pd.DataFrame(rows, columns=[*names, "visit", "entered", "advanced"])
    numbers = {"days": "Int64", "to_place": "Int64", "visit": "int64"}
    way = frame["direction"]
    return frame.astype(numbers).assign(
        decided=frame["advanced"] | frame["opportunity_id"].isin(["o1", "o2", "o3"]),
        moved_on=way.isin(["forward", "skip", "won"]),
        dropped=way.isin(["lost", "no_decision"]),
    )


METRICS = [
    spm.stage_conversion,
    spm.decided_stage_conversion,
    spm.stage_decided_share,
    spm.milestone_conversion,
]


def test_every_engine_converts_alike(engine):
    found = spm.measure(engine(visits()), METRICS, by="stage", confidence=0.95).set_index("stage")
    # Into A came o1 to o5, past it o1 and o2; decided are o1, o2 and o3.
    assert found.loc["A", "stage_conversion"] == pytest.approx(2 / 5)
    assert found.loc["A", "stage_conversion_n"] == 5
    assert found.loc["A", "decided_stage_conversion"] == pytest.approx(2 / 3)
    assert found.loc["A", "stage_decided_share"] == pytest.approx(3 / 5)
    # Visits to A that ended for good: two went on, one was lost, one came to no decision.
    assert found.loc["A", "milestone_conversion"] == pytest.approx(2 / 4)
    assert found.loc["A", "milestone_conversion_low"] == pytest.approx(0.15, abs=0.005)
    # The only way out of C led back, which is neither side of a milestone.
    assert found.loc["C", "milestone_conversion_status"] == "undefined: no rows"
    assert math.isnan(found.loc["C", "milestone_conversion"])


def test_every_engine_gives_the_transitions_that_are_expected(engine):
    found = spm.stage_transitions(engine(visits()))
    told = found[["stage", "to", "direction", "n", "of", "still_there"]].to_numpy().tolist()
    assert told == [
        ["A", "B", "forward", 1, 4, 2],
        ["A", "C", "skip", 1, 4, 2],
        ["A", "lost", "lost", 1, 4, 2],
        ["A", "no_decision", "no_decision", 1, 4, 2],
        ["B", "A", "back", 1, 2, 0],
        ["B", "won", "won", 1, 2, 0],
        ["C", "A", "back", 1, 1, 0],
    ]
    assert found["share"].tolist() == pytest.approx([0.25] * 4 + [0.5] * 2 + [1.0])
    # Wilson's interval of 1 of 1 reaches from 0.21 to 1.
    assert found["low"].iloc[-1] == pytest.approx(0.2065, abs=1e-4)


def test_a_stage_that_nothing_has_left_has_no_transition():
    open_ = visits().query("to.isna()")
    assert spm.stage_transitions(open_).empty
    assert spm.stage_transitions(visits().iloc[:0]).empty


@settings(max_examples=25, deadline=None)
@given(st.permutations(range(9)), st.lists(st.sampled_from("xy"), min_size=9, max_size=9))
def test_shares_of_a_stage_sum_to_one_in_any_order_and_group(order, teams):
    frame = visits().assign(team=teams).iloc[order]
    found = spm.stage_transitions(frame, by="team")
    sums = found.groupby(["team", "stage"])["share"].sum()
    assert sums.tolist() == pytest.approx([1.0] * len(sums))
    assert (found["low"] <= found["share"]).all()
    assert (found["share"] <= found["high"]).all()
    whole = spm.stage_transitions(frame)
    added = found.groupby(["stage", "to"])["n"].sum()
    assert added.to_dict() == whole.set_index(["stage", "to"])["n"].to_dict()


def test_every_engine_adds_up_the_times_of_a_stage(engine):
    times = spm.stage_times(engine(visits()))
    frame = spm.measure(times, [_visits, _total, _last], by=["opportunity_id", "stage"])
    told = frame.set_index(["opportunity_id", "stage"])[["_visits", "_total", "_last"]]
    # o2 was in A for 20 days and again for 7; o5's stay in B began before the log.
    assert told.loc[("o2", "A")].tolist() == [2, 27, 7]
    assert told.loc[("o4", "A")].tolist() == [1, 50, 50]
    assert told.loc[("o5", "B"), "_visits"] == 1
    assert told.loc[("o5", "B"), ["_total", "_last"]].isna().all()
    medians = spm.total_stage_duration(times).set_index("stage")
    # A lasted 10, 27, 40 and (open) 3+, 50+: 4/5 are left after 10 (the 3+ is gone before:
    # 4 at risk), 3/4, then 2/4 after 27, 1/4 after 40.
    assert medians.loc["A", ["median", "n", "ended"]].tolist() == [33.5, 5, 3]
    assert medians.loc["B", "left_out"] == 1


def test_every_engine_gives_the_median_of_a_visit_with_the_open_ones(engine):
    found = spm.stage_duration(engine(visits())).set_index("stage")
    # A: 7, 10, 20, 40 ended, 3+ and 50+ open: of 5 at risk from day 7 on, 4/5, 3/5, 2/5.
    assert found.loc["A", ["median", "n", "ended"]].tolist() == [20.0, 6, 4]
    assert found.loc["C", "median"] == 5.0


def _visits(visits: spm.Column) -> spm.Count:
    return visits.sum()


def _total(total_days: spm.Column) -> spm.Days:
    return total_days.sum()


def _last(last_days: spm.Column) -> spm.Days:
    return last_days.sum()


def ageing(frame_of=lambda frame: frame, won=5):
    """Won ones left A after 10, 20, …, 50 days; open ones in A are 15, 30 and 90 days old."""
    ages = [10, 20, 30, 40, 50][:won]
    deals = [(f"w{n}", "2026-05-01", _day("2026-05-01", age), "won") for n, age in enumerate(ages)]
    deals += [(f"x{age}", _day("2026-10-02", -age), None, "open") for age in (15, 30, 90)]
    frame = pd.DataFrame(deals, columns=["opportunity_id", "created", "closed", "outcome"])
    opportunities = pd.DataFrame(
        {
            "opportunity_id": frame["opportunity_id"],
            "rep_id": "ada",
            "created_on": days(*frame["created"]),
            "closed_on": days(*frame["closed"]),
            "outcome": frame["outcome"],
            "stage": ["Closed Won"] * won + ["A"] * 3,
        }
    )
    log = [(f"w{n}", "2026-05-01", None, "A") for n in range(won)]
    log += [(f"w{n}", _day("2026-05-01", age), "A", "Won") for n, age in enumerate(ages)]
    log += [("x90", "2026-07-04", None, "A")]
    columns = ["opportunity_id", "changed_at", "old_value", "new_value"]
    history = pd.DataFrame(log, columns=columns).assign(field="stage")
    history["changed_at"] = pd.to_datetime(history["changed_at"])
    tables = {"reps": pd.DataFrame({"rep_id": ["ada"]}), "opportunities": opportunities}
    tables |= {"opportunity_history": history}
    frames = {name: native(frame_of(table)) for name, table in tables.items()}
    return spm.open_data(frames, settings={"as_of": "2026-10-02", "stages": ["A", "B"]})


def _day(day, later):
    return str((pd.Timestamp(day) + pd.Timedelta(days=later)).date())


def test_every_engine_ages_open_opportunities_against_won_ones(engine):
    lines = spm.ageing_lines(ageing(engine))
    found = spm.measure(lines, [spm.deal_ageing, spm.overaged_share])
    # Half of the winners had left A by day 30: the open ones are 0.5, 1 and 3 times as old.
    assert found["deal_ageing"].tolist() == [1.0]
    assert found["overaged_share"].tolist() == pytest.approx([1 / 3])


def test_too_few_winners_say_nothing_of_age():
    lines = spm.ageing_lines(ageing(won=4)).df()
    assert lines["won_n"].tolist() == [4] * 3
    assert lines[["won_age_days", "age_ratio"]].isna().all(axis=None)
    found = spm.measure(lines, [spm.deal_ageing, spm.overaged_share])
    assert found["deal_ageing_status"].tolist() == ["undefined: no rows"]
    assert found["overaged_share_status"].tolist() == ["undefined: no rows"]
