"""HTTP that is nobody's subject: headers, languages, refusals as pages, and commands by form and by JSON."""

import hashlib
import secrets
from datetime import date, datetime
from http import HTTPStatus
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, quote, unquote_to_bytes, urlsplit

from babel.dates import format_datetime, format_time
from flask import Blueprint, Flask, Response, abort, current_app, flash, jsonify, redirect, render_template, request
from flask_babel import get_locale
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException
from werkzeug.routing import IntegerConverter, Map
from werkzeug.wrappers import Response as BaseResponse

from ..core import clock, i18n, labels
from ..core.db import reading
from ..core.extensions import csrf
from ..core.fields import typed
from ..dispatch import registry
from ..errors import BadInput, NotFound, Refusal, SignedOut
from ..permissions import VISITOR, Actor, Scope, allows
from ..realtime import snapshots
from ..realtime.views import View
from ..settings import Settings
from . import forms

bp = Blueprint("web", __name__)

POLICY = "; ".join(
    [
        "default-src 'self'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "connect-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'self'",
    ]
)


def settings() -> Settings:
    """The installation that is running."""
    found: Settings = current_app.config["INQUIRY"]
    return found


def actor() -> Actor:
    """Who sends this request, looked up once per request."""
    if "inquiry.actor" not in request.environ:
        with reading() as db:
            request.environ["inquiry.actor"] = registry.identify(db)
    found: Actor = request.environ["inquiry.actor"]
    return found


# --- forms and JSON --------------------------------------------------------------------------------------------------


@bp.post("/api/<name>")
@csrf.exempt
def api(name: str) -> tuple[dict[str, Any], int, dict[str, str]]:
    """For machines: the same answer as a socket's acknowledgement, with the refusal's HTTP status.

    It needs no form token: another site's page cannot send JSON with our cookies without asking us first, and a page
    that says it comes from elsewhere is refused.
    """
    if not request.is_json or request.headers.get("Origin", own_origin()) != own_origin():
        answer = BadInput(fields={"": "application/json"})
        return {"ok": False, "error": answer.as_dict(), "status": answer.status}, answer.status, {}
    try:
        data = request.get_json(silent=True)
    except RecursionError:  # brackets nested by the thousand
        data = None
    answered = registry.acknowledge(name, data)
    headers = {}
    if not answered["ok"] and "retry_after" in answered["error"]["data"]:
        headers["Retry-After"] = str(answered["error"]["data"]["retry_after"])
    return answered, answered.get("status", 200), headers


@bp.post("/do/<name>")
def form(name: str) -> BaseResponse:
    """For plain forms: on to where the form says, or after a refusal to the form as it was filled in."""
    fields = {
        field: values if len(values) > 1 or field.endswith("[]") else values[0]
        for field, values in request.form.lists()
        if field not in ("csrf_token", "next", "done", "back")
    }
    fields = {field.removesuffix("[]"): value for field, value in fields.items()}
    try:
        registry.carry_out(name, typed(fields))
    except Refusal as refusal:
        return refused_form(name, refusal)
    if request.form.get("done"):
        flash(request.form["done"][:200], "done")
    return redirect(own_path(request.form.get("next")), 303)


def refused_form(command: str, refusal: Refusal) -> BaseResponse:
    """The page that a form stood on (its field `back`), with the reason of the refusal and with all that was typed.

    Who has to sign in first is sent to do so; a form that does not say where it stood leads to its `next`.
    """
    if isinstance(refusal, SignedOut):
        return redirect("/sign-in?next=" + own_path(request.form.get("next")))
    back = request.form.get("back")
    page = _draw_again(urlsplit(own_path(back)), forms.Sent(command, request.form), refusal) if back else None
    if page is not None:
        return page
    flash(_sentence(refusal), "refusal")
    return redirect(own_path(request.form.get("next")), 303)


