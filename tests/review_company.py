"""A company of ten reps in files, as large as a review needs, for tests to plant things in."""

from __future__ import annotations

import base64
import binascii
import gzip
import re

import pandas as pd

QUARTERS = (("2026-04-01", "2026-06-30"), ("2026-07-01", "2026-09-30"))
REPS = [f"r{number}" for number in range(10)]


def reps():
    columns = {"name": [f"Rep {rep}" for rep in REPS], "region": ["North", "South"] * 5}
    return pd.DataFrame({"rep_id": REPS} | columns)


def quotas():
    lines = [(rep, *quarter, 100.0) for quarter in QUARTERS for rep in REPS]
    return pd.DataFrame(lines, columns=["rep_id", "period_start", "period_end", "quota"])


def opportunities():
    """Three of each rep in each quarter: two won, one lost."""
    rows = [
        (rep, outcome, 30.0 + 3 * number + 7 * part, start[:5] + f"{int(start[5:7]) + part:02}-11")
        for start, _ in QUARTERS
        for number, rep in enumerate(REPS)
        for part, outcome in enumerate(["won", "lost", "won"])
    ]
    frame = pd.DataFrame(rows, columns=["rep_id", "outcome", "amount", "closed_on"])
    frame.insert(0, "opportunity_id", [f"o{number}" for number in range(len(frame))])
    return frame.assign(created_on="2026-03-01")


def write(folder, company="Example", **tables):
    """Write the tables, and those given in their place or beside them, as CSV."""
    folder.mkdir(parents=True, exist_ok=True)
    own = {"reps": reps(), "quotas": quotas(), "opportunities": opportunities()}
    for name, frame in (own | tables).items():
        frame.to_csv(folder / f"{name}.csv", index=False)
    settings = f'as_of = "2026-10-02"\ncompany = {toml_text(company)}\n'
    (folder / "spmkit.toml").write_text(settings, encoding="utf-8")
    return folder


def toml_text(text):
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def everything_in(page):
    """The text of a page with all that it carries compressed."""
    html = page.read_text(encoding="utf-8")
    return "\n".join([html, *filter(None, map(_unpacked, _BLOCK.findall(html)))])


_BLOCK = re.compile(r"[A-Za-z0-9+/]{64,}={0,2}")


def _unpacked(block):
    try:
        return gzip.decompress(base64.b64decode(block, validate=True)).decode("utf-8")
    except (binascii.Error, gzip.BadGzipFile, EOFError, UnicodeDecodeError):
        return ""
