"""Output tokens: read-only, of one session, and of nothing else; guessed, reused, revoked."""

import uuid

import pytest
from flask import Flask

from inquiry.accounts import queries as accounts
from inquiry.core.db import reading
from inquiry.core.extensions import socketio
from inquiry.dispatch import registry
from inquiry.errors import BeyondToken, TokenRefused
from inquiry.graphics import queries, refusals, watch
from inquiry.graphics.commands import outputs
from inquiry.graphics.models import Output
from inquiry.permissions import ANYWHERE, PERMISSIONS, Actor, Scope, allows, require
from inquiry.realtime import fanout, screens, ticks
from inquiry.realtime.views import View, patch, whole
from tests.graphics.conftest import Desk, Layer, do
from tests.support.application import Say
from tests.support.replay import nothing_changes, replaying


def page_of(desk: Desk) -> tuple[int, str, Actor]:
    output, token = desk.output()
    return output.id, token, queries.of_output(output, "192.0.2.9")


def known(app: Flask, token: str) -> Actor:
    headers = {"Authorization": f"Bearer {token}"}
    with app.test_request_context("/live/1/snapshot/output", headers=headers), reading() as db:
        return accounts.identify(db)


def test_an_output_is_made_renewed_and_revoked_and_its_token_kept_as_a_fingerprint(app: Flask, desk: Desk) -> None:
    with replaying(desk.session):
        number, token, _page = page_of(desk)
        with reading() as db:
            assert token not in str(vars(db.get_one(Output, number)))
        assert known(app, token).grant is not None
        _output, fresh = do(outputs.renew_output, desk.director, number)
        with pytest.raises(TokenRefused):
            known(app, token)
        assert known(app, fresh).grant is not None
        do(outputs.identify_output, desk.director, number)
        do(outputs.reload_output, desk.director, number)
        do(outputs.revoke_output, desk.director, number)
    for one in (token, fresh, "out_", "out_" + "A" * 32, "inq_" + fresh[4:]):
        with pytest.raises(TokenRefused):
            known(app, one)
    with nothing_changes(), pytest.raises(refusals.OutputRevoked):
        do(outputs.identify_output, desk.director, number)
    assert desk.rows("output") == []


def test_a_new_address_cuts_the_old_one_off_in_the_processes_that_did_not_give_it(app: Flask, desk: Desk) -> None:
    """Sockets that another process cannot cut: the watcher here finds that their token is not the output's any more."""
    number, _token, old = page_of(desk)
    other, _token, good = page_of(desk)
    rooms = [one.grant.bearer for one in (old, good) if one.grant is not None]
    renewed, _fresh = do(outputs.renew_output, desk.director, number)
    fresh = queries.of_output(renewed, "192.0.2.9").grant
    assert fresh is not None
    sockets = [socketio.server.manager.connect(uuid.uuid4().hex, "/") for _ in range(3)]
    for sid, room in zip(sockets, (*rooms, fresh.bearer), strict=True):
        fanout.enter(sid, room)
    assert watch.cut_revoked(app) == {rooms[0]}
    assert [fanout.count(room) for room in (*rooms, fresh.bearer)] == [0, 1, 1]
    do(outputs.revoke_output, desk.director, other)
    assert [fanout.count(room) for room in (*rooms, fresh.bearer)] == [0, 0, 1]
    for sid in sockets:
        socketio.server.manager.disconnect(sid, "/")


def test_an_output_may_follow_what_is_on_air_in_its_session_and_nothing_else(desk: Desk) -> None:
    _number, _token, page = page_of(desk)
    own, other = Scope(session_id=desk.session), Scope(session_id=desk.evening.plan(title="另一场"))
    assert allows(page, "read.output", own)
    assert allows(page, "graphics.report_output", own)
    assert allows(page, "media.see_film", own)
    for scope in (own, other, ANYWHERE):
        for command in PERMISSIONS:
            if command in ("read.output", "graphics.report_output", "media.see_film") and scope is not other:
                continue
            assert not allows(page, command, scope), command
            with pytest.raises(BeyondToken):
                require(page, command, scope)


