"""In what order eventlet's loop serves those who are ready."""

import subprocess
import sys

#: A crowd and one other are ready in the same moment, the other as the last of them.
CROWD_AND_DATABASE = """
from inquiry import server
server.patch()
import socket
import eventlet
from eventlet.hubs import get_hub, trampoline

served = []

def reader(name):
    ours, theirs = socket.socketpair()
    def read():
        while True:
            trampoline(ours.fileno(), read=True)
            if not ours.recv(10):
                return
            served.append(name)
    eventlet.spawn(read)
    return ours, theirs

crowd = [reader("crowd") for _ in range(200)]
ours, database = reader("database")
get_hub().serve_first(ours.fileno())
eventlet.sleep(0)

def wait_for(number):
    while len(served) < number:
        eventlet.sleep(0)

for turn in range(3):
    served.clear()
    for _ours, theirs in crowd:
        theirs.send(b"!")
    database.send(b"!")
    wait_for(201)
    print("the database was number", served.index("database"))
database.close()
served.clear()
for _ours, theirs in crowd:
    theirs.send(b"!")
wait_for(200)
print("and after its end all of the crowd")
"""

#: The database has an answer as soon as it was served: it is asked one thing after the other, for ever.
BUSY_DATABASE = """
from inquiry import server
server.patch()
import socket
import eventlet
from eventlet.hubs import get_hub, trampoline

ours, database = socket.socketpair()
phone, theirs = socket.socketpair()
get_hub().serve_first(ours.fileno())

def ask_again():
    while True:
        database.send(b"!")
        trampoline(ours.fileno(), read=True)
        ours.recv(10)

eventlet.spawn(ask_again)
eventlet.spawn_after(0.05, theirs.send, b"!")
with eventlet.Timeout(5):
    print(phone.recv(10))
"""


def test_everybody_else_is_served_however_busy_the_database_is() -> None:
    done = subprocess.run([sys.executable, "-c", BUSY_DATABASE], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == "b'!'\n"


def test_the_database_is_served_before_a_crowd_and_its_end_stops_nobody() -> None:
    done = subprocess.run(
        [sys.executable, "-c", CROWD_AND_DATABASE], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.splitlines() == ["the database was number 0"] * 3 + ["and after its end all of the crowd"]
