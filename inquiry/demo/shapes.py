"""The shapes of the demo's content: plain data, no database. How to walk it is told in `content.py`.

Rows point at each other by `key`. States, kinds and reasons are the values of the packages' own enums; a step's `do` is
the name of the command in `pledges`. Time is relative: `day` counts calendar days from today (the past is negative),
`minute` counts minutes since the session went live (before that is negative), and from now before a planned session.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Unit:
    """A node of the tree; the parent stands before its children. `head` answers on air, with `head_title`."""

    key: str
    kind: str
    name: str
    name_en: str
    parent: str | None
    head: str
    head_title: str


@dataclass(frozen=True)
class Head:
    """Who headed a unit until a `day`, when the next one took over."""

    unit: str
    name: str
    title: str
    day: int


@dataclass(frozen=True)
class Person:
    """Somebody who can sign in. `unit` is given for officials."""

    login: str
    role: str
    name: str
    title: str
    unit: str | None = None


@dataclass(frozen=True)
class Slot:
    """A right to speak inside an item; still running when `end_minute` is None."""

    unit: str
    speaker: str
    title: str
    seconds: int
    minute: float
    end_minute: float | None = None
    extended_seconds: int = 0


@dataclass(frozen=True)
class Item:
    """A line of the rundown. Planned while `minute` is None, on air while only `end_minute` is, else done."""

    kind: str
    title: str
    title_en: str
    minutes: int
    unit: str | None = None
    question: str | None = None
    minute: float | None = None
    end_minute: float | None = None
    slots: tuple[Slot, ...] = ()
    in_case: bool = False  # of the case above it
    note_host: str = ""
    note_floor: str = ""


@dataclass(frozen=True)
class Step:
    """One press in the life of a pledge: `do` by the person with login `by`.

    `text` is the note, the words of a dispute, the reason of an extension or the evidence; `link` makes the evidence a
    link; `due` is the new date of an extension. Tonight's steps tell the `minute`, all others the `day`.
    """

    do: str
    by: str
    text: str = ""
    day: int = 0
    minute: float | None = None
    due: int | None = None
    link: str = ""


@dataclass(frozen=True)
class Pledge:
    """What was promised. Specific only with action, object, officer and `due` (a day); else generic."""

    key: str
    spoken: str
    unit: str
    action: str = ""
    object: str = ""
    officer: str = ""
    due: int | None = None
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True)
class Response:
    """An answer on air from `minute` to `end_minute`, or in writing on a `day` by the official with login `by`."""

    unit: str
    speaker: str
    title: str
    kind: str
    text: str
    minute: float | None = None
    end_minute: float | None = None
    day: int | None = None
    by: str | None = None
    pledges: tuple[Pledge, ...] = ()


@dataclass(frozen=True)
class Question:
    """One citizen's question, asked at `minute`, with `votes` supporters (distinct voters of this wording alone).

    `into` is the question it was merged into; `reason` and `note` tell why it was refused. A handed one is settled at
    the close with `unit` and the usual deadline; `satisfied` is what the asker said of the written answer on
    `judged_day`, `reopened` the reason given on that day for opening it again. `deferred_to` is a session's key.
    """

    key: str
    state: str
    minute: float
    asker: str
    text: str
    unit: str | None = None
    votes: int = 0
    into: str | None = None
    reason: str | None = None
    note: str = ""
    deferred_to: str | None = None
    satisfied: bool | None = None
    judged_day: int | None = None
    reopened: str = ""
    responses: tuple[Response, ...] = ()


@dataclass(frozen=True)
class Session:
    """A session in one of three moments.

    Live: it began `minutes_ago`. Closed: on `day` at `clock` (the city's time), for `planned_minutes`. Planned: on a
    future `day` at `clock`. The intake opened `intake_days` before it begins.
    """

    key: str
    state: str
    title: str
    title_en: str
    theme: str
    theme_en: str
    planned_minutes: int
    units: tuple[str, ...]
    rundown: tuple[Item, ...]
    questions: tuple[Question, ...]
    intake_days: int
    day: int = 0
    clock: str = "20:00"
    minutes_ago: float | None = None


@dataclass(frozen=True)
class Indicator:
    """What is measured of the units of some kinds, every month.

    `typical` is the baseline target of a unit of average size for a year, by the unit's kind; where each month stands
    for itself, for a month. `months` are what the months usually are beside that, in percent. `step` is how far the
    stretch target lies beyond the baseline: in percent of it, or, where `spread` lists the units' baselines in their
    order, in the indicator's own measure. `shares` are the plan of the year. A large unit has more of everything,
    unless with `same_size`, where things are measured and not counted.
    """

    code: str
    name: str
    name_en: str
    theme: str
    measure: str
    measure_en: str
    better: str
    accumulates: bool
    decimals: int
    weight: int
    source: str
    definition: str
    typical: Mapping[str, int]
    step: str
    months: tuple[int, ...] = ()
    spread: tuple[str, ...] = ()
    shares: tuple[int, ...] = ()
    same_size: bool = False


@dataclass(frozen=True)
class Late:
    """The figure of a month, so many months `back` from the last, that comes in a month later; or never did."""

    indicator: str
    unit: str
    back: int
    never: bool = False


@dataclass(frozen=True)
class Corrected:
    """A figure that came in wrong, by so many percent, and was put right on a later day, which `why` tells. With
    `again`, the table was published again."""

    indicator: str
    unit: str
    back: int
    percent: int
    why: str
    again: bool = False
