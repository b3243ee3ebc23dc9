"""What templates may use: who reads, in which language, and how instants, days and names are written."""

import secrets
from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any, TypeVar

from babel.dates import format_datetime, format_time
from flask import Flask
from flask_babel import get_locale
from jinja2 import pass_context
from jinja2.runtime import Context
from sqlalchemy.exc import SQLAlchemyError

from ..core import clock, codes, i18n, labels, terms, text
from ..permissions import Actor, Scope, allows
from ..settings import settings
from . import forms, said
from .http import actor, nobody_is_known

T = TypeVar("T")


def _instant(value: datetime | None, form: str = "medium") -> str:
    """An instant in the city's zone: `medium` date and time, `date`, `time`, `seconds`, `short` (no year), `iso`."""
    if value is None:
        return ""
    local = value.astimezone(settings().zone)
    if form == "iso":
        return clock.iso(value)
    if form == "date":
        return _day(local)
    if form == "time":
        return str(format_time(local, "HH:mm", locale=get_locale()))
    if form == "seconds":
        return str(format_time(local, "HH:mm:ss", locale=get_locale()))
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
    return i18n.preferred(thing.name, thing.name_en)


def _titled(thing: Any) -> str:
    """The title of a session or item in the reader's language."""
    return i18n.preferred(thing.title, thing.title_en)


def _public_number(letter: str, began: datetime, row_id: int) -> str:
    """The number under which a question (`Q`) or a pledge (`P`) is cited, given when it was asked or recorded."""
    return codes.public_number(letter, clock.city_day(began).year, row_id)


def press_id() -> str:
    """A fresh `client_id` for one form, so that sending it twice does its work once."""
    return secrets.token_urlsafe(12)


def rows_of(name: str, things: Iterable[Any]) -> list[str]:
    """The places of rows, by the names that forms give them: `pledge-7`."""
    return [f"{name}-{thing.id}" for thing in things]


def _context() -> dict[str, Any]:
    here = settings()
    language = i18n.chosen()
    return {
        "actor": _actor_if_known(),
        "locale": language,
        "city": here.city_en if language == "en" else here.city,
        "publisher": (here.publisher_en if language == "en" else "") or here.publisher,
        "contact": here.contact,
        "public_url": here.public_url,
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
        return nobody_is_known()


def when_drawn(work: Callable[..., T]) -> Callable[..., T]:
    """A filter that is asked when a page is drawn: that of a constant would be worked out when its template is
    compiled, and everybody would read it in the language of whoever came first."""

    @pass_context
    def drawn(_context: Context, *arguments: Any, **named: Any) -> T:
        return work(*arguments, **named)

    return drawn


def register(app: Flask) -> None:
    """Give the application's templates their filters and globals."""
    app.context_processor(_context)
    app.add_template_global(labels.labels)
    app.add_template_global(press_id)
    app.add_template_global(forms.sent_here)
    app.add_template_global(forms.is_drawn_again)
    app.jinja_env.globals["terms"] = terms
    app.add_template_global(lambda: clock.city_day(clock.now()), "city_today")
    app.add_template_global(rows_of)
    app.add_template_global(said.said_at)
    app.add_template_global(said.said_of_refusal)
    app.add_template_global(said.said_elsewhere)
    filters: dict[str, Callable[..., str]] = {
        "instant": _instant, "day": _day, "named": _named, "titled": _titled, "shortened": text.shortened,
        "label": labels.label,
    }  # fmt: skip
    for name, work in filters.items():
        app.template_filter(name)(when_drawn(work))
    app.add_template_global(_public_number, "public_number")
