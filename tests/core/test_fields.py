"""Numbers: a machine sends them as numbers, a plain form as text, and nobody as anything else."""

import re
from pathlib import Path

import pytest

from inquiry.accounts.schemas import OptionalId
from inquiry.core.fields import Typed, Whole, typed
from inquiry.dispatch import registry
from inquiry.errors import BadInput
from inquiry.permissions import Role
from tests.support.application import City, Say
from tests.support.replay import nothing_changes

pytestmark = pytest.mark.usefixtures("app")

INQUIRY = Path(registry.__file__).parent


class Numbers(registry.Message):
    one: registry.Id = 1
    perhaps: OptionalId = None
    many: list[registry.Id] = []
    count: Whole = 0


@pytest.mark.parametrize("field", ["one", "perhaps", "count"])
@pytest.mark.parametrize("sent", [True, False, "1", "", 1.0, 1.5, "one", [1], {"id": 1}, None])
def test_a_machine_names_a_thing_by_a_whole_number_alone(field: str, sent: object) -> None:
    if field == "perhaps" and sent in ("", None):
        assert registry.parse(Numbers, {field: sent}).perhaps is None
        return
    with pytest.raises(BadInput) as refused:
        registry.parse(Numbers, {field: sent})
    assert refused.value.data["fields"] == {field: "应为整数"}


@pytest.mark.parametrize("sent", [True, "1"])
def test_in_lists_too(sent: object) -> None:
    with pytest.raises(BadInput) as refused:
        registry.parse(Numbers, {"many": [1, sent]})
    assert list(refused.value.data["fields"]) == ["many.1"]


def test_a_form_writes_numbers_as_text() -> None:
    filled = typed({"one": "7", "perhaps": "8", "many": ["9", "10"], "count": "-3"})
    assert registry.parse(Numbers, filled).model_dump() == {"one": 7, "perhaps": 8, "many": [9, 10], "count": -3}
    assert registry.parse(Numbers, typed({"perhaps": ""})).perhaps is None


@pytest.mark.parametrize("text", ["", "one", "1.5", "0", "-1", "1e3", "true", str(2**31)])
def test_what_a_form_says_must_be_one_all_the_same(text: str) -> None:
    with pytest.raises(BadInput):
        registry.parse(Numbers, {"one": Typed(text)})


def test_no_schema_takes_a_number_of_another_kind() -> None:
    """`int` in a schema would let `true` and `"1"` in again."""
    loose = [
        f"{path.relative_to(INQUIRY)}: {line.strip()}"
        for path in INQUIRY.glob("*/schemas.py")
        for line in path.read_text().splitlines()
        if re.search(r"(:|\[) ?int\b", line) and "->" not in line
    ]
    assert not loose


@pytest.mark.parametrize("sent", [True, "1"])
def test_the_same_holds_at_the_doors_of_machines(city: City, say: Say, sent: object) -> None:
    with nothing_changes():
        answer = say(city.person(Role.HOST), "live.open_intake", session=sent)
    assert (answer["error"]["code"], answer["error"]["data"]) == ("BAD_INPUT", {"fields": {"session": "应为整数"}})
