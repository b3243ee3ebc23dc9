"""Pictures are judged by their contents and made anew."""

import struct
import zlib
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from inquiry.errors import Refusal
from inquiry.pledges import pictures, refusals


def sent(image: Image.Image, form: str, **options: object) -> bytes:
    file = BytesIO()
    image.save(file, form, **options)
    return file.getvalue()


def two_colours(size: tuple[int, int] = (40, 20)) -> Image.Image:
    """Red on the left, blue on the right."""
    image = Image.new("RGB", size, "red")
    image.paste("blue", (size[0] // 2, 0, size[0], size[1]))
    return image


def opened(picture: pictures.Picture) -> Image.Image:
    return Image.open(BytesIO(picture.data))


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_the_three_kinds_are_taken(form: str) -> None:
    kept = pictures.make_anew(sent(two_colours(), form))
    assert (kept.width, kept.height) == opened(kept).size == (40, 20)
    assert kept.name.endswith(".jpg")
    assert opened(kept).format == "JPEG"


def test_the_name_is_the_hash_of_what_is_kept() -> None:
    one = pictures.make_anew(sent(two_colours(), "PNG"))
    again = pictures.make_anew(sent(two_colours(), "PNG"))
    assert one == again
    assert pictures.NAME.fullmatch(one.name)


def test_transparency_survives() -> None:
    kept = pictures.make_anew(sent(Image.new("RGBA", (8, 8), (10, 20, 30, 0)), "PNG"))
    assert kept.name.endswith(".webp")
    assert opened(kept).convert("RGBA").getpixel((4, 4))[3] == 0


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "CMYK", "I;16"])
def test_every_mode_of_a_picture_is_taken(mode: str) -> None:
    image = Image.new(mode, (30, 10))
    kept = pictures.make_anew(sent(image, "JPEG" if mode == "CMYK" else "PNG"))
    assert opened(kept).size == (30, 10)


def test_sixteen_bits_of_grey_are_scaled() -> None:
    kept = pictures.make_anew(sent(Image.new("I;16", (8, 8), 0x8000), "PNG"))
    assert opened(kept).getpixel((4, 4)) == pytest.approx((127, 127, 127), abs=2)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_metadata_is_dropped_and_the_picture_turned_upright(form: str) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was held upright: turn by 90 degrees
    exif[0x010F] = "a camera"
    exif.get_ifd(0x8825)[2] = (30.0, 15.0, 0.0)  # where it was taken
    kept = pictures.make_anew(sent(two_colours(), form, exif=exif))
    picture = opened(kept)
    assert picture.size == (20, 40)
    assert picture.getpixel((10, 5))[0] > 200, "what was on the left is at the top"
    assert picture.getpixel((10, 35))[2] > 200
    assert not dict(picture.getexif())
    assert b"a camera" not in kept.data


def test_notes_in_a_png_are_dropped() -> None:
    notes = PngInfo()
    notes.add_text("Comment", "written by somebody", zip=False)
    assert b"somebody" not in pictures.make_anew(sent(two_colours(), "PNG", pnginfo=notes)).data


def test_what_is_hidden_behind_a_picture_is_dropped() -> None:
    kept = pictures.make_anew(sent(two_colours(), "JPEG") + b"<script>alert(1)</script>PK\x03\x04")
    assert b"script" not in kept.data


@pytest.mark.parametrize(("size", "expected"), [((2560, 1280), (2560, 1280)), ((5120, 2560), (2560, 1280))])
def test_the_longest_side_is_limited(size: tuple[int, int], expected: tuple[int, int]) -> None:
    for form in ("JPEG", "PNG"):
        kept = pictures.make_anew(sent(two_colours(size), form))
        assert (kept.width, kept.height) == expected


@pytest.mark.parametrize("form", ["PNG", "WEBP"])
def test_the_first_frame_of_an_animation_is_kept(form: str) -> None:
    frames = [Image.new("RGB", (12, 12), colour) for colour in ("red", "blue", "green")]
    kept = pictures.make_anew(sent(frames[0], form, save_all=True, append_images=frames[1:], duration=100))
    assert getattr(opened(kept), "n_frames", 1) == 1
    assert opened(kept).getpixel((6, 6))[0] > 200


