"""From one fiscal year to the next: what each rep's quota did, and what came before."""

from __future__ import annotations

from math import ceil
from typing import Any

import numpy as np
import pandas as pd

from spmkit.calibration.expecting.history import RAMPED_AFTER
from spmkit.calibration.fairness.attained import AT_WORK, attained_rows
from spmkit.intervals import Floats

_WHOLE = 0.75  # of a year's periods make a year
_FEWEST = 8  # reps from whose year a usual one is told
_KEYS = ["rep_id", "year"]


def year_changes(panel: pd.DataFrame) -> pd.DataFrame:
    """What became of each rep's quota from one fiscal year to the next, beside the year before.

    Years, not periods: a quota that is set once a year and spread over its quarters changes once,
    and by what the whole last year brought. Quarter by quarter the same decision would count four
    times, and the luck of a single quarter would hide most of what it followed. Only the same
    seasons of both years are compared, so no season is taken for a change. A company that sets
    quotas anew each period is looked at with ``panel.assign(season=1)``: each period is a year.

    Left out are ramping reps (theirs grow with the ramp), periods mostly away from work, reps who
    changed territory, and who had less than three quarters of a last year.

    Parameters
    ----------
    panel
        A row a rep and period.

    Returns
    -------
    pandas.DataFrame
        ``rep_id``, ``year`` (of the new quota), ``region``, ``change`` (of the logarithm of
        quota), ``reached`` (logarithm of last year's attainment), ``last_year`` (logarithm of last
        year's sales against the mean rep's), ``growth`` (its change on the year before that),
        ``surprise`` (what of last year's sales neither the year before nor potential told;
        see :func:`luck_penalty`), ``attained`` (of the new quota, against everybody's) and
        ``attained_before``. Null where it is not known.

    Examples
    --------
    >>> panel = pd.DataFrame({"period": ["2025", "2026"], "step": [0, 1], "season": 1,
    ...     "rep_id": "ada", "quota": [100.0, 120.0], "credited": [125.0, 120.0]})
    >>> year_changes(panel)[["change", "reached"]].round(3).values.tolist()
    [[0.182, 0.223]]
    """
    rows = _settled(attained_rows(panel), int(panel["season"].max()))
    years = _years(rows)
    before = years.rename(
        columns={name: f"{name}_before" for name in years.columns if name not in _KEYS}
    )
    before = before.assign(year=before["year"] + 1)
    ago = years[[*_KEYS, "territory", "level", "ramped", "whole"]].assign(year=years["year"] + 2)
    lines = years.merge(before, on=_KEYS).merge(ago, on=_KEYS, how="left", suffixes=("", "_ago"))
    stayed = lines["territory"].eq(lines["territory_before"]) & lines["territory"].ne(_SEVERAL)
    lines = lines[stayed & lines["ramped_before"] & lines["whole_before"] & lines["quotas"].notna()]
    return _described(lines.merge(_changes(rows), on=_KEYS), rows)


_SEVERAL = "several"


def _settled(rows: pd.DataFrame, cycle: int) -> pd.DataFrame:
    """The rows that tell of a quota, with what the mean rep sold and everybody attained."""
    at_work = rows.get("present", pd.Series(1.0, index=rows.index)).fillna(1.0) >= AT_WORK
    rows = rows[at_work]
    period = rows.groupby("step")
    level = period["credited"].transform("sum") / period["quota"].transform("sum")
    return rows.assign(
        mean_sales=period["credited"].transform("mean"), usual=rows["quota"] * level, cycle=cycle
    )


def _years(rows: pd.DataFrame) -> pd.DataFrame:
    """Each rep's fiscal years: sums, the one territory, whether it was a whole one after ramp."""
    territory = rows.get("territory_id", pd.Series(np.nan, index=rows.index, dtype="object"))
    tenure = rows.get("tenure_periods", pd.Series(np.nan, index=rows.index))
    rows = rows.assign(territory=territory.fillna("unknown"), tenure=tenure)
    found = rows.groupby(_KEYS, as_index=False).agg(
        periods=("step", "size"),
        cycle=("cycle", "first"),
        sold=("credited", "sum"),
        quotas=("quota", "sum"),
        mean_sales=("mean_sales", "sum"),
        usual=("usual", "sum"),
        territories=("territory", "nunique"),
        territory=("territory", "last"),
        tenure=("tenure", "min"),
    )
    least = found["cycle"].map(lambda cycle: ceil(_WHOLE * cycle))
    return found.assign(
        territory=found["territory"].where(found["territories"] == 1, _SEVERAL),
        whole=found["periods"] >= least,
        ramped=~(found["tenure"] < RAMPED_AFTER),
        level=_log(found["sold"] / found["mean_sales"]),
    )


def _changes(rows: pd.DataFrame) -> pd.DataFrame:
    """The change of the logarithm of quota over the seasons that both years have."""
    now = rows[[*_KEYS, "season", "quota"]]
    before = now.assign(year=now["year"] + 1)
    both = now.merge(before, on=[*_KEYS, "season"], suffixes=("", "_before"))
    sums = both.groupby(_KEYS, as_index=False)[["quota", "quota_before"]].sum()
    return sums[_KEYS].assign(change=_log(sums["quota"] / sums["quota_before"]))


def _described(lines: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    seen = rows.drop_duplicates(_KEYS, keep="last").set_index(_KEYS)
    keys = pd.MultiIndex.from_frame(lines[_KEYS])
    more: dict[str, Any] = {
        name: seen[name].reindex(keys).to_numpy() if name in seen else np.nan
        for name in ("region", "potential")
    }
    same = lines["territory"].eq(lines["territory_ago"])
    whole = lines["whole_ago"].fillna(value=False) & lines["ramped_ago"].fillna(value=False)
    ago = lines["level_ago"].where(same & whole)
    lines = lines.assign(
        **more,
        reached=_log(lines["sold_before"] / lines["quotas_before"]),
        last_year=lines["level_before"],
        growth=lines["level_before"] - ago,
        attained=lines["sold"] / lines["usual"],
        attained_before=lines["sold_before"] / lines["usual_before"],
        ago=ago,
    )
    surprise = [_surprise(year) for _, year in lines.groupby("year")]
    known = pd.concat(surprise) if surprise else pd.Series(dtype="float64")
    columns = [
        *("region", "change", "reached", "last_year", "growth", "surprise", "attained"),
        "attained_before",
    ]
    return lines.assign(surprise=known)[[*_KEYS, *columns]].reset_index(drop=True)


def _surprise(lines: pd.DataFrame) -> pd.Series[float]:
    """What of last year's sales the year before it and the potential do not tell."""
    nothing = pd.Series(np.nan, index=lines.index)
    known = lines.dropna(subset=["last_year", "ago"])
    if len(known) < _FEWEST:
        return nothing
    potential = known["potential"].astype("float64")
    told = (potential > 0).to_numpy()
    size = np.log(potential.where(potential > 0, 1.0).to_numpy())
    design = np.column_stack([np.ones(len(known)), known["ago"], size, told])
    sold = known["last_year"].to_numpy("float64")
    rest = sold - design @ np.linalg.lstsq(design, sold, rcond=1e-10)[0]
    return nothing.where(~lines.index.isin(known.index), pd.Series(rest, index=known.index))


def _log(values: pd.Series[float]) -> Floats:
    number = values.to_numpy("float64", na_value=np.nan)
    return np.log(np.where(number > 0, number, np.nan))
