"""A program that ought to run is started again when it ends, within limits, and none outlives whoever started it."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from inquiry.media import packaging
from inquiry.media.programs import LONGEST_PAUSE_SECONDS, WELL_AFTER_SECONDS, Program, bound
from tests.support.parts import require_part
from tests.support.processes import eventually


def runs(pid: int) -> bool:
    stat = Path(f"/proc/{pid}/stat")
    return stat.exists() and not stat.read_text().rpartition(")")[2].startswith(" Z")


def killed(program: Program) -> None:
    assert program.pid
    os.kill(program.pid, signal.SIGKILL)
    eventually(lambda: program.pid is None)


def test_whoever_ends_is_started_again_later_and_later(tmp_path: Path) -> None:
    program = Program("long", ["sleep", "100"], tmp_path)
    now, waited = 0.0, []
    assert program.look(now)
    for _ in range(7):
        killed(program)
        ended = now
        while not program.look(now):
            now += 0.5
        waited.append(now - ended)
    assert waited == [0.5, 1, 2, 4, 8, LONGEST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS]
    killed(program)
    now += WELL_AFTER_SECONDS  # it was well, and its next pause is short
    assert not program.look(now)
    assert program.look(now + 0.5)
    assert program.ends == 8
    program.end()
    assert program.pid is None


def test_whoever_takes_the_place_of_one_that_ended_has_its_next_pause(tmp_path: Path) -> None:
    before, after = (Program(name, ["sleep", "100"], tmp_path) for name in ("before", "after"))
    assert before.look(0)
    assert not before.is_due(0), "it runs"
    killed(before)
    assert not before.is_due(0), "half a second"
    assert before.is_due(0.5)
    after.follow(before)
    assert after.look(0.5)
    killed(after)
    assert [after.is_due(0.5), after.is_due(1.4), after.is_due(1.5)] == [False, False, True]


def test_one_that_does_not_heed_is_made_to_end_and_may_start_again(tmp_path: Path) -> None:
    stubborn = Program("stubborn", ["sh", "-c", "trap '' TERM; echo here; while :; do sleep 0.1; done"], tmp_path)
    stubborn.look(0)
    pid = eventually(lambda: stubborn.pid if stubborn.said() == "here" else None)
    stubborn.end()
    assert not runs(pid)
    assert stubborn.look(0)
    stubborn.end()


def test_what_it_said_last_is_known(tmp_path: Path) -> None:
    program = Program("talker", ["sh", "-c", "seq 1 9999; echo the camera is gone >&2"], tmp_path)
    program.look(0)
    eventually(lambda: program.pid is None)
    assert program.said().endswith("/ 9999 / the camera is gone")
    assert len(program.said()) < 100


def test_a_sender_without_sound_is_not_asked_for_it_for_ever(tmp_path: Path) -> None:
    require_part("ffmpeg")
    silent = ["-f", "lavfi", "-i", "testsrc2=size=64x64:duration=1"]
    program, now = Program("sound", packaging.packager(silent, tmp_path, "sound"), tmp_path), 0.0
    while not packaging.is_in_vain(program):
        program.look(now)
        eventually(lambda: program.pid is None)
        now += LONGEST_PAUSE_SECONDS
        assert program.ends < 10
    assert program.ends > 1, "sound may come a moment after the picture"
    picture = Program("picture", packaging.packager(silent, tmp_path), tmp_path)
    assert not packaging.is_in_vain(picture)


def test_memory_and_processor_time_are_bounded() -> None:
    greedy = bound([sys.executable, "-c", "bytearray(2**30)"], memory=2**29)
    assert b"MemoryError" in subprocess.run(greedy, capture_output=True, check=False).stderr
    busy = subprocess.run(bound([sys.executable, "-c", "while True: pass"], processor_seconds=1), check=False)
    assert busy.returncode in (-signal.SIGXCPU, -signal.SIGKILL)


def test_none_outlives_who_started_it(tmp_path: Path) -> None:
    parent = (
        "import pathlib, sys, time\n"
        "from inquiry.media.programs import Program\n"
        "one = Program('one', ['sleep', '100'], pathlib.Path(sys.argv[1]))\n"
        "one.look(0)\n"
        "print(one.pid, flush=True)\n"
        "time.sleep(100)\n"
    )
    started = subprocess.Popen([sys.executable, "-c", parent, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert started.stdout
    with started.stdout as told:
        pid = int(told.readline())
    eventually(lambda: Path(f"/proc/{pid}/comm").read_text() == "sleep\n")
    started.kill()
    started.wait()
    eventually(lambda: not runs(pid))
