"""The sample company: the same bytes, clean but for what is planted, and true to its truth."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from spmkit.data import open_data
from spmkit.data.sample import Company, write_sample, writer

COMMITTED = Path(__file__).parents[2] / "datasets" / "sample"
TRUTH = json.loads((COMMITTED / "truth.json").read_text(encoding="utf-8"))
SMALL = Company(reps=20, quarters=4, activities_per_opportunity=0.5)
Tables = dict[str, pd.DataFrame]


def read(folder: Path) -> Tables:
    return {
        file.stem: pd.read_csv(file, dtype=object)
        if file.suffix == ".csv"
        else pd.read_parquet(file)
        for file in sorted(folder.iterdir())
        if file.suffix in (".csv", ".parquet")
    }


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir()}


@pytest.fixture(scope="module")
def sample() -> Tables:
    return read(COMMITTED)


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Tables:
    """Enough reps for planted effects to stand out from luck."""
    folder = tmp_path_factory.mktemp("many")
    write_sample(folder, Company(reps=200, activities_per_opportunity=0.1))
    return read(folder)


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    for name, company in {"a": SMALL, "b": SMALL, "c": replace(SMALL, seed=7)}.items():
        write_sample(tmp_path / name, company)
    assert bytes_of(tmp_path / "a") == bytes_of(tmp_path / "b")
    assert bytes_of(tmp_path / "a")["quotas.csv"] != bytes_of(tmp_path / "c")["quotas.csv"]


def test_the_committed_sample_is_what_the_generator_makes(tmp_path: Path, sample: Tables) -> None:
    write_sample(tmp_path)
    made = read(tmp_path)
    assert list(made) == list(sample)
    for name, rows in made.items():
        pd.testing.assert_frame_equal(rows, sample[name], obj=name)


def test_the_committed_sample_is_small() -> None:
    assert sum(len(content) for content in bytes_of(COMMITTED).values()) < 3_000_000


def test_csv_and_parquet_hold_the_same_rows(tmp_path: Path) -> None:
    write_sample(tmp_path / "csv", SMALL, form="csv")
    write_sample(tmp_path / "parquet", SMALL, form="parquet")
    texts, typed = read(tmp_path / "csv"), read(tmp_path / "parquet")
    sizes = [{name: len(rows) for name, rows in form.items()} for form in (texts, typed)]
    assert sizes[0] == sizes[1]
    pd.testing.assert_series_equal(
        pd.to_datetime(texts["activities"].started_at),
        typed["activities"].started_at,
        check_dtype=False,
    )
    aliases = typed["reps"].aliases.map("|".join)
    assert aliases.tolist() == texts["reps"].aliases.tolist()


def test_keys_go_on_counting_from_block_to_block(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "OPPORTUNITIES_A_BLOCK", 700)
    write_sample(tmp_path, SMALL)
    tables = read(tmp_path)
    ids = tables["opportunities"].opportunity_id.drop_duplicates()
    assert ids.tolist() == [f"O{number:08d}" for number in range(len(ids))]
    for name, key in {
        "credits": "credit_id",
        "activities": "activity_id",
        "leads": "lead_id",
    }.items():
        assert tables[name][key].is_unique
    assert tables["opportunity_history"].opportunity_id.nunique() == len(ids)
    taken = tables["credits"].dropna(subset="reverses_id")
    first = tables["credits"].set_index("credit_id").loc[taken.reverses_id]
    assert len(taken) > 0
    assert first.opportunity_id.tolist() == taken.opportunity_id.tolist()
    assert first.amount.tolist() == (-taken.amount).tolist()


def test_a_folder_in_use_is_refused(tmp_path: Path) -> None:
    (tmp_path / "mine.csv").write_text("a\n")
    with pytest.raises(ValueError, match="holds files already"):
        write_sample(tmp_path, SMALL)


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"reps": 3}, "20 to 30,000 reps"),
        ({"reps": 40_000}, "20 to 30,000 reps"),
        ({"quarters": 2}, "4 to 40 quarters"),
        ({"opportunities_per_rep": 1}, "at least 5 opportunities"),
    ],
)
def test_a_company_without_a_story_is_refused(wrong: dict[str, Any], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        Company(**wrong)


def test_an_unknown_form_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="xlsx"):
        write_sample(tmp_path, SMALL, form="xlsx")  # type: ignore[arg-type]


def test_the_door_finds_the_planted_defects_and_nothing_else() -> None:
    quality = open_data(COMMITTED).quality()
    found = quality[~quality.status.isin(["read", "used"])].set_index("reason").rows
    planted = {"same row": "duplicate", "after closed_on": "created_after_closed"}
    planted |= {"not in reps": "unknown_owner", "amount": "missing_amount"}
    for part, defect in planted.items():
        rows = found[found.index.str.contains(part)]
        assert set(rows) <= {len(TRUTH["defects"][defect])}
    assert len(found) >= 3
    assert found[~found.index.str.contains("|".join(planted))].empty


def test_amounts_are_missing_where_the_truth_says(sample: Tables) -> None:
    rows = sample["opportunities"]
    empty = rows[rows.amount.isna()].opportunity_id
    assert sorted(empty) == sorted(TRUTH["defects"]["missing_amount"])
    assert len(empty) == 4


def test_history_ends_where_the_opportunity_stands(sample: Tables) -> None:
    spoilt = {one for ids in TRUTH["defects"].values() for one in ids}
    rows = sample["opportunities"].drop_duplicates("opportunity_id").set_index("opportunity_id")
    rows = rows.drop(index=[one for one in spoilt if one in rows.index])
    history = sample["opportunity_history"]
    for field in ("stage", "expected_close_on", "rep_id", "forecast_category"):
        last = history[history.field == field].groupby("opportunity_id").new_value.last()
        both = rows.join(last, how="inner")
        assert len(both) > 100
        assert (both[field].astype(str) == both.new_value).all()


def test_history_moves_forward_between_opening_and_closing(sample: Tables) -> None:
    history = sample["opportunity_history"]
    steps = history.groupby("opportunity_id").changed_at.diff().dropna()
    assert (steps >= pd.Timedelta(0)).all()
    rows = sample["opportunities"].drop_duplicates("opportunity_id")
    rows = rows[~(rows.created_on > rows.closed_on.fillna(rows.created_on))]
    both = history.merge(rows[["opportunity_id", "created_on", "closed_on"]])
    day = both.changed_at.dt.normalize()
    assert (day >= pd.to_datetime(both.created_on)).all()
    assert not (day > pd.to_datetime(both.closed_on)).any()


def test_stages_are_skipped_and_gone_back(sample: Tables) -> None:
    history = sample["opportunity_history"]
    moves = history[history.field == "stage"].groupby(["old_value", "new_value"]).size()
    assert moves["Prospecting", "Discovery"] > 100
    assert moves["Negotiation", "Proposal"] > 100


def test_credits_and_lines_sum_to_what_was_won(sample: Tables) -> None:
    rows = sample["opportunities"]
    won = rows[rows.outcome == "won"].set_index("opportunity_id").amount
    credits = sample["credits"]
    direct = credits[(credits.credit_type == "split") & credits.reverses_id.isna()]
    for lines in (direct, sample["opportunity_lines"]):
        assert (lines.groupby("opportunity_id").amount.sum() - won).abs().max() == 0
    assert 0.05 < (direct.groupby("opportunity_id").size() > 1).mean() < 0.12


def test_quota_lines_are_of_every_sort(sample: Tables) -> None:
    quotas = sample["quotas"].assign(version=lambda rows: rows.version.astype(int))
    assert set(quotas.level) == {"rep", "team", "company"}
    assert set(quotas.kind) == {"direct", "overlay"}
    vacant = quotas[quotas.rep_id.isna()]
    assert len(vacant) > 5
    assert vacant.territory_id.notna().all()
    second = quotas[quotas.version == 2]
    assert len(second) == 5
    assert (second.released_on > second.period_start).all()
    assert (second.released_on <= second.period_end).all()
    key = ["rep_id", "territory_id", "level", "kind", "period_start", "version"]
    assert not quotas.duplicated(key).any()


def test_one_manager_has_a_personal_quota(sample: Tables) -> None:
    quotas = sample["quotas"]
    managers = TRUTH["planted"]["managers"]
    personal = quotas[(quotas.level == "rep") & quotas.rep_id.isin(managers)]
    assert set(personal.rep_id) == {TRUTH["planted"]["player_manager"]}


def test_some_swapped_territories_in_the_middle_of_a_quarter(sample: Tables) -> None:
    spells = sample["territory_assignments"]
    moved = spells[spells.rep_id.duplicated(keep=False)]
    assert moved.rep_id.nunique() >= 4
    days = pd.to_datetime(moved.groupby("rep_id").starts_on.max())
    assert not days.dt.is_quarter_start.any()


def attained(tables: Tables) -> pd.DataFrame:
    """Quota and direct credits by person and complete quarter, with the region at its end."""
    quotas = tables["quotas"].astype({"quota": float, "version": int})
    lines = quotas[(quotas.level == "rep") & (quotas.kind == "direct")]
    lines = lines[lines.rep_id.notna() & (lines.period_start < "2026-10")]
    lines = lines.sort_values("version").drop_duplicates(["rep_id", "period_start"], keep="last")
    credits = tables["credits"][lambda rows: rows.credit_type == "split"]
    start = pd.to_datetime(credits.credited_on).dt.to_period("Q").dt.start_time
    credited = credits.groupby(["rep_id", start.dt.strftime("%Y-%m-%d").rename("period_start")])
    lines = lines.merge(credited.amount.sum().reset_index(), how="left")
    spells = tables["rep_assignments"].sort_values("starts_on")
    both = lines.merge(spells[["rep_id", "starts_on", "region"]], on="rep_id")
    both = both[both.starts_on <= both.period_end].drop_duplicates(
        ["rep_id", "period_start"], keep="last"
    )
    return both.assign(credited=both.amount.fillna(0), at=lambda rows: rows.credited / rows.quota)


def test_a_usual_quarter_is_usual_and_the_last_one_is_not(sample: Tables) -> None:
    rows = attained(sample)
    reached = (rows["at"] >= 1).groupby(rows.period_start).mean()
    assert 0.5 < reached.iloc[:-1].median() < 0.65
    assert 0.35 < reached.iloc[-1] < 0.5
    sums = rows.groupby("period_start")[["credited", "quota"]].sum()
    assert ((sums.credited / sums.quota).between(0.88, 1.15)).all()


def test_the_unfair_region_is_behind(sample: Tables) -> None:
    rows = attained(sample)
    reached = (rows["at"] >= 1).groupby(rows.region).mean().sort_values()
    assert reached.index[0] == TRUTH["planted"]["unfair_region"]["name"]
    assert reached.iloc[1] - reached.iloc[0] > 0.15


def test_a_good_year_raises_the_next_quota(many: Tables) -> None:
    rows = attained(many)
    rows = rows.assign(year=rows.period_start.str[:4])
    years = rows.pivot_table(index="rep_id", columns="year", values=["credited", "quota"])
    count = rows.pivot_table(index="rep_id", columns="year", values="quota", aggfunc="count")
    hired = many["reps"].set_index("rep_id").hired_on.reindex(years.index)
    ramped = years[(count[["2024", "2025"]] == 4).all(axis=1) & (hired < "2023-01-01")]
    reached = ramped["credited"]["2024"] / ramped["quota"]["2024"]
    raised = ramped["quota"]["2025"] / ramped["quota"]["2024"]
    assert len(ramped) > 80
    assert reached.corr(raised, method="spearman") > 0.5


def test_one_program_raises_the_win_rate_and_one_does_not(many: Tables) -> None:
    rows = many["opportunities"]
    rows = rows[rows.outcome.isin(["won", "lost", "no_decision"]) & (rows.type != "renewal")]
    closed = pd.to_datetime(rows.closed_on)
    gain = {}
    for program, people in many["programs"].groupby("program"):
        starts = pd.to_datetime(rows.rep_id.map(people.set_index("rep_id").starts_on))
        won = (rows.outcome == "won")[starts.notna()]
        rate = won.groupby(closed >= starts).mean()
        gain[program] = rate[True] - rate[False]
    assert gain["Discovery coaching"] > 0.05
    assert abs(gain["Social selling toolkit"]) < 0.03


def test_late_answers_and_the_bottleneck_show(sample: Tables) -> None:
    leads = sample["leads"]
    hours = (leads.first_touch_at - leads.created_at).dt.total_seconds() / 3600
    slowest = hours.groupby(leads.source).median().sort_values()
    assert slowest.index[-1] == TRUTH["planted"]["slow_response_source"]
    assert slowest.iloc[-1] > 8 * slowest.iloc[0]
    assert leads.first_touch_at.isna().any()
    stages = sample["opportunity_history"][lambda rows: rows.field == "stage"]
    stay = -stages.groupby("opportunity_id").changed_at.diff(-1)
    longest = stay.groupby(stages.new_value).median().sort_values()
    assert longest.dropna().index[-1] == TRUTH["planted"]["bottleneck_stage"]


def test_administration_eats_time_in_one_region(sample: Tables) -> None:
    regions = sample["rep_assignments"].drop_duplicates("rep_id").set_index("rep_id").region
    time = sample["activities"].assign(region=lambda rows: rows.rep_id.map(regions))
    spent = time.pivot_table(index="region", columns="category", values="minutes", aggfunc="sum")
    share = (spent.admin / spent.sum(axis=1)).sort_values()
    assert share.index[-1] == TRUTH["planted"]["admin_region"]["name"]
    assert share.iloc[-1] > 1.5 * share.iloc[-2]
