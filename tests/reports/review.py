# ruff: noqa: E501 (sentences of a page)
"""A small quarterly review as a notebook with outputs, and names that try to break out of it."""

from __future__ import annotations

import altair as alt
import great_tables as gt
import nbformat.v4 as nb
import pandas as pd

from spmkit import charts
from spmkit.charts import theme
from spmkit.reports import page

HOSTILE = [
    "</script><script>alert(1)</script>",
    "<img src=x onerror=alert(2)>",
    '=HYPERLINK("https://evil.example","x")',
    "../../x",
    "{name}",
    "N" * 300,
    "Grüße 🚀",
    "شركة الاختبار",
]
TEAMS = pd.DataFrame(
    {
        "team": ["North", "Central", "West", "South", "East"],
        "quota": [2.30, 2.20, 2.40, 2.60, 3.10],
        "credited": [2.44, 2.13, 2.23, 2.18, 2.45],
        "now": [1.06, 0.97, 0.93, 0.84, 0.79],
        "before": [0.98, 1.01, 0.95, 0.97, 0.88],
        "low": [0.97, 0.89, 0.84, 0.75, 0.69],
        "high": [1.15, 1.05, 1.02, 0.93, 0.89],
    }
)
STEPS = [
    ("2026Q2", 0.0, 12.9, "total"),
    ("opportunities", 12.9, 12.28, "down"),
    ("win rate", 12.28, 11.16, "down"),
    ("deal size", 11.16, 11.47, "up"),
    ("cycle", 11.47, 11.4, "down"),
    ("2026Q3", 0.0, 11.4, "total"),
]


def histogram() -> alt.LayerChart:
    reps = pd.DataFrame(
        {"low": [i / 10 for i in range(4, 16)], "reps": [3, 5, 7, 11, 8, 7, 3, 4, 4, 1, 2, 1]}
    )
    reps["high"], reps["hit"] = reps.low + 0.1, reps.low >= 1
    x = alt.X("low:Q", bin="binned", axis=alt.Axis(format=".0%", title="attainment of quota"))
    colour = alt.Color(
        "hit:N",
        legend=None,
        scale=alt.Scale(domain=[False, True], range=[theme.CONTEXT, theme.ACCENT]),
    )
    bars = (
        alt.Chart(reps)
        .mark_bar(binSpacing=1)
        .encode(x=x, x2="high:Q", y=alt.Y("reps:Q", title=None), color=colour)
    )
    line = alt.Chart(pd.DataFrame({"x": [1.0]})).mark_rule(strokeDash=[3, 3]).encode(x="x:Q")
    words = {
        "text": "15 reps stopped between 80 % and 100 %",
        "subtitle": "Reps by attainment of effective quota, 2026Q3",
    }
    return (bars + line).properties(
        width=470,
        height=190,
        title=words,
        description="Histogram: 15 of 56 reps between 80 and 100 % of quota.",
    )


def bullets(frame: pd.DataFrame = TEAMS) -> alt.LayerChart:
    y = alt.Y("team:N", sort=None, title=None)
    base = alt.Chart(frame).encode(y=y)
    x = alt.X(
        "low:Q",
        scale=alt.Scale(domain=[0.6, 1.3]),
        axis=alt.Axis(format=".0%", title=None, grid=True),
    )
    band = base.mark_rule(strokeWidth=7, color=theme.BAND, strokeCap="round").encode(
        x=x, x2="high:Q"
    )
    now = base.mark_circle(size=90).encode(x=alt.X("now:Q", title="attainment"))
    words = {
        "text": "South and East fell; North alone is above quota",
        "subtitle": "Attainment by team: now (dot), 80 % interval (band)",
    }
    return (band + base.mark_tick(size=14).encode(x="before:Q") + now).properties(
        height=190, title=words, description="Attainment by team."
    )


def bridge() -> alt.LayerChart:
    steps = pd.DataFrame(STEPS, columns=["step", "start", "end", "kind"])
    steps["label"] = ["12.9", "−0.62", "−1.12", "+0.31", "−0.07", "11.4"]
    steps["top"] = steps[["start", "end"]].max(axis=1)
    kinds = alt.Scale(
        domain=["total", "up", "down"], range=[theme.TOTAL, theme.ACCENT, theme.WORSE]
    )
    x = alt.X("step:N", sort=None, title=None)
    bars = (
        alt.Chart(steps)
        .mark_bar(size=40)
        .encode(
            x=x,
            y=alt.Y("start:Q", axis=None),
            y2="end:Q",
            color=alt.Color("kind:N", scale=kinds, legend=None),
        )
    )
    words = alt.Chart(steps).mark_text(dy=-7, fontWeight=600).encode(x=x, y="top:Q", text="label:N")
    title = {
        "text": "Three quarters of the fall is win rate, most of it in South and East",
        "subtitle": "Bookings, million USD; contributions add up exactly",
    }
    return (bars + words).properties(
        width=900, height=200, title=title, description="Bridge from 12.9 to 11.4 million."
    )


def table() -> gt.GT:
    shown = TEAMS[["team", "quota", "credited", "now"]]
    return (
        gt.GT(shown, rowname_col="team")
        .tab_header(
            "East and South are 1.07 of the 1.17 million short of quota", "Million USD, 2026Q3"
        )
        .fmt_number(["quota", "credited"], decimals=2)
        .fmt_percent("now", decimals=0)
        .cols_label(quota="Quota, M", credited="Credited, M", now="Attainment")
        .tab_style(gt.style.text(color=theme.WORSE), gt.loc.body("now", rows=[3, 4]))
        .tab_stubhead("Team")
    )


