"""Tables as other systems write them: encodings, quotation marks, workbooks; and those made to do harm."""

import zipfile
from datetime import date
from io import BytesIO
from time import perf_counter

import pytest

from inquiry.core import tables, workbook
from inquiry.core.tables import UnreadableTable, is_garbled, read_separated
from inquiry.core.workbook import read_workbook
from tests.support import workbook as by_hand

TEXT = "编号,标题\n1,请问湖滨路的路灯什么时候能修好？已经三个月了\n2,“菜场后门”垃圾堆成山，谁来管\n"
TRADITIONAL = "編號,標題\n1,請問湖濱路的路燈什麼時候能修好？已經三個月了\n2,菜場後門的垃圾堆成山,誰來管\n"
JAPANESE = "番号,件名\n1,湖のほとりの街灯はいつ直りますか。もう三か月も暗いままです\n"


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
        (1, ["", "路灯", "1", "公式", "#N/A", "188007", "2026-11-03"])
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
