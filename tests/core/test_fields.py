"""Numbers: a machine sends them as numbers, a plain form as text, nobody as anything else. Dates have one range."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import AwareDatetime, NaiveDatetime, TypeAdapter, ValidationError

from inquiry.accounts.schemas import OptionalId
from inquiry.core.fields import FIRST_DAY, LAST_DAY, Typed, Whole, is_in_range, typed
from inquiry.dispatch import registry
from inquiry.errors import BadInput
from inquiry.permissions import Role
from tests.support.application import City, Say
from tests.support.replay import nothing_changes

pytestmark = pytest.mark.usefixtures("app")

INQUIRY = Path(registry.__file__).parents[1]


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


# --- dates ----------------------------------------------------------------------------------------------------------

WHEN = {date, datetime, AwareDatetime, NaiveDatetime}


def dated() -> Iterator[tuple[str, Any, bool]]:
    """Every field of every message that holds a day or a time, and whether it is a day."""
    waiting: list[type[registry.Message]] = [registry.Message]
    while waiting:
        schema = waiting.pop()
        waiting += schema.__subclasses__()
        for name, field in schema.model_fields.items() if schema.__module__.startswith("inquiry.") else ():
            kinds = WHEN & set(parts_of(field.annotation))
            if kinds:
                whole = field.rebuild_annotation()  # pydantic takes an annotation apart
                yield f"{schema.__name__}.{name}", TypeAdapter(whole), kinds == {date}


def parts_of(annotation: Any) -> Iterator[Any]:
    yield annotation
    for part in get_args(annotation):
        yield from parts_of(part)


def test_every_date_that_may_come_in_has_the_same_range() -> None:
    found = list(dated())
    assert {"RecordPledge.due_on", "AskExtension.due_on", "CreateSession.starts_at"} <= {name for name, _, _ in found}
    a_day = timedelta(days=1)
    for name, field, is_day in found:
        noon = "" if is_day else "T12:00"
        for day in (FIRST_DAY, LAST_DAY):
            assert field.validate_python(f"{day}{noon}"), name
        for day in ("0001-01-01", FIRST_DAY - a_day, LAST_DAY + a_day, "9999-12-31"):
            with pytest.raises(ValidationError) as refused:
                field.validate_python(f"{day}{noon}")
            assert "2000 年至 2099 年" in str(refused.value), name


def test_dates_are_read_in_few_places() -> None:
    """What asks Python or pydantic for a date by itself would need to know the range; the others read what was written
    here. `written_dates` reads by hand, and asks for the range."""
    reads = re.compile(r"fromisoformat|strptime|NaiveDatetime|AwareDatetime|\bdate: *date\b|Annotated\[date(time)?,")
    places = {str(path.relative_to(INQUIRY)) for path in INQUIRY.glob("**/*.py") if reads.search(path.read_text())}
    read_back = {
        "trace/story.py",
        "live/commands/steps.py",
        "questions/queries/lateness.py",
        "questions/commands/closing_words.py",
        "surfaces/minutes.py",
        "questions/commands/moderation.py",
        "demo/agenda.py",
        "results/pages.py",
        "media/legs.py",
    }
    assert places - read_back == {"core/fields.py"}


@pytest.mark.parametrize(
    ("when", "fits"), [(date(1999, 12, 31), False), (datetime(2099, 12, 31, 23, tzinfo=UTC), True)]
)
def test_days_and_times_are_asked_alike(when: date, fits: bool) -> None:
    assert is_in_range(when) is fits
