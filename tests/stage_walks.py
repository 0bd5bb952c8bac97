"""Visits to stages told step by step, and random logs to tell them of."""

from __future__ import annotations

from datetime import date, timedelta

START = date(2026, 7, 1)
CLOSED = ("won", "lost", "no_decision")


def made(cases):
    """Opportunities and their log, out of drawn days and stages; the log begins on START."""
    rows, moves = [], [("o0", str(START), "amount", None, "1")]
    for number, ((created, closes, outcome, now), changes, creation) in enumerate(cases):
        begins = None if created is None else str(START + timedelta(created))
        closed = None if outcome == "open" else str(START + timedelta(max(closes, created or 0)))
        rows.append((f"o{number}", begins, closed, outcome, now))
        moves += _log_of(f"o{number}", changes, creation)
    return rows, moves


def _log_of(deal, changes, creation):
    """Changes that follow each other, each into another stage, at most one a day."""
    moves, before = [], None if creation else "B"
    for day, stage in sorted(dict(changes).items()):
        if stage != before:
            moves.append((deal, str(START + timedelta(day)), "stage", before, stage))
            before = stage
    return moves


def walked(rows, moves, stages, as_of):
    """The visits of each opportunity: id, stage, visit, entered, left, to, direction, days."""
    told = []
    for deal, created, closed, outcome, now in rows:
        own = [m[1:] for m in moves if m[0] == deal and m[2] == "stage"]
        own = [move for move in own if closed is None or move[0] <= closed]
        known = created if created is not None and created >= str(START) else None
        if outcome != "void":
            steps, stage, since = _steps(own, known, undated=created is None)
            stage, since = (stage, since) if own else (now, known)
            steps += _last(stage, since, now, outcome, closed, stages)
            if outcome in CLOSED and stage not in stages and own and steps:
                steps[-1][3] = outcome  # what comes last and is no stage is the closing
            told += _numbered(deal, steps, stages, as_of)
    return told


def _steps(own, known, *, undated):
    """Each change ends a visit and begins the next one."""
    steps, stage, since = [], None, None
    for place, (day, _, before, after) in enumerate(own):
        if place == 0 and before is not None:
            stage, since = before, known if known and known <= day else None
        if stage is not None:
            steps.append([stage, since, day, after])
        fresh = place or before is not None or known or (undated and day > str(START))
        stage, since = after, day if fresh else None
    return steps, stage, since


def _last(stage, since, now, outcome, closed, stages):
    if outcome == "open":
        here = now or stage
        return [[here, since, None, None]] if here is not None else []
    return [[stage, since, closed, outcome]] if stage in stages else []


def _numbered(deal, steps, stages, as_of):
    counts, told = {}, []
    for stage, since, until, to in steps:
        counts[stage] = counts.get(stage, 0) + 1
        end = until or (as_of if to is None else None)
        days = _days(since, end) if since and end else None
        way = _direction(stage, to, stages)
        told.append([deal, stage, counts[stage], since, until, to, way, days])
    return told


def _days(since, until):
    days = (date.fromisoformat(until) - date.fromisoformat(since)).days
    return days if days >= 0 else None


def _direction(stage, to, stages):
    if to is None or to in CLOSED:
        return to
    if stage not in stages or to not in stages:
        return "undeclared"
    step = stages.index(to) - stages.index(stage)
    return {1: "forward"}.get(step, "skip" if step > 1 else "back")
