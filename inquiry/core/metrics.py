"""What a process counts about itself, told in the text format of Prometheus (version 0.0.4).

A module that has something to tell makes a `Counter`, or names a `gauge` with the function that reads it.
"""

import math
import os
import resource
import time
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

_STARTED_AT = time.time()
_STARTED = time.monotonic()


@dataclass(frozen=True)
class _Metric:
    kind: str
    explanation: str
    label: str
    read: Callable[[], float | Mapping[str, float]]


_metrics: dict[str, _Metric] = {}


class Counter:
    """Goes up only. With a `label` there is one count for each of its values."""

    def __init__(self, name: str, explanation: str, *, label: str = "") -> None:
        self.counts: dict[str, int] = defaultdict(int) if label else defaultdict(int, {"": 0})
        _metrics[name] = _Metric("counter", explanation, label, lambda: self.counts)

    def add(self, amount: int = 1, *, of: str = "") -> None:
        self.counts[of] += amount


def gauge(name: str, explanation: str, read: Callable[[], float | Mapping[str, float]], *, label: str = "") -> None:
    """Tell what `read` gives at that moment; a name that is given again replaces the earlier one."""
    kind = "counter" if name.endswith("_total") else "gauge"
    _metrics[name] = _Metric(kind, explanation, label, read)


class Stall:
    """How much later than asked the loop came by, in seconds: at worst in all, and since somebody asked last."""

    PERIOD_SECONDS = 0.05

    def __init__(self) -> None:
        self.longest = self._lately = 0.0
        self._due = math.inf

    def feel(self) -> float:
        """One turn of the task that feels it; returns the seconds until the next."""
        self.note(time.monotonic() - self._due)
        self._due = time.monotonic() + self.PERIOD_SECONDS
        return self.PERIOD_SECONDS

    def note(self, late: float) -> None:
        self._lately = max(self._lately, late)
        self.longest = max(self.longest, late)

    def lately(self) -> float:
        worst, self._lately = self._lately, 0.0
        return worst


def _resident_bytes() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


stall = Stall()
gauge("inquiry_loop_stall_seconds", "Longest lateness of the event loop since the last scrape.", stall.lately)
gauge("inquiry_loop_stall_longest_seconds", "Longest lateness of the event loop in all.", lambda: stall.longest)
gauge("inquiry_uptime_seconds", "Since the process started.", lambda: time.monotonic() - _STARTED)
gauge("process_start_time_seconds", "When the process started, since 1970.", lambda: _STARTED_AT)
gauge("process_cpu_seconds_total", "Processor time used.", lambda: sum(resource.getrusage(resource.RUSAGE_SELF)[:2]))
gauge("process_resident_memory_bytes", "Memory in use.", _resident_bytes)


def told(process: str) -> str:
    """Everything that is counted here, each sample with the name of this process."""
    lines = []
    for name, metric in sorted(_metrics.items()):
        found = metric.read()
        lines += [f"# HELP {name} {metric.explanation}", f"# TYPE {name} {metric.kind}"]
        for value, number in sorted(found.items()) if isinstance(found, Mapping) else [("", found)]:
            labels = {"process": process} | ({metric.label: value} if metric.label else {})
            written = ",".join(f'{key}="{_escaped(text)}"' for key, text in labels.items())
            lines.append(f"{name}{{{written}}} {number:.12g}")
    return "\n".join(lines) + "\n"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
