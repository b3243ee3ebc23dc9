"""What `make cluster` and `make studio` share: programs that run together until Ctrl-C, each with a log of its own."""

import argparse
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from pathlib import Path
from types import FrameType
from typing import Any, ClassVar

from inquiry.demo.city import IMPRINT

ROOT = Path(__file__).resolve().parents[1]
INQUIRY = str(Path(sys.executable).with_name("inquiry"))
STARTS_WITHIN_SECONDS = 60
ENDS_WITHIN_SECONDS = 12

#: nginx before the pages; what it does with each address is in deploy/nginx/locations.conf.
NGINX = """{user}daemon off;
pid {folder}/nginx.pid;
error_log stderr;
worker_rlimit_nofile {files};
events {{ worker_connections {connections}; }}
http {{
    include /etc/nginx/mime.types;
{temporary}
    access_log off;
    upstream inquiry {{ least_conn; {servers} }}
    upstream inquiry_by_network {{ hash $remote_addr consistent; {servers} }}
    map $cookie_process $inquiry_known {{ default inquiry; {known} }}
    map $arg_sid $inquiry_socket {{ '' inquiry; default $inquiry_known; }}
    map $http_upgrade $inquiry_connection {{ default upgrade; '' close; }}
    proxy_cache_path {folder}/cache keys_zone=inquiry:2m max_size=64m inactive=1m use_temp_path=off;
    proxy_cache_path {folder}/cache-static keys_zone=inquiry_static:1m max_size=64m inactive=7d use_temp_path=off;
    server {{
        listen {listen};
        include {locations};
    }}
}}
"""
_TEMPORARY = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")


class CannotRun(Exception):
    """The sentence says what is missing or in the way."""


def say(sentence: str) -> None:
    sys.stdout.write(f"{Path(sys.argv[0]).stem}: {sentence}\n")
    sys.stdout.flush()


def program(name: str) -> str | None:
    """Where a program is, also one of those that only root has on the PATH."""
    return shutil.which(name, path=f"{os.environ.get('PATH', os.defpath)}:/usr/sbin:/usr/local/sbin")


def there(programs: dict[str, str | None], packages: dict[str, str]) -> dict[str, str]:
    """The same without any that is missing. Raises CannotRun, naming the Debian packages of all that are: those of
    their own names, if `packages` does not know better."""
    missing = sorted({packages.get(name, name) for name, where in programs.items() if where is None})
    if missing:
        raise CannotRun(f"not installed: {', '.join(missing)}. As root: apt-get install {' '.join(missing)}")
    return {name: where for name, where in programs.items() if where is not None}


def tied(command: list[str], user: str | None, farewell: str) -> list[str]:
    """The same command, ended by the kernel if this script is killed; as `user` where we are root."""
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        return command
    options = ["--pdeathsig", farewell]
    if user is not None:
        options += ["--reuid", user, "--regid", user, "--init-groups"]
    return [setpriv, *options, "--", *command]


