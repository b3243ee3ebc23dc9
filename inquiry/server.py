"""The one module that knows eventlet (and gevent): the patch, the sockets' limits, and serving for real."""

import gc
import logging
import os
import resource
import socket
import sys
import warnings
from collections import deque
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flask import Flask
    from sqlalchemy import Engine

    from .core.background import Task
    from .transport.driver import Ground

#: A message from a browser is a few hundred bytes; unmasking is done in Python, byte by byte.
LARGEST_MESSAGE = 16 * 1024
#: Whoever sends half a request and no more is not waited for any longer; nginx in front is as patient as it likes.
REQUEST_SECONDS = 30
#: A whole city opens the page at the same moment.
_BACKLOG = 4096
#: eventlet accepts 1,024 connections unless told otherwise.
MOST_CONNECTIONS = 20_000
#: Sockets that are served, and connections that are accepted, before whoever slept comes by: about ten milliseconds.
#: Left to themselves both loops serve a thousand at a time, and a host's press waits behind all of them.
SERVED_AT_ONCE = 16
ACCEPTED_AT_ONCE = 8
#: So often the database is served alone before everybody else has a turn as well.
FIRST_IN_A_ROW = 3
COLLECT_SECONDS = 0.5
#: How much the threads of slow work give way to the loop where there are too few cores for both (`nice`).
GENTLE = 3
# That is known and decided (docs/adr/0001); whoever runs `inquiry trace head` need not be told each time.
warnings.filterwarnings("ignore", message="\\s*Eventlet is deprecated", append=False)


class PortTaken(Exception):
    """The address is in use; the sentence says which."""


def mode(environ: Any = os.environ) -> str:
    return str(environ.get("INQUIRY_ASYNC_MODE", "eventlet"))


def patch() -> None:
    """Make the standard library cooperative. Must come before anything else is imported.

    psycopg 3 knows gevent by itself, but would stop eventlet's hub in every query unless told how to wait.
    """
    if mode() == "eventlet":
        os.environ.setdefault("EVENTLET_NO_GREENDNS", "yes")
        os.environ.setdefault("PSYCOPG_WAIT_FUNC", "wait_selector")
        import eventlet
        from eventlet.hubs import epolls

        class Hub(epolls.Hub):
            is_available = staticmethod(epolls.is_available)

            def __init__(self, clock: Any = None) -> None:
                super().__init__(clock)
                self.first = epolls.select.epoll()
                self.found: list[tuple[int, int]] = []
                self.in_a_row = 0

            def serve_first(self, fileno: int) -> None:
                """Each arrival once: the end of a connection at rest would be served for ever. `poll` has it too."""
                self.first.register(fileno, epolls.select.EPOLLIN | epolls.select.EPOLLET)

            def is_hurried(self) -> bool:
                """Whether one of those that are served first is ready."""
                self.found = self.found or self.first.poll(0)
                return bool(self.found)

            def do_poll(self, seconds: float) -> Any:
                self.in_a_row = self.in_a_row + 1 if self.is_hurried() else 0
                found, self.found = self.found, []
                if self.in_a_row % (FIRST_IN_A_ROW + 1):
                    return found
                return found + self.poll.poll(0 if found else seconds, SERVED_AT_ONCE)

        if Hub.is_available():
            eventlet.hubs.use_hub(Hub)
        eventlet.monkey_patch()
    elif mode() == "gevent":
        from gevent import monkey

        monkey.patch_all()


def use_threads_for_heavy_work(app: "Flask") -> None:
    """Let `extensions.offload` run in real threads beside the loop."""
    if mode() == "eventlet":
        from eventlet import tpool

        app.extensions["inquiry.offload"] = lambda work, *args: tpool.execute(_gently, work, *args)
    elif mode() == "gevent":
        import gevent

        app.extensions["inquiry.offload"] = lambda work, *args: gevent.get_hub().threadpool.apply(
            _gently, (work, *args)
        )


def _gently(work: "Callable[..., Any]", *args: Any) -> Any:
    """Behind the loop: for Linux this is about the calling thread alone, and those it begins."""
    os.setpriority(os.PRIO_PROCESS, 0, GENTLE)
    return work(*args)


