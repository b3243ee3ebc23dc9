"""An evening on which each answer of a command or a query is held against what the protocol page says."""

import re
from pathlib import Path
from typing import Any

from inquiry.core.db import reading
from inquiry.live import queries as live
from inquiry.permissions import Actor
from tests.questions.conftest import Clock
from tests.support.application import City, Say

PROTOCOL = (Path(__file__).parents[2] / "docs" / "protocol.md").read_text()
Shape = dict[str, Any]


def shape(written: str) -> Shape:
    """The keys that a cell of the table names, with those in braces behind a key, which are of what it holds or lists;
    `?` may be missing.
    """
    found: Shape = {}
    open_ones, last = [found], found
    for key, brace in re.findall(r"`(\w+\??)`|([{}])", written):
        if key:
            last = open_ones[-1][key] = {}
        elif brace == "{":
            open_ones.append(last)
        else:
            open_ones.pop()
    return found


def told() -> dict[str, Shape]:
    table = PROTOCOL.split("### Answers", 1)[1].split("\n## ", 1)[0]
    rows = re.findall(r"^\| (`\w+\.\w+`.*?) \| (.*) \|$", table, re.MULTILINE)
    return {name: shape(answer) for names, answer in rows for name in re.findall(r"`(\w+\.\w+)`", names)}


def differs(answer: dict[str, Any], said: Shape) -> str:
    """What an answer has that is not said, or lacks that is; '' where it fits."""
    names = {key.removesuffix("?") for key in said}
    if more := answer.keys() - names:
        return f"not told: {sorted(more)}"
    if missing := {key for key in said if not key.endswith("?")} - answer.keys():
        return f"told, and not there: {sorted(missing)}"
    for key, inner in said.items():
        held = answer.get(key.removesuffix("?")) if inner else None
        for one in held if isinstance(held, list) else [held] if held else []:
            if fault := differs(one, inner):
                return f"{key}: {fault}"
    return ""


class Evening:
    """Says what is said on an evening, and holds each answer against the page."""

    def __init__(self, city: City, clock: Clock, say: Say) -> None:
        self.city, self.clock, self._say = city, clock, say
        self.said: set[str] = set()
        self.full: set[str] = set()
        self.told = told()
        self.wrong: list[str] = []

    def __call__(self, actor: Actor, name: str, /, **fields: Any) -> dict[str, Any]:
        answer = self._say(actor, name, **fields)
        assert answer.pop("ok"), (name, fields, answer)
        self.said.add(name)
        if fault := differs(answer, self.told.get(name, {})):
            self.wrong.append(f"{name}: {fault}")
        self.full |= {f"{name}.{key}" for key, value in answer.items() if isinstance(value, list | dict) and value}
        return answer

    def floor(self, session: int) -> int:
        """What the host has seen, having seen everything."""
        with reading() as db:
            return live.session(db, session).floor_rev
