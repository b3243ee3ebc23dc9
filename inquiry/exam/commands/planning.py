"""Planning a meeting: what decides who speaks, and the plan that follows from it."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete

from ...accounts.models import PeerGroup
from ...dispatch.unit_of_work import UnitOfWork
from ...errors import StaysInRehearsal
from ...live import queries as live
from ...live.commands import preparation, rundown
from ...live.models import AtZero, Item, ItemKind, Session, SessionKind
from ...permissions import Actor, require
from ...realtime.streams import public_stream
from ...results.commands.publishing import freeze_table
from ...results.refusals import NothingMeasured
from ...results.rules.digest import digest_of
from ...results.rules.periods import Period
from .. import events, refusals
from ..models import Exam, ExamChange, ExamPlan, ExamSlot
from ..queries import lookup
from ..queries import meeting as standing
from ..queries import silence as silent_heads
from ..queries import sources as tables
from ..rules import following, lengths, plan
from ..rules.policy import Pick

Json = dict[str, Any]

#: Of a session's title, in either language.
LONGEST_TITLE, LONGEST_TITLE_EN = 120, 160
SILENT = ("长期未发言负责人", "Heads who have long been silent")


def create_exam(
    uow: UnitOfWork,
    actor: Actor,
    *,
    title: str,
    theme: str,
    period: Period,
    starts_at: datetime,
    policy_id: int,
    title_en: str = "",
    theme_en: str = "",
    closed_to_public: bool = False,
) -> Exam:
    """Plan a meeting whose speakers the results of a theme and period decide. Raises UnknownName, NotFound."""
    require(actor, "exam.create_exam")
    tables.check_theme(uow.db, theme)
    return _put_exam(
        uow, actor, title=title, title_en=title_en, theme=theme, theme_en=theme_en, period=period, starts_at=starts_at,
        policy_id=policy_id, closed_to_public=closed_to_public,
    )  # fmt: skip


def _put_exam(
    uow: UnitOfWork, actor: Actor, *, title: str, title_en: str, theme: str, theme_en: str, period: Period,
    starts_at: datetime, policy_id: int, closed_to_public: bool,
) -> Exam:  # fmt: skip
    """The same, for a command that has asked who may."""
    policy = lookup.policy_by_id(uow.db, policy_id)
    session = preparation.put_session(
        uow, actor, kind=SessionKind.NIGHT_EXAM, title=title, title_en=title_en, theme=theme, theme_en=theme_en,
        starts_at=starts_at, planned_minutes=policy.minutes, closed_to_public=closed_to_public,
    )  # fmt: skip
    exam = Exam(id=session.id, theme=theme, period=str(period), policy_id=policy_id)
    uow.add(exam)
    uow.record(public_stream(session.id), events.EXAM_CREATED, actor, [exam], theme=theme, period=str(period))
    return exam


def draft_next(uow: UnitOfWork, actor: Actor, session_id: int) -> tuple[Exam, bool]:
    """Plan the meeting after one that has begun: the same policy and theme, the period after its, the same evening of
    the month. Who presses second finds the one that is there (False).

    Raises NotFound, NoExam, NotLive, NextHasPassed, StaysInRehearsal.
    """
    require(actor, "exam.draft_next")
    session = uow.lock(Session, session_id)  # two who press at once make one
    exam = lookup.exam(uow.db, session.id)
    standing.held(uow.db, session.id)
    if session.rehearsal_of_id is not None:
        raise StaysInRehearsal()
    found = lookup.next_of(uow.db, exam)
    if found is not None:
        return lookup.exam(uow.db, found.id), False
    period = Period.parse(exam.period)
    after = following.following(period)
    starts_at = lookup.next_at(session, exam)
    if starts_at <= uow.now:
        raise refusals.NextHasPassed(day=starts_at.date().isoformat())
    title = following.retitled(session.title, following.named(period), following.named(after), LONGEST_TITLE)
    title_en = following.retitled(session.title_en, str(period), str(after), LONGEST_TITLE_EN)
    made = _put_exam(
        uow, actor, title=title, title_en=title_en, theme=exam.theme, theme_en=session.theme_en, period=after,
        starts_at=starts_at, policy_id=exam.policy_id, closed_to_public=session.closed_to_public,
    )  # fmt: skip
    return made, True


def plan_slots(uow: UnitOfWork, actor: Actor, session_id: int) -> ExamPlan:
    """Publish the tables that are not yet, compute the plan, and make the rundown of it. A plan made before is
    replaced, with what was changed about it by hand.

    Raises NoExam, AlreadyLive, SessionClosed, UnknownName, NoTable, DoesNotFit.
    """
    require(actor, "exam.plan_slots")
    session = preparation.not_begun(uow, session_id)
    exam = lookup.exam(uow.db, session_id)
    policy, period = lookup.policy(uow.db, exam), Period.parse(exam.period)
    for group in tables.unpublished(uow.db, policy, exam.theme, period):
        _publish(uow, actor, exam, period, group)
    sources = tables.sources(uow.db, policy, exam.theme, period, lookup.day_of(session))
    contents = computed(sources)
    written = plan.sources_told(sources)
    made = ExamPlan(
        session_id=session.id, contents=contents, sources=written, digest=digest_of(written), at=uow.now,
        user_id=actor.user_id,
    )  # fmt: skip
    uow.add(made)
    _clear(uow, actor, session)
    slots = _lay_out(uow, actor, session, made)
    exam.plan_id, exam.silent = (
        made.id,
        silent_heads.will_be_silent(uow.db, made, policy.silent_after, lookup.day_of(session)),
    )
    preparation.invite(uow, session, [one["unit_id"] for one in contents["slots"]])
    uow.record(
        public_stream(session.id), events.PLAN_MADE, actor, [session, exam, *slots],
        count=len(slots), digest=made.digest,
    )  # fmt: skip
    return made


def computed(sources: plan.Sources) -> Json:
    """The plan, of which nothing is kept. Raises DoesNotFit."""
    try:
        return plan.plan(sources)
    except lengths.DoesNotFit as tight:
        raise refusals.DoesNotFit(seconds=tight.seconds) from None


def _publish(uow: UnitOfWork, actor: Actor, exam: Exam, period: Period, group: PeerGroup) -> None:
    try:
        freeze_table(uow, actor, exam.theme, period, group.id, "")
    except NothingMeasured as nothing:
        raise refusals.NoTable(period=str(period), group=group.name) from nothing


def _clear(uow: UnitOfWork, actor: Actor, session: Session) -> None:
    """Take the plan before out of the rundown; what was added to that by hand stays, behind the new one."""
    uow.db.execute(delete(ExamChange).where(ExamChange.session_id == session.id))
    uow.db.execute(delete(ExamSlot).where(ExamSlot.session_id == session.id))
    for item in live.rundown(uow.db, session.id):
        if item.by_plan:
            rundown.take_out(uow, actor, item)


def _lay_out(uow: UnitOfWork, actor: Actor, session: Session, made: ExamPlan) -> list[ExamSlot]:
    """The rundown: opening, the slots in their order, the heads who have long been silent, closing."""
    contents = made.contents
    lines: list[tuple[Item, Json | None]] = [(_address(plan.OPENING, contents["opening_s"]), None)]
    lines += [(_item(told), told) for told in contents["slots"]]
    lines += [(_silent_heads(), None), (_address(plan.CLOSING, contents["closing_s"]), None)]
    slots: list[ExamSlot] = []
    by_hand = next(iter(live.rundown(uow.db, session.id)), None)
    for item, told in lines:
        if not item.planned_ms and item.kind is ItemKind.ADDRESS:
            continue
        item.session_id, item.by_plan = session.id, True
        rundown.insert_item(uow, actor, session, item, by_hand)
        if told is not None:
            slots.append(_slot(session, made, item, told, len(slots) + 1))
    uow.add(*slots)
    return slots


def _address(titles: tuple[str, str], seconds: int) -> Item:
    return Item(kind=ItemKind.ADDRESS, title=titles[0], title_en=titles[1], planned_ms=seconds * 1000)


def _silent_heads() -> Item:
    """It takes none of the minutes that were shared out: who takes it spends the reserve."""
    return Item(kind=ItemKind.SILENT_HEADS, title=SILENT[0], title_en=SILENT[1], planned_ms=0)


def _item(told: Json) -> Item:
    return Item(
        kind=ItemKind.SLOT, title=told["unit"], title_en=told["unit_en"], planned_ms=told["seconds"] * 1000,
        unit_id=told["unit_id"], speaker=told["speaker"], speaker_title=told["speaker_title"],
        at_zero=AtZero(told["at_zero"]), grace_ms=told["grace_s"] * 1000,
    )  # fmt: skip


def _slot(session: Session, made: ExamPlan, item: Item, told: Json, number: int) -> ExamSlot:
    return ExamSlot(
        session_id=session.id, plan_id=made.id, item_id=item.id, number=number, segment=told["segment"],
        segment_en=told["segment_en"], pick=Pick(told["pick"]), pair=told["pair"], unit_id=told["unit_id"],
        speaker=told["speaker"], seconds=told["seconds"], shortest_s=told["shortest_s"], reason=told["reason"],
    )  # fmt: skip
