"""The review of a part of the company: a manager's people, all the way down, or a region's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from spmkit.attainment import leader_lines, plan_lines
from spmkit.data import DataError, SalesData
from spmkit.data.assignments import assignment_spells
from spmkit.data.errors import nearest
from spmkit.periods import Period
from spmkit.review.closings import conversion
from spmkit.review.opening import Review, lines_in, open_review, standing, trend_lines


@dataclass(frozen=True)
class Team(Review):
    """A review of some people alone; ``company`` is that of all, for what is said of peers."""

    company: Review
    named: str
    leader_id: str | None

    @property
    def scope(self) -> str:
        """Whom the page is about."""
        return f"team of {self.named}" if self.leader_id else self.named

    @property
    def over_assigned(self) -> float | None:
        """How far the quotas of the team exceed the plan of who leads it."""
        if "quotas" not in self.data:
            return None
        plans = plan_lines(self.data, self.periods.now.label)
        own = plans[(plans["level"] == "team") & (plans["rep_id"] == self.leader_id)]
        plan, assigned = own["plan"].sum(), own["assigned"].sum(min_count=1)
        return None if pd.isna(assigned) or plan <= 0 else float(assigned / plan - 1)

    @property
    def reps(self) -> list[str]:
        """The people of the team with a quota or credit in the period, its leader too."""
        return sorted(self.lines["rep_id"].dropna().unique())


def open_team(
    data: SalesData, period: str | None = None, manager: str = "", region: str = ""
) -> Team:
    """Measure what every part of a team's review starts from.

    Parameters
    ----------
    data
        An open source.
    period
        A label such as ``"2026Q3"``; empty or none for the last complete period.
    manager
        ``rep_id`` or name of who leads the team; everybody below, at any level, belongs to it.
    region
        In place of a manager: the people of a region.

    Returns
    -------
    Team
        A review whose lines, sums and rates are the team's own.

    Raises
    ------
    DataError
        Where not exactly one of manager and region is given, there is no such one, or a name
        means several people.
    """
    if manager and region:
        raise DataError(
            f"Say whose page it is: both manager = {manager!r} and region = {region!r} are given. "
            'Leave one of them empty: -p manager= on the command line, manager="" in Python.'
        )
    if not (manager or region):
        raise DataError("Say whose page it is: manager (an id or a name), or region.")
    company = open_review(data, period)
    leader = _leader(data, company.periods.now, manager) if manager else None
    lines = _own(data, company.lines, leader, region)
    before = company.periods.before
    every = trend_lines(data, company.periods)
    earlier = _own(data, lines_in(every, before) if before else every.head(0), leader, region)
    people = earlier[earlier["quota"].notna()] if earlier["quota"].notna().any() else earlier
    return Team(
        data,
        company.periods,
        lines,
        people,
        standing(lines),
        standing(earlier) if len(earlier) else None,
        _converted(data, company.periods.now, lines),
        _converted(data, before, earlier) if before else None,
        company,
        _named(data, leader) if leader else region,
        leader,
    )


def leaders(data: SalesData, lines: pd.DataFrame) -> pd.DataFrame:
    """Everybody who leads anybody in some quota lines: ``leader_id``, ``leader``, ``reps``."""
    below = leader_lines(data, lines)
    below = below[below["level"] > 0]
    grouped = below.groupby(["leader_id", "leader"])["rep_id"].nunique()
    return grouped.rename("reps").reset_index()


def reps_today(team: Team) -> list[str]:
    """``rep_id`` of who is in the team on the data's day: what is open of others is not its."""
    day = pd.Timestamp(team.data.as_of)
    spells = assignment_spells(team.data)
    held = spells[(spells["starts_on"] <= day) & (spells["ends_on"] >= day)]
    own = _own(team.data, held.assign(period_end=day), team.leader_id, team.named)
    return sorted(own["rep_id"].dropna().unique())


def _leader(data: SalesData, period: Period, manager: str) -> str:
    """The id of who leads anybody on any day of the period, with or without a sale."""
    spells = assignment_spells(data)
    first, last = pd.Timestamp(period.start), pd.Timestamp(period.end)
    held = spells[(spells["starts_on"] <= last) & (spells["ends_on"] >= first)]
    known = held[["manager_id", "manager"]].dropna(subset=["manager_id"]).drop_duplicates()
    by_id = known[known["manager_id"] == manager]
    found = by_id if len(by_id) else known[known["manager"] == manager]
    if len(found) == 1:
        return str(found["manager_id"].iloc[0])
    if len(found):
        ids = ", ".join(sorted(found["manager_id"]))
        raise DataError(f"manager {manager!r}: {len(found)} people have this name; say {ids}.")
    names = [*known["manager_id"], *known["manager"].dropna()]
    raise DataError(f"manager {manager!r} leads nobody in the period.{nearest(manager, names)}")


def _own(data: SalesData, lines: pd.DataFrame, leader: str | None, region: str) -> pd.DataFrame:
    if leader is None:
        own = lines[lines["region"] == region]
        if lines.empty or len(own):
            return own.reset_index(drop=True)
        known = [str(name) for name in lines["region"].dropna().unique()]
        raise DataError(f"region {region!r} has nobody in it.{nearest(region, known)}")
    below = leader_lines(data, lines) if len(lines) else lines.assign(leader_id=None)
    own = below[below["leader_id"] == leader]
    return own[list(lines.columns)].reset_index(drop=True)


def _converted(data: SalesData, period: Period, lines: pd.DataFrame) -> pd.Series[Any]:
    return conversion(data, period, sorted(lines["rep_id"].dropna().unique()))


def _named(data: SalesData, leader: str) -> str:
    """The name of a leader, who need not be a rep; without any name the id."""
    spells = assignment_spells(data)
    names = pd.concat(
        [spells.loc[spells[of] == leader, name] for of, name in _NAMES.items()]
    ).dropna()
    return str(names.iloc[0]) if len(names) else leader


_NAMES = {"rep_id": "rep", "manager_id": "manager"}
