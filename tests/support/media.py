"""The real worker of pictures, the nginx that takes one, and a camera, beside a server on the same data."""

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from bench import around
from tests.support.parts import require_part
from tests.support.people import Person
from tests.support.processes import answers, eventually, free_port, tied
from tests.support.server import Server

#: nginx gives up the rights of root where it has them, and then could not write where we do.
_AS_ROOT = "user root;\n" if os.geteuid() == 0 else ""
ROOT = Path(__file__).parents[2]

#: Read, in a page, the time that the camera burnt into its picture: `{filmed, behind}` in milliseconds, null while none
#: is seen.
READ = """() => {
  const video = document.querySelector("#picture video, video");
  if (!video?.videoWidth) return null;
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [320, 180];
  const draw = canvas.getContext("2d");
  draw.drawImage(video, 0, 0, 320, 180);
  const bits = (y) => Array.from({ length: 32 }, (_, n) => draw.getImageData(n * 10 + 5, y, 1, 1).data[0] > 127);
  const [ones, opposite] = [bits(30), bits(90)];
  if (ones.some((bit, n) => bit === opposite[n])) return null;
  const told = ones.reduce((sum, bit) => sum * 2 + bit, 0);
  const now = Date.now();
  const behind = ((now % 2 ** 32) - told + 2 ** 32) % 2 ** 32;
  return { filmed: now - behind, behind };
}"""


class Worker:
    """`inquiry media run` on a database and a data folder, its log kept in `log`; another `module` is a strange
    machine."""

    def __init__(
        self, database_url: str, data_dir: Path, *, log: str = "worker", module: str = "inquiry.cli", **environment: str
    ) -> None:
        self.module = module
        self.log_path = data_dir / f"{log}.log"
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("INQUIRY_")}
        own = {"INQUIRY_DATABASE_URL": database_url, "INQUIRY_DATA_DIR": str(data_dir)}
        self._environment = inherited | own | environment

    def start(self, **environment: str) -> "Worker":
        command, here = [sys.executable, "-m", self.module, "media", "run"], self._environment | environment
        with self.log_path.open("ab") as log:
            self.process = subprocess.Popen(tied(command), cwd=ROOT, env=here, stdout=log, stderr=log)
        return self

    def stop(self) -> int:
        """Ask it to end, and return its exit status."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(60)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(60)

    @property
    def log(self) -> str:
        return self.log_path.read_text(errors="replace")


class Nginx:
    """The nginx of deploy/nginx/rtmp.conf, but for its ports and paths, which asks a server who may send."""

    def __init__(self, folder: Path, server_port: int, legs: Path) -> None:
        """`legs` is the folder in which it records."""
        self.folder, self.port, self.control = folder, free_port(), free_port()
        legs.mkdir(parents=True, exist_ok=True)
        module = require_part("libnginx-mod-rtmp")
        self._program = str(require_part("nginx-light"))
        written = (ROOT / "deploy/nginx/rtmp.conf").read_text()
        for there, here in {
            "load_module /usr/lib/nginx/modules/ngx_rtmp_module.so;": f"load_module {module};\ndaemon off;\n{_AS_ROOT}",
            "/run/inquiry-rtmp": str(folder),
            "/var/lib/inquiry-media/legs": str(legs),
            "listen 1935": f"listen 127.0.0.1:{self.port}",
            "8935": str(self.control),
            "        server 127.0.0.1:5002 max_fails=3 fail_timeout=2s;\n": "",
            "127.0.0.1:5001": f"127.0.0.1:{server_port}",
        }.items():
            assert there in written, there
            written = written.replace(there, here)
        self.configuration = folder / "rtmp.conf"
        self.configuration.write_text(written)

    @property
    def address(self) -> str:
        return f"rtmp://127.0.0.1:{self.port}/picture"

    @property
    def settings(self) -> dict[str, str]:
        """What the worker is told of it."""
        return {"INQUIRY_RTMP": self.address, "INQUIRY_RTMP_CONTROL": f"http://127.0.0.1:{self.control}/control"}

    def start(self) -> "Nginx":
        command = [self._program, "-c", str(self.configuration), "-p", str(self.folder)]
        with (self.folder / "rtmp.log").open("ab") as log:
            self.process = subprocess.Popen(tied(command, farewell="TERM"), stdout=log, stderr=log)
        eventually(lambda: answers(self.port), otherwise="nginx did not start")
        return self

    def kill(self) -> None:
        """All of it: the one that was started would leave the one that works."""
        for child in Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split():
            os.kill(int(child), signal.SIGKILL)
        self.process.kill()
        self.process.wait(10)

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(20)


class Site(Nginx):
    """The nginx before a server, with the locations of deploy/: it hands out the picture's segments itself."""

    def __init__(self, folder: Path, server_port: int, media: Path) -> None:
        self.folder, self.port = folder, free_port()
        self._program = str(require_part("nginx-light"))
        self.configuration = around.site(folder, [server_port], self.port, media)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