WIDE_TITLE = "East and South are 1.07 of the 1.17 million short of quota, all in one quarter"


def labelled_bars() -> alt.LayerChart:
    """Bars with long names at the left and words at their ends."""
    names = [f"{team}-western Navarro · O00015379" for team in TEAMS["team"]]
    bars = TEAMS.assign(label=names, amount=TEAMS["now"], share=TEAMS["now"])
    return charts.credit_bars(bars, "North is longest", "All of them")


def wide_table() -> gt.GT:
    months = {f"Month {number} of the year": TEAMS["quota"] for number in range(1, 13)}
    return gt.GT(TEAMS[["team"]].assign(**months)).tab_header(WIDE_TITLE)


def wide_review() -> object:
    """Give a page with more beside each other than a phone can show."""
    heads = ["Over the year", "By team and month", "Pipeline of the quarter", "Last"]
    parts = [nb.new_markdown_cell(f"## {head}\n\n{'Words. ' * 400}") for head in heads]
    return nb.new_notebook(cells=[_cell(_said(wide_table()), _drawn(labelled_bars())), *parts])


def hostile_frame() -> pd.DataFrame:
    return pd.DataFrame({"team": HOSTILE, "low": 0.8, "high": 1.0, "now": 0.9, "before": 0.7})


def _said(part: object) -> object:
    return nb.new_output("display_data", data={"text/html": part._repr_html_()})


def _drawn(chart: alt.LayerChart) -> object:
    data, metadata = theme.render(chart.to_dict())
    return nb.new_output("display_data", data=data, metadata=metadata)


def _cell(*outputs: object, tags: tuple[str, ...] = ()) -> object:
    return nb.new_code_cell("secret_code()", outputs=list(outputs), metadata={"tags": list(tags)})


def _opening() -> list[object]:
    return [
        nb.new_markdown_cell("# Quarterly performance review"),
        _cell(
            _said(
                page.masthead(
                    "Quarterly performance review · 2026Q3",
                    "All teams",
                    "1 Jul to 30 Sep 2026",
                    "data as of 2 Oct 2026",
                )
            )
        ),
        _cell(
            _said(
                page.lead(
                    "The team closed at ",
                    page.accent("91 %"),
                    " of quota, ",
                    page.worse("4 points below"),
                    " last quarter: 11.4 of 12.6 million. Win rate explains three quarters of the fall.",
                )
            )
        ),
        _cell(
            _said(
                page.sub(
                    "17 of 58 reps reached quota (29 %, 95 % interval 19 to 42 %), with quotas 12 % above plan. Without the two largest deals attainment is 84 %. Nothing is said of South's forecast: no snapshots were given."
                )
            )
        ),
        _cell(
            _said(
                page.figures(
                    ("Attainment, quota-weighted", "91 %", "2026Q2: 95 % · median rep 87 %"),
                    ("At or above quota", "17 of 58", "quotas 12 % above plan"),
                    (
                        "Win rate",
                        "22.8 %",
                        "of 1,204 closed, renewals apart · 95 % interval 20.5 to 25.3 %",
                    ),
                    ("Coverage of 2026Q4", "2.6×", "the win curve requires 3.1×"),
                )
            )
        ),
        _cell(_drawn(histogram()), _drawn(bullets()), tags=("pair",)),
    ]


def _rest() -> list[object]:
    decision = "late-stage losses in East (8 of 11 to one competitor). Owner: M. Okafor. By 15 Oct. Watch: closed win rate in East, now 16 % (11 to 22 %)."
    return [
        nb.new_markdown_cell("## Why"),
        _cell(_drawn(bridge())),
        nb.new_markdown_cell("## Where"),
        _cell(_said(table())),
        _cell(_said(page.decide(decision))),
        nb.new_markdown_cell("## Data"),
        _cell(
            _said(
                page.quality(
                    "9,412 rows read, 9,398 used, 14 set aside",
                    "12 opportunities without a close date",
                    "2 credits without an amount",
                )
            )
        ),
        _cell(
            _said(
                page.foot(
                    "Attainment: credited sales as a share of effective quota (as issued). Win rate: won as a share of closed, renewals excluded.",
                    "Data as of 2 Oct 2026 · spmkit 0.1 · input 3f9c…e1",
                )
            )
        ),
    ]


def _hostile() -> list[object]:
    rows = "\n".join(f"- {name}" for name in HOSTILE)
    frame = hostile_frame()
    text = nb.new_output("stream", name="stdout", text="\n".join(HOSTILE))
    plain = nb.new_output("execute_result", data={"text/plain": HOSTILE[0]}, execution_count=1)
    said = nb.new_output("display_data", data={"text/markdown": rows})
    title = {"text": HOSTILE[0], "subtitle": HOSTILE[1]}
    return [
        nb.new_markdown_cell(f"## {HOSTILE[0]}\n\n{rows}"),
        _cell(
            _said(frame),
            _said(gt.GT(frame).tab_header(HOSTILE[0], HOSTILE[1]).fmt_markdown("team")),
        ),
        _cell(_drawn(bullets(frame).properties(title=title, description=HOSTILE[0]))),
        _cell(text, plain, said, nb.new_output("stream", name="stderr", text="a warning")),
        _cell(_said(page.lead(HOSTILE[0])), _said(page.decide(*HOSTILE))),
    ]


def review() -> object:
    """Give the review of a well-behaved company."""
    return nb.new_notebook(cells=[*_opening(), *_rest()])


def hostile_review() -> object:
    """Give the same review with names that try to break out, in every place a name can stand."""
    return nb.new_notebook(cells=[*_opening(), *_hostile(), *_rest()])
