"""A rehearsal beside the work of the city: what is closed or withdrawn outside leaves it, and it lends nothing away."""

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select

from inquiry.accounts.commands import tokens
from inquiry.core.db import reading
from inquiry.dispatch.idempotency import CompletedCommand
from inquiry.dispatch.unit_of_work import unit_of_work
from inquiry.errors import StaysInRehearsal
from inquiry.graphics import queries as graphics
from inquiry.graphics.commands import air, cards, outputs
from inquiry.graphics.models import Layer
from inquiry.live import queries
from inquiry.live.commands import clearing, floor, preparation, rundown, slots
from inquiry.live.models import ItemKind
from inquiry.permissions import Role
from inquiry.pledges import pictures
from inquiry.pledges.commands import withdrawing
from inquiry.pledges.models import Evidence, EvidenceKind, Pledge
from inquiry.questions.commands import closing_words, moderation
from inquiry.questions.models import Question, QuestionState, RefusalReason
from inquiry.realtime import session_cache, snapshots
from inquiry.realtime.views import View
from inquiry.responses.models import ResponseKind
from inquiry.results.models import Actual, Indicator
from inquiry.settings import settings
from inquiry.trace import queries as trace
from tests.live.conftest import Clock, clock
from tests.pledges.conftest import Promise
from tests.responses.conftest import EIGHT
from tests.support.application import Say
from tests.support.replay import nothing_changes
from tests.surfaces.conftest import do
from tests.surfaces.test_rehearsal import Rehearsed, rehearsed

__all__ = ["Clock", "clock", "rehearsed"]


def promised_elsewhere(one: Rehearsed) -> int:
    """A real pledge, of another session."""
    real, one.session = one.session, one.other
    do(preparation.go_live, one.host, one.other, EIGHT.date())
    asked = one.put(one.approved(text="另一场的真实问题", phone=one.phone))
    one.clear()
    answer = one.record(asked, kind=ResponseKind.SPECIFIC_COMMITMENT, text="明年修好。", speaker="林知远")
    promise = object.__new__(Promise)
    promise.evening, promise.city, promise.clerk, promise.response = one, one.city, one.clerk, answer.id
    pledge = promise.record(spoken="真的承诺", action="修好", due_on=date(2026, 12, 18)).id
    one.session = real
    return pledge


def test_a_pledge_is_withdrawn_though_it_is_on_air_in_a_rehearsal(rehearsed: Rehearsed) -> None:
    pledge = promised_elsewhere(rehearsed)
    rehearsed.rehearse().begin()
    card = do(cards.prepare_card, rehearsed.host, rehearsed.session, Layer.EARLIER_PLEDGE, pledge_id=pledge)
    do(air.take_card, rehearsed.host, rehearsed.session, card.id, None, None)
    with reading() as db:
        rev = db.get_one(Pledge, pledge).rev
    do(withdrawing.withdraw_pledge, rehearsed.city.person(Role.STAFF), pledge, rev, "含个人信息")
    with reading() as db:
        assert graphics.shown(db, rehearsed.session) == []


def test_a_question_that_is_refused_is_not_rehearsed_any_more(rehearsed: Rehearsed) -> None:
    rehearsed.rehearse().begin().put(rehearsed.before)
    do(air.take_from_floor, rehearsed.host, rehearsed.session, Layer.QUESTION_CARD, None, _digest(rehearsed))
    asked = rehearsed.question(rehearsed.asked)
    do(moderation.refuse, rehearsed.moderator, asked.id, asked.rev, RefusalReason.ABUSIVE, "")
    assert rehearsed.question(rehearsed.before).approved_at is None
    with reading() as db:
        assert graphics.shown(db, rehearsed.session) == []
        assert not [one for one in queries.rundown(db, rehearsed.session) if asked.text[:4] in one.title]


def _digest(one: Rehearsed) -> str:
    with reading() as db:
        found: str = graphics.filled(db, queries.session(db, one.session))[Layer.QUESTION_CARD.value]["digest"]
    return found


def test_words_that_are_withdrawn_are_withdrawn_from_it_too(rehearsed: Rehearsed, clock: Clock) -> None:
    rehearsed.rehearse()
    real, rehearsed.session = rehearsed.session, rehearsed.real
    with unit_of_work() as uow:  # put by the session before, say: closed words are those of what was on air
        asked = uow.lock(Question, rehearsed.asked)
        asked.state = QuestionState.AIRED
    asked_rev = rehearsed.question(rehearsed.asked).rev
    staff = rehearsed.city.person(Role.STAFF)
    do(closing_words.withdraw_words, staff, rehearsed.asked, asked_rev, "含个人住址")
    rehearsed.session = real
    assert rehearsed.question(rehearsed.before).approved_at is None