class Answers:
    """A program of another house within `with`, as far as we hear of it: whatever it is asked by HTTP, it answers this
    (to a path and a body), and keeps the paths."""

    def __init__(self, answer: Callable[[str, bytes], object]) -> None:
        self.asked: list[str] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                outer.asked.append(self.path)
                self.send_response(200)
                self.end_headers()
                self.wfile.write(str(answer(self.path, body)).encode())

            def do_POST(self) -> None:
                self.do_GET()

            def log_message(self, *_said: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> "Answers":
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_why: object) -> None:
        self._server.shutdown()
        self._server.server_close()


class Encoder:
    """A camera and its encoder: a picture that shows the time of this machine as bits, and a tone, sent by RTMP.

    The frame has 32 fields side by side, white for one: the milliseconds since the epoch, its lowest bit to the right;
    below each its opposite, so that whoever reads knows whether it has read.
    """

    WIDTH, HEIGHT, RATE = 320, 180, 25

    def __init__(self, address: str, media_id: str, key: str) -> None:
        require_part("ffmpeg")
        self.address = f"{address}/{media_id}?key={key}"

    def start(self) -> "Encoder":
        size, rate = f"{self.WIDTH}x{self.HEIGHT}", str(self.RATE)
        command = [
            "ffmpeg", "-nostdin", "-loglevel", "error",
            "-f", "rawvideo", "-pix_fmt", "gray", "-s", size, "-r", rate, "-i", "pipe:0",
            "-f", "lavfi", "-i", "sine=frequency=440:sample_rate=44100",
            "-c:v", "libx264", "-preset", "ultrafast", "-tune", "zerolatency", "-threads", "1", "-pix_fmt", "yuv420p",
            "-g", rate, "-sc_threshold", "0", "-b:v", "400k", "-c:a", "aac", "-shortest", "-f", "flv", self.address,
        ]  # fmt: skip
        self.process = subprocess.Popen(
            tied(["nice", "-n", "5", *command]), stdin=subprocess.PIPE, stderr=subprocess.PIPE
        )
        threading.Thread(target=self._film, daemon=True).start()
        return self

    def _film(self) -> None:
        assert self.process.stdin is not None
        begun, number = time.monotonic(), 0
        while self.process.poll() is None:
            try:
                self.process.stdin.write(self._frame())
                self.process.stdin.flush()
            except (BrokenPipeError, ValueError):
                return
            number += 1
            time.sleep(max(0.0, begun + number / self.RATE - time.monotonic()))

    def _frame(self) -> bytes:
        bits = f"{int(time.time() * 1000) % 2**32:032b}"
        wide, high = self.WIDTH // 32, self.HEIGHT // 3
        rows = [b"".join((b"\xeb" if bit == one else b"\x10") * wide for bit in bits) for one in "10"]
        moving = bytes((column + int(time.time() * 100)) % 200 + 16 for column in range(self.WIDTH))
        return rows[0] * high + rows[1] * high + moving * (self.HEIGHT - 2 * high)

    @property
    def is_refused(self) -> bool:
        """Whether it was not let in, or sent away."""
        return self.process.poll() not in (None, 0)

    def stop(self) -> None:
        self.process.kill()
        self.process.wait(20)
        for pipe in (self.process.stdin, self.process.stderr):
            if pipe is not None:
                with suppress(BrokenPipeError):
                    pipe.close()


class Studio:
    """All that carries a picture, beside a server: nginx, the worker, and cameras. Within `with` it runs."""

    def __init__(self, server: Server, folder: Path, **more: str) -> None:
        folder.mkdir()
        environment = server.environment
        self.media_dir = Path(environment["INQUIRY_DATA_DIR"]) / "media"
        self.nginx = Nginx(folder, server.port, self.media_dir / "legs")
        self.worker = Worker(
            environment["INQUIRY_DATABASE_URL"], Path(environment["INQUIRY_DATA_DIR"]), **self.nginx.settings, **more
        )
        self._encoders: list[Encoder] = []

    def __enter__(self) -> "Studio":
        self.nginx.start()
        self.worker.start()
        return self

    def stream_key(self, producer: Person, code: str) -> tuple[str, str]:
        """A new stream key of a session, as its page tells it: the name of the stream, and the secret."""
        page = producer.post_form(f"/sessions/{code}/picture", f"/sessions/{code}/picture", {})
        told = re.search(r'value="([0-9a-f]+)\?key=([\w-]+)"', page.text)
        assert told, page.text[:2000]
        return told[1], told[2]

    def film(self, media_id: str, key: str) -> Encoder:
        encoder = Encoder(self.nginx.address, media_id, key).start()
        self._encoders.append(encoder)
        return encoder

    def __exit__(self, *_why: object) -> None:
        for encoder in self._encoders:
            encoder.stop()
        if self.worker.process.poll() is None:
            self.worker.stop()
        self.nginx.stop()
