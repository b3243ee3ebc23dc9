"""People at a running server: they sign in or join like a browser, and speak JSON or sockets with its cookies."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests
from argon2 import PasswordHasher
from requests.adapters import HTTPAdapter

from inquiry import create_app
from inquiry.accounts.commands import people, sign_ins
from inquiry.accounts.commands import units as account_units
from inquiry.accounts.models import UnitKind
from inquiry.dispatch.unit_of_work import unit_of_work
from inquiry.permissions import PERSONS, SYSTEM, Actor, Role
from inquiry.settings import Settings
from tests.support.client import Connect, LiveClient
from tests.support.server import Server

PASSWORD = "an evening on television"
#: Argon2 takes its time on purpose; most tests look at something else than time.
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)

UNITS = {"云汀市": UnitKind.CITY, "城管局": UnitKind.DEPARTMENT, "水务局": UnitKind.DEPARTMENT}


#: Addresses of this machine from which nobody has signed in yet.
_addresses = (f"127.{third}.{fourth}.1" for third in range(1, 255) for fourth in range(1, 255))


class _From(HTTPAdapter):
    """Calls from another address of this machine."""

    def __init__(self, address: str) -> None:
        self._address = address
        super().__init__()

    def init_poolmanager(self, *arguments: Any, **options: Any) -> None:
        super().init_poolmanager(*arguments, **options | {"source_address": (self._address, 0)})


class Person:
    """One browser's cookies. `call` goes over HTTP; `socket()` opens a live client with the same cookies.

    `address` is where the browser calls from, 127.0.0.1 if nothing is said.
    """

    def __init__(self, url: str, connect: Connect, *, address: str = "") -> None:
        self.url = url
        self._connect = connect
        self.http = requests.Session()
        self.http.trust_env = False
        if address:
            self.http.mount("http://", _From(address))

    def sign_in(self, login: str, password: str = PASSWORD) -> "Person":
        answer = self.post_form("/sign-in", "/sign-in", {"login": login, "password": password})
        assert answer.status_code == 303, answer.text
        return self

    def join(self) -> "Person":
        """Become a phone of the audience."""
        answer = self.post_form("/join", "/join", {"code": ""})
        assert answer.status_code == 303, answer.text
        return self

    def sign_out(self) -> None:
        answer = self.post_form("/account", "/sign-out", {})
        assert answer.status_code == 303, answer.text

    def post_form(self, page: str, action: str, fields: dict[str, str]) -> requests.Response:
        shown = self.http.get(self.url + page, timeout=60)
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', shown.text)
        assert token, shown.text[:2000]
        return self.http.post(
            self.url + action, data=fields | {"csrf_token": token[1]}, timeout=60, allow_redirects=False
        )

    def call(self, name: str, /, **fields: Any) -> dict[str, Any]:
        """The answer to a command or query; AssertionError when it was refused."""
        answer = self.ask(name, **fields)
        assert answer["ok"], answer
        return answer

    def ask(self, name: str, /, **fields: Any) -> dict[str, Any]:
        """The answer, refused or not."""
        answered: dict[str, Any] = self.http.post(f"{self.url}/api/{name}", json=fields, timeout=60).json()
        return answered

    def get(self, path: str) -> requests.Response:
        return self.http.get(self.url + path, timeout=60)

    def socket(self) -> LiveClient:
        return self._connect(self.url, cookies=self.http.cookies.get_dict())


#: `person("host")` signs in as the person of that role; `person()` is a phone that has joined.
MakePerson = Callable[..., Person]


def settle(settings: Settings, *, cheap: bool = True) -> dict[str, int]:
    """A city in the database of a server: one person of each role (the official of 城管局); returns the units' ids.

    Unless `cheap`, whoever signs in there costs as much as where the house is served.
    """
    app = create_app(settings)
    hashed = CHEAP.hash(PASSWORD) if cheap else sign_ins.hash_password(PASSWORD, "")  # one for all
    ids: dict[str, int] = {}
    with app.app_context(), unit_of_work() as uow:
        root = Actor(Role.ADMINISTRATOR)
        for name, kind in UNITS.items():
            unit = account_units.add_unit(
                uow, root, name=name, name_en="", kind=kind, parent_id=ids.get("云汀市"), head=f"{name}负责人"
            )
            ids[name] = unit.id
        for role in PERSONS:
            people.add_person(
                uow, root, login=role.value, name=role.value.title(), title="", role=role,
                unit_id=ids["城管局"] if role is Role.OFFICIAL else None,
                password_hash=hashed,
            )  # fmt: skip
    app.extensions["inquiry.engine"].dispose()
    return ids


@pytest.fixture
def units(server: Server, request: pytest.FixtureRequest) -> dict[str, int]:
    """The units of the server's city, by name; people are settled with them."""
    if not server.units:
        here = Settings.from_environment(server.environment | {"INQUIRY_ASYNC_MODE": "threading"})
        server.units = settle(here, cheap=request.node.get_closest_marker("alone") is None)
    return server.units


@pytest.fixture
def person(server: Server, units: dict[str, int], connect: Connect) -> Iterator[MakePerson]:
    """People at the server. Where it is shared, each calls from elsewhere: sign-ins are counted for each network."""
    made: list[Person] = []

    def make(login: str = "") -> Person:
        one = Person(server.url, connect, address=next(_addresses) if server.is_shared else "")
        made.append(one)
        return one.sign_in(login) if login else one.join()

    yield make
    for one in made:
        one.http.close()


__all__ = ["SYSTEM", "MakePerson", "Person"]
