"""Plain forms: each leads to a command, and one that was refused comes back as it was filled in.

The page the form stood on is drawn again, and the words that were sent are put back into the one form they came from,
with what is wrong beside the field it is about. Nothing is kept anywhere for that, and no page has to provide for it:
the form macro of `templates/_do.html` does. Where the sender has to sign in (or join) first, that page carries the form
through; it is drawn filled in afterwards, and sent by nobody but its writer.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http import HTTPStatus
from io import BytesIO
from typing import Any
from urllib.parse import SplitResult, quote, unquote_to_bytes, urlsplit

from flask import Blueprint, current_app, flash, g, redirect, render_template, request
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from markupsafe import Markup, escape
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as BaseResponse

from ..core.fields import typed
from ..dispatch import registry
from ..errors import BadInput, Busy, Expired, Refusal, SignedOut
from ..settings import settings
from . import http
from .http import asset, own_origin, own_path, sentence, to_do_first, told
from .said import say_done

bp = Blueprint("forms", __name__)

_ENVIRON = "inquiry.refused"
#: What differs between two drawings of the same form.
_FLEETING = ("seen",)
#: Fields that are no words of the sender, or that nobody gets back.
_LEFT_ALONE = ("hidden", "password", "file", "submit")
#: Says where a form goes and stood; no field of its command.
_AROUND = ("csrf_token", "next", "done", "back", "command", "at")
#: The form that the page for signing in or joining carries through: its longest JSON, and most fields.
_LONGEST_CARRIED, _MOST_CARRIED = 200_000, 200
#: The form token is another one then, and a password is not for a page to hold.
_NEVER_CARRIED = ("csrf_token", "password", "old", "new")
#: Tells the drafts of the page which form was taken: its `client_id`.
TAKEN_COOKIE = "taken"
_TAKEN_SECONDS = 600
_CLIENT_ID = re.compile(r"[\w-]{1,64}", re.ASCII)
#: What a request remembers of who sends it.
_OF_A_READER = ("inquiry.actor", "inquiry.cookies")
_PHONE = re.compile(r"/s/(\w+)")


@dataclass(frozen=True)
class Sent:
    """A form that was not carried out: the command it was for (for pages with a door of their own, their path), all its
    fields as they came, and what is wrong with which."""

    command: str
    fields: MultiDict[str, str]
    faults: Mapping[str, str] = field(default_factory=dict)

    def is_of(self, command: str, hidden: Mapping[str, Any]) -> bool:
        """Whether it was this form: pages repeat one for each of many things, which hidden fields tell apart."""
        return command == self.command and all(
            self.fields.get(name) == str(value) for name, value in hidden.items() if name not in _FLEETING
        )

    def fill(self, markup: str) -> Markup:
        """The inside of the form with what was typed."""
        filler = _Filler(self.fields, self.faults)
        filler.feed(str(markup))
        filler.close()
        return Markup("".join(filler.written))  # noqa: S704 - our own template's markup; what is put in is escaped


def refused_here(command: str, refusal: Refusal) -> Sent:
    """The form at hand, for a page that fills its own."""
    return Sent(command, request.form, _faults(refusal))


def environ_with(sent: Sent) -> dict[str, Any]:
    """What a request's environment holds while the page of a refused form is drawn."""
    return {_ENVIRON: sent}


def sent_here(command: str, hidden: Mapping[str, Any]) -> Sent | None:
    """What was typed into this form if it is the one that was just refused; for templates."""
    sent: Sent | None = request.environ.get(_ENVIRON)
    return sent if sent is not None and sent.is_of(command, hidden) else None


def is_drawn_again() -> bool:
    """Whether this page answers a refused form, so that its address is not the one the browser shows."""
    return _ENVIRON in request.environ


# --- filling in -------------------------------------------------------------------------------------------------------


