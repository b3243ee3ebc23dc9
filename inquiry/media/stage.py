"""The worker's part of the stage: it gives everybody who has the right a room on Janus, takes it away in the instant in
which the right ends, and makes the programme of whoever is on.

Janus forgets all when it ends: its rooms are made again, and browsers come back by themselves.
"""

import logging
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from flask import Flask

from ..core import clock
from ..core.background import Task
from ..core.db import reading
from ..dispatch.unit_of_work import UnitOfWork, commit
from ..permissions import SYSTEM
from ..settings import Settings, settings
from . import rules, stage_queries
from .commands import stage as commands
from .janus import Feed, Janus, JanusGone, RoomGone
from .models import CameraView, PictureState, Place, Publisher
from .stage_programme import StageProgrammes
from .stage_queries import Admitted

#: How often it is asked who has the right, while anybody is there, and otherwise; how often a room is looked into.
PERIOD_SECONDS: Final = 0.2
IDLE_SECONDS: Final = 1.0
LOOK_SECONDS: Final = 0.4
#: Until the next look at who has the right, so long at most: Janus is asked for one room at a time, and may be slow.
_SLICE_SECONDS: Final = 0.05
TELL_SECONDS: Final = 2.0

_log = logging.getLogger("inquiry.media")


@dataclass
class Room:
    """What is known of a room on Janus: who publishes there, whether that one was muted, and when it was looked into
    (in seconds that only grow)."""

    feed: Feed | None = None
    muted: bool = False
    looked: float = 0.0


class Stages:
    """All stages, as the database says it."""

    def __init__(self, here: Settings) -> None:
        self.here = here
        self.janus = Janus(here.janus, here.janus_secret, here.janus_admin_key, clock.of_machine)
        #: What the programme is made of: replaced as a whole, read by another thread.
        self.admitted: list[Admitted] = []
        self._rooms: dict[int, Room] = {}
        self._told = 0.0
        self._there: bool | None = None

    def turn(self) -> float:
        """Look once; returns the seconds until the next look."""
        with reading() as db:
            admitted, ended = stage_queries.admitted(db, clock.now())
        try:
            self._end(ended, {one.publisher.room for one in admitted})
            self._keep(admitted)
            self._tell(True)
        except JanusGone as error:
            self._gone(error)
        self._say_where(admitted)
        self.admitted = admitted
        return PERIOD_SECONDS if admitted else IDLE_SECONDS

    def _end(self, ended: Sequence[Publisher], lasting: set[int]) -> None:
        """First the rooms, of all whose right has ended; then what is written of it."""
        for room in {one.room for one in ended} | (self._rooms.keys() - lasting):
            self.janus.end_room(room)
            self._rooms.pop(room, None)
        for one in ended:
            withdraw(one.id)

    def _keep(self, admitted: Sequence[Admitted]) -> None:
        """Make the rooms that there ought to be, and look who is in them: new ones all, of the others those first that
        were not looked into for longest; what is left comes next time."""
        if self.janus.begin():
            self._begin_anew({one.publisher.room for one in admitted})
        until = time.monotonic() + _SLICE_SECONDS
        for one in sorted(admitted, key=self._looked):
            number, now = one.publisher.room, time.monotonic()
            if number not in self._rooms:
                self.janus.make_room(number)
                self._rooms[number] = Room()
            elif now > until or now - self._looked(one) < LOOK_SECONDS:
                break
            room = self._rooms[number]
            room.looked = now
            try:
                self._look(number, room, one)
            except RoomGone:
                del self._rooms[number]

    def _looked(self, one: Admitted) -> float:
        room = self._rooms.get(one.publisher.room)
        return room.looked if room is not None else 0.0

    def _begin_anew(self, lasting: set[int]) -> None:
        """Janus was away, or we were: of what was there, nothing is known."""
        self._rooms.clear()
        for room in self.janus.rooms():
            if room not in lasting:
                self.janus.end_room(room)

    def _look(self, number: int, room: Room, one: Admitted) -> None:
        feed = self.janus.feed(number)
        if feed != room.feed:
            room.feed, room.muted = feed, False
        if one.publisher.camera is CameraView.SIGN:
            return  # it has no sound
        muted = one.publisher.muted or not one.right.is_heard
        if feed is not None and (room.muted is not muted or (muted and one.right.place is Place.STAGE)):
            self.janus.mute(number, feed, muted)  # again and again: what is sent anew, in the same name, is not muted
            room.muted = muted

    def _gone(self, error: JanusGone) -> None:
        if self._there is not False:
            _log.warning("the server of the stage is away: %s", error)
        self._rooms.clear()
        self._tell(False)

    def _tell(self, there: bool) -> None:
        if there is self._there and time.monotonic() - self._told < TELL_SECONDS:
            return
        self._there, self._told = there, time.monotonic()
        with reading() as db:
            stages = stage_queries.stages(db)
        for _programme, session, stage in stages:
            before = stage.state if stage else PictureState.OFF
            state = PictureState.ON if there else rules.state_of(before, None, clock.now())
            if state is not before:
                commit("media.tell_stage", partial(self._tell_one, session.id, state))

    @staticmethod
    def _tell_one(session_id: int, state: PictureState, uow: UnitOfWork) -> None:
        commands.tell_stage(uow, SYSTEM, session_id, state)

    def feed(self, publisher: Publisher) -> Feed | None:
        """Who publishes in the room of somebody, as it was seen last."""
        room = self._rooms.get(publisher.room)
        return room.feed if room is not None else None

    def _say_where(self, admitted: Sequence[Admitted]) -> None:
        told = {}
        for one in admitted:
            found = one.right.place, self.feed(one.publisher) is not None
            if found != (one.publisher.place, one.publisher.joined):
                told[one.publisher.id] = found
        if told:
            commit("media.tell_publisher", lambda uow: commands.tell_publishers(uow, SYSTEM, told))


def withdraw(publisher_id: int) -> None:
    """Say that a right has ended, now that its room is gone."""
    commit("media.withdraw_publisher", lambda uow: commands.withdraw_publisher(uow, SYSTEM, publisher_id))


def tasks(app: Flask) -> Iterator[Task]:
    """Nothing, where the installation has no Janus. What starts and ends programs waits for them, and keeps nobody's
    right alive meanwhile: it has a thread of its own."""
    with app.app_context():
        here = settings()
    if here.janus:
        stages = Stages(here)
        yield Task("keeping the stage", stages.turn)
        yield Task("making the programme of the stage", StageProgrammes(here, stages).turn)
