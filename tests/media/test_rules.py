"""Who may send a picture, what an address of a stream may be, and how a picture is."""

from datetime import UTC, datetime, timedelta

import pytest

from inquiry.media import rules
from inquiry.media.models import PictureSource, PictureState

NOW = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("source", "over", "key", "shown", "may"),
    [
        ("encoder", False, "a", "a", True),
        ("encoder", False, "a", "b", False),
        ("encoder", False, None, None, False),
        ("encoder", False, None, "a", False),
        ("encoder", True, "a", "a", False),
        ("none", False, "a", "a", False),
        ("address", False, "a", "a", False),
        ("stage", False, "a", "a", False),
    ],
)
def test_who_may_send(source: str, over: bool, key: str | None, shown: str | None, may: bool) -> None:
    assert rules.may_send(PictureSource(source), is_over=over, key=key, shown=shown) is may


def test_one_at_a_time_and_one_that_fell_silent_is_not_in_the_way() -> None:
    assert not rules.is_in_the_way(None, None, "1@a", NOW)
    assert not rules.is_in_the_way("1@a", NOW, "1@a", NOW)
    assert rules.is_in_the_way("1@a", NOW - rules.IN_THE_WAY_FOR + SECOND, "2@a", NOW)
    assert not rules.is_in_the_way("1@a", NOW - rules.IN_THE_WAY_FOR, "2@a", NOW)
    assert rules.is_looked_for(NOW - rules.LOOKED_FOR + SECOND, NOW)
    assert not rules.is_looked_for(NOW - rules.LOOKED_FOR, NOW)
    assert not rules.is_looked_for(None, NOW)


@pytest.mark.parametrize(
    ("before", "age", "after"),
    [
        ("off", None, "off"), ("off", 0, "on"), ("on", 3, "on"), ("on", 4, "gone"), ("on", None, "gone"),
        ("gone", None, "gone"), ("gone", 1, "on"),
    ],
)  # fmt: skip
def test_how_a_picture_is(before: str, age: int | None, after: str) -> None:
    newest = None if age is None else NOW - age * SECOND
    assert rules.state_of(PictureState(before), newest, NOW) is PictureState(after)


@pytest.mark.parametrize(
    ("typed", "good"),
    [
        ("https://live.example/a/live.m3u8", True), ("https://live.example:8443/a.m3u8?token=x", True),
        ("https://cdn-1.live.example.cn/", True), ("http://live.example/a.m3u8", False), ("", False),
        ("https://live.example", False), ("https://live.example/a b", False), ("https://live.example;/x", False),
        ("https://user@live.example/x", False), ("https://live.example 'unsafe-inline'/x", False),
        ("https://直播.example/x", False), ("javascript:alert(1)", False), ("https://*/x", False),
        ("https://live.example/\n", False), ("https://-live.example/x", False), ("//live.example/x", False),
    ],
)  # fmt: skip
def test_what_may_stand_in_a_header_of_ours(typed: str, good: bool) -> None:
    assert rules.is_address(typed) is good


def test_an_encoder_is_told_the_address_by_which_it_reaches_us() -> None:
    assert rules.origin("https://live.example:8443/a.m3u8?x=/y") == "https://live.example:8443"
    here = "rtmp://127.0.0.1:1935/picture"
    assert rules.rtmp_for_encoders(here, "https://inquiry.example") == "rtmp://inquiry.example/picture"
    there = rules.rtmp_for_encoders("rtmp://127.0.0.1:1940/picture", "http://[::1]:5000")
    assert there == "rtmp://[::1]:1940/picture"


def test_a_farewell_is_still_seen() -> None:
    assert not rules.is_over(None, NOW)
    assert not rules.is_over(NOW - rules.FAREWELL, NOW)
    assert rules.is_over(NOW - rules.FAREWELL - SECOND, NOW)


LOUD = """video:0kB audio:375kB subtitle:0kB other streams:0kB global headers:0kB muxing overhead: unknown
[Parsed_loudnorm_0 @ 0x55a4f23acac0]\x20
{
\t"input_i" : "-21.75",
\t"input_tp" : "-18.06",
\t"input_lra" : "0.00",
\t"input_thresh" : "-31.75",
\t"output_i" : "-24.05",
\t"output_tp" : "-20.31",
\t"output_lra" : "0.00",
\t"output_thresh" : "-34.05",
\t"normalization_type" : "linear",
\t"target_offset" : "0.05"
}
"""
#: As ffmpeg tells the title of a file, of several lines.
TITLED = "  Metadata:\n    title           : [Parsed_loudnorm_0 @ 0x1]\n                    : {}\n"


def test_how_loud_a_film_is_says_the_filter_and_not_the_file() -> None:
    assert rules.measured(LOUD)["target_offset"] == "0.05"
    assert rules.loudness(TITLED.format('{"output_i" : "-5"}') + LOUD) == -2405
    hostile = LOUD.replace('"-21.75"', '"-21.75:print_format=json,amovie=/etc/passwd"')
    for said in ("", TITLED.format(LOUD.partition("\n")[2]), TITLED.format('{"output_i" : ["x"]}'), hostile,
                 LOUD.replace('"-24.05"', '["x"]'), LOUD.replace('"-24.05",', "")):  # fmt: skip
        assert rules.measured(said) == {}
        assert not rules.is_audible(rules.measured(said))
        assert rules.loudness(said) is None
    assert not rules.is_audible(rules.measured(LOUD.replace('"-21.75"', '"-inf"')))
