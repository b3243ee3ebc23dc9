"""A verdict is opened by the host, closed by the clock or the host, and its result taken on air."""

from ...core.clock import milliseconds
from ...dispatch import withdrawing
from ...dispatch.unit_of_work import UnitOfWork
from ...live import refusals as live_refusals
from ...live.commands import screen
from ...live.commands.preparation import not_closed
from ...live.models import ScreenShows, Session, SessionState
from ...permissions import Actor, require
from ...questions import rules as question_rules
from ...questions.commands.locking import lock_question
from ...questions.refusals import NoSession
from ...realtime import ticks
from ...realtime.streams import public_stream
from ...responses.refusals import NotAired
from .. import events, refusals
from ..models import Verdict
from ..queries import counts, lookup
from ..rules import voting


def open_verdict(uow: UnitOfWork, actor: Actor, question_id: int, seconds: int) -> Verdict:
    """Ask the panel and the viewers about the answer to a question that is or was on air.

    Raises NoSession, NotLive, NotAired, VerdictOpen, TooManyVerdicts, NotFound.
    """
    require(actor, "verdicts.open")
    session, question = lock_question(uow, question_id)
    if session is None:
        raise NoSession(question=question.id)
    if session.state is not SessionState.LIVE:
        raise live_refusals.NotLive()
    if question.state not in question_rules.BROUGHT_ON_AIR:
        raise NotAired(state=question.state.value)
    if (found := lookup.open_verdict(uow.db, session.id)) is not None:
        raise refusals.VerdictOpen(verdict=found.id)
    if len(lookup.of_session(uow.db, session.id)) >= voting.MOST_VERDICTS:
        raise refusals.TooManyVerdicts(most=voting.MOST_VERDICTS)
    slot = lookup.last_slot(uow.db, question.id)
    response = lookup.spoken_answer(uow.db, question.id, slot)
    verdict = Verdict(
        session_id=session.id, question_id=question.id, response_id=response.id if response else None,
        unit_id=slot.unit_id if slot else response.unit_id if response else question.unit_id, seconds=seconds,
        opened_at=uow.now, ends_at=voting.ends_at(uow.now, seconds), closed_at=None, taken_at=None,
    )  # fmt: skip
    uow.add(verdict)
    uow.record(
        question.stream, events.OPENED, actor, [verdict, question, *([response] if response else [])],
        verdict=verdict.id, question=question.id, number=question.number, seconds=seconds,
        ends_at=milliseconds(verdict.ends_at),
    )  # fmt: skip
    return verdict


def close_verdict(uow: UnitOfWork, actor: Actor, verdict_id: int) -> Verdict:
    """Take no more votes, and count those that were given. Raises VerdictClosed, NotFound."""
    require(actor, "verdicts.close")
    verdict = _open(uow, verdict_id)
    verdict.closed_at = uow.now
    counts.freeze(uow.db, verdict)
    uow.record(
        public_stream(verdict.session_id), events.CLOSED, actor, [verdict, *lookup.subjects(uow.db, verdict)],
        verdict=verdict.id, question=verdict.question_id,
        panel=verdict.panel_satisfied + verdict.panel_not_satisfied,
        viewers=verdict.viewers_satisfied + verdict.viewers_not_satisfied,
    )  # fmt: skip
    uow.after_commit(lambda: ticks.touch(verdict.session_id))
    return verdict


def call_off_verdict(uow: UnitOfWork, actor: Actor, verdict_id: int) -> Verdict:
    """Take no more votes, count none, and take it off the air: it was opened by mistake, or about the wrong answer.

    Raises VerdictClosed, NotFound.
    """
    require(actor, "verdicts.call_off")
    return call_off(uow, actor, verdict_id)


def call_off(uow: UnitOfWork, actor: Actor, verdict_id: int) -> Verdict:
    """The same where what it is about was taken back: whose right that is, the verb says that took it back.

    Raises VerdictClosed, NotFound.
    """
    verdict = _open(uow, verdict_id)
    verdict.closed_at, verdict.called_off = uow.now, True
    uow.record(
        public_stream(verdict.session_id), events.CALLED_OFF, actor, [verdict, *lookup.subjects(uow.db, verdict)],
        verdict=verdict.id, question=verdict.question_id,
    )  # fmt: skip
    uow.after_commit(lambda: ticks.touch(verdict.session_id))
    withdrawing.may_be_gone(uow, actor, [verdict])
    return verdict


def _open(uow: UnitOfWork, verdict_id: int) -> Verdict:
    """One that takes votes, locked. Raises VerdictClosed, NotFound."""
    verdict = uow.lock(Verdict, verdict_id)
    if verdict.closed_at is not None:
        raise refusals.VerdictClosed(verdict=verdict.id)
    return verdict


def close_when_due(uow: UnitOfWork, actor: Actor, verdict_id: int) -> bool:
    """The same if its time is up, or its session over: whoever comes second finds that it was closed."""
    require(actor, "verdicts.close")
    verdict = uow.lock(Verdict, verdict_id)
    is_over = uow.db.get_one(Session, verdict.session_id).state is not SessionState.LIVE
    if verdict.closed_at is not None or (voting.takes_votes(verdict, uow.now) and not is_over):
        return False
    close_verdict(uow, actor, verdict_id)
    return True


def show_on_screen(uow: UnitOfWork, actor: Actor, verdict_id: int) -> Session:
    """Show the result on the studio screen until the floor changes; from then on it is public.

    Raises VerdictStillOpen, VerdictCalledOff, SessionClosed, NotFound.
    """
    require(actor, "verdicts.show_on_screen")
    session = not_closed(uow, lookup.verdict(uow.db, verdict_id).session_id)
    verdict = take(uow, actor, verdict_id)
    return screen.switch(uow, actor, session, ScreenShows.VERDICT, verdict_id=verdict.id)


def closed(uow: UnitOfWork, verdict_id: int) -> Verdict:
    """One that has a result, locked. Raises VerdictStillOpen, VerdictCalledOff, NotFound."""
    verdict = uow.lock(Verdict, verdict_id)
    if verdict.closed_at is None:
        raise refusals.VerdictStillOpen()
    if verdict.called_off:
        raise refusals.VerdictCalledOff()
    return verdict


def take(uow: UnitOfWork, actor: Actor, verdict_id: int) -> Verdict:
    """The result is on air, whatever shows it: from now on it is public. Whose right that is, the verb says that calls
    this, and locks the session first. Raises VerdictStillOpen, VerdictCalledOff, NotFound."""
    verdict = closed(uow, verdict_id)
    if verdict.taken_at is None:
        verdict.taken_at = uow.now
        uow.record(
            public_stream(verdict.session_id), events.TAKEN, actor, [verdict, *lookup.subjects(uow.db, verdict)],
            verdict=verdict.id, question=verdict.question_id,
        )  # fmt: skip
    return verdict
