"""Published tables for everybody: as pages, CSV and JSON; and files to fill in, with nothing but their headings."""

from datetime import date
from fractions import Fraction
from typing import Any

from babel.dates import format_date
from flask import Blueprint, Response, jsonify, render_template, request
from flask_babel import get_locale
from flask_babel import gettext as _

from ..accounts.unit_files import FORM as UNITS
from ..core import clock, i18n
from ..core.db import reading
from ..errors import NotFound
from ..live import panels
from ..permissions import allows
from ..questions.filters import positive
from ..questions.rules import is_public
from ..web.http import actor
from ..web.templating import when_drawn
from . import behind, exports, files, queries
from .rules.handling_indicators import THEME, THEME_EN
from .rules.handling_table import KIND
from .rules.periods import Period, PeriodKind
from .rules.rates import FEWEST_RANKED, PRIOR_WEIGHT
from .rules.scores import half_up

bp = Blueprint("results", __name__)

_FORMS = {form.name: form for form in (UNITS, *files.FORMS)}
#: So many tables stand on the home page.
_AT_HOME = 4


@bp.get("/results")
def tables() -> str:
    """Every table that stands, the newest period first."""
    with reading() as db:
        return render_template(
            "results/list.html", tables=queries.standing_tables(db), forms=list(_FORMS),
            fills_in=allows(actor(), "results.record_actual"),
        )  # fmt: skip


@bp.get("/results/<int:table_id>")
def table(table_id: int) -> str:
    """One table as it was published, also when another has taken its place."""
    with reading() as db:
        found = queries.published_table(db, table_id)
        stands = found if found.superseded_at is None else queries.standing_in_place_of(db, found)
        shape = "handling" if found.contents.get("kind") == KIND else "table"
        return render_template(
            f"results/{shape}.html", table=found, stands=stands, told=found.contents, amount=_amount,
            prior=PRIOR_WEIGHT, fewest=FEWEST_RANKED, day_said=date.fromisoformat,
            days=Period.parse(found.period),
        )  # fmt: skip


@bp.get("/results/<int:table_id>/units/<int:unit_id>/<code>")
def behind_figure(table_id: int, unit_id: int, code: str) -> str:
    """What was counted for a figure that the platform measured itself: `part` (yes, no) narrows a rate's, `page`."""
    part = request.args.get("part", "")
    with reading() as db:
        found = queries.published_table(db, table_id)
        figure = behind.figure(found.contents, unit_id, code)
        chosen = behind.Part(part) if part in set(behind.Part) and behind.Part(part) in figure.parts() else None
        page = behind.listed(db, figure, chosen, positive(request.args.get("page")) or 1)
        return render_template(
            "results/behind.html", table=found, figure=figure, parts=figure.parts(), part=chosen, page=page,
            readable=lambda question: is_public(question.state, question.approved_at),
        )  # fmt: skip


@bp.get("/results/<int:table_id>.csv")
def table_as_csv(table_id: int) -> Response:
    with reading() as db:
        found = queries.published_table(db, table_id)
    return _file(exports.as_csv(found.contents), f"results-{found.period}-{found.id}.csv")


@bp.get("/results/<int:table_id>.json")
def table_as_json(table_id: int) -> Response:
    """With its digest, which can be recomputed from `table`."""
    with reading() as db:
        found = queries.published_table(db, table_id)
    superseded_at = found.superseded_at and clock.iso(found.superseded_at)
    return jsonify(
        digest=found.digest, published_at=clock.iso(found.at), superseded_at=superseded_at, why=found.why,
        table=found.contents,
    )  # fmt: skip


@bp.get("/results/forms/<name>.csv")
def form(name: str) -> Response:
    """A table to fill in: its headings in the reader's language. Raises NotFound."""
    if name not in _FORMS:
        raise NotFound(what="form")
    chinese = i18n.chosen() == "zh-CN"
    columns = _FORMS[name].columns
    headings = [called[0] if chinese else column for column, called in columns.items()]
    return _file(",".join(headings) + "\n", f"{name}.csv")


def _file(content: str, name: str) -> Response:
    """With the mark by which spreadsheet programs know UTF-8."""
    answer = Response("\ufeff" + content, mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _amount(exact: str | None, decimals: int) -> str:
    """An exact figure as its indicator shows it."""
    return "–" if exact is None else f"{half_up(Fraction(exact), decimals):,f}"


@bp.app_template_filter("theme_name")
@when_drawn
def _theme_name(name: str) -> str:
    """Themes are named in one language, but for the built-in one."""
    return i18n.preferred(name, THEME_EN if name == THEME else "")


@bp.app_template_filter("period_name")
@when_drawn
def _period_name(name: str) -> str:
    """2026年10月, 2026年第3季度, 2026年第40周; October 2026, quarter 3 of 2026, week 40 of 2026."""
    period = Period.parse(name)
    if period.kind is PeriodKind.MONTH:
        pattern = "y年M月" if i18n.chosen() == "zh-CN" else "MMMM y"
        return str(format_date(period.first_day, pattern, locale=get_locale()))
    if period.kind is PeriodKind.WEEK:
        return str(_("week %(number)s of %(year)s", number=period.number, year=period.year))
    if period.kind is PeriodKind.QUARTER:
        return str(_("quarter %(number)s of %(year)s", number=period.number, year=period.year))
    return str(_("the year %(year)s", year=period.year))


def _newest(db: Any, _now: Any) -> list[Any]:
    return list(queries.standing_tables(db)[:_AT_HOME])


panels.on_home("results/_home.html", _newest)