def _draw_again(place: SplitResult, sent: forms.Sent, refusal: Refusal) -> BaseResponse | None:
    """The answer to a GET of this place, in the midst of a POST; None where there is no such page."""
    # WSGI carries the bytes of an address as if they were Latin-1.
    path = unquote_to_bytes(place.path).decode("latin-1")
    asked = {"REQUEST_METHOD": "GET", "PATH_INFO": path, "QUERY_STRING": quote(place.query, safe="=&%+-_.~")}
    environ = request.environ | asked | forms.environ_with(sent) | {"wsgi.input": BytesIO(), "CONTENT_LENGTH": "0"}
    for kept in [key for key in environ if key.startswith("werkzeug.")]:
        del environ[kept]
    with current_app.request_context(environ):
        flash(_sentence(refusal), "refusal")
        page = current_app.full_dispatch_request()
    if page.status_code != HTTPStatus.OK or page.mimetype != "text/html":
        return None
    page.status_code = refusal.status
    page.headers["Cache-Control"] = "no-store"
    return page


def own_origin() -> str:
    """The scheme and host by which this request came."""
    return request.host_url.rstrip("/")


def public_address() -> str:
    """The address to print on screens and in QR codes: a studio's machine may open the page by a name of its own."""
    return settings().public_url or own_origin()


def _sentence(refusal: Refusal) -> str:
    if isinstance(refusal, BadInput):
        return " ".join([refusal.message, *(f"{name}: {why}" for name, why in refusal.data["fields"].items())])
    return refusal.message


def own_path(wish: str | None) -> str:
    """A path on this server, never an address elsewhere."""
    wish = wish or "/"
    if not wish.startswith("/") or wish.startswith(("//", "/\\")) or not wish.isprintable():
        return "/"
    parts = urlsplit(wish)
    return wish if not parts.scheme and not parts.netloc else "/"


@bp.get("/live/<int:session_id>/snapshot")
def snapshot(session_id: int) -> BaseResponse:
    """The public state of a session: no cookie is read, so that any cache may keep it for a second."""
    return _snapshot(session_id, View.PUBLIC, "public, max-age=1")


@bp.get("/live/<int:session_id>/snapshot/<name>")
def snapshot_of_view(session_id: int, name: str) -> BaseResponse:
    """What a view shows besides, to whoever may read it."""
    try:
        view = View.parse(name)
    except ValueError:
        raise NotFound(what="view") from None
    if not allows(actor(), view.kind.permission, Scope(view.unit_id, session_id)):
        raise SignedOut(command=view.kind.permission)
    return _snapshot(session_id, view, "private, no-store")


def _snapshot(session_id: int, view: View, caching: str) -> BaseResponse:
    found = snapshots.of(session_id, view)
    response = Response(found.chunks(clock.milliseconds(clock.now())), mimetype="application/json")
    response.headers["Cache-Control"] = caching
    response.set_etag(found.etag, weak=True)  # weak: the time and the number of viewers may differ
    return response.make_conditional(request)


# --- every answer --------------------------------------------------------------------------------------------------


def _headers(response: Response) -> Response:
    response.headers.setdefault("Content-Security-Policy", POLICY)
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Referrer-Policy", "same-origin")
    response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    response.headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
    if request.endpoint == "static" and response.status_code < 400:
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    response.headers.setdefault("Cache-Control", "no-store")  # pages know their reader: receipts, names, form tokens
    wish = request.args.get("lang")
    if wish in i18n.LANGUAGES and not response.cache_control.public:
        response.set_cookie(
            i18n.COOKIE, wish, max_age=31536000, httponly=True, samesite="Lax", secure=settings().production
        )
    return response


def _refused(refusal: Refusal) -> BaseResponse | tuple[str | BaseResponse, int]:
    if _wants_json():
        return jsonify({"ok": False, "error": refusal.as_dict()}), refusal.status
    if isinstance(refusal, SignedOut) and request.method == "GET":
        return redirect("/sign-in?next=" + request.full_path.rstrip("?"))
    return render_template("error.html", status=refusal.status, message=_sentence(refusal)), refusal.status


def _http_error(error: HTTPException) -> BaseResponse | tuple[str | BaseResponse, int]:
    if error.code in (301, 302, 303, 304, 307, 308):
        return error.get_response()
    status = error.code or 500
    if _wants_json():
        body = {"ok": False, "error": {"code": f"HTTP_{status}", "message": error.name, "data": {}}}
        return jsonify(body), status
    return render_template("error.html", status=status, message=None), status


def _csrf_error(error: CSRFError) -> BaseResponse | tuple[str | BaseResponse, int]:
    return _http_error(error)


