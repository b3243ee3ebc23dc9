"""The graphics of a rehearsal: its cards are copies, its outputs are those of the session, lent to it."""

from sqlalchemy import select

from ...dispatch.unit_of_work import UnitOfWork
from ...live.commands.rehearsing import Copying
from ...live.models import Session
from ...realtime import fanout
from .. import rules
from ..contents import Content
from ..models import GraphicCard, Output


def copy_cards(copying: Copying) -> None:
    """Those whose words are their own, a pledge's, or a question's that is rehearsed; what counts on one is the copy of
    the timer."""
    cards = copying.uow.db.scalars(select(GraphicCard).where(GraphicCard.session_id == copying.of.id))
    copies = []
    for one in cards.all():
        question, content = copying.questions.get(one.question_id or 0), _counting(one.content, copying)
        if content is not None and (question is not None or one.question_id is None):
            copies.append(GraphicCard(
                session_id=copying.to.id, layer=one.layer, content=content, pledge_id=one.pledge_id,
                question_id=question, prepared_at=copying.uow.now,
            ))  # fmt: skip
    copying.uow.add(*copies)


def _counting(content: Content, copying: Copying) -> Content | None:
    """The content with the copy's timer; None where that has none."""
    if "timer" not in content:
        return content
    kind, _colon, number = content["timer"].partition(":")
    copy = copying.timers.get(int(number)) if kind == "timer" else None
    return content | {"timer": f"timer:{copy}"} if copy is not None else None


def lend_outputs(copying: Copying) -> None:
    """The addresses that the mixer has loaded show the rehearsal while it lasts."""
    for output in copying.uow.db.scalars(select(Output).where(Output.session_id == copying.of.id)).all():
        _move(copying.uow, output, copying.to.id)


def give_outputs_back(uow: UnitOfWork, rehearsal: Session) -> None:
    """Those that were made in the rehearsal go with it."""
    for output in uow.db.scalars(select(Output).where(Output.session_id == rehearsal.id)).all():
        if is_lent(output, rehearsal) and rehearsal.rehearsal_of_id is not None:
            _move(uow, output, rehearsal.rehearsal_of_id)


def is_lent(output: Output, session: Session) -> bool:
    """Whether an output was there before the rehearsal in which it stands."""
    return session.rehearsal_of_id is not None and output.made_at < session.created_at


def _move(uow: UnitOfWork, output: Output, session_id: int) -> None:
    """Its pages load anew: at once here, within two seconds in the other processes (`watch`)."""
    room = rules.output_room(output.id, output.token_hash, output.session_id)
    uow.after_commit(lambda: fanout.cut(room))
    output.session_id = session_id