class Together(ABC):
    """What runs, in the order in which it was started.

    `order` says who ends first, by the first word of a name: whoever asks others ends before them.
    """

    order: ClassVar[tuple[tuple[str, ...], ...]]
    programs: dict[str, str]
    guide: str

    def __init__(self, folder: Path, host: str, port: int, processes: int) -> None:
        self.folder = folder
        self.host, self.port = host, port
        self.ports = [port + number for number in range(1, processes + 1)]
        self.running: list[tuple[str, subprocess.Popen[bytes], signal.Signals]] = []
        for name in ("logs", "nginx"):
            (folder / name).mkdir(parents=True, exist_ok=True)

    @abstractmethod
    def start(self) -> None:
        """Start every part. Raises CannotRun."""

    def run(
        self, name: str, command: list[str], farewell: str = "TERM", user: str | None = None, **around: Any
    ) -> None:
        """Start a program that goes on; its output goes to logs/NAME.log. `around` are `cwd` and `env`."""
        with (self.folder / "logs" / f"{name}.log").open("wb") as log:
            started = subprocess.Popen(
                tied(command, user, farewell),
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True, **around,
            )  # fmt: skip
        self.running.append((name, started, signal.Signals[f"SIG{farewell}"]))

    def once(self, command: list[str], otherwise: str = "", user: str | None = None, **around: Any) -> str:
        """Run a program to its end. Raises CannotRun with what it said, or with `otherwise`."""
        done = subprocess.run(tied(command, user, "TERM"), check=False, capture_output=True, text=True, **around)
        if done.returncode:
            raise CannotRun(otherwise or f"{Path(command[0]).name}: {done.stderr.strip() or done.stdout.strip()}")
        return str(done.stdout)

    def until(self, ready: Callable[[], bool], what: str) -> None:
        end = time.monotonic() + STARTS_WITHIN_SECONDS
        while not ready():
            self.check()
            if time.monotonic() > end:
                raise CannotRun(f"{what} did not start; see {self.folder / 'logs'}")
            time.sleep(0.1)

    def check(self) -> None:
        """Raises CannotRun when something has ended by itself."""
        for name, process, _farewell in self.running:
            if process.poll() is not None:
                log = (self.folder / "logs" / f"{name}.log").read_text(errors="replace").strip().splitlines()
                raise CannotRun("\n  ".join([f"{name} has ended:", *log[-8:]]))

    def end(self) -> None:
        """Processes of Inquiry say goodbye together."""
        for names in self.order:
            ending = [one for one in self.running if one[0].split("-")[0] in names and one[1].poll() is None]
            for _name, process, farewell in ending:
                process.send_signal(farewell)
            for _name, process, _farewell in ending:
                try:
                    process.wait(ENDS_WITHIN_SECONDS)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()

    def serve(self, environment: dict[str, str]) -> None:
        """Load the demo programme into what the environment says, and start the processes that serve it."""
        say("starting …")
        load = [INQUIRY, "demo", "load", "--url", f"http://{self.host}:{self.port}"]
        self.guide = self.once(load, env=environment, cwd=ROOT)
        for port in self.ports:
            command = [INQUIRY, "serve", "--host", "127.0.0.1", "--port", str(port)]
            self.run(f"inquiry-{port}", command, env=environment | {"INQUIRY_PROCESS": str(port)}, cwd=ROOT)
        for port in self.ports:
            self.until(lambda port=port: answers(f"http://127.0.0.1:{port}/readyz"), f"Inquiry on port {port}")

    def start_nginx(self, locations: Path = ROOT / "deploy" / "nginx" / "locations.conf") -> None:
        folder = self.folder / "nginx"
        files = int(re.findall(r"\d+", Path("/proc/self/limits").read_text().split("Max open files")[1])[1])
        configuration = NGINX.format(
            user=as_root(),
            folder=folder,
            files=files,
            connections=min(files - 100, 32768),
            temporary=temporary(folder),
            servers=" ".join(f"server 127.0.0.1:{port} max_fails=3 fail_timeout=2s;" for port in self.ports),
            known=" ".join(f"{port} 127.0.0.1:{port};" for port in self.ports),
            listen=f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}",
            locations=locations,
        )
        (folder / "nginx.conf").write_text(configuration)
        self.run("nginx", [self.programs["nginx"], "-c", str(folder / "nginx.conf"), "-p", str(folder)], "QUIT")
        self.until(lambda: answers(f"{self.url}/healthz"), "nginx")

    @property
    def url(self) -> str:
        host = "127.0.0.1" if self.host in ("0.0.0.0", "::") else self.host  # noqa: S104 - compared, not listened on
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}"


def environment(folder: Path) -> dict[str, str]:
    """That of this script, with no `INQUIRY_…` of its own: behind a proxy, its data in a folder."""
    common = {name: value for name, value in os.environ.items() if not name.startswith("INQUIRY_")}
    mode = os.environ.get("INQUIRY_ASYNC_MODE", "eventlet")
    return common | IMPRINT | {"INQUIRY_DATA_DIR": str(folder), "INQUIRY_BEHIND_PROXY": "1", "INQUIRY_ASYNC_MODE": mode}


def as_root() -> str:
    """What nginx's configuration begins with, so that its workers may read our folders where we are root."""
    return "user root;\n" if os.geteuid() == 0 else ""


def temporary(folder: Path) -> str:
    """Where nginx keeps what is on its way: lines of an `http` block."""
    return "\n".join(f"    {kind}_temp_path {folder}/{kind};" for kind in _TEMPORARY)


def check_port(host: str, port: int) -> None:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise CannotRun(
                f"{host}:{port} cannot be used ({error.strerror}). Choose another, e.g. PORT=9000"
            ) from None


def answers(url: str) -> bool:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def stop(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def run_until_asked(
    what: Callable[[Path, str, int, int], Together], folder: Path, processes: int, told: Callable[[Any], Iterable[str]]
) -> None:
    """Read the arguments of the command, start everything, say the sentences of `told`, and end all with Ctrl-C."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=5000)
    parser.add_argument("--processes", type=int, default=processes)
    parser.add_argument("--folder", type=Path, default=folder)
    asked = parser.parse_args()
    signal.signal(signal.SIGTERM, stop)
    with ExitStack() as stack:
        try:
            everything = what(asked.folder.resolve(), asked.host, asked.port, asked.processes)
            stack.callback(everything.end)
            everything.start()
            sys.stdout.write(everything.guide)
            for sentence in told(everything):
                say(sentence)
            say(f"logs and data: {everything.folder}. Ctrl-C ends everything.")
            while True:
                time.sleep(0.5)
                everything.check()
        except CannotRun as reason:
            sys.stderr.write(f"{Path(sys.argv[0]).stem}: {reason}\n")
            raise SystemExit(1) from None
        except KeyboardInterrupt:
            say("ending …")
    say("ended")
