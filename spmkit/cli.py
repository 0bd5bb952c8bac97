"""The command line: reports, checks, quick measures and the sample company.

Exit codes: 0 done; 1 what was asked for cannot be given: the data cannot be
used, a name is unknown, a report gave no page (the message says why and what
to do); 2 the command line could not be parsed.
"""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from spmkit.command_data import Data, Period, data_path, explained
from spmkit.command_words import (
    asked_metric,
    asked_parameters,
    column_names,
    kept_rows,
    printed_measure,
    with_whole_paths,
)
from spmkit.quota_commands import quotas

HELP = """Sales performance, measured and reported.

Every command reads DATA: a folder of CSV, Parquet or .xlsx files (with a spmkit.toml that maps
them where their columns have other names), a mapping file, or a DuckDB file. Without --data it
is the sample company that comes with spmkit.

Exit codes: 0 done; 1 what was asked for cannot be given (the message says why and what to do);
2 the command line could not be parsed."""

app = typer.Typer(
    help=HELP,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

app.add_typer(quotas, name="quotas")

Audience = Literal["vp", "manager", "rep"]
Each = Literal["manager", "rep", "region"]
Tables = Literal["csv", "xlsx"]
Form = Literal["table", "csv", "json"]
ListForm = Literal["table", "json", "markdown"]


@app.command()
def report(  # noqa: PLR0913, PLR0917  (a command's options are its parameters)
    name: Annotated[str, typer.Argument(help="A report's name, see: spmkit reports.")],
    to: Annotated[Path, typer.Option("--to", help="The folder for the page.")],
    data: Data = None,
    period: Period = None,
    parameter: Annotated[
        list[str] | None, typer.Option("-p", help="A parameter, as key=value; may be repeated.")
    ] = None,
    timeout: Annotated[int, typer.Option(help="Seconds after which a page is given up.")] = 600,
    audience: Annotated[
        Audience, typer.Option(help="For whom; a manager's or a rep's: say -p manager= or -p rep=.")
    ] = "vp",
    for_each: Annotated[
        Each | None, typer.Option("--for-each", help="A page each in a folder each, and an index.")
    ] = None,
    pdf: Annotated[  # noqa: FBT002  (a flag of the command line)
        bool, typer.Option("--pdf", help="A PDF beside the page; needs Chromium and spmkit[pdf].")
    ] = False,
    tables: Annotated[
        Tables | None,
        typer.Option(help="The page's tables and the data of its charts beside it, as numbers."),
    ] = None,
) -> None:
    """Run a report and print the path of its page, or of the index of its pages.

    What is asked for beside the page is printed after it. Where that cannot be
    written, the page stays and the exit code is 1.
    """
    from spmkit.reports.beside import beside_path
    from spmkit.reports.recipients import report_for, run_for_each
    from spmkit.reports.run import run_report

    with explained():
        given = with_whole_paths(asked_parameters(parameter or [], "-p"))
        _refuse_options(given)
        data, period = given.pop("data", data), given.pop("period", period)
        told: dict[str, Any] = {
            "to": to,
            "data": data_path(data),
            "period": period,
            "timeout": timeout,
            "also": [*(["pdf"] if pdf else []), *([tables] if tables else [])],
        } | given
        if for_each:
            page = run_for_each(name, for_each, progress=_progress(), **told)
        else:
            page = run_report(report_for(name, audience), progress=_progress(), **told)
    typer.echo(page)
    if not for_each:
        for kind in told["also"]:
            typer.echo(beside_path(page, kind))


def _progress() -> Callable[[str], object] | None:
    return (lambda section: typer.echo(f"  {section}", err=True)) if sys.stderr.isatty() else None


def _refuse_options(given: dict[str, Any]) -> None:
    """What has an option of its own is not a report's parameter."""
    for name in ("to", "timeout", "progress", "name", "also", "pdf", "tables"):
        if name in given:
            raise ValueError(f"-p {name}: this is no parameter of a report; see --help.")


@app.command()
def explain(
    rep: Annotated[str, typer.Option("--rep", help="An id or a name.")],
    before: Annotated[
        str, typer.Option("--before", help="Other data, or a day: the same data as of then.")
    ],
    data: Data = None,
    period: Period = None,
) -> None:
    """Say why a rep's number changed: the lines that differ between two states of the data."""
    from spmkit.command_words import told_changes
    from spmkit.data import open_data
    from spmkit.periods import is_day
    from spmkit.review import changed_lines

    with explained():
        path = data_path(data)
        now = open_data(path)
        earlier = (
            open_data(path, settings={"as_of": before}) if is_day(before) else open_data(before)
        )
        changed = changed_lines(now, earlier, rep, period)
    typer.echo(told_changes(changed))


@app.command()
def reports() -> None:
    """List the reports with their parameters."""
    from spmkit.reports import reports as known

    with explained():
        for found in known():
            typer.echo(f"{found.name}: {found.title}\n  {found.description}")
            for p in found.parameters:
                typer.echo(f"    -p {p.name}={p.default}".ljust(40) + f" {p.help}")


@app.command()
def check(
    data: Annotated[Path, typer.Argument(help="Folder, mapping file or DuckDB file.")],
) -> None:
    """Say what was read, used and set aside, and why; exit 1 where the data cannot be used."""
    from spmkit.data import open_data

    with explained():
        opened = open_data(data)
        _ = opened.calendar
        typer.echo(f"{opened.name}, as of {opened.as_of}, input {opened.fingerprint}\n")
        typer.echo(_text(opened.quality().drop(columns="closes")))
        aside = opened.quarantined()
        if len(aside):
            typer.echo(f"\nRows set aside (the first {min(len(aside), 20)} of {len(aside)}):\n")
            typer.echo(_text(aside.head(20)))
        _refuse_empty(opened.quality())


def _refuse_empty(ledger: Any) -> None:
    """A table of which no row can be used is no table, required or not."""
    rows = ledger.pivot_table("rows", "table", "status", "sum", sort=False)
    unusable = rows.index[(rows["read"] > 0) & (rows["used"] == 0)]
    if len(unusable):
        raise ValueError(f"no row of {', '.join(unusable)} can be used; the reasons are above.")


@app.command()
def measure(  # noqa: PLR0913, PLR0917  (a command's options are its parameters)
    table: Annotated[
        str, typer.Argument(help="A tidy table (opportunities, quotas, …) or lines: stage_visits.")
    ],
    metrics: Annotated[
        list[str], typer.Argument(help="Metrics; an option as participation_rate:at=0.8.")
    ],
    by: Annotated[str | None, typer.Option(help="Columns to group by: region,period.")] = None,
    where: Annotated[
        list[str] | None, typer.Option(help="COLUMN=VALUE to keep; may be repeated.")
    ] = None,
    data: Data = None,
    period: Period = None,
    form: Annotated[Form, typer.Option("--format", help="How to print.")] = "table",
) -> None:
    """Measure metrics over the lines of a table, for a quick look."""
    from spmkit.data import open_data
    from spmkit.lines import lines, refuse_other_lines
    from spmkit.measure import measure as measured

    with explained():
        chosen = [asked_metric(text) for text in metrics]
        opened = open_data(data_path(data))
        for caution in opened.cautions():
            typer.echo(f"spmkit: {caution}; see: spmkit check", err=True)
        frame = lines(opened, table, period)
        refuse_other_lines(frame, table, chosen)
        frame = kept_rows(frame, where or [])
        found = measured(frame, chosen, by=column_names(by), confidence=0.95)
    typer.echo(printed_measure(found, chosen, form))


def _text(frame: Any) -> str:
    shown = frame.astype("object").where(frame.notna(), "")
    return str(shown.to_string(index=False, max_colwidth=70, float_format="{:,.2f}".format))


@app.command()
def metrics(
    form: Annotated[ListForm, typer.Option("--format", help="How to print.")] = "table",
) -> None:
    """List every metric: its unit, direction, lines, columns, definition and source."""
    from dataclasses import asdict

    from spmkit.catalogue import catalogue
    from spmkit.reference import reference_list, reference_page

    if form == "markdown":
        typer.echo(reference_page(), nl=False)
    elif form == "json":
        typer.echo(json.dumps([asdict(entry) for entry in catalogue()], indent=2))
    else:
        typer.echo(reference_list(catalogue(), shutil.get_terminal_size().columns))


@app.command()
def sample(
    directory: Annotated[Path, typer.Argument(help="The folder to write to.")],
    reps: Annotated[int, typer.Option(help="Seats that carry a quota.")] = 60,
    quarters: Annotated[int, typer.Option(help="Complete quarters.")] = 12,
    seed: Annotated[int, typer.Option(help="The same seed gives the same bytes.")] = 20231120,
) -> None:
    """Write a sample company of any size, with its truth beside it."""
    from spmkit.data.sample import Company, write_sample

    typer.echo(f"Writing {reps} reps over {quarters} quarters to {directory} …", err=True)
    with explained():
        write_sample(directory, Company(reps=reps, quarters=quarters, seed=seed))
    typer.echo(directory)


def main() -> None:
    """Run the command line."""
    app()
