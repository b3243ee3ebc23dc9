"""Who heads a unit, and whom it is compared with, on each day."""

from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa
from alembic import command
from sqlalchemy import select

from inquiry.accounts import queries, refusals, rules
from inquiry.accounts.commands.heads import appoint_head
from inquiry.accounts.commands.peer_groups import add_peer_group, set_peer_group
from inquiry.accounts.commands.units import change_unit
from inquiry.accounts.models import Headship, Unit, UnitKind
from inquiry.core.db import connect, reading
from inquiry.dispatch.unit_of_work import unit_of_work
from inquiry.migrations import config
from inquiry.permissions import Role
from tests.support.application import City, Say
from tests.support.replay import nothing_changes

NOON = datetime(2026, 11, 1, 4, tzinfo=UTC)
SPRING, SUMMER, AUTUMN = date(2026, 3, 1), date(2026, 6, 1), date(2026, 9, 1)


def head(city: City, day: date) -> tuple[str, str] | None:
    with reading() as db:
        found = queries.heads_on(db, [city.water.id], day).get(city.water.id)
        return (found.name, found.title) if found else None


def appoint(city: City, name: str, day: date, title: str = "局长") -> None:
    with unit_of_work(NOON) as uow:
        appoint_head(uow, city.person(Role.ADMINISTRATOR), city.water.id, name, title, day)


def test_each_day_has_the_head_of_that_day(city: City) -> None:
    appoint(city, "钱某", SPRING)
    appoint(city, "孙某", SUMMER)
    appoint(city, "", AUTUMN)
    days = (date(2026, 2, 28), SPRING, date(2026, 5, 31), SUMMER, date(2026, 8, 31), AUTUMN)
    assert [head(city, day) for day in days] == [
        None, ("钱某", "局长"), ("钱某", "局长"), ("孙某", "局长"), ("孙某", "局长"), None,
    ]  # fmt: skip
    with reading() as db:
        assert queries.unit(db, city.water.id).head == ""


def test_saying_again_who_heads_it_changes_nothing(city: City) -> None:
    appoint(city, "钱某", SPRING)
    with nothing_changes():
        appoint(city, "钱某", SUMMER)


def test_a_head_named_with_the_unit_heads_it_from_today(city: City) -> None:
    appoint(city, "钱某", SPRING)
    with unit_of_work(NOON) as uow:
        change_unit(
            uow, city.person(Role.ADMINISTRATOR), city.water.id, name="水务局", name_en="", kind=UnitKind.DEPARTMENT,
            parent_id=city.city.id, head="李某",
        )  # fmt: skip
    assert [head(city, date(2026, 10, 31)), head(city, date(2026, 11, 1))] == [("钱某", "局长"), ("李某", "")]


def test_the_first_head_of_all_is_one_of_whom_nobody_said_since_when(city: City) -> None:
    with unit_of_work(NOON) as uow:
        change_unit(
            uow, city.person(Role.ADMINISTRATOR), city.water.id, name="水务局", name_en="", kind=UnitKind.DEPARTMENT,
            parent_id=city.city.id, head="钱某",
        )  # fmt: skip
    assert head(city, date(2020, 1, 1)) == ("钱某", "")
    appoint(city, "孙某", SUMMER)
    assert [head(city, date(2020, 1, 1)), head(city, SUMMER)] == [("钱某", ""), ("孙某", "局长")]


@pytest.mark.parametrize("day", [date(2026, 11, 2), date(2026, 2, 28)])
def test_a_headship_begins_neither_tomorrow_nor_before_the_one_before(city: City, day: date) -> None:
    appoint(city, "钱某", SPRING)
    with pytest.raises(refusals.HeadshipOutOfOrder), nothing_changes():
        appoint(city, "孙某", day)


# --- peer groups ------------------------------------------------------------------------------------------------------


def group(city: City, name: str) -> int:
    with unit_of_work(NOON) as uow:
        return add_peer_group(uow, city.person(Role.ADMINISTRATOR), name, "").id


def put(city: City, group_id: int | None, day: date) -> None:
    with unit_of_work(NOON) as uow:
        set_peer_group(uow, city.person(Role.ADMINISTRATOR), city.water.id, group_id, day)


