"""What the programme takes of whom, and how ffmpeg is told to put it together."""

import json
import os
import signal
import socket
import subprocess
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import count, pairwise
from pathlib import Path

import pytest
from flask import Flask, current_app

from inquiry.media import keeping, legs, making, mixing, packaging, queries
from inquiry.media.janus import Feed
from inquiry.media.mixing import Ports, Wanted
from inquiry.media.models import CameraView, Part, PictureSource, Place, Programme, Publisher
from inquiry.media.programs import Program
from inquiry.media.pulses import Pulse
from inquiry.media.rights import Right
from inquiry.media.sounds import Sounds, payload
from inquiry.media.stage_programme import StageProgrammes, by_way_of, free_ports, in_programme, until_heard
from inquiry.settings import settings
from tests.media.conftest import Nginx, Picture
from tests.support.media import Answers
from tests.support.parts import require_part
from tests.support.processes import eventually, free_port, tied

_numbers = count(1)
MAIN, SIGN = CameraView.MAIN, CameraView.SIGN


@dataclass
class One:
    right: Right
    publisher: Publisher = field(init=False)
    camera: CameraView = MAIN
    muted: bool = False

    def __post_init__(self) -> None:
        self.publisher = Publisher(id=next(_numbers), camera=self.camera, muted=self.muted)


def speaker(item: int = 1, *, beside: bool = False) -> Right:
    return Right(Part.SPEAKER, Place.STAGE, item, item, beside=beside)


HOST, LEADER = (Right(part, Place.STAGE) for part in (Part.HOST, Part.LEADER))
WAITING = Right(Part.SPEAKER, Place.GREEN_ROOM, 9, 9)


@pytest.mark.parametrize(
    ("there", "expected"),
    [
        pytest.param([One(WAITING)], [], id="nobody from behind the stage"),
        pytest.param([One(WAITING), One(speaker())], [(1, MAIN, True)], id="the speaker alone"),
        pytest.param([One(HOST), One(speaker())], [(1, MAIN, True), (0, MAIN, True)], id="speaker and host"),
        pytest.param(
            [One(LEADER), One(HOST), One(LEADER, muted=True), One(speaker())],
            [(3, MAIN, True), (1, MAIN, True), (0, None, True)], id="a third is heard, one who is muted is not",
        ),
        pytest.param(
            [One(HOST), One(speaker(2)), One(speaker(1, beside=True))],
            [(2, MAIN, False), (1, MAIN, True), (0, None, True)], id="a duel: two sides, one heard, and the host",
        ),
        pytest.param(
            [One(speaker(), SIGN), One(speaker()), One(HOST, SIGN)],
            [(1, MAIN, True), (0, SIGN, False)], id="one interpreter",
        ),
        pytest.param([One(speaker(), SIGN)], [], id="an interpreter of nobody"),
    ],
)  # fmt: skip
def test_whom_the_programme_shows_and_who_is_heard_in_it(
    there: list[One], expected: list[tuple[int, CameraView | None, bool]]
) -> None:
    taken = [(there.index(one), wanted.picture, wanted.sound) for one, wanted in in_programme(there)]
    assert taken == expected


def test_of_more_than_are_heard_those_are_who_asked_to_speak() -> None:
    many = [One(LEADER) for _ in range(20)]
    many[19].publisher.hand_raised_at = datetime(2026, 12, 1, tzinfo=UTC)
    heard = [many.index(one) for one, wanted in in_programme([*many, One(speaker())]) if wanted.sound and one in many]
    assert len(heard) == 15
    assert 19 in heard


def test_a_picture_that_stands_still_makes_room_for_the_next_and_its_sound_goes_on() -> None:
    who, host, leader, sign = One(speaker()), One(HOST), One(LEADER), One(speaker(), SIGN)
    there = [who, host, leader, sign]
    for number, one in enumerate(there):
        one.publisher.room = number
    assert taken_of(there, {0}) == [(0, None, True), (1, MAIN, True), (2, MAIN, True), (3, SIGN, False)]
    assert taken_of(there, {3}) == [(0, MAIN, True), (1, MAIN, True), (2, None, True)]
    assert taken_of(there, {0, 1, 2}) == taken_of(there, set()), "there is no other"


def taken_of(there: list[One], still: set[int]) -> list[tuple[int, CameraView | None, bool]]:
    return [(there.index(one), wanted.picture, wanted.sound) for one, wanted in in_programme(there, still)]


