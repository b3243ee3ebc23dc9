"""A city with two groups, and the files of a year: what comes in, and the command line."""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
import time_machine
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient

from inquiry.accounts.commands.peer_groups import add_peer_group, set_peer_group
from inquiry.cli import cli
from inquiry.core.sheets import read
from inquiry.dispatch import registry
from inquiry.dispatch.unit_of_work import unit_of_work
from inquiry.permissions import SYSTEM, Actor, Role
from inquiry.results.commands.importing import Outcome, import_results
from inquiry.results.files import FORMS
from tests.support.application import City

INDICATORS = (
    "code,name,name_en,theme,measure,better,accumulates,period,decimals,weight,groups,definition\n"
    "GDP,地区生产总值,GDP,经济,亿元,more,yes,month,2,3,各区;各局,按季度核算\n"
    "PM25,细颗粒物,PM2.5,经济,微克,less,no,month,1,1,各区,\n"
)
TARGETS = (
    "indicator,unit,period,baseline,stretch\n"
    "GDP,沙洲区,2025,120,144\nGDP,青岚区,2025,60,72\n"
    "PM25,沙洲区,2025,40,30\nPM25,青岚区,2025,40,30\n"
)
ACTUALS = (
    "indicator,unit,period,value,evidence\n"
    "GDP,沙洲区,2025-01,10,统计快报\nGDP,沙洲区,2025-02,11,\n"
    "GDP,青岚区,2025-01,6,\nGDP,青岚区,2025-02,4.5,\n"
    "PM25,沙洲区,2025-01,40,\nPM25,沙洲区,2025-02,35,\n"
    "PM25,青岚区,2025-01,20,\n"
)


class Year:
    """The city in 2025: 沙洲区 and 青岚区 are the group 各区."""

    def __init__(self, city: City) -> None:
        self.city = city
        root = Actor(Role.ADMINISTRATOR)
        with unit_of_work() as uow:
            self.districts = add_peer_group(uow, root, "各区", "Districts").id
            self.bureaus = add_peer_group(uow, root, "各局", "Bureaus").id
            for unit in (city.district, city.other_district):
                set_peer_group(uow, root, unit.id, self.districts, date(2025, 1, 1))

    def take(self, content: str | bytes) -> Outcome:
        with unit_of_work() as uow:
            data = content.encode() if isinstance(content, str) else content
            return import_results(uow, SYSTEM, read(data, FORMS))

    def all(self) -> None:
        for content in (INDICATORS, TARGETS, ACTUALS):
            self.take(content)


@pytest.fixture
def year(city: City) -> Year:
    return Year(city)


@pytest.fixture
def the_day() -> Iterator[object]:
    """Ten in the morning of 5 November 2026."""
    with time_machine.travel("2026-11-05T10:00:00+08:00", tick=True) as traveller:
        yield traveller


@pytest.fixture
def full(year: Year) -> Year:
    """With its figures."""
    year.all()
    return year


@pytest.fixture
def browser(app: Flask, year: Year, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    """A browser of the staff."""
    staff = year.city.person(Role.STAFF)
    monkeypatch.setattr(registry, "identify", lambda _db: staff)
    return app.test_client()


#: `inquiry …` on the test's own database: exit status, what it said, and what it said beside.
Inquiry = Callable[..., tuple[int, str, str]]


@pytest.fixture
def inquiry(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Inquiry:
    monkeypatch.setattr("inquiry.cli._app", lambda: app)

    def call(*words: str | Path) -> tuple[int, str, str]:
        done = CliRunner().invoke(cli, [str(word) for word in words])
        return done.exit_code, done.stdout, done.stderr

    return call
