"""The unbound instances that packages share: sockets, translation, forms' protection, and slow work aside."""

from collections.abc import Callable
from typing import Any

from flask_babel import Babel
from flask_socketio import SocketIO
from flask_wtf import CSRFProtect

socketio = SocketIO()
babel = Babel()
csrf = CSRFProtect()


def _at_once(work: Callable[..., Any], *args: Any) -> Any:
    return work(*args)


#: Runs CPU-heavy work (password hashing, pictures) beside the loop; `server.py` puts a real thread pool here.
offload: Callable[..., Any] = _at_once
