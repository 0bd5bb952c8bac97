"""What the attainment explorer writes beside its chart: measured frames in, HTML out."""

from __future__ import annotations

import pandas as pd

from spmkit.widgets.markup import Bar, Row, paragraph, table

FEW = 5
MOST_ROWS = 200
UNDEFINED = "–"


def reps_between(reps: pd.DataFrame, span: tuple[float, float] | None) -> pd.DataFrame:
    """Pick the reps whose attainment lies in a span, best first; all of them without a span.

    Both ends count, as they do in the chart. Reps without an attainment are in no span,
    and last where there is none.
    """
    if span is not None:
        reps = reps[reps["attainment"].between(*span)]
    return reps.sort_values(["attainment", "rep"], ascending=[False, True], na_position="last")


def summary(total: pd.DataFrame, reps: pd.DataFrame, threshold: float, period: str) -> str:
    """Say how many reps reached the threshold, with the interval and who is left out.

    Parameters
    ----------
    total
        One measured row: ``participation_rate`` with ``_n``, ``_low`` and ``_high``.
    reps
        One row a rep, with ``attainment``.
    threshold
        Attainment that counts as reached; 1.0 is quota.
    period
        Its label.
    """
    row = total.iloc[0]
    without = int(reps["attainment"].isna().sum())
    left_out = f" {without} without a quota not counted." if without else ""
    if pd.isna(row["participation_rate"]):
        return paragraph(f"No rep has a quota to attain in {period}.{left_out}")
    count, rate = int(row["participation_rate_n"]), row["participation_rate"]
    return paragraph(
        f"{round(rate * count)} of {count} reps ({rate:.1%}; 95% interval {_interval(row)}) "
        f"reached {threshold:.0%} of quota in {period}.{left_out}"
    )


def groups_table(groups: pd.DataFrame, by: str | None, threshold: float) -> str:
    """Write participation and attainment by group; groups of fewer than five reps are greyed."""
    head = [by or "", "reps", f"at {threshold:.0%} of quota", "95% interval", "attainment"]
    rows = [_group_row(row, by) for _, row in groups.iterrows()]
    return table(f"Participation at {threshold:.0%} of quota", head, rows)


def _group_row(row: pd.Series, by: str | None) -> Row:
    name = _text(row[by]) if by else "all"
    count, rate = row["participation_rate_n"], row["participation_rate"]
    share = UNDEFINED if pd.isna(rate) else Bar(rate, f"{rate:.0%}")
    cells = [name, f"{count:.0f}", share, _interval(row), _percent(row["attainment"])]
    return Row(cells, faint=bool(count < FEW))


def reps_table(reps: pd.DataFrame, by: str | None) -> str:
    """Write one row a rep: credited, quota and attainment."""
    head = ["rep", *([by] if by else []), "credited", "quota", "attainment"]
    rows = [_rep_row(row, by) for _, row in reps.head(MOST_ROWS).iterrows()]
    return table(f"{_counted(len(reps), 'rep')}{_cut(len(reps))}", head, rows)


def _rep_row(row: pd.Series, by: str | None) -> Row:
    group = [_text(row[by])] if by else []
    credited, quota = _money(row["credited"]), _money(row["quota"])
    return Row([_text(row["rep"]), *group, credited, quota, _percent(row["attainment"])])


def credits_table(credit_lines: pd.DataFrame, rep: str) -> str:
    """Write a rep's credit lines of the period, the largest first, with their sum."""
    lines = credit_lines.sort_values("amount", ascending=False, kind="stable")
    rows = [
        Row([_text(line["opportunity_id"]), _day(line["credited_on"]), _money(line["amount"])])
        for _, line in lines.head(MOST_ROWS).iterrows()
    ]
    counted = f"{rep}: {_counted(len(lines), 'credit line')}{_cut(len(lines))}"
    if len(lines):
        counted += f", {_money(lines['amount'].sum())} in all"
    return table(counted, ["opportunity", "credited on", "amount"], rows)


def _interval(row: pd.Series) -> str:
    low, high = row["participation_rate_low"], row["participation_rate_high"]
    return UNDEFINED if pd.isna(low) else f"{low:.0%} to {high:.0%}"


def _percent(value: float) -> str:
    return UNDEFINED if pd.isna(value) else f"{value:.1%}"


def _money(value: float) -> str:
    return UNDEFINED if pd.isna(value) else f"{value:,.0f}"


def _day(value: object) -> str:
    return UNDEFINED if pd.isna(value) else str(value)[:10]  # type: ignore[call-overload]


def _text(value: object) -> str:
    return "(not given)" if pd.isna(value) else str(value)  # type: ignore[call-overload]


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _cut(number: int) -> str:
    return f" (the first {MOST_ROWS} shown)" if number > MOST_ROWS else ""