def test_an_output_that_is_lent_is_neither_revoked_nor_renewed(rehearsed: Rehearsed, clock: Clock) -> None:
    rehearsed.rehearse()
    clock.forward(minutes=1)
    own, _token = do(outputs.make_output, rehearsed.host, rehearsed.session, "只为彩排", [])
    for verb in (outputs.revoke_output, outputs.renew_output):
        with nothing_changes(), pytest.raises(StaysInRehearsal):
            do(verb, rehearsed.host, rehearsed.output.id)
    do(outputs.renew_output, rehearsed.host, own.id)
    do(outputs.revoke_output, rehearsed.host, own.id)


def test_what_is_known_of_one_is_not_told_of_the_next(rehearsed: Rehearsed) -> None:
    """SQLite gives its number again; nothing of the first may be taken for the second's."""
    rehearsed.rehearse()
    first = rehearsed.session
    snapshots.of(first, View.STAFF)
    rehearsed.begin()
    rehearsed.clear_away()
    assert session_cache.positions(first, View.STAFF) is None
    rehearsed.rehearse()
    row = snapshots.of(rehearsed.session, View.STAFF).state["session"][str(rehearsed.session)]
    assert row["state"] == "planned"


def test_the_answers_that_were_kept_for_its_keys_go_with_it(rehearsed: Rehearsed, clock: Clock, say: Say) -> None:
    made = say(rehearsed.host, "live.rehearse_session", session=rehearsed.real, client_id="a key of the press")
    clock.forward(seconds=3)
    with unit_of_work() as uow:  # the key is claimed before the session is there
        uow.db.get_one(CompletedCommand, ("a key of the press", f"user:{rehearsed.host.user_id}")).at = EIGHT
    asked = {"session": made["session"], "text": "彩排里的提问提问", "client_id": "a key of the asker"}
    assert say(rehearsed.guest, "questions.ask", **asked)["ok"]
    do(clearing.clear_rehearsal, rehearsed.host, made["session"])
    with reading() as db:
        assert [one.key for one in db.scalars(select(CompletedCommand))] == []
    again = say(rehearsed.host, "live.rehearse_session", session=rehearsed.real, client_id="a key of the press")
    assert again["ok"]


def test_a_token_that_was_made_for_it_ends_with_it_and_both_are_told(rehearsed: Rehearsed) -> None:
    rehearsed.rehearse()
    with unit_of_work() as uow:
        tokens.make_token(
            uow, rehearsed.host, rehearsed.host, name="按钮", commands=["live.end_slot"],
            session_id=rehearsed.session, unit_id=None, days=3,
        )  # fmt: skip
    rehearsed.clear_away()
    with reading() as db:
        told = [one.kind for one in trace.since(db, "city", 0)][-2:]
    assert told == ["accounts.token_made", "accounts.token_revoked"]


def test_who_was_announced_in_it_is_not_announced_so_elsewhere(rehearsed: Rehearsed) -> None:
    rehearsed.rehearse().begin()
    do(
        slots.start_slot, rehearsed.host, rehearsed.session, _on_floor(rehearsed, ItemKind.SLOT),
        unit_id=rehearsed.city.city_management.id, speaker="林知远", speaker_title="彩排里乱写的", seconds=60,
    )  # fmt: skip
    with reading() as db:
        assert queries.last_titles(db) == {}


def _on_floor(one: Rehearsed, kind: object) -> int:
    item = do(rundown.add_item, one.host, one.session, kind=kind, title="发言", planned_ms=60_000)
    do(floor.take_item, one.host, one.session, item.id, one.seen)
    return one.seen


def test_a_picture_that_proves_a_figure_stays(rehearsed: Rehearsed) -> None:
    name = "b" * 64 + ".jpg"
    path = pictures.path_of(name, settings().data_dir)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"picture")
    with unit_of_work() as uow:
        indicator = Indicator(code="LAMPS")
        uow.add(indicator)
        uow.add(Actual(
            indicator_id=indicator.id, unit_id=rehearsed.city.water.id, period="2026-10", value=Decimal(1), evidence="",
            picture=name, at=uow.now,
        ))  # fmt: skip
    rehearsed.rehearse().begin().happen()
    with unit_of_work() as uow:
        pledge = uow.db.scalars(select(Pledge).where(Pledge.session_id == rehearsed.session)).first()
        assert pledge is not None
        uow.add(Evidence(
            pledge_id=pledge.id, kind=EvidenceKind.PICTURE, picture=name, at=uow.now, by_id=rehearsed.official.user_id
        ))  # fmt: skip
    rehearsed.clear_away()
    assert path.exists()
