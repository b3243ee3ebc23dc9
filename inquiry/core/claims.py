"""Who uses a data folder: whoever serves from it holds a file in it, for as long as the process lives."""

import fcntl
import os
from pathlib import Path

#: Only its being held says anything.
_FILE = "served.lock"
_held: dict[Path, int] = {}


class DataInUse(Exception):
    """Another server uses the data; the sentence says which, and what to do."""


def claim(data_dir: Path, *, alone: bool = False) -> None:
    """Hold the data of this folder until the process ends, so that nobody starts over with them meanwhile; several
    processes may serve the same unless one wants to be `alone`. Claiming again changes nothing. Raises DataInUse."""
    folder = data_dir.resolve()
    if folder in _held:
        return
    file = os.open(folder / _FILE, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(file, (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)
    except BlockingIOError as error:
        os.close(file)
        raise DataInUse(
            f"another server is using the data in {data_dir}. Stop it first, or give this one a folder of its own, "
            f"e.g. INQUIRY_DATA_DIR={data_dir.name}-2."
        ) from error
    _held[folder] = file


def inside(data_dir: Path) -> list[Path]:
    """The folders in it that were served from as well: `make cluster` and `make studio` keep theirs there."""
    return [one.parent for one in data_dir.resolve().glob(f"*/{_FILE}")]


def let_go(data_dir: Path) -> None:
    """The folder is not what it was: whoever goes on with it claims it anew."""
    if (file := _held.pop(data_dir.resolve(), None)) is not None:
        os.close(file)
