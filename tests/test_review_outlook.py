"""The outlook of a rep: made from the past alone, refused where that is short, judged."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from rep_history import LAST, QUARTERS, course_of, quotas, reps, sales
from specification import assert_stands_alone, marks

from spmkit import charts, review
from spmkit.attainment import quota_lines
from spmkit.data import DataError, open_data
from spmkit.data.sample import Company, write_sample
from spmkit.lines import periods_with_quotas
from spmkit.review.calibration import calibration
from spmkit.review.progress import Progress, progress_of
from spmkit.review.projection import (
    came_after,
    past_errors,
    points_ahead,
    projected,
    quotas_ahead,
)

SAMPLE = Path(__file__).parents[1] / "datasets" / "sample"


def flat(quota, credited):
    """Progress of whole periods alone."""
    quota, credited = (np.array(rows, dtype="float64") for rows in (quota, credited))
    people, periods = quota.shape
    names = [f"p{number}" for number in range(people)], [f"q{number}" for number in range(periods)]
    return Progress(*names, 0.0, (1.0,), quota, credited[:, :, None])


def test_the_middle_of_a_projection_by_hand():
    # Own: 80, 100, 120 and 100 of 100: 1.0; the median of all eight is 0.9.
    progress = flat([[100] * 4] * 2, [[80, 100, 120, 100], [70, 80, 80, 90]])
    found = projected(progress, 4, points_ahead(progress, 1), np.array([[200.0], [200.0]]))
    median = np.median([0.8, 1.0, 1.2, 1.0, 0.7, 0.8, 0.8, 0.9])
    assert found.middle[0, 0] == pytest.approx(200 * (4 * 1.0 + 4 * median) / 8)


def test_fewer_than_four_periods_project_nothing():
    progress = flat([[np.nan, 100, 100, 100]], [[np.nan, 90, 100, 110]])
    found = projected(progress, 4, points_ahead(progress, 1), np.array([[100.0]]))
    assert np.isnan(found.middle).all()


def test_no_number_comes_of_reps_who_never_vary():
    progress = flat([[100] * 6] * 3, [[100] * 6] * 3)
    errors = past_errors(progress, 6, points_ahead(progress, 1), [True])
    assert np.isnan(errors).all()


def test_what_came_later_changes_nothing():
    before = review.fan(review.outlook(course_of(period="2026Q1")))
    later = sales()
    doubled = later["amount"].where(later["closed_on"] < "2026-04-01", 2 * later["amount"])
    after = review.fan(
        review.outlook(course_of(period="2026Q1", opportunities=later.assign(amount=doubled)))
    )
    pd.testing.assert_frame_equal(before, after)


def test_the_fan_opens_and_starts_at_what_is_credited():
    found = review.outlook(course_of())
    fan = review.fan(found)
    lines = fan[["low", "lower", "median", "upper", "high"]]
    assert set(lines.iloc[0]) == {fan["low"].iloc[0]}
    assert (lines.diff(axis=1).iloc[:, 1:] >= 0).all(axis=None)
    assert (lines.diff().iloc[1:] >= 0).all(axis=None)
    assert fan["day"].iloc[[0, -1]].dt.strftime("%Y-%m-%d").tolist() == ["2026-06-30", "2026-12-31"]
    assert (found.own, found.people) == (8, 9)


def test_a_chance_falls_with_what_is_asked():
    found = [
        review.chance(review.outlook(course_of(quotas=quotas().assign(quota=quota))))
        for quota in (_asked(60.0), _asked(160.0))
    ]
    stated = [one.chance for one in found]
    assert stated[0] > stated[1]
    assert all(0 <= one.low <= one.chance <= one.high <= 1 for one in found)


def _asked(later):
    """Quotas of 100, and another one in the two quarters that are to come."""
    ahead = [start for start, _ in QUARTERS[LAST:]]
    lines = quotas()
    return lines["quota"].where(~lines["period_start"].isin(ahead), later)


def test_no_chance_is_stated_against_a_quota_that_is_not_known():
    found = review.outlook(course_of(quotas=quotas(QUARTERS[:LAST])))
    assert len(review.fan(found)) > 1
    with pytest.raises(DataError, match="2026Q3 has no quota yet"):
        review.chance(found)
    known = review.chance(review.outlook(course_of(quotas=quotas(QUARTERS[: LAST + 1]))))
    assert known.until.isoformat() == "2026-09-30"
    assert known.goal == 300.0


def _since(start):
    """Quotas of p0 from a day on only; of the others always."""
    lines = quotas()
    return lines[(lines["rep_id"] != "p0") | (lines["period_start"] >= start)]


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"quotas": _since("2025-10-01")}, "3 complete quarters with a quota"),
        ({"quotas": quotas()[lambda q: q["rep_id"].isin(["p0", "p1"])]}, "at least 5 other reps"),
        ({"period": "2025Q4"}, "2025 is over"),
        ({"reps": reps(left_on=["2026-05-20", *[None] * 9])}, "your last day was 20 May 2026"),
        ({"quotas": None}, "needs quotas"),
    ],
)
def test_why_nothing_is_projected_is_said(changed, reason):
    with pytest.raises(DataError, match=reason):
        review.outlook(course_of(**changed))


def test_halfway_through_a_period_its_rest_is_projected():
    found = review.outlook(course_of(period="2026Q3", as_of="2026-08-15"))
    fan = review.fan(found)
    assert 0.4 < found.progress.elapsed < 0.6
    assert found.points[0] == (0, 1)
    assert fan["day"].iloc[0].isoformat()[:10] == "2026-08-15"
    assert fan["day"].is_monotonic_increasing


def test_the_fan_is_drawn_and_says_what_it_shows():
    course = course_of()
    days, fan = review.year_so_far(course), review.fan(review.outlook(course))
    spec = charts.quota_fan(days, fan, "The year", "Credit").to_dict()
    assert_stands_alone(spec)
    assert marks(spec).count("area") == 3
    alone = charts.quota_fan(days, fan.head(0), "The year", "Credit").to_dict()
    assert_stands_alone(alone)
    assert marks(alone).count("area") == 1


def test_each_projection_is_judged_by_those_that_were_over_before_it():
    credited = np.random.default_rng(3).normal(100, 20, (12, 9))
    progress = flat(np.full((12, 9), 100.0), credited)
    points = points_ahead(progress, 1)
    found = calibration(progress, points, [True])
    # Origins 4 to 8; before the first two there are 0 and 12 errors: too few to judge by.
    assert (found.n, found.people) == (3 * 12, 12)
    errors = past_errors(progress, 8, points, [True])
    assert errors.shape == (12, 4, 1)
    ahead = projected(progress, 7, points, quotas_ahead(progress, 7, [True]))
    off = (came_after(progress, 7, points) - ahead.middle) / ahead.spread
    assert errors[:, -1, 0] == pytest.approx(off[:, 0])


@pytest.fixture(scope="module")
def sample():
    data = open_data(SAMPLE)
    labels = periods_with_quotas(data)
    return data, quota_lines(data, labels), [data.calendar.period(label) for label in labels]


@pytest.mark.parametrize(
    ("elapsed", "ahead", "before", "brier"),
    [(0.0, 1, 2, 0.095), (0.0, 2, 1, 0.16), (0.0, 3, 0, 0.20), (0.5, 1, 0, 0.21)],
    ids=["a year's last half", "its last three quarters", "a year", "half a quarter"],
)
def test_on_the_sample_the_chance_beats_the_share_of_all(sample, elapsed, ahead, before, brier):
    """A back-test: each past projection is judged with what was known before it only."""
    data, lines, periods = sample
    progress = progress_of(data, lines, periods, elapsed)
    found = calibration(progress, points_ahead(progress, ahead), [True] * ahead, before)
    assert found.n > 100
    assert found.brier < found.naive
    assert found.brier == pytest.approx(brier, abs=0.02)
    assert 0.65 < found.held < 0.95  # of the 80 % ranges


def test_on_the_sample_a_rep_s_own_quarters_alone_tell_less_than_the_share_of_all(sample):
    """What was tried first: the share of the rep's last eight quarters that were at quota."""
    reached = progress_of(*sample).attainment
    own, share, came = [], [], []
    for number in range(4, reached.shape[1]):
        known = reached[:, :number][np.isfinite(reached[:, :number])]
        for row in reached:
            past = row[max(0, number - 8) : number]
            past = past[np.isfinite(past)]
            if len(past) >= 4 and np.isfinite(row[number]):
                own.append((past >= 1).mean())
                share.append((known >= 1).mean())
                came.append(row[number] >= 1)
    alone, naive = (np.mean((np.array(said) - came) ** 2) for said in (own, share))
    assert (round(alone, 3), round(naive, 3)) == (0.276, 0.248)


