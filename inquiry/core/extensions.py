"""The unbound instances that packages share: sockets, translation, forms' protection, and slow work aside."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final, TypeVar

from flask import current_app, has_app_context
from flask_babel import Babel
from flask_socketio import SocketIO
from flask_wtf import CSRFProtect

socketio = SocketIO()
babel = Babel()
csrf = CSRFProtect()

Each = TypeVar("Each")
_AT_ONCE: Final = 50


def _at_once(work: Callable[..., Any], *args: Any) -> Any:
    return work(*args)


def offload(work: Callable[..., Any], *args: Any) -> Any:
    """Run CPU-heavy work (password hashing, pictures) beside the loop, where `server.py` has named a thread pool."""
    beside = current_app.extensions.get("inquiry.offload", _at_once) if has_app_context() else _at_once
    return beside(work, *args)


def let_others_go_first() -> None:
    """Between two pieces of long work on the loop: everybody else whose turn it is goes on first."""
    socketio.sleep(0)


def in_turn(rows: Iterable[Each]) -> Iterator[Each]:
    """The same, but now and then others may go first."""
    for number, row in enumerate(rows):
        if number % _AT_ONCE == 0:
            let_others_go_first()
        yield row
