"""What a report is told → what its notebook can be handed, or a refusal before the run."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from spmkit.reports.catalogue import Parameter, Report, nearest
from spmkit.reports.failures import ReportError
from spmkit.reports.naming import plain
from spmkit.shipped import shipped

_KINDS = {
    "bool": "true or false (bool)",
    "int": "a whole number (int)",
    "float": "a number (float)",
    "str": "a text (str)",
}


def located(data: str | Path) -> str:
    """Say where the data lie, from any working folder."""
    for path in (Path(data).expanduser(), shipped("datasets") / data):
        if path.exists():
            return str(path.resolve())
    raise ReportError(f"data: there is no file or folder {str(data)!r}")


def told_to(report: Report, parameters: Mapping[str, object]) -> dict[str, Any]:
    """Check what the report is told against what it can be told."""
    known = {parameter.name: parameter for parameter in report.parameters}
    for name in parameters:
        if name not in known:
            hint = nearest(name, known)
            raise ReportError(f"{report.name} has no parameter {name!r}: {hint}")
    return {n: _fitting(report, known[n], plain(n, value)) for n, value in parameters.items()}


def _fitting(report: Report, parameter: Parameter, value: Any) -> Any:
    """Give a value of the type that the notebook expects, or refuse it before the run."""
    kind, found = _kind(parameter), type(value).__name__
    if kind not in _KINDS or found == kind:
        return value
    if (kind, found) in (("float", "int"), ("str", "int"), ("str", "float")):
        return float(value) if kind == "float" else str(value)
    raise ReportError(
        f"{report.name}: {parameter.name} is {value!r}, not {_KINDS[kind]}; "
        f"its default is {parameter.default}"
    )


def _kind(parameter: Parameter) -> str:
    """Name the type that a parameter declares, else the one of its default."""
    if parameter.type != "None":
        return parameter.type
    try:
        return type(ast.literal_eval(parameter.default)).__name__
    except (ValueError, SyntaxError):
        return ""