@pytest.mark.parametrize(
    ("comes", "until", "changes"),
    [
        pytest.param(lambda now: not 2 <= now < 6, 12, [4.9, 8.0], id="three seconds late, and again after two"),
        pytest.param(lambda now: now < 2, 12, [4.9], id="for good"),
        pytest.param(lambda _now: True, 12, [], id="never"),
        pytest.param(
            lambda now: now % 10 < 6, 60, [9.0, 12.0, 19.0, 24.0, 29.0], id="a line that stutters, less and less often"
        ),
    ],
)
def test_a_picture_stands_still_and_comes_again(
    comes: Callable[[float], bool], until: int, changes: list[float]
) -> None:
    pulse, sends = Pulse(0.0), socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    assert pulse.ports.video is not None
    found = [False]
    for tenth in range(until * 10):
        if comes(tenth / 10):
            for _ in range(20):
                sends.sendto(b"x" * 1200, ("127.0.0.1", pulse.ports.video))
        pulse.look(tenth / 10)
        found.append(pulse.is_still)
    sends.close()
    pulse.close()
    assert [number / 10 for number, (one, then) in enumerate(pairwise(found)) if one is not then] == changes


def test_one_picture_is_passed_on_as_it_is_and_nothing_but_several_is_encoded() -> None:
    one = mixing.making([Wanted(MAIN, True), Wanted(None, True)])
    assert one["picture"][one["picture"].index("-c:v") + 1] == "copy"
    for several in ([Wanted(MAIN, True), Wanted(MAIN, False)], [Wanted(MAIN, True), Wanted(SIGN, False)]):
        made = mixing.making(several)
        assert made["picture"][made["picture"].index("-c:v") + 1] == "libx264"
        assert "-c:v" not in made["sound"]


def test_everybody_has_ports_of_their_own_and_is_described() -> None:
    ports = free_ports([Wanted(MAIN, True), Wanted(None, True), Wanted(SIGN, False)])
    told = mixing.description(ports)
    used = [number for one in ports for number in (one.audio, one.video) if number is not None]
    assert len(set(used)) == 4
    assert not any(number % 2 for number in used)
    given = Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()
    assert max(used) + 1 < int(given[0]), "nobody is given them who asks for any port"
    assert told.count("m=audio") == told.count("m=video") == 2
    assert mixing.description([Ports(5000, None)]).count("m=") == 1


