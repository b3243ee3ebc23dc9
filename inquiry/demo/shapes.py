"""The shapes of the demo's content: plain data, no database. How to walk it is told in `content.py`.

Rows point at each other by `key`. States, kinds and reasons are the values of the packages' own enums; a step's `do` is
the name of the command in `pledges`. Time is relative: `day` counts calendar days from today (the past is negative),
`minute` counts minutes since the session went live (before that is negative), and from now before a planned session.
"""

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
