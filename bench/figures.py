"""What is kept of a run: figures by the names they have in tables."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bench.workshop import Json

Figures = dict[str, float | None]


@dataclass(frozen=True)
class Seen:
    """One run: what the generator printed, what each process noted, and what the database holds afterwards."""

    load: Json
    notes: list[list[Json]]
    #: Questions whose count on the last tick is not the number of rows.
    wrong_counts: float | None = None

    def stall_ms(self) -> float | None:
        begin, end = self.load["window_us"]
        stalls = [note["stall_ms"] for notes in self.notes for note in notes if begin < note["at_us"] < end + 250_000]
        return max(stalls, default=None)

    def asked(self, what: str, since: str = "window") -> float | None:
        """How often all processes counted something while measuring (or, since `joining`, until measuring began)."""
        window: list[int] = self.load["window_us"]
        begin, end = (self.load["began_us"], window[0]) if since == "joining" else (window[0], window[1] + 250_000)
        found = [times for notes in self.notes if (times := _between(notes, what, begin, end)) is not None]
        return float(sum(found)) if found else None


def _between(notes: list[Json], what: str, begin: int, end: int) -> int | None:
    before = [int(note[what]) for note in notes if note["at_us"] <= begin]
    until = [int(note[what]) for note in notes if note["at_us"] <= end]
    return until[-1] - (before[-1] if before else 0) if until else None


def _at(tree: Json, *path: str) -> float | None:
    found: Any = tree
    for name in path:
        found = found.get(name) if found else None
    return None if found is None else float(found)


def told(seen: Seen) -> Figures:
    return {
        "CPU per delivery, µs": _at(seen.load, "server", "us_per_delivery"),
        "deliveries/s": _at(seen.load, "deliveries_per_second"),
        "bytes of a delivery": _at(seen.load, "bytes_per_delivery"),
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


def beside_calm(busy: Figures, calm: Figures) -> Figures:
    """A host's presses, and how much longer they took than with nobody else about."""
    ratios: Figures = {}
    for at in ("p50", "p99"):
        name = f"press {at}, ms"
        now, before = busy[name], calm[name]
        ratios |= {f"press {at}, calm, ms": before, f"press {at} ÷ calm": now / before if now and before else None}
    return busy | ratios


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


def beset(seen: Seen) -> Figures:
    """Before they came, and with them."""
    found: Figures = {}
    for what, calm, then in (
        ("message", ("latency_ms",), ("latency_ms",)),
        ("vote", ("vote_ms",), ("votes", "latency_ms")),
        ("host's press", ("press_ms",), ("presses", "latency_ms")),
    ):
        before, after = _at(seen.load, "calm", *calm, "p99"), _at(seen.load, *then, "p99")
        found |= {f"{what} p99 before, ms": before, f"{what} p99 with them, ms": after}
        if before and after:
            found[f"{what} p99, with them ÷ before"] = after / before
    return found | {
        "deliveries/s before": _at(seen.load, "calm", "deliveries_per_second"),
        "deliveries/s with them": _at(seen.load, "deliveries_per_second"),
        "longest stall, ms": seen.stall_ms(),
        "server, of a core": _at(seen.load, "server", "of_a_core"),
        "generator, of a core": _at(seen.load, "generator", "of_a_core"),
        "lost": _at(seen.load, "lost"),
    }


def deafened(seen: Seen) -> Figures:
    deaf = seen.load["deaf"]
    return {
        "memory for each that is deaf, KiB": _at(seen.load, "deaf", "kib_each"),
        "and in the kernel, KiB": _at(seen.load, "deaf", "kernel_kib_each"),
        "cut after, s (median)": (_at(seen.load, "deaf", "cut_after_ms", "p50") or 0) / 1000,
        "cut after, s (last)": (_at(seen.load, "deaf", "cut_after_ms", "max") or 0) / 1000,
        "behind for, s": _behind_seconds(seen),
        "not cut": float(deaf["deaf"] - deaf["cut"]),
    }


def _behind_seconds(seen: Seen) -> float | None:
    """From when the server noticed that somebody was behind to when nobody was any more, to a quarter of a second."""
    behind = [note["at_us"] for notes in seen.notes for note in notes if note["behind"]]
    return (behind[-1] - behind[0]) / 1e6 + 0.25 if behind else None


