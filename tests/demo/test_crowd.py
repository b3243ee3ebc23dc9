"""The crowd plays at a real server, through its public doors, and is refused nothing but haste."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from inquiry.core.text import clean
from inquiry.demo.crew import subject_of
from inquiry.demo.crowd import play
from inquiry.demo.crowd_lines import AGAIN, ASKERS, DISPUTES, FOLLOW_UPS, OTHER_ANSWERS, SUBJECTS
from inquiry.demo.crowd_words import Words
from inquiry.demo.stage import Stage, live_session
from inquiry.demo.visitor import Visitor
from inquiry.pledges.rules import missing
from inquiry.responses.models import ResponseKind
from tests.demo.conftest import Programme
from tests.support.processes import tied
from tests.support.server import ROOT, Server, StartServer


@pytest.fixture
def demo_server(start_server: StartServer, told: Programme, tmp_path: Path) -> Server:
    """A server with the demo's programme in it."""
    file = shutil.copyfile(told.file, tmp_path / "inquiry.sqlite")
    return start_server(f"sqlite:///{file}", data_dir=tmp_path)


def tidy(server: Server, kind: str = "inquiry") -> None:
    """The evening goes on, nobody speaks, nothing that was on air lacks its answer."""
    session = live_session(Visitor(server.url), kind)
    assert session is not None
    assert session["floor_item"] is None
    visitor = Visitor(server.url)
    state = visitor.get_json(f"/live/{session['id']}/snapshot")["state"]
    assert [one for one in state["slot"].values() if one["ended_at"] is None] == []
    aired = {one["id"] for one in state["question"].values()}
    assert aired <= {one["question"] for one in state["response"].values()}


@pytest.mark.live
def test_an_evening_is_played_without_an_unexpected_refusal(demo_server: Server) -> None:
    said: list[str] = []
    played = play(demo_server.url, 25 / 60, 10, 7, said.append)
    assert played.unexpected == {}, said
    for what in ("asked", "supported", "moderated", "aired", "answered", "pledged"):
        assert played.done[what] > 0, what
    assert any(re.match(r"\d\d:\d\d:\d\d ", line) for line in said)
    tidy(demo_server)
    verified = subprocess.run(
        [sys.executable, "-m", "inquiry.cli", "trace", "verify"], cwd=ROOT, env=demo_server.environment,
        capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert verified.returncode == 0, verified.stderr


@pytest.mark.live
def test_a_night_exam_is_played_without_an_unexpected_refusal(demo_server: Server) -> None:
    said: list[str] = []
    played = play(demo_server.url, 25 / 60, 10, 7, said.append, "night_exam")
    assert played.unexpected == {}, said
    for what in ("slots", "pledged", "present"):
        assert played.done[what] > 0, (what, said)
    tidy(demo_server, "night_exam")


@pytest.mark.live
def test_ctrl_c_leaves_the_floor_in_order(demo_server: Server) -> None:
    command = [sys.executable, "-m", "inquiry.cli", "demo", "crowd", "--url", demo_server.url, "--people", "4"]
    environment = os.environ | {"LC_ALL": "zh_CN.UTF-8", "PYTHONUNBUFFERED": "1"}
    playing = subprocess.Popen(
        tied(command), cwd=ROOT, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    assert playing.stdout is not None
    heard = [playing.stdout.readline() for _ in range(2)]  # what begins, and then something of the evening itself
    playing.send_signal(signal.SIGINT)
    said = "".join([*heard, playing.communicate(timeout=240)[0]])
    assert playing.returncode == 0, said
    assert "正在收场" in said
    assert "收场：" in said
    tidy(demo_server)


@pytest.mark.live
def test_the_stage_keeps_up_with_the_snapshot(demo_server: Server) -> None:
    """The client of the crowd follows as docs/protocol.md says: what it keeps is what a fresh snapshot says."""
    session = live_session(Visitor(demo_server.url))
    assert session is not None
    stage = Stage(demo_server.url, session["id"])
    stage.visitor.sign_in("host", "yunting-demo")
    stage.visitor.connect()
    stage.follow()
    press = {"session": session["id"], "seen": session["floor_rev"]}
    assert stage.visitor.press("live.end_slot", **press)["ok"]
    end = time.monotonic() + 5
    while stage.slot is not None and time.monotonic() < end:
        time.sleep(0.05)
    fresh = stage.visitor.get_json(f"/live/{session['id']}/snapshot/staff")
    assert fresh is not None
    assert stage.slot is None
    assert stage.session == fresh["state"]["session"][str(session["id"])]
    assert stage.rows("slot") == sorted(fresh["state"]["slot"].values(), key=lambda row: row["id"])
    stage.visitor.leave()


@pytest.mark.live
def test_without_a_live_session_it_says_what_to_do(server: Server) -> None:
    with pytest.raises(SystemExit, match="make demo"):
        play(server.url, 1, 1, 1, lambda _line: None)


def test_without_a_server_it_says_so() -> None:
    with pytest.raises(SystemExit, match="cannot be reached"):
        play("http://127.0.0.1:9", 1, 1, 1, lambda _line: None)


def test_what_is_asked_is_known_by_its_subject() -> None:
    for subject in SUBJECTS:
        assert [subject_of(wording) for wording in subject.wordings] == [subject.key] * len(subject.wordings)
    assert {subject_of(line) for line in FOLLOW_UPS} == {""}


def test_what_officials_say_to_anything_else_fits_the_field() -> None:
    for answer in OTHER_ANSWERS:
        assert ResponseKind(answer.kind)
        assert clean(answer.text) == answer.text
        for pledge in answer.pledges:
            elements = {"action": pledge.action, "object": pledge.object, "officer": pledge.officer, "lead_unit": 1}
            lacking = missing(elements | {"due_on": pledge.due_in})
            assert (answer.kind == "specific_commitment") == (not lacking)
    assert all(clean(words) == words for words in (*DISPUTES, *AGAIN, *ASKERS))


@pytest.mark.parametrize(("lang", "begins"), [("zh_CN.UTF-8", "手机"), ("en_US.UTF-8", "phones"), ("C", "phones")])
def test_progress_is_told_in_the_terminals_language(lang: str, begins: str) -> None:
    numbers = dict.fromkeys(("phones", "received", "waiting", "approved", "merged", "refused", "supports"), 1)
    assert Words({"LANG": lang}).say("status", **numbers, floor="").startswith(begins)
