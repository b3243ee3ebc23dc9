"""Published tables for everybody, as pages, CSV, XLSX and JSON; the table as it would be now, for the staff; what
tables say of one unit; files to fill in, with nothing but their headings.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any, Final

from babel.dates import format_date
from flask import Blueprint, Response, render_template, request
from flask_babel import get_locale
from flask_babel import gettext as _

from ..accounts import queries as accounts
from ..accounts.models import PeerGroup
from ..accounts.unit_files import FORM as UNITS
from ..core import clock, i18n
from ..core.db import Db, reading
from ..core.extensions import let_others_go_first
from ..core.turns import in_turn
from ..errors import NotFound
from ..live import panels, readers
from ..permissions import allows, require
from ..questions.filters import positive
from ..questions.rules import is_public
from ..verdicts.models import Verdict
from ..verdicts.queries import lookup as verdicts
from ..verdicts.queries import suspects
from ..web import downloads
from ..web.http import actor
from ..web.templating import when_drawn
from . import behind, exports, files, queries, standings, workbooks
from .drawing import lines
from .models import PublishedTable
from .refusals import NothingMeasured
from .rules.changes import Changes, changes, is_said_again
from .rules.digest import digest_of
from .rules.handling_table import KIND
from .rules.periods import Period, PeriodKind, line_up
from .rules.rates import FEWEST_RANKED, PRIOR_WEIGHT
from .rules.scores import half_up

bp = Blueprint("results", __name__)

_FORMS = {form.name: form for form in (UNITS, *files.FORMS)}
#: So many tables stand on the home page, and so many units on one page of a table.
_AT_HOME: Final = 4
#: So many rows of a page are drawn before others may go first.
_DRAWN_AT_ONCE: Final = 50
UNITS_PAGE: Final = 200


@bp.get("/results")
def tables() -> str:
    """Every table that stands, the newest period first; for the staff, what can be filled in and published."""
    with reading() as db:
        may = {name: allows(actor(), f"results.{name}") for name in ("record_actual", "publish_table")}
        return render_template(
            "results/list.html", tables=_by_period(queries.standing_tables(db)), forms=list(_FORMS), can=may,
            themes=queries.themes(db), groups=accounts.peer_groups(db),
            last=Period(PeriodKind.MONTH, *_month()).before,
        )  # fmt: skip


def _by_period(
    tables: Sequence[tuple[PublishedTable, PeerGroup]],
) -> dict[str, dict[str, list[tuple[PublishedTable, PeerGroup]]]]:
    """As they are listed: by period, then by theme, groups in their order."""
    found: dict[str, dict[str, list[tuple[PublishedTable, PeerGroup]]]] = {}
    for table, group in sorted(tables, key=lambda one: one[1].id):
        found.setdefault(table.period, {}).setdefault(table.theme, []).append((table, group))
    return {table.period: found[table.period] for table, _group in tables}


def _month() -> tuple[int, int]:
    today = clock.city_day(clock.now())
    return today.year, today.month


@bp.get("/results/<int:table_id>")
@queries.uncollected()
def table(table_id: int) -> str:
    """One table as it was published, also when another has taken its place; `page` of its units."""
    with reading() as db:
        found = queries.published_table(db, table_id, lean=True)
        stands = found if found.superseded_at is None else queries.standing_in_place_of(db, found)
        contents = queries.contents_of(db, found)
        shape = "handling" if contents.get("kind") == KIND else "table"
        return render_template(f"results/{shape}.html", table=found, stands=stands, **_drawn(contents))


@bp.get("/results/<int:table_id>/units/<int:unit_id>/<code>")
def behind_figure(table_id: int, unit_id: int, code: str) -> str:
    """What was counted for a figure that the platform measured itself: `part` (yes, no) narrows a rate's, `page`."""
    part = request.args.get("part", "")
    with reading() as db:
        found = queries.published_table(db, table_id, lean=True)
        contents = queries.contents_of(db, found)
        figure = behind.figure(contents, unit_id, code)
        chosen = behind.Part(part) if part in set(behind.Part) and behind.Part(part) in figure.parts() else None
        page = behind.listed(db, figure, chosen, positive(request.args.get("page")) or 1)
        return render_template(
            "results/behind.html", table=found, group=contents["group"], figure=figure, parts=figure.parts(),
            part=chosen, page=page,
            readable=lambda question: is_public(question.state, question.approved_at),
            hidden=readers.hidden(db, actor()),
        )  # fmt: skip


