"""The recording of a session: played with its chapters and captions; for the crew, how it is made and what is seen."""

import shutil
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, jsonify, redirect, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from ..core import clock
from ..core.db import Db, reading
from ..core.i18n import LANGUAGES
from ..errors import NotFound
from ..live import panels, readers
from ..live import queries as live
from ..live.models import Session
from ..media import captions, chapters, marks, queries, rules, sentences
from ..media.chapters import Chapter
from ..media.models import Fault, Recording
from ..media.sentences import Played
from ..permissions import Scope, allows, require
from ..settings import settings
from ..web.http import actor

bp = Blueprint("recording", __name__)


@dataclass(frozen=True)
class Shown:
    """What a reader is shown of a recording; `played` is None for what the crew alone knows of."""

    session: Session
    recording: Recording | None
    played: Played | None

    def chapters(self, db: Db) -> list[Chapter]:
        return chapters.chapters(marks.marks(db, self.session), self.played.line) if self.played else []


def _shown(db: Db, code: str) -> Shown:
    """Raises NotPublic, and NotFound where there is nothing to see for this reader."""
    session = live.session_by_code(db, code)
    readers.require_readable(actor(), session)
    played = sentences.played(db, actor(), session)
    if played is None and not allows(actor(), "read.staff", Scope(session_id=session.id)):
        raise NotFound(what="recording")
    return Shown(session, queries.recording(db, session.id), played)


@bp.get("/sessions/<code>/recording")
def recording(code: str) -> str:
    """The recording, from the second `?t=` on. Raises NotPublic, NotFound."""
    with reading() as db:
        shown = _shown(db, code)
        line = shown.played.line if shown.played else None
        start = min(request.args.get("t", 0, type=int) or 0, line.ms // 1000) if line else 0
        work = queries.work_on_recording(db, shown.session.id)
        fault = queries.fault_of(shown.recording, work) if shown.recording else Fault.NONE.value
        return render_template(
            "sessions/recording.html", session=shown.session, recording=shown.recording, played=shown.played,
            chapters=shown.chapters(db), holes=shown.played.holes if shown.played else [], start=max(0, start),
            withdrawn=queries.passages(db, shown.session.id), whole=(line.ms // 1000 if line else 0),
            disk=_disk(db), has_captions=captions.are_any(db, shown.session.id),
            worker=queries.worker(db, clock.now()), work=work, fault=fault, is_being_made=queries.is_unfinished(work),
        )  # fmt: skip


@bp.get("/sessions/<code>/recording/<any(chapters, captions):name>.<language>.vtt")
def vtt(code: str, name: str, language: str) -> Response:
    """Chapters or captions as WebVTT, in the words that may be read now. Raises NotPublic, NotFound."""
    if language not in LANGUAGES:
        raise NotFound(what="language")
    with reading() as db:
        shown = _shown(db, code)
        if shown.played is None:
            raise NotFound(what="recording")
        line = shown.played.line
        told = (
            chapters.webvtt(shown.chapters(db), language)
            if name == "chapters"
            else chapters.cues(captions.on_timeline(captions.standing(db, shown.session.id), line))
        )
    return Response(told, mimetype="text/vtt", headers={"Cache-Control": "private, no-cache"})


@bp.get("/sessions/<code>/recording/chapters.json")
def chapters_json(code: str) -> Response:
    """`{session, cut, duration_ms, chapters, gaps}`. Raises NotPublic, NotFound."""
    with reading() as db:
        shown = _shown(db, code)
        if shown.played is None:
            raise NotFound(what="recording")
        line = shown.played.line
        made = chapters.as_json(shown.chapters(db))
    holes = [{"at_ms": at, "missing_ms": ms} for at, ms in shown.played.holes]
    told = {"session": shown.session.code, "cut": shown.played.recording.media_id, "duration_ms": line.ms}
    return jsonify(**told, chapters=made, gaps=holes)


@bp.get("/sessions/<code>/recording/<name>.<any(mp4, jpg):ext>")
def file(code: str, name: str, ext: str) -> BaseResponse:
    """Where the file lies for this reader at this moment: a ticket is good for some minutes, this address for as long
    as the recording is seen. Raises NotPublic, NotFound."""
    if not rules.FILE_NAME.fullmatch(f"{name}.{ext}"):
        raise NotFound(what="recording")
    with reading() as db:
        session = live.session_by_code(db, code)
        readers.require_readable(actor(), session)
        seen = queries.recording_seen(db, actor(), session.id)
    if seen is None:
        raise NotFound(what="recording")
    answer = redirect(queries.file_address(settings().secret_key, *seen, f"{name}.{ext}", clock.now()), 302)
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _disk(db: Db) -> dict[str, int] | None:
    """What pictures take, as the worker measured it last, may take (0: as much as there is) and what is free, in
    megabytes: for the crew."""
    here = settings()
    if not allows(actor(), "media.finish") or not here.media_dir.is_dir():
        return None
    free = shutil.disk_usage(here.media_dir).free
    taken = queries.used_bytes(db)
    return {"taken": taken >> 20, "limit": here.media_limit >> 20, "free": free >> 20}


def _of_session(db: Db, session: Session) -> dict[str, Any]:
    found = queries.recording(db, session.id)
    return {"is_published": found is not None and sentences.played(db, actor(), session) is not None,
            "is_over": session.went_live_at is not None and session.closed_at is not None,
            "has_captions": captions.are_any(db, session.id)}  # fmt: skip


panels.on_session("media/_recording.html", _of_session)
panels.on_search("media/_found.html", lambda db, *wanted: captions.search(db, actor(), *wanted))


@bp.get("/sessions/<code>/captions")
def captions_page(code: str) -> str:
    """The stenographer's desk: type, Enter sends; and afterwards, correct. Raises SignedOut, Forbidden, NotFound."""
    require(actor(), "media.caption")
    with reading() as db:
        session = live.session_by_code(db, code)
        require(actor(), "media.caption", Scope(session_id=session.id))
        page = captions.page(db, session.id, request.args.get("page", 1, type=int) or 1)
        return render_template("sessions/captions.html", session=session, page=page)
