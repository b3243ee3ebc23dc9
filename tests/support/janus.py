"""A real Janus on this machine: its settings are those of deploy/, its ports free ones, its ways the loopback's."""

import os
import re
import signal
import socket
import subprocess
from pathlib import Path

from tests.support.parts import require_part
from tests.support.processes import eventually, free_port, tied

ROOT = Path(__file__).parents[2]
SECRET = "a secret of the tests and of Janus"
ADMIN_KEY = "another secret for making rooms"


class Janus:
    """Started in a folder of the test's own; killed and started again as an operator would."""

    def __init__(self, folder: Path) -> None:
        require_part("janus")
        self.folder, self.http, self.socket = folder / "janus", free_port(), free_port()
        self.folder.mkdir()
        for name in ("janus.jcfg", "janus.plugin.videoroom.jcfg", "janus.transport.http.jcfg",
                     "janus.transport.websockets.jcfg"):  # fmt: skip
            (self.folder / name).write_text(self._ours((ROOT / "deploy" / "janus" / name).read_text()))

    def _ours(self, text: str) -> str:
        for name, value in (
            ("TOKEN_SECRET", SECRET), ("ADMIN_KEY", ADMIN_KEY), ("8088", str(self.http)), ("8188", str(self.socket)),
        ):  # fmt: skip
            text = text.replace(name, value)
        text = re.sub(r"#(ice_enforce_list = )\"[^\"]*\"", r'\1"lo"', text)
        return re.sub(r"(rtp_port_range = )\"[^\"]*\"", r'\1"33000-60000"', text)

    @property
    def environment(self) -> dict[str, str]:
        """What the application and its worker have to know of it."""
        return {
            "INQUIRY_JANUS": f"http://127.0.0.1:{self.http}/janus",
            "INQUIRY_JANUS_SOCKET": f"ws://127.0.0.1:{self.socket}",
            "INQUIRY_JANUS_SECRET": SECRET,
            "INQUIRY_JANUS_ADMIN_KEY": ADMIN_KEY,
        }

    def start(self) -> "Janus":
        command = ["janus", "-F", str(self.folder), "-o"]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(tied(command), env=os.environ | {}, stdout=log, stderr=log)
        eventually(self._answers, seconds=60, otherwise=(self.folder / "log").read_text(errors="replace")[-3000:])
        return self

    def _answers(self) -> bool:
        for port in (self.http, self.socket):
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
            except OSError:
                return False
        return True

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(30)