# --- hostile files ---------------------------------------------------------------------------------------------------


def png(width: int, height: int, *chunks: tuple[bytes, bytes]) -> bytes:
    """A PNG of 8 bits of grey with these chunks after its header."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    body = b"".join(chunk(name, data) for name, data in (*chunks, (b"IEND", b"")))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + body


_JPEG = sent(Image.effect_noise((400, 300), 60), "JPEG")
_PNG = sent(Image.effect_noise((400, 300), 60), "PNG")
_WEBP = sent(Image.effect_noise((400, 300), 60), "WEBP")
_FLOOD = zlib.compress(b"\0" * 70_000_000)

HOSTILE = {
    "empty": (b"", refusals.NotAPicture),
    "text": ("路灯修好了".encode(), refusals.NotAPicture),
    "svg": (b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', refusals.NotAPicture),
    "html named .jpg": (b"<!doctype html><script>alert(1)</script>", refusals.NotAPicture),
    "gif": (sent(two_colours(), "GIF"), refusals.NotAPicture),
    "bmp": (sent(two_colours(), "BMP"), refusals.NotAPicture),
    "tiff": (sent(two_colours(), "TIFF"), refusals.NotAPicture),
    "html after a magic number": (b"\xff\xd8\xff\xe0<script>alert(1)</script>", refusals.NotAPicture),
    "jpeg cut in half": (_JPEG[: len(_JPEG) // 2], refusals.NotAPicture),
    "jpeg header only": (_JPEG[:40], refusals.NotAPicture),
    "png cut in half": (_PNG[: len(_PNG) // 2], refusals.NotAPicture),
    "webp cut in half": (_WEBP[: len(_WEBP) // 2], refusals.NotAPicture),
    "png without contents": (png(30, 30), refusals.NotAPicture),
    "png with damaged data": (png(30, 30, (b"IDAT", b"not zlib")), refusals.NotAPicture),
    "png bomb": (png(60_000, 60_000, (b"IDAT", _FLOOD)), (refusals.NotAPicture, refusals.TooManyPixels)),
    "png larger than allowed": (png(5001, 5000, (b"IDAT", _FLOOD)), refusals.TooManyPixels),
    "png with a flood of text": (png(30, 30, (b"zTXt", b"Comment\0\0" + _FLOOD)), refusals.NotAPicture),
    "png of no size": (png(0, 0), refusals.NotAPicture),
    "one byte too many": (_JPEG + b"\0" * (pictures.LARGEST_BYTES + 1 - len(_JPEG)), refusals.PictureTooLarge),
}


@pytest.mark.parametrize("what", HOSTILE)
@pytest.mark.filterwarnings("default::PIL.Image.DecompressionBombWarning")
def test_hostile_files_are_refused(what: str) -> None:
    data, expected = HOSTILE[what]
    with pytest.raises(Refusal) as refused:
        pictures.make_anew(data)
    assert isinstance(refused.value, expected)


def test_five_megabytes_are_taken() -> None:
    assert pictures.make_anew(_JPEG + b"\0" * (pictures.LARGEST_BYTES - len(_JPEG))).width == 400


# --- files -----------------------------------------------------------------------------------------------------------


def test_a_picture_is_kept_whole_under_its_name(tmp_path: Path) -> None:
    kept = pictures.make_anew(_PNG)
    pictures.keep(kept, tmp_path)
    pictures.keep(kept, tmp_path)
    folder = tmp_path / "evidence"
    assert [path.name for path in folder.iterdir()] == [kept.name]
    assert pictures.path_of(kept.name, tmp_path).read_bytes() == kept.data


@pytest.mark.parametrize("name", ["", "../secret.key", "a" * 64 + ".html", "A" * 64 + ".jpg", "a" * 64 + ".jpg\n"])
def test_no_other_name_leads_to_a_file(name: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r".*"):
        pictures.path_of(name, tmp_path)
