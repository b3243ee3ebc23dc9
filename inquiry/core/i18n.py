"""Two languages: which one a reader wants, and catalogs that are compiled when they are newer than their result."""

import os
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, get_timezone_name
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import request
from flask_babel import get_locale, gettext

#: The names that pages use (`lang` attributes) and the names that Babel uses.
LANGUAGES = {"zh-CN": "zh_Hans_CN", "en": "en"}
COOKIE = "lang"


def chosen() -> str:
    """`zh-CN` or `en`: by the link just pressed, the choice kept in a cookie, or the browser's wishes."""
    for wish in (request.args.get("lang"), request.cookies.get(COOKIE)):
        if wish in LANGUAGES:
            return wish
    best = request.accept_languages.best_match(["zh-CN", "zh", "en"], default="zh-CN")
    return "en" if best == "en" else "zh-CN"


def babel_locale() -> str:
    """For Flask-Babel, which also asks outside a request (the watcher): Chinese then."""
    return LANGUAGES[chosen()] if request else LANGUAGES["zh-CN"]


def preferred(chinese: str, english: str) -> str:
    """A name that is kept in both languages, in that of the reader; in Chinese where there is no other."""
    return english if english and chosen() == "en" else chinese


def day(value: date) -> str:
    """A day of the calendar as every surface writes it: 2026年10月7日, 7 Oct 2026."""
    locale = get_locale()
    pattern = "d MMM y" if locale and locale.language == "en" else "medium"
    return str(format_date(value, pattern, locale=locale))


def zone_words(zone: ZoneInfo) -> str:
    """How people call the time of the city: 北京时间, Beijing time; elsewhere as Babel knows it."""
    if zone.key == "Asia/Shanghai":
        return str(gettext("Beijing time"))
    return str(get_timezone_name(zone, locale=get_locale()))


def catalogs(package: Path) -> list[str]:
    """Every `translations` folder of the package, its catalogs compiled."""
    folders = sorted(package.glob("**/translations"))
    for folder in folders:
        for po in folder.glob("*/LC_MESSAGES/messages.po"):
            canonical = str(Locale.parse(po.parts[-3]))  # Babel looks for zh_CN under its full name, zh_Hans_CN
            _compile(po, folder / canonical / "LC_MESSAGES" / "messages.mo")
    return [str(folder) for folder in folders]


def _compile(po: Path, mo: Path) -> None:
    """Like Python's own .pyc: written when the source is newer, through a rename so that nobody reads half a file."""
    if mo.exists() and mo.stat().st_mtime_ns >= po.stat().st_mtime_ns:
        return
    mo.parent.mkdir(parents=True, exist_ok=True)
    with po.open("rb") as source:
        catalog = read_po(source)
    half = mo.with_suffix(f".{os.getpid()}.new")  # several processes start at once
    with half.open("wb") as target:
        write_mo(target, catalog)
    half.replace(mo)
