"""How long a picture takes from the camera to the eye: `python -m bench.picture --session 1 --seconds 600`.

A camera shows the time as bits in its picture and sends it by RTMP; the real nginx, ffmpeg, worker and server carry it
to a Chromium that reads the bits off what it shows, twice a second. All of it runs on this machine, so both times are
of one clock. Printed is JSON: how often it was read, how often there was nothing to read, and the milliseconds.
"""

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import click
from playwright.sync_api import sync_playwright

from inquiry import create_app
from inquiry.core.db import reading
from inquiry.dispatch.unit_of_work import unit_of_work
from inquiry.live import queries as live
from inquiry.media.commands import programmes
from inquiry.media.models import PictureSource
from inquiry.permissions import Actor, Role
from inquiry.settings import Settings
from tests.support.browser import ARGUMENTS
from tests.support.media import READ, Studio
from tests.support.parts import require_part
from tests.support.server import Server

_EVERY_SECONDS = 0.5
_MEASURED_AFTER_SECONDS = 10


def measure(folder: Path, session: int, seconds: int) -> dict[str, float]:
    here = Settings.from_environment()
    app = create_app(here)
    producer = Actor(Role.PRODUCER)
    with app.app_context():
        with unit_of_work() as uow:
            programmes.choose_source(uow, producer, session, PictureSource.ENCODER)
            programme, key = programmes.make_key(uow, producer, session)
        with reading() as db:
            code = live.session(db, session).code
    with ExitStack() as stack:
        server = Server(here.database_url, folder).start()
        stack.callback(server.kill)
        studio = stack.enter_context(Studio(server, folder / "rtmp"))
        studio.film(programme.media_id, key)
        return _watched(f"{server.url}/sessions/{code}", seconds)


def _watched(address: str, seconds: int) -> dict[str, float]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=require_part("chromium"), args=ARGUMENTS)
        page = browser.new_page()
        page.goto(address)
        page.wait_for_function(READ, timeout=60_000)
        time.sleep(_MEASURED_AFTER_SECONDS)
        read = [_read(lambda: page.evaluate(READ)) for _ in range(int(seconds / _EVERY_SECONDS))]
        browser.close()
    behind = sorted(one for one in read if one is not None)
    return {
        "read": len(behind), "nothing to read": len(read) - len(behind),
        "p50, ms": statistics.median(behind), "p95, ms": behind[int(len(behind) * 0.95)], "worst, ms": behind[-1],
    }  # fmt: skip


def _read(look: Callable[[], dict[str, float] | None]) -> float | None:
    begun = time.monotonic()
    seen = look()
    time.sleep(max(0.0, _EVERY_SECONDS - (time.monotonic() - begun)))
    return seen["behind"] if seen else None


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench.picture", description="Measure from the camera to the eye.")
    parser.add_argument("--session", type=int, required=True)
    parser.add_argument("--seconds", type=int, default=600)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="inquiry-bench-picture-") as folder:
        click.echo(json.dumps(measure(Path(folder), asked.session, asked.seconds)))


if __name__ == "__main__":
    main()
