"""What a picture file holds besides the picture, told by its container alone.

Phones put a second picture, a map, a maker's notes and more into it, and write some of that wrongly. A decoder that is
shown only what makes up the picture cannot trip over the rest.
"""

import struct
from typing import Final

_PNG: Final = b"\x89PNG\r\n\x1a\n"
#: What makes up a PNG's picture; whatever else is in it can be left out.
_PNG_CHUNKS: Final = (b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND")
#: JFIF says nothing that is kept, but every decoder knows it; Adobe's segment tells how colours are to be read.
_JPEG_SEGMENTS: Final = (0xE0, 0xEE)
_START_OF_SCAN: Final = 0xDA
#: Brands of containers that phones keep pictures in and that are not taken.
_OTHERS: Final = {b"heic": "HEIC", b"heix": "HEIC", b"hevc": "HEIC", b"mif1": "HEIC", b"msf1": "HEIC", b"avif": "AVIF"}


def without_metadata(sent: bytes) -> tuple[bytes, bytes]:
    """The file without what is no part of the picture, and its EXIF as it stands there, or b"".

    What is no JPEG, PNG or WebP, or not put together as it should be, comes back as it is. Raises struct.error and
    IndexError for one that is cut off.
    """
    if sent.startswith(b"\xff\xd8"):
        return _bare_jpeg(sent)
    if sent.startswith(_PNG):
        return _bare_png(sent)
    if sent[:4] == b"RIFF" and sent[8:12] == b"WEBP":
        return _bare_webp(sent)
    return sent, b""


def kind_of(sent: bytes) -> dict[str, str]:
    """`{kind}` of a picture that phones make and that is not taken; {} for anything else."""
    kind = _OTHERS.get(sent[8:12]) if sent[4:8] == b"ftyp" else None
    return {"kind": kind} if kind else {}


def _bare_jpeg(sent: bytes) -> tuple[bytes, bytes]:
    kept, exif, at = [sent[:2]], b"", 2
    while sent[at] == 0xFF:
        marker = sent[at + 1]
        if marker == 0xFF:  # padding
            at += 1
            continue
        if marker == _START_OF_SCAN:
            return b"".join(kept) + sent[at:], exif
        (length,) = struct.unpack_from(">H", sent, at + 2)
        segment = sent[at : at + 2 + length]
        if marker == 0xE1 and segment[4:10] == b"Exif\0\0":
            exif = exif or segment[4:]
        if marker in _JPEG_SEGMENTS or not (0xE0 <= marker <= 0xEF or marker == 0xFE):
            kept.append(segment)
        at += 2 + length
    return sent, exif


def _bare_png(sent: bytes) -> tuple[bytes, bytes]:
    kept, exif, at = [_PNG], b"", len(_PNG)
    while at < len(sent):
        (length,) = struct.unpack_from(">I", sent, at)
        name = sent[at + 4 : at + 8]
        if name == b"eXIf":
            exif = sent[at + 8 : at + 8 + length]
        if name in _PNG_CHUNKS:
            kept.append(sent[at : at + 12 + length])
        if name == b"IEND":
            break
        at += 12 + length
    return b"".join(kept), exif


def _bare_webp(sent: bytes) -> tuple[bytes, bytes]:
    """Its decoder looks at nothing but the picture by itself; the EXIF is the one thing to be found."""
    at = 12
    while at + 8 <= len(sent):
        name, length = struct.unpack_from("<4sI", sent, at)
        if name == b"EXIF":
            return sent, sent[at + 8 : at + 8 + length]
        at += 8 + length + length % 2
    return sent, b""
