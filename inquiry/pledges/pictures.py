"""Pictures as evidence: judged by their contents, made anew without metadata, and kept as files named by their hash."""

import hashlib
import os
import re
import tempfile
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Final

from PIL import Image

from ..errors import Refusal
from . import picture_files, refusals

FOLDER: Final = "evidence"
LARGEST_BYTES: Final = 5 * 1024 * 1024
#: Phones make JPEGs of 48 and 50 million pixels, which are decoded small; the others take their memory in full.
MOST_PIXELS: Final = {"JPEG": 50_000_000, "PNG": 25_000_000, "WEBP": 25_000_000}
LONGEST_SIDE: Final = 2560
TYPES: Final = {"jpg": "image/jpeg", "webp": "image/webp"}
NAME: Final = re.compile(r"[0-9a-f]{64}\.(jpg|webp)")
#: Of progressive JPEGs: cameras write a dozen at most, and each goes over the whole picture (six seconds for these).
MOST_SCANS: Final = 24
#: The orientation as EXIF tells it, 1 to 8, and how to turn the picture upright.
_TURNS: Final = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_ORIENTATION: Final = 0x0112


@dataclass(frozen=True)
class Picture:
    """A picture made anew. `name` is the SHA-256 of `data` with the ending of its type."""

    name: str
    data: bytes
    width: int
    height: int


def make_anew(sent: bytes) -> Picture:
    """What is kept of a picture that somebody sent: its first frame, upright, at most LONGEST_SIDE wide or high.

    Nothing else of the file survives: no place, no time, no camera, no hidden second file; and nothing else of it is
    looked at, so that what is broken there does not matter. CPU-heavy: call it through `extensions.offload`. Raises
    PictureTooLarge, TooManyPixels, NotAPicture.
    """
    if len(sent) > LARGEST_BYTES:
        raise refusals.PictureTooLarge(most_megabytes=LARGEST_BYTES // (1024 * 1024))
    try:
        return _made_anew(*picture_files.without_metadata(sent))
    except Refusal:
        raise
    except Exception as error:  # whatever a broken or hostile file makes a decoder raise: nobody can list it
        raise refusals.NotAPicture(**picture_files.kind_of(sent)) from error


def _made_anew(bare: bytes, exif: bytes) -> Picture:
    if bare.startswith(b"\xff\xd8") and bare.count(b"\xff\xda") > MOST_SCANS:
        raise refusals.NotAPicture()
    with Image.open(BytesIO(bare), formats=list(MOST_PIXELS)) as image:
        most = MOST_PIXELS[image.format or ""]
        if image.width * image.height > most:
            raise refusals.TooManyPixels(most_megapixels=most // 1_000_000)
        return _encoded(_small_and_upright(image, _orientation(exif)))


def _orientation(exif: bytes) -> int:
    """1 where nothing can be read."""
    try:
        told = Image.Exif()
        told.load(exif)
        return int(told.get(_ORIENTATION, 1))
    except Exception:  # the same
        return 1


def _small_and_upright(image: Image.Image, orientation: int) -> Image.Image:
    mode = "RGBA" if image.has_transparency_data else "RGB"
    if image.mode not in ("L", "RGB", "RGBA", "CMYK"):
        image = _eight_bits(image).convert(mode)
    image.draft(None, (LONGEST_SIDE, LONGEST_SIDE))  # a JPEG is decoded at a fraction of its size
    # Made small before anything else is done with it: of a large one there is no room for copies.
    image.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
    image = image.convert(mode)
    return image.transpose(_TURNS[orientation]) if orientation in _TURNS else image


def _eight_bits(image: Image.Image) -> Image.Image:
    """Sixteen bits of grey would be cut off instead of scaled by Pillow's own conversion."""
    if not image.mode.startswith("I"):
        return image
    return image.convert("I").point(lambda value: value / 257).convert("L")


def _encoded(image: Image.Image) -> Picture:
    kept = BytesIO()
    if image.mode == "RGBA":
        ending = "webp"
        image.save(kept, "WEBP", quality=85)
    else:
        ending = "jpg"
        image.save(kept, "JPEG", quality=85, optimize=True, progressive=True)
    data = kept.getvalue()
    return Picture(f"{hashlib.sha256(data).hexdigest()}.{ending}", data, image.width, image.height)


def keep(picture: Picture, data_dir: Path) -> None:
    """Keep the picture under its name; see `write`."""
    write(path_of(picture.name, data_dir), picture.data)


def write(path: Path, data: bytes) -> None:
    """Write a file so that it is there whole or not at all, and on the disk before anybody says so."""
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, half = tempfile.mkstemp(dir=path.parent, prefix=".half-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(half).replace(path)
    except BaseException:
        Path(half).unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def path_of(name: str, data_dir: Path) -> Path:
    """Where the picture of this name lies; the name must match NAME."""
    if not NAME.fullmatch(name):
        raise ValueError(name)
    return data_dir / FOLDER / name
