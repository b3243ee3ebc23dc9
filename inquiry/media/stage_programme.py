"""The worker's programme of a stage: who is on is sent to ffmpeg, which makes segments like those of an encoder."""

import secrets
import socket
import time
from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Final, Protocol

from ..core import clock
from ..core.db import reading
from ..settings import Settings
from . import mixing, packaging, queries, rights, stage_queries
from .janus import Feed, Janus, JanusGone, RoomGone
from .mixing import Ports, Wanted
from .models import CameraView, Part, Place, Programme, Publisher
from .programs import Program
from .pulses import Pulses, Sender
from .rights import Right
from .sounds import Sounds

PERIOD_SECONDS: Final = 0.2
_PROGRAM: Final = "stage"
_DESCRIPTION: Final = "stage.sdp"
#: Until ffmpeg listens, at most; and how often that is looked at.
_READY_SECONDS: Final = 2.0
_GLANCE_SECONDS: Final = 0.02

#: What the kernel says of all sockets of UDP.
_UDP: Final = Path("/proc/net/udp")
#: Where a program may listen: beyond what Janus and coturn use, and before what the kernel gives to anybody who asks
#: for any port, as to a browser in the moment between our asking and the program's listening.
_PORTS: Final = range(24_000, 32_000, 2)

#: So many are heard at most: of leaders those first who have raised a hand.
_HEARD: Final = 16
#: It takes the time of the machine for that of what it reads: where somebody has set that by more, it begins anew.
_STEP_SECONDS: Final = 0.5
#: A session of Janus ends that is silent for a minute.
_KEPT_ALIVE_SECONDS: Final = 20


@dataclass(frozen=True)
class Sent:
    """A room, who publishes there, and what the programme takes of it."""

    room: int
    feed: Feed
    wanted: Wanted


Shown = tuple[Sent, ...]


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
    """The program of a session, and of whom it is made; `ports` are where each is sent to."""

    media_id: str
    pulses: Pulses
    shown: Shown = ()
    ports: Sequence[Ports] = ()
    program: Program | None = None
    sounds: Sounds | None = None
    off_seconds: float = 0.0


class StageProgrammes:
    """The programs of all stages."""

    def __init__(self, here: Settings, rooms: Rooms) -> None:
        self.here, self.rooms = here, rooms
        self.janus = Janus(here.janus, here.janus_secret, here.janus_admin_key, clock.of_machine)
        self._newest = packaging.Newest()
        self._mixes: dict[int, Mix] = {}
        self._spoke = 0.0

    def turn(self) -> float:
        """Look once; returns the seconds until the next look."""
        with reading() as db:
            found = {programme.id: (programme, session) for programme, session, _stage in stage_queries.stages(db)}
        self._keep_alive()
        for number in self._mixes.keys() - found:
            self._end(self._mixes.pop(number))
        for number, (programme, session) in found.items():
            mix = self._mixes.get(number)
            if mix is None:
                mix = self._mixes[number] = Mix(programme.media_id, Pulses(self.janus))
            try:
                shown, watched = self._chosen(number, mix.pulses.still)
                self._show(mix, shown, programme)
                mix.pulses.keep(watched, time.monotonic())
            except (JanusGone, RoomGone):
                self._end(mix)  # made again at the next look
            folder = queries.folder_of(self.here.media_dir, programme)
            now = clock.now()
            newest = self._newest.written_at(folder, now) if mix.shown else None
            packaging.tell(programme, session, newest, now)
        return PERIOD_SECONDS

    def _keep_alive(self) -> None:
        if self._mixes and time.monotonic() - self._spoke > _KEPT_ALIVE_SECONDS:
            self._spoke = time.monotonic()
            with suppress(JanusGone):
                self.janus.begin()

    def _chosen(self, session_id: int, standing: Collection[Sender]) -> tuple[Shown, set[Sender]]:
        """Who is shown, and whose picture is watched: of all who would be shown, and of those that stand still, for
        they may come again."""
        there = [one for one in self.rooms.admitted if one.publisher.session_id == session_id]
        feeds = {one.publisher.room: feed for one in there if (feed := self.rooms.feed(one.publisher)) is not None}
        there = [one for one in there if one.publisher.room in feeds]
        still = {room for room, feed in standing if feeds.get(room) == feed}
        taken = in_programme(there, still)
        pictures = {one.publisher.room for one, wanted in [*taken, *in_programme(there)] if wanted.picture is not None}
        shown = tuple(Sent(one.publisher.room, feeds[one.publisher.room], wanted) for one, wanted in taken)
        return shown, {(room, feeds[room]) for room in pictures | still}

    def _show(self, mix: Mix, shown: Shown, programme: Programme) -> None:
        is_set = mix.program is not None and abs(clock.off_seconds() - mix.off_seconds) > _STEP_SECONDS
        has_ended = mix.program is not None and mix.program.is_due(time.monotonic())
        if (shown != mix.shown or is_set or has_ended) and (not shown or packaging.takes(mix.media_id, self)):
            self._change(mix, shown, programme)

    def _change(self, mix: Mix, shown: Shown, programme: Programme) -> None:
        """First whoever listens, then what is sent: Janus asks for a whole picture then, and it is not lost. What was
        shown until now is shown until then; it has written its last before the next writes anything. Whoever ended by
        itself is followed by one that listens elsewhere: something else may have its ports by now."""
        ports = free_ports([one.wanted for one in shown])
        following = self._program(programme, shown, ports) if shown else None
        if following is not None:
            if mix.program is not None and mix.program.pid is None:
                following.follow(mix.program)
            try:
                following.look(time.monotonic())
                until_heard(ports, lambda: following.pid is not None)
            except OSError:
                following.end()
                raise
            self._stop(mix)
            packaging.begins(following.folder)
            mix.off_seconds = clock.off_seconds()
            mix.sounds = Sounds([one.audio for one in ports if one.audio is not None])
            ports = by_way_of(mix.sounds, ports)
        else:
            self._end(mix)
        mix.shown, mix.ports, mix.program = shown, ports, following
        for sent, one in zip(shown, ports, strict=True):
            self.janus.forward(sent.room, sent.feed, one)

    def _end(self, mix: Mix) -> None:
        self._stop(mix)
        mix.pulses.end()
        packaging.lets_go(mix.media_id, self)

    def _stop(self, mix: Mix) -> None:
        sent = list(zip(mix.shown, mix.ports, strict=True))
        mix.shown, mix.ports = (), ()
        if mix.program is not None:
            mix.program.end()
            mix.program = None
        if mix.sounds is not None:
            mix.sounds.end()
            mix.sounds = None
        for one, ports in sent:
            with suppress(JanusGone, RoomGone):  # it went with its room
                self.janus.stop_forwarding(one.room, one.feed, ports)

    def _program(self, programme: Programme, shown: Shown, ports: Sequence[Ports]) -> Program:
        folder = queries.folder_of(self.here.media_dir, programme)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / _DESCRIPTION).write_text(mixing.description(ports))
        wanted = [one.wanted for one in shown]
        beside = {"picture": queries.beside(self.here.media_dir, programme)}
        made = [
            [*how, *packaging.into(what, folder, beside.get(what, ""))] for what, how in mixing.making(wanted).items()
        ]
        read = mixing.reading(_DESCRIPTION, wanted)
        return Program(_PROGRAM, [*packaging.FFMPEG, *read, *chain.from_iterable(made)], folder)


