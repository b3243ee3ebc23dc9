"""Viewers of a picture without a browser: each asks for the playlist once a second and for every segment that is new,
as players do, on a connection that is kept.
"""

import asyncio
import re
import time
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

_EVERY_SECONDS = 1.0
_LONGEST_SECONDS = 10.0
_SEGMENT = re.compile(r"^(?!#)(\S+)$", re.M)
_LENGTH = re.compile(rb"content-length: *(\d+)", re.I)


@dataclass
class Seen:
    """Of all viewers together: what was fetched, how long each took, and the longest that anybody saw nothing new."""

    took: list[float] = field(default_factory=list)
    segments: int = 0
    octets: int = 0
    missed: int = 0
    longest_pause: float = 0.0

    def told(self) -> dict[str, float]:
        """Times in milliseconds, the pause in seconds. Raises IndexError where nothing was fetched."""
        took = sorted(self.took)
        return {
            "segments": self.segments, "missed": self.missed, "megabytes": self.octets / 1e6,
            "fetch p50, ms": took[len(took) // 2] * 1000, "fetch p95, ms": took[int(len(took) * 0.95)] * 1000,
            "longest without a new segment, s": self.longest_pause,
        }  # fmt: skip


class Missed(Exception):
    """An answer that is not what was asked for, or none."""


class Viewer:
    def __init__(self, playlist: str, seen: Seen) -> None:
        self.playlist, self.seen = urlsplit(playlist), seen
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        self._known: set[str] = set()

    async def watch(self, begin: float, end: float) -> None:
        """From `begin` to `end` of `time.monotonic()`."""
        await asyncio.sleep(max(0.0, begin - time.monotonic()))
        newest = begin
        while (now := time.monotonic()) < end:
            try:
                if await self._look():
                    newest = time.monotonic()
            except (Missed, OSError, TimeoutError, asyncio.IncompleteReadError):
                self.seen.missed += 1
                self._hang_up()
            self.seen.longest_pause = max(self.seen.longest_pause, time.monotonic() - newest)
            await asyncio.sleep(max(0.0, now + _EVERY_SECONDS - time.monotonic()))
        self._hang_up()

    async def _look(self) -> bool:
        """Whether there was anything new."""
        path = self.playlist.path
        listed = _SEGMENT.findall((await self._get(path)).decode())
        fresh = [one for one in listed if one not in self._known] if self._known else listed[-2:]
        self._known = set(listed)
        for one in fresh:
            began = time.monotonic()
            body = await self._get(urljoin(path, one))
            self.seen.took.append(time.monotonic() - began)
            self.seen.segments += 1
            self.seen.octets += len(body)
        return bool(fresh)

    async def _get(self, path: str) -> bytes:
        async with asyncio.timeout(_LONGEST_SECONDS):
            reader, writer = self._streams or await self._connect()
            writer.write(f"GET {path} HTTP/1.1\r\nHost: {self.playlist.netloc}\r\n\r\n".encode())
            head = await reader.readuntil(b"\r\n\r\n")
            length = _LENGTH.search(head)
            if not head.startswith(b"HTTP/1.1 200") or length is None:
                raise Missed(head.decode(errors="replace"))
            return await reader.readexactly(int(length[1]))

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        self._streams = await asyncio.open_connection(self.playlist.hostname, self.playlist.port)
        return self._streams

    def _hang_up(self) -> None:
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None


def watch(playlist: str, viewers: int, seconds: float) -> dict[str, float]:
    """What so many viewers saw in so many seconds; not all of them look in the same instant."""
    return asyncio.run(_watch(playlist, viewers, seconds))


async def _watch(playlist: str, viewers: int, seconds: float) -> dict[str, float]:
    seen, now = Seen(), time.monotonic()
    begins = [now + _EVERY_SECONDS * number / viewers for number in range(viewers)]
    await asyncio.gather(*(Viewer(playlist, seen).watch(begin, begin + seconds) for begin in begins))
    return seen.told()
