"""A Salesforce-shaped export, on rows of our own: the mapping is the documentation's."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import spmkit as spm
from spmkit.data import DataError

GUIDE = Path(__file__).parents[2] / "docs" / "mapping.md"

FILES = {
    "User.csv": """Id,Name,Email,ManagerId,Division,IsActive
005A0000001abcDEAZ,Ada Byron,ada@example.com,005A0000009zzzQEAZ,North,true
005A0000001abcEIAZ,Bo Diaz,bo@example.com,005A0000009zzzQEAZ,South,true
005A0000009zzzQEAZ,Vi Peak,vi@example.com,,,true
""",
    "Opportunity.csv": """Id,AccountId,OwnerId,RecordTypeName,StageName,ForecastCategoryName,Amount,CurrencyIsoCode,CreatedDate,CloseDate,IsWon,IsClosed,LeadSource,Owner_Email
006A1,001A1,005A0000001abcD,New Business,Closed Won,Closed,1000.00,USD,2026-06-30T23:30:00.000+0000,2026-07-15,true,true,Web,ada@example.com
006A2,001A1,005A0000001abcD,Renewal,Closed Won,Closed,400.00,USD,2026-07-01T03:30:00.000+0000,2026-08-01,true,true,Web,ada@example.com
006A3,001A2,005A0000001abcE,New Business,Closed Lost,Omitted,300.00,USD,2026-05-02T12:00:00.000+0000,2026-09-01,false,true,Event,bo@example.com
006A4,001A2,005A0000001abcE,New Business,Proposal,Best Case,700.00,USD,2026-09-02T12:00:00.000+0000,2026-11-15,false,false,Event,bo@example.com
006A5,001A2,005A0000001abcE,Test Record,Closed Won,Closed,9999.00,USD,2026-09-02T12:00:00.000+0000,2026-09-15,true,true,Event,bo@example.com
""",
    "OpportunitySplit.csv": """Id,OpportunityId,SplitOwnerId,SplitPercentage,SplitAmount,SplitTypeName,CreatedDate
s1,006A1,005A0000001abcDEAZ,60,600.00,Revenue,2026-07-15T10:00:00.000+0000
s2,006A1,005A0000001abcEIAZ,40,400.00,Revenue,2026-07-15T10:00:00.000+0000
s3,006A1,005A0000009zzzQEAZ,100,1000.00,Overlay,2026-07-15T10:00:00.000+0000
""",
    "Quotas.csv": """Owner,Quarter,Quota
ada@example.com,2026-07-01,800
bo@example.com,2026-07-01,500
""",
}


def guide_mapping() -> str:
    blocks = re.findall(r"```toml\n(.*?)```", GUIDE.read_text("utf-8"), re.DOTALL)
    return next(block for block in blocks if "OpportunitySplit.csv" in block)


@pytest.fixture
def export(tmp_path):
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "spmkit.toml").write_text(guide_mapping(), encoding="utf-8")
    return tmp_path


def test_the_mapping_of_the_guide_gives_the_right_attainment(export):
    data = spm.open_data(export)
    lines = spm.quota_lines(data, "2026Q3").set_index("rep")
    assert lines.loc["Ada Byron", "credited"] == 600 + 400
    assert lines.loc["Bo Diaz", "credited"] == 400  # the test record is void, the overlay apart
    whole = spm.measure(lines.reset_index(), spm.attainment)
    assert whole["attainment"].iloc[0] == pytest.approx(1400 / 1300)


def test_zoned_times_fall_on_the_declared_zone_s_day(export):
    rows = spm.open_data(export).opportunities.df().set_index("opportunity_id")
    assert str(rows.loc["006A1", "created_on"])[:10] == "2026-06-30"
    assert str(rows.loc["006A2", "created_on"])[:10] == "2026-06-30"  # 23:30 the day before


def test_zoned_times_without_a_zone_are_refused(export):
    text = (export / "spmkit.toml").read_text()
    (export / "spmkit.toml").write_text(re.sub(r"(?m)^timezone.*\n", "", text))
    with pytest.raises(DataError, match=r"opportunities.created_on holds times with a time zone"):
        spm.open_data(export)


def test_win_rate_leaves_renewals_and_void_records_out(export):
    lines = spm.opportunity_lines(spm.open_data(export))
    found = spm.measure(lines, spm.win_rate)
    assert found["win_rate"].iloc[0] == 0.5
    assert found["win_rate_n"].iloc[0] == 2
