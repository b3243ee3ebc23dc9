"""What reaches a socket of a real server: who may listen, in what order, and how somebody who was away catches up."""

import time
from typing import Any

import pytest

from tests.support.people import MakePerson
from tests.support.server import Server

pytestmark = [pytest.mark.live, pytest.mark.shared_server]


def a_live_session(host: Any, units: dict[str, int]) -> dict[str, Any]:
    """A session on air with one slot item on the floor."""
    made: dict[str, Any] = host.call(
        "live.create_session", kind="inquiry", title="市容问政", starts_at="2026-12-01T20:00", planned_minutes=40,
        units=[units["城管局"]],
    )  # fmt: skip
    host.call("live.go_live", session=made["session"], planned_for="2026-12-01")
    item = host.call("live.add_item", session=made["session"], kind="slot", title="陈述", planned_minutes=3)["item"]
    made["seen"] = host.call("questions.take_item", session=made["session"], item=item, seen=0)["floor_rev"]
    return made


def start(host: Any, units: dict[str, int], made: dict[str, Any], seconds: int = 60) -> dict[str, Any]:
    answer: dict[str, Any] = host.call(
        "live.start_slot", session=made["session"], seen=made["seen"], unit=units["城管局"], speaker="陈述人",
        seconds=seconds,
    )  # fmt: skip
    made["seen"] = answer["floor_rev"]
    return answer


def test_a_viewer_is_told_every_step_in_order(person: MakePerson, units: dict[str, int]) -> None:
    host = person("host")
    made = a_live_session(host, units)
    viewer = person().socket()
    followed = viewer.call("follow", {"session": made["session"]})
    assert followed["entries"] is None
    stream = f"session:{made['session']}:public"
    seq = followed["streams"][stream]["seq"]
    start(host, units, made)
    host.call("live.pause_slot", session=made["session"], seen=made["seen"])
    host.call("live.resume_slot", session=made["session"], seen=made["seen"] + 1)
    viewer.wait_for(lambda: len(viewer.entries) == 3)
    assert [entry["kind"] for entry in viewer.entries] == ["live.slot_started", "live.slot_paused", "live.slot_resumed"]
    assert [entry["seq"] for entry in viewer.entries] == [seq + 1, seq + 2, seq + 3]
    snapshot = person().get(f"/live/{made['session']}/snapshot").json()
    assert snapshot["streams"][stream] == {"seq": seq + 3, "hash": viewer.entries[-1]["hash"]}


def test_ticks_beat_even_when_nothing_happens(person: MakePerson, units: dict[str, int]) -> None:
    made = a_live_session(person("host"), units)
    viewer = person().socket()
    viewer.call("follow", {"session": made["session"]})
    viewer.wait_for(lambda: len(viewer.ticks) >= 2, seconds=6)
    tick = viewer.ticks[-1]
    assert tick["session"] == made["session"]
    assert tick["viewers"] == 1
    assert abs(tick["now"] / 1000 - time.time()) < 5
    assert set(tick["streams"]) == {f"session:{made['session']}:public"}


def test_somebody_who_was_away_gets_what_was_missed(person: MakePerson, units: dict[str, int]) -> None:
    host = person("host")
    made = a_live_session(host, units)
    stream = f"session:{made['session']}:public"
    seen = person().socket().call("follow", {"session": made["session"]})["streams"][stream]["seq"]
    start(host, units, made)
    host.call("live.end_slot", session=made["session"], seen=made["seen"])
    back = person().socket().call("follow", {"session": made["session"], "seen": {stream: seen}})
    assert [entry["kind"] for entry in back["entries"]] == ["live.slot_started", "live.slot_ended"]
    assert [entry["seq"] for entry in back["entries"]] == [seen + 1, seen + 2]


