"""Who is reading is one value: a new kind of reader is declared in a line, and what it is told says whose it is."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask_socketio import SocketIOTestClient

from inquiry.core.db import reading
from inquiry.core.extensions import socketio
from inquiry.live.commands import preparation
from inquiry.permissions import PERMISSIONS, answerable
from inquiry.realtime import snapshots, ticks, views
from inquiry.realtime.views import View
from inquiry.trace.streams import Access
from tests.questions.conftest import Clock, Floor, clock, do, floor

__all__ = ["Clock", "clock", "floor"]


@pytest.fixture
def units_own(monkeypatch: pytest.MonkeyPatch) -> str:
    """A view that nobody has yet: an official's own unit's."""
    monkeypatch.setitem(PERMISSIONS, "read.unit", answerable)
    monkeypatch.setattr(views, "_kinds", dict(views._kinds))
    views.kind("unit", "read.unit", Access.PUBLIC, of_unit=True)
    return "unit"


@pytest.fixture
def socket(app: Flask, floor: Floor) -> Iterator[SocketIOTestClient]:
    client = SocketIOTestClient(app, socketio)
    yield client
    if client.is_connected():
        client.disconnect()


def told(socket: SocketIOTestClient, kind: str) -> list[dict[str, Any]]:
    return [one["args"][0] for one in socket.get_received() if one["name"] == kind]


@pytest.mark.parametrize("name", ["public", "staff"])
def test_what_is_printed_is_read_back_as_the_same(name: str) -> None:
    assert str(View.parse(name)) == name


@pytest.mark.parametrize("name", ["", "unit", "unit:", "unit:07", "unit:x", "public:", "public:3", "nobody", "a" * 999])
def test_nothing_else_is_a_view(units_own: str, name: str) -> None:
    with pytest.raises(ValueError, match="no view has the name"):
        View.parse(name)
    assert str(View.parse(f"{units_own}:7")) == "unit:7"


@pytest.mark.usefixtures("units_own")
def test_a_kind_of_reader_declared_in_a_line_follows_like_the_others(floor: Floor, socket: SocketIOTestClient) -> None:
    unit = floor.city.city_management.id
    view = View.parse(f"unit:{unit}")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("inquiry.web.sockets.identify", lambda _db: floor.city.official_of(floor.city.city_management))
        answer = socket.emit("follow", {"session": floor.session, "view": str(view)}, callback=True)
        refused = socket.emit("follow", {"session": floor.session, "view": f"unit:{unit + 1}"}, callback=True)
    assert answer["ok"], answer
    assert refused["error"]["code"] == "FORBIDDEN", "another unit's is not one's own"
    do(preparation.close_intake, floor.host, floor.session)
    (entry,) = told(socket, "entry")
    assert (entry["view"], entry["kind"]) == (str(view), "live.intake_closed")
    ticks.touch(floor.session)
    ticks.beat(1e9)
    (tick,) = told(socket, "tick")
    assert tick["view"] == str(view)
    shot = snapshots.of(floor.session, view)
    assert f'"view":"{view}"'.encode() in shot.rest
    with reading() as db:
        assert shot.state == views.whole(db, floor.session, view)


def test_two_readings_on_one_socket_say_which_is_which(floor: Floor, socket: SocketIOTestClient) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("inquiry.web.sockets.identify", lambda _db: floor.host)
        for name in ("public", "staff"):
            assert socket.emit("follow", {"session": floor.session, "view": name}, callback=True)["ok"]
    do(preparation.close_intake, floor.host, floor.session)
    assert sorted(entry["view"] for entry in told(socket, "entry")) == ["public", "staff"]
    ticks.touch(floor.session)
    ticks.beat(1e9)
    bodies = {tick["view"]: tick for tick in told(socket, "tick")}
    assert bodies.keys() == {"public", "staff"}
    assert "holds" in bodies["staff"]
    assert "holds" not in bodies["public"]
    assert socket.emit("leave", {"session": floor.session}, callback=True)["ok"]
    ticks.touch(floor.session)
    ticks.beat(2e9)
    assert told(socket, "tick") == []
