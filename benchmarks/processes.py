"""What a command costs: CPU, time and memory of a process and of all that it starts.

This process stays small (no pandas): on Linux a child is charged the peak
memory of the process that it was forked from.
"""

from __future__ import annotations

import ctypes
import os
import resource
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

BECOME_REAPER = 36  # PR_SET_CHILD_SUBREAPER: a kernel that a command leaves behind comes to us


@dataclass(frozen=True)
class Cost:
    """CPU seconds (user and system), seconds of wall time, and the highest memory in MB."""

    cpu: float
    wall: float
    peak: float | None = None


def cost_of(command: Sequence[str]) -> Cost:
    """Run a command to its end and count what it took, with all that it started."""
    ctypes.CDLL(None).prctl(BECOME_REAPER, 1, 0, 0, 0)
    before, started = _children(), time.perf_counter()
    process = subprocess.Popen(
        command, env=_environment(), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    said = process.stderr.read() if process.stderr else b""
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{' '.join(command)} failed:\n{said.decode(errors='replace')[-2000:]}")
    _reap_orphans()
    return Cost(_children() - before, wall, usage.ru_maxrss / 1024)


def least(costs: Sequence[Cost]) -> Cost:
    """The least of several runs: what else the machine does can only add."""
    peaks = [cost.peak for cost in costs if cost.peak is not None]
    return Cost(
        min(cost.cpu for cost in costs),
        min(cost.wall for cost in costs),
        min(peaks) if peaks else None,
    )


def in_turn(commands: Mapping[str, Sequence[str]], times: int) -> dict[str, Cost]:
    """Run commands in turn, several times, so that a busy minute meets them all."""
    rounds = [{name: cost_of(one) for name, one in commands.items()} for _ in range(times)]
    return {name: least([found[name] for found in rounds]) for name in commands}


def module(name: str, *arguments: object) -> list[str]:
    """The command that runs a module of this folder with this Python."""
    return [sys.executable, "-m", f"benchmarks.{name}", *map(str, arguments)]


def _environment() -> dict[str, str]:
    """Let byte code be kept, as it is for everybody who runs a command twice."""
    return {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}


def _children() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def _reap_orphans() -> None:
    while True:
        try:
            os.wait()
        except ChildProcessError:
            return
