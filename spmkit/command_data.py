"""What every command shares: the data that it reads, and a message where they are at fault."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

Data = Annotated[Path | None, typer.Option("--data", help="Folder, mapping file or DuckDB file.")]
Period = Annotated[str | None, typer.Option("--period", help="A period such as 2026Q3.")]


@contextmanager
def explained() -> Iterator[None]:
    """A message instead of a traceback where the data or the command are at fault."""
    import duckdb

    try:
        yield
    except (ValueError, OSError) as error:
        typer.echo(f"spmkit: {error}", err=True)
        raise typer.Exit(1) from error
    except duckdb.Error as error:  # an option or a --where whose value does not fit its column
        typer.echo(f"spmkit: the values do not fit: {str(error).splitlines()[0]}", err=True)
        raise typer.Exit(1) from error


def data_path(given: Path | None) -> Path:
    """The data that are asked for, else the sample company."""
    from spmkit.shipped import shipped

    return given or shipped("datasets") / "sample"
