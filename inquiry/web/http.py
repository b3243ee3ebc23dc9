"""HTTP that is nobody's subject: headers, refusals as pages, static files by their build, addresses on this server."""

import hashlib
import math
from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote, urlsplit

from flask import Flask, Response, abort, current_app, g, jsonify, redirect, render_template, request
from werkzeug.exceptions import HTTPException
from werkzeug.routing import IntegerConverter, Map
from werkzeug.wrappers import Response as BaseResponse
from werkzeug.wsgi import get_host

from ..core import background, bounds, i18n, machine
from ..core.db import UNUSABLE, goes_first, reading
from ..dispatch import refused, registry
from ..errors import BadInput, PasswordChangeNeeded, Refusal, SignedOut, TooMany
from ..permissions import VISITOR, Actor
from ..settings import Settings, settings

View = TypeVar("View", bound=Callable[..., Any])


def policy(*streams: str) -> str:
    """What a page may load: everything from here, and a stream also from these other origins."""
    return "; ".join(
        [
            "default-src 'self'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self' data: blob:",
            " ".join(["media-src 'self' blob:", *streams]),
            " ".join(["connect-src 'self'", *streams]),
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'self'",
        ]
    )


_STREAMS = "inquiry.streams"


def may_load_from(origin: str) -> None:
    """Let the page that is being answered load a stream from another origin."""
    setattr(g, _STREAMS, (origin,))


def actor() -> Actor:
    """Who sends this request, looked up once per request."""
    if "inquiry.actor" not in request.environ:
        with reading() as db:
            request.environ["inquiry.actor"] = registry.identify(db)
    found: Actor = request.environ["inquiry.actor"]
    return found


def nobody_is_known() -> Actor:
    """The database cannot say who sends this: for the rest of the request it is not asked again, each time in vain."""
    return request.environ.setdefault("inquiry.actor", VISITOR)  # type: ignore[no-any-return]


def told(refusal: Refusal) -> Refusal:
    """What the sender of a refused message is told: who is refused again and again, no more than that."""
    if refusal.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return refusal
    try:
        verdict = refused.count(actor())
    except UNUSABLE:  # nobody is known without a database
        return refusal
    return TooMany(retry_after=math.ceil(verdict.wait)) if verdict.wait else refusal


def own_origin() -> str:
    """The scheme and host by which this request came."""
    return request.host_url.rstrip("/")


def is_welcome(origin: str | None, environ: dict[str, Any], here: Settings) -> bool:
    """Whether a page of this origin may speak with us: one of ours, or of a site that the installation names. What says
    no origin is no page."""
    own = f"{environ['wsgi.url_scheme']}://{get_host(environ)}"
    return origin in (None, own) or origin in here.allowed_origins


def comes_from_another_site() -> bool:
    """Whether a page of a site that the installation names sent this, or opened the socket it comes by."""
    return request.environ.get("HTTP_ORIGIN") in settings().allowed_origins


def public_address() -> str:
    """The address to print on screens and in QR codes: the installation's own, where it is set.

    Otherwise that of the request, if it is this machine's own or a proxy of ours has let it through; a request may name
    any other, and must not have it printed.
    """
    here = settings()
    if here.public_url or here.behind_proxy or machine.is_own(urlsplit(request.host_url).hostname or ""):
        return here.public_url or own_origin()
    return f"{request.scheme}://{machine.name()}:{request.environ['SERVER_PORT']}"


def sentence(refusal: Refusal) -> str:
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


def takes_files(view: View) -> View:
    """Mark a view whose body may be as large as a picture or a table; all others are given a message."""
    view.takes_files = True  # type: ignore[attr-defined]
    return view


def _take_a_turn() -> None:
    """A page waits where many are asked for at once: what the crew presses comes by socket."""
    goes_first.set(False)


