"""The one door for data: it reads, renames, checks and quarantines, and nothing else does."""

from spmkit.data.errors import DataError
from spmkit.data.sources import SalesData, open_data

__all__ = ["DataError", "SalesData", "open_data"]