@pytest.fixture(scope="module")
def another(tmp_path_factory):
    """A company on which nothing was chosen: another seed, more reps."""
    folder = tmp_path_factory.mktemp("another")
    write_sample(folder, Company(reps=200, seed=71))
    data = open_data(folder)
    labels = periods_with_quotas(data)
    return data, quota_lines(data, labels), [data.calendar.period(label) for label in labels]


@pytest.mark.parametrize(("elapsed", "ahead", "before"), [(0.0, 1, 2), (0.0, 2, 1), (0.5, 1, 0)])
def test_on_another_company_it_keeps_what_it_says(another, elapsed, ahead, before):
    data, lines, periods = another
    progress = progress_of(data, lines, periods, elapsed)
    found = calibration(progress, points_ahead(progress, ahead), [True] * ahead, before)
    assert found.n > 500
    assert found.brier < found.naive
    assert 0.7 < found.held < 0.9


def test_on_the_sample_the_chance_of_one_quarter_tells_nothing(sample):
    """Quotas that follow last year's sales leave nothing to tell reps apart by: it is said so."""
    progress = progress_of(*sample)
    found = calibration(progress, points_ahead(progress, 1), [True])
    assert not found.tells
    assert found.brier == pytest.approx(0.26, abs=0.01)
    assert 0.7 < found.held < 0.85
