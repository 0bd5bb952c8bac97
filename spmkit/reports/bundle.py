"""What draws the charts: Vega, once a page, from the copy that altair's own renderer carries."""

from __future__ import annotations

import contextlib
import os
import tempfile
from functools import cache
from importlib.metadata import version
from pathlib import Path


def cache_folder() -> Path:
    """Folder in which spmkit keeps what is slow to make.

    Returns
    -------
    pathlib.Path
        ``$SPMKIT_CACHE``, else ``$XDG_CACHE_HOME/spmkit``, else
        ``~/.cache/spmkit``. It need not exist.

    Examples
    --------
    >>> import os
    >>> os.environ["SPMKIT_CACHE"] = "/tmp/kept"
    >>> cache_folder().as_posix()
    '/tmp/kept'
    >>> del os.environ["SPMKIT_CACHE"]
    """
    if own := os.environ.get("SPMKIT_CACHE"):
        return Path(own)
    shared = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(shared) / "spmkit"


def _made() -> str:
    import vl_convert
    from altair.utils._importers import vl_version_for_vl_convert

    script = str(
        vl_convert.javascript_bundle(
            "window.vegaEmbed = vegaEmbed;", vl_version=vl_version_for_vl_convert()
        )
    )
    if "</script" in script.lower() or "<!--" in script:
        raise ValueError("this vl-convert-python's bundle would end its own script tag")
    return script


def write_whole(path: Path, content: str | bytes) -> None:
    """Write a file so that nobody ever sees half of it.

    Parameters
    ----------
    path
        The file; an older one stays until the new one is complete.
    content
        What it is to hold; text as UTF-8.

    Raises
    ------
    OSError
        If the folder cannot be written; nothing is left behind.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     write_whole(Path(folder) / "page.html", "done")
    ...     (Path(folder) / "page.html").read_text()
    'done'
    """
    handle, beside = tempfile.mkstemp(prefix=".", suffix=".tmp", dir=path.parent)
    try:
        with open(handle, "wb") as file:  # noqa: PTH123 (a handle)
            file.write(content.encode("utf-8") if isinstance(content, str) else content)
        Path(beside).chmod(0o644)
        os.replace(beside, path)  # noqa: PTH105 (the atomic one, by name)
    except BaseException:
        Path(beside).unlink(missing_ok=True)
        raise


@cache
def vega_bundle() -> str:
    """Script that defines Vega, Vega-Lite and vega-embed.

    Making it takes one to three seconds, so it is kept on disk by version;
    where the disk cannot be written it is made anew in each process.

    Returns
    -------
    str
        About 0.9 MB of JavaScript.

    Examples
    --------
    >>> "window.vegaEmbed" in vega_bundle()
    True
    """
    kept = cache_folder() / f"vega-{version('altair')}-{version('vl-convert-python')}.js"
    with contextlib.suppress(OSError):
        return kept.read_text("utf-8")
    script = _made()
    with contextlib.suppress(OSError):
        kept.parent.mkdir(parents=True, exist_ok=True)
        write_whole(kept, script)
    return script
