"""Starting other programs so that none outlives the tests, however those end."""

import os
import random
import shutil
import socket
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")

#: What all that the tests write at a time fits into, several times over.
ROOM_BYTES = 4 * 2**30

_claims: list[socket.socket] = []


def tied(command: list[str], *, user: str | None = None, farewell: str = "KILL") -> list[str]:
    """The same command, sent the signal `farewell` by the kernel when its parent dies.

    Where `user` is given and we are root, it runs as that user. It heeds Ctrl-C, though a shell that started the tests
    in the background has told them to ignore it, which whatever they start would inherit.
    """
    setpriv = shutil.which("setpriv")
    if not setpriv:
        return command
    options = ["--pdeathsig", farewell]
    if user and os.geteuid() == 0:
        options += ["--reuid", user, "--regid", user, "--init-groups"]
    return [setpriv, *options, "--", "env", "--default-signal=INT", *command]


def free_port() -> int:
    """A TCP port on 127.0.0.1 that nobody listens on now.

    It lies below those that the system gives to outgoing connections: one of them would take it before it is used.
    No other test of this machine is given it until this process has ended: a name without a file stands for it.
    """
    while True:
        port = random.randrange(15_000, 32_000)
        claim = socket.socket(socket.AF_UNIX)
        try:
            claim.bind(f"\0inquiry-test-port-{port}")
            with socket.socket() as probe:
                probe.bind(("127.0.0.1", port))
        except OSError:
            claim.close()
            continue
        _claims.append(claim)
        return port


def answers(port: int) -> bool:
    """Whether somebody listens on this port of 127.0.0.1."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def in_memory() -> Path | None:
    """A folder that lies in memory, for what need not outlive the tests; None where there is too little room.

    Copying a database means making hundreds of files: on a disk that others use as well, most of a test is spent on it.
    """
    folder = Path("/dev/shm")  # noqa: S108 - what is made there has a name of its own, by tempfile and pytest
    if not os.access(folder, os.W_OK) or shutil.disk_usage(folder).free < ROOM_BYTES:
        return None
    return folder


def eventually(look: Callable[[], T], *, seconds: float = 30, every: float = 0.05, otherwise: str = "") -> T:
    """The first true answer of `look`, asked again and again; AssertionError with `otherwise` after `seconds`."""
    end = time.monotonic() + seconds
    while not (answer := look()):
        if time.monotonic() > end:
            raise AssertionError(otherwise or f"still not so after {seconds} s")
        time.sleep(every)
    return answer
