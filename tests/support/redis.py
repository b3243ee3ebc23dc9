"""A Redis server of a test's own, which may be ended and started again."""

import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.parts import require_part
from tests.support.processes import eventually, free_port, tied


class RedisServer:
    """`redis-server` on 127.0.0.1 that keeps nothing."""

    def __init__(self, folder: Path) -> None:
        self.program = require_part("redis-server")
        self.folder = folder
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}"

    def start(self, *options: str) -> "RedisServer":
        command = [str(self.program), "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", *options]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(tied(command), cwd=self.folder, stdout=log, stderr=log)
        eventually(self._answers, otherwise="Redis did not start")
        return self

    def _answers(self) -> bool:
        assert self.process.poll() is None, (self.folder / "log").read_text()
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1) as asking:
                asking.sendall(b"PING\r\n")
                return asking.recv(16).startswith((b"+PONG", b"-NOAUTH"))
        except OSError:
            return False

    def restrict(self, rules: list[str]) -> None:
        """Start again with an access list: `user NAME …` lines."""
        access = self.folder / "users.acl"
        access.write_text("\n".join(rules) + "\n")
        self.kill()
        self.start("--aclfile", str(access))

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(10)


@pytest.fixture
def redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    server = RedisServer(tmp_path_factory.mktemp("redis")).start()
    yield server
    server.kill()