def _bound_body() -> None:
    """Before anything looks at it: thousands of fields take longer to tell apart than to count."""
    if getattr(current_app.view_functions.get(request.endpoint or ""), "takes_files", False):
        return
    request.max_content_length = bounds.MOST_BYTES
    if request.mimetype == "application/x-www-form-urlencoded":
        if request.get_data().count(b"&") > bounds.MOST_LISTED + bounds.MOST_FIELDS:
            abort(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    elif request.is_json:
        request.get_data()


def _headers(response: Response) -> Response:
    response.headers.setdefault("Content-Security-Policy", policy(*g.get(_STREAMS, ())))
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Referrer-Policy", "same-origin")
    response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    response.headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
    if request.endpoint in ("static", "bundle") and response.status_code < 400:
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    response.headers.setdefault("Cache-Control", "no-store")  # pages know their reader: receipts, names, form tokens
    wish = request.args.get("lang")
    if wish in i18n.LANGUAGES and not response.cache_control.public:
        response.set_cookie(
            i18n.COOKIE, wish, max_age=31536000, httponly=True, samesite="Lax", secure=settings().production
        )
    return response


def to_do_first(refusal: Refusal, place: str) -> BaseResponse | None:
    """Where a person goes first who was refused for want of a sign-in, or of a password of the own; then to `place`."""
    page = {SignedOut: "/sign-in", PasswordChangeNeeded: "/account/password"}.get(type(refusal))
    return redirect(f"{page}?next={quote(place)}") if page else None


def refusal_page(refusal: Refusal) -> BaseResponse:
    if wants_json():
        return _later(refusal, jsonify({"ok": False, "error": refusal.as_dict()}))
    first = to_do_first(refusal, request.full_path.rstrip("?")) if request.method == "GET" else None
    if first is not None:
        return first
    page = render_template("error.html", status=refusal.status, message=sentence(refusal), code=refusal.code)
    return _later(refusal, current_app.make_response(page))


def _later(refusal: Refusal, response: Response) -> Response:
    """The answer with its status, and with the time to wait where there is one."""
    response.status_code = refusal.status
    if "retry_after" in refusal.data:
        response.headers["Retry-After"] = str(refusal.data["retry_after"])
    return response


def unusable(error: Exception) -> BaseResponse:
    """A page or an answer that only reads, while the database is gone, not back yet, or too slow."""
    nobody_is_known()
    return refusal_page(registry.busy(f"{request.method} {request.url_rule}", error))


def http_error(error: HTTPException) -> BaseResponse | tuple[str | BaseResponse, int]:
    if error.code in (301, 302, 303, 304, 307, 308):
        return error.get_response()
    status = error.code or 500
    if wants_json():
        body = {"ok": False, "error": {"code": f"HTTP_{status}", "message": error.name, "data": {}}}
        return jsonify(body), status
    return render_template("error.html", status=status, message=None), status


def _broken(_error: Exception) -> BaseResponse | tuple[str | BaseResponse, int]:
    background.complain(f"{request.method} {request.url_rule} failed")
    return http_error(_as_500())


def _as_500() -> HTTPException:
    try:
        abort(500)
    except HTTPException as error:
        return error


def wants_json() -> bool:
    return request.path.startswith(("/api/", "/live/")) or request.accept_mimetypes.best == "application/json"


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


class _RowNumber(IntegerConverter):
    """A number in an address. What no column could hold leads nowhere, like any other number that names nothing."""

    def __init__(self, url_map: Map) -> None:
        super().__init__(url_map, max=registry.LARGEST_ID)


def register(app: Flask) -> None:
    """Give the application its headers, error pages and static files."""
    app.url_map.converters["int"] = _RowNumber
    app.before_request(_take_a_turn)
    app.before_request(_bound_body)
    app.after_request(_headers)
    app.register_error_handler(Refusal, refusal_page)
    app.register_error_handler(HTTPException, http_error)
    app.register_error_handler(Exception, _broken)
    for kind in UNUSABLE:
        app.register_error_handler(kind, unusable)
    app.add_template_global(asset)
