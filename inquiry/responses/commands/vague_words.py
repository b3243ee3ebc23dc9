"""The list of words that promise nothing without a date. Every change stands in the city's own stream."""

from sqlalchemy import insert, select

from ...core.text import VAGUE_WORDS, searchable
from ...dispatch.unit_of_work import UnitOfWork
from ...permissions import Actor, require
from ...trace.streams import CITY
from .. import events, refusals
from ..models import VagueWord


def add_vague_word(uow: UnitOfWork, actor: Actor, word: str) -> list[str]:
    """Returns the list as it is now. Raises WordKnown, also for a word that differs only in how it is written."""
    require(actor, "responses.edit_vague_words")
    words = _edited_list(uow)
    known = {searchable(one): one for one in words}
    if searchable(word) in known:
        raise refusals.WordKnown(word=known[searchable(word)])
    uow.db.add(VagueWord(word=word))
    uow.record(CITY, events.VAGUE_WORD_ADDED, actor, [], word=word)
    return sorted([*words, word])


def remove_vague_word(uow: UnitOfWork, actor: Actor, word: str) -> list[str]:
    """Returns the list as it is now. Removing what is not on the list changes nothing. Raises LastWord.

    An empty list would mean the one to start with, hence the last word stays.
    """
    require(actor, "responses.edit_vague_words")
    words = _edited_list(uow)
    if word not in words:
        return words
    if len(words) == 1:
        raise refusals.LastWord()
    uow.db.delete(uow.db.get_one(VagueWord, word))
    uow.record(CITY, events.VAGUE_WORD_REMOVED, actor, [], word=word)
    return [one for one in words if one != word]


def _edited_list(uow: UnitOfWork) -> list[str]:
    """The list in the table, locked; the first edit puts the list to start with there, so that it can be edited."""
    words = list(uow.db.scalars(select(VagueWord.word).order_by(VagueWord.word).with_for_update()))
    if not words:
        words = sorted(VAGUE_WORDS)
        uow.db.execute(insert(VagueWord), [{"word": word} for word in words])
    return words