@bp.get("/results/draft")
@queries.uncollected()
def draft() -> str:
    """What would be published of `theme` and `period` for the peer group `group`, and what would change; without a
    group, for which groups. Raises SignedOut, Forbidden, NotFound, NothingMeasured."""
    require(actor(), "results.publish_table")
    theme, period = request.args.get("theme", ""), _asked_period()
    group_id = request.args.get("group", type=int)
    with reading() as db:
        if group_id is None:
            return _of_all_groups(db, theme, period)
        contents = queries.table_now(db, theme, period, group_id)
        stands, differs = _beside(db, theme, period, group_id, contents)
        return render_template(
            "results/draft.html", theme=theme, period=str(period), stands=stands, same=stands and not differs,
            changes=differs, **_drawn(contents),
        )  # fmt: skip


def _beside(
    db: Db, theme: str, period: Period, group_id: int, contents: dict[str, Any]
) -> tuple[PublishedTable | None, Changes | None]:
    """The table that stands, and what would be different from it; None where it is the same, or none is there."""
    stands = queries.published(db, theme, period, group_id, lean=True)
    if stands is None or stands.digest == digest_of(contents, let_others_go_first):
        return stands, None
    was = queries.contents_of(db, stands)
    return stands, None if is_said_again(was, contents) else changes(was, contents, let_others_go_first)


def _of_all_groups(db: Db, theme: str, period: Period) -> str:
    found = []
    for group in queries.groups_measured(db, theme, period):
        contents = queries.table_now(db, theme, period, group.id)
        stands, differs = _beside(db, theme, period, group.id, contents)
        unranked = sum(row["rank"] is None for row in contents["rows"])
        found.append({
            "group": group, "units": len(contents["rows"]), "unranked": unranked, "stands": stands,
            "same": stands and not differs, "changes": differs,
        })  # fmt: skip
    if not found:
        raise NothingMeasured(period=str(period))
    title = i18n.preferred(theme, queries.themes(db)[theme])
    return render_template("results/draft_groups.html", theme=theme, title=title, period=str(period), found=found)


def _asked_period() -> Period:
    """Raises NotFound for what is none."""
    try:
        return Period.parse(request.args.get("period", "").strip())
    except ValueError:
        raise NotFound(what="period") from None