def flooded(seen: Seen) -> Figures:
    return {
        "sent by all flooders, MB/s": (_at(seen.load, "flood", "bytes_per_second") or 0) / 1e6,
        "flooders cut off": _at(seen.load, "flood", "cut"),
    }


def asked(seen: Seen) -> Figures:
    """What was asked for over plain HTTP."""
    return {
        "answers/s": _at(seen.load, "asks", "per_second"),
        "answered 200": _at(seen.load, "asks", "fresh"),
        "answered 304": _at(seen.load, "asks", "unchanged"),
        "otherwise": _at(seen.load, "asks", "other"),
        "head of a 200, bytes": _at(seen.load, "asks", "head"),
        "its body, bytes": _at(seen.load, "asks", "body"),
        "a whole 304, bytes": _at(seen.load, "asks", "unchanged_head") or None,
        "CPU for each, µs": _at(seen.load, "asks", "us_each"),
        "answer p50, ms": _at(seen.load, "asks", "latency_ms", "p50"),
        "answer p99, ms": _at(seen.load, "asks", "latency_ms", "p99"),
        "asked of the process/s": _per_second(seen, "requests"),
        "snapshots read/s": _per_second(seen, "snapshots"),
        "generator, of a core": _at(seen.load, "generator", "of_a_core"),
    }


def painted(told: Json) -> Figures:
    """What `bench.joins` printed."""
    found: Figures = {}
    for what, seen in (("the list", told["list"]), ("the page", told["page"])):
        found |= {f"CPU for {what}, ms": seen["cpu_ms"], f"time for {what}, ms": seen["ms"]}
        found[f"statements for {what}"] = seen["statements"]
    return found


def imported(told: Json) -> Figures:
    """What `bench.imports` printed."""
    found: Figures = {}
    for what, seen in told.items():
        found |= {f"{what}: {name}": value for name, value in seen.items()}
    return found


def filmed(told: Json) -> Figures:
    """What `bench.picture` or `bench.stage` printed."""
    return dict(told)


def taken(told: Json) -> Figures:
    """What `bench.takes` printed."""
    found: Figures = {"viewers": told.pop("viewers"), "outputs": told.pop("outputs")}
    for press, seen in told.items():
        found |= {f"{press} {part}, ms": ms for part, ms in seen.items()}
    return found


def judged(told: Json) -> Figures:
    """What `bench.judging` printed."""
    found: Figures = {}
    for what, named in (("support", "support"), ("verdict", "a verdict")):
        for name, value in told[what].items():
            found[f"votes of {named}: {name}"] = value
    found["a vote of a verdict ÷ of support, by CPU"] = told["support"]["votes/cpu s"] / told["verdict"]["votes/cpu s"]
    found["a tick, CPU, ms"] = told["tick_cpu_ms"]
    found["looked through: CPU, s"] = told["patterns"]["cpu_s"]
    found["looked through: pieces"] = told["patterns"]["pieces"]
    found["looked through: longest piece, CPU, ms"] = told["patterns"]["longest_ms"]
    return found


def ranked(told: Json) -> Figures:
    """What `bench.ranking` printed."""
    found: Figures = {}
    plan = told.pop("plan")
    found |= {"plan: slots": plan["slots"], "plan, s": plan["s"], "plan: CPU, s": plan["cpu_s"]}
    for month, seen in told.items():
        found |= {f"month {month}: figures read": seen["figures"], f"month {month}: table, s": seen["s"]}
        found[f"month {month}: CPU, s"] = seen["cpu_s"]
    return found


def capacity(by_contender: Mapping[str, Figures]) -> None:
    """Adds to those with two processes what two cores carry in this way, measured in what one process carries on one.

    By processor time: two cores have twice as much of it, and each delivery costs what it was seen to cost.
    """
    one = by_contender.get("one process", {})
    for name, two in by_contender.items():
        cost, before = two.get("CPU per delivery, µs"), one.get("CPU per delivery, µs")
        if name != "one process" and cost and before:
            two["two cores ÷ one, by CPU per delivery"] = 2 * before / cost
        told, alone = two.get("deliveries/s"), one.get("deliveries/s")
        if name != "one process" and told and alone:
            two["deliveries/s ÷ one process"] = told / alone
