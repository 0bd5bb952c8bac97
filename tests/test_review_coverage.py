"""What is open of the running period: of a company, of a team, of each of its people."""

from __future__ import annotations

import pandas as pd
import pytest
from three_reps import BEFORE, NOW, quotas, won

import spmkit as spm
from spmkit import narrative, review
from spmkit.reports import review_parts

NEXT = ("2026-10-01", "2026-12-31")
REPS = pd.DataFrame({"rep_id": ["lea", "max", "ada", "bo", "cy"]})
# Bo worked for Lea in the quarter reviewed, and works for Max since.
MOVES = pd.DataFrame(
    [
        ("ada", "lea", "2026-01-01", None),
        ("bo", "lea", "2026-01-01", "2026-09-30"),
        ("bo", "max", "2026-10-01", None),
        ("cy", "max", "2026-01-01", None),
    ],
    columns=["rep_id", "manager_id", "starts_on", "ends_on"],
)
CLOSED = won(("ada", "2026-07-10", 50.0), ("bo", "2026-07-10", 60.0), ("cy", "2026-07-10", 70.0))
OPEN = pd.DataFrame(
    [  # each 30 days old, as the closed ones were on the day on which all of them were won
        ("p1", "ada", 100.0, "2026-11-01"),
        ("p2", "ada", 20.0, "2027-02-01"),  # of another quarter
        ("p3", "bo", 300.0, "2026-11-01"),
        ("p4", "cy", 500.0, "2026-11-01"),
    ],
    columns=["opportunity_id", "rep_id", "amount", "expected_close_on"],
).assign(outcome="open", created_on="2026-09-12")  # 20 days old: whoever waits is won at 30


def team(*, period_quotas=(("ada", NEXT, 80.0), ("bo", NEXT, 90.0), ("cy", NEXT, 90.0)), **tables):
    held = [(rep, span, 100.0) for rep in ("ada", "bo", "cy") for span in (BEFORE, NOW)]
    frames = {
        "reps": REPS,
        "rep_assignments": MOVES,
        "opportunities": pd.concat([CLOSED, OPEN], ignore_index=True),
        "quotas": quotas(*held, *period_quotas),
    }
    data = spm.open_data(frames | tables, settings={"as_of": "2026-10-02"})
    return review.open_team(data, "2026Q3", manager="lea")


def test_a_team_has_the_pipeline_of_who_is_in_it_now():
    the = team()
    assert the.reps == ["ada", "bo"]  # of the quarter reviewed
    assert review.reps_today(the) == ["ada", "lea"]
    found = review.coverage_by_rep(the, review.reps_today(the))
    assert found.to_dict("records") == [
        {
            "rep_id": "ada",
            "rep": "ada",
            "open_amount": 100.0,
            "opportunities": 1,
            "weighted_pipeline": 100.0,
            "remaining_quota": 80.0,
            "pipeline_coverage": 1.25,
        }
    ]


def test_one_without_an_amount_or_a_date_is_an_opportunity_too():
    more = pd.DataFrame(
        {
            "opportunity_id": ["p5", "p6"],
            "rep_id": "ada",
            "amount": [None, 7.0],
            "expected_close_on": "2026-11-01",
            "outcome": "open",
            "created_on": ["2026-09-12", None],
        }
    )
    deals = pd.concat([CLOSED, OPEN, more], ignore_index=True)
    row = review.coverage_by_rep(team(opportunities=deals), ["ada"]).iloc[0]
    assert (row["opportunities"], row["open_amount"], row["weighted_pipeline"]) == (3, 107.0, 100.0)


def test_the_whole_of_it_is_said():
    the = team()
    said = narrative.covered(review.coverage_ahead(the, review.reps_today(the)))
    assert said == (
        "100 is open and expected to close in 2026Q4: 1.2× the 80 of its quota that is left. At "
        "its age the win curve lets 100 of it be won by 31 Dec: to win what is left from it alone "
        "would take 1.0×; what is created later comes on top."
    )
    everybody = review.coverage_ahead(the)
    assert everybody["open_amount"] == 900.0
    assert everybody["required_coverage"] == pytest.approx(1.0)


def test_without_quotas_or_dates_of_creation_less_is_said_and_nothing_guessed():
    bare = team(period_quotas=())
    found = review.coverage_by_rep(bare, ["ada", "cy"])
    assert found["rep_id"].tolist() == ["cy", "ada"]  # the largest first
    assert found[["remaining_quota", "pipeline_coverage"]].isna().all(axis=None)
    deals = pd.concat([CLOSED, OPEN], ignore_index=True).drop(columns="created_on")
    undated = team(opportunities=deals)
    found = review.coverage_by_rep(undated, ["ada"])
    assert found[["weighted_pipeline", "opportunities"]].isna().all(axis=None)
    assert "win curve" not in narrative.covered(review.coverage_ahead(undated, ["ada"]))


def test_a_team_without_pipeline_and_a_source_without_amounts():
    others = pd.concat([CLOSED, OPEN.tail(1)], ignore_index=True)
    nobody = team(opportunities=others, period_quotas=())
    assert review.coverage_by_rep(nobody, ["lea"]).empty
    without = team(opportunities=pd.concat([CLOSED, OPEN]).drop(columns="expected_close_on"))
    said = review_parts.team_pipeline(without)
    assert "What is open: unavailable: needs opportunities.expected_close_on" in said._repr_html_()
