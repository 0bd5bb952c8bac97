"""What is said of actions: how they stand, what is told of them together, what is proposed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from spmkit.units import MONEY, format_value


def actions_title(checklist: pd.DataFrame) -> str:
    """Say how many of the actions are on target, short of it and overdue.

    Examples
    --------
    >>> actions_title(pd.DataFrame({"stands": ["overdue, short of target", "done, on target"]}))
    'Of 2 actions, 1 is on target, 1 is short of it; 1 is overdue'
    >>> actions_title(pd.DataFrame({"stands": ["not due yet"]}))
    'The one action: not due yet'
    """
    stands = checklist["stands"].astype(str)
    if len(stands) == 1:
        return f"The one action: {stands.iloc[0]}"
    met, short = (int(stands.str.endswith(end).sum()) for end in ("on target", "short of target"))
    late = int(stands.str.startswith("overdue").sum())
    target = f"{met or 'none'} {_is(met)} on target, {short or 'none'} {_is(short)} short of it"
    overdue = f"; {late} {_is(late)} overdue" if late else ""
    if not met and not short:
        return f"Of {len(stands):,} actions, {late or 'none'} {_is(late)} overdue"
    return f"Of {len(stands):,} actions, {target}{overdue}"


def _is(count: int) -> str:
    return "are" if count > 1 else "is"


def untold_targets(checklist: pd.DataFrame) -> list[str]:
    """Say why nothing is said of some targets: a sentence a metric and reason.

    Examples
    --------
    >>> untold_targets(pd.DataFrame({"metric": ["win_rate"] * 2, "why": ["it has no target"] * 2}))
    ['Nothing is said of the target of 2 actions on win rate: it has no target.']
    """
    told = checklist[checklist["why"].astype(str) != ""]
    counts = told.groupby(["metric", "why"], dropna=False, sort=False).size().reset_index(name="n")
    return [
        f"Nothing is said of the target of {row['n']} {'action' if row['n'] == 1 else 'actions'}"
        f"{_on(row['metric'])}: {str(row['why']).rstrip('.')}."
        for row in counts.to_dict("records")
    ]


def _on(metric: Any) -> str:
    return "" if pd.isna(metric) else f" on {metric_words(metric)}"


def metric_words(metric: Any) -> str:
    """The name of a metric in a sentence.

    Examples
    --------
    >>> metric_words("win_rate")
    'win rate'
    """
    return str(metric).replace("_", " ")


def effects_title(effects: pd.DataFrame) -> str:
    """Say for which metrics those with an action came off the others, and for which none can tell.

    Examples
    --------
    >>> effects_title(pd.DataFrame({"metric": ["win_rate", "sales_cycle"],
    ...     "verdict": ["improved", "cannot tell"]}))
    'Win rate is better for those with an action than for others with the same past; of 1 of 2 ...'
    """
    words = {"improved": "better", "worse": "worse"}
    said = [
        f"{_listed(list(rows['metric']))} is {word} for those with an action than for others with "
        "the same past"
        for verdict, word in words.items()
        if len(rows := effects[effects["verdict"] == verdict])
    ]
    unknown = int((effects["verdict"] == "cannot tell").sum())
    if unknown == len(effects):
        return "Whether those with an action did better than without it cannot be told"
    rest = [f"of {unknown} of {len(effects)} metrics it cannot be told"] if unknown else []
    return "; ".join([*said, *rest])


def _listed(metrics: Sequence[str]) -> str:
    text = " and ".join(metric_words(metric) for metric in metrics)
    return text[0].upper() + text[1:]


def told_effect(row: Mapping[Any, Any]) -> str:
    """The verdict on the actions of one metric, and why there is none.

    Examples
    --------
    >>> told_effect({"verdict": "cannot tell", "status": "3 reps with it; 10 are needed"})
    'cannot tell: 3 reps with it; 10 are needed'
    >>> told_effect({"verdict": "improved", "status": "ok"})
    'improved'
    """
    status = str(row["status"]).rstrip(".")
    return str(row["verdict"]) if status == "ok" else f"{row['verdict']}: {status}"


def to_go_on(checklist: pd.DataFrame) -> str:
    """Ask what becomes of the overdue actions, and name the first; nothing where none is overdue.

    Examples
    --------
    >>> to_go_on(pd.DataFrame({"stands": ["overdue, short of target"], "rep": ["Ada"],
    ...     "metric": ["win_rate"], "owner": ["Bo"]}))
    "whether the overdue action goes on: Ada's on win rate. Owner: Bo. By: ________"
    """
    late = checklist[checklist["stands"].astype(str).str.startswith("overdue")]
    if late.empty:
        return ""
    first = late.iloc[0]
    owner = "________" if pd.isna(first["owner"]) else first["owner"]
    whose = f"{first['rep']}'s{_on(first['metric'])}. Owner: {owner}. By: ________"
    if len(late) == 1:
        return f"whether the overdue action goes on: {whose}"
    return f"which of the {len(late):,} overdue actions go on, first {whose}"


def proposed_title(proposals: pd.DataFrame) -> str:
    """Say where an action is proposed, and what the largest gap goes with.

    Examples
    --------
    >>> proposed_title(pd.DataFrame({"rep": ["Ada", "Bo"], "metric": "admin_time_share",
    ...     "worth": [9e4, 4e4]}))
    'Proposed: 2 actions; reps with the target of the first had 90.0 k more a quarter'
    """
    count = f"{len(proposals):,} {'action' if len(proposals) == 1 else 'actions'}"
    first = format_value(proposals["worth"].iloc[0], MONEY)
    return f"Proposed: {count}; reps with the target of the first had {first} more a quarter"


def none_proposed(missing: Sequence[str]) -> str:
    """Say that no action is proposed, and why.

    Examples
    --------
    >>> none_proposed(["Admin time share lies off the peers' median for nobody"])
    "Nothing is proposed: admin time share lies off the peers' median for nobody."
    """
    if not missing:
        return "Nothing is proposed: for every gap that is real an action is open already."
    text = "; ".join(dict.fromkeys(reason.rstrip(".") for reason in missing))
    return f"Nothing is proposed: {text[0].lower()}{text[1:]}."
