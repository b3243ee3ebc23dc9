"""The panel's numbered cards: once for each verdict, of this session alone, and not to be guessed."""

import random

import pytest

from inquiry.core.codes import ALPHABET
from inquiry.core.db import reading
from inquiry.dispatch.unit_of_work import unit_of_work
from inquiry.errors import Forbidden, NotFound, TooMany
from inquiry.live import queries as live
from inquiry.live.refusals import SessionClosed
from inquiry.permissions import VISITOR, Actor, Role
from inquiry.verdicts import pins, refusals
from inquiry.verdicts.commands import cards
from inquiry.verdicts.queries import lookup, showing
from inquiry.verdicts.rules.cards import MOST_CARDS
from inquiry.verdicts.rules.voting import Count
from tests.support.application import Say
from tests.support.replay import nothing_changes, replaying
from tests.verdicts.conftest import Hall, do


def test_a_card_is_good_once_in_each_verdict(hall: Hall) -> None:
    card = hall.cards(1)[0]
    first = hall.open()
    hall.by_card(first, card, True, VISITOR)
    with nothing_changes(), pytest.raises(refusals.CardUsed) as refused:
        hall.by_card(first, card, False, VISITOR)
    assert refused.value.data["number"] == 1
    hall.close(first)
    with nothing_changes(), pytest.raises(refusals.VerdictClosed):
        hall.by_card(first, card, True)
    second = hall.open()
    hall.by_card(second, card, False)
    assert (hall.counts(first).panel, hall.counts(second).panel) == (Count(1, 0), Count(0, 1))


def test_a_card_of_another_session_counts_nothing_and_says_so(hall: Hall) -> None:
    elsewhere = hall.evening.plan(hall.city.water.id, title="别的一场")
    made = do(cards.make_cards, hall.host, elsewhere, 1)
    with reading() as db:
        code = live.session(db, elsewhere).code
    theirs = f"{made[0].number} {pins.pin(code, made[0].number)}"
    hall.cards(1)
    verdict = hall.open()
    with nothing_changes(), pytest.raises(refusals.CardOfAnotherSession):
        hall.by_card(verdict, theirs, True)


def test_a_card_that_was_taken_out_counts_nothing_also_in_the_verdict_that_is_open(hall: Hall) -> None:
    lost, other = hall.cards(2)
    verdict = hall.open()
    hall.by_card(verdict, lost, True)
    hall.by_card(verdict, other, True)
    with reading() as db:
        card = lookup.cards(db, hall.session)[0]
    with replaying(hall.session) as kinds:
        do(cards.take_out_card, hall.host, card.id)
    assert hall.counts(verdict).panel == Count(1, 0)
    with nothing_changes(), pytest.raises(refusals.CardTakenOut):
        hall.by_card(verdict, lost, True)
    with nothing_changes(), pytest.raises(refusals.CardTakenOut):
        do(cards.take_out_card, hall.host, card.id)
    do(cards.put_back_card, hall.host, card.id)
    with nothing_changes(), pytest.raises(refusals.CardNotOut):
        do(cards.put_back_card, hall.host, card.id)
    hall.by_card(verdict, lost, False)
    assert hall.counts(verdict).panel == Count(1, 1)
    assert kinds == ["verdicts.card_taken_out"]


def test_cards_are_made_until_there_are_enough_and_their_numbers_go_on(hall: Hall) -> None:
    with replaying(hall.session) as kinds:
        assert [one.split()[0] for one in hall.cards(3) + hall.cards(2)] == ["1", "2", "3", "4", "5"]
    assert kinds == ["verdicts.cards_made"] * 2
    with nothing_changes(), pytest.raises(refusals.TooManyCards) as refused:
        hall.cards(MOST_CARDS)
    assert refused.value.data["most"] == MOST_CARDS - 5
    with nothing_changes(), pytest.raises(Forbidden):
        do(cards.make_cards, hall.clerk, hall.session, 1)
    with nothing_changes(), pytest.raises(NotFound):
        do(cards.take_out_card, hall.host, 999)
    hall.evening.clear()
    hall.evening.close()
    with nothing_changes(), pytest.raises(SessionClosed):
        hall.cards(1)


