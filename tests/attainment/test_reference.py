"""Random small companies: the engine's answer equals the slow one, and its own symmetries hold."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from math import isnan

import pandas as pd
import pytest
from attainment.reference import lines_of, quota_of
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import spmkit as spm
from spmkit.data import open_data

AS_OF = date(2026, 10, 2)
PERIODS = [
    ("2026Q2", date(2026, 4, 1), date(2026, 6, 30)),
    ("2026Q3", date(2026, 7, 1), date(2026, 9, 30)),
]
MONTHS = [(date(2026, m, 1), date(2026, m + 1, 1) - timedelta(days=1)) for m in range(4, 10)]
SPANS = [
    *MONTHS,
    *[(start, end) for _, start, end in PERIODS],
    (date(2026, 1, 1), date(2026, 12, 31)),
]
REPS = ["ada", "bo", "cy"]
checks = [HealthCheck.too_slow, HealthCheck.data_too_large]
quiet = settings(deadline=None, derandomize=True, suppress_health_check=checks)

days = st.dates(date(2026, 3, 25), AS_OF)
edges = st.sampled_from(
    [
        date(2026, 3, 31),
        date(2026, 4, 1),
        date(2026, 6, 30),
        date(2026, 7, 1),
        date(2026, 9, 30),
        date(2026, 10, 1),
    ]
)
amounts = st.integers(-5, 20).map(lambda n: n * 12.25)
owners = st.sampled_from([*REPS, *REPS, "zed", "yo", None])


def rows(least, most, **columns):
    return st.lists(st.fixed_dictionaries(columns), min_size=least, max_size=most)


deals = rows(
    1,
    6,
    rep_id=owners,
    outcome=st.sampled_from(["won", "won", "won", "lost", "void"]),
    amount=st.none() | amounts,
    closed_on=days | edges,
)
credits = rows(
    0,
    6,
    opportunity_id=st.sampled_from(["o0", "o1", "o2", None]),
    rep_id=st.sampled_from([*REPS, "zed"]),
    credited_on=days | edges,
    amount=amounts,
    credit_type=st.sampled_from(["split", "split", "overlay"]),
)
moves = st.lists(
    st.tuples(st.sampled_from(["o0", "o1", "o2"]), days, st.sampled_from([*REPS, "zed"])),
    max_size=3,
    unique_by=lambda move: move[:2],
)
spells = st.lists(
    st.tuples(st.sampled_from(REPS), days, st.sampled_from(["N", "S"])),
    max_size=4,
    unique_by=lambda spell: spell[:2],
)
lines = st.lists(
    st.tuples(
        st.sampled_from([*REPS, "zed", "yo"]),
        st.sampled_from(SPANS),
        st.integers(1, 3),
        st.sampled_from([date(2026, 1, 1), AS_OF, AS_OF + timedelta(days=1)]),
        st.none() | st.integers(0, 9).map(lambda n: n * 30.5),
        st.sampled_from(["rep", "rep", "rep", "team"]),
    ),
    max_size=9,
    unique_by=lambda line: (line[0], line[1], line[2], line[5]),
)


@st.composite
def companies(draw):
    always = [
        {
            "rep_id": "cy",
            "period_start": start,
            "period_end": end,
            "version": 0,
            "released_on": date(2026, 1, 1),
            "quota": 50.0,
            "level": "rep",
        }
        for _, start, end in PERIODS
    ]
    return {
        "reps": [{"rep_id": rep} for rep in REPS],
        "opportunities": [{"opportunity_id": f"o{i}"} | deal for i, deal in enumerate(draw(deals))],
        "credits": [{"credit_id": f"c{i}"} | line for i, line in enumerate(draw(credits))],
        "opportunity_history": [
            {
                "opportunity_id": deal,
                "changed_at": datetime.combine(day, time(12)),
                "field": "rep_id",
                "old_value": old,
                "new_value": "bo",
            }
            for deal, day, old in draw(moves)
        ],
        "rep_assignments": [
            {"rep_id": rep, "starts_on": day, "region": region} for rep, day, region in draw(spells)
        ],
        "quotas": always
        + [
            {
                "rep_id": rep,
                "period_start": span[0],
                "period_end": span[1],
                "version": version,
                "released_on": released,
                "quota": quota,
                "level": level,
            }
            for rep, span, version, released, quota, level in draw(lines)
        ],
    }


def opened(company):
    frames = {name: pd.DataFrame(rows) for name, rows in company.items() if rows}
    return open_data(frames, settings={"as_of": AS_OF})


def measured(company):
    found = spm.quota_lines(opened(company), [label for label, *_ in PERIODS])
    return found.astype({"region": "object"})


def by_key(found):
    sums = found.groupby(["rep_id", "region", "period"], dropna=False)[["quota", "credited"]].sum(
        min_count=1
    )
    clean = {
        tuple(None if pd.isna(k) else k for k in key): tuple(row)
        for key, row in zip(sums.index, sums.to_numpy(), strict=True)
    }
    return {
        key: row for key, row in clean.items() if any(value and not isnan(value) for value in row)
    }


@settings(quiet, max_examples=15)
@given(companies())
def test_lines_are_what_plain_loops_give(company):
    expected = lines_of(as_one_unknown(company), PERIODS, AS_OF)
    expected = {
        key: (float("nan") if quota is None else quota, credited)
        for key, (quota, credited) in without_strangers_quotas(expected).items()
        if quota or credited
    }
    lines = measured(company)
    found = by_key(lines)
    assert found.keys() == expected.keys()
    for key, row in found.items():
        assert row == pytest.approx(expected[key], abs=1e-6, nan_ok=True), key
    assert_each_rep_once(lines)
    assert_parts_sum_to_the_whole(lines)


def without_strangers_quotas(expected):
    """What several unknown people were to sell is no one person's quota."""
    return {
        key: (None if key[0] == "not in reps" else quota, credited)
        for key, (quota, credited) in expected.items()
    }


