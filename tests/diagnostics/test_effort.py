"""Effort beside outcome: the territory comes first, and chance classes nobody."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import vl_convert
from specification import assert_stands_alone

import spmkit as spm
from spmkit import charts, diagnostics, narrative
from spmkit.data import DataError
from spmkit.diagnostics import effort as made
from spmkit.reports.diagnostics_parts import effort_parts

SETTINGS = {"as_of": "2026-10-02"}
SAMPLE = spm.shipped("datasets") / "sample"
QUARTERS = ["2025-10-01", "2026-01-01", "2026-04-01", "2026-07-01"]


def company(attained, calls, potential=None, settings=None):
    """Reps with a share of quota and calls a quarter, the same in each of four quarters."""
    reps = [f"r{n:02d}" for n in range(len(attained))]
    starts = pd.to_datetime(QUARTERS)
    won = pd.DataFrame(
        [
            (rep, start + pd.Timedelta(days=40), 1000 * share)
            for rep, share in zip(reps, attained, strict=True)
            for start in starts
        ],
        columns=["rep_id", "closed_on", "amount"],
    )
    quotas = pd.DataFrame(
        [
            (rep, start.date(), (start + pd.offsets.QuarterEnd(0)).date(), 1000.0)
            for rep in reps
            for start in starts
        ],
        columns=["rep_id", "period_start", "period_end", "quota"],
    )
    acts = pd.DataFrame(
        [
            (rep, start + pd.Timedelta(days=k % 80, hours=9))
            for rep, number in zip(reps, calls, strict=True)
            for start in starts
            for k in range(number)
        ],
        columns=["rep_id", "started_at"],
    )
    tables = {
        "reps": pd.DataFrame({"rep_id": reps, "role": "AE"}),
        "opportunities": won.assign(
            opportunity_id=[f"o{n}" for n in range(len(won))],
            outcome="won",
            created_on=won["closed_on"] - pd.Timedelta("9D"),
        ),
        "quotas": quotas,
        "activities": acts.assign(
            activity_id=[f"a{n}" for n in range(len(acts))],
            type="call",
            category="selling",
            external=True,
        ),
    }
    if potential is not None:
        tables["accounts"] = pd.DataFrame(
            {"account_id": reps, "territory_id": reps, "potential": potential}
        )
        tables["territory_assignments"] = pd.DataFrame(
            {"territory_id": reps, "rep_id": reps, "starts_on": "2020-01-01"}
        )
    data = spm.open_data(tables, settings=SETTINGS | (settings or {}))
    return diagnostics.open_diagnosis(data, "2026Q3")


ATTAINED = [0.5, 0.6, 0.7, 0.9, 1.0, 1.1, 1.3, 1.4, 1.5, 1.6]
CALLS = [30, 80, 31, 50, 51, 52, 29, 81, 82, 28]
EVEN = [100.0] * 10


def test_the_classes_where_every_territory_is_even():
    found = diagnostics.effort_by_rep(company(ATTAINED, CALLS, EVEN)).set_index("rep_id")
    assert found.loc["r00", "to_do"] == "ask what keeps them from customers"
    assert found.loc["r01", "to_do"] == "look at skill and support"
    assert found.loc["r07", "to_do"] == "learn from it"
    assert found.loc["r09", "to_do"] == "learn how it is done"
    assert found.loc["r00", "outcome_raw"] == pytest.approx(0.5)
    assert found["peers"].unique().tolist() == [10]


def test_the_territory_is_looked_at_before_people():
    lean = [50.0, 50.0, *EVEN[:5], 160.0, 100.0, 100.0]
    found = diagnostics.effort_by_rep(company(ATTAINED, CALLS, lean)).set_index("rep_id")
    assert found.loc[["r00", "r01", "r07"], "to_do"].unique().tolist() == [made.TERRITORY]
    assert found.loc["r00", "potential_index"] == pytest.approx(0.5)
    assert found.loc["r08", "to_do"] == "learn from it"
    # Much potential does not excuse a low outcome, nor does little explain a high one.
    other = diagnostics.effort_by_rep(company(ATTAINED, CALLS, [160.0, *EVEN[1:9], 50.0]))
    other = other.set_index("rep_id")["to_do"]
    assert other["r00"] == "ask what keeps them from customers"
    assert other["r09"] == "learn how it is done"


def test_where_no_territory_is_known_a_low_outcome_is_no_judgement():
    found = diagnostics.effort_by_rep(company(ATTAINED, CALLS)).set_index("rep_id")
    assert found.loc[["r00", "r01"], "to_do"].unique().tolist() == [made.TERRITORY]
    assert found["potential_index"].isna().all()


def test_in_the_grey_cross_nothing_is_told():
    rng = np.random.default_rng(3)
    cells = pd.DataFrame(
        {"rep_id": np.repeat([f"r{n}" for n in range(12)], 4), "value": rng.normal(1, 0.3, 48)}
    )
    scored = made._scored(cells, "value")
    assert scored["value"].std() < scored["raw"].std()
    assert (scored["error"] > 0).all()
    frame = scored.assign(
        effort=scored["value"],
        effort_error=scored["error"],
        outcome=scored["value"],
        outcome_error=scored["error"],
    )
    judged = spm.effort_outcome(frame)
    assert (judged["quadrant"] == "unclassified").mean() >= 0.7


def test_on_the_sample_most_reps_are_not_told():
    the = diagnostics.open_diagnosis(spm.open_data(SAMPLE))
    found = diagnostics.effort_by_rep(the)
    assert (found["to_do"] == made.UNTOLD).mean() > 0.8
    known = found[found["potential_index"].notna()]
    assert len(known) >= 0.9 * len(found)
    assert known.groupby("kind")["potential_index"].median().round(9).eq(1.0).all()


def test_single_people_are_not_shown_where_that_is_barred():
    the = company(ATTAINED, CALLS, EVEN, {"individual_activity": False})
    with pytest.raises(DataError, match="individual_activity = false"):
        diagnostics.effort_by_rep(the)
    parts = effort_parts(the)
    assert "individual_activity = false" in str(parts[1])
    assert not any("r00" in str(part) for part in parts)


def test_without_activities_quotas_or_territories_each_part_is_a_line():
    whole = company(ATTAINED, CALLS)
    assert "accounts" in str(effort_parts(whole)[0])
    data = spm.open_data(
        {
            "reps": pd.DataFrame({"rep_id": ["a"]}),
            "opportunities": pd.DataFrame(
                {
                    "opportunity_id": ["o"],
                    "rep_id": "a",
                    "outcome": "won",
                    "amount": 9.0,
                    "created_on": "2026-01-01",
                    "closed_on": "2026-07-01",
                }
            ),
        },
        settings=SETTINGS,
    )
    parts = effort_parts(diagnostics.open_diagnosis(data, "2026Q3"))
    assert len(parts) == 2
    assert "needs activities" in str(parts[1]) or "only complete period" in str(parts[1])


def test_few_reps_have_no_classes():
    found = diagnostics.effort_by_rep(company(ATTAINED[:4], CALLS[:4], EVEN[:4]))
    assert found["status"].eq("insufficient n").all()
    assert found["to_do"].eq(made.UNTOLD).all()
    assert "insufficient n" in str(effort_parts(company(ATTAINED[:4], CALLS[:4]))[1])


def test_everybody_in_the_cross_is_said():
    classes = pd.DataFrame({"to_do": [made.UNTOLD], "n": [9]})
    said = narrative.effort_title(classes)
    assert said == "Effort and outcome tell nothing of any of 9 reps beyond chance"


def test_the_chart_stands_alone_with_hostile_names():
    found = diagnostics.effort_by_rep(company(ATTAINED, CALLS, EVEN))
    drawn = found.assign(side="cannot tell", name="</script>'\"", rep="</script>'\"")
    spec = charts.effort_scatter(drawn, "A title", "Effort").to_dict()
    assert_stands_alone(spec)
    assert "<svg" in vl_convert.vegalite_to_svg(spec)