def test_no_pin_is_kept_and_the_sheet_can_be_printed_again(hall: Hall) -> None:
    written = hall.cards(30)
    code = hall.evening.row.code
    assert [pins.pin(code, number) for number in range(1, 31)] == [one.split()[1] for one in written]
    assert len({one.split()[1] for one in written}) == 30
    with reading() as db:
        kept = " ".join(one.mark for one in lookup.cards(db, hall.session))
    assert not any(one.split()[1] in kept for one in written)


@pytest.mark.parametrize(("devices", "tried"), [(1, 60), (10_000, 3000), (0, 3000)])
def test_ten_thousand_tries_find_no_card_and_shut_out_nobody_else(hall: Hall, devices: int, tried: int) -> None:
    """Of one device; of one network with a new device for each; and with none."""
    card = hall.cards(30)[0]
    verdict = hall.open()
    network = "198.51.100.9"
    chance, outcomes = random.Random(1), {"WRONG_CARD": 0, "TOO_MANY": 0}
    with nothing_changes(), unit_of_work() as uow:
        for guess in range(10_000):
            typed = f"{guess % 30 + 1} {''.join(chance.choices(ALPHABET, k=pins.LENGTH))}"
            guesser = Actor(Role.VISITOR, network=network, device_id=1000 + guess % devices if devices else None)
            with pytest.raises((refusals.WrongCard, TooMany)) as refused:
                showing.card_shown(uow.db, guesser, hall.session, typed)
            outcomes[refused.value.code] += 1
    assert tried <= outcomes["WRONG_CARD"] < 2 * tried
    assert outcomes["TOO_MANY"] == 10_000 - outcomes["WRONG_CARD"]
    hall.by_card(verdict, card, True, Actor(Role.VISITOR, network="198.51.100.10"))
    tablet = Actor(Role.PRODUCER, user_id=hall.producer.user_id, network=network)
    assert showing_number(hall, tablet, card) == 1


def test_a_neighbours_guesses_shut_no_phone_of_the_panel_out(hall: Hall) -> None:
    card = hall.cards(1)[0]
    guesser, phone = hall.phones(2)
    verdict = hall.open()
    with unit_of_work() as uow:
        for _ in range(200):
            with pytest.raises((refusals.WrongCard, TooMany)):
                showing.card_shown(uow.db, guesser, hall.session, "1 33333333")
        with pytest.raises(TooMany):
            showing.card_shown(uow.db, guesser, hall.session, card)
    assert showing_number(hall, Actor(Role.VISITOR, network=phone.network), card) == 1, "before it has a device"
    hall.by_card(verdict, card, True, phone)


def showing_number(hall: Hall, actor: Actor, typed: str) -> int:
    with reading() as db:
        return showing.card_shown(db, actor, hall.session, typed).number


def test_even_without_a_limit_the_tries_find_nothing(hall: Hall) -> None:
    """Ten thousand of eleven thousand million PINs, for each of thirty numbers."""
    hall.cards(30)
    code = hall.evening.row.code
    chance = random.Random(2)
    right = {pins.pin(code, number) for number in range(1, 31)}
    assert not right & {"".join(chance.choices(ALPHABET, k=pins.LENGTH)) for _ in range(10_000)}
    assert len(ALPHABET) ** pins.LENGTH > 10**10


def test_right_cards_do_not_count_as_tries(hall: Hall) -> None:
    written = hall.cards(100)
    for _ in range(2):
        for card in written:
            assert showing_number(hall, VISITOR, card)


def test_the_doors(hall: Hall, say: Say) -> None:
    assert say(hall.host, "verdicts.make_cards", session=hall.session, number=2)["cards"] == 2
    verdict = hall.open()
    card = f"2-{pins.pin(hall.evening.row.code, 2)}"
    told = say(VISITOR, "verdicts.judge_by_card", verdict=verdict, typed=card, satisfied=True)
    assert told["ok"]
    assert "satisfied" not in told
    again = say(VISITOR, "verdicts.judge_by_card", verdict=verdict, typed=card, satisfied=True)
    assert again["error"]["code"] == "CARD_USED"
    wrong = say(VISITOR, "verdicts.judge_by_card", verdict=verdict, typed="2 33333333", satisfied=True)
    assert wrong["error"]["code"] == "WRONG_CARD"
    with reading() as db:
        number = lookup.cards(db, hall.session)[1].id
    assert say(hall.host, "verdicts.take_out_card", panel_card=number)["taken_out"] is True
    assert say(hall.host, "verdicts.put_back_card", panel_card=number)["taken_out"] is False