class _Filler(HTMLParser):
    """Copies markup as it is, but for the values of fields, and what is wrong with them."""

    def __init__(self, typed: MultiDict[str, str], faults: Mapping[str, str]) -> None:
        super().__init__(convert_charrefs=False)
        self.written: list[str] = []
        self._typed = typed
        self._faults = dict(faults)
        self._choices: list[str] | None = None
        self._replaced = False
        self._untold = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = dict(attrs)
        name = has.get("name") or ""
        as_it_is = self.get_starttag_text() or ""
        if tag in ("input", "textarea", "select") and (marked := self._marked(tag, has, name)) is not None:
            has, as_it_is = marked, _tag(tag, marked)
        if tag == "input":
            self.written.append(self._input(has, name, as_it_is))
            if has.get("type") not in ("checkbox", "radio"):
                self._tell()
            return
        if tag == "option" and self._choices is not None:
            as_it_is = _tag(tag, _with(has, "selected", has.get("value") in self._choices))
        self.written.append(as_it_is)
        if tag == "select" and name in self._typed:
            self._choices = self._typed.getlist(name)
        if tag == "textarea" and name in self._typed:
            self.written.append(f"\n{escape(self._typed[name])}")
            self._replaced = True

    def _marked(self, tag: str, has: dict[str, str | None], name: str) -> dict[str, str | None] | None:
        """The attributes of a field that is at fault, the first of them with the focus; None where it is not."""
        why = self._faults.pop(name.removesuffix("[]"), None)
        if why is None or has.get("type") in _LEFT_ALONE:
            return None
        line = f"{has.get('id') or name}-fault"
        self._untold = (
            f'<span class="field-error" id="{escape(line)}"><svg class="icon" aria-hidden="true">'
            f'<use href="{asset("base/icons.svg")}#warning"></use></svg>{escape(why)}</span>'
        )
        told = {"aria-invalid": "true", "aria-describedby": f"{has.get('aria-describedby') or ''} {line}".strip()}
        first = not any('aria-invalid="true"' in part for part in self.written)
        return has | told | ({"autofocus": None} if first else {})

    def _tell(self) -> None:
        self.written.append(self._untold)
        self._untold = ""

    def _input(self, has: dict[str, str | None], name: str, as_it_is: str) -> str:
        kind = has.get("type") or "text"
        if kind in _LEFT_ALONE or not name:
            return as_it_is
        if kind in ("checkbox", "radio"):
            return _tag("input", _with(has, "checked", (has.get("value") or "on") in self._typed.getlist(name)))
        return _tag("input", has | {"value": self._typed[name]}) if name in self._typed else as_it_is

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._replaced = False
        elif tag == "select":
            self._choices = None
        self.written.append(f"</{tag}>")
        if tag in ("textarea", "select", "label"):
            self._tell()

    def handle_data(self, data: str) -> None:
        if not self._replaced:
            self.written.append(data)

    def handle_entityref(self, name: str) -> None:
        self.handle_data(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self.handle_data(f"&#{name};")


def _with(has: dict[str, str | None], mark: str, wanted: bool) -> dict[str, str | None]:
    """The attributes with a mark that has no value, or without it."""
    rest = {name: value for name, value in has.items() if name != mark}
    return rest | {mark: None} if wanted else rest


def _tag(name: str, attributes: dict[str, str | None]) -> str:
    said = "".join(f" {key}" if value is None else f' {key}="{escape(value)}"' for key, value in attributes.items())
    return f"<{name}{said}>"


@bp.post("/do/<name>")
def form(name: str) -> BaseResponse:
    """For plain forms: on to where the form says, or after a refusal to the form as it was filled in.

    What was done is told in the words of the answer (`said`), which knows what it led to, or else in the form's own.
    """
    fields = {
        field: values if len(values) > 1 or field.endswith("[]") else values[0]
        for field, values in request.form.lists()
        if field not in _AROUND
    }
    fields = {field.removesuffix("[]"): value for field, value in fields.items()}
    try:
        done = registry.carry_out(name, typed(fields))
    except Refusal as refusal:
        return refused_form(name, told(refusal))
    return taken(say_done(done.get("said") or request.form.get("done", ""), request.form.get("next")))


def taken(response: BaseResponse) -> BaseResponse:
    """The answer to a form that was carried out: the draft of it, if the page kept one, may go."""
    client_id = request.form.get("client_id", "")
    if _CLIENT_ID.fullmatch(client_id):
        secure = settings().production
        response.set_cookie(TAKEN_COOKIE, client_id, max_age=_TAKEN_SECONDS, samesite="Lax", secure=secure)
    return response


def refused_form(command: str, refusal: Refusal) -> BaseResponse:
    """The page that a form stood on (its field `back`), with the reason of the refusal and with all that was typed.

    Who has to sign in first is asked to, and has the form again afterwards; who has to choose a password is sent to
    do so. A form that does not say where it stood leads to its `next`.
    """
    back = request.form.get("back") or request.form.get("next")
    sent = refused_here(command, refusal)
    if isinstance(refusal, SignedOut):
        return door(own_path(back), sent)
    first = to_do_first(refusal, own_path(back))
    if first is not None:
        return first
    if request.form.get("back"):
        page = _draw_again(urlsplit(own_path(back)), sent, sentence(refusal), "refusal")
        if page is not None and page.status_code == HTTPStatus.OK:
            page.status_code = refusal.status
            return page
        if isinstance(refusal, Busy):  # nor can the page be drawn: whoever loads this one again sends the form again
            return http.refusal_page(refusal)
        if _leads_to_sign_in(page):  # what was sent is looked at before who sent it
            return door(own_path(back), sent)
    flash(sentence(refusal), "refusal")
    return redirect(own_path(request.form.get("next")), 303)


def _faults(refusal: Refusal) -> dict[str, str]:
    """What is wrong with which field, by its name in the form."""
    if isinstance(refusal, BadInput):
        return {name.split(".")[0]: why for name, why in refusal.data["fields"].items()}
    return {refusal.field: refusal.message} if refusal.field else {}


# --- a form whose sender has to sign in, or to join, first -----------------------------------------------------------


@bp.app_errorhandler(SignedOut)
def _signed_out(refusal: SignedOut) -> BaseResponse | tuple[str | BaseResponse, int]:
    """A form that a page takes itself."""
    if request.method != "POST" or http.wants_json() or not request.form:
        return http.refusal_page(refusal)
    return door(own_path(request.form.get("back") or request.path), Sent(request.path, request.form))


@bp.app_errorhandler(CSRFError)
def _expired(error: CSRFError) -> BaseResponse | tuple[str | BaseResponse, int]:
    """The form session has ended while somebody wrote. What another site's page sends is never laid into ours."""
    is_ours = request.headers.get("Origin", own_origin()) == own_origin()
    if not is_ours or http.wants_json() or not request.form:
        return http.http_error(error)
    carried = _carried()
    if request.path in ("/sign-in", "/join"):
        return door(carried[0] if carried else own_path(request.form.get("next")), carried[1] if carried else None)
    name = request.path.removeprefix("/do/") if request.path.startswith("/do/") else None
    back = own_path(request.form.get("back") or (request.form.get("next") if name else request.path))
    sent = Sent(name or request.form.get("command") or request.path, request.form)
    page = _draw_again(urlsplit(back), sent, Expired().message, "refusal")
    if page is not None and page.status_code == HTTPStatus.OK:
        page.status_code = Expired.status
        return page
    return door(back, sent) if _leads_to_sign_in(page) else http.http_error(error)


def door(back: str, sent: Sent | None) -> BaseResponse:
    """The page at which one signs in or, on a phone of the audience, joins; it carries what was typed to `back`."""
    carried = ""
    if sent is not None and any(name not in _AROUND for name in sent.fields):
        fields = [(name, value) for name, value in sent.fields.items(multi=True) if name not in _NEVER_CARRIED]
        carried = json.dumps({"back": back, "command": sent.command, "fields": fields}, ensure_ascii=False)
    phone = _PHONE.match(back)
    if phone:
        page = render_template("accounts/join.html", code=phone[1], carried=carried, drawn_at=f"/join/{phone[1]}")
    else:
        drawn_at = "/sign-in?next=" + quote(back)
        page = render_template(
            "accounts/sign_in.html", next=back, refused=None, login="", carried=carried, drawn_at=drawn_at
        )
    return current_app.make_response((page, SignedOut.status))


def carried_here() -> str:
    """The form that came along with signing in, to go along with the next attempt; empty when there is none."""
    return request.form.get("carried", "") if _carried() else ""


def come_back(cookie: str, token: str) -> BaseResponse | None:
    """The page of the form that was carried here, for whoever signed in with this cookie; None where there is none."""
    carried = _carried()
    if carried is None:
        return None
    back, sent = carried
    told = _("You are signed in. What you wrote stands below and has not been sent: look it over, then send it.")
    return _draw_again(urlsplit(back), sent, told, "warning", f"{cookie}={token}; ")


def _carried() -> tuple[str, Sent] | None:
    """Where the form that came along with signing in stood, and the form."""
    written = request.form.get("carried", "")
    if not written or len(written) > _LONGEST_CARRIED:
        return None
    try:
        told = json.loads(written)
        pairs = [(name, value) for name, value in told["fields"][:_MOST_CARRIED]]
        back, command = told["back"], told["command"]
    except (ValueError, RecursionError, TypeError, KeyError):
        return None
    if not all(isinstance(one, str) for pair in [*pairs, (back, command)] for one in pair):
        return None
    return own_path(back), Sent(command, MultiDict(pairs))


def _leads_to_sign_in(page: BaseResponse | None) -> bool:
    return page is not None and page.status_code in (301, 302, 303) and "/sign-in" in page.headers.get("Location", "")


def _without_form_session(cookies: str) -> str:
    name = current_app.config["SESSION_COOKIE_NAME"]
    return "; ".join(one for one in cookies.split("; ") if one.partition("=")[0] != name)


def _draw_again(place: SplitResult, sent: Sent, told: str, category: str, cookie: str = "") -> BaseResponse | None:
    """The answer to a GET of this place, in the midst of a POST, with one sentence; None where it is no page.

    `cookie` goes before those that came: whoever signed in just now is somebody already.
    """
    # WSGI carries the bytes of an address as if they were Latin-1.
    path = unquote_to_bytes(place.path).decode("latin-1")
    asked = {"REQUEST_METHOD": "GET", "PATH_INFO": path, "QUERY_STRING": quote(place.query, safe="=&%+-_.~")}
    environ = request.environ | asked | environ_with(sent) | {"wsgi.input": BytesIO(), "CONTENT_LENGTH": "0"}
    if cookie:  # with a form session of its own: whoever knew the token of the one before must not know it any more
        environ["HTTP_COOKIE"] = cookie + _without_form_session(environ.get("HTTP_COOKIE", ""))
    for kept in [key for key in environ if key.startswith("werkzeug.") or (cookie and key in _OF_A_READER)]:
        del environ[kept]
    g.pop("csrf_token", None)  # of the form session that the page begins, not of the one at hand
    with current_app.request_context(environ):
        flash(told, category)
        page: BaseResponse = current_app.full_dispatch_request()
    g.pop("csrf_token", None)
    if page.mimetype != "text/html":
        return None
    page.headers["Cache-Control"] = "no-store"
    return page
