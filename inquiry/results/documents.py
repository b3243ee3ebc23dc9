"""PDF files as evidence: judged by how they begin and end, kept as they came, and never shown, only handed over."""

import hashlib
import re
from pathlib import Path
from typing import Final

from ..pledges import pictures
from . import refusals

TYPE: Final = "application/pdf"
NAME: Final = re.compile(r"[0-9a-f]{64}\.pdf")
_BEGINS, _ENDS = b"%PDF-", b"%%EOF"
#: Programs write some bytes behind the end.
_END_WITHIN: Final = 1024


def is_meant(sent: bytes) -> bool:
    """Whether it calls itself a PDF: then it is judged as one."""
    return sent.startswith(_BEGINS)


def name_of(sent: bytes) -> str:
    """What the file is kept as: the SHA-256 of what came. Raises DocumentTooLarge, NotADocument."""
    if len(sent) > pictures.LARGEST_BYTES:
        raise refusals.DocumentTooLarge(most_megabytes=pictures.LARGEST_BYTES // (1024 * 1024))
    if not is_meant(sent) or _ENDS not in sent[-_END_WITHIN:]:
        raise refusals.NotADocument()
    return f"{hashlib.sha256(sent).hexdigest()}.pdf"


def path_of(name: str, data_dir: Path) -> Path:
    """Where the document of this name lies, beside the pictures; the name must match NAME."""
    if not NAME.fullmatch(name):
        raise ValueError(name)
    return data_dir / pictures.FOLDER / name
