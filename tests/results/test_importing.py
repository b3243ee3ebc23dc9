"""Indicators, targets and actuals from files: every cell that cannot be used is named, and then nothing is taken."""

import hashlib
import random
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from inquiry.core import sheets
from inquiry.core.db import reading
from inquiry.dispatch.unit_of_work import unit_of_work
from inquiry.errors import Forbidden
from inquiry.permissions import Role
from inquiry.results import queries
from inquiry.results.commands.figures import Counts
from inquiry.results.commands.importing import Outcome, import_results
from inquiry.results.files import FORMS
from inquiry.results.models import Actual, IndicatorVersion
from inquiry.trace import queries as trace
from tests.results.conftest import ACTUALS, INDICATORS, TARGETS, Inquiry, Year
from tests.support.replay import nothing_changes
from tests.support.workbook import sheets_of

pytestmark = pytest.mark.usefixtures("the_day")


def bad(year: Year, content: str | bytes) -> list[tuple[str, int, str, str, str]]:
    with pytest.raises(sheets.UnusableRows) as refused, nothing_changes():
        year.take(content)
    return [(one.sheet, one.line, one.column, one.reason, str(one.words.get("hint", ""))) for one in refused.value.bad]


def count(model: type) -> int:
    with reading() as db:
        return db.scalar(select(func.count()).select_from(model)) or 0


def test_each_table_comes_once(year: Year) -> None:
    assert year.take(INDICATORS) == Outcome(indicators=Counts(added=2))
    assert year.take(TARGETS) == Outcome(targets=Counts(added=4))
    assert year.take(ACTUALS) == Outcome(actuals=Counts(added=7))
    with nothing_changes():
        assert year.take(INDICATORS) == Outcome(indicators=Counts(same=2))
        assert year.take(TARGETS) == Outcome(targets=Counts(same=4))
        assert year.take(ACTUALS) == Outcome(actuals=Counts(same=7))
    with reading() as db:
        gdp = queries.versions(db)["GDP"]
    assert (gdp.number, gdp.weight, gdp.groups) == (1, Decimal(3), sorted([year.districts, year.bureaus]))
    assert (gdp.accumulates, gdp.definition) == (True, "按季度核算")


def test_a_workbook_brings_all_three_in_chinese_in_any_order(year: Year) -> None:
    book = sheets_of({
        "完成情况": [["指标", "单位", "周期", "完成值", "佐证"], ["投资", "沙洲区", 45658, 12.5, "快报"]],  # 2025-01-01
        "目标": [["指标", "单位", "周期", "预期目标", "拼搏目标"], ["投资", "沙洲区", 2025, 120, 150]],
        "说明": [["请逐行填写"]],
        "指标": [
            ["2025 年指标"],
            ["代码", "名称", "主题", "计量单位", "方向", "累计", "周期", "小数位", "权重", "考核分组"],
            ["投资", "固定资产投资", "经济", "亿元", "越高越好", "是", "月", 2, 0.1, "各区"],
        ],
    })  # fmt: skip
    assert year.take(book) == Outcome(Counts(added=1), Counts(added=1), Counts(added=1))
    with reading() as db:
        assert queries.versions(db)["投资"].weight == Decimal("0.1")
        assert db.scalars(select(Actual.period)).one() == "2025-01"
        assert db.scalars(select(Actual.value)).one() == Decimal("12.5")


