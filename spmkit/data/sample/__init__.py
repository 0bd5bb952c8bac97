"""The sample company: seeded, of any size, with the truth beside it."""

from spmkit.data.sample.company import Company
from spmkit.data.sample.writer import write_sample

__all__ = ["Company", "write_sample"]
