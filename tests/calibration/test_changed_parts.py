"""What the page says of quotas that change: adjustments scored, and what a change costs."""

from __future__ import annotations

import re
from html import unescape
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from calibration.companies import company_tables
from calibration.seats_ahead import seats_ahead

from spmkit.calibration import open_study
from spmkit.calibration.costing.common_shock import assumed_shock
from spmkit.calibration.costing.pace_errors import pace_errors
from spmkit.calibration.costing.pay_curve import PayCurve
from spmkit.calibration.costing.recalibration import recalibrate
from spmkit.calibration.costing.scenario_table import Plan
from spmkit.data import open_data
from spmkit.reports.calibration_parts import changed, proposed


def words(part):
    shown = part.as_raw_html() if hasattr(part, "as_raw_html") else str(part)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", shown)))


def of_stack(stack):
    return " ".join(words(part) for part in stack)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("company")
    for name, table in company_tables().items():
        table.to_csv(place / f"{name}.csv", index=False)
    (place / "spmkit.toml").write_text('as_of = "2023-04-05"\n')
    return place


def study_of(folder):
    return open_study(open_data(folder))


def test_a_trail_beside_the_data_is_scored_in_periods_that_are_over(folder):
    study = study_of(folder)
    assert "there is no adjustments.trail.csv" in of_stack(changed.adjustment_parts(study))
    over = study.panel[study.panel["period"] == study.period].dropna(subset=["quota"])
    trail = over[["rep_id", "period"]].assign(before=1.1 * over["credited"])
    trail = trail.assign(after=over["credited"], what="decided")
    file = folder / "adjustments.trail.csv"
    trail.to_csv(file, index=False)
    said = of_stack(changed.adjustment_parts(study))
    assert "brought quotas closer" in said
    assert "pass" in said
    trail.assign(period=study.ahead).to_csv(file, index=False)
    assert "cannot be scored yet" in of_stack(changed.adjustment_parts(study))
    file.write_text("rep_id\na\n")
    assert "has no column 'period'" in of_stack(changed.adjustment_parts(study))
    file.unlink()


def test_months_say_whether_a_season_is_in_them(folder):
    study = study_of(folder)
    indices, basis = proposed._season(study)
    assert (basis == "alone: a season takes two whole years") == (not indices)
    assert basis in words(proposed._months(study, study.proposal))


def test_the_running_period_shows_what_changing_costs():
    ahead = seats_ahead(12, target_pay=10_000.0)
    expected = ahead.seats["expected"].to_numpy()
    rows = [
        (step, 100.0, 40 * pull, 100 * pull)
        for step in range(6)
        for pull in (0.5, 0.8, 1.0, 1.1, 1.3, 1.5)
    ]
    past = pd.DataFrame(rows, columns=["step", "expected", "credited_by", "credited"])
    so_far = 0.4 * expected * np.where(np.arange(12) % 2, 0.4, 1.9)
    curve, shock = PayCurve(tiers=((1.0, 2.0),)), assumed_shock(0.1)
    asked = float(expected.sum())
    pace = pace_errors(past, 0.5)
    priced = recalibrate(Plan(ahead, expected, asked, curve, shock), so_far, pace)
    bare = recalibrate(Plan(ahead, expected, asked), so_far, pace)
    data = SimpleNamespace(settings=SimpleNamespace(currency="USD"))
    with_costs, without = (
        of_stack(changed.running_parts(SimpleNamespace(running=one, data=data)))
        for one in (priced, bare)
    )
    assert "sum of quotas" in with_costs
    assert "expected payout" in with_costs
    assert "points" in with_costs
    assert "expected payout" not in without
    assert "Not known: no costs" in without
