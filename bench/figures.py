"""What is kept of a run: figures by the names they have in tables."""

from dataclasses import dataclass
from typing import Any

from .workshop import Json

Figures = dict[str, float | None]


@dataclass(frozen=True)
class Seen:
    """One run: what the generator printed, what the server noted, and what the database holds afterwards."""

    load: Json
    notes: list[Json]
    #: Questions whose count on the last tick is not the number of rows.
    wrong_counts: float | None = None

    def stall_ms(self) -> float | None:
        begin, end = self.load["window_us"]
        stalls = [note["stall_ms"] for note in self.notes if begin < note["at_us"] < end + 250_000]
        return max(stalls, default=None)

    def asked(self, what: str, since: str = "window") -> float | None:
        """How often something was counted while measuring (or, since `joining`, until measuring began)."""
        window: list[int] = self.load["window_us"]
        begin, end = (self.load["began_us"], window[0]) if since == "joining" else (window[0], window[1] + 250_000)
        before = [note[what] for note in self.notes if note["at_us"] <= begin]
        until = [note[what] for note in self.notes if note["at_us"] <= end]
        return float(until[-1] - (before[-1] if before else 0)) if until else None


def _at(tree: Json, *path: str) -> float | None:
    found: Any = tree
    for name in path:
        found = found.get(name) if found else None
    return None if found is None else float(found)


def told(seen: Seen) -> Figures:
    return {
        "CPU per delivery, µs": _at(seen.load, "server", "us_per_delivery"),
        "deliveries/s": _at(seen.load, "deliveries_per_second"),
        "latency p50, ms": _at(seen.load, "latency_ms", "p50"),
        "latency p99, ms": _at(seen.load, "latency_ms", "p99"),
        "last after first p99, ms": _at(seen.load, "skew_ms", "p99"),
        "server, of a core": _at(seen.load, "server", "of_a_core"),
        "generator, of a core": _at(seen.load, "generator", "of_a_core"),
    }


def memory(seen: Seen) -> Figures:
    return {"memory per viewer, KiB": _at(seen.load, "server", "kib_per_viewer")}


def held(seen: Seen) -> Figures:
    return {
        "viewers": _at(seen.load, "ready"),
        "lost": _at(seen.load, "lost"),
        "memory per viewer, KiB": _at(seen.load, "server", "kib_per_viewer"),
        "longest stall, ms": seen.stall_ms(),
    }


def voted(seen: Seen) -> Figures:
    return {
        "votes/s": _at(seen.load, "votes", "per_second"),
        "vote p50, ms": _at(seen.load, "votes", "latency_ms", "p50"),
        "vote p99, ms": _at(seen.load, "votes", "latency_ms", "p99"),
        "refused": _at(seen.load, "votes", "refused"),
        "ran out of questions": _at(seen.load, "votes", "ran_out"),
        "messages/s to a viewer": _at(seen.load, "per_viewer", "messages_per_second"),
        "bytes/s to a viewer": _at(seen.load, "per_viewer", "bytes_per_second"),
        "counts shown wrong": seen.wrong_counts,
        "commits/s": _per_second(seen, "commits"),
        "longest stall, ms": seen.stall_ms(),
        "server, of a core": _at(seen.load, "server", "of_a_core"),
        "generator, of a core": _at(seen.load, "generator", "of_a_core"),
    }


def _per_second(seen: Seen, what: str) -> float | None:
    times = seen.asked(what)
    return None if times is None else times / float(seen.load["seconds"])


def pressed(seen: Seen) -> Figures:
    return {
        "press p50, ms": _at(seen.load, "presses", "latency_ms", "p50"),
        "press p99, ms": _at(seen.load, "presses", "latency_ms", "p99"),
        "presses": _at(seen.load, "presses", "latency_ms", "count"),
        "refused or late": float(seen.load["presses"]["refused"] + seen.load["presses"]["late"]),
        "vote p99, ms": _at(seen.load, "votes", "latency_ms", "p99"),
        "votes/s": _at(seen.load, "votes", "per_second"),
        "change to viewer p99, ms": _at(seen.load, "latency_ms", "p99"),
        "longest stall, ms": seen.stall_ms(),
        "server, of a core": _at(seen.load, "server", "of_a_core"),
        "lost": _at(seen.load, "lost"),
    }


def joined(seen: Seen) -> Figures:
    return {
        "joins/s": float(seen.load["with_state"]) / float(seen.load["joining_seconds"]),
        "join p99, ms": _at(seen.load, "join_ms", "p99"),
        "snapshots read": seen.asked("snapshots", since="joining"),
        "statements": seen.asked("statements", since="joining"),
        "lost": _at(seen.load, "lost"),
    }


def returned(seen: Seen) -> Figures:
    return {
        "all back after, s": (_at(seen.load, "rejoin", "ms", "max") or 0) / 1000,
        "back p50, s": (_at(seen.load, "rejoin", "ms", "p50") or 0) / 1000,
        "not back": float(seen.load["rejoin"]["cut"] - seen.load["rejoin"]["back"]),
        "not at the newest entry": float(seen.load["rejoin"]["back"] - seen.load["rejoin"]["at_newest"]),
        "snapshots read": seen.asked("snapshots"),
        "statements": seen.asked("statements"),
        "longest stall, ms": seen.stall_ms(),
    }


def at_its_limit(seen: Seen) -> Figures:
    return {
        "deliveries/s": _at(seen.load, "deliveries_per_second"),
        "acknowledgements/s": _at(seen.load, "votes", "per_second"),
        "generator, of a core": _at(seen.load, "generator", "of_a_core"),
    }