@pytest.mark.parametrize(
    "wanted",
    [
        [Wanted(MAIN, True)],
        [Wanted(MAIN, False)],
        [Wanted(MAIN, True), Wanted(MAIN, True), Wanted(None, True)],
        [Wanted(MAIN, True), Wanted(SIGN, False)],
        [Wanted(MAIN, True), Wanted(MAIN, False), Wanted(SIGN, False)],
        [Wanted(MAIN, False), Wanted(MAIN, False)],
    ],
    ids=lambda wanted: f"{sum(one.picture is not None for one in wanted)}-{sum(one.sound for one in wanted)}",
)
def test_ffmpeg_makes_a_second_of_it(wanted: list[Wanted]) -> None:
    """What it is told is a graph that it can run; here of test pictures in the place of what Janus sends."""
    require_part("ffmpeg")
    pictures = sum(one.picture is not None for one in wanted)
    sounds = sum(one.sound for one in wanted)
    source = "".join(f"testsrc2=320x180:25,format=yuv420p[out{number}];" for number in range(pictures))
    source += "".join(f"sine=sample_rate=48000[out{pictures + number}];" for number in range(sounds))
    silence = [] if sounds else ["-f", "lavfi", "-i", "anullsrc=r=48000:cl=stereo"]
    made = mixing.making(wanted)
    how = [one if one != "copy" else "mpeg4" for one in made["picture"]]
    read = ["ffmpeg", "-v", "error", "-f", "lavfi", "-i", source.rstrip(";"), *silence]
    made_of_it = [*how, "-t", "1", "-f", "null", "-", *made["sound"], "-t", "1", "-f", "null", "-"]
    done = subprocess.run([*read, *made_of_it], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("heard", [1, 2])
def test_who_sends_no_sound_keeps_nobody_from_being_seen_or_heard(tmp_path: Path, heard: int) -> None:
    """The last of them sends none; whoever is mixed would be waited for, and the programme would not begin."""
    require_part("ffmpeg")
    wanted = [Wanted(MAIN, True), Wanted(None, True)][:heard]
    ports = free_ports(wanted)
    (tmp_path / "stage.sdp").write_text(mixing.description(ports))
    made = [part for what, how in mixing.making(wanted).items() for part in (*how, *packaging.into(what, tmp_path))]
    film = ["-re", "-f", "lavfi", "-i", "testsrc2=320x180:25", "-re", "-f", "lavfi", "-i", "sine=sample_rate=48000"]
    coded = ["-c:v", "libx264", "-preset", "ultrafast", "-tune", "zerolatency", "-pix_fmt", "yuv420p", "-g", "25"]
    sent = ["-map", "0:v", *coded, "-payload_type", str(mixing.H264), "-f", "rtp", f"rtp://127.0.0.1:{ports[0].video}"]
    read = ["ffmpeg", "-nostdin", "-v", "error", *mixing.reading("stage.sdp", wanted), *made]
    programme = subprocess.Popen(tied(read), cwd=tmp_path)
    until_heard(ports, lambda: programme.poll() is None)
    sounds = Sounds([one.audio for one in ports if one.audio is not None])
    if heard > 1:
        where = by_way_of(sounds, ports)[0].audio
        sent += [
            "-map",
            "1:a",
            "-c:a",
            "libopus",
            "-payload_type",
            str(mixing.OPUS),
            "-f",
            "rtp",
            f"rtp://127.0.0.1:{where}",
        ]
    sender = subprocess.Popen(tied(["ffmpeg", "-nostdin", "-v", "quiet", *film, *sent]), stdout=subprocess.DEVNULL)
    try:
        eventually(lambda: len(list(tmp_path.glob("s*.ts"))) > 2, seconds=60, otherwise="the programme does not begin")
        loud = [
            "ffmpeg",
            "-nostdin",
            "-f",
            "mpegts",
            "-i",
            str(min(tmp_path.glob("a*.ts"))),
            "-af",
            "volumedetect",
            "-f",
            "null",
            "-",
        ]
        told = subprocess.run(loud, capture_output=True, text=True, check=True, timeout=60).stderr
        assert ("max_volume: -91.0 dB" in told) is (heard == 1), "silence alone where nobody sends any sound"
    finally:
        for one in (programme, sender):
            one.kill()
            one.wait()
        sounds.end()


@pytest.mark.parametrize(
    ("packet", "expected"),
    [
        (b"\x80\x6f" + bytes(10) + b"sound", b"sound"),
        (b"\x81\x6f" + bytes(10) + b"SRCE" + b"sound", b"sound"),
        (b"\x90\xef" + bytes(10) + b"\xbe\xde\0\1LEVL" + b"sound", b"sound"),
        (b"\xa0\x6f" + bytes(10) + b"sound\0\2", b"sound"),
        (b"\x80\x60" + bytes(10) + b"picture", b""),
        (b"\x90\x6f" + bytes(10) + b"\xbe", b""),
        (b"\x90\x6f" + bytes(10) + b"\xbe\xde\xff\xff", b""),
        (b"\xa0\x6f" + bytes(10) + b"\xff", b""),
        (b"\x40\x6f" + bytes(10) + b"old", b""), (b"", b""),
    ],
)  # fmt: skip
def test_the_sound_of_a_packet_is_what_stands_behind_its_head(packet: bytes, expected: bytes) -> None:
    assert payload(packet) == expected


@dataclass
class Rooms:
    admitted: list[One]

    def feed(self, _publisher: Publisher) -> Feed:
        return Feed(1)


def test_what_ends_by_itself_is_followed_by_one_that_listens_elsewhere(app: Flask, picture: Picture) -> None:
    """In the moment before it listens, or while it is away, somebody else may have its ports for good."""
    require_part("ffmpeg")
    there, sent_to = One(speaker()), []
    there.publisher.session_id, there.publisher.room = picture.session, 7

    def answer(_path: str, body: bytes) -> str:
        sent_to.append(json.loads(body).get("body", {}).get("video_port"))
        return '{"janus": "success", "data": {"id": 1}}'

    with Answers(answer) as janus, ExitStack() as held:
        app.config["INQUIRY"] = replace(settings(), janus=f"{janus.address}/janus")
        picture.choose(PictureSource.STAGE)
        stage = StageProgrammes(settings(), Rooms([there]))

        def listens() -> tuple[Program, int | None]:
            stage.turn()
            mix = stage._mixes[picture.session]
            assert mix.program
            return mix.program, mix.ports[0].video

        before, first = listens()
        assert before.pid
        os.kill(before.pid, signal.SIGKILL)
        eventually(lambda: before.pid is None)
        held.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)).bind(("127.0.0.1", first))
        eventually(lambda: listens()[0] is not before)
        after, where = listens()
        assert after.pid
        assert sent_to[-1] == where != first
        sockets = Path("/proc/net/udp").read_text()
        assert f" 0100007F:{where:04X} " in sockets, "it listens to this machine"
        assert f" 00000000:{where:04X} " not in sockets, "and to no other"
        picture.choose(PictureSource.NONE)
        stage.turn()
        stage.janus.close()


