"""The sample company with and without what is planted in its quotas."""

import numpy as np
import pytest

from benchmarks.planted_quotas import Found, count, markdown
from benchmarks.sample_panel import sample_panel
from spmkit import open_data
from spmkit.calibration.expecting.panel import quota_panel
from spmkit.data.sample import Company, write_sample
from spmkit.data.sample.quotas import set_quotas
from spmkit.data.sample.world import make_world


def test_the_panel_of_the_world_is_the_panel_of_the_files(tmp_path):
    company = Company(reps=24, quarters=6, seed=3)
    write_sample(tmp_path, company, form="parquet")
    written, made = quota_panel(open_data(tmp_path)), sample_panel(company)
    both = made.merge(written, on=["period", "rep_id"], suffixes=("", "_written"))
    assert len(both) == len(made)
    assert both["credited"].to_numpy() == pytest.approx(both["credited_written"])
    assert np.isclose(both["quota"], both["quota_written"]).mean() > 0.9  # some were corrected
    assert (both["season"] == both["season_written"]).all()
    assert (both["territory_id"] == both["territory_id_written"]).mean() > 0.9


def test_a_copy_without_the_plants_asks_what_a_territory_can_give():
    planted, bare = (
        sample_panel(Company(quota_rule=rule, unfair_factor=factor))
        for rule, factor in (("last year", 1.24), ("expectation", 1.0))
    )
    assert planted["credited"].tolist() == bare["credited"].tolist()
    level = [
        panel.groupby("region")[["credited", "quota"]].sum().eval("credited / quota")
        for panel in (planted, bare)
    ]
    assert level[0]["Central"] < level[0].drop("Central").min() - 0.1
    assert np.ptp(level[1]) < 0.15


def test_quotas_by_expectation_do_not_look_at_sales():
    company = Company(quota_rule="expectation", unfair_factor=1.0)
    world = make_world(company)
    assert set_quotas(world, None).seat.min() > 0  # without any sales given


def test_a_rule_that_is_none_is_refused():
    with pytest.raises(ValueError, match='"last year" or "expectation"'):
        Company(quota_rule="guess")
    with pytest.raises(ValueError, match="unfair_factor above zero"):
        Company(unfair_factor=0)


def test_what_is_planted_is_found_in_a_few_companies():
    rows = {(row.planted, row.test): row for row in count(3)}
    for test in ("ratchet", "region"):
        assert rows["ratchet and region", test].found == 3
        assert rows["nothing", test].found <= 1


def test_the_goals_of_two_hundred_seeds():
    there, none = Found("ratchet", "ratchet", 160, 200), Found("nothing", "ratchet", 17, 200)
    assert (there.goal, there.holds) == (160, True)
    assert (none.goal, none.holds) == (16, False)
    assert "| nothing | ratchet | 17 | 200 | at most 16 | no |" in markdown([there, none])
