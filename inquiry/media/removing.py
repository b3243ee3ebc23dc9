"""What nobody may see any more leaves its place in one step, and the worker removes it: gigabytes are no work for a
process that serves, and a program that still writes there is in nobody's way.
"""

import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Final

from flask import Flask

from ..core import background
from ..core.background import Task
from ..core.db import reading
from ..dispatch.unit_of_work import UnitOfWork, commit
from ..permissions import SYSTEM
from ..settings import settings
from . import film_queries, keeping, queries, rules
from .commands import sending
from .models import FilmState, PictureState, Programme

#: Where it lies until then, in the media folder: nobody is served anything from there.
REMOVED: Final = "removed"
PERIOD_SECONDS: Final = 5.0
SWEPT_EVERY_SECONDS: Final = 60.0
TRIED_EVERY_SECONDS: Final = 2.0


def take_away(uow: UnitOfWork, place: Path) -> None:
    """A folder or a file of the media folder, if it is there, once it is stored that nobody may see it."""
    uow.after_commit(partial(_put_away, place))


def _put_away(place: Path) -> None:
    away = settings().media_dir / REMOVED
    away.mkdir(parents=True, exist_ok=True)
    with suppress(FileNotFoundError):
        place.rename(away / f"{secrets.token_hex(8)}-{place.name}")


def empty() -> float:
    """Remove what was taken away; what is written there meanwhile, at the next look."""
    _remove(*_in(settings().media_dir / REMOVED))
    return PERIOD_SECONDS


def forget_tried() -> float:
    """Remove what was filmed in private before a meeting that is to be open after all; programs that write go on."""
    here = settings().media_dir
    with reading() as db:
        tried = queries.tried_in_private(db)
    for one in tried:
        folder = queries.folder_of(here, one)
        _remove(*folder.glob("[sa][0-9]*.ts"), folder / keeping.INDEX, *_beside(one))
        commit("media.forget_tried", partial(_say_forgotten, one.id))
    return TRIED_EVERY_SECONDS


def _beside(one: Programme) -> list[Path]:
    """The files that have the same once more. Of an encoder that sends nginx begins another one; what a stage writes at
    this moment ends within five minutes, and no recording takes anything from before."""
    there = queries.recorded_beside(settings().media_dir, one.media_id)
    ended = None
    if one.sender is not None:
        ended = background.attempt("having nginx begin another file", keeping.end_file, one.media_id)
    is_written = ended is None and (one.sender is not None or one.state is PictureState.ON)
    newest = max(there, key=lambda file: keeping.written(file)[1]) if there and is_written else None
    return [file for file in there if file != newest]


def _say_forgotten(programme_id: int, uow: UnitOfWork) -> None:
    sending.forget_tried(uow, SYSTEM, programme_id)


def sweep() -> float:
    """Remove what lies there and belongs to no film, and to the picture of no session (any more)."""
    here = settings().media_dir
    with reading() as db:
        coming = film_queries.media_ids(db, FilmState.ARRIVING, FilmState.WAITING)
        ready = film_queries.media_ids(db, FilmState.READY, FilmState.WAITING)
        carried = queries.media_ids(db)
    soon, late = rules.NOBODYS_AFTER, rules.FILMED_KEPT_FOR
    for folder, known, after in (
        (queries.UPLOADS, coming, soon), (queries.FILMS, ready, soon),
        (queries.PROGRAMMES, carried, late), (queries.FILES, carried, late),
    ):  # fmt: skip
        oldest = time.time() - after.total_seconds()
        there = [one for one in _in(here / folder) if one.name.partition("-")[0] not in known]
        _remove(*(one for one in there if _is_older(one, oldest)))
    return SWEPT_EVERY_SECONDS


def _in(folder: Path) -> list[Path]:
    return list(folder.iterdir()) if folder.is_dir() else []


def _is_older(one: Path, oldest: float) -> bool:
    try:
        return one.stat().st_mtime <= oldest
    except FileNotFoundError:
        return False  # somebody has just taken it away


def _remove(*gone: Path) -> None:
    for one in gone:
        if one.is_dir():
            shutil.rmtree(one, ignore_errors=True)
        else:
            one.unlink(missing_ok=True)


def tasks(_app: Flask) -> Iterator[Task]:
    yield Task("removing what nobody may see any more", empty)
    yield Task("removing what belongs to nobody", sweep)
    yield Task("removing what was tried in private", forget_tried)
