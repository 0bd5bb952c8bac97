"""Where the content that comes with spmkit lies: notebooks, panels, datasets."""

from __future__ import annotations

from pathlib import Path


def shipped(name: str) -> Path:
    """Folder of content that comes with spmkit.

    An installed wheel carries the folder inside the package; a checkout has it
    beside the package.

    Parameters
    ----------
    name
        ``"notebooks"``, ``"widgets"`` or ``"datasets"``.

    Returns
    -------
    pathlib.Path
        An absolute path.

    Raises
    ------
    ValueError
        If neither the installed package nor the checkout has such a folder.

    Examples
    --------
    >>> shipped("notebooks").name
    'notebooks'
    """
    package = Path(__file__).resolve().parent
    for folder in (package / "_shipped" / name, package.parent / name):
        if folder.is_dir():
            return folder
    raise ValueError(f"spmkit ships no folder {name!r}; it has notebooks, widgets and datasets")
