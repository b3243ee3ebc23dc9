"""Tables as other systems write them: encodings, quotation marks, workbooks; and those made to do harm."""

import tracemalloc
import zipfile
from datetime import date
from io import BytesIO
from time import perf_counter

import pytest

from inquiry.core import sheets, tables, workbook
from inquiry.core.tables import Table, UnreadableTable, is_garbled, separated
from inquiry.core.workbook import tables_of
from tests.support import workbook as by_hand

TEXT = "编号,标题\n1,请问湖滨路的路灯什么时候能修好？已经三个月了\n2,“菜场后门”垃圾堆成山，谁来管\n"
TRADITIONAL = "編號,標題\n1,請問湖濱路的路燈什麼時候能修好？已經三個月了\n2,菜場後門的垃圾堆成山,誰來管\n"
JAPANESE = "番号,件名\n1,湖のほとりの街灯はいつ直りますか。もう三か月も暗いままです\n"


def read_separated(data: bytes) -> Table:
    return separated(BytesIO(data), tables.MOST_ROWS).kept()


def read_workbook(data: bytes) -> Table:
    return next(tables_of(BytesIO(data), tables.MOST_ROWS)).kept()


def unreadable(data: bytes) -> dict[str, object]:
    with pytest.raises(UnreadableTable) as refused:
        (read_workbook if workbook.is_workbook(data) else read_separated)(data)
    return {"why": refused.value.why} | refused.value.data


# --- text -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gbk", "gb18030"])
def test_known_encodings_are_read(encoding: str) -> None:
    assert read_separated(TEXT.encode(encoding)).rows[1] == (2, ["1", "请问湖滨路的路灯什么时候能修好？已经三个月了"])


@pytest.mark.parametrize(
    ("data", "guess"),
    [
        (TRADITIONAL.encode("big5"), "Big5"),
        (JAPANESE.encode("cp932"), "Shift_JIS"),
        (b"\x81\xff\xff\xff", ""),
        ("编号".encode("utf-16")[:-1], ""),
    ],
    ids=["big5", "shift-jis", "none", "half"],
)
def test_other_encodings_are_noticed(data: bytes, guess: str) -> None:
    assert unreadable(data) == {"why": "encoding", "guess": guess}


@pytest.mark.parametrize(
    "said",
    [
        "请问湖滨路的路灯什么时候能修好".encode().decode("gb18030", "replace"),
        "请问湖滨路的路灯".encode().decode("latin-1"),
        "请问湖滨路的路灯".encode().decode("cp1252", "replace"),
        "锟斤拷锟斤拷路灯",
        "\ufffd\ufffd\ufffd路灯",
    ],
)
def test_what_was_read_wrongly_once_is_noticed(said: str) -> None:
    assert is_garbled(said)


@pytest.mark.parametrize(
    "said",
    ["", "BRT 3", "联通", "路灯", "café crème à Paris", "Đường phố hỏng rồi", TEXT, TRADITIONAL, JAPANESE, "가로등은"],
)
def test_what_is_written_well_is_not(said: str) -> None:
    assert not is_garbled(said)


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ('a,b\n1,"x\n2,y\n3,z\n', 2),
        ('a,b\n1,x\n2,"y\n3,z"z\n', 3),
        ('a,b\n1,"x" y\n', 2),
        ('a,b\n1,"x\n\n\ny"\n2,"z\n', 6),
    ],
)
def test_an_open_quotation_mark_is_told_with_its_line(content: str, line: int) -> None:
    assert unreadable(content.encode()) == {"why": "csv", "line": line}


def test_too_many_rows_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "MOST_ROWS", 1000)
    assert unreadable(b"a\n" + b"1\n" * (tables.MOST_ROWS + 1)) == {"why": "rows", "most": tables.MOST_ROWS}
    assert len(read_separated(b"a\n" + b"1\n" * tables.MOST_ROWS).rows) == tables.MOST_ROWS + 1


# --- workbooks ------------------------------------------------------------------------------------------------------


