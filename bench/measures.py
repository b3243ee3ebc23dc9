"""What is measured: the work of the server, the load on it, and which figures are kept of each run.

A measure belongs to a group, which is what `--only` names. The goals are those of docs/performance.md.
"""

import resource
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bench import figures
from bench.contenders import Work
from bench.figures import Figures, Seen

GROUPS = (
    "fanout", "viewers", "processes", "votes", "presses", "join", "rejoin", "flood", "deaf", "snapshot", "list",
    "import", "ranking", "ceiling", "air", "verdict", "picture", "stage",
)  # fmt: skip
FANOUT = ("ours", "ours on gevent", "stock", "node", "C limit")
DATABASES = ("ours", "ours on PostgreSQL")
#: Files that a process needs besides its viewers' sockets.
_OTHER_FILES = 300
_MOST_VIEWERS = 15_000


@dataclass(frozen=True)
class Measure:
    """`load` are the options of the load generator; `keep` turns what was seen into figures.

    With `kills` the last process is killed when measuring begins; with `per_process` each has as many viewers as one.
    With `calm`, options laid over `load`, it is measured before with nothing else to do, for the ratio of the two.
    """

    name: str
    group: str
    contenders: tuple[str, ...]
    work: Work
    load: dict[str, Any]
    keep: tuple[Callable[[Seen], Figures], ...]
    votes: bool = False
    presses: bool = False
    kills: bool = False
    per_process: bool = False
    goals: dict[str, str] = field(default_factory=dict)
    #: Done in a process of its own in place of the load generator: by this module of `bench`, with these options.
    apart: tuple[str, dict[str, int]] | None = None
    #: By `bench.takes`, while the load generator holds the crowd.
    takes: dict[str, int] | None = None
    #: Adds to the figures of a round what can only be said of all contenders together.
    compare: Callable[[Mapping[str, Figures]], None] | None = None
    calm: dict[str, Any] | None = None


