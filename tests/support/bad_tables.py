"""Files that are no tables, or tables made to do harm: whatever takes a table refuses them in words."""

from tests.support.workbook import sheets_of, zipped

#: So much may come out of a part of a workbook while these are tried: what is allowed otherwise takes seconds.
MOST_BYTES_OF_A_PART = 1024 * 1024
_FLOOD = "<worksheet><sheetData>" + " " * MOST_BYTES_OF_A_PART + "</sheetData></worksheet>"
_ENTITIES = (
    '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    "<worksheet><sheetData><row><c t='inlineStr'><is><t>&b;</t></is></c></row></sheetData></worksheet>"
)
_BOOK = {
    "xl/workbook.xml": '<workbook xmlns:r="r"><sheets><sheet name="actuals" r:id="r0"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": (
        '<Relationships><Relationship Id="r0" Target="worksheets/sheet0.xml"/></Relationships>'
    ),
}
DAMAGED = "this Excel workbook is damaged or too large"


def with_sheet(xml: str) -> bytes:
    """A workbook of one sheet, as the XML of it."""
    return zipped(_BOOK | {"xl/worksheets/sheet0.xml": xml})


def unreadable() -> dict[str, tuple[bytes, str]]:
    """Each with a part of the sentence by which it is refused, in English."""
    return {
        "a zip bomb": (with_sheet(_FLOOD), DAMAGED),
        "a bomb of entities": (with_sheet(_ENTITIES), DAMAGED),
        "a zip that is no workbook": (zipped({"word/document.xml": "<x/>"}), DAMAGED),
        "half a workbook": (sheets_of({"actuals": [["a"]]})[:300], DAMAGED),
        "an old workbook": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old", "it is a workbook of the old kind"),
        "a picture": (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\xff\xfe", "it is a PNG file"),
        "an open quotation mark": (b'indicator,name\n"GDP,1\n', "a quotation mark is not closed"),
        "another table": (b"a,b\n1,2\n", "these columns are missing"),
    }
