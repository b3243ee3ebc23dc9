"""Janus, the server of the stage, as the worker speaks with it: rooms by its HTTP interface, one request at a time."""

import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any, Final
from urllib.parse import urlsplit

from . import mixing, stage_tokens
from .mixing import Ports

_PATIENCE_SECONDS: Final = 2.0
_PLUGIN: Final = "janus.plugin.videoroom"
#: The plugin's own numbers.
_NO_SUCH_ROOM: Final = 426
_ROOM_EXISTS: Final = 427
_NO_SUCH_FEED: Final = 428
_OURS: Final = "inquiry"
#: Of one person, at most: 720p of a camera, in bits a second.
_BITRATE: Final = 1_500_000

Told = dict[str, Any]


class JanusGone(Exception):
    """It does not answer, or not as Janus; nothing is known of its rooms."""


class RoomGone(Exception):
    """There is no such room, or nobody of that number in it."""


@dataclass(frozen=True)
class Feed:
    """One who publishes in a room."""

    id: int


class Janus:
    """One session with it, begun when first asked and again after it was away. Raises JanusGone from everywhere."""

    def __init__(self, address: str, secret: str, admin_key: str, now: Callable[[], datetime]) -> None:
        self._parts = urlsplit(address)
        self._secret, self._admin_key, self._now = secret, admin_key, now
        self._connection: HTTPConnection | None = None
        self._path = ""
        #: To which ports is to be sent, by who publishes.
        self._forwarded: dict[tuple[int, Feed], set[int | None]] = {}

    def begin(self) -> bool:
        """See to it that there is a session. True: it is a new one, so that Janus may have been away."""
        if self._path:
            self._send(self._path, {"janus": "message", "body": {"request": "exists", "room": 1}})
            return False
        session = self._send("", {"janus": "create"})["data"]["id"]
        handle = self._send(f"/{session}", {"janus": "attach", "plugin": _PLUGIN})["data"]["id"]
        self._path = f"/{session}/{handle}"
        return True

    def make_room(self, room: int) -> None:
        """A room in which one person publishes who has its token; seen by whoever knows its PIN."""
        self._ask(
            {
                "request": "create", "room": room, "admin_key": self._admin_key, "description": _OURS,
                "is_private": True, "publishers": 1,
                "pin": stage_tokens.pin(self._secret, room), "videocodec": "h264", "audiocodec": "opus", "fir_freq": 1,
                "allowed": [stage_tokens.publish_token(self._secret, room)], "secret": self._room_secret(room),
                "bitrate": _BITRATE, "bitrate_cap": True, "lock_record": True,
            },
            fine=_ROOM_EXISTS,
        )  # fmt: skip

    def rooms(self) -> list[int]:
        """Those that were made by `make_room`, whoever made them."""
        told = self._ask({"request": "list", "admin_key": self._admin_key})
        return [one["room"] for one in told["list"] if one.get("description") == _OURS]

    def end_room(self, room: int) -> None:
        """Everybody in it is put out and its connections are closed; nobody comes back."""
        self._ask({"request": "destroy", "room": room, "secret": self._room_secret(room)}, fine=_NO_SUCH_ROOM)

    def feed(self, room: int) -> Feed | None:
        """Who publishes in it. Raises RoomGone."""
        told = self._ask({"request": "listparticipants", "room": room})
        return next((Feed(one["id"]) for one in told["participants"] if one.get("publisher")), None)

    def mute(self, room: int, feed: Feed, muted: bool) -> None:
        """The first stream of whoever sends sound is the sound. Raises RoomGone."""
        self._ask(
            {"request": "moderate", "room": room, "id": feed.id, "mid": "0", "mute": muted}
            | {"secret": self._room_secret(room)}
        )

    def forward(self, room: int, feed: Feed, ports: Ports) -> None:
        """Send what somebody publishes, or a part of it, to this machine, too. Raises RoomGone."""
        self._forwarded.setdefault((room, feed), set()).update((ports.audio, ports.video))
        self._stop_others(room, feed)
        audio = {"audio_port": ports.audio, "audio_pt": mixing.OPUS} if ports.audio is not None else {}
        video = {"video_port": ports.video, "video_pt": mixing.H264} if ports.video is not None else {}
        self._ask(
            {
                "request": "rtp_forward", "room": room, "publisher_id": feed.id, "host": "127.0.0.1",
                "admin_key": self._admin_key, "secret": self._room_secret(room), **audio, **video,
            }
        )  # fmt: skip

    def stop_forwarding(self, room: int, feed: Feed, ports: Ports) -> None:
        """Send nothing to these any more. Raises RoomGone."""
        left = self._forwarded.pop((room, feed), set()) - {ports.audio, ports.video}
        if left:
            self._forwarded[room, feed] = left
        self._stop_others(room, feed)

    def _stop_others(self, room: int, feed: Feed) -> None:
        """What a worker before us asked for, or we when no answer came, would be sent until the room ends."""
        named = {"room": room, "secret": self._room_secret(room), "admin_key": self._admin_key}
        wanted = self._forwarded.get((room, feed), set())
        told = self._ask(named | {"request": "listforwarders"})
        for publisher in told.get("publishers", []):
            if publisher["publisher_id"] == feed.id:
                for one in publisher.get("forwarders", []):
                    if one["port"] not in wanted:
                        self._ask(
                            named
                            | {"request": "stop_rtp_forward", "publisher_id": feed.id, "stream_id": one["stream_id"]}
                        )

    def _room_secret(self, room: int) -> str:
        return stage_tokens.room_secret(self._secret, room)

    def _ask(self, body: Told, fine: int = 0) -> Told:
        """Raises RoomGone."""
        if not self._path:
            self.begin()
        answer = self._send(self._path, {"janus": "message", "body": body})
        told: Told = answer.get("plugindata", {}).get("data", {})
        code = told.get("error_code")
        if code in (None, fine):
            return told
        if code in (_NO_SUCH_ROOM, _NO_SUCH_FEED):
            raise RoomGone(body["room"])
        self._path = ""
        raise JanusGone(f"{body['request']}: {told.get('error')} ({code})")

    def _send(self, path: str, message: Told) -> Told:
        message |= {
            "transaction": secrets.token_hex(6),
            "token": stage_tokens.api_token(self._secret, self._now()),
        }
        try:
            answer: Told = self._post(path, json.dumps(message))
        except (OSError, HTTPException, ValueError) as error:
            self.close()
            raise JanusGone(f"{type(error).__name__}: {error}") from error
        if answer.get("janus") != "success":
            self.close()
            raise JanusGone(f"{message['janus']}: {answer.get('error')}")
        return answer

    def _post(self, path: str, written: str) -> Told:
        if self._connection is None:
            kind = HTTPSConnection if self._parts.scheme == "https" else HTTPConnection
            self._connection = kind(self._parts.hostname or "", self._parts.port, timeout=_PATIENCE_SECONDS)
        self._connection.request("POST", self._parts.path + path, written, {"Content-Type": "application/json"})
        told: Told = json.loads(self._connection.getresponse().read())
        return told

    def close(self) -> None:
        """The next question begins a session anew."""
        if self._connection is not None:
            self._connection.close()
        self._connection, self._path = None, ""
