"""Starting other programs so that none outlives the tests, however those end."""

import os
import shutil
import socket
import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def tied(command: list[str], *, user: str | None = None, farewell: str = "KILL") -> list[str]:
    """The same command, sent the signal `farewell` by the kernel when its parent dies.

    Where `user` is given and we are root, it runs as that user.
    """
    setpriv = shutil.which("setpriv")
    if not setpriv:
        return command
    options = ["--pdeathsig", farewell]
    if user and os.geteuid() == 0:
        options += ["--reuid", user, "--regid", user, "--init-groups"]
    return [setpriv, *options, "--", *command]


def free_port() -> int:
    """A TCP port on 127.0.0.1 that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def eventually(look: Callable[[], T], *, seconds: float = 10, every: float = 0.05, otherwise: str = "") -> T:
    """The first true answer of `look`, asked again and again; AssertionError with `otherwise` after `seconds`."""
    end = time.monotonic() + seconds
    while not (answer := look()):
        if time.monotonic() > end:
            raise AssertionError(otherwise or f"still not so after {seconds} s")
        time.sleep(every)
    return answer