def test_the_first_sheet_that_is_shown_is_read() -> None:
    table = read_workbook(by_hand.workbook([["编号", "标题"], [], [188007, " <路灯> & "], ["x", 1.5]]))
    assert table.rows == [(1, ["编号", "标题"]), (3, ["188007", "<路灯> &"]), (4, ["x", "1.5"])]
    assert table.epoch == date(1899, 12, 30)
    other = read_workbook(by_hand.workbook([["a"]], properties='<workbookPr date1904="1"/>'))
    assert other.epoch == date(1904, 1, 1)


def test_every_kind_of_cell_is_read() -> None:
    cells = (
        '<c r="B1" t="inlineStr"><is><r><t>路</t></r><r><t>灯</t></r><rPh sb="0" eb="1"><t>lu</t></rPh></is></c>'
        '<c t="b"><v>1</v></c><c t="str"><f>A1</f><v>公式</v></c><c t="e"><v>#N/A</v></c>'
        '<c><v>1.88007E5</v></c><c t="d"><v>2026-11-03</v></c><c r="ZZ1"><v>1</v></c>'
    )
    sheet = f'<x:worksheet xmlns:x="y"><x:sheetData><x:row>{cells}</x:row></x:sheetData></x:worksheet>'
    assert read_workbook(by_hand.workbook([], sheet=sheet)).rows == [
        (1, ["", "路灯", "TRUE", "公式", "#N/A", "188007", "2026-11-03"])
    ]


def test_how_words_are_pronounced_is_left_out() -> None:
    words = "<sst><si><r><t>路</t></r><r><t>灯</t></r><rPh><t>lù dēng</t></rPh></si></sst>"
    assert read_workbook(by_hand.workbook([["路灯"]], words=words)).rows == [(1, ["路灯"])]


_BOMB = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
_FLOOD = "<worksheet><sheetData>" + " " * workbook.MOST_BYTES_OF_A_PART + "</sheetData></worksheet>"
_REPEATED = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(1, 3000))


@pytest.mark.parametrize(
    "parts",
    [
        {"words": f"{_BOMB}<sst><si><t>&b;</t></si></sst>"},
        {"sheet": f"{_BOMB}<worksheet/>"},
        {"book": f"{_BOMB}<workbook/>"},
        {"sheet": _FLOOD},
        {"sheet": "<worksheet>"},
        {"sheet": '<worksheet><sheetData><row r="x"/></sheetData></worksheet>'},
        {"sheet": '<worksheet><sheetData><row r="1"><c r="A1" t="s"><v>99</v></c></row></sheetData></worksheet>'},
        {"sheet": '<worksheet><sheetData><row r="1"><c r="1A"><v>9</v></c></row></sheetData></worksheet>'},
        {"sheet": '<worksheet><sheetData><row r="1"><c r="A1"><v>1x</v></c></row></sheetData></worksheet>'},
        {"words": f"<sst><si><t>{'长' * 30_000}</t></si></sst>", "sheet": f"<worksheet>{_REPEATED}</worksheet>"},
        {"book": "<workbook/>"},
        {"relations": "<Relationships/>"},
        {"relations": '<Relationships><Relationship Id="rId2" Target="../../etc/passwd"/></Relationships>'},
    ],
    ids=[
        "entities-in-words", "entities-in-sheet", "entities-in-book", "flood", "cut-off", "row", "word", "column",
        "number", "repeated", "no-sheet", "no-relation", "outside",
    ],
)  # fmt: skip
def test_workbooks_that_are_broken_or_do_harm_are_refused(parts: dict[str, str]) -> None:
    data = by_hand.workbook([["a"]], **parts)
    began = perf_counter()
    assert unreadable(data)["why"] in ("workbook", "rows")
    assert perf_counter() - began < 20