def _drawn(contents: Mapping[str, Any]) -> dict[str, Any]:
    """What the templates of a table need: one page of its rows, each with its line."""
    rows: Sequence[Any] = contents["rows"]
    pages = max(1, -(-len(rows) // UNITS_PAGE))
    number = min(max(1, request.args.get("page", 1, type=int)), pages)
    scores = [[*row.get("trend", ()), row["score"]] for row in rows]
    at = slice((number - 1) * UNITS_PAGE, number * UNITS_PAGE)
    return {
        "told": contents, "rows": rows[at], "lines": lines(scores, _level(contents), at), "scores": scores[at],
        "periods": [str(one) for one in line_up(Period.parse(contents["period"]))], "amount": amount,
        "page": {"number": number, "pages": pages}, "days": Period.parse(contents["period"]),
        "day_said": date.fromisoformat, "prior": PRIOR_WEIGHT, "fewest": FEWEST_RANKED,
    }  # fmt: skip


def _level(contents: Mapping[str, Any]) -> float:
    """What the lines are seen against: the baseline target or, of satisfaction, the mean of the group."""
    return 100 * float(Fraction(contents["group_mean"])) if contents.get("group_mean") else 100


@bp.get("/results/units/<int:unit_id>")
def unit(unit_id: int) -> str:
    """What the tables that stand say of one unit. Raises NotFound."""
    with reading() as db:
        return render_template(
            "results/unit.html", unit=accounts.unit(db, unit_id), themes=standings.of_unit(db, unit_id), amount=amount,
            verdicts=(judged := _verdicts(db, unit_id)), asides=suspects.by_verdict(db, judged),
        )  # fmt: skip


#: Of a unit's verdicts, how many its page shows.
_MOST_VERDICTS = 20


def _verdicts(db: Db, unit_id: int) -> Sequence[Verdict]:
    """The newest, without those of a meeting that this reader may not follow."""
    hidden = readers.outside(Verdict.session_id, readers.hidden(db, actor()))
    return verdicts.closed(db, Verdict.unit_id == unit_id, *hidden, most=_MOST_VERDICTS)


# --- files ------------------------------------------------------------------------------------------------------------


@bp.get("/results/<int:table_id>.csv")
def table_as_csv(table_id: int) -> Response:
    found, contents = _whole(table_id)
    return downloads.table(exports.as_csv(contents), f"results-{found.period}-{found.id}.csv")


@bp.get("/results/<int:table_id>.xlsx")
def table_as_workbook(table_id: int) -> Response:
    found, contents = _whole(table_id)
    written = exports.as_workbook(contents, found.digest, i18n.chosen())
    return downloads.workbook(written, f"results-{found.period}-{found.id}.xlsx")


@bp.get("/results/<int:table_id>.json")
def table_as_json(table_id: int) -> Response:
    """With its digest, which can be recomputed from `table`: that is handed out as it is kept, for it may be long."""
    with reading() as db:
        found = queries.published_table(db, table_id, lean=True)
        kept = queries.text_of(db, found)
    told = {
        "digest": found.digest, "published_at": clock.iso(found.at), "why": found.why,
        "superseded_at": found.superseded_at and clock.iso(found.superseded_at),
    }  # fmt: skip
    return Response(f'{json.dumps(told, ensure_ascii=False)[:-1]}, "table": {kept}}}\n', mimetype="application/json")


def _whole(table_id: int) -> tuple[PublishedTable, dict[str, Any]]:
    with reading() as db:
        found = queries.published_table(db, table_id, lean=True)
        return found, queries.contents_of(db, found)


@bp.get("/results/forms/<name>.csv")
def form(name: str) -> Response:
    """A table to fill in: its headings in the reader's language. Raises NotFound."""
    if name not in _FORMS:
        raise NotFound(what="form")
    headings = [called for _column, called in workbooks.headings(_FORMS[name], i18n.chosen() == "en")]
    return downloads.table(",".join(headings) + "\n", f"{name}.csv")


@bp.get("/results/forms/results.xlsx")
def forms_as_workbook() -> Response:
    """Indicators, targets and actuals to fill in, with what each column takes."""
    return downloads.workbook(workbooks.to_fill_in(i18n.chosen() == "en"), "results.xlsx")


# --- words ------------------------------------------------------------------------------------------------------------


def amount(exact: str | None, decimals: int) -> str:
    """An exact figure as its indicator shows it."""
    return "–" if exact is None else f"{half_up(Fraction(exact), decimals):,f}".replace("-", "−")


@bp.app_template_filter("in_turn")
@when_drawn
def _in_turn(rows: Iterable[Any]) -> Iterator[Any]:
    """The same, but now and then others may go first: a long page takes its time."""
    return in_turn(rows, let_others_go_first, _DRAWN_AT_ONCE)


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
    return queries.standing_tables(db)[:_AT_HOME]


panels.on_home("results/_home.html", _newest)
