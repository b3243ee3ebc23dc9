"""What an operator's machines ask: is it alive, is it ready for people, and how is it doing."""

import secrets
import threading
from ipaddress import ip_address

from flask import Blueprint, Flask, Response, abort, request
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from .. import migrations
from ..core import clock, metrics
from ..core.db import engine
from ..core.draining import draining
from ..core.extensions import socketio
from ..realtime import fanout
from ..settings import settings

bp = Blueprint("health", __name__)

#: A database that takes longer than this to say where it stands is no good to people who wait.
LONGEST_SECONDS = 1.0

_asking = threading.Lock()


@bp.get("/healthz")
def healthz() -> dict[str, str]:
    """Alive. It asks nobody else: a process is not helped by being ended because its database is down."""
    return {"status": "ok"}


@bp.get("/readyz")
def readyz() -> tuple[dict[str, str], int]:
    """200 when people may be sent here: the database answers and has the shape we need, and we are not leaving."""
    _for_machines_only()
    database = _asked(engine())
    state = "draining" if draining.begun else "ready" if database == "ok" else "not ready"
    return {"status": state, "database": database}, 200 if state == "ready" else 503


@bp.get("/metrics")
def numbers() -> Response:
    """Everything this process counts, for Prometheus."""
    _for_machines_only()
    return Response(metrics.told(settings().label), content_type="text/plain; version=0.0.4; charset=utf-8")


def _for_machines_only() -> None:
    """Whoever knows the token; where there is none, whoever asks on this machine and was not forwarded by a proxy."""
    token = settings().metrics_token
    if token:
        if secrets.compare_digest(request.headers.get("Authorization", "").encode(), f"Bearer {token}".encode()):
            return
    elif is_from_this_machine():
        return
    abort(404)


def is_from_this_machine() -> bool:
    """Whether a program on this machine asks, and no proxy for somebody else."""
    return "X-Forwarded-For" not in request.headers and _is_this_machine(request.remote_addr or "")


def _is_this_machine(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False


def _asked(of: Engine) -> str:
    """`ok`, or what is wrong with the database. One question at a time: a database that hangs is not asked again."""
    if not _asking.acquire(blocking=False):
        return "no answer"
    answer = ["no answer"]
    done = threading.Event()

    def ask() -> None:
        try:
            with of.connect() as connection:
                answer[0] = "ok" if migrations.is_at_head(connection) else "needs inquiry db upgrade"
        except SQLAlchemyError as error:
            answer[0] = type(error).__name__
        finally:
            _asking.release()
            done.set()

    socketio.start_background_task(ask)
    done.wait(LONGEST_SECONDS)
    return answer[0]


def register(app: Flask) -> None:
    app.register_blueprint(bp)
    metrics.gauge("inquiry_clock_off_seconds", "The machine's clock, put forward since the start.", clock.off_seconds)
    metrics.gauge("inquiry_viewers", "Sockets that follow a session.", fanout.viewers)
    metrics.gauge("inquiry_sockets", "Open sockets.", lambda: len(socketio.server.eio.sockets))
    metrics.gauge("inquiry_deliveries_total", "Messages handed to readers.", lambda: socketio.server.manager.deliveries)
