"""The trail of adjustments: written the same each time, read back, scored, and by the command."""

from __future__ import annotations

import pandas as pd
import pytest
from calibration.seats_ahead import seats_ahead
from typer.testing import CliRunner

from spmkit import shipped
from spmkit.calibration.proposing.adjustment_scores import score_adjustments
from spmkit.calibration.proposing.adjustments import apply_adjustments
from spmkit.calibration.proposing.proposal import propose
from spmkit.data import DataError
from spmkit.quota_commands import quotas
from spmkit.reports.quota_files import read_quotas
from spmkit.reports.trail_files import read_trail, trail_csv, write_trail


def adjusted(reason="a key account left"):
    log = pd.DataFrame(
        {
            "rep_id": ["r000", "r001"],
            "period": "2026Q4",
            "requested": [50_000.0, 90_000.0],
            "reason": reason,
            "decision": ["accepted", "refused"],
            "decided_by": "Mo",
        }
    )
    return apply_adjustments(propose(seats_ahead(), 1_000_000.0), log, "2026Q4")


def test_a_trail_is_read_as_it_was_written(tmp_path):
    done = adjusted(reason="=HYPERLINK(1)")
    file = write_trail(done, tmp_path / "quotas.trail.csv")
    assert '"\'=HYPERLINK(1)"' in file.read_text("utf-8")
    found = read_trail(file)
    for name in ("rep_id", "before", "after", "effect", "what", "reason"):
        assert found[name].dropna().tolist() == done.trail[name].dropna().tolist()
    assert trail_csv(done) == trail_csv(adjusted(reason="=HYPERLINK(1)"))
    sold = done.trail[["rep_id", "period"]].assign(credited=80_000.0)
    scored = [score_adjustments(one, sold) for one in (found, done.trail)]
    pd.testing.assert_frame_equal(*scored)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("rep_id,period,before,what\n", "has no column 'after'"),
        ("rep_id,period,before,after,what\na,2026Q4,x,1,decided\n", "row 2: before is 'x'"),
        ("rep_id,period,before,after,what\na,2026Q4,,1,decided\n", "row 2: before and after"),
        ("rep_id,period,before,after,what\na,2026Q4,1,1,decided,x\n", "row 2: it has more fields"),
    ],
)
def test_what_is_no_trail_is_said(tmp_path, text, said):
    file = tmp_path / "adjustments.trail.csv"
    file.write_text(text)
    with pytest.raises(DataError, match=said):
        read_trail(file)


def test_trails_one_below_the_other_are_one(tmp_path):
    texts = [trail_csv(adjusted()), trail_csv(adjusted()).replace("2026Q4", "2027Q1")]
    file = tmp_path / "adjustments.trail.csv"
    file.write_text("".join(texts), encoding="utf-8")
    assert read_trail(file)["period"].value_counts().tolist() == [12, 12]


def test_only_a_trail_is_overwritten(tmp_path):
    file = write_trail(adjusted(), tmp_path / "a.csv")
    write_trail(adjusted(), file)
    file.write_text("rep_id,quota\n")
    with pytest.raises(DataError, match="no trail"):
        write_trail(adjusted(), file)


def test_the_command_puts_a_log_in_and_writes_its_trail(tmp_path):
    sample = str(shipped("datasets") / "sample")
    asked = ["propose", "--data", sample, "--period", "2026Q4", "--goal", "21e6", "--to"]
    plain = tmp_path / "plain.csv"
    assert CliRunner().invoke(quotas, [*asked, str(plain)]).exit_code == 0
    assert not (tmp_path / "plain.trail.csv").exists()
    before = read_quotas(plain).dropna(subset=["rep_id"]).iloc[0]
    log = tmp_path / "log.csv"
    log.write_text(
        "rep_id,period,requested,reason,decision,decided_by\n"
        f"{before['rep_id']},2026Q4,{before['quota'] - 1000:.2f},a reason,accepted,Mo\n"
    )
    changed = tmp_path / "changed.csv"
    found = CliRunner().invoke(quotas, [*asked, str(changed), "--adjustments", str(log)])
    assert found.exit_code == 0, found.output
    assert "Changed by hand" in found.output
    after = read_quotas(changed)
    own = after.set_index("rep_id")["quota"][before["rep_id"]]
    assert own == pytest.approx(before["quota"] - 1000)
    assert after["quota"].sum() == pytest.approx(read_quotas(plain)["quota"].sum())
    trail = read_trail(tmp_path / "changed.trail.csv").set_index("rep_id")
    assert trail["effect"][before["rep_id"]] == -1000
    assert trail["effect"].sum() == pytest.approx(0)