def raise_file_limit() -> int:
    """Ask for as many open files as the system lets us; returns the limit in force."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = hard if hard != resource.RLIM_INFINITY else max(soft, 65536)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    except (ValueError, OSError):
        return soft
    return wanted


def check_port(host: str, port: int) -> None:
    """Raise PortTaken with a sentence a person can act on."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise PortTaken(
                f"{host}:{port} cannot be used ({error.strerror}). Choose another, e.g. PORT={port + 1}."
            ) from error


def serve(app: "Flask", host: str, port: int) -> None:
    """Serve until stopped: pages, sockets, the deadline watcher and the ticker. Raises PortTaken, DataInUse."""
    from .core import claims
    from .core.draining import draining
    from .core.extensions import socketio
    from .core.impatience import be_impatient
    from .transport import driver, packets

    check_port(host, port)
    claims.claim(app.config["INQUIRY"].data_dir)
    draining.on_sigterm()
    use_threads_for_heavy_work(app)
    raise_file_limit()
    be_impatient(app.extensions["inquiry.engine"])
    watch = driver.install(socketio.server, ground(), packets.readable)
    socketio.server.eio.logger.addFilter(packets.is_ours)
    start_background(app, watch)
    spare_the_collector()
    # nginx in front writes the access log; ours would cost a line for each page. Both servers are kept from holding
    # back the second half of an answer until the first is confirmed (Nagle's algorithm): that takes 40 ms.
    if mode() == "gevent":
        _serve_with_gevent(app, host, port)
    else:
        _serve_with_eventlet(app, host, port)
    while draining.begun:  # nobody listens any more; the process ends when everything is done
        socketio.sleep(1)


def _serve_with_gevent(app: "Flask", host: str, port: int) -> None:
    from gevent import pywsgi

    from .core.extensions import socketio

    class Handler(pywsgi.WSGIHandler):
        def handle(self) -> None:
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            super().handle()

        def handle_one_request(self) -> Any:
            _sleep_under_gevent(0)  # requests that came in one piece are read without waiting, thousands in a row
            return super().handle_one_request()

        def get_environ(self) -> dict[str, Any]:
            return {**super().get_environ(), "inquiry.socket": self.socket}

    socketio.server.eio._async |= {"sleep": _sleep_under_gevent}
    pywsgi.WSGIServer.max_accept = ACCEPTED_AT_ONCE
    server = pywsgi.WSGIServer((host, port), app, backlog=_BACKLOG, log=None, handler_class=Handler)
    _leave_on_demand(server.close)
    server.serve_forever()


def _serve_with_eventlet(app: "Flask", host: str, port: int) -> None:
    import eventlet.wsgi

    let_the_database_go_first(app.extensions["inquiry.engine"])
    listener = eventlet.listen((host, port), socket.AF_INET6 if ":" in host else socket.AF_INET, _BACKLOG)

    _leave_on_demand(listener.close)

    class Protocol(eventlet.wsgi.HttpProtocol):
        """A WebSocket keeps the buffers of the request it began as: 24 KiB a viewer, as eventlet has them."""

        rbufsize = wbufsize = 2048

        def setup(self) -> None:
            super().setup()
            self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

        def handle_one_request(self) -> None:
            eventlet.sleep(0)  # requests that came in one piece are read without waiting, thousands in a row
            super().handle_one_request()

        def finish(self) -> None:
            try:
                super().finish()
            finally:
                self.environ = None  # it leads back here: 8 KiB a viewer would wait for a collector that hardly comes

    class Connections(eventlet.GreenPool):
        """Has the loop that accepts look up now and then: it does not while somebody waits to be accepted."""

        accepted = 0

        def spawn(self, *work: Any) -> Any:
            self.accepted += 1
            if self.accepted % ACCEPTED_AT_ONCE == 0:
                eventlet.sleep(0)
            return super().spawn(*work)

    eventlet.wsgi.server(
        listener,
        app,
        custom_pool=Connections(MOST_CONNECTIONS),
        log_output=False,
        protocol=Protocol,
        socket_timeout=REQUEST_SECONDS,
    )


def let_the_database_go_first(engine: "Engine") -> None:
    """Answers of PostgreSQL are served before everybody else's messages, and in the middle of a broadcast: whoever
    waits for one holds a transaction and its locks, and waits again at each of its statements. Under gevent only
    messages wait (`_turnstile`)."""
    from eventlet.hubs import get_hub
    from sqlalchemy import event

    hub = get_hub()
    if hasattr(hub, "serve_first") and engine.dialect.name != "sqlite":
        engine.dispose()
        event.listen(engine, "connect", lambda connection, _record: hub.serve_first(connection.fileno()))