def _broken(_error: Exception) -> BaseResponse | tuple[str | BaseResponse, int]:
    current_app.logger.exception("%s %s failed", request.method, request.path)
    return _http_error(_as_500())


def _as_500() -> HTTPException:
    try:
        abort(500)
    except HTTPException as error:
        return error


def _wants_json() -> bool:
    return request.path.startswith(("/api/", "/live/")) or request.accept_mimetypes.best == "application/json"


# --- static files --------------------------------------------------------------------------------------------------


def build_of(folder: Path) -> str:
    """Twelve hex digits that name the contents of `static/`: they stand in the address of each of its files.

    Scripts import each other relative to themselves, so a page never mixes two builds.
    """
    contents = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            named = path.relative_to(folder).as_posix().encode()
            contents.update(b"%d %s %d " % (len(named), named, path.stat().st_size) + path.read_bytes())
    return contents.hexdigest()[:12]


def asset(name: str) -> str:
    """The address of a file of `static/`, such as `phone/list.js`, in the build that is running."""
    return f"{current_app.static_url_path}/{name}"


# --- what templates may use ----------------------------------------------------------------------------------------


def _instant(value: datetime | None, form: str = "medium") -> str:
    """An instant in the city's zone: `medium` date and time, `date`, `time`, `short` (no year), `iso`."""
    if value is None:
        return ""
    local = value.astimezone(settings().zone)
    if form == "iso":
        return clock.iso(value)
    if form == "date":
        return _day(local)
    if form == "time":
        return str(format_time(local, "HH:mm", locale=get_locale()))
    if form == "short":
        pattern = "M月d日 HH:mm" if i18n.chosen() == "zh-CN" else "d MMM HH:mm"
        return str(format_datetime(local, pattern, locale=get_locale()))
    pattern = "y年M月d日 HH:mm" if i18n.chosen() == "zh-CN" else "d MMM y, HH:mm"
    return str(format_datetime(local, pattern, locale=get_locale()))


def _day(value: date | None) -> str:
    """A day of the calendar: 2026年10月7日, 7 Oct 2026."""
    return i18n.day(value) if value else ""


def _named(thing: Any) -> str:
    """The name of a unit in the reader's language."""
    return thing.name_en if i18n.chosen() == "en" and thing.name_en else str(thing.name)


def _titled(thing: Any) -> str:
    """The title of a session or item in the reader's language."""
    return thing.title_en if i18n.chosen() == "en" and thing.title_en else str(thing.title)


def press_id() -> str:
    """A fresh `client_id` for one form, so that sending it twice does its work once."""
    return secrets.token_urlsafe(12)


def _context() -> dict[str, Any]:
    here = settings()
    language = i18n.chosen()
    return {
        "actor": _actor_if_known(),
        "locale": language,
        "city": here.city_en if language == "en" else here.city,
        "zone": here.zone.key,
        "zone_words": i18n.zone_words(here.zone),
        "now": clock.now(),
        "may": lambda command, unit_id=None: allows(_actor_if_known(), command, Scope(unit_id=unit_id)),
    }


def _actor_if_known() -> Actor:
    """A page about a database that is down must not ask that database who reads it."""
    try:
        return actor()
    except SQLAlchemyError:
        return VISITOR


class _RowNumber(IntegerConverter):
    """A number in an address. What no column could hold leads nowhere, like any other number that names nothing."""

    def __init__(self, url_map: Map) -> None:
        super().__init__(url_map, max=registry.LARGEST_ID)


def register(app: Flask) -> None:
    """Give the application its headers, error pages, filters and routes."""
    app.url_map.converters["int"] = _RowNumber
    app.register_blueprint(bp)
    app.after_request(_headers)
    app.register_error_handler(Refusal, _refused)
    app.register_error_handler(CSRFError, _csrf_error)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _broken)
    app.context_processor(_context)
    app.add_template_global(asset)
    app.add_template_global(labels.labels)
    app.add_template_global(press_id)
    app.add_template_global(forms.sent_here)
    app.add_template_global(forms.is_drawn_again)
    app.template_filter("label")(labels.label)
    app.template_filter("instant")(_instant)
    app.template_filter("day")(_day)
    app.template_filter("named")(_named)
    app.template_filter("titled")(_titled)