@pytest.mark.parametrize("seen", [999, -1])
def test_a_number_of_another_history_calls_for_a_snapshot(person: MakePerson, units: dict[str, int], seen: int) -> None:
    made = a_live_session(person("host"), units)
    stream = f"session:{made['session']}:public"
    answer = person().socket().call("follow", {"session": made["session"], "seen": {stream: seen}})
    assert answer["ok"]
    assert answer["entries"] is None


def test_the_staffs_view_is_for_the_crew(person: MakePerson, units: dict[str, int]) -> None:
    made = a_live_session(person("host"), units)
    follow = {"session": made["session"], "view": "staff"}
    assert person().socket().call("follow", follow)["error"]["code"] == "SIGNED_OUT"
    assert person("official").socket().call("follow", follow)["error"]["code"] == "FORBIDDEN"
    moderator = person("moderator")
    assert moderator.socket().call("follow", follow)["ok"]
    kept = moderator.get(f"/live/{made['session']}/snapshot/staff").headers["Cache-Control"]
    assert kept == "private, no-store"
    assert person().get(f"/live/{made['session']}/snapshot/staff").status_code == 401
    assert person("official").get(f"/live/{made['session']}/snapshot/staff").status_code == 403


def test_nothing_is_heard_before_following(person: MakePerson, units: dict[str, int]) -> None:
    host = person("host")
    made = a_live_session(host, units)
    silent, listening = person().socket(), person().socket()
    listening.call("follow", {"session": made["session"]})
    start(host, units, made)
    listening.wait_for(lambda: listening.entries and listening.ticks)
    assert silent.entries == []
    assert silent.ticks == []


def test_a_revoked_sign_in_is_cut_off_at_once(person: MakePerson, units: dict[str, int]) -> None:
    host = person("host")
    made = a_live_session(host, units)
    moderator = person("moderator")
    desk = moderator.socket()
    assert desk.call("follow", {"session": made["session"], "view": "staff"})["ok"]
    moderator.sign_out()
    desk.wait_for(lambda: not desk.is_connected, seconds=5)


def test_nobody_outlives_a_revoked_sign_in_by_pretending_to_leave(person: MakePerson, units: dict[str, int]) -> None:
    made = a_live_session(person("host"), units)
    moderator = person("moderator")
    desk = moderator.socket()
    assert desk.call("follow", {"session": made["session"], "view": "staff"})["ok"]
    assert desk.call("disconnect", {})["error"]["code"] == "UNKNOWN_COMMAND"
    moderator.sign_out()
    desk.wait_for(lambda: not desk.is_connected, seconds=5)


def test_a_role_is_asked_for_at_every_event(person: MakePerson, units: dict[str, int]) -> None:
    made = a_live_session(person("host"), units)
    phone = person().socket()
    answer = phone.call(
        "live.start_slot", {"session": made["session"], "seen": 1, "unit": 1, "speaker": "X", "seconds": 5}
    )
    assert answer["error"]["code"] == "SIGNED_OUT"


def test_time_is_called_by_the_server_itself(person: MakePerson, units: dict[str, int]) -> None:
    host = person("host")
    made = a_live_session(host, units)
    viewer = person().socket()
    viewer.call("follow", {"session": made["session"]})
    start(host, units, made, seconds=1)
    called = viewer.wait_for_entry("live.time_called", seconds=5)
    assert called["by"]["role"] == "system"


def test_a_killed_server_comes_back_with_the_same_running_slot(
    server: Server, person: MakePerson, units: dict[str, int]
) -> None:
    """kill -9 in mid-slot: after the restart the time left is what it would have been, to half a second."""
    host = person("host")
    made = a_live_session(host, units)
    slot = str(start(host, units, made, seconds=120)["slot"])
    before = time.time()
    row = host.get(f"/live/{made['session']}/snapshot").json()["state"]["slot"][slot]
    server.kill()
    server.start()
    after = host.get(f"/live/{made['session']}/snapshot").json()
    assert after["state"]["slot"][slot] == row
    used = after["now"] / 1000 - after["state"]["slot"][slot]["started_at"] / 1000
    assert used == pytest.approx(time.time() - before, abs=0.5)
