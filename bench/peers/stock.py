"""Flask-SocketIO as its documentation shows it, one room: stock.py PORT RATE."""

import sys

import eventlet

eventlet.monkey_patch()

import time  # noqa: E402 - the patch comes first

import eventlet.wsgi  # noqa: E402
from flask import Flask  # noqa: E402
from flask_socketio import SocketIO, join_room  # noqa: E402

MESSAGE_BYTES = 337

app = Flask(__name__)
socketio = SocketIO(app, async_mode="eventlet")


@socketio.on("follow")
def follow(_message: object) -> dict[str, bool]:
    join_room("live")
    return {"ok": True}


def tell(per_second: float) -> None:
    due = time.monotonic()
    while True:
        sent = time.monotonic_ns() // 1000
        padding = MESSAGE_BYTES - len(f'42["entry",{{"t":{sent},"pad":""}}]')
        socketio.emit("entry", {"t": sent, "pad": "x" * padding}, to="live")
        due += 1 / per_second
        left = due - time.monotonic()
        if left < 0:
            due -= left
        socketio.sleep(max(left, 0))


if __name__ == "__main__":
    port, rate = int(sys.argv[1]), float(sys.argv[2])
    if rate:
        socketio.start_background_task(tell, rate)
    # Without `max_size` it would stop accepting at 1,024, and the comparison with it.
    eventlet.wsgi.server(eventlet.listen(("127.0.0.1", port), backlog=4096), app, max_size=50_000, log_output=False)
