"""XLSX workbooks made by hand: no library of ours writes them."""

import zipfile
from collections.abc import Sequence
from io import BytesIO
from xml.sax.saxutils import escape

_BOOK = (
    '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    ' xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
    '{properties}<sheets><sheet name="隐藏" sheetId="1" r:id="rId1" state="hidden"/>'
    '<sheet name="留言" sheetId="2" r:id="rId2"/></sheets></workbook>'
)
_RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Target="worksheets/sheet1.xml"/>'
    '<Relationship Id="rId2" Target="/xl/worksheets/sheet2.xml"/></Relationships>'
)


def workbook(rows: Sequence[Sequence[str | float]], *, properties: str = "", **parts: str) -> bytes:
    """The second sheet of two, the first being hidden: words in the shared list, numbers as numbers. `parts` replace
    what a part says: `sheet`, `words`, `book`, `relations`.
    """
    words: list[str] = []
    lines = []
    for number, row in enumerate(rows, 1):
        cells = []
        for at, value in enumerate(row):
            reference = f"{chr(65 + at)}{number}"
            if isinstance(value, str):
                words.append(value)
                cells.append(f'<c r="{reference}" t="s"><v>{len(words) - 1}</v></c>')
            else:
                cells.append(f'<c r="{reference}" s="1"><v>{value}</v></c>')
        lines.append(f'<row r="{number}">{"".join(cells)}</row>')
    listed = "".join(f"<si><t xml:space='preserve'>{escape(word)}</t></si>" for word in words)
    return zipped({
        "xl/workbook.xml": parts.get("book", _BOOK.format(properties=properties)),
        "xl/_rels/workbook.xml.rels": parts.get("relations", _RELATIONS),
        "xl/sharedStrings.xml": parts.get("words", f"<sst>{listed}</sst>"),
        "xl/worksheets/sheet1.xml": "<worksheet/>",
        "xl/worksheets/sheet2.xml": parts.get(
            "sheet", f"<worksheet><sheetData>{''.join(lines)}</sheetData></worksheet>"
        ),
    })  # fmt: skip


def zipped(parts: dict[str, str]) -> bytes:
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, said in parts.items():
            archive.writestr(name, said)
    return file.getvalue()
