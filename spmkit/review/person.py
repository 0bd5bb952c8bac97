"""The review of one rep, for a talk between the rep and the manager."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import narwhals.stable.v2 as nw
import pandas as pd

from spmkit.attainment import attainment, credit_lines, participation_rate
from spmkit.data import DataError, SalesData
from spmkit.data.assignments import assignment_spells
from spmkit.data.errors import nearest
from spmkit.data.quality import to_pandas
from spmkit.measure import measure
from spmkit.periods import Period
from spmkit.review.closings import closed_in, conversion
from spmkit.review.opening import Review, open_review, standing, trend_lines


@dataclass(frozen=True)
class Person(Review):
    """A review of one rep alone; ``company`` is that of all, for what is said of peers."""

    company: Review
    rep_id: str
    named: str
    manager: str | None

    @property
    def scope(self) -> str:
        """Whom the page is about, and whose team it is."""
        return f"{self.named} · manager {self.manager}" if self.manager else self.named

    @property
    def reps(self) -> list[str]:
        """The rep alone."""
        return [self.rep_id]

    @property
    def over_assigned(self) -> float | None:
        """One rep's quota is no plan's."""
        return None


def open_person(data: SalesData, period: str | None = None, rep: str = "") -> Person:
    """Measure what every part of a rep's page starts from.

    Parameters
    ----------
    data
        An open source.
    period
        A label such as ``"2026Q3"``; empty or none for the last complete period.
    rep
        ``rep_id`` or name.

    Raises
    ------
    DataError
        Where there is no such rep, or a name means several.
    """
    company = open_review(data, period)
    spells = assignment_spells(data)
    rep_id = _who(spells, rep)
    lines = _own(company.lines, rep_id)
    last = spells[spells["rep_id"] == rep_id].iloc[-1]
    before = company.periods.before
    earlier = _own(company.before, rep_id)
    manager = last["manager"] if lines.empty else lines["manager"].iloc[-1]
    return Person(
        data,
        company.periods,
        lines,
        earlier,
        standing(lines),
        standing(earlier) if len(earlier) else None,
        conversion(data, company.periods.now, [rep_id]),
        conversion(data, before, [rep_id]) if before else None,
        company,
        rep_id,
        str(last["rep"]),
        None if pd.isna(manager) else str(manager),
    )


def _who(spells: pd.DataFrame, rep: str) -> str:
    if not rep:
        raise DataError("Say whose page it is: rep, an id or a name.")
    people = spells.drop_duplicates("rep_id", keep="last")
    by_id = people[people["rep_id"] == rep]
    found = by_id if len(by_id) else people[people["rep"] == rep]
    if len(found) == 1:
        return str(found["rep_id"].iloc[0])
    if len(found):
        ids = ", ".join(found["rep_id"])
        raise DataError(f"rep {rep!r}: {len(found)} people have this name; say {ids}.")
    raise DataError(f"There is no rep {rep!r}.{nearest(rep, [*people['rep_id'], *people['rep']])}")


def _own(lines: pd.DataFrame, rep_id: str) -> pd.DataFrame:
    return lines[lines["rep_id"] == rep_id].reset_index(drop=True)


def quarters(person: Person) -> pd.DataFrame:
    """The rep's periods up to this one, in the form of :func:`spmkit.review.trend`."""
    lines = _own(trend_lines(person.data, person.periods), person.rep_id)
    found = measure(lines, (attainment, participation_rate), by=["period_start", "period"])
    sums = lines.groupby("period")[["credited", "quota"]].sum(min_count=1).reset_index()
    found = found.merge(sums, on="period").sort_values("period_start")
    last = found["period"] == person.periods.now.label
    columns = ["period", "credited", "quota", "attainment", "at_quota", "same_season"]
    told = found.assign(at_quota=found["participation_rate"], same_season=last)[columns]
    return told.reset_index(drop=True)


def goal_span(person: Person) -> Period:
    """The year that a person's goals are told of; where periods are the quotas' own, the period."""
    calendar, now = person.data.calendar, person.periods.now
    return now if calendar.starts else calendar.containing(now.start, "year")


def credited_between(person: Person, start: date, end: date) -> pd.DataFrame:
    """The rep's credits of some days: ``credited_on``, ``opportunity_id``, ``amount``."""
    day = nw.col("credited_on").cast(nw.Date)
    lines = nw.from_native(credit_lines(person.data)).lazy()
    own = lines.filter(
        nw.col("rep_id") == person.rep_id,
        nw.col("credit_type") != "overlay",
        day >= nw.lit(start),
        day <= nw.lit(end),
    )
    found = to_pandas(own.select("credited_on", "opportunity_id", "amount"))
    return found.assign(credited_on=pd.to_datetime(found["credited_on"]).astype("datetime64[ns]"))


def credits_of(person: Person, start: date | None = None, end: date | None = None) -> pd.DataFrame:
    """The lines whose sum is what was credited to the rep.

    Parameters
    ----------
    person
        An open review of a rep.
    start, end
        First and last day; none for those of the period, up to ``as_of``.

    Returns
    -------
    pandas.DataFrame
        ``credited_on``, ``opportunity_id`` (null of a credit without one), ``kind`` (``own``;
        ``shared`` where colleagues have credit of the same opportunity; ``reversal``), ``amount``.
        In order of the days; colleagues and their amounts are not told.
    """
    now = person.periods.now
    last = min(now.end, person.data.as_of)
    mine = credited_between(person, start or now.start, end or last)
    lines = nw.from_native(credit_lines(person.data)).lazy()
    known = mine["opportunity_id"].dropna().unique().tolist()
    others = to_pandas(
        lines.filter(
            nw.col("opportunity_id").is_in(known),
            nw.col("rep_id") != person.rep_id,
            nw.col("credit_type") != "overlay",
        ).select("opportunity_id")
    )
    shared = mine["opportunity_id"].isin(others["opportunity_id"])
    kind = pd.Series("own", index=mine.index).mask(shared, "shared")
    mine = mine.assign(kind=kind.mask(mine["amount"] < 0, "reversal"))
    order = ["credited_on", "opportunity_id", "amount"]
    ordered = mine.sort_values(order, ignore_index=True)
    return ordered[["credited_on", "opportunity_id", "kind", "amount"]]


def closings_of(person: Person) -> pd.DataFrame:
    """What the rep closed in the period: ``opportunity_id``, ``closed_on``, ``outcome``, ``days``.

    Renewals are out, as in the win rate.
    """
    closed = closed_in(person.data, [person.periods.now])
    own = closed.filter(nw.col("rep_id") == person.rep_id, ~nw.col("renewal"))
    found = to_pandas(own.select("opportunity_id", "closed_on", "outcome", "cycle_days"))
    found["closed_on"] = pd.to_datetime(found["closed_on"])
    return found.sort_values(["closed_on", "opportunity_id"], ignore_index=True)
