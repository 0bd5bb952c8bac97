"""First deals of hires, their quotas and their months, for the tests of ramp."""

from __future__ import annotations

import pandas as pd
from staff import days

DEALS = [
    ("bo", "2024-12-01", "2025-02-01", 50.0, "won"),  # created before bo came: inherited
    ("bo", "2025-02-01", "2025-03-01", 60.0, "won"),  # 45 days after 15 January
    ("bo", "2025-02-01", "2025-04-01", 70.0, "won"),
    ("di", "2026-04-10", "2026-05-01", 10.0, "lost"),
    ("ada", "2024-01-01", "2024-01-01", 20.0, "won"),  # on the first day
    ("cy", "2023-06-01", "2026-05-01", 90.0, "won"),  # closed after cy had left
    ("eve", "2024-06-01", "2024-07-01", 90.0, "won"),  # of whom the hiring is not known
]


def quotas(*rows):
    columns = ["rep_id", "period_start", "period_end", "quota"]
    frame = pd.DataFrame(rows, columns=columns)
    return frame.assign(
        period_start=days(*frame["period_start"]), period_end=days(*frame["period_end"])
    )


def progress(credited, quota=100.0, rep_id="ada", start="2026-01-01"):
    month = pd.date_range(start, periods=len(credited), freq="MS")
    return pd.DataFrame({"rep_id": rep_id, "month": month, "credited": credited, "quota": quota})
