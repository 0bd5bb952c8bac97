"""Quota lines: who is on them, transfers, totals of reps, roll-ups."""

from __future__ import annotations

from functools import partial

import pandas as pd
import pytest
from company import company, opportunities

import spmkit as spm
from spmkit.data import DataError


def quotas(**by_rep):
    return pd.DataFrame(
        {
            "rep_id": list(by_rep),
            "period_start": "2026-07-01",
            "period_end": "2026-09-30",
            "quota": list(by_rep.values()),
        }
    )


def moved(*spells):
    return pd.DataFrame(
        [
            {"rep_id": rep, "starts_on": day, "region": region} | dict(*more)
            for rep, day, region, *more in spells
        ]
    )


def test_a_rep_with_a_quota_and_no_sales_stays_at_zero():
    deals = opportunities(outcome=["lost", "lost", "won", "open"])
    lines = spm.quota_lines(company(opportunities=deals), "2026Q3")
    assert lines[["rep_id", "credited", "quota"]].values.tolist()[0] == ["ada", 0.0, 100.0]
    assert spm.measure(lines, spm.participation_rate)["participation_rate"].tolist() == [0.5]


def test_a_rep_without_a_quota_is_listed_and_in_no_ratio():
    lines = spm.quota_lines(company(quotas=quotas(ada=100.0)), "2026Q3")
    bo = lines.set_index("rep_id").loc["bo"]
    assert bo["credited"] == 60.0
    assert bo[["quota", "rep_quota", "rep_credited"]].isna().all()
    found = spm.measure(lines, [spm.attainment, spm.participation_rate, spm.gap_to_quota]).iloc[0]
    assert found[["attainment", "participation_rate", "gap_to_quota"]].tolist() == [0.9, 0.0, 10.0]
    assert found["participation_rate_n"] == 1


def test_a_quota_of_zero_is_neither_reached_nor_missed():
    frame = pd.DataFrame({"rep_credited": [5.0, 9.0], "rep_quota": [0.0, 10.0]})
    found = spm.measure(frame, spm.participation_rate).iloc[0]
    assert (found["participation_rate"], found["participation_rate_n"]) == (0.0, 1)


def test_a_manager_with_a_personal_quota_is_a_rep_among_the_reps():
    reps = pd.DataFrame({"rep_id": ["ada", "bo"], "manager_id": [None, "ada"]})
    lines = spm.quota_lines(company(reps=reps), "2026Q3")
    assert lines["quota"].sum() == 150.0
    assert lines["manager"].fillna("–").tolist() == ["–", "ada"]


def test_a_manager_whom_reps_does_not_know_is_a_node():
    reps = pd.DataFrame({"rep_id": ["ada", "bo"], "manager_id": "Eve Moss"})
    lines = spm.quota_lines(company(reps=reps), "2026Q3")
    assert lines["manager"].tolist() == ["Eve Moss", "Eve Moss"]
    assert spm.measure(lines, spm.attainment, by="manager")["attainment"].tolist() == [1.0]


TRANSFER = moved(
    ("ada", "2026-01-01", "North"), ("ada", "2026-08-15", "South"), ("bo", "2026-01-01", "South")
)
DEALS = opportunities(
    outcome=["won", "won", "won", "open"],
    closed_on=["2026-08-14", "2026-08-15", "2026-08-20", None],
)


def transferred():
    return spm.quota_lines(company(rep_assignments=TRANSFER, opportunities=DEALS), "2026Q3")


def test_a_transfer_splits_the_quota_by_days_and_leaves_credits_where_they_were_dated():
    ada = transferred().query("rep_id == 'ada'")
    assert ada["region"].tolist() == ["North", "South"]
    assert ada["quota"].tolist() == pytest.approx([100 * 45 / 92, 100 * 47 / 92])
    assert ada["credited"].tolist() == [90.0, 40.0]


def test_a_transfer_counts_the_rep_once_where_he_ended():
    lines = transferred()
    ada = lines.query("rep_id == 'ada'")
    assert ada["rep_credited"].fillna(0).tolist() == [0.0, 130.0]
    assert ada["rep_quota"].dropna().tolist() == pytest.approx([100.0])
    found = spm.measure(lines, spm.participation_rate, by="region").set_index("region")
    assert found["participation_rate_n"].to_dict() == {"North": 0, "South": 2}
    assert spm.measure(lines, spm.participation_rate)["participation_rate"].tolist() == [1.0]


