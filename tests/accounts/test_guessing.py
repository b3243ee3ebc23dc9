"""Whoever guesses passwords is slowed down, and shuts nobody else out by it."""

import threading
from collections.abc import Callable

import pytest
from argon2 import extract_parameters
from flask import Flask
from flask.testing import FlaskClient

from inquiry.accounts import hashing, known_devices
from inquiry.accounts.commands import people
from inquiry.core.networks import network
from inquiry.dispatch import registry
from inquiry.dispatch.unit_of_work import unit_of_work
from inquiry.errors import Busy, TooMany
from inquiry.permissions import Role
from tests.accounts.test_accounts import PASSWORD, sign_in
from tests.support.application import City
from tests.support.people import CHEAP
from tests.support.processes import eventually


def add_person(city: City, login: str) -> None:
    with unit_of_work() as uow:
        people.add_person(
            uow, city.person(Role.ADMINISTRATOR), login=login, name=login, title="", role=Role.CLERK, unit_id=None,
            password_hash=CHEAP.hash(PASSWORD),
        )  # fmt: skip


def browser(app: Flask, address: str = "127.0.0.1") -> FlaskClient:
    client = app.test_client()
    client.environ_base["REMOTE_ADDR"] = address
    return client


@pytest.mark.parametrize(
    ("address", "counted_as"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", ""),
        (None, ""),
        ("a proxy's nonsense" + "!" * 100, ("a proxy's nonsense" + "!" * 100)[:64]),
    ],
)
def test_what_is_one_network(address: str | None, counted_as: str) -> None:
    assert network(address) == counted_as


def test_right_passwords_do_not_count(app: Flask, city: City) -> None:
    add_person(city, "yulan")
    assert [sign_in(browser(app), "yulan") for _ in range(12)] == [303] * 12
    assert [sign_in(browser(app), "yulan", f"guess {n}") for n in range(9)] == [403] * 8 + [429]


def test_many_addresses_together_do_not_lock_an_account(app: Flask, city: City) -> None:
    add_person(city, "yulan")
    for third in range(9):
        stranger = browser(app, f"198.51.{third}.1")
        assert {sign_in(stranger, "yulan", f"guess {n}") for n in range(8)} == {403}
    assert sign_in(browser(app, "192.0.2.1"), "yulan") == 303


@pytest.mark.parametrize("knows_them", [False, True])
@pytest.mark.parametrize("names", [["yulan"], [f"person{n}" for n in range(60)]])
def test_sixty_who_come_at_once_from_one_address_are_all_let_in(
    app: Flask, city: City, monkeypatch: pytest.MonkeyPatch, names: list[str], knows_them: bool
) -> None:
    """A studio's crew at the start of an evening: nobody is taken for a guesser while the others wait."""
    for name in names:
        add_person(city, name)
    crew = [(browser(app), names[n % len(names)]) for n in range(60)]
    if knows_them:
        assert {sign_in(desk, name) for desk, name in crew} == {303}
    queue = hashing.Gate(1, 80)
    monkeypatch.setattr(hashing, "_KNOWN" if knows_them else "_STRANGERS", queue)

    def when_all_wait(work: Callable[..., object], *args: object) -> object:
        eventually(lambda: all_came.is_set() or queue.free == 81 - 60, seconds=20)
        all_came.set()
        return work(*args)

    all_came = threading.Event()
    monkeypatch.setitem(app.extensions, "inquiry.offload", when_all_wait)
    told: list[int] = []
    threads = [threading.Thread(target=lambda one=one: told.append(sign_in(*one))) for one in crew]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all_came.is_set()
    assert told == [303] * 60


