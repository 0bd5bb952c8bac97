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
_FEW = 0.05  # of the seats


@quotas.command()
def propose(  # noqa: PLR0913, PLR0917  (a command's options are its parameters)
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
    adjustments: Annotated[
        Path | None,
        typer.Option(help="Changes by hand; default: adjustments.csv beside the data."),
    ] = None,
) -> None:
    """Propose quotas that sum to the goal, each with the chance that it is reached.

    All seats get one probability, but for what the policy holds. The lines of the file can
    be added to quotas.csv of the data. Changes by hand are put in, and what each moved is written
    beside the file as its trail. The same input gives the same bytes.
    """
    from spmkit.calibration import proposed
    from spmkit.calibration.opening import beside
    from spmkit.data import open_data
    from spmkit.reports.quota_files import told_of, write_quotas
    from spmkit.reports.trail_files import trail_beside, write_trail

    with explained():
        opened = open_data(data_path(data))
        rules = _rules(policy or beside(opened), over_assignment)
        found = proposed(opened, period, goal, rules)
        told = told_of(opened, opened.calendar.period(period))
        log = adjustments or beside(opened, "adjustments.csv")
        adjusted = _adjusted(found, log, told.period.label)
        found = adjusted.proposal if adjusted else found
        write_quotas(found, told, to)
        trail = write_trail(adjusted, trail_beside(to)) if adjusted else None
    typer.echo(_facts(found.total))
    if caution := _caution(found.total):
        typer.echo(f"spmkit: {caution}", err=True)
    if len(found.costs):
        typer.echo(f"\nWhat each rule costs:\n\n{_text(found.costs[_COSTS])}")
    if adjusted:
        typer.echo(f"\nChanged by hand:\n\n{_facts(adjusted.total)}\n\n{trail}")
    typer.echo(f"\n{to}")


def _caution(facts: Any) -> str:
    """A goal that nearly everyone or hardly anyone reaches may be one with a digit too few."""
    by = facts.set_index("fact")["value"]
    share, expected = float(by["participation to expect"]), float(by["expected"])
    if _FEW < share < 1 - _FEW:
        return ""
    return (
        f"{share:.0%} are to be expected at quota: is the goal right? {expected:,.0f} is expected."
    )


def _rules(file: Path | None, over_assignment: float | None) -> Any:
    from spmkit.calibration.opening import declared_curve
    from spmkit.calibration.proposing.policy import Policy, read_policy

    rules = read_policy(file) if file else Policy()
    declared_curve(file)  # no quota needs it; but what is wrong in the file is said at once
    return rules if over_assignment is None else replace(rules, over_assignment=over_assignment)


def _adjusted(found: Any, log: Path | None, period: str) -> Any:
    """The proposal with the decisions of a log in it; none without a log."""
    from spmkit.calibration.proposing.adjustment_log import read_adjustments
    from spmkit.calibration.proposing.adjustments import apply_adjustments

    return apply_adjustments(found, read_adjustments(log), period) if log else None


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
    typer.echo(f"\n{_text(_readable(found.seats).head(_ROWS))}")
    if len(found.seats) > _ROWS:
        typer.echo(f"\n… and {len(found.seats) - _ROWS:,} more.")


def _readable(seats: Any) -> Any:
    """What the two files hold, shares in percent; a column that says nothing of any seat goes."""
    from math import isnan

    shares = ["old_chance", "new_chance", "change_share", "share_of_moves"]
    shown = seats.astype(dict.fromkeys(shares, "object"))
    for name in shares:
        shown[name] = [None if isnan(share) else f"{share:.0%}" for share in seats[name]]
    same = [name for name in ("component", "period_start") if seats[name].nunique() == 1]
    return shown.drop(columns=same).dropna(axis="columns", how="all")


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
