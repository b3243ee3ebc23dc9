"""Pictures are judged by their contents and made anew."""

import contextlib
import struct
import zlib
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageOps
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


# --- what phones write ----------------------------------------------------------------------------------------------


def with_segment(jpeg: bytes, marker: int, said: bytes) -> bytes:
    """A JPEG with one more segment behind its first two bytes."""
    return jpeg[:2] + bytes((0xFF, marker)) + struct.pack(">H", len(said) + 2) + said + jpeg[2:]


def exif(orientation: int) -> bytes:
    told = Image.Exif()
    told[0x0112] = orientation
    return told.tobytes()


#: After `Exif`: nothing, noise, a directory beyond the end, counts and types that lead nowhere, a circle.
JUNK_EXIF = {
    "empty": b"",
    "noise": bytes(range(256)) * 4,
    "head only": b"II*\0",
    "directory outside": b"II*\0\xff\xff\xff\x7f",
    "cut off": exif(6)[6:-5],
    "many entries": b"II*\0\x08\0\0\0\xff\xff" + b"\x12\x01" * 40,
    "unknown type": b"II*\0\x08\0\0\0\x01\0\x12\x01\xff\xff\x01\0\0\0\x06\0\0\0\0\0\0\0",
    "orientation 99": exif(99)[6:],
    "orientation in words": b"II*\0\x08\0\0\0\x01\0\x12\x01\x02\0\x04\0\0\0up\0\0\0\0\0\0",
    "its own next": b"MM\0*\0\0\0\x08\0\0\0\0\0\x08",
}


@pytest.mark.parametrize("what", JUNK_EXIF)
@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_a_good_picture_with_junk_beside_it_is_kept(form: str, what: str) -> None:
    junk = JUNK_EXIF[what]
    if form == "JPEG":
        data = with_segment(sent(two_colours(), form), 0xE1, b"Exif\0\0" + junk)
    else:
        data = sent(two_colours(), form, exif=junk or b"\0")
    kept = pictures.make_anew(data)
    assert (kept.width, kept.height) == (40, 20)
    assert opened(kept).getpixel((5, 10))[0] > 200


def test_two_pictures_in_one_file_are_the_first() -> None:
    """Portraits, maps of depth and brightness: such a JPEG is an MPO to Pillow."""
    data = sent(two_colours(), "MPO", save_all=True, append_images=[Image.new("RGB", (40, 20), "green")])
    assert Image.open(BytesIO(data)).format == "MPO"
    kept = pictures.make_anew(data)
    assert opened(kept).format == "JPEG"
    assert opened(kept).getpixel((5, 10))[0] > 200


@pytest.mark.parametrize(
    "junk", [b"MPF\0", b"MPF\0II*\0\xff\xff\xff\xff", b"MPF\0MM\0*\0\0\0\x08\0\x01" + b"\xb0" * 12]
)
def test_a_broken_list_of_further_pictures_does_not_matter(junk: bytes) -> None:
    assert pictures.make_anew(with_segment(sent(two_colours(), "JPEG"), 0xE2, junk)).width == 40


@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_orientation_is_turned_upright(orientation: int) -> None:
    image = two_colours()
    image.paste("green", (0, 10, 20, 20))
    expected = ImageOps.exif_transpose(Image.open(BytesIO(sent(image, "PNG", exif=exif(orientation)))))
    kept = opened(pictures.make_anew(sent(image, "JPEG", exif=exif(orientation), quality=95, subsampling=0)))
    assert kept.size == expected.size
    worst = ImageChops.difference(kept, expected.convert("RGB")).resize((4, 4), Image.Resampling.BOX).getextrema()
    assert max(high for _low, high in worst) < 40


def test_further_frames_and_notes_of_any_length_are_left_out() -> None:
    notes = PngInfo()
    for _ in range(50):
        notes.add_text("Comment", "x" * 1_000_000, zip=True)
    frames = [Image.new("RGB", (12, 12), colour) for colour in ("red", "blue")]
    data = sent(frames[0], "PNG", save_all=True, append_images=frames[1:], pnginfo=notes)
    assert opened(pictures.make_anew(data)).getpixel((6, 6))[0] > 200


def test_a_jpeg_for_print_keeps_its_colours() -> None:
    kept = pictures.make_anew(sent(Image.new("CMYK", (30, 10), (0, 255, 255, 0)), "JPEG"))
    red, green, blue = opened(kept).getpixel((5, 5))
    assert red > 200 > 80 > max(green, blue)


@pytest.mark.parametrize(("brand", "kind"), [(b"heic", "HEIC"), (b"mif1", "HEIC"), (b"avif", "AVIF")])
def test_what_phones_make_besides_is_named(brand: bytes, kind: str) -> None:
    with pytest.raises(refusals.NotAPicture) as refused:
        pictures.make_anew(b"\0\0\0\x18ftyp" + brand + b"\0" * 100)
    assert refused.value.data == {"kind": kind}
    assert kind in refused.value.message


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
    "jpeg of a thousand scans": (_JPEG[:-2] + b"\xff\xda\0\x08\x01\x01\0\0\x3f\0" * 1000, refusals.NotAPicture),
    "jpeg segment without an end": (b"\xff\xd8\xff\xe1\xff\xff" + b"x" * 100, refusals.NotAPicture),
    "jpeg of padding": (b"\xff\xd8" + b"\xff" * 5000, refusals.NotAPicture),
    "jpeg of nothing": (b"\xff\xd8\xff\xe0\0\0\xff\xe0\0\0", refusals.NotAPicture),
    "png chunk beyond the end": (_PNG[:8] + b"\xff\xff\xff\xffIHDR", refusals.NotAPicture),
    "webp of nothing": (b"RIFF\xff\xff\xff\xffWEBPVP8 \xff\xff\xff\xff", refusals.NotAPicture),
    "heic": (b"\0\0\0\x18ftypheic" + b"\0" * 100, refusals.NotAPicture),
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


@pytest.mark.filterwarnings("ignore::UserWarning", "ignore::PIL.Image.DecompressionBombWarning")
@given(
    which=st.sampled_from([_JPEG, _PNG, _WEBP]),
    places=st.lists(st.tuples(st.integers(0, 700), st.binary(max_size=6)), max_size=6),
)
def test_whatever_is_broken_in_a_file_it_is_a_picture_or_refused(which: bytes, places: list[tuple[int, bytes]]) -> None:
    data = bytearray(which)
    for at, said in places:
        data[at : at + len(said)] = said
    with contextlib.suppress(Refusal):
        pictures.make_anew(bytes(data))


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
