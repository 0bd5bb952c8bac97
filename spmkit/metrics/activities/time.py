"""How reps spend their time, and whether their meetings take place.

Where a source declares ``individual_activity = false`` (a works council may ask
for it), measure these by team or above, never by rep: the functions do not know
by what they are grouped.
"""

from __future__ import annotations

from typing import Annotated

import narwhals.stable.v2 as nw

from spmkit.expressions import present, total
from spmkit.traits import Traits
from spmkit.units import Column, Number, Percent, Ratio, Share

_MORE = Traits("activity_lines", "higher", "leading", controllable=True)
_LESS = Traits("activity_lines", "lower", "leading", controllable=True)
_EITHER = Traits("activity_lines", "neither", "leading", controllable=True)
_MEETINGS = Traits("productivity_lines", "neither", "leading", controllable=True)


def selling_time_share(selling_hours: Column, worked_hours: Column) -> Annotated[Percent, _MORE]:
    """Hours of selling as a share of the hours worked, paid leave left out.

    Published values lie between 22 % and 50 % (some as low as 11 %) because each
    counts other things as selling: compare only shares made with one map of
    categories (``activity_lines(data, categories)``). Worked hours are those that
    were logged, so who logs nothing but calls seems to do nothing else. Values of
    individuals may be barred (``individual_activity = false``): then measure by team.

    Parameters
    ----------
    selling_hours
        Hours of a selling activity, 0 of any other, null where not known.
    worked_hours
        Hours of the same activities, whatever their category.

    Returns
    -------
    Percent
        Null where no hours are known, or none were worked.

    Examples
    --------
    >>> lines = pd.DataFrame({"selling_hours": [3.0, 0.0, None], "worked_hours": [3.0, 5.0, None]})
    >>> spm.measure(lines, spm.selling_time_share)["selling_time_share"].tolist()
    [0.375]

    References
    ----------
    Catalogue P5; published surveys of selling time (CSO Insights and others).
    """
    return Ratio(total(selling_hours), total(worked_hours))


def admin_time_share(admin_hours: Column, worked_hours: Column) -> Annotated[Percent, _LESS]:
    """Hours of administration as a share of the hours worked.

    What is done in the evening and never logged is missing, so a low share may be
    a share that nobody writes down. Values of individuals may be barred
    (``individual_activity = false``): then measure by team.

    Parameters
    ----------
    admin_hours
        Hours of an administrative activity, 0 of any other, null where not known.
    worked_hours
        Hours of the same activities, whatever their category.

    Returns
    -------
    Percent
        Null where no hours are known, or none were worked.

    Examples
    --------
    >>> lines = pd.DataFrame({"admin_hours": [2.0, 0.0], "worked_hours": [2.0, 6.0]})
    >>> spm.measure(lines, spm.admin_time_share)["admin_time_share"].tolist()
    [0.25]

    References
    ----------
    Catalogue P6 (administration); common usage of the field.
    """
    return Ratio(total(admin_hours), total(worked_hours))


def prospecting_time_share(
    prospecting_hours: Column, worked_hours: Column
) -> Annotated[Percent, _EITHER]:
    """Hours of prospecting as a share of the hours worked.

    Neither much nor little is good as such: it depends on how full the pipeline is and
    on who else prospects for the rep. Values of individuals may be barred
    (``individual_activity = false``): then measure by team.

    Parameters
    ----------
    prospecting_hours
        Hours of a prospecting activity, 0 of any other, null where not known.
    worked_hours
        Hours of the same activities, whatever their category.

    Returns
    -------
    Percent
        Null where no hours are known, or none were worked.

    Examples
    --------
    >>> lines = pd.DataFrame({"prospecting_hours": [1.0, 0.0], "worked_hours": [1.0, 9.0]})
    >>> spm.measure(lines, spm.prospecting_time_share)["prospecting_time_share"].tolist()
    [0.1]

    References
    ----------
    Catalogue P6 (prospecting); common usage of the field.
    """
    return Ratio(total(prospecting_hours), total(worked_hours))


def meetings_per_rep_week(meetings: Column, active_weeks: Column) -> Annotated[Number, _MEETINGS]:
    """Meetings held with a customer for each week that a rep was there.

    A cancelled or deleted invitation is no meeting, a week of leave no active week.
    Activities carry no key of the meeting itself, so two reps in one meeting count it
    twice: right for each rep, too many for their team. More is not better where the
    meetings lead nowhere; look at the yield too.

    Parameters
    ----------
    meetings
        Meetings held with a customer, one value a rep and period; null where not known.
    active_weeks
        Weeks on the payroll and not on leave.

    Returns
    -------
    Number
        Null where nobody was there, or activities tell nothing of meetings.

    Examples
    --------
    >>> lines = pd.DataFrame({"meetings": [24, 6], "active_weeks": [12.0, 3.0]})
    >>> spm.measure(lines, spm.meetings_per_rep_week)["meetings_per_rep_week"].tolist()
    [2.0]

    References
    ----------
    Catalogue P7; Atrium's card on time in meetings.
    """
    both = present(meetings, active_weeks)
    held, weeks = nw.when(both).then(meetings), nw.when(both).then(active_weeks)
    return Ratio(total(held), total(weeks))


def meeting_hold_rate(held: Column, booked: Column, meeting: Column) -> Annotated[Percent, _MORE]:
    """Meetings held as a share of those that were booked for a day that has come.

    A meeting that was moved counts once where its system changes the day, and twice
    (once as cancelled) where it writes a new entry. Where deleted invitations vanish
    from the export, the rate is near 100 % and says nothing.

    Parameters
    ----------
    held
        Whether the activity took place.
    booked
        Whether its day has come and it is known what became of it.
    meeting
        Whether it is a meeting.

    Returns
    -------
    Percent
        With its Wilson interval; null where no meeting was booked.

    Examples
    --------
    >>> lines = pd.DataFrame({"held": [True, False, True], "booked": True,
    ...     "meeting": [True, True, False]})
    >>> spm.measure(lines, spm.meeting_hold_rate)[["meeting_hold_rate",
    ...     "meeting_hold_rate_n"]].values.tolist()
    [[0.5, 2.0]]

    References
    ----------
    Catalogue P8; common usage of the field.
    """
    return Share(held, booked & meeting)
