"""The large company on PySpark."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import spmkit as spm


def spark_company(folder: Path) -> spm.SalesData:
    """The large company, its tables PySpark frames."""
    import pandas as pd
    from pyspark.sql import SparkSession

    session = (
        SparkSession.builder.master("local[2]")
        .config("spark.driver.memory", "6g")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.timestampType", "TIMESTAMP_NTZ")
        .config("spark.sql.shuffle.partitions", "16")
        .config("spark.sql.execution.arrow.pyspark.enabled", "true")
        .getOrCreate()
    )
    session.sparkContext.setLogLevel("ERROR")
    declared = tomllib.loads((folder / "spmkit.toml").read_text("utf-8"))
    opened = spm.open_data(folder)
    tables: dict[str, Any] = {}
    for name in opened.tables:
        if (file := folder / f"{name}.parquet").exists():
            tables[name] = session.read.parquet(str(file))
        else:
            tables[name] = session.createDataFrame(_arrow(pd.DataFrame(opened[name].df())))
    return spm.open_data(tables, settings=declared)


def _arrow(frame: Any) -> Any:
    import pyarrow as pa

    return pa.Table.from_pandas(frame, preserve_index=False)
