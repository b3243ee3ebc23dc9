"""Taking over citizens' messages from a file: look through it row by row, carry over in batches.

A file is never taken half: every row that cannot be used is named with its line and the reason, the others are carried
over. Each batch is a transaction of its own, and what is here already is left alone, so that a broken import is simply
repeated.
"""

import hashlib
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from flask_babel import force_locale
from sqlalchemy import select

from ...accounts.models import Unit
from ...core import extensions
from ...core.db import Db, reading
from ...core.sheets import contents
from ...dispatch.unit_of_work import unit_of_work
from ...errors import Refusal
from ...live import queries as live
from ...permissions import Actor, Role
from ...settings import settings
from .. import files, refusals
from ..files import BadRow, Given, Inspector
from ..queries import lookup
from .asking import Imported, import_questions, may_import

BATCH: Final = 200
#: How many rows are shown as they would be taken over, before anything is.
PREVIEWED: Final = 10

_log = logging.getLogger(__name__)


@dataclass
class Progress:
    """How far an import is: `fresh` were (or would be) added, `known` were here before; `bad` are all so far; `preview`
    are the first that can be used, with their lines. When `done` is `total`, this is the summary.
    """

    total: int
    done: int = 0
    fresh: int = 0
    known: int = 0
    bad: list[BadRow] = field(default_factory=list)
    preview: list[tuple[int, Imported]] = field(default_factory=list)


def fingerprint(data: bytes, given: Given) -> str:
    """What somebody saw who looked through a file: the file, and how it was to be read."""
    return hashlib.sha256(repr(given).encode() + data).hexdigest()


def carry_over(
    actor: Actor, session_id: int, data: bytes, *, dry_run: bool, given: Given | None = None
) -> Iterator[Progress]:
    """Import a file, telling after each batch how far it is; the last one told is the summary. Importing the same file
    again adds nothing. Raises UnreadableFile, Forbidden, SessionClosed; ImportBrokeOff where something was added before
    it went wrong.

    Between two batches nothing is locked: whoever serves others meanwhile lets them go first there.
    """
    with reading() as db:
        may_import(actor, live.session(db, session_id))
        units = _units(db)
    given = given or Given()
    file = extensions.offload(files.read, data, given)
    inspector = Inspector(units, settings().zone, given, file.epoch)
    progress = Progress(len(file.rows))
    for start in range(0, len(file.rows), BATCH):
        looked_at = extensions.offload(inspector.inspect_all, file.rows[start : start + BATCH])
        good = [(line, one) for line, one in looked_at if isinstance(one, Imported)]
        try:
            fresh = _carry(actor, session_id, [one for _line, one in good], dry_run=dry_run)
        except Exception as error:
            if dry_run or not progress.fresh:
                raise
            raise _broke_off(progress, error) from error
        progress.done += len(looked_at)
        progress.fresh += fresh
        progress.known += len(good) - fresh
        progress.bad += [one for _line, one in looked_at if isinstance(one, BadRow)]
        progress.preview += good[: PREVIEWED - len(progress.preview)]
        yield progress


def _units(db: Db) -> dict[str, int]:
    units = db.scalars(select(Unit)).all()
    return {unit.name_en: unit.id for unit in units if unit.name_en} | {unit.name: unit.id for unit in units}


def _carry(actor: Actor, session_id: int, rows: list[Imported], *, dry_run: bool) -> int:
    """How many are (or would be) new."""
    if not dry_run:
        with unit_of_work() as uow:
            return len(import_questions(uow, actor, session_id, rows))
    with reading() as db:
        may_import(actor, live.session(db, session_id))
        return len(rows) - len(lookup.known_external_ids(db, session_id, [row.external_id for row in rows]))


def _broke_off(progress: Progress, error: Exception) -> refusals.ImportBrokeOff:
    """Batches are transactions of their own: what was added stays, and is told."""
    why = error.message if isinstance(error, Refusal) else ""
    if not why:
        _log.error("an import broke off", exc_info=error)
    return refusals.ImportBrokeOff(total=progress.total, done=progress.done, fresh=progress.fresh, why=why)


def import_file(path: Path, code: str, dry_run: bool, echo: Callable[[str], None], given: Given | None = None) -> None:
    """From the command line: whoever may run it on the server acts as its administrator. Raises UnreadableFile,
    NotFound (no session with this code), SessionClosed, ImportBrokeOff.
    """
    with reading() as db:
        session = live.session_by_code(db, code)
    data = contents(path)
    progress = None
    with force_locale("en"):
        steps = carry_over(Actor(Role.ADMINISTRATOR), session.id, data, dry_run=dry_run, given=given)
        for progress in steps:
            echo(f"{progress.done} of {progress.total} rows")
        if progress is None:
            return
        if dry_run:
            for line, row in progress.preview:
                echo(f"line {line} (id {row.external_id}, {row.asked_at:%Y-%m-%d %H:%M}): {row.wording.text}")
        for bad in progress.bad:
            value = f" ({bad.value})" if bad.value else ""
            echo(f"line {bad.line} (id {bad.id or 'none'}) cannot be used: {bad.sentence}{value}")
        added = "would be added" if dry_run else "added"
        echo(
            f"{path.name} -> {session.title} ({session.code}): {progress.fresh} {added}, "
            f"{progress.known} here already, {len(progress.bad)} cannot be used"
        )
