"""What many tests begin with: its rows are made once for each kind of database, and copied for each test.

A fixture marked `scene` makes it out of the city, or out of the scene that its first argument names, at eight in the
evening. Where a test's database is a copy that has the rows already, the fixture gives the thing as it was made then.
"""

import copy
import inspect
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine

from inquiry.core.db import engine
from tests.support.postgres import Postgres

EIGHT = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
"""Eight in the evening in the city."""

#: The fixture functions that make a thing, one out of the other, the first out of the city.
Chain = tuple[Callable[..., Any], ...]


@dataclass(frozen=True)
class Copy:
    """What was made of a chain when its template was: the city, then the thing of each function."""

    chain: Chain
    things: tuple[Any, ...]


#: By the address of the database of a test.
_copies: dict[str, Copy] = {}


def scene(make: Callable[..., Any]) -> Callable[..., Any]:
    """Mark a fixture whose rows may be copied. It uses nothing but its first argument, the database and the time."""

    def given(**fixtures: Any) -> Any:
        copied = _copies.get(engine().url.render_as_string(hide_password=False))
        if copied is None or make not in copied.chain:
            return make(**fixtures)
        place = copied.chain.index(make)
        return _again(copied.things[place + 1], copied.things[place], next(iter(fixtures.values())))

    given.__name__, given.__doc__, given.__module__ = make.__name__, make.__doc__, make.__module__
    given.__signature__ = inspect.signature(make)  # type: ignore[attr-defined]
    given.makes = make  # type: ignore[attr-defined]
    return given


def _again(thing: Any, made_of: Any, base: Any) -> Any:
    """The same thing with the city and the scene of this test in place of those it was made of."""
    again = copy.copy(thing)
    for before, now in [(made_of, base), (getattr(made_of, "city", None), getattr(base, "city", None))]:
        for name in [name for name, value in vars(again).items() if value is before and before is not None]:
            setattr(again, name, now)
    return again


def chain_of(request: pytest.FixtureRequest) -> Chain:
    """The longest chain of scenes that a test asks for; empty if it asks for none."""
    definitions = request.node._fixtureinfo.name2fixturedefs
    chains = [_chain(definitions, name) for name in request.fixturenames if name in definitions]
    return max(chains, key=len, default=())


def _chain(definitions: Any, name: str) -> Chain:
    found = definitions[name][-1] if name in definitions else None
    make = getattr(found and found.func, "makes", None)
    return (*_chain(definitions, found.argnames[0]), make) if make else ()


class Templates:
    """The templates of scenes, each made when it is first asked for.

    `on(url)` is a context in which the application is on a database; `city()` is what stands there.
    """

    def __init__(
        self,
        on: Callable[[str], AbstractContextManager[Any]],
        city: Callable[[], Any],
        request: pytest.FixtureRequest,
        folder: Path,
    ) -> None:
        self._on, self._city, self._request, self._folder = on, city, request, folder
        self._made: dict[tuple[str, Chain], tuple[Any, Copy]] = {}

    def of(self, kind: str, chain: Chain) -> tuple[Any, Copy]:
        """The template with the rows of a chain: the path of a file, or the name of a database; and what was made."""
        if not chain:
            return self._request.getfixturevalue(f"{kind}_city"), Copy((), ())
        if (kind, chain) not in self._made:
            self._made[kind, chain] = self._make(kind, chain)
        return self._made[kind, chain]

    def _make(self, kind: str, chain: Chain) -> tuple[Any, Copy]:
        template, so_far = self.of(kind, chain[:-1])
        if kind == "sqlite":
            mine: Any = shutil.copyfile(template, self._folder / f"scene-{len(self._made)}.sqlite")
            url = f"sqlite:///{mine}"
        else:
            postgres: Postgres = self._request.getfixturevalue("postgres")
            mine = postgres.create(template=template)
            url = postgres.url(mine)
        with self._on(url), time_machine.travel(EIGHT, tick=False):
            things = so_far.things or (self._city(),)
            others = list(inspect.signature(chain[-1]).parameters)[1:]
            made = chain[-1](things[-1], **dict.fromkeys(others))
        return mine, Copy(chain, (*things, made))


@contextmanager
def known_as_copy(url: str, copied: Copy) -> Iterator[str]:
    _copies[url] = copied
    try:
        yield url
    finally:
        del _copies[url]
