"""Files that a reader takes home."""

from flask import Response

from ..core import books


def table(content: str, name: str) -> Response:
    """CSV, with the mark by which spreadsheet programs know UTF-8."""
    return _file(("\ufeff" + content).encode(), name, "text/csv")


def workbook(content: bytes, name: str) -> Response:
    return _file(content, name, books.MIMETYPE)


def _file(content: bytes, name: str, mimetype: str) -> Response:
    answer = Response(content, mimetype=mimetype)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
