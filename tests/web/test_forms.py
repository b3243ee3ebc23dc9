"""What was typed goes back into the form it came from, into no other, and as text."""

import pytest
from werkzeug.datastructures import MultiDict

from inquiry.web.forms import Sent


def fill(markup: str, **typed: str | list[str]) -> str:
    return str(Sent("some.command", MultiDict(typed)).fill(markup))


@pytest.mark.parametrize(
    ("drawn", "typed", "filled"),
    [
        ('<input name="a" value="">', "words", '<input name="a" value="words">'),
        ('<input type="date" name="a" value="">', "2026-12-24", '<input type="date" name="a" value="2026-12-24">'),
        ('<input name="a" value="was" required>', "", '<input name="a" value="" required>'),
        ('<input name="a">', 'a"b&<c>', '<input name="a" value="a&#34;b&amp;&lt;c&gt;">'),
        ('<textarea name="a">\nwas &amp; is</textarea>', "new", '<textarea name="a">\nnew</textarea>'),
        ('<textarea name="a">\n</textarea>', "\nbegins empty", '<textarea name="a">\n\nbegins empty</textarea>'),
        ('<textarea name="a"></textarea>', "</textarea>", '<textarea name="a">\n&lt;/textarea&gt;</textarea>'),
        ('<select name="a"><option value="1" selected>x</option><option value="2">y</option></select>', "2",
         '<select name="a"><option value="1">x</option><option value="2" selected>y</option></select>'),
        ('<input type="radio" name="a" value="1" checked><input type="radio" name="a" value="2">', "2",
         '<input type="radio" name="a" value="1"><input type="radio" name="a" value="2" checked>'),
        ('<input type="checkbox" name="a" value="1" checked>', [], '<input type="checkbox" name="a" value="1">'),
        ('<input type="checkbox" name="a" value="1"><input type="checkbox" name="a" value="2">', ["1", "2"],
         '<input type="checkbox" name="a" value="1" checked><input type="checkbox" name="a" value="2" checked>'),
    ],
)  # fmt: skip
def test_each_kind_of_field(drawn: str, typed: str | list[str], filled: str) -> None:
    assert fill(drawn, a=typed) == filled


@pytest.mark.parametrize(
    "drawn",
    [
        '<input type="hidden" name="a" value="7">',
        '<input type="password" name="a" value="">',
        '<input type="file" name="a">',
        '<input name="b" value="was"><textarea name="b">was</textarea>',
        '<select name="b"><option value="x" selected>x</option></select>',
        '<svg viewBox="0 0 1 1"><use href="#a"></use></svg> &amp; &#8230; a & b < c<br><button>x</button>',
    ],
)
def test_what_is_not_the_sender_s_words_stays(drawn: str) -> None:
    assert fill(drawn, a="x") == drawn


@pytest.mark.parametrize(
    ("command", "hidden", "same"),
    [
        ("pledges.report_progress", {"pledge": 7}, True),
        ("pledges.report_progress", {"pledge": 7, "seen": 99}, True),  # it has moved on: the words are the same
        ("pledges.report_progress", {"pledge": 8}, False),
        ("pledges.report_progress", {"pledge": 7, "kind": "text"}, False),
        ("pledges.return_pledge", {"pledge": 7}, False),
    ],
)
def test_forms_are_told_apart_by_what_they_are_about(command: str, hidden: dict[str, object], same: bool) -> None:
    sent = Sent("pledges.report_progress", MultiDict({"pledge": "7", "seen": "1", "text": "x"}))
    assert sent.is_of(command, hidden) is same
