"""Tables of results as workbooks, and workbooks to fill in."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import pgettext

from ..core.books import Cell, Rule, Sheet, book
from ..core.labels import label
from ..core.sheets import Form
from . import files
from .rules.handling_indicators import Shape
from .rules.handling_table import KIND
from .rules.scores import Band, Better, ratio_of, rounded

Json = dict[str, Any]

_GROUNDS: Final = {Band.LEADING: "DFF1E6", Band.HOLDING: "E3E9F7", Band.LAGGING: "FCEFD2"}
#: So exact is a figure of which no decimal says all.
_MOST_PLACES: Final = 6


def of_table(contents: Json, digest: str, english: bool) -> bytes:
    """A sheet with the ranks and every figure beside its targets, and one that says what the figures mean."""
    return book([_ranks(contents, english), _meaning(contents, digest, english)])


def _named(of: Json, english: bool) -> str:
    return str(of["name_en"] if english and of["name_en"] else of["name"])


def _measured_in(of: Json, english: bool) -> str:
    return str((english and of.get("measure_en")) or of["measure"])


def _ranks(contents: Json, english: bool) -> Sheet:
    head = [
        _("Rank"), _("Unit"), pgettext("unit", "Head"), _("Score"), _("Band"), _("Places gained"), _("Points gained"),
        _("Rank before"), _("Score before"), _("What is missing"),
    ]  # fmt: skip
    for one in contents["indicators"]:
        name = f"{_named(one, english)} ({_measured_in(one, english)})"
        head += [f"{name} {said}".rstrip() for _key, said, _form in _columns(one)]
    keys = [[(key, form) for key, _said, form in _columns(one)] for one in contents["indicators"]]
    bands = {band.value: Cell(label(band, "band"), ground=_GROUNDS[band]) for band in Band}
    incomplete = Cell(_("Incomplete"))

    def rows() -> Iterator[list[Cell]]:
        for row in contents["rows"]:
            band = bands.get(row["band"]) or (Cell(None) if row["rank"] else incomplete)
            yield _row(row, band, keys, english)

    return Sheet(_("Table"), head, rows(), frozen="C2", filtered=True)


def _row(row: Json, band: Cell, keys: Sequence[Sequence[tuple[str, str]]], english: bool) -> list[Cell]:
    cells = [
        Cell(row["rank"], "0"), Cell(_named(row["unit"], english)), Cell(row["unit"]["head"]),
        _decimal(row["score"], "0.00"), band,
        Cell(row["places"], "+0;-0;0"), _decimal(row["points"], "+0.00;-0.00;0.00"), Cell(row["previous_rank"], "0"),
        _decimal(row["previous_score"], "0.00"), Cell("; ".join(row["missing"])),
    ]  # fmt: skip
    for of_indicator, figure in zip(keys, row["figures"], strict=True):
        cells += [_decimal(figure.get(key), form) for key, form in of_indicator]
    return cells


def _columns(one: Json) -> list[tuple[str, str, str]]:
    """Of an indicator: which of a figure's values stand side by side, what they are called, and their form. What the
    platform measures itself has no targets; a rate has its number and its interval."""
    form = "#,##0" + ("." + "0" * one["decimals"] if one["decimals"] else "")
    if "shape" not in one:
        return [
            ("actual", pgettext("figure", "Actual"), form), ("baseline", _("Baseline target"), form),
            ("stretch", _("Stretch target"), form), ("attainment", _("Attainment"), "0.00"),
        ]  # fmt: skip
    beside = {
        Shape.RATE: [("of", "n", "0"), ("low", _("95 % from"), "0.00"), ("high", _("95 % to"), "0.00")],
        Shape.DAYS: [("of", "n", "0")], Shape.COUNT: [],
    }  # fmt: skip
    return [("actual", "", form), *beside[Shape(one["shape"])]]


def _decimal(exact: str | int | None, form: str) -> Cell:
    return Cell(None if exact is None else rounded(*ratio_of(str(exact)), _MOST_PLACES).normalize(), form)


def _meaning(contents: Json, digest: str, english: bool) -> Sheet:
    """The indicators, and below them which table this is."""
    head = [
        _("Code"), _("Indicator"), _("Measure"), _("Weight"), _("How it counts"), _("Definition"),
        pgettext("figures", "Source"), _("Version"),
    ]  # fmt: skip
    rows = []
    for one in contents["indicators"]:
        better = _("more is better") if one["better"] == Better.MORE else _("less is better")
        adds_up = _("summed since January") if one.get("accumulates") else _("each period for itself")
        rows.append([
            Cell(one["code"]), Cell(_named(one, english)), Cell(_measured_in(one, english)),
            Cell(Decimal(one["weight"]) if "weight" in one else None),
            Cell(f"{better}{pgettext('between sentences', '; ')}{adds_up}"),
            Cell((english and one.get("definition_en")) or one["definition"]),
            Cell(one["source"] if "source" in one else _("the platform's own records")), Cell(one["version"], "0"),
        ])  # fmt: skip
    told = [
        (_("Theme"), (english and contents.get("theme_en")) or contents["theme"]),
        (_("Period"), contents["period"]),
        (_("Peer group"), _named(contents["group"], english)),
        (_("Digest of the table (SHA-256)"), digest),
        ("", "")
        if contents.get("kind") == KIND
        else (
            _("Scores"),
            _("100 is the baseline target, 120 the stretch target. Whoever lacks a figure is not ranked."),
        ),
    ]
    rows += [[], *([Cell(name), Cell(said)] for name, said in told)]
    return Sheet(_("Definitions and sources"), head, rows, frozen="B2")


# --- to fill in -------------------------------------------------------------------------------------------------------

#: What a spreadsheet would take for a day (2026-10) or a number (the code 001).
_AS_WORDS: Final = ("code", "indicator", "unit", "period")
_NUMBERS: Final = ("baseline", "stretch", "value", "weight", "decimals")
_LONG: Final = ("definition", "evidence", "groups")


def headings(form: Form, english: bool) -> list[tuple[str, str]]:
    """Our name of each column, and what it is called in the reader's language."""
    return [(column, column if english else called[0]) for column, called in form.columns.items()]


