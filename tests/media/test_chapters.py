"""Chapters and legs: decisions over what happened and what was recorded, as tables and as properties."""

from functools import partial

from hypothesis import given
from hypothesis import strategies as st

from inquiry.core.clock import milliseconds
from inquiry.core.db import reading
from inquiry.live.models import Session
from inquiry.media import chapters, legs
from inquiry.media import marks as happened_in
from inquiry.media.chapters import KINDS, Mark
from inquiry.media.legs import Leg, Part, Timeline
from inquiry.media.models import Recording
from inquiry.media.sentences import Played
from tests.media.conftest import Clock, Evening


def mark(at: int, kind: str = "item", title: str = "") -> Mark:
    title = title or f"{kind} {at}"
    return Mark(at, kind, title, title, title)


def told(marks: list[Mark], line: Timeline, most: int = 400) -> list[tuple[int, int, str]]:
    return [(one.start, one.end, one.zh) for one in chapters.chapters(marks, line, most)]


#: A recording that begins at 10 s and goes on at 40 s after a hole from 30 s on.
LINE = Timeline(((10_000, 20_000), (40_000, 20_000)))


def test_what_happened_is_a_chapter_where_it_is_seen() -> None:
    cases: list[tuple[list[Mark], list[tuple[int, int, str]]]] = [
        ([], [(0, 40_000, "开始")]),
        ([mark(12_000)], [(0, 2_000, "开始"), (2_000, 40_000, "item 12000")]),
        # before the recording: the last of it is told at its beginning
        ([mark(1_000), mark(5_000)], [(0, 40_000, "item 5000")]),
        # in the hole: where it goes on; after the end: not at all
        ([mark(33_000), mark(61_000)], [(0, 20_000, "开始"), (20_000, 40_000, "item 33000")]),
        # in the same second: what says more
        ([mark(15_000, "question"), mark(15_400, "slot")], [(0, 5_000, "开始"), (5_000, 40_000, "question 15000")]),
        ([mark(15_000, "slot"), mark(15_400, "pledge")], [(0, 5_000, "开始"), (5_000, 40_000, "pledge 15400")]),
    ]
    for marks, expected in cases:
        assert told(marks, LINE) == expected, marks
    assert told([mark(1)], Timeline(())) == []


def test_each_step_of_the_rundown_is_a_chapter_in_its_second_as_the_trace_has_it(
    evening: Evening, clock: Clock
) -> None:  # fmt: skip
    evening.go_live()
    began = evening.row.went_live_at
    assert began
    for seconds, step in ((3, partial(evening.take, evening.clip)), (4, partial(evening.take, evening.slot)),
                          (2, evening.start), (6, partial(evening.take, evening.rest))):  # fmt: skip
        clock.forward(seconds=seconds)
        step()
    with reading() as db:
        made = chapters.chapters(happened_in.marks(db, evening.row), Timeline(((milliseconds(began), 30_000),)))
    assert [(one.start, one.kind, one.zh) for one in made] == [
        (0, "opening", "开始"), (3_000, "item", "暗访短片"), (7_000, "item", "城管局发言"),
        (9_000, "slot", "城管局 · 林知远"), (15_000, "item", "休息"),
    ]  # fmt: skip


def test_what_is_missing_is_told_where_it_is_at_the_beginning_and_the_end_too() -> None:
    gaps = [[5_000, 5_000], [30_000, 10_000], [60_000, 3_000]]
    recording = Recording(spans=[[at, ms, "segments"] for at, ms in LINE.spans], gaps=gaps)
    assert Played(Session(), recording).holes == [(0, 5_000), (20_000, 10_000), (40_000, 3_000)]
    assert Played(Session(), Recording(spans=recording.spans, gaps=[])).holes == [(20_000, 10_000)], "a passage is away"


def test_what_says_least_goes_first_where_there_are_too_many() -> None:
    marks = [mark(11_000 + 2_000 * number, KINDS[1 + number % 5]) for number in range(20)]
    kept = {one.kind for one in chapters.chapters(marks, Timeline(((10_000, 60_000),)), 9)}
    assert kept == {"opening", "answer", "pledge"}


spans = st.lists(st.tuples(st.integers(0, 5_000), st.integers(1, 90_000)), min_size=1, max_size=6)


@given(spans, st.lists(st.tuples(st.integers(0, 400_000), st.sampled_from(KINDS[1:])), max_size=40), st.integers(1, 30))
def test_chapters_are_in_order_one_behind_the_other_and_cover_the_recording(
    pauses: list[tuple[int, int]], happened: list[tuple[int, str]], most: int
) -> None:
    laid, at = [], 1_000
    for pause, ms in pauses:
        laid.append((at + pause, ms))
        at += pause + ms
    line = Timeline(tuple(laid))
    made = chapters.chapters([mark(at, kind) for at, kind in happened], line, most)
    assert [0, *(one.end for one in made)] == [*(one.start for one in made), line.ms]
    assert all(one.start < one.end for one in made)
    assert len(made) <= most
    for one in made[1:]:
        seen = line.instant(one.start)
        assert any(line.offset(at) == one.start for at, _kind in happened), seen


