"""A unit's written answer and, where it commits itself, the pledge that is followed from that moment on."""

from flask_babel import gettext as _

from ...dispatch.unit_of_work import UnitOfWork
from ...errors import BadInput
from ...permissions import Actor
from ...responses.commands import recording as responses
from ...responses.models import Response, ResponseKind
from .. import events, rules
from ..models import Confirmation, Pledge
from ..origins import Origin
from .common import record
from .recording import PledgeWords, record_from

#: As much of an answer as stands as the words of its pledge; of a longer one they are what is to be done.
LONGEST_SPOKEN = 1000


def answer_in_writing(
    uow: UnitOfWork,
    actor: Actor,
    question_id: int,
    *,
    kind: ResponseKind,
    text: str,
    speaker: str = "",
    speaker_title: str = "",
    promised: PledgeWords,
) -> tuple[Response, Pledge | None]:
    """Answer a question that was handed to the actor's unit. A specific commitment says what is to be done, by whom and
    by when (`action`, `object`, `officer`, `due_on` of `promised`), and opens a pledge, which its own writer need not
    confirm; with another kind nothing is promised.

    Raises BadInput naming what a specific commitment lacks, NotHanded, DueBeforePromised, DueTooFar, NotFound.
    """
    response = responses.answer_in_writing(
        uow, actor, question_id, kind=kind, text=text, speaker=speaker, speaker_title=speaker_title
    )
    if kind is not ResponseKind.SPECIFIC_COMMITMENT:
        return response, None
    lacking = rules.missing(promised | {"lead_unit": response.unit_id})
    if lacking:
        raise BadInput(fields={name: _("is missing") for name in lacking})
    words: PledgeWords = {
        **promised,
        "lead_unit_id": response.unit_id,
        "spoken": text if len(text) <= LONGEST_SPOKEN else f"{promised['action']} {promised['object']}",
    }
    pledge = record_from(uow, actor, Origin.of_response(response), **words)
    pledge.confirmation, pledge.confirmed_at = Confirmation.CONFIRMED, uow.now
    record(uow, actor, events.CONFIRMED, pledge)
    return response, pledge
