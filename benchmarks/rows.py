"""Made-up rows of any number, from a seed; made once and kept beside other temporary files."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Any

SEED = 20261002
CACHE = Path(tempfile.gettempdir()) / "spmkit-benchmarks"

LINES = """
select
    'R' || lpad((i % 6)::varchar, 2, '0') as region,
    drawn < 0.30 as won,
    drawn < 0.85 as closed,
    type < 0.20 as renewal,
    case when drawn < 0.30 then round(500 + 60000 * size * size, 2) end as won_amount,
    case when drawn < 0.30 then 5 + floor(200 * days)::bigint end as won_cycle_days
from (select i, {draws} from range({rows}) as numbers(i))
"""

OPPORTUNITIES = """
select
    'O' || i as opportunity_id,
    'P' || (i % 1000) as rep_id,
    case when type < 0.2 then 'renewal' when type < 0.4 then 'expansion' else 'new' end as type,
    ['Web', 'Event', 'Referral', 'Outbound'][1 + floor(4 * size)::int] as source,
    round(500 + 60000 * size * size, 2) as amount,
    date '2023-10-01' + floor(900 * days)::int as created_on,
    case when drawn < 0.85 then created_on + 5 + floor(180 * size)::int end as closed_on,
    case when drawn < 0.30 then 'won' when drawn < 0.70 then 'lost'
         when drawn < 0.85 then 'no_decision' else 'open' end as outcome
from (select i, {draws} from range({rows}) as numbers(i))
"""

REPS = """
select 'P' || i as rep_id, 'Person ' || i as name, 'R' || lpad((i % 6)::varchar, 2, '0') as region
from range(1000) as numbers(i)
"""


def made(sql: str, rows: int) -> str:
    """The SELECT that makes the rows; each draw is a hash, so it is the same on every run."""
    names = ("drawn", "type", "size", "days")
    each = [f"(hash(i, {SEED}, '{name}') % 1000003) / 1000003.0 as {name}" for name in names]
    return sql.format(draws=", ".join(each), rows=rows)


def lines_file(rows: int) -> Path:
    """A Parquet file of opportunity lines."""
    file = CACHE / f"lines-{SEED}-{rows}.parquet"
    if not file.exists():
        _write(made(LINES, rows), file)
    return file


def company_folder(rows: int, form: str) -> Path:
    """A folder with reps and opportunities as ``csv`` or ``parquet``."""
    folder = CACHE / f"company-{SEED}-{rows}-{form}"
    tables = {"reps": REPS, "opportunities": made(OPPORTUNITIES, rows)}
    for name, sql in tables.items():
        if not (file := folder / f"{name}.{form}").exists():
            _write(sql, file)
    (folder / "spmkit.toml").write_text('as_of = "2026-10-02"\n', encoding="utf-8")
    return folder


def large_folder(reps: int) -> Path:
    """Where the large sample company lies."""
    return CACHE / f"large-{SEED}-{reps}"


def large_company(reps: int) -> Path:
    """A sample company of eight years with ten activities an opportunity."""
    from spmkit.data.sample import Company, write_sample

    folder = large_folder(reps)
    if not folder.exists():
        half = folder.with_name("part-" + folder.name)
        shutil.rmtree(half, ignore_errors=True)  # of a run that was interrupted
        write_sample(half, Company(reps=reps, quarters=32, seed=SEED))
        file = half / "activities.parquet"
        again = "select * replace (activity_id || '{mark}' as activity_id) from '{file}' {where}"
        copies = [("b", ""), ("c", "where hash(activity_id) % 2 = 0")]
        parts = [again.format(mark=mark, file=file, where=where) for mark, where in copies]
        _write(" union all ".join([f"from '{file}'", *parts]), half / "more.parquet")
        (half / "more.parquet").replace(file)
        half.rename(folder)
    return folder


def _write(sql: str, file: Path) -> None:
    import duckdb

    file.parent.mkdir(parents=True, exist_ok=True)
    beside = file.with_name("part-" + file.name)
    connection: Any = duckdb.connect()
    connection.execute(f"copy ({sql}) to '{beside}' (format {file.suffix[1:]})")
    beside.replace(file)


if __name__ == "__main__":  # in a process of its own: the one that measures stays small
    import sys

    what, number, *form = sys.argv[1:]
    ways = {"lines": lines_file, "company": company_folder, "large": large_company}
    print(ways[what](int(number), *form))