def test_where_there_are_too_many_what_says_least_is_left_out_first_and_evenly() -> None:
    items = [mark(at) for at in (11_000, 13_000, 17_000, 40_000, 45_000, 50_000)]
    happened = [*items, mark(15_000, "question"), mark(55_000, "answer")]
    names = [name for _start, _end, name in told(happened, LINE, 6)]
    assert names == ["开始", "item 11000", "question 15000", "item 17000", "item 45000", "answer 55000"]
    assert [name for *_times, name in told(happened, LINE, 3)] == ["开始", "question 15000", "answer 55000"]


def test_they_are_written_so_that_nothing_typed_is_read_as_a_mark() -> None:
    made = chapters.chapters([mark(12_500, title="a --> b\n<i>x</i> = 1; #")], LINE)
    assert chapters.webvtt(made, "en") == (
        "WEBVTT\n\n1\n00:00:00.000 --> 00:00:02.500\nOpening\n\n"
        "2\n00:00:02.500 --> 00:00:40.000\na --&gt; b &lt;i&gt;x&lt;/i&gt; = 1; #\n"
    )
    written = chapters.ffmetadata(made, "t=1")
    assert "title=a --> b <i>x</i> \\= 1\\; \\#\n" in written
    assert "START=2500\nEND=40000\n" in written
    assert chapters.as_json(made)[0] == {
        "start_ms": 0, "end_ms": 2_500, "kind": "opening", "title": "开始", "title_en": "Opening",
    }  # fmt: skip


def seconds(*begins: int) -> list[Part]:
    return [Part(f"s{one}.ts", one * 1000, 1000) for one in begins]


def picked(kept: list[Part], files: list[Part]) -> list[str]:
    found = legs.pick(kept, files, 0, 10_000)
    stretches = [(one.at, f"{one.leg} {one.at}-{one.until}") for one in found.stretches]
    gaps = [(one.at, f"gap {one.at}-{one.at + one.ms}") for one in found.gaps]
    return [told for _at, told in sorted(stretches + gaps)]


def test_a_part_that_is_missing_in_one_leg_is_taken_from_the_other() -> None:
    whole = Part("a.flv", 0, 10_000)
    halves = [Part("a.flv", 0, 1_200), Part("b.flv", 1_100, 3_000)]
    cases = [
        (seconds(*range(10)), [], ["segments 0-10000"]),
        (seconds(*range(10)), [whole], ["segments 0-10000"]),
        ([], [whole], ["file 0-10000"]),
        ([], [], ["gap 0-10000"]),
        (seconds(0, 1, 6, 7, 8, 9), [whole], ["segments 0-2000", "file 2000-6000", "segments 6000-10000"]),
        (seconds(0, 1, 2, 8, 9), [Part("a.flv", 4_000, 2_000)],
         ["segments 0-3000", "gap 3000-4000", "file 4000-6000", "gap 6000-8000", "segments 8000-10000"]),
        (seconds(2, 3), halves,
         ["file 0-1200", "file 1200-2000", "segments 2000-4000", "file 4000-4100", "gap 4100-10000"]),
    ]  # fmt: skip
    for kept, files, expected in cases:
        assert picked(kept, files) == expected, (kept, files)


def test_what_was_withdrawn_is_left_out_whole() -> None:
    found = legs.pick(seconds(0, 1, 2, 3, 4), [Part("a.flv", 5_000, 5_000)], 0, 10_000)
    cut = legs.without(found, [(2_500, 3_200), (6_000, 7_000)])
    assert [(one.leg, one.at, one.ms) for one in cut.stretches] == [
        (Leg.SEGMENTS, 0, 2_000), (Leg.SEGMENTS, 4_000, 1_000), (Leg.FILE, 5_000, 1_000), (Leg.FILE, 8_000, 2_000),
    ]  # fmt: skip
    assert cut.stretches[3].skip_ms == 3_000
    assert legs.without(found, [(0, 10_000)]).stretches == ()


def test_a_playlist_is_read_and_what_is_no_segment_of_it_is_passed_over() -> None:
    parts = seconds(5, 6)
    assert legs.segments(legs.listed(parts)) == parts
    hostile = "#EXTINF:nan,\n#EXT-X-PROGRAM-DATE-TIME:soon\n../../etc/passwd.ts\n#EXTINF:1,\ns9.ts\n"
    assert legs.segments(hostile) == []


def test_a_recording_knows_what_its_seconds_are() -> None:
    assert [LINE.offset(at) for at in (0, 10_000, 29_999, 35_000, 41_000, 60_000)] == [
        0,
        0,
        19_999,
        20_000,
        21_000,
        None,
    ]
    assert [LINE.instant(at) for at in (0, 19_999, 20_000, 99_000)] == [10_000, 29_999, 40_000, 60_000]
    assert LINE.holes() == [(20_000, 10_000)]
    assert legs.window(LINE, 25_000, 45_000) == (15_000, 25_000)
    assert legs.window(LINE, 31_000, 39_000) is None
