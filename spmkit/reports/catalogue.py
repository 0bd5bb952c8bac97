"""The reports that there are: notebooks in a folder, each with a title and parameters."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from spmkit.shipped import shipped


@dataclass(frozen=True)
class Parameter:
    """What a report can be told: a line of its cell tagged ``parameters``."""

    name: str
    type: str
    default: str
    help: str


@dataclass(frozen=True)
class Report:
    """A notebook that becomes a page.

    ``title`` and ``description`` are its first heading and first paragraph.
    """

    name: str
    title: str
    description: str
    parameters: tuple[Parameter, ...]
    path: Path


_TITLE = re.compile(r"^#\s+(.+?)\s*$", re.MULTILINE)


def nearest(name: str, names: Iterable[str]) -> str:
    """Hint at what a misspelt name may have meant.

    Parameters
    ----------
    name
        What was written.
    names
        What could have been.

    Returns
    -------
    str
        The nearest name and the others, as the end of a message.

    Examples
    --------
    >>> nearest("perod", ["data", "period"])
    'did you mean period? There are data, period'
    >>> nearest("colour", ["data", "period"])
    'there are data, period'
    """
    known = sorted(names)
    close = difflib.get_close_matches(name, known, n=1)
    there_are = f"here are {', '.join(known)}" if known else "here are none"
    return f"did you mean {close[0]}? T{there_are}" if close else f"t{there_are}"


def _parameters(notebook: Any) -> tuple[Parameter, ...]:
    import papermill

    notebook.metadata.setdefault("kernelspec", {"name": "python3", "language": "python"})
    found = papermill.inspect_notebook(notebook).values()
    return tuple(
        Parameter(p["name"], p["inferred_type_name"], p["default"], p["help"]) for p in found
    )


def _words(notebook: Any, name: str) -> tuple[str, str]:
    """Give title and description: the first heading, and the paragraph after it."""
    text = "\n\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    heading = _TITLE.search(text)
    after = text[heading.end() :] if heading else text
    paragraphs = (" ".join(part.split()) for part in after.split("\n\n"))
    first = next((part for part in paragraphs if part), "")
    title = notebook.metadata.get("title") or (heading[1] if heading else name)
    return str(title), "" if first.startswith("#") else first


def open_notebook(path: Path) -> Any:
    """Notebook in a file, as nbformat's node.

    Parameters
    ----------
    path
        An ``.ipynb`` file.

    Returns
    -------
    nbformat.NotebookNode
        In the format's fourth version.

    Raises
    ------
    ValueError
        If there is no such file.

    Examples
    --------
    >>> open_notebook(Path("nothing.ipynb"))
    Traceback (most recent call last):
    ValueError: nothing.ipynb: no such notebook
    """
    import nbformat

    if not path.is_file():
        raise ValueError(f"{path}: no such notebook")
    return nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]


def read_report(path: Path) -> Report:
    """Report that a notebook is.

    Parameters
    ----------
    path
        An ``.ipynb`` file.

    Returns
    -------
    Report
        Its name is the file's, without the ending.

    Raises
    ------
    ValueError
        If no cell is tagged ``parameters``: such a notebook cannot be told
        anything, and would report its default quarter for ever.

    Examples
    --------
    >>> read_report(Path("nothing.ipynb"))
    Traceback (most recent call last):
    ValueError: nothing.ipynb: no such notebook
    """
    notebook = open_notebook(path)
    if not any("parameters" in cell.metadata.get("tags", []) for cell in notebook.cells):
        raise ValueError(f"{path.name}: no cell is tagged `parameters`; tag the one that sets them")
    title, description = _words(notebook, path.stem)
    return Report(path.stem, title, description, _parameters(notebook), path.resolve())


def _paths() -> dict[str, Path]:
    return {path.stem: path for path in sorted(shipped("notebooks").glob("*.ipynb"))}


def reports() -> list[Report]:
    """Reports that come with spmkit.

    Returns
    -------
    list of Report
        By name. A new notebook in the folder is in the list, with nothing to register.

    Examples
    --------
    >>> all(report.path.suffix == ".ipynb" for report in reports())
    True
    """
    return [read_report(path) for path in _paths().values()]


def find_report(name: str | Path) -> Report:
    """Report by its name, or by the path of its notebook.

    Parameters
    ----------
    name
        A name of :func:`reports`, or the path of an ``.ipynb`` file.

    Returns
    -------
    Report
        The report.

    Raises
    ------
    ValueError
        If there is no such report, with the nearest name there is.

    Examples
    --------
    >>> find_report("quaterly_revue")
    Traceback (most recent call last):
    ValueError: no report 'quaterly_revue': ...
    """
    if str(name).endswith(".ipynb"):
        return read_report(Path(name))
    known = _paths()
    if str(name) not in known:
        raise ValueError(f"no report {str(name)!r}: {nearest(str(name), known)}")
    return read_report(known[str(name)])