def _leave_on_demand(stop_listening: "Callable[[], None]") -> None:
    """Whoever was promised something has it when the process ends: what is committed is on the disk."""
    from .core.draining import draining
    from .core.extensions import socketio

    def end() -> None:
        logging.getLogger("inquiry").info("everybody is elsewhere: stopped")
        logging.shutdown()
        os._exit(0)  # the loop would wait for every idle connection first

    socketio.start_background_task(draining.watch, socketio.server.eio, stop_listening, end)


def spare_the_collector() -> None:
    """Thousands of viewers are a million objects, none of them garbage: looking through all would stop the loop.

    What was imported is left out for good. The young are looked through often, so that it is never for long (forty
    thousand at a time take ten milliseconds), and the old hardly ever.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 4, 1_000_000)


class Collector:
    """It counts what is made less what goes, so it sleeps while viewers' objects are exchanged for new ones, and then
    looks through all of these at once: 130 milliseconds for 15,000 viewers, every ten seconds.

    The old are looked through when the last viewer has gone.
    """

    def __init__(self) -> None:
        self._watched = False

    def turn(self) -> float:
        from .realtime import fanout

        was_watched, self._watched = self._watched, bool(fanout.occupied())
        gc.collect(2 if was_watched and not self._watched else 1)
        return COLLECT_SECONDS


def ground() -> "Ground":
    """Where the two servers keep the socket of a request, and what they are returned when it is used up."""
    from .transport.driver import Ground

    if mode() == "gevent":

        def sockets_of(environ: dict[str, Any]) -> tuple[Any, Any]:
            return environ["inquiry.socket"], environ["inquiry.socket"]._sock

        return Ground(sockets_of, tuple, _turnstile(), lambda _raw: None, lambda: False)  # who is first takes no turn
    from eventlet import wsgi
    from eventlet.hubs import get_hub

    def socket_of(environ: dict[str, Any]) -> tuple[Any, Any]:
        environ["eventlet.set_idle"]()
        green = environ["eventlet.input"].get_socket()
        return green, green.fd

    def ended() -> tuple[bytes, ...]:
        wsgi.WSGI_LOCAL.already_handled = True
        return ()

    hub = get_hub()
    if not hasattr(hub, "serve_first"):  # where there is no epoll, everybody waits their turn
        return Ground(socket_of, ended, lambda: None, lambda _raw: None, lambda: False)
    return Ground(socket_of, ended, lambda: None, lambda raw: hub.serve_first(raw.fileno()), hub.is_hurried)


def _turnstile() -> "Callable[[], None]":
    """gevent serves everybody who has something to read before it looks at its timers: let a few of them in at a time,
    in the order in which they come."""
    from gevent import get_hub, spawn
    from gevent.hub import Waiter

    waiting: deque[Waiter[None]] = deque()
    let_in = SERVED_AT_ONCE

    def turn() -> None:
        nonlocal let_in
        if let_in == SERVED_AT_ONCE:
            spawn(open_again)
        if let_in and not waiting:
            let_in -= 1
            return
        waiting.append(waiter := Waiter())
        waiter.get()

    def open_again() -> None:
        """Runs when the loop comes by."""
        nonlocal let_in
        while waiting:
            for _ in range(min(SERVED_AT_ONCE, len(waiting))):
                get_hub().loop.run_callback(waiting.popleft().switch, None)
            _sleep_under_gevent(0)
        let_in = SERVED_AT_ONCE

    return turn


def _sleep_under_gevent(seconds: float) -> None:
    """Its own sleep(0) may come back fifty times before the loop looks at its timers and sockets; a timer does not."""
    from gevent import get_hub, sleep

    if seconds > 0:
        sleep(seconds)
        return
    hub = get_hub()
    with hub.loop.timer(0) as turn:
        hub.wait(turn)


def tasks(_app: "Flask") -> "Iterator[Task]":
    from .core.background import Task
    from .core.metrics import stall

    yield Task("feeling for stalls", stall.feel)
    yield Task("the collector", Collector().turn)


def start_background(app: "Flask", *more: "Task") -> None:
    """Everything on the one list, in every process."""
    from .core import background
    from .core.extensions import socketio

    for task in [*more, *background.every(app)]:
        socketio.start_background_task(background.for_ever, task, socketio.sleep)


def reports_to_stderr() -> None:
    """Line-buffer what is printed, so that a supervisor sees it at once."""
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
