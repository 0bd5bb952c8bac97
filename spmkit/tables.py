"""Measured frames as tables: on a page, and in a terminal."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from spmkit.carried import carrying
from spmkit.declaration import Metric, metric_name, metric_unit
from spmkit.units import NULL, Unit, format_difference, format_full, format_value

if TYPE_CHECKING:
    from great_tables import GT


def unit_table(
    frame: pd.DataFrame,
    units: Mapping[str, Unit],
    title: str,
    labels: Mapping[str, str],
    currency: str | None = None,
    in_full: Collection[str] = (),
) -> GT:
    """Show a frame as a table, each column printed in its unit.

    Parameters
    ----------
    frame
        What to show; columns without a unit are texts. Where ``now`` is shown as a text that was
        put together before, a column ``now_value`` holds the number or day behind it: it is not
        shown, and goes where the table's numbers are asked for.
    units
        Column to unit; a column whose name ends in ``_change`` is printed as a difference.
    title
        The finding.
    labels
        Column to heading; a column without one is not shown.
    currency
        Written in the headings of money columns.
    in_full
        Money columns printed to the last whole unit, such as those that are to add up.

    Returns
    -------
    great_tables.GT

    Examples
    --------
    >>> frame = pd.DataFrame({"team": ["North"], "now": [0.9]})
    >>> table = unit_table(frame, {"now": spm.units.PERCENT}, "North is short",
    ...     {"team": "Team", "now": "Attainment"})
    >>> "90.0 %" in table.as_raw_html()
    True
    """
    from great_tables import GT

    names = [name for name in labels if name in frame]
    shown = frame[names].assign(
        **{name: _written(frame[name], name, units.get(name), in_full) for name in names}
    )
    heads = {name: _head(labels[name], units.get(name), currency) for name in names}
    table = GT(shown).cols_label(cases=heads)  # type: ignore[arg-type]
    if title:
        table = table.tab_header(title=title)
    words = [name for name in names if name in names[:1] or _in_words(shown[name])]
    table = table.cols_align("right", columns=names).cols_align("left", columns=words)
    behind = [f"{name}_value" if f"{name}_value" in frame else name for name in names]
    values = frame[behind].set_axis([heads[name] for name in names], axis=1)
    pairs = zip(names, behind, strict=True)
    named = {heads[name]: units[value] for name, value in pairs if value in units}
    return carrying(table, title, values, named)


def _in_words(column: pd.Series[str]) -> bool:
    """Whether a column says something else than numbers, that stand at the right."""
    said = column[column != NULL]
    return bool(len(said)) and not said.str.match(r"[(+−-]?\d").any()


def _written(
    column: pd.Series[Any], name: object, unit: Unit | None, in_full: Collection[str]
) -> pd.Series[Any]:
    if unit is None:
        return column.astype("object").where(column.notna(), NULL).astype(str)
    form = format_full if name in in_full else format_value
    form = format_difference if str(name).endswith("_change") else form
    return column.map(lambda value: form(value, unit)).astype(str)


def _head(label: str, unit: Unit | None, currency: str | None) -> str:
    return f"{label}, {currency}" if currency and unit and unit.name == "money" else label


def text_table(measured: pd.DataFrame, metrics: Sequence[Metric]) -> str:
    """Write a measured frame for a terminal: values in their units, with n and interval.

    Parameters
    ----------
    measured
        What :func:`spmkit.measure` gave.
    metrics
        The metrics that were measured.

    Examples
    --------
    >>> lines = pd.DataFrame({"team": ["A"], "credited": [90.0], "quota": [100.0]})
    >>> print(text_table(spm.measure(lines, spm.attainment, by="team"), [spm.attainment]))
    team attainment n
       A     90.0 % 1
    """
    names = [metric_name(metric) for metric in metrics]
    keys = [c for c in measured if not any(c == n or str(c).startswith(f"{n}_") for n in names)]
    columns = {
        str(key): measured[key].astype("object").where(measured[key].notna(), "–") for key in keys
    }
    for metric, name in zip(metrics, names, strict=True):
        columns |= _text_columns(measured, name, metric_unit(metric), single=len(names) == 1)
    return pd.DataFrame(columns).to_string(index=False)


def _text_columns(measured: pd.DataFrame, name: str, unit: Unit, *, single: bool) -> dict[str, Any]:
    values = [format_full(value, unit) for value in measured[name]]
    status = measured[f"{name}_status"]
    shown = [v if s == "ok" else f"– ({s})" for v, s in zip(values, status, strict=True)]
    found = {name: shown, "n" if single else f"{name} n": measured[f"{name}_n"]}
    low, high = (measured.get(f"{name}_{end}") for end in ("low", "high"))
    if low is not None and high is not None and low.notna().any():
        found[f"{name} 95 %"] = [
            f"{format_full(a, unit)} to {format_full(b, unit)}" if pd.notna(a) else "–"
            for a, b in zip(low, high, strict=True)
        ]
    return found
