"""Make the sample company again: ``python datasets/build.py``.

The same seed gives the same bytes, so that a change of ``sample/`` in a commit
is a change of the generator.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from spmkit.data.sample import Company, write_sample

SAMPLE = Path(__file__).parent / "sample"


def build() -> None:
    """Replace the committed sample."""
    shutil.rmtree(SAMPLE, ignore_errors=True)
    write_sample(SAMPLE, Company())
    size = sum(file.stat().st_size for file in SAMPLE.iterdir())
    print(f"{SAMPLE}: {size / 1e6:.1f} MB")


if __name__ == "__main__":
    build()
