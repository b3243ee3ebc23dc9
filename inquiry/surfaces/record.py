"""The trace for whoever wants to check it: whole public chains to download, and how to check them without us."""

import json
from collections.abc import Iterator

from flask import Blueprint, Response, render_template, stream_with_context

from ..core import clock, extensions
from ..core.db import reading
from ..dispatch import registry
from ..dispatch.idempotency import owner_of
from ..errors import NotFound
from ..live import readers
from ..trace import queries
from ..trace.models import Entry
from ..trace.streams import Access, Stream
from ..web.http import actor

bp = Blueprint("record", __name__)

#: A chain may have tens of thousands of entries: nobody checks more than this in a minute.
DOWNLOADS = "20/minute"
_AT_ONCE = 500


@bp.get("/trace")
def how() -> str:
    """How the trace is kept, and how to check it oneself."""
    return render_template("about/trace.html")


@bp.get("/trace/<name>.jsonl")
@registry.counted_unless_busy()
def chain(name: str) -> Response:
    """A public stream as JSON lines, as `verify_trace.py` reads it: its head, then its entries. Raises NotFound,
    NotPublic."""
    try:
        stream = Stream.parse(name)
    except ValueError:
        raise NotFound(what="stream") from None
    _count("trace.chain")
    with reading() as db:
        if stream.topic == "session":
            readers.require_not_hidden(db, actor(), stream.id)
        seq, last = queries.position(db, name) if stream.access is Access.PUBLIC else (0, "")
    if not seq:
        raise NotFound(what="stream")
    response = Response(stream_with_context(_lines(name, seq, last)), mimetype="application/jsonl")
    response.headers["Content-Disposition"] = f"attachment; filename={name.replace(':', '-')}.jsonl"
    response.headers["X-Accel-Buffering"] = "no"
    return response


def _lines(name: str, last_seq: int, last_hash: str) -> Iterator[str]:
    """Up to where the stream stood when it was asked for; others are served between two parts of it."""
    yield _line({"format": "inquiry-trace-1", "stream": name, "seq": last_seq, "hash": last_hash})
    seq = 0
    while seq < last_seq:
        with reading() as db:
            lines = [_line(_facts(one)) for one in queries.since(db, name, seq, min(_AT_ONCE, last_seq - seq))]
        if not lines:
            return  # a chain with a hole ends here, and whoever checks it is told
        yield "".join(lines)
        seq += len(lines)
        extensions.socketio.sleep(0)


def _facts(entry: Entry) -> dict[str, object]:
    """What is hashed of an entry besides its stream and the hash before: see `trace.chain`. `withheld` are the names of
    what its payload lacks here."""
    withheld = {"withheld": entry.withheld.fields} if entry.withheld else {}
    return {
        "seq": entry.seq, "kind": entry.kind, "at": clock.iso(entry.at), "actor_role": entry.actor_role,
        "actor_unit_id": entry.actor_unit_id, "actor_user_id": entry.actor_user_id, "about": entry.about,
        "payload": entry.told, "hash": entry.hash, **withheld,
    }  # fmt: skip


def _line(facts: dict[str, object]) -> str:
    return json.dumps(facts, ensure_ascii=False) + "\n"


@bp.get("/trace/heads.txt")
@registry.counted_unless_busy()
def heads() -> Response:
    """Where every stream stands, those of the staff too: a number and a hash tell nothing of what is in it."""
    _count("trace.heads")
    with reading() as db:
        lines = "".join(f"{one.name} {one.last_seq} {one.last_hash}\n" for one in queries.heads(db) if one.last_seq)
    return Response(lines, mimetype="text/plain")


def _count(what: str) -> None:
    who = actor()
    registry.count(DOWNLOADS, what, owner_of(who) if who.is_signed_in else f"net:{who.network}")
