"""The names of streams: what is printed is read back as the same, and nothing else is a name."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inquiry.trace.streams import CITY, Access, Stream

STREAMS = st.builds(
    Stream,
    st.from_regex(r"[a-z][a-z_]{0,31}", fullmatch=True),
    st.none() | st.integers(1, 2**31 - 1),
    st.none() | st.sampled_from(Access),
).filter(lambda one: one.access is None or one.topic not in ("public", "staff"))


@given(STREAMS)
def test_what_is_printed_is_read_back_as_the_same(stream: Stream) -> None:
    assert Stream.parse(str(stream)) == stream


@pytest.mark.parametrize(
    ("stream", "name"),
    [
        (CITY, "city"),
        (Stream("session", 7, Access.PUBLIC), "session:7:public"),
        (Stream("session", 7, Access.STAFF), "session:7:staff"),
        (Stream("unit", 12, Access.PUBLIC), "unit:12:public"),
        (Stream("tables", None, Access.PUBLIC), "tables:public"),
        (Stream("notice", 3), "notice:3"),
    ],
)
def test_the_names_that_the_trace_has_chained_stay(stream: Stream, name: str) -> None:
    assert str(stream) == name
    assert Stream.parse(name) == stream


@pytest.mark.parametrize(
    "name",
    ["", "City", "session:", "session:07:public", "session:0", "session:7:everybody", "session:7:public:staff",
     "session:7:public@staff", "session:７:public", "session:99999999999", "sign-in:4", "a" * 33],
)  # fmt: skip
def test_nothing_else_is_a_name(name: str) -> None:
    with pytest.raises(ValueError, match="no stream has the name"):
        Stream.parse(name)
