"""The commands about quotas: propose those of a period, compare two files of them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer

from spmkit.command_data import Data, data_path, explained

quotas = typer.Typer(
    help="Propose the quotas of a period, and compare two files of quotas.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

_ROWS = 12


@quotas.command()
def propose(
    period: Annotated[str, typer.Option("--period", help="The period ahead, such as 2026Q4.")],
    goal: Annotated[float, typer.Option(help="Its plan.")],
    to: Annotated[Path, typer.Option("--to", help="The file to write, such as quotas.csv.")],
    data: Data = None,
    over_assignment: Annotated[
        float | None,
        typer.Option(help="Quotas above the plan: 0.1 for 10 %. Default: the policy's."),
    ] = None,
    policy: Annotated[
        Path | None, typer.Option(help="Rules and criteria; default: policy.toml beside the data.")
    ] = None,
) -> None:
    """Propose quotas that sum to the goal, each with the chance that it is reached.

    All seats get one probability, but for what the policy holds. The file is read as
    quotas.csv of the data. The same input gives the same bytes.
    """
    from spmkit.calibration import proposed
    from spmkit.calibration.opening import beside
    from spmkit.calibration.proposing.policy import Policy, read_policy
    from spmkit.data import open_data
    from spmkit.reports.quota_files import told_of, write_quotas

    with explained():
        opened = open_data(data_path(data))
        file = policy or beside(opened)
        rules = read_policy(file) if file else Policy()
        if over_assignment is not None:
            rules = replace(rules, over_assignment=over_assignment)
        found = proposed(opened, period, goal, rules)
        write_quotas(found, told_of(opened, opened.calendar.period(period)), to)
    typer.echo(_facts(found.total))
    if len(found.costs):
        typer.echo(f"\nWhat each rule costs:\n\n{_text(found.costs[_COSTS])}")
    typer.echo(f"\n{to}")


_COSTS = ["guardrail", "detail", "binds", "rise_share", "spread_without", "spread"]


@quotas.command()
def compare(
    old: Annotated[Path, typer.Argument(help="A file of quotas.")],
    new: Annotated[Path, typer.Argument(help="Another one.")],
) -> None:
    """Say what changed between two files of quotas, to the cent, who moved most first."""
    from spmkit.calibration.proposing.quota_changes import compare_quotas
    from spmkit.reports.quota_files import read_quotas

    with explained():
        found = compare_quotas(read_quotas(old), read_quotas(new), (old.name, new.name))
    typer.echo(_facts(found.total))
    typer.echo(f"\n{_text(found.seats.head(_ROWS))}")
    if len(found.seats) > _ROWS:
        typer.echo(f"\n… and {len(found.seats) - _ROWS:,} more.")


def _facts(facts: Any) -> str:
    """A fact a line, in its unit."""
    from spmkit.units import Unit, format_full

    lines = [
        f"{row['fact']:<32} {format_full(row['value'], Unit(row['unit'])):>20}"
        for row in facts.to_dict("records")
    ]
    return "\n".join(lines)


def _text(frame: Any) -> str:
    shown = frame.astype("object").where(frame.notna(), "")
    return str(shown.to_string(index=False, max_colwidth=60, float_format="{:,.2f}".format))