def test_every_cell_that_cannot_be_used_is_named(year: Year) -> None:
    year.take(INDICATORS)
    assert bad(
        year,
        INDICATORS.partition("\n")[0] + "\n"
        "GDP,总值,,经济,亿元,more,yes,quarter,2,3,各区,\n"
        "A B,甲,,经济,亿元,more,yes,month,2,3,各区,\n"
        "B,,,经济,亿元,more,yes,month,2,3,各区,\n"
        "C,丙,,经济,亿元,最好,yes,month,2,3,各区,\n"
        "D,丁,,经济,亿元,more,也许,month,2,3,各区,\n"
        "E,戊,,经济,亿元,more,yes,week,2,3,各区,\n"
        "F,己,,经济,亿元,more,yes,month,7,3,各区,\n"
        "G,庚,,经济,亿元,more,yes,month,2,0,各区,\n"
        "H,辛,,经济,亿元,more,yes,month,2,3,各 区,\n"
        "I,壬,,经济,亿元,more,yes,month,2,３,各区,\n"
        "J,癸,,经济,亿元,more,yes,month,2,3,各区,\n"
        "J,癸,,经济,亿元,more,yes,month,2,3,各区,\n",
    ) == [
        ("", 2, "period", "PERIOD_FIXED", ""), ("", 3, "code", "no_code", ""), ("", 4, "name", "missing", ""),
        ("", 5, "better", "no_choice", ""), ("", 6, "accumulates", "no_choice", ""),
        ("", 7, "period", "no_choice", ""), ("", 8, "decimals", "no_decimals", ""),
        ("", 9, "weight", "no_weight", ""), ("", 10, "groups", "group_alike", "各区"),
        ("", 11, "weight", "full_width", ""), ("", 13, "code", "twice", ""),
    ]  # fmt: skip
    assert bad(
        year,
        "indicator,unit,period,baseline,stretch\n"
        "GPD,沙洲区,2025,1,2\n"
        "火箭,沙洲区,2025,1,2\n"
        "GDP,沙州区,2025,1,2\n"
        "GDP,火星,2025,1,2\n"
        "GDP,沙洲区,2025-Q1,1,2\n"
        "GDP,沙洲区,2025-W01,1,2\n"
        "GDP,沙洲区,去年,1,2\n"
        "GDP,沙洲区,2025-01,2,2\n"
        "PM25,沙洲区,2025-01,2,3\n"
        "GDP,沙洲区,2025-02,12%,2\n"
        'GDP,沙洲区,2025-03,"1,234.5",2000\n'
        "GDP,沙洲区,2025-04,1,2\n"
        "GDP,沙洲区,2025年4月,1,2\n",
    ) == [
        ("", 2, "indicator", "indicator_alike", "GDP"), ("", 3, "indicator", "unknown_indicator", ""),
        ("", 4, "unit", "unit_alike", "沙洲区"), ("", 5, "unit", "unknown_unit", ""),
        ("", 6, "period", "WRONG_PERIOD", ""), ("", 7, "period", "no_period", ""), ("", 8, "period", "no_period", ""),
        ("", 9, "stretch", "TARGETS_CROSS", ""), ("", 10, "stretch", "TARGETS_CROSS", ""),
        ("", 11, "baseline", "percent_sign", ""), ("", 12, "baseline", "separators", ""),
        ("", 14, "period", "twice", ""),
    ]  # fmt: skip
    assert bad(
        year,
        "indicator,unit,period,value,evidence\n"
        "GDP,沙洲区,2025,1,\n"
        "GDP,沙洲区,2026-12,1,\n"
        "GDP,沙洲区,2026-11,,\n"
        "GDP,沙洲区,2026-10,约五,\n"
        f"GDP,沙洲区,2026-09,1,{'长' * 1001}\n"
        "GDP,沙洲区,2026-08,=B1,\n",
    ) == [
        ("", 2, "period", "WRONG_PERIOD", ""), ("", 3, "period", "PERIOD_NOT_BEGUN", ""),
        ("", 4, "value", "missing", ""), ("", 5, "value", "no_number", ""), ("", 6, "evidence", "too_long", ""),
        ("", 7, "value", "formula", ""),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "data", [b"", b"a,b\n1,2\n", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old", "指标\n".encode()]
)
def test_what_is_no_table_of_results_is_refused(year: Year, data: bytes) -> None:
    with pytest.raises(sheets.UnreadableFile), nothing_changes():
        year.take(data)


def test_a_correction_supersedes_and_is_traced(year: Year) -> None:
    year.all()
    assert year.take("indicator,unit,period,value,evidence\nGDP,沙洲区,2025-01,10.5,统计公报\n").actuals == Counts(
        corrected=1
    )
    with reading() as db:
        kept = db.execute(
            select(Actual.value, Actual.evidence, Actual.superseded_at.is_(None))
            .where(Actual.period == "2025-01", Actual.unit_id == year.city.district.id)
            .order_by(Actual.id)
        )
        assert list(kept)[::2] == [(Decimal(10), "统计快报", False), (Decimal("10.5"), "统计公报", True)]
        told = [entry for entry in trace.since(db, "city", 0) if entry.kind == "results.actual_corrected"]
    assert [entry.payload for entry in told] == [
        {"code": "GDP", "period": "2025-01", "before": "10", "after": "10.5"}
    ]  # fmt: skip


def test_many_corrections_are_one_entry_whose_digest_is_that_of_the_rows(year: Year) -> None:
    """Each of them stands in the rows: who put it right, when, and what stood there before."""
    year.take(INDICATORS)
    places = [
        (unit, f"{number // 12 + 2019}-{number % 12 + 1:02}") for number in range(60) for unit in ("沙洲区", "青岚区")
    ]
    header = "indicator,unit,period,value,evidence\n"
    year.take(header + "".join(f"GDP,{unit},{period},10,\n" for unit, period in places))
    corrected = header + "".join(f"GDP,{unit},{period},11.5,统计公报\n" for unit, period in places[::-1])
    assert year.take(corrected).actuals == Counts(corrected=120)
    with reading() as db:
        (entry,) = [
            one for one in trace.since(db, "city", 0) if one.kind.startswith("results.actual") and "corr" in one.kind
        ]
        assert (entry.kind, entry.payload["count"]) == ("results.actuals_corrected", 120)
        was, now = aliased(Actual), aliased(Actual)
        pairs = db.execute(
            select(was.unit_id, was.period, was.value, now.value)
            .join(now, (now.unit_id == was.unit_id) & (now.period == was.period) & (now.at == was.superseded_at))
            .where(was.superseded_at == entry.at)
        ).all()
    lines = sorted(f"{unit:09},{period},{before},{after}" for unit, period, before, after in pairs)
    said = "".join(f"{line.lstrip('0')}\n" for line in lines)
    assert len(pairs) == 120
    assert entry.payload["digest"] == hashlib.sha256(said.encode()).hexdigest()


def test_a_changed_weight_is_a_new_version(year: Year) -> None:
    year.take(INDICATORS)
    assert year.take(INDICATORS.replace("2,3,各区;各局", "2,5,各区;各局")).indicators == Counts(corrected=1, same=1)
    with reading() as db:
        versions = db.execute(select(IndicatorVersion.number, IndicatorVersion.weight).order_by(IndicatorVersion.id))
        assert list(versions) == [(1, Decimal(3)), (1, Decimal(1)), (2, Decimal(5))]


def test_who_may_not_is_refused(year: Year) -> None:
    with pytest.raises(Forbidden), nothing_changes(), unit_of_work() as uow:
        import_results(uow, year.city.person(Role.CLERK), sheets.read(INDICATORS.encode(), FORMS))


def test_garbage_is_refused_and_never_breaks(year: Year) -> None:
    """Bytes of a good file with a few of them changed: it is taken, or refused with a reason."""
    chance = random.Random(9)
    whole = sheets_of({"目标": [["指标", "单位", "周期", "预期目标", "拼搏目标"], ["投资", "沙洲区", 2025, 120, 150]]})
    for source in (INDICATORS.encode(), whole):
        for _again in range(60):
            data = bytearray(source)
            for _change in range(chance.randint(1, 6)):
                data[chance.randrange(len(data))] = chance.randrange(256)
            try:
                year.take(bytes(data))
            except (sheets.UnreadableFile, sheets.UnusableRows):
                continue


# --- the command line -------------------------------------------------------------------------------------------------


def test_the_command_line_looks_first_and_names_sheet_row_column_and_reason(
    year: Year, inquiry: Inquiry, tmp_path: Path
) -> None:
    file = tmp_path / "results.csv"
    file.write_text(INDICATORS)
    with nothing_changes():
        status, said, _beside = inquiry("results", "import", file, "--dry-run")
    assert (status, said.splitlines()[0]) == (0, "indicators: 2 would be added, 0 would be changed, 0 as they are")
    assert inquiry("results", "import", file)[1].splitlines()[0] == "indicators: 2 added, 0 changed, 0 as they are"
    book = tmp_path / "results.xlsx"
    header = ["指标", "单位", "周期", "完成值"]
    book.write_bytes(
        sheets_of({"完成情况": [header, ["GDP", "沙洲区", "2025-02", 1], ["GDP", "沙洲区", "2025-01", "12%"]]})
    )
    with nothing_changes():
        status, said, beside = inquiry("results", "import", book)
    assert status == 2
    assert said == "完成情况 line 3, value: it has a percent sign: please write the number alone (12%)\n"
    assert beside == "inquiry: Rows that cannot be used: 1. Nothing was taken over.\n"
    assert count(Actual) == 0
