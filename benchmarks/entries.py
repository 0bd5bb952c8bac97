"""What is measured of the catalogue: its lines, and every metric over them in one call."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any, TypeAlias

import spmkit as spm
from spmkit.expressions import total

Entry: TypeAlias = Callable[[spm.SalesData], Any]
Lines: TypeAlias = Callable[[spm.SalesData], Any]

QUARTER, JUNE, SEPTEMBER = "2026Q3", date(2026, 6, 30), date(2026, 9, 30)


def open_pipeline(amount: spm.Column) -> spm.Money:
    """Sum of the open amounts of a day."""
    return total(amount)


def _over(lines: Lines, by: str | None, *metrics: Any) -> Entry:
    return lambda data: spm.measure(lines(data), list(metrics), by=by)


def _opportunities(data: spm.SalesData) -> Any:
    return spm.opportunity_lines(data, attributes=("region",))


def _activities(data: spm.SalesData) -> Any:
    return spm.activity_lines(data, attributes=("region",))


def _leads(data: spm.SalesData) -> Any:
    return spm.lead_outcomes(data, attributes=())


_OPPORTUNITIES: Mapping[str, Entry] = {
    "opportunities": _over(
        _opportunities,
        "region",
        *(spm.win_rate, spm.decided_win_rate, spm.cohort_win_rate, spm.cohort_closed_rate),
        *(spm.hygiene_win_rate, spm.value_win_rate, spm.sales_cycle, spm.sales_cycle_mean),
        *(spm.average_deal_size, spm.pipeline_velocity, spm.pipeline_created),
        *(spm.self_sourced_pipeline, spm.price_realisation, spm.discount),
    ),
    "win_curve": lambda data: spm.win_curve(_opportunities(data), by="region"),
    "time_to_close": lambda data: spm.median_time_to_close(_opportunities(data), by="region"),
    "linearity": _over(
        lambda data: spm.closing_lines(data, attributes=("region",)),
        "region",
        *(spm.first_third_share, spm.middle_third_share),
        *(spm.last_third_share, spm.last_two_weeks_share),
    ),
    "customers": lambda data: spm.customer_concentration(spm.customer_lines(data)),
    "orders": lambda data: spm.rfm_scores(spm.account_orders(data), data.as_of),
}
_STAGES: Mapping[str, Entry] = {
    "stage_conversion": _over(
        spm.stage_visits,
        "stage",
        *(spm.stage_conversion, spm.decided_stage_conversion),
        *(spm.stage_decided_share, spm.milestone_conversion),
    ),
    "stage_transitions": lambda data: spm.stage_transitions(spm.stage_visits(data)),
    "stage_duration": lambda data: spm.stage_duration(spm.stage_visits(data)),
    "total_stage_duration": lambda data: spm.total_stage_duration(
        spm.stage_times(spm.stage_visits(data))
    ),
    "ageing": _over(spm.ageing_lines, "stage", spm.deal_ageing, spm.overaged_share),
}
_PIPELINE: Mapping[str, Entry] = {
    "snapshot": _over(lambda data: spm.pipeline_snapshot(data, JUNE), "region", open_pipeline),
    "stage_win_shares": spm.stage_win_shares,
    "weighted": _over(lambda data: spm.weighted_lines(data, JUNE), "region", spm.weighted_pipeline),
    "waterfall": lambda data: spm.pipeline_waterfall(
        spm.pipeline_changes(data, JUNE, SEPTEMBER), by="region"
    ),
    "slippage": _over(
        lambda data: spm.slippage_lines(data, QUARTER),
        "region",
        *(spm.slippage_rate, spm.slippage_count_rate),
        *(spm.forecast_loss_rate, spm.commit_hit_rate),
    ),
    "pushes": _over(lambda data: spm.push_lines(data, attributes=()), "segment", spm.push_count),
    "coverage": lambda data: spm.coverage_summary(spm.coverage_lines(data, "2026Q4"), "region"),
    "forecasts": _over(
        spm.forecast_lines,
        "period",
        *(spm.forecast_error, spm.forecast_wape, spm.forecast_mape, spm.forecast_bias),
        *(spm.commit_accuracy, spm.commit_accuracy_of_commit, spm.forecast_skill),
    ),
    "leads": _over(
        _leads,
        "source",
        *(spm.lead_conversion, spm.lead_conversion_within, spm.lead_win_rate),
        *(spm.touched_response_median, spm.response_within, spm.source_value_per_lead),
    ),
    "lead_response": lambda data: spm.lead_response_time(_leads(data), by="source"),
}
_ACTIVITIES: Mapping[str, Entry] = {
    "time_use": _over(
        _activities,
        "region",
        *(spm.selling_time_share, spm.admin_time_share),
        *(spm.prospecting_time_share, spm.meeting_hold_rate),
    ),
    "account_touches": _over(
        spm.account_touches, None, spm.account_coverage, spm.newly_touched_accounts
    ),
    "deal_touches": _over(
        spm.deal_touches, "stage", spm.untouched_open_deals, spm.untouched_open_share
    ),
    "activity_yield": _over(
        lambda data: spm.yield_lines(
            data, lag_days=60, activities=spm.activity_lines(data, attributes=())
        ),
        "type",
        spm.activity_yield,
    ),
    "activity_panel": spm.activity_panel,
    "productivity": _over(
        lambda data: spm.productivity_lines(data, QUARTER),
        "region",
        *(spm.bookings_per_rep, spm.bookings_per_ramped_fte, spm.bookings_per_productive_rep),
        *(spm.productive_rep_share, spm.bookings_per_selling_hour, spm.meetings_per_rep_week),
    ),
}
_PEOPLE: Mapping[str, Entry] = {
    "margin": _over(
        lambda data: spm.margin_lines(data, QUARTER),
        "region",
        *(spm.productivity_of_pay, spm.productivity_of_variable_pay),
    ),
    "attainment": _over(
        lambda data: spm.quota_lines(data, QUARTER),
        "region",
        *(spm.attainment, spm.mean_attainment, spm.median_attainment),
        *(spm.participation_rate, spm.gap_to_quota, spm.attainment_dispersion),
    ),
    "pay": _over(
        lambda data: spm.pay_lines(data, QUARTER),
        "region",
        *(spm.effective_commission_rate, spm.compensation_cost_of_sales, spm.pay_mix),
    ),
    "credit_inflation": _over(spm.credited_opportunities, None, spm.credit_inflation),
    "first_deal": lambda data: spm.time_to_first_deal(
        spm.first_deal_lines(data, spm.credit_lines(data))
    ),
    "territories": lambda data: spm.balance_index(spm.territory_lines(data, QUARTER)),
    "account_owners": _over(
        lambda data: spm.account_owners(data, QUARTER), None, spm.account_overlap
    ),
    "territory_deals": _over(
        lambda data: spm.territory_deals(data, QUARTER), None, spm.out_of_territory_share
    ),
}
ENTRIES: Mapping[str, Entry] = {
    **_OPPORTUNITIES,
    **_STAGES,
    **_PIPELINE,
    **_ACTIVITIES,
    **_PEOPLE,
}


def spark_company(folder: Path) -> spm.SalesData:
    """The large company, its tables PySpark frames."""
    import tomllib

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
