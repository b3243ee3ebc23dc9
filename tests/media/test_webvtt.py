"""Files of captions as programs write them, and such as cannot be used."""

import pytest

from inquiry.media import webvtt

WRITTEN = {
    "plain": "WEBVTT\n\n00:01.000 --> 00:02.500\n垃圾桶\n",
    "with everything": "\ufeffWEBVTT Kind: captions\r\n\r\nSTYLE\r\n::cue { color: lime }\r\n\r\nREGION\r\nid:a\r\n\r\n"
    "NOTE\r\nfor nobody\r\n\r\n1\r\n00:00:01.000 -->\t00:00:02.500 align:start\r\n<v 记者><b>垃圾桶</b>\r\n",
    "out of order, one without words": "WEBVTT\n\n00:03.000 --> 00:04.000\n \n\n00:01.000 --> 00:02.500\n垃圾桶\n",
}


@pytest.mark.parametrize("name", WRITTEN)
def test_times_and_words_are_read_and_nothing_else(name: str) -> None:
    assert webvtt.read(WRITTEN[name]) == [(1000, 2500, "垃圾桶")]


def test_an_hour_is_an_hour_and_an_escape_what_it_stands_for() -> None:
    text = "WEBVTT\n\n01:00:00.000 --> 100:00:00.001\na &lt;script&gt; &amp; b\nc\n"
    assert webvtt.read(text) == [(3_600_000, 360_000_001, "a <script> & b c")]


@pytest.mark.parametrize(
    ("text", "why", "line"),
    [
        ("", "no_webvtt", 0),
        ("WEBVTTX\n\n00:01.000 --> 00:02.000\na", "no_webvtt", 0),
        ("WEBVTT\n\n00:01,000 --> 00:02,000\na", "no_times", 3),
        ("WEBVTT\n\nname\n00:61.000 --> 00:62.000\na", "no_times", 4),
        ("WEBVTT\n\n00:02.000 --> 00:02.000\na", "no_times", 3),
        ("WEBVTT\n\nonly a name", "no_times", 3),
        ("WEBVTT\n\n00:01.000 --> 00:02.000\n", "no_cue", 0),
        ("WEBVTT\n" + "\n" * webvtt.LONGEST, "long", 0),
    ],
)
def test_what_cannot_be_used_says_why_and_where(text: str, why: str, line: int) -> None:
    with pytest.raises(webvtt.Unreadable) as refused:
        webvtt.read(text)
    assert (refused.value.why, refused.value.line) == (why, line)
