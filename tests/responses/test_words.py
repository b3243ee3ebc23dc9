"""The list of vague words is edited by the clerk and the staff."""

import threading

import pytest
from flask import Flask

from inquiry.core.db import reading
from inquiry.core.text import VAGUE_WORDS
from inquiry.errors import Forbidden
from inquiry.permissions import PERSONS, Role
from inquiry.responses import refusals
from inquiry.responses.commands import vague_words
from inquiry.responses.queries import lookup
from inquiry.trace import queries as trace
from tests.responses.conftest import do
from tests.support.application import City, Say
from tests.support.replay import nothing_changes


def words() -> list[str]:
    with reading() as db:
        return lookup.vague_words(db)


@pytest.mark.usefixtures("app")
def test_until_somebody_edits_it_the_list_is_the_one_to_start_with() -> None:
    assert words() == list(VAGUE_WORDS)


def test_adding_and_removing_keep_the_rest(city: City, say: Say) -> None:
    clerk = city.person(Role.CLERK)
    added = say(clerk, "responses.add_vague_word", word="稳步")
    assert added["words"] == sorted([*VAGUE_WORDS, "稳步"])
    assert set(words()) == {*VAGUE_WORDS, "稳步"}
    removed = say(clerk, "responses.remove_vague_word", word="尽快")
    assert "尽快" not in removed["words"]
    assert set(words()) == {*VAGUE_WORDS, "稳步"} - {"尽快"}
    with reading() as db:
        told = [(entry.kind, entry.payload) for entry in trace.since(db, "city", 0)][-2:]
    assert told == [
        ("responses.vague_word_added", {"word": "稳步"}), ("responses.vague_word_removed", {"word": "尽快"}),
    ]  # fmt: skip


def test_an_edited_list_is_the_one_that_is_looked_for(city: City) -> None:
    clerk = city.person(Role.CLERK)
    do(vague_words.add_vague_word, clerk, "稳步")
    do(vague_words.remove_vague_word, clerk, "尽快")
    with reading() as db:
        assert lookup.vague_in(db, "我们将稳步推进，尽快解决") == ["稳步"]


@pytest.mark.parametrize("word", ["尽快", " 尽快 ", "盡快", "ASAP", "As soon as possible"])
def test_a_known_word_is_not_added_again(city: City, say: Say, word: str) -> None:
    clerk = city.person(Role.CLERK)
    with nothing_changes():
        answer = say(clerk, "responses.add_vague_word", word=word)
    assert answer["error"]["code"] == refusals.WordKnown.code


def test_removing_what_is_not_there_says_nothing(city: City) -> None:
    clerk = city.person(Role.CLERK)
    do(vague_words.add_vague_word, clerk, "稳步")
    with nothing_changes():
        do(vague_words.remove_vague_word, clerk, "不在表里")


def test_the_last_word_stays(city: City) -> None:
    clerk = city.person(Role.CLERK)
    for word in VAGUE_WORDS[:-1]:
        do(vague_words.remove_vague_word, clerk, word)
    assert words() == [VAGUE_WORDS[-1]]
    with nothing_changes(), pytest.raises(refusals.LastWord):
        do(vague_words.remove_vague_word, clerk, VAGUE_WORDS[-1])


ALLOWED = (Role.CLERK, Role.STAFF, Role.ADMINISTRATOR)


@pytest.mark.parametrize("role", [role for role in PERSONS if role not in ALLOWED])
def test_others_do_not_edit_the_list(city: City, role: Role) -> None:
    actor = city.person(role)
    with nothing_changes():
        for command in (vague_words.add_vague_word, vague_words.remove_vague_word):
            with pytest.raises(Forbidden):
                do(command, actor, "尽快")


def test_two_first_edits_at_once_both_count(app: Flask, city: City) -> None:
    from inquiry.dispatch import registry

    clerk, staff = city.person(Role.CLERK), city.person(Role.STAFF)
    answers: list[bool] = []

    def add(actor: object, word: str) -> None:
        with app.test_request_context("/"):
            endpoint = {one.name: one for one in registry.every()}["responses.add_vague_word"]
            message = endpoint.schema.model_validate({"word": word})
            answers.append(bool(registry._write(endpoint, actor, message, (), None)))  # type: ignore[arg-type]

    threads = [threading.Thread(target=add, args=pair) for pair in ((clerk, "稳步"), (staff, "有序"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert answers == [True, True]
    assert set(words()) == {*VAGUE_WORDS, "稳步", "有序"}
