"""The actions: a checklist, what is told of those with one, and what is proposed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from spmkit import narrative, tables
from spmkit.actions import asked_metric
from spmkit.data import DataError
from spmkit.declaration import metric_unit
from spmkit.reports import page
from spmkit.reports.review_parts.sections import Stack
from spmkit.review import ActionPlan, Person, Review, Team, action_plan, proposed_actions
from spmkit.units import MONEY, NULL, format_difference, format_value

_MOST_LISTED = 40
_MOST_PROPOSED = 10
_TEXTS = ("action", "owner", "goal", "metric", "stands", "told")


def action_parts(review: Review) -> Stack:
    """What was agreed and how it stands, what is told of it together, and what is proposed."""
    proposals, missing = proposed_actions(review)
    proposed = _proposed(proposals, missing, review)
    try:
        plan = action_plan(review)
    except DataError as error:
        first = page.note(f"No actions to look back on: {error}")
        return Stack([first, *proposed, *_to_decide("", proposals)])
    asked = narrative.to_go_on(plan.checklist)
    return Stack([*_agreed(plan, review), *proposed, *_to_decide(asked, proposals)])


def own_actions(part: Team | Person) -> Any:
    """What was agreed with the people of a page, and how it stands."""
    try:
        plan = action_plan(part.company, part.reps)
    except DataError as error:
        return page.note(f"No actions to look back on: {error}")
    if plan.checklist.empty:
        return page.note(f"No action is open, and none was due in {part.periods.now.label}.")
    return Stack(_checked(plan, part.company))


def _agreed(plan: ActionPlan, review: Review) -> list[Any]:
    """The checklist and what came of those with an action."""
    if plan.checklist.empty:
        label = review.periods.now.label
        return [page.note(f"No action is open, and none was due or is judged in {label}.")]
    reasons = [page.note(text) for text in narrative.untold_targets(plan.checklist)]
    return [*_checked(plan, review), *reasons, *_judged(plan, review)]


def _checked(plan: ActionPlan, review: Review) -> list[Any]:
    now, shown = review.periods.now.label, plan.checklist.head(_MOST_LISTED)
    count = len(plan.checklist)
    some = f"; {len(shown):,} of {count:,}" if len(shown) < count else ""
    cells = pd.DataFrame([_cells(row) for row in shown.to_dict("records")])
    heads = {"rep": "Rep", "action": "Action", "owner": "Owner", "due": "Due", "goal": "Goal"}
    heads |= {"now": now, "stands": "How it stands"}
    title = f"{narrative.actions_title(plan.checklist)}{some}"
    table = _table(cells, title, _filled(cells, heads))
    measured = cells[cells["now"] != NULL]
    if measured.empty:
        return [table]
    beside = {"rep": "Rep", "metric": "Metric", "last": "Quarter before it was due", "now": now}
    beside |= {"others": "Four of five others with the same past"}
    folded = _table(measured, "", beside).as_raw_html()
    return [table, page.unfolding("Each beside others with the same past", folded)]


def _filled(cells: pd.DataFrame, heads: Mapping[str, str]) -> dict[str, str]:
    """The headings of the columns in which something stands."""
    return {name: head for name, head in heads.items() if (cells[name] != NULL).any()}


def _cells(row: Mapping[Any, Any]) -> dict[str, Any]:
    """An action as it is shown; the days and numbers behind the texts go into files."""
    unit = row["unit"]
    return {
        "rep": str(row["rep"]),
        "action": _agreed_action(row),
        "owner": NULL if pd.isna(row["owner"]) else str(row["owner"]),
        "due": _day(row["due_on"]),
        "due_value": row["due_on"],
        "goal": _goal(row),
        "metric": _metric(row["metric"]),
        "now": format_value(row["value"], unit),
        "now_value": row["value"],
        "last": format_value(row["last"], unit),
        "last_value": row["last"],
        "others": _between(format_value(row["low"], unit), format_value(row["high"], unit)),
        "stands": str(row["stands"]),
    }


def _agreed_action(row: Mapping[Any, Any]) -> str:
    """The action, with its gap before it where the metric does not name that already."""
    gap = "" if pd.isna(row["gap"]) else narrative.metric_words(row["gap"])
    if not gap or gap.casefold() in _metric(row["metric"]).casefold():
        return str(row["action"])
    return f"{gap[0].upper()}{gap[1:]}: {row['action']}"


def _goal(row: Mapping[Any, Any]) -> str:
    """The metric with its baseline and its target, as far as they are known."""
    start, end = (format_value(row[name], row["unit"]) for name in ("baseline", "target"))
    words = [_metric(row["metric"])]
    words += [f"from {start}"] if start != NULL else []
    words += [f"to {end}"] if end != NULL else []
    return " ".join(words)


def _metric(metric: Any) -> str:
    if pd.isna(metric):
        return NULL
    words = narrative.metric_words(metric)
    return f"{words[:1].upper()}{words[1:]}"


def _day(day: Any) -> str:
    return NULL if pd.isna(day) else f"{day.day} {day:%b %Y}"


def _between(low: str, high: str) -> str:
    """From one number to another, the unit said once."""
    if NULL in (low, high):
        return NULL
    number, _, unit = low.rpartition(" ")
    said = number if number and unit == high.rpartition(" ")[2] else low
    return f"{said} to {high}"


def _judged(plan: ActionPlan, review: Review) -> list[Any]:
    """Those with an action beside others with the same past, by metric."""
    if plan.effects.empty:
        return [page.note(_not_judged(review))]
    known = plan.effects[plan.effects["after"].notna()]  # why there are no values is said above
    if known.empty:
        return [page.note("Nothing can be told of what came of the actions.")]
    cells = pd.DataFrame([_effect_cells(row) for row in known.to_dict("records")])
    heads = {
        "metric": "Metric",
        "reps": "Reps with it",
        "moved": "Moved by",
        "drift": "Others moved by",
        "value": "Difference, 95 % interval",
        "detectable": "Would be seen from",
        "told": "Verdict",
    }
    told = _table(cells, narrative.effects_title(known), _filled(cells, heads))
    return [told, page.note(_EXPLAINED)]


_EXPLAINED = (
    "Whoever is chosen for a bad quarter comes back towards the middle with nobody doing anything. "
    "So those with an action, dropped ones too, stand beside others with the same past and no "
    "action on the metric; moves are from the quarter before the action was due. What else parted "
    "the two groups is not known: a difference is no proof of a cause. One as large as in “would "
    "be seen from” is found four times out of five."
)


def _not_judged(review: Review) -> str:
    label = review.periods.now.label
    if not review.periods.complete:
        return f"{label} is running: what came of actions is judged once it is complete."
    return f"No action is judged in the review of {label}."


def _effect_cells(row: Mapping[Any, Any]) -> dict[str, str]:
    unit = row["unit"]
    low, high = (format_difference(row[name], unit) for name in ("low", "high"))
    span = "" if pd.isna(row["low"]) else f" ({_between(low, high)})"
    return {
        "metric": _metric(row["metric"]),
        "reps": f"{int(row['treated']):,} of {int(row['treated'] + row['control']):,}",
        "moved": format_difference(row["after"] - row["before"], unit),
        "drift": format_difference(row["drift"], unit),
        "value": f"{format_difference(row['value'], unit)}{span}",
        "detectable": format_difference(row["detectable"], unit).lstrip("+"),
        "told": narrative.told_effect(row),
    }


def _proposed(proposals: pd.DataFrame, missing: list[str], review: Review) -> list[Any]:
    """Where an action is proposed for the next period, or why none is."""
    if proposals.empty:
        return [page.note(narrative.none_proposed(missing))]
    shown = proposals.head(_MOST_PROPOSED)
    some = f"; {len(shown):,} of them" if len(shown) < len(proposals) else ""
    cells = pd.DataFrame([_proposal_cells(row) for row in shown.to_dict("records")])
    currency = review.data.settings.currency
    heads = {
        "rep": "Rep",
        "owner": "Owner",
        "metric": "Metric",
        "baseline": "Last 4 periods",
        "target": "Target: peers' median",
        "span": "Gap, 95 % interval",
        "worth": f"Goes with, {currency}" if currency else "Goes with",
    }
    title = f"{narrative.proposed_title(proposals)}{some}"
    return [_table(cells, title, _filled(cells, heads)), page.note(_GOES_WITH)]


_GOES_WITH = (
    "Goes with: how much more credit a period reps of the same role and segment had whose value "
    "was better by the gap. That the two go together is no proof that one brings the other."
)


def _proposal_cells(row: Mapping[Any, Any]) -> dict[str, str]:
    unit = metric_unit(asked_metric(row["metric"]))
    ends = [format_difference(row[name], unit).lstrip("+") for name in ("low", "high")]
    worth, low, high = (format_value(row[f"worth{end}"], MONEY) for end in ("", "_low", "_high"))
    return {
        "rep": str(row["rep"]),
        "owner": NULL if pd.isna(row["manager"]) else str(row["manager"]),
        "metric": _metric(row["metric"]),
        "baseline": format_value(row["baseline"], unit),
        "target": format_value(row["target"], unit),
        "span": _between(*ends),
        "worth": f"{worth} ({_between(low, high)})",
    }


def _to_decide(asked: str, proposals: pd.DataFrame) -> list[page.Part]:
    """What is overdue, and what is proposed, with blanks for what is done and by when."""
    said = [asked] if asked else []
    if len(proposals):
        first = proposals.iloc[0].to_dict()
        cells = _proposal_cells(first)
        owner = "________" if cells["owner"] == NULL else cells["owner"]
        said.append(
            f"what {first['rep']} does about {narrative.metric_words(first['metric'])}, now "
            f"{cells['baseline']}, target {cells['target']}. Owner: {owner}. By: ________"
        )
    return [page.decide("; ".join(said))] if said else []


def _table(cells: pd.DataFrame, title: str, heads: Mapping[str, str]) -> Any:
    """A table of texts, numbers right and words left."""
    table = tables.unit_table(cells, {}, title, heads)
    return table.cols_align("left", columns=[name for name in _TEXTS if name in heads])
