"""The worker's programme of a stage: who is on is sent to ffmpeg, which makes segments like those of an encoder."""

import socket
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final, Protocol

from ..core import clock
from ..core.db import reading
from ..settings import Settings
from . import mixing, packaging, queries, rights, stage_queries
from .janus import Feed, Janus, JanusGone, RoomGone
from .mixing import Ports
from .models import CameraView, Place, Programme, Publisher
from .programs import Program
from .rights import Right

PERIOD_SECONDS: Final = 0.2
_PROGRAM: Final = "stage"

#: Rooms, each with who publishes there.
Shown = tuple[tuple[int, Feed], ...]


class OnStage(Protocol):
    @property
    def publisher(self) -> Publisher: ...
    @property
    def right(self) -> Right: ...


class Rooms(Protocol):
    """What the keeper of the rooms knows."""

    @property
    def admitted(self) -> Sequence[OnStage]: ...
    def feed(self, publisher: Publisher) -> Feed | None: ...


@dataclass
class Mix:
    """The program of a session, and of whom it is made."""

    shown: Shown = ()
    program: Program | None = None


class StageProgrammes:
    """The programs of all stages."""

    def __init__(self, here: Settings, rooms: Rooms) -> None:
        self.here, self.rooms = here, rooms
        self.janus = Janus(here.janus, here.janus_secret, here.janus_admin_key, clock.now)
        self._mixes: dict[int, Mix] = {}

    def turn(self) -> float:
        """Look once; returns the seconds until the next look."""
        with reading() as db:
            programmes = {programme.id: programme for programme, _session, _stage in stage_queries.stages(db)}
        for number in self._mixes.keys() - programmes:
            self._end(self._mixes.pop(number))
        for number, programme in programmes.items():
            mix = self._mixes.setdefault(number, Mix())
            try:
                self._show(mix, self._shown(number), programme)
            except (JanusGone, RoomGone):
                self._end(mix)  # made again at the next look
            folder = queries.folder_of(self.here.media_dir, programme)
            packaging.tell(programme, packaging.written_at(folder) if mix.shown else None, clock.now())
        return PERIOD_SECONDS

    def _shown(self, session_id: int) -> Shown:
        there = [one for one in self.rooms.admitted if one.publisher.session_id == session_id]
        found = ((one.publisher.room, self.rooms.feed(one.publisher)) for one in in_picture(there))
        return tuple((room, feed) for room, feed in found if feed is not None)[: rights.SIDE_BY_SIDE]

    def _show(self, mix: Mix, shown: Shown, programme: Programme) -> None:
        if shown != mix.shown:
            self._end(mix)
            if shown:
                self._begin(mix, shown, programme)
        if mix.program is not None:
            mix.program.look(time.monotonic())

    def _begin(self, mix: Mix, shown: Shown, programme: Programme) -> None:
        """First whoever listens, then what is sent: nothing of the beginning is lost."""
        mix.shown = shown
        ports = [free_ports() for _one in shown]
        mix.program = self._program(programme, ports)
        mix.program.look(time.monotonic())
        for (room, feed), one in zip(shown, ports, strict=True):
            self.janus.forward(room, feed, one.audio, one.video)

    def _end(self, mix: Mix) -> None:
        shown, mix.shown = mix.shown, ()
        if mix.program is not None:
            mix.program.end()
            mix.program = None
        for room, feed in shown:
            try:
                self.janus.stop_forwarding(room, feed)
            except (JanusGone, RoomGone):
                continue  # it went with its room

    def _program(self, programme: Programme, ports: Sequence[Ports]) -> Program:
        folder = queries.folder_of(self.here.media_dir, programme)
        folder.mkdir(parents=True, exist_ok=True)
        names = [f"stage{number}.sdp" for number in range(len(ports))]
        for name, one in zip(names, ports, strict=True):
            (folder / name).write_text(mixing.description(one))
        made = [[*how, *packaging.into(what)] for what, how in mixing.making(len(ports)).items()]
        return Program(_PROGRAM, [*packaging.FFMPEG, *mixing.reading(names), *chain.from_iterable(made)], folder)


def in_picture(there: Iterable[OnStage]) -> list[OnStage]:
    """Whom the programme would show, first come first; no second picture, and nobody from behind the stage."""
    on = [one for one in there if one.right.place is Place.STAGE and one.publisher.camera is CameraView.MAIN]
    return sorted(on, key=lambda one: (rights.ORDER.index(one.right.part), one.publisher.id))


def free_ports() -> Ports:
    """Two even UDP ports of this machine that are free with their odd neighbours, which are for RTCP."""
    found: list[int] = []
    held = []
    try:
        while len(found) < 2:
            one, beside = (socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(2))
            held += [one, beside]
            one.bind(("127.0.0.1", 0))
            port = one.getsockname()[1]
            if port % 2:
                continue
            try:
                beside.bind(("127.0.0.1", port + 1))
            except OSError:
                continue
            found.append(port)
    finally:
        for each in held:
            each.close()
    return Ports(*found)
