"""The control room of tonight's evening: outputs whose addresses everybody knows, and cards ready to be taken."""

from typing import Any

from ..accounts.queries import digest
from ..dispatch.unit_of_work import UnitOfWork
from ..graphics.commands import air, cards, outputs
from ..graphics.models import Layer
from .agenda import Agenda, Calendar
from .book import Book
from .shapes import Session

#: The name of each output, its token, and its layers (none: all).
OUTPUTS = (
    ("主输出 Programme", "out_demo_programme", ()),
    ("演播厅屏 Studio wall", "out_demo_wall", (Layer.QUESTION_CARD, Layer.PLEDGE_CARD, Layer.COUNTDOWN)),
)
_TYPED: tuple[tuple[Layer, dict[str, Any]], ...] = (
    (Layer.LOWER_THIRD, {"name": "阮承陆", "title": "局长", "title_en": "Director", "unit": "市住房和城乡建设局",
        "unit_en": "Housing and urban-rural development"}),
    (Layer.LOWER_THIRD, {"name": "庄砚之", "title": "局长", "title_en": "Director", "unit": "市城市管理局",
        "unit_en": "Urban management"}),
    (Layer.TICKER, {"lines": [
        {"text": "扫描屏幕二维码即可提问和支持他人的问题", "text_en": "Scan the code to ask, or to support a question"},
        {"text": "今晚的每一项承诺都会公开跟踪到兑现", "text_en": "Every pledge of tonight is followed in public"},
    ]}),
)  # fmt: skip
_QUESTION, _PLEDGE = "lamps", "lift-list"
#: Shortly before the demo is loaded, when the answers so far are recorded.
_MINUTE = 30.5


def furnish(agenda: Agenda, calendar: Calendar, book: Book, session: Session) -> None:
    """Outputs and cards for the session that is live, and its title on air."""
    agenda.at(calendar.minute(session, _MINUTE), _furnish, book, session)


def _furnish(uow: UnitOfWork, book: Book, session: Session) -> None:
    producer, session_id = book.people["producer"], book.sessions[session.key]
    for name, token, layers in OUTPUTS:
        output, _secret = outputs.make_output(uow, producer, session_id, name, layers)
        output.token_hash = digest(token)  # as the sign-ins: known to everybody, and told by the guide
    for layer, content in _TYPED:
        cards.prepare_card(uow, producer, session_id, layer, content=content)
    cards.prepare_card(uow, producer, session_id, Layer.QUESTION_CARD, question_id=book.questions[_QUESTION])
    cards.prepare_card(uow, producer, session_id, Layer.PLEDGE_CARD, pledge_id=book.pledges[_PLEDGE])
    air.take_from_floor(uow, producer, session_id, Layer.LOGO, 0, None)