def test_regions_sum_to_the_whole_after_a_transfer():
    lines = transferred()
    regions = lines.groupby("region")[["quota", "credited"]].sum().sum()
    assert regions.tolist() == pytest.approx([150.0, 190.0])


def test_a_transfer_outside_the_period_leaves_one_line():
    spells = moved(("ada", "2026-01-01", "North"), ("ada", "2026-10-01", "South"))
    lines = spm.quota_lines(company(rep_assignments=spells), "2026Q3").query("rep_id == 'ada'")
    assert lines[["region", "quota", "credited"]].values.tolist() == [["North", 100.0, 90.0]]


def test_a_gap_between_assignments_belongs_to_the_one_before():
    spells = moved(
        ("ada", "2026-01-01", "North", {"ends_on": "2026-07-05"}), ("ada", "2026-08-15", "South")
    )
    lines = spm.quota_lines(company(rep_assignments=spells), "2026Q3").query("rep_id == 'ada'")
    assert lines["credited"].tolist() == [90.0, 0.0]
    assert lines["quota"].tolist() == pytest.approx([100 * 45 / 92, 100 * 47 / 92])


def test_an_assignment_that_starts_within_the_period_reaches_back():
    lines = spm.quota_lines(
        company(rep_assignments=moved(("ada", "2026-08-01", "North"))), "2026Q3"
    )
    assert lines.query("rep_id == 'ada'")[["region", "quota", "credited"]].values.tolist() == [
        ["North", 100.0, 90.0]
    ]


def test_what_an_assignment_does_not_say_comes_from_reps():
    reps = pd.DataFrame({"rep_id": ["ada", "bo"], "role": ["AE", "SDR"], "region": "West"})
    lines = spm.quota_lines(company(reps=reps, rep_assignments=TRANSFER), "2026Q3")
    assert lines["role"].tolist() == ["AE", "AE", "SDR"]
    assert lines["region"].tolist() == ["North", "South", "South"]


def test_a_transfer_with_an_unknown_rep_in_the_assignments():
    spells = moved(("Zed", "2026-01-01", "North"), ("Yara", "2026-02-01", "South"))
    deals = opportunities(rep_id=["Zed", "ada", "bo", "bo"])
    lines = spm.quota_lines(company(rep_assignments=spells, opportunities=deals), "2026Q3")
    unknown = lines.query("rep_id == 'not in reps'")
    assert unknown["credited"].tolist() == [90.0]
    assert unknown["region"].isna().all()


@pytest.mark.parametrize(
    ("amounts", "quota", "reached"),
    [
        ([99.995], 100.0, 1.0),
        ([99.994], 100.0, 0.0),
        ([0.1, 0.2], 0.3, 1.0),
        ([0.7, 0.1], 0.8, 1.0),
        ([33.33, 33.33, 33.34], 100.0, 1.0),
        ([1.005], 1.01, 1.0),
        ([99.99], 100.0, 0.0),
        ([1e9 - 0.01], 1e9, 0.0),
    ],
)
def test_at_quota_is_to_the_cent(amounts, quota, reached):
    deals = pd.DataFrame(
        {
            "opportunity_id": [f"o{i}" for i in range(len(amounts))],
            "rep_id": "ada",
            "outcome": "won",
            "amount": amounts,
            "closed_on": "2026-07-11",
        }
    )
    lines = spm.quota_lines(company(opportunities=deals, quotas=quotas(ada=quota)), "2026Q3")
    found = spm.measure(lines, spm.participation_rate)["participation_rate"].tolist()
    assert found == [reached]
    assert lines["miss_streak"].tolist() == [1.0 - reached]


def history(*credited, quota=100.0):
    """One rep with a quota and a sale a quarter, from 2025Q1 on."""
    starts = pd.date_range("2025-01-01", periods=len(credited), freq="QS").strftime("%Y-%m-%d")
    deals = pd.DataFrame(
        {
            "opportunity_id": [f"o{i}" for i in range(len(credited))],
            "rep_id": "ada",
            "outcome": "won",
            "amount": list(credited),
            "closed_on": starts,
        }
    )
    issued = pd.DataFrame({"rep_id": "ada", "period_start": starts, "quota": quota})
    return company(opportunities=deals, quotas=issued)


QUARTERS = ["2025Q1", "2025Q2", "2025Q3", "2025Q4", "2026Q1", "2026Q2", "2026Q3"]


