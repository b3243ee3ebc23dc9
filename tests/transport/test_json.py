"""How messages are spelt."""

import json

import pytest

from inquiry.transport import json as ours
from inquiry.transport.json import Spelt, dumps, loads


def test_chinese_is_chinese_and_nothing_is_wider_than_it_must_be() -> None:
    assert dumps({"问": ["一", 2, None, True]}, separators=(", ", ": ")) == '{"问":["一",2,null,true]}'


def test_what_was_spelt_before_stands_where_the_value_would() -> None:
    values = [{"a": 1}, ["后湖", {"b": '"'}], "x", [], None]
    spelt = {"ok": True, "each": [Spelt(dumps(one)) for one in values], "last": Spelt("{}")}
    assert dumps(spelt) == dumps({"ok": True, "each": values, "last": {}})
    assert dumps(Spelt("[1]")) == "[1]"


def test_a_text_cannot_take_the_place_of_one() -> None:
    """Not even the mark itself, of a process that knows it, when it is part of what was spelt before."""
    told = dumps({"a": Spelt(dumps([f"{ours._PLACE}"])), "b": "1", "c": Spelt('"c"')})
    assert json.loads(told) == {"a": [ours._PLACE], "b": "1", "c": "c"}


def test_what_has_no_json_is_a_fault_of_ours() -> None:
    with pytest.raises(TypeError):
        dumps({"a": object()})
    with pytest.raises(TypeError):
        dumps([Spelt("1"), object()])


@pytest.mark.parametrize(
    ("text", "why"),
    [("", "Expecting value"), ("{", "Expecting property"), ("[1" + "0" * 100 + "]", "too many digits")],
)
def test_what_is_no_message_is_said_to_be_none(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        loads(text)