def viewers_possible() -> int:
    """As many as the hard limit of open files allows a server and a generator."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    return _MOST_VIEWERS if hard == resource.RLIM_INFINITY else max(0, min(_MOST_VIEWERS, hard - _OTHER_FILES))


def measures(quick: bool) -> list[Measure]:
    """All of them; the quick ones are a tenth as large and only show that everything runs."""
    return [
        *_fanout(quick), *_processes(quick), *_presses(quick), *_returning(quick), *_unkind(quick), *_snapshot(quick),
        *_lists(quick), *_imports(quick), *_ranking(quick), *_ceiling(quick),
        *_air(quick), *_verdict(quick), *_picture(quick), *_stage(quick),
    ]  # fmt: skip


def _crowd(quick: bool, viewers: int, **more: Any) -> dict[str, Any]:
    """Options for so many viewers, or as many as are possible; a tenth of them when it is to be quick."""
    options: dict[str, Any] = {"viewers": min(viewers // 10 if quick else viewers, viewers_possible())}
    options |= {"seconds": 1.5 if quick else 5, "warm": 0.5 if quick else 1.5}
    return options | {name.replace("_", "-"): value for name, value in more.items()}


def _fanout(quick: bool) -> list[Measure]:
    return [
        Measure(
            "saturated: 500 messages/s offered to 1,000 viewers", "fanout",
            FANOUT, Work(tell=500, notes=False), _crowd(quick, 1000),
            (figures.told,), goals={"CPU per delivery, µs": "≤ 3.5"},
        ),
        Measure(
            "5 messages/s to 1,000 viewers", "fanout",
            (
                "ours", "ours, real entries", "ours on PostgreSQL, real entries", "ours on gevent", "stock",
                "stock as browsers ask", "node", "C limit",
            ),
            Work(tell=5, notes=False), _crowd(quick, 1000), (figures.told, figures.memory),
            goals={"latency p99, ms": "≤ 10"},
        ),
        Measure(
            "2 messages/s to 8,000 viewers", "fanout", FANOUT, Work(tell=2, notes=False),
            _crowd(quick, 8000, connect_rate=1000), (figures.told, figures.memory),
            goals={"latency p99, ms": "≤ 80", "memory per viewer, KiB": "≤ 40"},
        ),
        Measure(
            f"{_MOST_VIEWERS:,} viewers on one process, 1 message/s, through two rounds of pings", "viewers",
            ("ours", "ours on gevent"), Work(tell=1), _crowd(quick, _MOST_VIEWERS, seconds=2 if quick else 22),
            (figures.held, figures.told),
            goals={"viewers": "15,000", "memory per viewer, KiB": "≤ 40", "longest stall, ms": "≤ 50"},
        ),
    ]  # fmt: skip


def _processes(quick: bool) -> list[Measure]:
    return [
        Measure(
            "two processes against one: 8,000 viewers, more real entries than they can be told", "processes",
            ("one process", "two processes on one core", "two processes on two cores"),
            Work(write=150, entries=4, count=True, notes=False), _crowd(quick, 8000, connect_rate=1200),
            (figures.told,),
            goals={"two cores ÷ one, by CPU per delivery": "≥ 1.8"}, compare=figures.capacity,
        ),
        Measure(
            "two processes against one: 4,000 viewers each, 5 real entries/s", "processes",
            ("one process", "two processes on one core"), Work(write=5, count=True, notes=False),
            _crowd(quick, 4000, connect_rate=1200), (figures.told,), per_process=True,
            goals={"two cores ÷ one, by CPU per delivery": "≥ 1.8"}, compare=figures.capacity,
        ),
    ]  # fmt: skip


def _presses(quick: bool) -> list[Measure]:
    return [
        Measure(
            "votes as fast as they are acknowledged, 500 at once", "votes",
            ("ours", "one by one", "ours on PostgreSQL", "one by one on PostgreSQL"), Work(),
            _crowd(quick, 1000, in_flight=50 if quick else 500, drain=1.2), (figures.voted,), votes=True,
            goals={
                "votes/s": "≥ 3,000 and 5 × one by one", "vote p99, ms": "≤ 300", "messages/s to a viewer": "≤ 4",
                "bytes/s to a viewer": "≤ 2,048", "counts shown wrong": "0", "longest stall, ms": "≤ 50",
            },
        ),
        Measure(
            "a host's presses under 5,000 viewers, 200 votes/s, 5 changes/s", "presses", DATABASES,
            Work(write=2),  # the host's three presses a second are changes too
            _crowd(quick, 5000, vote_rate=200, press_rate=3, voters=400, seconds=2 if quick else 20),
            (figures.pressed,), votes=True, presses=True,
            goals={
                "press p99, ms": "≤ 150", "press p99 ÷ calm": "≤ 10", "longest stall, ms": "≤ 50",
                "change to viewer p99, ms": "≤ 150",
            },
            calm={"viewers": 10, "voters": 0, "vote-rate": 0, "seconds": 2 if quick else 10},
        ),
    ]  # fmt: skip


def _returning(quick: bool) -> list[Measure]:
    def cut(fresh: int) -> dict[str, Any]:
        return _crowd(quick, 2000, cut=1, fresh=fresh, drain=1)

    goals = {"all back after, s": "≤ 5", "snapshots read": "≤ 10", "not at the newest entry": "0"}
    return [
        Measure(
            "first joins, as fast as they are let in", "join", DATABASES, Work(write=5),
            _crowd(quick, 2000, connect_rate=100_000, slope=1_000_000, snapshots=1, seconds=1), (figures.joined,),
            goals={"joins/s": "≥ 500"},
        ),
        Measure(
            "2,000 viewers cut off at once, who know what they saw", "rejoin", DATABASES, Work(write=5), cut(0),
            (figures.returned,), goals=goals,
        ),
        Measure(
            "2,000 viewers cut off at once, who need a snapshot", "rejoin", DATABASES, Work(write=5), cut(1),
            (figures.returned,), goals=goals,
        ),
        *[
            Measure(
                f"one of two processes is killed under 2,000 of 4,000 viewers, {who}", "rejoin",
                ("two processes on two cores",), Work(write=5),
                _crowd(quick, 4000, fresh=fresh, drain=1, connect_rate=1200), (figures.returned,), kills=True,
                goals=goals,
            )
            for fresh, who in enumerate(("who know what they saw", "who need a snapshot"))
        ],
    ]  # fmt: skip


def _unkind(quick: bool) -> list[Measure]:
    return [
        Measure(
            "50 flooders beside 500 viewers: 5 changes/s, 100 votes/s", "flood", DATABASES, Work(write=2),
            _crowd(
                quick, 500, flooders=10 if quick else 50, seconds=2 if quick else 8, vote_rate=100, press_rate=3,
                voters=200,
            ),
            (figures.beset, figures.flooded), votes=True, presses=True,
            goals={"message p99, with them ÷ before": "≤ 2", "vote p99, with them ÷ before": "≤ 2"},
        ),
        Measure(
            "50 viewers that never read beside 1,000 that do, 100 messages/s", "deaf", ("ours",), Work(tell=100),
            _crowd(quick, 1000, deaf=10 if quick else 50, beset=2 if quick else 14),
            (figures.beset, figures.deafened),
            goals={
                "message p99, with them ÷ before": "≤ 1.1", "not cut": "0", "lost": "0",
                "memory for each that is deaf, KiB": "≤ 256, and the kernel's",
            },
        ),
    ]  # fmt: skip


def _snapshot(quick: bool) -> list[Measure]:
    def crowd(**more: Any) -> dict[str, Any]:
        return _crowd(quick, 0, askers=8 if quick else 64, seconds=1.5 if quick else 4, **more)

    evenings = ("an evening", "an evening behind nginx")
    work = Work(write=2, count=True)
    return [
        Measure(
            "the public snapshot of 200 entries, 2 changes/s, plain", "snapshot", evenings, work, crowd(),
            (figures.asked,),
        ),
        Measure(
            "the same, where gzip is taken", "snapshot", evenings[1:], work, crowd(gzip=1), (figures.asked,)
        ),
        Measure(
            "the same, with the tag of the answer before", "snapshot", evenings, work, crowd(gzip=1, tag=1),
            (figures.asked,),
        ),
        Measure(
            "votes by POST as fast as they are acknowledged, 200 at once", "snapshot", DATABASES, Work(),
            _crowd(quick, 1, post=1, in_flight=20 if quick else 200, drain=1.2), (figures.voted,), votes=True,
        ),
    ]  # fmt: skip


def _lists(quick: bool) -> list[Measure]:
    return [
        Measure(
            f"20,000 joins: the list of {questions:,} questions with {votes:,} votes, and the whole page", "list",
            DATABASES, Work(), {}, (), goals={"CPU for the list, ms": "≤ 1"},
            apart=("joins", {
                "questions": questions // 10 if quick else questions, "votes": votes // 10 if quick else votes,
                "joins": 200 if quick else 20_000, "pages": 20 if quick else 1000,
            }),
        )
        for questions, votes in ((500, 100_000), (1000, 200_000))
    ]  # fmt: skip


def _imports(quick: bool) -> list[Measure]:
    actuals = 3000 if quick else 300_000
    return [
        Measure(
            f"an import of {actuals:,} actuals", "import", DATABASES, Work(), {}, (),
            apart=("imports", {"figures": actuals}),
            goals={"all, xlsx: seconds": "< 60"},
        )
    ]  # fmt: skip


def _picture(quick: bool) -> list[Measure]:
    seconds = 10 if quick else 600
    return [
        Measure(
            f"a picture from the camera to the eye, {seconds} s", "picture", ("ours",), Work(), {}, (),
            apart=("picture", {"seconds": seconds}), goals={"p95, ms": "≤ 5000"},
        )
    ]  # fmt: skip


def _stage(quick: bool) -> list[Measure]:
    publishers, viewers = (3, 30) if quick else (10, 300)
    turns, tries, seconds = (2, 2, 10) if quick else (12, 100, 60)
    return [
        Measure(
            f"a stage with {publishers} pictures, and {viewers} viewers of its programme", "stage", ("ours",), Work(),
            {}, (),
            apart=("stage", {
                "publishers": publishers, "viewers": viewers, "turns": turns, "tries": tries, "seconds": seconds,
            }),
            goals={
                "missed": "0", "slot to picture p95, ms": "≤ 6000", "reload to being on again p95, ms": "≤ 5000",
                "right withdrawn worst, ms": "≤ 500",
            },
        )
    ]  # fmt: skip


def _ranking(quick: bool) -> list[Measure]:
    units, months = (50, 12) if quick else (5000, 60)
    return [
        Measure(
            f"the table of a month: {units:,} units, 20 indicators, {months} months of figures", "ranking", DATABASES,
            Work(), {}, (), goals={"month 01: table, s": "≤ 1", "plan, s": "≤ 2"},
            apart=("ranking", {"units": units, "months": months}),
        )
    ]  # fmt: skip


def _ceiling(quick: bool) -> list[Measure]:
    return [
        Measure(
            "the generator's own ceiling: messages", "ceiling", ("C limit",), Work(tell=-1), _crowd(quick, 1000),
            (figures.at_its_limit,),
        ),
        Measure(
            "the generator's own ceiling: acknowledgements", "ceiling", ("C limit",), Work(),
            # The limit server does not mind who has supported what, so the list of questions may be long.
            _crowd(quick, 1, in_flight=50 if quick else 500, questions=",".join(map(str, range(1, 1000)))),
            (figures.at_its_limit,), votes=True,
        ),
    ]  # fmt: skip


def _air(quick: bool) -> list[Measure]:
    viewers, takes = (200, 3) if quick else (2000, 20)
    return [
        Measure(
            "from the director's press to 20 outputs, beside 2,000 viewers on the same process", "air", DATABASES,
            Work(write=2, count=True, notes=False),  # the evening goes on: entries and ticks for all of them
            {"viewers": viewers, "connect-rate": 500, "warm": 1, "seconds": 15 if quick else 45}, (),
            goals={"take p95, ms": "≤ 150", "clear p95, ms": "≤ 200", "panic p95, ms": "≤ 200"},
            takes={"viewers": viewers, "outputs": 20, "takes": takes},
        )
    ]  # fmt: skip


def _verdict(quick: bool) -> list[Measure]:
    votes, counted = (500, 2000) if quick else (20_000, 200_000)
    return [
        Measure(
            f"votes of a verdict beside those of support, and {counted:,} of them counted and looked through",
            "verdict", DATABASES, Work(), {}, (),
            goals={
                "a vote of a verdict ÷ of support, by CPU": "≤ 2", "a tick, CPU, ms": "≤ 50",
                "looked through: longest piece, CPU, ms": "≤ 50",
            },
            apart=("judging", {"votes": votes, "counted": counted}),
        )
    ]  # fmt: skip