def test_the_longest_streak_of_misses_and_the_hit_frequency_of_a_rep():
    lines = spm.quota_lines(history(100.0, 99.0, 50.0, 120.0, 90.0, 80.0, 70.0), QUARTERS)
    assert lines["miss_streak"].tolist() == [0, 1, 2, 0, 1, 2, 3]
    found = spm.measure(lines, [spm.longest_miss_streak, spm.participation_rate], by="rep").iloc[0]
    assert found["longest_miss_streak"] == 3
    assert found["participation_rate"] == pytest.approx(2 / 7)
    assert found["participation_rate_n"] == 7


def test_a_rep_who_never_missed_has_a_streak_of_zero():
    lines = spm.quota_lines(history(100.0, 100.0), QUARTERS[:2])
    assert spm.measure(lines, spm.longest_miss_streak)["longest_miss_streak"].tolist() == [0]


def test_a_period_before_the_data_is_an_error_that_says_when_they_begin():
    with pytest.raises(DataError, match=r"in 2024Q4 .* the first are of 2025-01-01"):
        spm.quota_lines(history(1.0, 2.0), "2024Q4")


def test_a_period_after_as_of_is_an_error():
    with pytest.raises(DataError, match="2027Q1 starts after as_of"):
        spm.quota_lines(history(1.0, 2.0), "2027Q1")


def test_no_quotas_and_no_sales_at_all_is_an_error():
    deals = pd.DataFrame({"opportunity_id": ["o"], "rep_id": "ada", "outcome": "open"})
    data = spm.open_data(
        {"reps": pd.DataFrame({"rep_id": ["ada"]}), "opportunities": deals},
        settings={"as_of": "2026-10-02"},
    )
    with pytest.raises(DataError, match="no quotas and no credited sales: nothing in 2026Q3"):
        spm.quota_lines(data)


def test_a_quarter_within_the_data_in_which_nothing_happened_is_empty():
    assert spm.quota_lines(company(), "2026Q4").empty


@pytest.mark.parametrize("periods", [["2026", "2026Q3"], ["2026Q3", "2026M08"]])
def test_overlapping_periods_are_an_error(periods):
    with pytest.raises(DataError, match="overlap"):
        spm.quota_lines(company(), periods)


def test_no_period_named_is_an_error():
    with pytest.raises(DataError, match="No period is named"):
        spm.quota_lines(company(), [])


def test_the_default_is_the_last_complete_period():
    assert spm.quota_lines(company())["period"].unique().tolist() == ["2026Q3"]
    assert spm.quota_lines(company({"as_of": "2026-09-30"}))["period"].tolist()[0] == "2026Q3"


def test_two_reps_of_one_name_stay_two():
    reps = pd.DataFrame({"rep_id": ["ada", "bo"], "name": "Ada Byron"})
    lines = spm.quota_lines(company(reps=reps), "2026Q3")
    assert lines[["rep", "quota"]].values.tolist() == [["Ada Byron", 100.0], ["Ada Byron", 50.0]]
    assert lines["rep_quota"].tolist() == [100.0, 50.0]


def ten_reps(*attainments):
    """Reps with a quota of 10,000 each."""
    names = [f"r{i}" for i in range(len(attainments))]
    deals = pd.DataFrame(
        {
            "opportunity_id": names,
            "rep_id": names,
            "outcome": "won",
            "amount": [a * 10_000 for a in attainments],
            "closed_on": "2026-07-01",
        }
    )
    reps = pd.DataFrame({"rep_id": names})
    return spm.quota_lines(
        company(reps=reps, opportunities=deals, quotas=quotas(**dict.fromkeys(names, 10_000.0))),
        "2026Q3",
    )


def test_a_rep_at_exactly_half_is_in_the_band_from_half():
    # the mean, median and shares of Kellblog's fifth scenario; its sheet puts 50 % below 50 %
    lines = ten_reps(0.3, 0.4, 0.4, 0.5, 0.5, 0.7, 0.8, 1.0, 1.4, 2.0)
    metrics = [
        spm.attainment,
        spm.mean_attainment,
        spm.median_attainment,
        spm.participation_rate,
        partial(spm.share_between, low=0.0, high=0.5),
        spm.quota_realisation,
    ]
    found = spm.measure(lines, metrics).iloc[0]
    assert found["mean_attainment"] == pytest.approx(0.8)
    assert found["median_attainment"] == pytest.approx(0.6)
    assert found["participation_rate"] == pytest.approx(0.3)
    assert found["share_between_0.0_0.5"] == pytest.approx(0.3)
    assert found["attainment"] == found["quota_realisation"] == pytest.approx(0.8)