def test_one_at_a_time_writes_the_folder_of_a_programme_whichever_way_its_picture_comes(
    picture: Picture, nginx: Nginx
) -> None:
    """What made it before may take three seconds to end: two would write one playlist."""
    require_part("ffmpeg")
    current_app.config["INQUIRY"] = replace(settings(), janus=f"http://127.0.0.1:{free_port()}/janus")
    there = One(speaker())
    there.publisher.session_id, there.publisher.room = picture.session, 7
    encoder, stage = packaging.Packager(settings()), StageProgrammes(settings(), Rooms([there]))
    folder = queries.folder_of(settings().media_dir, picture.now)
    assert nginx("publish", picture.key) == 204
    encoder.turn()
    assert (folder / "picture.log").exists()
    picture.choose(PictureSource.STAGE)
    stage.turn()
    assert not (folder / "stage.sdp").exists(), "the packager of the encoder has not ended yet"
    encoder.turn()
    stage.turn()
    assert (folder / "stage.sdp").exists()
    picture.choose(PictureSource.NONE)
    stage.turn()


@pytest.mark.parametrize("can_be_written", [True, False])
def test_what_the_stage_makes_is_written_twice_and_once_where_the_second_cannot_be(
    tmp_path: Path, can_be_written: bool
) -> None:
    require_part("ffmpeg")
    folder, beside = tmp_path / queries.PROGRAMMES / "0a", tmp_path / queries.FILES
    folder.mkdir(parents=True)
    programme, media_dir = Programme(media_id="0a"), tmp_path if can_be_written else tmp_path / "elsewhere"
    where = queries.beside(media_dir, programme)
    read = ["ffmpeg", "-v", "error", "-f", "lavfi", "-i", "testsrc2=d=3[out0];testsrc2=d=3[out1];sine=d=3[out2]"]
    how = mixing.making([Wanted(MAIN, True), Wanted(MAIN, False)])["picture"]
    done = subprocess.run(
        [*read, *how, *packaging.into("picture", folder, where)], cwd=folder, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    assert [one.ms for one in keeping.kept(folder)] == [1000, 1000, 1000]
    files = queries.recorded_beside(tmp_path, "0a")
    assert len(files) == can_be_written
    for one in files:
        assert legs.begun(one.name)
        assert making.probed(one) == pytest.approx(3, abs=0.2)
    assert beside.exists() is can_be_written


def test_it_begins_with_the_first_whole_picture_that_is_sent_once_it_listens(tmp_path: Path) -> None:
    """There is no second one here: whoever drops it, or sends before it is listened to, has no programme."""
    require_part("ffmpeg")
    wanted = [Wanted(MAIN, True)]
    ports = free_ports(wanted)
    (tmp_path / "stage.sdp").write_text(mixing.description(ports))
    made = ["-map", "0:v:0", "-c:v", "copy", "-frames:v", "25", "-f", "null", "-"]
    read = ["ffmpeg", "-nostdin", "-v", "error", *mixing.reading("stage.sdp", wanted), *made]
    film = ["-re", "-f", "lavfi", "-i", "testsrc2=320x180:25", "-re", "-f", "lavfi", "-i", "sine=sample_rate=48000"]
    coded = ["-c:v", "libx264", "-preset", "ultrafast", "-tune", "zerolatency", "-pix_fmt", "yuv420p", "-g", "9999"]
    sent = ["-map", "0:v", *coded, "-payload_type", str(mixing.H264), "-f", "rtp", f"rtp://127.0.0.1:{ports[0].video}"]
    sent += ["-map", "1:a", "-c:a", "libopus", "-payload_type", str(mixing.OPUS), "-f", "rtp"]
    programme = subprocess.Popen(tied(read), cwd=tmp_path)
    until_heard(ports, lambda: programme.poll() is None)
    send = ["ffmpeg", "-nostdin", "-v", "error", *film, *sent, f"rtp://127.0.0.1:{ports[0].audio}"]
    camera = subprocess.Popen(tied(send), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        assert programme.wait(30) == 0
    finally:
        for one in (camera, programme):
            one.kill()
            one.wait(10)