def in_programme(there: Iterable[OnStage], still: Collection[int] = ()) -> list[tuple[OnStage, Wanted]]:
    """What the programme takes of whom: the pictures of one or two, first come first, one of an interpreter, and the
    sound of everybody who is heard. Nobody from behind the stage. The two of a duel keep their sides. Of the rooms in
    which the picture stands `still` none is taken, while there is another."""
    on = [one for one in there if one.right.place is Place.STAGE]
    on.sort(key=lambda one: (rights.ORDER.index(one.right.part), one.right.item_id or 0, one.publisher.id))
    people = [one for one in on if one.publisher.camera is CameraView.MAIN]
    moving = [one for one in people if one.publisher.room not in still]
    signs = [one for one in on if one.publisher.camera is CameraView.SIGN and one.publisher.room not in still]
    heard = [one for one in people if one.right.is_heard and not one.publisher.muted]
    heard = sorted(heard, key=_is_quiet)[:_HEARD]
    seen = (moving or people)[: rights.SIDE_BY_SIDE]
    taken = [(one, Wanted(CameraView.MAIN if one in seen else None, one in heard)) for one in people]
    return [
        *((one, wanted) for one, wanted in taken if wanted.picture or wanted.sound),
        *((one, Wanted(CameraView.SIGN, False)) for one in (signs if people else [])[:1]),
    ]


def _is_quiet(one: OnStage) -> bool:
    return one.right.part is Part.LEADER and one.publisher.hand_raised_at is None


def free_ports(wanted: Iterable[Wanted]) -> list[Ports]:
    """For each an even UDP port of this machine for sound and picture, free with its odd neighbour, which is for
    RTCP."""
    with ExitStack() as held:
        return [
            Ports(_free(held) if one.sound else None, _free(held) if one.picture is not None else None)
            for one in wanted
        ]  # fmt: skip


def by_way_of(sounds: Sounds, ports: Iterable[Ports]) -> list[Ports]:
    """The same, but that sound is sent to where it does not stop."""
    ways = iter(sounds.ports)
    return [Ports(one.audio and next(ways), one.video) for one in ports]


def until_heard(ports: Iterable[Ports], runs: Callable[[], bool]) -> None:
    """Wait until a program that runs listens on all of them; not for ever."""
    wanted = {f":{port:04X}" for one in ports for port in (one.audio, one.video) if port is not None}
    until = time.monotonic() + _READY_SECONDS
    while time.monotonic() < until and runs():
        told = [line.split()[1] for line in _UDP.read_text().splitlines()[1:]]
        if wanted <= {where[where.index(":") :] for where in told}:
            return
        time.sleep(_GLANCE_SECONDS)


def _free(held: ExitStack) -> int:
    while True:
        port = secrets.choice(_PORTS)
        one, beside = (held.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) for _ in range(2))
        with suppress(OSError):
            one.bind(("127.0.0.1", port))
            beside.bind(("127.0.0.1", port + 1))
            return port