def test_an_output_that_sends_commands_or_asks_for_more_is_refused_and_nothing_changes(desk: Desk, say: Say) -> None:
    _number, _token, page = page_of(desk)
    session, other = desk.session, desk.evening.plan(title="另一场")
    report = {"page": "page-0001", "layers": {}, "fps": 50, "width": 1, "height": 1, "build": "", "visible": True}
    asked: list[tuple[str, dict[str, object]]] = [
        ("graphics.panic", {"session": session}),
        ("graphics.take", {"session": session, "layer": "logo"}),
        ("graphics.see_filled", {"session": session}),
        ("graphics.report_output", {"session": other, **report}),
        ("media.see_film", {"session": other}),
        ("live.rows", {"session": session, "of": "question", "ids": [1], "view": "output"}),
        ("live.rows", {"session": session, "of": "graphiccard", "ids": [1], "view": "staff"}),
        ("live.next_page", {"session": session, "of": "question", "window": "waiting", "after": 0, "most": 5,
                            "view": "output"}),
        ("live.report_screen", {"session": session, "screen": "screen-0001"}),
        ("questions.ask", {"session": session, "text": "能问吗？"}),
        ("questions.listing", {"session": session}),
        ("live.find_session", {"code": desk.evening.row.code}),
    ]  # fmt: skip
    with nothing_changes():
        for name, fields in asked:
            assert say(page, name, **fields)["error"]["code"] == "BEYOND_TOKEN", name
    assert say(page, "graphics.report_output", session=session, **report)["ok"]
    assert {one.name for one in registry.every() if one.name.startswith("graphics.")} >= {"graphics.take"}


def test_its_view_holds_what_is_on_air_and_no_word_of_anything_else(desk: Desk) -> None:
    waiting = desk.evening.ask("谁也没有审核过的话")
    desk.prepare(content={"name": "还没有上过屏的人"})
    desk.take(desk.prepare())
    desk.output()
    with reading() as db:
        held = whole(db, desk.session, View.OUTPUT)
        about = [f"question:{waiting}", "graphiccard:1", f"pledge:{desk.promise.id}", "unit:1", "item:1"]
        assert patch(db, about, View.OUTPUT) == {}
        told = ticks.compose(db, desk.session, set(), View.OUTPUT)
    assert set(held) <= {"session", "slot", "timer", "onairlayer", "output"}
    assert "没有" not in str(held)
    assert set(told) == {"session", "now", "viewers", "view", "streams"}
    assert set(held["onairlayer"]["1"] or {}) == {"id", "layer", "content", "revision", "taken", "is_cut"}
    with reading() as db:
        public = whole(db, desk.session, View.PUBLIC)
    assert not any(public.get(name) for name in ("onairlayer", "output", "graphiccard"))


def test_what_outputs_say_of_themselves_reaches_the_crew_alone(desk: Desk, say: Say) -> None:
    number, _token, page = page_of(desk)
    said = {"layers": {"logo": 3}, "fps": 49, "width": 1920, "height": 1080, "build": "abc", "visible": False}
    assert say(page, "graphics.report_output", session=desk.session, page="page-0001", **said)["ok"]
    with reading() as db:
        told = {view: ticks.compose(db, desk.session, set(), view).get("outputs") for view in (View.STAFF, View.PUBLIC)}
    assert told == {View.STAFF: [said | {"page": "page-0001", "output": number}], View.PUBLIC: None}
    said["film"] = "mute"
    assert say(page, "graphics.report_output", session=desk.session, page="page-0001", **said)["ok"]
    with reading() as db:
        assert ticks.compose(db, desk.session, set(), View.STAFF)["outputs"][0]["film"] == "mute"
    for n in range(2 * screens.MOST_OUTPUTS):
        registry.forget_limits()
        say(page, "graphics.report_output", session=desk.session, page=f"invented-{n}", **said)
    assert len(screens.outputs(desk.session)) == screens.MOST_OUTPUTS


@pytest.mark.parametrize(
    "wrong",
    [{"layers": {"nonsense": 1}}, {"layers": {"logo": -1}}, {"fps": 1001}, {"width": 20001}, {"build": "x" * 21},
     {"page": "short"}, {"visible": "perhaps"}, {"film": "a word of its own"}, {"more": 1}],
)  # fmt: skip
def test_what_it_says_is_bounded(desk: Desk, say: Say, wrong: dict[str, object]) -> None:
    _number, _token, page = page_of(desk)
    said = {"page": "page-0001", "layers": {}, "fps": 50, "width": 1, "height": 1, "build": "", "visible": True}
    assert say(page, "graphics.report_output", session=desk.session, **said | wrong)["error"]["code"] == "BAD_INPUT"


def test_a_session_has_so_many_outputs_and_no_more(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outputs, "MOST_OUTPUTS", 1)
    desk.output("主输出", Layer.LOGO)
    assert desk.rows("output")[0]["layers"] == ["logo"]
    with nothing_changes(), pytest.raises(refusals.TooManyOutputs):
        desk.output()
