"""The policy file: what it may say, and a message with file, key and remedy where it is wrong."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from spmkit.calibration.costing.pay_curve import read_pay_curve
from spmkit.calibration.proposing.compared_quotas import last_quotas
from spmkit.calibration.proposing.policy import Criteria, Policy, policy_of, read_policy
from spmkit.data import DataError

WHOLE = """
over_assignment = 0.1
basis = "proportional"
rounding = 500
max_increase = 0.2
max_decrease = 0.15
minimum_quota = 10_000
compared_with = "year before"
ramp = [0.25, 0.5, 1]
residual_share = 0.5
probability = 0.6
adjustments = "as decided"
[pins]
ada = 120_000
"bo b." = 0
[levels]
region = 0.03
[criteria]
participation = 0.6
below_threshold = [0.05, 0.1]
budget = 2_000_000
"""


def test_a_whole_policy_is_read(tmp_path):
    file = tmp_path / "policy.toml"
    file.write_text("\ufeff" + WHOLE, encoding="utf-8")
    found = read_policy(file)
    assert found == Policy(
        over_assignment=0.1,
        basis="proportional",
        rounding=500,
        max_increase=0.2,
        max_decrease=0.15,
        minimum_quota=10_000,
        compared_with="year before",
        ramp=(0.25, 0.5, 1),
        residual_share=0.5,
        probability=0.6,
        adjustments="as decided",
        pins={"ada": 120_000, "bo b.": 0},
        levels={"region": 0.03},
        criteria=Criteria(participation=0.6, below_threshold=(0.05, 0.1), budget=2_000_000),
        source="policy.toml",
    )


def test_an_empty_policy_is_the_default_one(tmp_path):
    (tmp_path / "policy.toml").write_text("", encoding="utf-8")
    found = read_policy(tmp_path / "policy.toml")
    assert found.written == Policy().written
    assert found.over_assignment == 0
    assert found.ramp == ()
    assert found.max_increase is None


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("over_assignment = 10", "over_assignment is 10; write a number from -0.5 to 1"),
        ("over_assignment = '10 %'", "over_assignment is '10 %'"),
        ("over_assignment = true", "over_assignment is True"),
        ("over_assignment = nan", "over_assignment is nan"),
        ("rounding = 0", "rounding is 0; write an amount above 0"),
        ("rounding = -5", "rounding is -5"),
        ("rounding = 0.015", "whole cents"),
        ("max_increase = 20", "max_increase is 20; write a number from 0 to 10"),
        ("max_increase = inf", "max_increase is inf"),
        ("max_decrease = 1.5", "max_decrease is 1.5; write a number from 0 to 1"),
        ("minimum_quota = -1", "minimum_quota is -1"),
        ("residual_share = 2", "residual_share is 2"),
        ("probability = 60", "probability is 60"),
        ("probability = 0", "probability is 0"),
        ("basis = 'fair'", 'basis is \'fair\'; it is "common probability" or "proportional"'),
        ("compared_with = 'last'", "compared_with is 'last'"),
        ("adjustments = 1", "adjustments is 1"),
        ("ramp = 0.5", "ramp is 0.5; write shares, such as [0.25, 0.5, 0.75]"),
        ("ramp = [0.5, 50]", "share 2 of ramp is 50"),
        ("ramp = ['half']", "share 1 of ramp is 'half'"),
        ("pins = 3", "pins is 3; write it as a section: [pins]"),
        ("[pins]\nada = -1", "[pins] ada is -1"),
        ("[pins]\nada = 'much'", "[pins] ada is 'much'"),
        ("[pins]\nada = 0.005", "[pins] ada is 0.005; write it in whole cents"),
        ("[levels]\nregion = 3", "[levels] region is 3"),
        ("[levels]\nregoin = 0.03", "[levels] knows no 'regoin'. Did you mean 'region'?"),
        ("[levels]\nsegment = 0.03", "What can stand there: region = …, manager_id = …."),
        ("levels = 3", "levels is 3; write it as a section"),
        ("max_increse = 0.2", "there is no key 'max_increse'. Did you mean 'max_increase'?"),
        ("source = 'x'", "there is no key 'source'"),
        ("criteria = 1", "criteria is 1; write it as a section"),
        ("[criteria]\nparticipacion = 0.6", "[criteria]: there is no key 'participacion'."),
        ("[criteria]\nparticipation = 60", "participation is 60"),
        ("[criteria]\nat_excellence = [0.1]", "at_excellence is (0.1,); write two shares"),
        ("[criteria]\nat_excellence = [0.2, 0.1]", "the lower first"),
        ("[criteria]\nthreshold = 1.3", "threshold (1.3) is not below excellence (1.2)"),
        ("[criteria]\nbudget = 'all'", "budget is 'all'"),
        ("over_assignment = ", "is not valid TOML"),
        ("rounding = 100\nrounding = 200", "is not valid TOML"),
    ],
)
def test_what_is_wrong_names_file_key_and_remedy(tmp_path, line, said):
    file = tmp_path / "policy.toml"
    file.write_text(line, encoding="utf-8")
    with pytest.raises(DataError) as error:
        read_policy(file)
    assert str(error.value).startswith("policy.toml")
    assert said in str(error.value)


def test_no_file_and_a_folder_are_said(tmp_path):
    with pytest.raises(DataError, match="there is no policy file"):
        read_policy(tmp_path / "none.toml")
    with pytest.raises(DataError, match="is a folder"):
        read_policy(tmp_path)
    (tmp_path / "bytes.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(DataError, match="not valid TOML"):
        read_policy(tmp_path / "bytes.toml")


def test_what_is_written_does_not_depend_on_the_file_or_the_order_of_pins():
    one = policy_of({"pins": {"ada": 1, "bo": 2}}, "a.toml")
    other = policy_of({"pins": {"bo": 2, "ada": 1}}, "b.toml")
    assert one.written == other.written
    assert one.written == Policy(pins={"bo": 2.0, "ada": np.int64(1)}).written
    assert one.written != policy_of({"pins": {"bo": 2, "ada": 2}}).written


def panel():
    periods = [f"{year}Q{quarter}" for year in (2025, 2026) for quarter in (1, 2, 3, 4)]
    rows = [
        (period, step, step % 4 + 1, rep, 100.0 * step + place, 1.0)
        for step, period in enumerate(periods)
        for place, rep in enumerate(("ada", "bo"))
    ]
    return pd.DataFrame(rows, columns=["period", "step", "season", "rep_id", "quota", "present"])


def test_the_last_quota_is_of_the_period_before_or_of_a_year_before():
    assert last_quotas(panel())["last_quota"].tolist() == [700.0, 701.0]
    assert last_quotas(panel(), "2026Q4")["last_quota"].tolist() == [600.0, 601.0]
    year = last_quotas(panel(), "2027Q1", "year before")
    assert year["last_quota"].tolist() == [400.0, 401.0]
    with pytest.raises(DataError, match="needs the label of a fiscal period"):
        last_quotas(panel(), "2013-05-31", "year before")


def test_instead_of_a_part_of_a_period_the_last_whole_one_counts():
    rows = panel().assign(present=[1.0] * 15 + [0.4])
    found = last_quotas(rows).set_index("rep_id")
    assert found.loc["ada"].tolist() == [700.0, None]
    assert found.loc["bo"].tolist() == [601.0, "2026Q3"]


def test_who_was_away_throughout_has_the_last_quota_of_a_whole_period():
    rows = panel().iloc[:-1]  # nothing of bo's in the last period, such as on leave throughout
    assert last_quotas(rows).set_index("rep_id").loc["bo"].tolist() == [601.0, "2026Q3"]


def test_no_quota_counts_that_is_more_than_a_year_further_back():
    early = panel()["step"] < 2  # of eight periods, four a year
    rows = panel().assign(present=np.where((panel()["rep_id"] == "ada") | early, 1.0, 0.4))
    found = last_quotas(rows).set_index("rep_id")
    assert pd.isna(found.loc["bo", "last_quota"])
    assert found.loc["ada", "last_quota"] == 700.0


def test_a_quota_of_a_part_of_the_year_before_gives_way_to_that_of_two_years_before():
    rows = panel()
    rows["present"] = np.where((rows["rep_id"] == "bo") & (rows["step"] == 4), 0.4, 1.0)
    found = last_quotas(rows, "2027Q1", "year before").set_index("rep_id")
    assert found.loc["bo"].tolist() == [1.0, "2025Q1"]
    assert found.loc["ada"].tolist() == [400.0, None]


def test_the_keys_that_the_documentation_names_are_those_that_there_are():
    page = (Path(__file__).parents[2] / "docs" / "calibration.md").read_text("utf-8")
    said = page[page.index("All keys:") : page.index("Quotas that were changed by hand")]
    for form in (Policy, Criteria):
        for one in fields(form):
            if one.name not in {"source", "criteria", "pins", "levels"}:
                assert f"`{one.name}`" in said, one.name


def test_the_policy_of_the_documentation_can_be_read(tmp_path):
    page = (Path(__file__).parents[2] / "docs" / "calibration.md").read_text("utf-8")
    text = page.split("```toml\n")[1].split("```")[0]
    file = tmp_path / "policy.toml"
    file.write_text(text, encoding="utf-8")
    assert read_policy(file).criteria.participation == 0.6
    assert read_pay_curve(file).at_quota == 1.0