def to_fill_in(english: bool) -> bytes:
    """A sheet for each kind of table with nothing but its headings, and one that says what each column takes."""
    return book([*(_blank(form, english) for form in files.FORMS), _notes(english)])


def _title(form: Form, english: bool) -> str:
    return form.name if english else form.titles[0]


def _blank(form: Form, english: bool) -> Sheet:
    columns = list(form.columns)
    rules = {at: rule for at, one in enumerate(columns, 1) if (rule := _rule(one, form, english))}
    return Sheet(
        _title(form, english), [called for _column, called in headings(form, english)], rules=rules,
        as_words=[at for at, one in enumerate(columns, 1) if one in _AS_WORDS and not rules.get(at, Rule()).choices],
        widths=[36 if one in _LONG else 16 for one in columns],
    )  # fmt: skip


def _rule(column: str, form: Form, english: bool) -> Rule | None:
    choices = files.choices(column, english) if form is files.INDICATORS else []
    if choices:
        return Rule(choices=choices)
    if column in _NUMBERS:
        return Rule(number=_("Please write the number alone, without separators and percent signs."))
    return Rule(prompt=_("2026, 2026-Q3 or 2026-10")) if column == "period" else None


def _notes(english: bool) -> Sheet:
    """A line for each column, so that the example is nobody's figures."""
    takes = _takes(english)
    rows = [
        [Cell(said) for said in (_title(form, english), called, *takes[form.name, column])]
        for form in files.FORMS
        for column, called in headings(form, english)
    ]
    head = [_("Sheet"), _("Column"), _("What it takes"), _("Example")]
    return Sheet(_("How to fill it in"), head, rows, widths=(14, 16, 60, 32))


def _takes(english: bool) -> dict[tuple[str, str], tuple[str, str]]:
    """Of each column what it takes, and how that looks."""

    def one_of(column: str) -> str:
        return " / ".join(files.choices(column, english))

    period = _("2026 for a year, 2026-Q3 for a quarter, 2026-10 for a month")
    number = _("A number alone, with a point before its decimals; no separators, no percent sign")
    unit = _("A unit by its name, exactly as it is kept")
    of_indicator = _("An indicator by its code")
    return {
        ("indicators", "code"): (_("A code of your own: letters, digits, hyphens. It stays"), "GDP"),
        ("indicators", "name"): (_("Its name in Chinese"), "地区生产总值"),
        ("indicators", "name_en"): (_("Its name in English; may be empty"), "GDP"),
        ("indicators", "theme"): (_("The theme in whose table it counts"), "经济"),
        ("indicators", "measure"): (_("In what it is measured"), "亿元"),
        ("indicators", "better"): (_("Whether more or less is better"), one_of("better")),
        ("indicators", "accumulates"): (_("Whether its months add up over the year"), one_of("accumulates")),
        ("indicators", "period"): (_("How often it is measured"), one_of("period")),
        ("indicators", "decimals"): (_("How many decimals are shown, 0 to 6"), "2"),
        ("indicators", "weight"): (_("Its weight within the theme, above 0"), "3"),
        ("indicators", "groups"): (_("The peer groups it applies to, separated by semicolons"), "各区;市直部门"),
        ("indicators", "source"): (_("Where its figures come from; may be empty"), "市统计局"),
        ("indicators", "definition"): (_("What exactly is counted; shown beside every figure, may be empty"), "现价"),
        ("indicators", "theme_en"): (_("The theme's name in English; may be empty"), "Economy"),
        ("indicators", "measure_en"): (_("The measure in English; may be empty"), "100 million yuan"),
        ("targets", "indicator"): (of_indicator, "GDP"),
        ("targets", "unit"): (unit, "沙洲区"),
        ("targets", "period"): (period, "2026"),
        ("targets", "baseline"): (number, "1000"),
        ("targets", "stretch"): (_("Beyond the baseline, on the side that is better"), "1200"),
        ("actuals", "indicator"): (of_indicator, "GDP"),
        ("actuals", "unit"): (unit, "沙洲区"),
        ("actuals", "period"): (period, "2026-10"),
        ("actuals", "value"): (number, "98.6"),
        ("actuals", "evidence"): (_("From what it is known: words or a link; may be empty"), "统计快报"),
    }  # fmt: skip
