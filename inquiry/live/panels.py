"""Places on the pages of `live` that the packages above fill: they know live, live does not know them.

A package says, when it is registered, which template stands there and what it needs:
`panels.on_home("pledges/_open.html", queries.open_by_unit)`. The template finds that as `panel`.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ..core.db import Db
from .models import Session


@dataclass(frozen=True)
class Panel:
    """A template and what it shows, ready to be included."""

    template: str
    data: Any
    above: bool = False


_home: dict[str, Callable[[Db, datetime], Any]] = {}
_session: dict[str, tuple[Callable[[Db, Session], Any], bool]] = {}
_setup: dict[str, tuple[Callable[[Db, Session], Any], bool]] = {}
_search: dict[str, Callable[[Db, str, int | None, Collection[int]], Any]] = {}


def on_home(template: str, fill: Callable[[Db, datetime], Any]) -> None:
    """Show a template on the home page, with what `fill(db, now)` gives."""
    _home[template] = fill


def on_session(template: str, fill: Callable[[Db, Session], Any], *, above: bool = False) -> None:
    """Show a template on the page of every session, with what `fill(db, session)` gives: with what came of it, or
    `above` everything else."""
    _session[template] = fill, above


def on_setup(template: str, fill: Callable[[Db, Session], Any], *, above: bool = False) -> None:
    """Show a template on the setup page of every session, with what `fill(db, session)` gives: at its end, or `above`
    the rundown that it leads to."""
    _setup[template] = fill, above


def on_search(template: str, fill: Callable[[Db, str, int | None, Collection[int]], Any]) -> None:
    """Show a template below the questions that a search found, with what `fill(db, words, session id, hidden)` gives;
    of the `hidden` sessions nothing may be found."""
    _search[template] = fill


def of_home(db: Db, now: datetime) -> list[Panel]:
    return [Panel(template, fill(db, now)) for template, fill in _home.items()]


def of_session(db: Db, session: Session) -> list[Panel]:
    return [Panel(template, fill(db, session), above) for template, (fill, above) in _session.items()]


def of_setup(db: Db, session: Session) -> list[Panel]:
    return [Panel(template, fill(db, session), above) for template, (fill, above) in _setup.items()]


def of_search(db: Db, words: str, session_id: int | None, hidden: Collection[int]) -> list[Panel]:
    return [Panel(template, fill(db, words, session_id, hidden)) for template, fill in _search.items()]
