"""A stage of many, and a Janus that is slow: whoever looks after the rooms comes back in time to take rights away."""

import json
import time
from collections import Counter
from dataclasses import replace

import pytest

from inquiry.accounts import queries as accounts
from inquiry.accounts.commands import people, sign_ins
from inquiry.dispatch.unit_of_work import unit_of_work
from inquiry.media.commands import stage
from inquiry.media.stage import LOOK_SECONDS, Stages
from inquiry.permissions import Actor, Role
from inquiry.settings import settings
from tests.media.conftest import Evening, do
from tests.media.test_stage import OnStage
from tests.support.media import Answers
from tests.support.scenes import scene

LEADERS = 12
#: What Janus takes to answer: to look into every room once would take a quarter of a second.
SLOW_SECONDS = 0.02


class Slow:
    """Janus as it answers where everybody is there and everything is well."""

    def __init__(self) -> None:
        self.asked: Counter[str] = Counter()
        self.rooms: set[int] = set()

    def answer(self, _path: str, body: bytes) -> str:
        time.sleep(SLOW_SECONDS)
        said = json.loads(body)
        wish = said.get("body", {})
        self.asked[wish.get("request", said["janus"])] += 1
        if wish.get("request") == "create":
            self.rooms.add(wish["room"])
        elif wish.get("request") == "destroy":
            self.rooms.discard(wish["room"])
        told = {"list": [], "participants": [{"id": 1, "publisher": True}]}
        return json.dumps({"janus": "success", "data": {"id": 1}, "plugindata": {"data": told}})


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


def test_a_slow_janus_is_asked_for_a_few_rooms_at_a_time(on_stage: OnStage) -> None:
    slow, there = Slow(), [(one, on_stage.join(one)) for one in leaders()]
    with Answers(slow.answer) as janus:
        stages = Stages(replace(settings(), janus=f"{janus.address}/janus"))
        stages.turn()
        assert len(slow.rooms) == LEADERS, "nobody new waits for the next look"
        assert all(stages.feed(publisher) for _actor, publisher in there)
        time.sleep(LOOK_SECONDS)
        looks: list[int] = []
        while sum(looks) < LEADERS and len(looks) < 4 * LEADERS:
            slow.asked.clear()
            stages.turn()
            looks.append(slow.asked["listparticipants"])
        assert max(looks) <= LEADERS // 3, looks
        assert sum(looks) >= LEADERS, "and everybody is looked after in turn"
        do(stage.leave_stage, there[0][0], there[0][1].id)
        stages.turn()
        assert len(slow.rooms) == LEADERS - 1
