"""Opened data outlive a fork, say what they are, and clean up behind them."""

from __future__ import annotations

import gc
import os
from pathlib import Path

import pandas as pd
import pytest
from company import company, tables
from folders import folder

import spmkit as spm
from spmkit.data import DataError, open_data


def in_a_child(work):
    """Run ``work`` in a forked child and return its exit code: 0 if it returned true."""
    child = os.fork()
    if child == 0:
        try:
            os._exit(0 if work() else 1)
        except BaseException:
            os._exit(2)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_a_forked_child_reads_the_same_data(tmp_path):
    (tmp_path / "spmkit.toml").write_text('as_of = "2026-10-02"\n')
    for name, frame in tables().items():
        frame.to_parquet(tmp_path / f"{name}.parquet")
    data = open_data(tmp_path)
    assert len(spm.quota_lines(data, "2026Q3")) == 2
    assert in_a_child(lambda: data.opportunities.shape[0] == 4) == 0
    assert data.opportunities.shape[0] == 4


def test_the_private_folder_goes_with_the_data(tmp_path):
    data = open_data(folder(tmp_path))
    sql = "select current_setting('temp_directory')"
    private = Path(data.connection.execute(sql).fetchall()[0][0])
    assert private.exists()
    del data
    gc.collect()
    assert not private.exists()


def test_a_table_that_is_not_there_says_so():
    data = company()
    assert "quotas" in data
    assert "fx" not in data
    with pytest.raises(DataError, match="has no table 'fx'; what needs it is unavailable"):
        _ = data.fx
    with pytest.raises(DataError, match="There is no table 'quota'. Did you mean 'quotas'"):
        _ = data["quota"]
    with pytest.raises(AttributeError):
        _ = data.quota


def test_a_missing_path_and_an_unknown_frame_are_named(tmp_path):
    with pytest.raises(DataError, match=r"no file or folder .*nowhere"):
        open_data(tmp_path / "nowhere")
    with pytest.raises(DataError, match="no table 'deals'"):
        open_data(tables() | {"deals": pd.DataFrame()}, settings={"as_of": "2026-10-02"})


def test_the_fingerprint_follows_the_bytes(tmp_path):
    path = folder(tmp_path)
    first = open_data(path).fingerprint
    assert open_data(path).fingerprint == first
    (path / "reps.csv").write_text("rep_id,name\nada,Ada\nbo,Bo\n")
    assert open_data(path).fingerprint != first


def test_settings_given_count_before_the_file_s(tmp_path):
    data = open_data(folder(tmp_path), settings={"as_of": "2026-07-31"})
    assert str(data.as_of) == "2026-07-31"
    assert data.quarantined()["reason"].tolist() == ["closed_on is after as_of (2026-07-31)"]
