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


def sheets_of(named: dict[str, Sequence[Sequence[str | float]]]) -> bytes:
    """Several sheets by their names, words written into the cells."""

    def cell(value: str | float) -> str:
        if isinstance(value, str):
            return f'<c t="inlineStr"><is><t>{escape(value)}</t></is></c>'
        return f"<c><v>{value}</v></c>"

    def sheet(rows: Sequence[Sequence[str | float]]) -> str:
        written = "".join(f"<row>{''.join(map(cell, row))}</row>" for row in rows)
        return f"<worksheet><sheetData>{written}</sheetData></worksheet>"

    listed = "".join(f'<sheet name="{escape(name)}" r:id="r{at}"/>' for at, name in enumerate(named))
    related = "".join(f'<Relationship Id="r{at}" Target="worksheets/sheet{at}.xml"/>' for at in range(len(named)))
    return zipped({
        "xl/workbook.xml": f'<workbook xmlns:r="r"><sheets>{listed}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f"<Relationships>{related}</Relationships>",
        **{f"xl/worksheets/sheet{at}.xml": sheet(rows) for at, rows in enumerate(named.values())},
    })  # fmt: skip
