"""What waits for a moderator when a session ends can wait in another one, unseen by the public as before."""

import pytest

from inquiry.core.db import reading
from inquiry.core.fields import typed
from inquiry.errors import Refusal
from inquiry.live import queries as rundown
from inquiry.live.commands import preparation
from inquiry.questions.commands import moderation
from inquiry.questions.models import QuestionState
from inquiry.questions.queries import lookup
from inquiry.realtime import streams
from inquiry.realtime.views import View
from inquiry.responses.commands import closing
from inquiry.responses.rules import Wishes
from tests.responses.conftest import Evening, do
from tests.support.application import City, Say
from tests.support.replay import nothing_changes, replaying


def test_what_waits_can_wait_in_another_session(evening: Evening, city: City, say: Say) -> None:
    """Under a number of that one, still unseen by anybody outside; whoever asked is told where."""
    other, phone = evening.plan(city.housing.id, title="下一期"), evening.city.phone()
    waiting, beside = evening.ask(text="尚未审核的话", phone=phone), evening.ask()
    do(moderation.merge, evening.moderator, beside, 0, waiting)
    with replaying(evening.session) as here, replaying(other) as there:
        answer = say(
            evening.host, "responses.close_session", session=evening.session, seen=evening.seen, defer_waiting_to=other
        )
    assert {name: answer[name] for name in ("handed", "deferred", "waiting_deferred", "waiting")} == {
        "handed": 0, "deferred": 0, "waiting_deferred": 1, "waiting": 0,
    }  # fmt: skip
    assert (set(here), there) == ({"questions.deferred", "live.session_closed"}, ["questions.carried_over"])
    assert evening.question(waiting).state is QuestionState.DEFERRED
    with reading() as db:
        (copy,) = lookup.of_session(db, other, QuestionState)
        assert [lookup.fate(db, evening.question(one)).id for one in (waiting, beside)] == [copy.id, copy.id]
        public = str(streams.public_stream(other))
        assert "尚未审核的话" not in str(streams.missed(db, other, View.PUBLIC, {public: 0}))
    assert (copy.state, copy.approved_at, copy.number, copy.device_id) == (
        QuestionState.WAITING, None, 1, phone.device_id,
    )  # fmt: skip
    (mine,) = say(phone, "questions.mine", session=evening.session)["questions"]
    assert (mine["state"], mine["fate"]["state"], mine["fate"]["session"]) == ("deferred", "waiting", other)
    evening.approve(copy.id)
    assert evening.question(copy.id).state is QuestionState.APPROVED
    assert evening.question(waiting).approved_at is None


@pytest.mark.parametrize("target", ["itself", "closed", "missing"])
def test_what_waits_is_not_deferred_into_nowhere(evening: Evening, city: City, target: str) -> None:
    past = evening.plan(city.housing.id)
    do(preparation.go_live, evening.host, past)
    with reading() as db:
        seen = rundown.session(db, past).floor_rev
    do(closing.close_session, evening.host, past, seen)
    evening.ask()
    to = {"itself": evening.session, "closed": past, "missing": 999}[target]
    with nothing_changes(), pytest.raises(Refusal) as refused:
        do(closing.close_session, evening.host, evening.session, evening.seen, Wishes(defer_waiting_to=to))
    assert refused.value.code == ("NOT_FOUND" if target == "missing" else "NOT_ANOTHER_SESSION")


def test_a_session_that_is_called_off_passes_them_on_too(evening: Evening, city: City, say: Say) -> None:
    """By its form, which also says that it knows of them; those that are approved go where they are to go."""
    other, evening.session = evening.plan(city.housing.id, title="下一期"), evening.plan(city.housing.id)
    waiting, approved = evening.ask(), evening.approved(unit=city.housing.id)
    form = typed({
        "session": str(evening.session), "reason": "演播厅停电", "defer_rest_to": "", "unitless_to": "",
        "defer_waiting_to": str(other), "leave_waiting": "true",
    })  # fmt: skip
    answer = say(evening.host, "responses.call_off_session", **form)
    assert (answer["handed"], answer["waiting_deferred"], answer["waiting"]) == (1, 1, 0)
    assert evening.question(waiting).deferred_to_id == other
    assert evening.question(approved).state is QuestionState.HANDED
