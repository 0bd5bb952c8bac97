"""Write the sample company, block by block."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from spmkit.data.sample.accounts import account_rows, feedback_rows
from spmkit.data.sample.activities import activity_rows, draw_leads, lead_rows
from spmkit.data.sample.company import Array, Company, Draw
from spmkit.data.sample.credits import (
    Totals,
    count_credits,
    credit_rows,
    draw_credits,
    line_rows,
    no_totals,
)
from spmkit.data.sample.defects import Defects, plant
from spmkit.data.sample.history import history_rows, walk
from spmkit.data.sample.management import action_rows, forecast_rows, payout_rows, program_rows
from spmkit.data.sample.opportunities import draw_opportunities, opportunity_rows
from spmkit.data.sample.people_tables import (
    assignment_rows,
    leave_rows,
    rep_rows,
    territory_rows,
)
from spmkit.data.sample.quotas import quota_rows, set_quotas
from spmkit.data.sample.truth import truth
from spmkit.data.sample.words import STAGES
from spmkit.data.sample.world import World, make_world
from spmkit.data.sample.writing import Form, Write, table_files

OPPORTUNITIES_A_BLOCK = 100_000
ACTIVITIES_A_BLOCK = 1_500_000
POLICY = """# What is decided about quotas. Shares are written as 0.1 for 10 %.
over_assignment = 0.06
rounding = 1000
max_increase = 1.5            # on the quota of the same quarter of the year before
max_decrease = 0.4
compared_with = "year before"

[criteria]                    # what quotas are judged by
participation = 0.6           # of the reps at quota
below_threshold = [0.0, 0.1]  # of the reps below half of quota
at_excellence = [0.05, 0.2]   # of the reps at 120 % and more
stability_cap = 0.2
exception_share = 0.1

[pay]                         # nothing below half of quota, double above it
threshold = 0.5
tiers = [[1.0, 2.0]]
cap = 3.0
"""


def write_sample(folder: str | Path, company: Company | None = None, form: Form = "mixed") -> None:
    """Write a seeded sales company as a folder of tidy tables.

    Sixty reps of seven teams sell through twelve quarters, with luck and skill, vacant seats and
    new hires, pushed dates and taken-back credits. ``truth.json`` beside the tables tells what was
    planted, so that a method can be held against it. The same company gives the same bytes.

    Parameters
    ----------
    folder
        A new or empty folder.
    company
        Size and seed; left out, the company that comes with spmkit.
    form
        ``mixed`` writes large tables as Parquet and small ones as CSV; ``csv`` and ``parquet``
        write all in one form.

    Raises
    ------
    ValueError
        If the folder holds files, which would mix with the new ones.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_sample(folder, Company(reps=20, quarters=4), form="csv")
    ...     quotas = pd.read_csv(f"{folder}/quotas.csv")
    >>> quotas["level"].unique().tolist()
    ['rep', 'team', 'company']
    """
    place = _empty_folder(Path(folder), form)
    world = make_world(company or Company())
    with table_files(place, form) as write:
        totals, defects = _write_sales(world, write)
        _write_people(world, write)
        _write_management(world, totals, write)
    text = json.dumps(truth(world, defects), indent=1)
    (place / "truth.json").write_text(text + "\n", encoding="utf-8")
    (place / "spmkit.toml").write_text(_mapping(), encoding="utf-8")
    (place / "policy.toml").write_text(POLICY, encoding="utf-8")


def _empty_folder(folder: Path, form: Form) -> Path:
    """Make the folder, or refuse one that is in use."""
    if form not in ("mixed", "csv", "parquet"):
        raise ValueError(f'form is "mixed", "csv" or "parquet"; got {form!r}.')
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise ValueError(f"{folder} holds files already; name a new or empty folder.")
    return folder


def _mapping() -> str:
    """Spell the spmkit.toml: the tables are tidy, so nothing is mapped."""
    stages = ", ".join(f'"{stage}"' for stage in STAGES)
    return (
        'as_of = "2026-10-02"\ncompany = "Sample company"\ncurrency = "USD"\n'
        f'stages = [{stages}]\n\n[calendar]\nyear_starts = "01-01"\n'
    )


def _blocks(world: World) -> Iterator[Array]:
    """Cut the seats into blocks that fit into memory."""
    company = world.company
    each = company.opportunities_per_rep * (company.quarters + 1) * 1.2
    most = min(OPPORTUNITIES_A_BLOCK, ACTIVITIES_A_BLOCK / (company.activities_per_opportunity + 1))
    size = max(1, int(most / each))
    for first in range(0, company.reps, size):
        yield np.arange(first, min(first + size, company.reps))


def _write_sales(world: World, write: Write) -> tuple[Totals, Defects]:
    """Write the tables that grow with sales, and gather what quotas need."""
    totals = no_totals(world)
    defects: Defects = {}
    first = {"opportunities": 0, "credits": 0, "activities": 0, "leads": 0}
    for block, seats in enumerate(_blocks(world)):
        draw = draw_opportunities(world, seats, block)
        draw["number"] = np.arange(len(draw["seat"])) + first["opportunities"]
        draw |= walk(world, draw, block)
        rows = opportunity_rows(world, draw)
        if block == 0:
            rows, defects = plant(rows, draw)
        write("opportunities", rows)
        write("opportunity_lines", line_rows(world, draw, block))
        write("opportunity_history", history_rows(world, draw, block))
        write("accounts", account_rows(world, seats, block))
        write("feedback", feedback_rows(world, seats, block))
        _write_numbered(world, draw, (block, first, totals), write)
        first["opportunities"] += len(draw["seat"])
    return totals, defects


def _write_numbered(
    world: World, draw: Draw, so_far: tuple[int, dict[str, int], Totals], write: Write
) -> None:
    """Write the tables whose keys go on counting from block to block."""
    block, first, totals = so_far
    credits = draw_credits(world, draw, block)
    count_credits(world, totals, credits)
    leads = draw_leads(world, draw, block)
    tables = {
        "credits": credit_rows(world, draw, credits, first["credits"]),
        "activities": activity_rows(world, draw, block, first["activities"]),
        "leads": lead_rows(world, draw, leads, first["leads"]),
    }
    for name, rows in tables.items():
        write(name, rows)
        first[name] += len(rows)


def _write_people(world: World, write: Write) -> None:
    """Write who sat where and when."""
    write("reps", rep_rows(world))
    write("rep_assignments", assignment_rows(world))
    write("territory_assignments", territory_rows(world))
    write("leaves", leave_rows(world))


def _write_management(world: World, totals: Totals, write: Write) -> None:
    """Write what managers keep."""
    quotas = set_quotas(world, totals)
    write("quotas", quota_rows(world, quotas, totals))
    write("forecasts", forecast_rows(world, quotas, totals))
    write("programs", program_rows(world))
    write("actions", action_rows(world, quotas, totals))
    write("payouts", payout_rows(world, quotas, totals))