def assert_each_rep_once(lines):
    rated = lines.dropna(subset=["rep_quota"])
    assert not rated.duplicated(["rep_id", "period"]).any()
    sums = lines.groupby(["rep_id", "period"])[["quota", "credited"]].sum()
    for row in rated.itertuples():
        expected = sums.loc[(row.rep_id, row.period)]
        assert (row.rep_quota, row.rep_credited) == pytest.approx(tuple(expected))


def assert_parts_sum_to_the_whole(lines):
    whole = lines[["quota", "credited"]].sum()
    for part in ("region", "rep_id", "period"):
        sums = lines.groupby(part, dropna=False)[["quota", "credited"]].sum().sum()
        assert sums.tolist() == pytest.approx(whole.tolist())


def as_one_unknown(company):
    """What stands for several unknown people is summed: give the loops the sum."""
    unknown = [line for line in company["quotas"] if line["rep_id"] not in REPS]
    known = [line for line in company["quotas"] if line["rep_id"] in REPS]
    summed = []
    for _, start, end in PERIODS:
        parts = [quota_of({"quotas": unknown}, rep, start, end, AS_OF) for rep in ("zed", "yo")]
        known_parts = [part for part in parts if part is not None]
        line = {"rep_id": "not in reps", "version": 1, "released_on": AS_OF, "level": "rep"}
        span = {"period_start": start, "period_end": end, "quota": sum(known_parts)}
        summed += [line | span] if known_parts else []
    return company | {"quotas": known + summed}


def test_a_quota_of_people_nobody_knows_is_issued_and_held_against_nobody():
    spans = MONTHS[:3]
    quotas = pd.DataFrame(spans, columns=["period_start", "period_end"])
    quotas = quotas.assign(rep_id="yo", quota=[None, 200.0, 74.5]).astype({"quota": "float64"})
    company = {
        "reps": [{"rep_id": "ada"}],
        "opportunities": [],
        "quotas": quotas.to_dict("records"),
    }
    company["opportunities"] = [{"opportunity_id": "o0", "rep_id": "ada", "outcome": "open"}]
    lines = measured(company).set_index("rep_id").loc["not in reps"]
    assert lines["issued_quota"] == 274.5
    assert pd.isna(lines["quota"])


@settings(quiet, max_examples=4)
@given(companies(), st.randoms(use_true_random=False))
def test_neither_the_order_of_rows_nor_the_size_of_money_matters(company, random):
    ten = {
        name: [
            row | {c: row[c] * 10 for c in ("amount", "quota") if row.get(c) is not None}
            for row in random.sample(rows, len(rows))
        ]
        for name, rows in company.items()
    }
    now, then = measured(company), measured(ten)
    texts = ["rep_id", "rep", "region", "period", "miss_streak"]
    pd.testing.assert_frame_equal(now[texts], then[texts])
    for money in ("quota", "credited", "largest_credit", "rep_quota", "rep_credited"):
        assert (now[money] * 10).tolist() == pytest.approx(then[money].tolist(), nan_ok=True)
    metrics = [spm.attainment, spm.participation_rate, spm.median_attainment]
    names = [metric.__name__ for metric in metrics]
    one, other = (spm.measure(lines, metrics).iloc[0][names] for lines in (now, then))
    assert one.tolist() == pytest.approx(other.tolist(), nan_ok=True)