def held(city: City, *groups: int) -> list[list[int]]:
    """For each of the days, in which of the groups the unit is."""
    with reading() as db:
        return [
            [one for one in groups if city.water.id in {unit.id for unit in queries.members(db, one, day)}]
            for day in (date(2026, 2, 28), SPRING, SUMMER, AUTUMN)
        ]


def test_a_unit_is_in_one_group_at_a_time(city: City) -> None:
    one, two = group(city, "各局"), group(city, "各委")
    put(city, one, SPRING)
    put(city, two, SUMMER)
    assert held(city, one, two) == [[], [one], [two], [two]]
    put(city, None, AUTUMN)
    assert held(city, one, two) == [[], [one], [two], []]
    put(city, one, SPRING)  # what was said of later days holds no longer
    assert held(city, one, two) == [[], [one], [one], [one]]
    with nothing_changes():
        put(city, one, SUMMER)


def test_two_groups_are_not_called_alike(city: City, say: Say) -> None:
    group(city, "各局")
    admin = city.person(Role.ADMINISTRATOR)
    for name, sent, code in [
        ("accounts.add_peer_group", {"name": "各 局"}, "GROUP_NAME_TAKEN"),
        ("accounts.add_peer_group", {"name": ""}, "BAD_INPUT"),
        ("accounts.set_peer_group", {"unit": city.water.id, "group": 99, "from_day": "2026-01-01"}, "NOT_FOUND"),
        ("accounts.set_peer_group", {"unit": 99, "group": 1, "from_day": "2026-01-01"}, "NOT_FOUND"),
        ("accounts.set_peer_group", {"unit": city.water.id, "group": 1, "from_day": "2026-13-01"}, "BAD_INPUT"),
        ("accounts.appoint_head", {"unit": 99, "name": "赵某", "from_day": "2026-01-01"}, "NOT_FOUND"),
        ("accounts.appoint_head", {"unit": 1, "name": "赵某", "from_day": "2099-01-01"}, "HEADSHIP_OUT_OF_ORDER"),
    ]:
        with nothing_changes():
            assert say(admin, name, **sent)["error"]["code"] == code
    assert say(admin, "accounts.appoint_head", unit=city.water.id, name="赵某", from_day="2026-01-01")["ok"]
    assert say(admin, "accounts.set_peer_group", unit=city.water.id, group=1, from_day="2026-01-01")["ok"]


def test_heads_of_before_are_kept_without_their_day(empty_database_url: str) -> None:
    engine = connect(empty_database_url)
    command.upgrade(config(engine), "0011")
    with engine.begin() as connection:
        for name, chief in (("水务局", "钱某"), ("住建局", "")):
            connection.execute(
                sa.text(
                    "INSERT INTO units (name, name_en, kind, head, position) VALUES (:name, '', 'department', :head, 0)"
                ),
                {"name": name, "head": chief},
            )
    command.upgrade(config(engine), "0014")
    with engine.connect() as connection:
        kept = connection.execute(select(Headship.name, Headship.from_day, Headship.until_day)).all()
    engine.dispose()
    assert [tuple(one) for one in kept] == [("钱某", None, None)]


def test_units_are_listed_by_kind_and_streets_by_what_they_stand_under() -> None:
    def unit(unit_id: int, kind: UnitKind, parent_id: int | None) -> Unit:
        return Unit(id=unit_id, kind=kind, parent_id=parent_id)

    city, north, south = (unit(1, UnitKind.CITY, None), *(unit(n, UnitKind.DISTRICT, 1) for n in (2, 3)))
    hill, dock, lost = (unit(4, UnitKind.STREET, 3), unit(5, UnitKind.STREET, 2), unit(6, UnitKind.STREET, 99))
    water = unit(7, UnitKind.DEPARTMENT, 1)
    assert rules.by_kind([city, north, dock, south, hill, water, lost]) == [
        ("city", None, [city]),
        ("district", None, [north, south]),
        ("department", None, [water]),
        ("street", north, [dock]),
        ("street", south, [hill]),
        ("street", None, [lost]),
    ]
    assert rules.by_kind([]) == []
