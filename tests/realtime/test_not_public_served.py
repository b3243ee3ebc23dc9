"""A meeting that is closed to the public, at a real server: who tries to hear it all the same."""

import time
from typing import Any

import pytest

from tests.support.people import MakePerson, Person

pytestmark = [pytest.mark.live, pytest.mark.shared_server]


def planned(host: Person, units: dict[str, int]) -> int:
    made = host.call(
        "live.create_session", kind="night_exam", title="夜考", starts_at="2026-12-01T20:00", planned_minutes=40,
        units=[units["城管局"]], closed_to_public=True,
    )  # fmt: skip
    return int(made["session"])


def begin(host: Person, units: dict[str, int], session: int) -> None:
    """Live, with somebody speaking."""
    host.call("live.go_live", session=session, planned_for="2026-12-01")
    item = host.call("live.add_item", session=session, kind="slot", title="陈述", planned_minutes=3)["item"]
    seen = host.call("questions.take_item", session=session, item=item, seen=0)["floor_rev"]
    host.call(
        "live.start_slot", session=session, seen=seen, unit=units["城管局"], speaker="陈述人", seconds=60
    )  # fmt: skip


def code_of(answer: dict[str, Any]) -> str:
    return "" if answer["ok"] else str(answer["error"]["code"])


def test_a_stranger_hears_nothing_and_whoever_signs_out_hears_no_more(
    person: MakePerson, units: dict[str, int]
) -> None:
    host, official, phone = person("host"), person("official"), person()
    session = planned(host, units)
    listening, polling, inside = phone.socket(), phone.socket(), official.socket()
    for one in (listening, polling):
        stood = one.call("follow", {"session": session})
        assert stood["ok"]
    place = {name: at["seq"] for name, at in stood["streams"].items()}
    assert inside.call("follow", {"session": session, "view": "internal"})["ok"]
    listening.wait_for(lambda: listening.ticks)

    begin(host, units, session)
    inside.wait_for_entry("live.slot_started")
    before = len(listening.ticks)
    time.sleep(2.5)  # longer than a heartbeat
    assert listening.entries == []
    assert len(listening.ticks) == before
    for view, seen, code in [
        ("public", place, "NOT_PUBLIC"), ("public", {}, "NOT_PUBLIC"), ("internal", place, "SIGNED_OUT"),
        ("staff", place, "SIGNED_OUT"), ("internal@public", place, "BAD_INPUT"),
        (f"session:{session}:public@internal", {}, "BAD_INPUT"),
    ]:  # fmt: skip
        asked = {"session": session, "view": view} | ({"seen": seen} if seen else {})
        assert code_of(polling.call("follow", asked)) == code, view
    assert phone.get(f"/live/{session}/snapshot").status_code == 403
    assert phone.get(f"/live/{session}/snapshot/internal").status_code == 401
    assert official.get(f"/live/{session}/snapshot/internal").status_code == 200

    official.sign_out()
    inside.wait_for(lambda: not inside.is_connected, seconds=6)
    again = official.socket()
    assert code_of(again.call("follow", {"session": session, "view": "internal", "seen": place})) == "SIGNED_OUT"
    assert code_of(again.call("follow", {"session": session, "seen": place})) == "NOT_PUBLIC"

    seen = host.get(f"/live/{session}/snapshot/staff").json()["state"]["session"][str(session)]["floor_rev"]
    host.call("responses.close_session", session=session, seen=seen)
    listening.wait_for_entry("live.session_closed")
    missed = listening.call("follow", {"session": session, "seen": place})["entries"]
    assert "live.slot_started" in [one["kind"] for one in missed]
    assert "陈述人" in str(missed)
