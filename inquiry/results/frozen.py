"""What a published table says of one unit, whatever its size: a table of a large city has millions of characters, and
every room of a night exam asks for its own line. It never changes, so each process reads it once and keeps its lines.
"""

import json
import zlib
from collections.abc import Collection, Mapping
from typing import Any, Final, NamedTuple

from sqlalchemy import select

from ..core.db import Db
from ..core.extensions import let_others_go_first
from ..core.kept import Kept
from ..core.turns import in_turn
from . import queries
from .models import Place, PublishedTable

Json = dict[str, Any]

#: So many bytes of lines are kept in each process: those of a table of 5,000 units and 20 indicators take 3 MB.
_MOST_BYTES: Final = 16 * 1024 * 1024
_AT_ONCE: Final = 50


class _Lines(NamedTuple):
    """What a table is about, and each unit's row, compressed."""

    group: Json
    indicators: list[Json]
    rows: Mapping[int, bytes]


class Line(NamedTuple):
    """A unit's row in a table, of so many units; `group` and `indicators` are the table's."""

    table: PublishedTable
    group: Json
    indicators: list[Json]
    row: Json
    of: int


_kept: Kept[str, _Lines] = Kept(_MOST_BYTES, lambda lines: sum(map(len, lines.rows.values())))


def line_of(db: Db, digests: Collection[str], unit_id: int) -> Line | None:
    """In the first of the tables with these digests that names the unit."""
    found = (
        select(PublishedTable)
        .join(Place, Place.table_id == PublishedTable.id)
        .where(PublishedTable.digest.in_(digests), Place.unit_id == unit_id)
        .options(*queries.LEAN)
        .order_by(PublishedTable.id)
        .limit(1)
    )
    table = db.scalar(found)
    if table is None:
        return None
    lines = _kept.of(table.digest, lambda: _lines(queries.contents_of(db, table)))
    row = json.loads(zlib.decompress(lines.rows[unit_id]))
    return Line(table, lines.group, lines.indicators, row, len(lines.rows))


def _lines(contents: Json) -> _Lines:
    rows = {row["unit"]["id"]: _packed(row) for row in in_turn(contents["rows"], let_others_go_first, _AT_ONCE)}
    return _Lines(contents["group"], contents["indicators"], rows)


def _packed(row: Json) -> bytes:
    return zlib.compress(json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode(), 1)
