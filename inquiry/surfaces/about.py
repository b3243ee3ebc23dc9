"""What the installation says of itself: rules for asking, privacy, robots.txt, the sitemap, numbers that are cited."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, redirect, render_template
from markupsafe import escape
from sqlalchemy import ColumnElement, and_, func, select
from werkzeug.wrappers import Response as BaseResponse

from ..core import clock, codes
from ..core.db import Db, reading
from ..dispatch import registry
from ..errors import NotFound
from ..live import readers
from ..live.models import Session
from ..pledges.models import Pledge
from ..questions import rules as question_rules
from ..questions.models import Question, RefusalReason
from ..questions.queries import searching
from ..responses.rules import REOPEN_WITHIN
from ..settings import settings
from ..web.http import actor

bp = Blueprint("about", __name__)

#: Of the 50,000 addresses that a sitemap may hold; a page of it holds the ids of so many.
IDS_OF_A_PAGE = 5000
AN_HOUR = "public, max-age=3600"
#: What nobody finds anything in: doors for programs, work places, what is for one person alone.
NOT_FOR_ROBOTS = (
    "/account", "/admin/", "/api/", "/board", "/desk/", "/do/", "/join", "/live/", "/output/", "/qr/", "/receipt",
    "/s/", "/screen/", "/sign-in", "/socket.io/", "/trace/", "/unit",
)  # fmt: skip
PAGES = ("/", "/sessions", "/questions", "/pledges", "/results", "/rules", "/privacy", "/trace")


@bp.get("/rules")
def rules() -> str:
    """What may be asked, and what becomes of it."""
    return render_template(
        "about/rules.html", reasons=list(RefusalReason), most=question_rules.MOST_CHARACTERS,
        reply_days=settings().reply_working_days, reopen_days=REOPEN_WITHIN.days,
    )  # fmt: skip


@bp.get("/privacy")
def privacy() -> str:
    """What is kept of whom, for how long, and what is public."""
    return render_template("about/privacy.html")


@bp.get("/n/<number>")
def cited(number: str) -> BaseResponse:
    """On to what is cited under a public number, `Q2026-91`. Raises NotFound."""
    found = codes.parse_public_number(number)
    if found is None:
        raise NotFound(what="number")
    letter, year, row_id = found
    with reading() as db:
        began = _began(db, letter, row_id)
    if began is None or clock.city_day(began).year != year:
        raise NotFound(what="number")
    return redirect(f"/{'questions' if letter == 'Q' else 'pledges'}/{row_id}", 302)


def _began(db: Db, letter: str, row_id: int) -> datetime | None:
    column = {"Q": (Question.id, Question.asked_at), "P": (Pledge.id, Pledge.recorded_at)}.get(letter)
    if column is None or row_id > registry.LARGEST_ID:
        return None
    known = readers.outside(column[0].class_.session_id, readers.hidden(db, actor()))
    return db.scalar(select(column[1]).where(column[0] == row_id, *known))


# --- for robots -------------------------------------------------------------------------------------------------------


@bp.get("/robots.txt")
def robots() -> Response:
    """The sitemap is named where the installation has an address of its own."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in NOT_FOR_ROBOTS)]
    if settings().public_url:
        lines += ["", f"Sitemap: {settings().public_url}/sitemap.xml"]
    return _for_robots("\n".join(lines) + "\n", "text/plain")


@bp.get("/sitemap.xml")
def sitemap() -> Response:
    """The pages of the sitemap. Raises NotFound where the installation has no address: a request's may be anybody's."""
    address = _address()
    with reading() as db:
        pages = [f"/sitemap-{name}-{page}.xml" for name in _LISTED for page in range(1, _pages(db, name) + 1)]
    inner = "".join(
        f"<sitemap><loc>{escape(address + path)}</loc></sitemap>" for path in ["/sitemap-pages.xml", *pages]
    )
    return _xml("sitemapindex", inner)


@bp.get("/sitemap-pages.xml")
def sitemap_of_pages() -> Response:
    return _urls(_address(), iter(PAGES))


@bp.get("/sitemap-<any(sessions, questions, pledges):name>-<int:page>.xml")
def sitemap_page(name: str, page: int) -> Response:
    """The public things whose ids belong to one page, which does not move when others are added. Raises NotFound."""
    address = _address()
    column, path, is_public = _LISTED[name]
    first = (page - 1) * IDS_OF_A_PAGE
    with reading() as db:
        if not 1 <= page <= _pages(db, name):
            raise NotFound(what="sitemap")
        model = column.class_
        wanted = [model.id > first, model.id <= first + IDS_OF_A_PAGE, is_public, *_readable(db, model)]
        return _urls(address, (f"{path}/{one}" for one in db.scalars(select(column).where(*wanted).order_by(model.id))))


_LISTED = {
    "sessions": (Session.code, "/sessions", Session.id > 0),
    "questions": (
        Question.id,
        "/questions",
        and_(Question.state.in_(question_rules.APPROVED_AND_AFTER), searching.PUBLIC),
    ),
    "pledges": (Pledge.id, "/pledges", Pledge.id > 0),
}


def _pages(db: Db, name: str) -> int:
    model = _LISTED[name][0].class_
    newest = db.scalar(select(func.max(model.id)).where(*_readable(db, model))) or 0
    return -(-newest // IDS_OF_A_PAGE)


def _readable(db: Db, model: Any) -> list[ColumnElement[bool]]:
    """Robots are strangers: what belongs to a meeting that is not public is found when it is."""
    if model is Session:
        return [readers.no_rehearsal(Session.id)]
    return readers.outside(model.session_id, readers.not_public(db))


def _address() -> str:
    if not settings().public_url:
        raise NotFound(what="sitemap")
    return settings().public_url


def _urls(address: str, paths: Iterator[str]) -> Response:
    return _xml("urlset", "".join(f"<url><loc>{escape(address + path)}</loc></url>" for path in paths))


def _xml(kind: str, inner: str) -> Response:
    space = "http://www.sitemaps.org/schemas/sitemap/0.9"
    return _for_robots(
        f'<?xml version="1.0" encoding="UTF-8"?>\n<{kind} xmlns="{space}">{inner}</{kind}>\n', "text/xml"
    )


def _for_robots(body: str, mimetype: str) -> Response:
    response = Response(body, mimetype=mimetype)
    response.headers["Cache-Control"] = AN_HOUR
    return response
