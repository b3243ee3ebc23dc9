"""The worker of pictures says that it lives, and there is one of it."""

import socket
from dataclasses import replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from flask import Flask

from inquiry.core import clock
from inquiry.core.db import reading
from inquiry.media import heartbeat, queries, rules
from inquiry.media.models import MediaWorker
from tests.support.media import Worker
from tests.support.parts import require_part
from tests.support.processes import eventually


def known(app: Flask) -> MediaWorker | None:
    with app.app_context(), reading() as db:
        return queries.worker(db, clock.now())


def test_it_is_known_while_it_lives_and_with_what_it_can(app: Flask) -> None:
    require_part("ffmpeg")
    assert known(app) is None
    programs = heartbeat.found()
    assert "." in programs["ffmpeg"]
    assert programs["ffprobe"] == programs["ffmpeg"]
    for _ in range(2):
        assert heartbeat.beat(app, programs) == heartbeat.PERIOD_SECONDS
    worker = known(app)
    assert worker
    assert programs.items() <= worker.programs.items()
    with app.app_context(), reading() as db:
        assert queries.worker(db, worker.seen_at + queries.SILENT_FOR - timedelta(seconds=1))
        assert queries.worker(db, worker.seen_at + queries.SILENT_FOR) is None


@pytest.mark.parametrize(("setting", "name"), [("rtmp_control", rules.NGINX), ("janus", rules.JANUS)])
def test_it_says_whether_a_server_of_the_picture_answers(app: Flask, setting: str, name: str) -> None:
    def set_up(port: int) -> None:
        app.config["INQUIRY"] = replace(app.config["INQUIRY"], **{setting: f"http://127.0.0.1:{port}/there"})

    with ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as server:  # answers 501, as nginx may
        set_up(server.server_port)
        Thread(target=server.serve_forever, daemon=True).start()
        asks, alive, _look = heartbeat.tasks(app)

        def is_told() -> bool:
            asks.turn()
            alive.turn()
            worker = known(app)
            return worker is not None and name in worker.programs

        assert is_told()
        server.shutdown()
    assert not is_told()
    with socket.create_server(("127.0.0.1", 0)) as strange:
        set_up(strange.getsockname()[1])

        def answer() -> None:
            with strange.accept()[0] as caller:
                caller.sendall(b"SSH-2.0-elsewhere\r\n\r\n")

        Thread(target=answer, daemon=True).start()
        assert not is_told(), "another protocol"


def test_what_is_installed_while_it_runs_is_known_within_a_minute(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    _asks, alive, look = heartbeat.tasks(app)

    def told() -> dict[str, str]:
        alive.turn()
        return ((worker := known(app)) and worker.programs) or {}

    assert told() == {}
    for name in heartbeat.PROGRAMS:
        (program := tmp_path / name).write_text("#!/bin/sh\necho version 7.1.2\n")
        program.chmod(0o755)
    assert look.turn() <= 60
    assert told() == {"ffmpeg": "7.1.2", "ffprobe": "7.1.2"}
    program.unlink()
    look.turn()
    assert told() == {"ffmpeg": "7.1.2"}


def test_one_works_and_a_second_is_told_so(database_url: str, tmp_path: Path) -> None:
    first, second = (Worker(database_url, tmp_path, log=name) for name in ("first", "second"))
    first.start()
    eventually(lambda: "the media worker runs" in first.log)
    assert second.start().process.wait(60) == 2
    assert "another server is using the data" in second.log
    assert first.stop() == 0
    second.start()
    eventually(lambda: second.log.count("the media worker runs") == 2)
    second.kill()
