"""Plain forms: each leads to a command, and one that was refused comes back as it was filled in.

The page the form stood on is drawn again, and the words that were sent are put back into the one form they came from.
Nothing is kept anywhere for that, and no page has to provide for it: the form macro of `templates/_do.html` does.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from html.parser import HTMLParser
from http import HTTPStatus
from io import BytesIO
from typing import Any
from urllib.parse import SplitResult, quote, unquote_to_bytes, urlsplit

from flask import Blueprint, current_app, flash, redirect, request
from markupsafe import Markup, escape
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as BaseResponse

from ..core.fields import typed
from ..dispatch import registry
from ..errors import Refusal, SignedOut
from .http import own_path, sentence

bp = Blueprint("forms", __name__)

_ENVIRON = "inquiry.refused"
#: What differs between two drawings of the same form.
_FLEETING = ("seen",)
#: Fields that are no words of the sender, or that nobody gets back.
_LEFT_ALONE = ("hidden", "password", "file", "submit")


@dataclass(frozen=True)
class Sent:
    """A form that was refused: the command it was for, and all its fields as they came."""

    command: str
    fields: MultiDict[str, str]

    def is_of(self, command: str, hidden: Mapping[str, Any]) -> bool:
        """Whether it was this form: pages repeat one for each of many things, which hidden fields tell apart."""
        return command == self.command and all(
            self.fields.get(name) == str(value) for name, value in hidden.items() if name not in _FLEETING
        )

    def fill(self, markup: str) -> Markup:
        """The inside of the form with what was typed."""
        filler = _Filler(self.fields)
        filler.feed(str(markup))
        filler.close()
        return Markup("".join(filler.written))  # noqa: S704 - our own template's markup; what is put in is escaped


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


class _Filler(HTMLParser):
    """Copies markup as it is, but for the values of fields."""

    def __init__(self, typed: MultiDict[str, str]) -> None:
        super().__init__(convert_charrefs=False)
        self.written: list[str] = []
        self._typed = typed
        self._choices: list[str] | None = None
        self._replaced = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = dict(attrs)
        name = has.get("name") or ""
        as_it_is = self.get_starttag_text() or ""
        if tag == "input":
            self.written.append(self._input(has, name, as_it_is))
            return
        if tag == "option" and self._choices is not None:
            as_it_is = _tag(tag, _with(has, "selected", has.get("value") in self._choices))
        self.written.append(as_it_is)
        if tag == "select" and name in self._typed:
            self._choices = self._typed.getlist(name)
        if tag == "textarea" and name in self._typed:
            self.written.append(f"\n{escape(self._typed[name])}")
            self._replaced = True

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
    page = _draw_again(urlsplit(own_path(back)), Sent(command, request.form), refusal) if back else None
    if page is not None:
        return page
    flash(sentence(refusal), "refusal")
    return redirect(own_path(request.form.get("next")), 303)


def _draw_again(place: SplitResult, sent: Sent, refusal: Refusal) -> BaseResponse | None:
    """The answer to a GET of this place, in the midst of a POST; None where there is no such page."""
    # WSGI carries the bytes of an address as if they were Latin-1.
    path = unquote_to_bytes(place.path).decode("latin-1")
    asked = {"REQUEST_METHOD": "GET", "PATH_INFO": path, "QUERY_STRING": quote(place.query, safe="=&%+-_.~")}
    environ = request.environ | asked | environ_with(sent) | {"wsgi.input": BytesIO(), "CONTENT_LENGTH": "0"}
    for kept in [key for key in environ if key.startswith("werkzeug.")]:
        del environ[kept]
    with current_app.request_context(environ):
        flash(sentence(refusal), "refusal")
        page = current_app.full_dispatch_request()
    if page.status_code != HTTPStatus.OK or page.mimetype != "text/html":
        return None
    page.status_code = refusal.status
    page.headers["Cache-Control"] = "no-store"
    return page
