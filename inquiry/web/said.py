"""What a page says about the press that led to it, where the form of that press stood."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import flash, get_flashed_messages, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from .http import own_path

_SAYING = "inquiry.said"


@dataclass(frozen=True)
class Said:
    """A sentence, its kind (`done`, `refusal`) and where it belongs: the part of the page and the row in it that the
    form stood in, as far as the form named them."""

    kind: str
    words: str
    at: tuple[str, ...] = ()


def say_done(words: str, next_: str | None) -> BaseResponse:
    """On to where the form wants to go, and there to the sentence: the page draws it where the form stood, or where
    that is gone at the nearest place, so that its address is the place, with a script or without."""
    where = urlsplit(own_path(next_))
    if not words:
        return redirect(where.geturl(), 303)
    flash(words[:500], " ".join(["done", where.fragment, request.form.get("at", "")[:64]]))
    return redirect(where._replace(fragment="said").geturl(), 303)


def _saying() -> list[Said]:
    """What this page has still to say."""
    if _SAYING not in request.environ:
        request.environ[_SAYING] = [_said(*one) for one in get_flashed_messages(with_categories=True)]
    found: list[Said] = request.environ[_SAYING]
    return found


def _said(category: str, words: str) -> Said:
    kind, *at = category.split()
    return Said(kind, words, tuple(at))


def said_at(*places: str, but: Sequence[str] = ()) -> list[Said]:
    """What belongs to all these places and to none of `but`, which will say it themselves; each is said once."""
    return _take(lambda one: set(places) <= set(one.at) and not set(but) & set(one.at))


def said_of_refusal() -> list[Said]:
    """Why the form that is drawn again was refused."""
    return _take(lambda one: one.kind == "refusal")


def said_elsewhere() -> list[Said]:
    """What no place of the page has said: a layout asks last, whatever it draws first."""
    return _take(lambda _one: True)


def _take(fits: Callable[[Said], bool]) -> list[Said]:
    taken = [one for one in _saying() if fits(one)]
    request.environ[_SAYING] = [one for one in _saying() if one not in taken]
    return taken