def test_many_guesses_at_once_are_no_way_round(app: Flask, city: City) -> None:
    add_person(city, "yulan")
    told: list[int] = []
    threads = [
        threading.Thread(target=lambda n=n: told.append(sign_in(browser(app), "yulan", f"guess {n}")))
        for n in range(20)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (told.count(403), told.count(429)) == (8, 12)


def test_all_of_an_ipv6_network_is_one_guesser(app: Flask, city: City) -> None:
    add_person(city, "yulan")
    guesses = [sign_in(browser(app, f"2001:db8:0:1::{n:x}"), "yulan", f"guess {n}") for n in range(1, 10)]
    assert guesses == [403] * 8 + [429]
    assert sign_in(browser(app, "2001:db8:0:2::1"), "yulan") == 303


def until_refused(client: Callable[[], FlaskClient], names: list[str], password: str) -> int:
    """How often it may be tried at one go: a busy machine gives a little of it back meanwhile."""
    return next(n for n in range(200) if sign_in(client(), names[n % len(names)], password) == 429)


def test_one_address_that_tries_many_accounts_is_slowed_down(app: Flask, city: City) -> None:
    names = [f"person{n}" for n in range(5)]
    for name in names:
        add_person(city, name)
    assert 20 <= until_refused(lambda: browser(app), names, "guess") < 40


def test_one_address_cannot_sign_in_without_end(app: Flask, city: City) -> None:
    add_person(city, "yulan")
    assert 120 <= until_refused(lambda: browser(app), ["yulan"], PASSWORD) < 180
    known = browser(app, "192.0.2.1")
    assert 120 <= until_refused(lambda: known, ["yulan"], PASSWORD) < 180


def test_a_device_that_was_here_before_is_let_in_whatever_others_do(app: Flask, city: City) -> None:
    """Behind the same address, too, as in a newsroom."""
    add_person(city, "yulan")
    desk = browser(app)
    assert sign_in(desk, "yulan") == 303
    while sign_in(browser(app), "yulan", "guess") != 429:
        pass
    assert sign_in(browser(app), "yulan") == 429
    assert sign_in(desk, "yulan") == 303
    assert [sign_in(desk, "yulan", f"guess {n}") for n in range(9)] == [403] * 8 + [429], "it is bounded itself"


def test_a_device_is_known_for_the_accounts_it_signed_in_to(app: Flask, city: City) -> None:
    add_person(city, "yulan")
    add_person(city, "other")
    desk = browser(app)
    sign_in(desk, "other")
    while sign_in(browser(app), "yulan", "guess") != 429:
        pass
    assert sign_in(desk, "yulan") == 429


@pytest.mark.parametrize("cookie", ["", "x", "W10.x.y", "x" * 10_000])
def test_a_cookie_that_is_not_ours_makes_nobody_known(app: Flask, cookie: str) -> None:
    with app.test_request_context("/sign-in"):
        assert known_devices.read(cookie).user_ids == ()


def test_a_known_device_remembers_few_accounts_and_its_number(app: Flask) -> None:
    with app.test_request_context("/sign-in"):
        device = known_devices.read("")
        for user_id in [*range(1, 20), 15]:
            device = device.with_account(user_id)
        again = known_devices.read(device.cookie())
        assert again == device
        assert again.user_ids == (15, 19, 18, 17, 16, 14, 13, 12)
        assert len(device.cookie()) < 300
        cookie = device.cookie()  # its last sign has bits that say nothing
        forged = ("A" if cookie[0] != "A" else "B") + cookie[1:]
        assert known_devices.read(forged).user_ids == ()


def test_the_cookie_of_a_known_device_goes_to_the_sign_in_alone(app: Flask, city: City) -> None:
    add_person(city, "yulan")
    answer = app.test_client().post("/sign-in", data={"login": "yulan", "password": PASSWORD})
    [cookie] = [one for one in answer.headers.getlist("Set-Cookie") if one.startswith("known_device=")]
    assert "Path=/sign-in" in cookie
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_forwarded_addresses_are_believed_from_our_own_proxy_alone(app: Flask, city: City) -> None:
    add_person(city, "yulan")
    answers = [
        app.test_client()
        .post("/sign-in", data={"login": "yulan", "password": "guess"}, headers={"X-Forwarded-For": f"198.51.100.{n}"})
        .status_code
        for n in range(9)
    ]
    assert answers == [403] * 8 + [429]


def test_an_unknown_name_costs_as_much_as_a_known_one(app: Flask, city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    with unit_of_work() as uow:
        people.add_person(
            uow, city.person(Role.ADMINISTRATOR), login="yulan", name="y", title="", role=Role.CLERK, unit_id=None,
            password_hash=hashing.hashed(PASSWORD),
        )  # fmt: skip
    checked: list[str] = []

    def beside(work: Callable[..., object], kept: str, password: str) -> object:
        checked.append(kept)
        return work(kept, password)

    monkeypatch.setitem(app.extensions, "inquiry.offload", beside)
    assert [sign_in(browser(app), name, "guess") for name in ("yulan", "nobody", "x" * 50)] == [403] * 3
    assert len(checked) == 3
    costs = [extract_parameters(kept) for kept in checked]
    assert costs == [costs[0]] * 3


def test_whoever_finds_the_queue_full_is_told_so_and_has_not_guessed(
    app: Flask, city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_person(city, "yulan")
    monkeypatch.setattr(hashing, "_STRANGERS", hashing.Gate(0, 0))
    desk = browser(app)
    assert [sign_in(desk, "yulan", "guess") for _ in range(12)] == [503] * 12
    monkeypatch.setattr(hashing, "_STRANGERS", hashing.Gate(1, 0))
    assert sign_in(desk, "yulan") == 303
    monkeypatch.setattr(hashing, "_STRANGERS", hashing.Gate(0, 0))
    assert sign_in(desk, "yulan") == 303, "a known device has a queue of its own"


def test_a_gate_lets_some_through_and_some_wait(app: Flask) -> None:
    gate, begun, may_end = hashing.Gate(1, 1), threading.Semaphore(0), threading.Event()
    done: list[int] = []

    def work(number: int) -> None:
        with gate.turn():
            begun.release()
            may_end.wait(10)
            done.append(number)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(2)]
    threads[0].start()
    begun.acquire()
    threads[1].start()
    while gate.free:
        threading.Event().wait(0.001)
    with pytest.raises(Busy):
        work(2)
    assert not begun.acquire(blocking=False), "the second waits for its turn"
    may_end.set()
    for thread in threads:
        thread.join()
    assert done == [0, 1]
    assert gate.free == 2


def test_what_fails_in_a_gate_gives_its_place_back(app: Flask) -> None:
    gate = hashing.Gate(1, 0)
    for _ in range(3):
        with pytest.raises(ZeroDivisionError), gate.turn():
            divmod(1, 0)
    with gate.turn():
        assert gate.free == 0


def test_what_is_counted_beforehand_is_given_back(app: Flask) -> None:
    for _ in range(20):
        registry.count("2/hour", "tests.thing", "somebody")
        registry.uncount("2/hour", "tests.thing", "somebody")
    registry.count("2/hour", "tests.thing", "somebody")
    registry.count("2/hour", "tests.thing", "somebody")
    with pytest.raises(TooMany):
        registry.count("2/hour", "tests.thing", "somebody")
