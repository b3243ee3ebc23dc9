"""Long work on the loop, done in turns: between two pieces of it others go first (`extensions.let_others_go_first`)."""

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

#: Called between two pieces. Whoever decides without a database is handed it.
Pause = Callable[[], None]

T = TypeVar("T")


def go_on() -> None:
    """No pause: for what is short, or has a thread of its own."""


def in_turn(many: Iterable[T], pause: Pause, at_once: int) -> Iterator[T]:
    """The same, with a pause before the first and after each so many."""
    for done, one in enumerate(many):
        if done % at_once == 0:
            pause()
        yield one
