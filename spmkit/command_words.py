"""Words of the command line → parameters, metrics and rows; and what was measured → text."""

from __future__ import annotations

import functools
import inspect
import json
from math import isnan
from pathlib import Path
from typing import Any


def asked_parameters(pairs: list[str], option: str) -> dict[str, Any]:
    """Parameters of ``key=value`` pairs; numbers and null are read as such."""
    wrong = next((pair for pair in pairs if "=" not in pair), None)
    if wrong is not None:
        raise ValueError(f"{option} {wrong}: write it as key=value.")
    return {key: _literal(value) for key, _, value in (pair.partition("=") for pair in pairs)}


def _literal(text: str) -> Any:
    """A number where the text is one, nothing where it is null, else the text."""
    try:
        value = json.loads(text)
    except json.JSONDecodeError:
        return text
    return value if value is None or isinstance(value, int | float) else text


def with_whole_paths(given: dict[str, Any]) -> dict[str, Any]:
    """What names a file of the working folder is named in whole: a report runs elsewhere."""
    return {name: _whole_path(value) for name, value in given.items()}


def _whole_path(value: Any) -> Any:
    is_file = isinstance(value, str) and value and Path(value).is_file()
    return str(Path(value).resolve()) if is_file else value


def column_names(by: str | None) -> list[str] | None:
    """Names between commas: ``region,period``."""
    return [name.strip() for name in by.split(",")] if by else None


def asked_metric(text: str) -> Any:
    """A metric by its name, its options bound: ``participation_rate:at=0.8``."""
    import spmkit
    from spmkit.catalogue import catalogue
    from spmkit.data.errors import nearest
    from spmkit.declaration import is_metric

    name, *options = text.split(":")
    known = [n for n, found in vars(spmkit).items() if is_metric(found)]
    if name not in known:
        if name in {entry.name for entry in catalogue()}:
            raise ValueError(f"{name} gives no one number: call it in Python, spmkit.{name}(…).")
        raise ValueError(f"there is no metric {name!r}.{nearest(name, known)}")
    metric = getattr(spmkit, name)
    given = asked_parameters(options, name)
    _refuse_values(name, metric, given)
    return functools.partial(metric, **given) if given else metric


def _refuse_values(name: str, metric: Any, given: dict[str, Any]) -> None:
    """An option is of the kind of its default."""
    known = inspect.signature(metric).parameters
    for option, value in given.items():
        default = known[option].default if option in known else value
        if isinstance(default, float) and not isinstance(value, int | float):
            raise ValueError(f"{name}: {option} is a number such as {default}, not {value!r}.")


def kept_rows(frame: Any, where: list[str]) -> Any:
    """Rows of a frame in which each column has the value that is asked for."""
    import narwhals.stable.v2 as nw

    kept = nw.from_native(frame).lazy()
    for column, value in asked_parameters(where, "--where").items():
        if column not in kept.collect_schema().names():
            from spmkit.data.errors import nearest

            raise ValueError(
                f"--where: no column {column!r}.{nearest(column, kept.collect_schema().names())}"
            )
        same = nw.col(column).is_null() if value is None else nw.col(column) == value
        kept = kept.filter(same)
    return kept.to_native()


def printed_measure(found: Any, chosen: list[Any], form: str) -> str:
    """Text of a measured frame, for people or for programs."""
    if form == "csv":
        return str(found.to_csv(index=False)).rstrip()
    if form == "json":
        return str(found.to_json(orient="records", indent=2, date_format="iso"))
    from spmkit.tables import text_table

    return text_table(found, chosen)


def told_changes(changed: Any) -> str:
    """The lines that changed, and below them what each part was and is because of them."""
    if changed.empty:
        return "Nothing changed."
    amounts = ["before", "now", "difference"]
    shown = changed.assign(
        **{name: [_amount(value) for value in changed[name]] for name in amounts}
    )
    sums = changed.groupby("part", sort=False)["difference"].sum()
    last = [
        f"{part}: {_amount(abs(away))} {_more(away)} by these lines" for part, away in sums.items()
    ]
    return "\n".join([shown.to_string(index=False), "", *last])


def _amount(value: float) -> str:
    return "–" if isnan(value) else f"{value:,.2f}"


def _more(away: float) -> str:
    return "more" if away >= 0 else "less"
