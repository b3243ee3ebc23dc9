"""Pages of verdicts: a card of the panel on its member's phone, the studio's tablet, the sheets of cards, and the votes
that the crew looks after. They work without a script."""

from dataclasses import dataclass

import segno
from flask import Blueprint, render_template, request

from ..accounts import queries as accounts
from ..accounts.models import Unit
from ..core import extensions
from ..core.db import Db, reading
from ..errors import Refusal
from ..live import panels, readers
from ..live import queries as live
from ..live.models import Session, SessionState
from ..permissions import Scope, allows, require
from ..web.http import actor, public_address
from . import pins, refusals
from .models import Card, Verdict
from .queries import counts, lookup, showing, suspects
from .rules import cards as card_rules
from .rules.voting import Counts

bp = Blueprint("verdicts", __name__)

#: The devices of a finding that the page names, to be taken out.
MOST_DEVICES = 60


@bp.app_template_global("verdict_counts")
def verdict_counts(verdict: Verdict) -> Counts:
    """What counts in a closed verdict."""
    return counts.frozen(verdict)


@dataclass(frozen=True)
class Hand:
    """What a page of the panel shows: the open verdict and who answered, the card that was shown, whether it was used
    in this verdict, and why it is none if it is none."""

    session: Session
    verdict: Verdict | None
    unit: Unit | None
    typed: str = ""
    card: Card | None = None
    used: bool = False
    refusal: Refusal | None = None


@bp.get("/v/<code>/<card>")
def card(code: str, card: str) -> tuple[str, int]:
    """The page behind the QR code of a card. Raises NotFound, NotPublic."""
    return _shown(code, card, "verdicts/card.html")


@bp.get("/panel/<code>")
def panel(code: str) -> str:
    """The studio's tablet: one member after the other types a card, or has it scanned. Raises NotFound, NotPublic."""
    with reading() as db:
        return _page("verdicts/panel.html", _hand(db, code))


@bp.post("/panel/<code>")
def panel_with_card(code: str) -> tuple[str, int]:
    """The two buttons for the card that was typed; what it says is sent from there. Raises NotFound, NotPublic."""
    return _shown(code, request.form.get("card", "")[:200], "verdicts/panel.html")


def _shown(code: str, typed: str, page: str) -> tuple[str, int]:
    with reading() as db:
        hand = _hand(db, code, typed)
    return _page(page, hand), hand.refusal.status if hand.refusal else 200


def _page(page: str, hand: Hand) -> str:
    return render_template(page, hand=hand, session=hand.session, view=readers.view_of(actor(), hand.session))


def _hand(db: Db, code: str, typed: str = "") -> Hand:
    session = live.session_by_code(db, code)
    readers.require_readable(actor(), session)
    found = lookup.open_verdict(db, session.id)
    unit = accounts.unit(db, found.unit_id) if found and found.unit_id else None
    told = Hand(session, found, unit, typed)
    if not typed:
        return told
    try:
        shown = showing.card_shown(db, actor(), session.id, typed)
        if shown.taken_out_at is not None:
            raise refusals.CardTakenOut(number=shown.number)
    except Refusal as refusal:
        return Hand(told.session, told.verdict, told.unit, refusal=refusal)
    used = found is not None and lookup.word_of_card(db, found.id, shown.id) is not None
    return Hand(told.session, told.verdict, told.unit, typed, shown, used)


# --- the sheets of cards ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Printed:
    """A card as it is printed: its PIN in two groups, and the picture of its address."""

    card: Card
    pin: str
    qr: str


@bp.get("/sessions/<code>/cards")
def cards(code: str) -> str:
    """The cards of a session's panel, to be printed and cut. Raises NotFound, SignedOut, Forbidden."""
    with reading() as db:
        session = live.session_by_code(db, code)
        require(actor(), "verdicts.see_cards", Scope(session_id=session.id))
        made = lookup.cards(db, session.id)
    printed = [_printed(session, one) for one in made]
    last = made[-1].number if made else 0
    return render_template(
        "verdicts/cards.html", session=session, printed=printed, origin=public_address(),
        left=min(card_rules.MOST_CARDS - last, card_rules.MOST_AT_ONCE), closed=session.state is SessionState.CLOSED,
    )  # fmt: skip


def _printed(session: Session, card: Card) -> Printed:
    pin = pins.pin(session.code, card.number)
    address = f"{public_address()}/v/{session.code}/{card.number}-{pin}"
    return Printed(card, f"{pin[:4]} {pin[4:]}", extensions.offload(_picture, address))


def _picture(address: str) -> str:
    return segno.make(address, error="m").svg_data_uri(scale=4, border=2, light="#fff")


# --- the votes that the crew looks after ------------------------------------------------------------------------------


@bp.get("/sessions/<code>/verdicts")
def verdicts(code: str) -> str:
    """The verdicts of a session with what was found among their votes: a dry run, and what was set aside.

    Raises NotFound, SignedOut, Forbidden.
    """
    with reading() as db:
        session = live.session_by_code(db, code)
        require(actor(), "verdicts.find_patterns", Scope(session_id=session.id))
        all_of_it = lookup.of_session(db, session.id)
        wish = request.args.get("verdict", 0, type=int)
        chosen = next((one for one in all_of_it if one.id == wish), all_of_it[0] if all_of_it else None)
        looked_at = chosen is not None and chosen.closed_at is not None and not chosen.called_off
        return render_template(
            "verdicts/list.html", session=session, verdicts=all_of_it, chosen=chosen,
            units={unit.id: unit for unit in accounts.units(db)},
            numbers=lookup.question_numbers(db, session.id),
            findings=suspects.findings(db, chosen) if chosen and looked_at else [],
            most_findings=suspects.MOST_FINDINGS,
            asides=suspects.set_asides(db, chosen.id) if chosen else [],
            out=suspects.devices_out(db, session.id), most_devices=MOST_DEVICES,
            closed=session.state is SessionState.CLOSED,
        )  # fmt: skip


@dataclass(frozen=True)
class Setup:
    """How many cards there are, and what this reader may open."""

    cards: int
    may_see: bool
    may_look: bool


def _setup(db: Db, session: Session) -> Setup:
    scope = Scope(session_id=session.id)
    return Setup(
        counts.cards_in_hand(db, session.id), allows(actor(), "verdicts.see_cards", scope),
        allows(actor(), "verdicts.find_patterns", scope),
    )  # fmt: skip


panels.on_setup("verdicts/_setup.html", _setup)