def test_archives_that_are_no_workbooks_are_refused() -> None:
    whole = by_hand.workbook([["a"]])
    many = BytesIO()
    with zipfile.ZipFile(many, "w") as archive:
        for number in range(6000):
            archive.writestr(f"{number}", "")
    for data in (whole[: len(whole) // 2], by_hand.zipped({"word/document.xml": "<x/>"}), many.getvalue(), whole[:30]):
        assert unreadable(data) == {"why": "workbook"}
    assert unreadable(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 an old one") == {"why": "old_workbook"}


# --- sheets that are filled in ---------------------------------------------------------------------------------------

FRUIT = sheets.Form(
    "fruit", ("水果",), {"name": ("名称",), "weight": ("重量",), "note": ("备注",)}, frozenset({"note"})
)
TREES = sheets.Form("trees", ("果树",), {"name": ("名称",), "height": ("高度",)})


def book_of(*named: tuple[str, str]) -> bytes:
    """A workbook of sheets by their names, each as the XML of its rows."""
    return by_hand.zipped({
        "xl/workbook.xml": '<workbook xmlns:r="r"><sheets>'
        + "".join(f'<sheet name="{name}" r:id="r{at}"/>' for at, (name, _) in enumerate(named))
        + "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": "<Relationships>"
        + "".join(f'<Relationship Id="r{at}" Target="worksheets/s{at}.xml"/>' for at in range(len(named)))
        + "</Relationships>",
        "xl/styles.xml": '<styleSheet><numFmts><numFmt numFmtId="170" formatCode="0.0%"/>'
        '<numFmt numFmtId="171" formatCode="0&quot;%&quot;"/></numFmts><cellStyleXfs><xf numFmtId="9"/></cellStyleXfs>'
        '<cellXfs><xf numFmtId="0"/><xf numFmtId="10"/><xf numFmtId="170"/><xf numFmtId="171"/></cellXfs></styleSheet>',
        **{f"xl/worksheets/s{at}.xml": f"<worksheet><sheetData>{rows}" for at, (_, rows) in enumerate(named)},
    })  # fmt: skip


def rows_of(*rows: list[str | int | float], after: str = "") -> str:
    def cell(value: str | int | float) -> str:
        return (
            f"<c><v>{value}</v></c>" if not isinstance(value, str) else f"<c t='inlineStr'><is><t>{value}</t></is></c>"
        )

    return "".join(f"<row>{''.join(map(cell, row))}</row>" for row in rows) + f"</sheetData>{after}</worksheet>"


def refused(data: bytes, *forms: sheets.Form) -> dict[str, object]:
    with pytest.raises(sheets.UnreadableFile) as refusal:
        sheets.read(data, forms or [FRUIT, TREES])
    return refusal.value.data


def test_each_sheet_is_known_by_its_header_wherever_it_stands() -> None:
    found = sheets.read(
        book_of(
            ("说明", rows_of(["请逐行填写"])),
            ("随便", rows_of(["2026 年水果表"], ["备 注", "名称", "Weight"], ["红", "苹果", 0.1], [], ["", "梨", 2])),
            ("果树", rows_of(["高度", "名称"], [3, "苹果树"])),
        ),
        [FRUIT, TREES],
    )
    assert [(sheet.form.name, sheet.name, sheet.rows) for sheet in found] == [
        ("fruit", "随便", [
            (3, {"name": "苹果", "weight": "0.1", "note": "红"}), (5, {"name": "梨", "weight": "2"})
        ]),
        ("trees", "果树", [(2, {"name": "苹果树", "height": "3"})]),
    ]  # fmt: skip


def test_a_sheet_that_lacks_a_column_is_refused_if_it_is_meant() -> None:
    half = ("果树", rows_of(["名称", "颜色"], ["苹果树", "绿"]))
    whole = ("a", rows_of(["名称", "重量"], ["苹果", 1]))
    assert refused(book_of(whole, half)) == {"why": "columns", "columns": ["height"], "found": ["名称", "颜色"]}
    assert refused("名称,重\n苹果,1\n".encode(), FRUIT)["columns"] == ["weight"]
    assert refused(book_of(("b", rows_of(["名称", "重量"]))))["why"] == "empty"
    assert refused(book_of(*[("c", rows_of(["x"]))] * 13))["why"] == "workbook"


def room(data: bytes) -> tuple[int, int]:
    """How many rows a file has, and the most memory that going through them takes besides the file."""
    file = BytesIO(data)
    tracemalloc.start()
    try:
        count = sum(1 for sheet in sheets.read_in_turn(file, [FRUIT]) for _row in sheet.rows)
        return count, tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_however_many_rows_take_the_same_room(kind: str) -> None:
    def file(rows: int) -> bytes:
        names = [f"第{n}种苹果" for n in range(rows)]
        if kind == "csv":
            return ("名称,重量\n" + "".join(f"{name},{at}\n" for at, name in enumerate(names))).encode()
        return book_of(("水果", rows_of(["名称", "重量"], *([name, at] for at, name in enumerate(names)))))

    (few, little), (many, much) = room(file(4000)), room(file(16_000))
    assert (few, many) == (4000, 16_000)
    assert much < little + 200_000


def test_cells_that_were_merged_are_named() -> None:
    rows = (["一月水果"], ["名称", "重量"], ["苹果", 1], ["梨", ""])
    merged = '<mergeCells><mergeCell ref="A1:C1"/>{}</mergeCells>'
    in_title = ("水果", rows_of(*rows, after=merged.format("")))
    in_rows = ("水果", rows_of(*rows, after=merged.format('<mergeCell ref="B3:B4"/>')))
    assert len(list(sheets.read(book_of(in_title), [FRUIT])[0].rows)) == 2
    assert refused(book_of(in_rows)) == {"why": "merged", "value": "水果 B3:B4"}


def test_what_a_cell_shows_is_what_it_says() -> None:
    """A percentage is kept as a share, a formula may have no value, and binary fractions have too many digits."""
    row = (
        '<row><c><v>0.1</v></c><c s="1"><v>0.125</v></c><c s="2"><v>1</v></c><c s="3"><v>0.125</v></c>'
        "<c><f>A1</f></c><c><f>A1</f><v>0.30000000000000004</v></c><c><v>1E-7</v></c><c t='e'><v>#DIV/0!</v></c></row>"
    )
    shown = read_workbook(book_of(("x", f"{row}</sheetData></worksheet>"))).rows[0][1]
    assert shown == ["0.1", "12.5%", "100%", "0.125", "=", "0.3", "0.0000001", "#DIV/0!"]


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("1234.5", "1234.5"), ("-3", "-3"), ("+7", "7"), ("0", "0"), ("-0", "0"), ("1.50", "1.5"), (".5", "0.5"),
        ("1.88007E5", "188007"), ("1E-3", "0.001"), ("999999999999999", "999999999999999"),
    ],
)  # fmt: skip
def test_a_number_is_taken_exactly_as_it_is_written(written: str, found: str) -> None:
    assert f"{sheets.number({'value': written}, 'value'):f}" == found


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("", "missing"), ("=", "formula"), ("=A1+B1", "formula"), ("12%", "percent_sign"), ("１２％", "percent_sign"),
        ("1,234.5", "separators"), ("1，234", "separators"), ("1 234", "separators"), ("１２３", "full_width"),
        ("１２.５", "full_width"), ("约12", "no_number"), ("12万元", "no_number"), ("1e999", "no_number"),
        ("1e99", "too_many_digits"), ("1" * 16, "too_many_digits"), ("0." + "1" * 16, "too_many_digits"),
        ("NaN", "no_number"), ("Infinity", "no_number"), ("1_000", "no_number"), ("1.2.3", "no_number"),
        ("#DIV/0!", "no_number"), ("1" * 5000, "no_number"), ("12,5", "no_number"), ("٣", "no_number"),
    ],
)  # fmt: skip
def test_whatever_is_no_plain_number_is_refused_with_its_reason(written: str, reason: str) -> None:
    with pytest.raises(sheets.Unusable) as bad:
        sheets.number({"value": written}, "value")
    assert (bad.value.column, bad.value.reason) == ("value", reason)
    assert bad.value.reason in sheets.REASONS
