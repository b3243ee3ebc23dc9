"""A stage of many, and a Janus that is slow: whoever looks after the rooms comes back in time to take rights away."""

import json
import threading
import time
from collections import Counter
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

import pytest
from flask import current_app

from inquiry.accounts import queries as accounts
from inquiry.accounts.commands import people, sign_ins
from inquiry.dispatch.unit_of_work import unit_of_work
from inquiry.media.commands import stage
from inquiry.media.stage import LOOK_SECONDS, Stages
from inquiry.permissions import Actor, Role
from inquiry.settings import Settings
from tests.media.conftest import Evening, do
from tests.media.test_stage import OnStage
from tests.support.scenes import scene

LEADERS = 12
#: What Janus takes to answer: to look into every room once would take a quarter of a second.
SLOW_SECONDS = 0.02


class Slow(BaseHTTPRequestHandler):
    """Janus as it answers where everybody is there and everything is well."""

    asked: ClassVar[Counter[str]] = Counter()
    rooms: ClassVar[set[int]] = set()

    def do_POST(self) -> None:
        time.sleep(SLOW_SECONDS)
        said = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        body = said.get("body", {})
        self.asked[body.get("request", said["janus"])] += 1
        if body.get("request") == "create":
            self.rooms.add(body["room"])
        elif body.get("request") == "destroy":
            self.rooms.discard(body["room"])
        told = {"list": [], "participants": [{"id": 1, "publisher": True}]}
        answer = json.dumps({"janus": "success", "data": {"id": 1}, "plugindata": {"data": told}}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_told: object) -> None:
        """Nothing."""


@pytest.fixture
def janus() -> Iterator[str]:
    Slow.asked.clear()
    Slow.rooms.clear()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Slow)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}/janus"
    server.shutdown()
    server.server_close()


@pytest.fixture
@scene
def on_stage(evening: Evening) -> OnStage:
    return OnStage(evening)


def leaders() -> list[Actor]:
    with unit_of_work() as uow:
        found = []
        for number in range(LEADERS):
            user = people.add_person(
                uow, Actor(Role.ADMINISTRATOR), login=f"leader-{number}", name=f"Leader {number}", title="",
                role=Role.LEADER, unit_id=None, password_hash="-",
            )  # fmt: skip
            sign_ins.sign_in(uow, user.id, user.password_hash, "a browser")
            found.append(accounts.person(uow.db, user))
        return found


def test_a_slow_janus_is_asked_for_a_few_rooms_at_a_time(on_stage: OnStage, janus: str) -> None:
    there = [(one, on_stage.join(one)) for one in leaders()]
    here: Settings = current_app.config["INQUIRY"]
    stages = Stages(Settings.from_environment({
        "INQUIRY_DATA_DIR": str(here.data_dir), "INQUIRY_JANUS": janus, "INQUIRY_JANUS_SOCKET": "ws://127.0.0.1:8188",
        "INQUIRY_JANUS_SECRET": "s" * 32, "INQUIRY_JANUS_ADMIN_KEY": "k" * 32,
    }))  # fmt: skip
    stages.turn()
    assert len(Slow.rooms) == LEADERS, "nobody new waits for the next look"
    assert all(stages.feed(publisher) for _actor, publisher in there)
    time.sleep(LOOK_SECONDS)
    looks: list[int] = []
    while sum(looks) < LEADERS and len(looks) < 4 * LEADERS:
        Slow.asked.clear()
        stages.turn()
        looks.append(Slow.asked["listparticipants"])
    assert max(looks) <= LEADERS // 3, looks
    assert sum(looks) >= LEADERS, "and everybody is looked after in turn"
    do(stage.leave_stage, there[0][0], there[0][1].id)
    stages.turn()
    assert len(Slow.rooms) == LEADERS - 1
