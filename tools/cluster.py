"""`make cluster`: nginx, Redis, PostgreSQL and two processes of Inquiry on this machine, until Ctrl-C.

Everything lies under var/cluster; it serves the demo programme. What nginx does is in deploy/nginx/locations.conf.
"""

import argparse
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from types import FrameType
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
INQUIRY = str(Path(sys.executable).with_name("inquiry"))
STARTS_WITHIN_SECONDS = 60
ENDS_WITHIN_SECONDS = 12

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


class CannotRun(Exception):
    """The sentence says what is missing or in the way."""


def say(sentence: str) -> None:
    sys.stdout.write(f"cluster: {sentence}\n")
    sys.stdout.flush()


def programs() -> dict[str, str]:
    """Where everything is. Raises CannotRun, naming all that is not."""
    path = f"{os.environ.get('PATH', os.defpath)}:/usr/sbin:/usr/local/sbin"
    found = {name: shutil.which(name, path=path) for name in ("nginx", "redis-server", "createdb")}
    servers = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda one: float(one.parts[-3]))
    for name in ("initdb", "postgres"):
        found[name] = str(servers[-1].with_name(name)) if servers else shutil.which(name, path=path)
    packages = {"nginx": "nginx-light", "redis-server": "redis-server"}
    missing = sorted({packages.get(name, "postgresql") for name, where in found.items() if where is None})
    if missing:
        raise CannotRun(f"not installed: {', '.join(missing)}. As root: apt-get install {' '.join(missing)}")
    return {name: where for name, where in found.items() if where is not None}


def tied(command: list[str], user: str | None, farewell: str) -> list[str]:
    """The same command, ended by the kernel if this script is killed; as `user` where we are root."""
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        return command
    options = ["--pdeathsig", farewell]
    if user is not None:
        options += ["--reuid", user, "--regid", user, "--init-groups"]
    return [setpriv, *options, "--", *command]


class Cluster:
    """What runs, in the order in which it was started."""

    def __init__(self, folder: Path, host: str, port: int, processes: int) -> None:
        self.folder = folder
        self.host, self.port = host, port
        self.ports = [port + number for number in range(1, processes + 1)]
        self.programs = programs()
        self.user = "postgres" if os.geteuid() == 0 else None  # its server refuses to run as root
        self.running: list[tuple[str, subprocess.Popen[bytes], signal.Signals]] = []
        self.sockets = Path(tempfile.mkdtemp(prefix="inquiry-cluster-"))  # addresses of sockets have to be short
        for name in ("logs", "nginx", "redis"):
            (folder / name).mkdir(parents=True, exist_ok=True)
        if self.user:
            shutil.chown(self.sockets, self.user)

    # Running programs.

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
        """Whoever asks others ends before them; processes of Inquiry say goodbye together."""
        for names in (("nginx",), ("inquiry",), ("redis", "postgresql")):
            ending = [one for one in self.running if one[0].split("-")[0] in names and one[1].poll() is None]
            for _name, process, farewell in ending:
                process.send_signal(farewell)
            for _name, process, _farewell in ending:
                try:
                    process.wait(ENDS_WITHIN_SECONDS)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()
        shutil.rmtree(self.sockets, ignore_errors=True)

    # The parts.

    def start(self) -> None:
        for port in (self.port, *self.ports):
            check_port(self.host if port == self.port else "127.0.0.1", port)
        self.start_redis()
        self.start_postgresql()
        self.start_inquiry()
        self.start_nginx()

    def start_redis(self) -> None:
        path = self.sockets / "redis"
        options = {"port": "0", "unixsocket": str(path), "unixsocketperm": "600", "save": "", "dir": "."}
        words = [word for name, value in options.items() for word in (f"--{name}", value)]
        self.run("redis", [self.programs["redis-server"], *words], cwd=self.folder / "redis")
        self.until(path.exists, "Redis")

    def start_postgresql(self) -> None:
        data = self.folder / "postgresql"
        if not (data / "PG_VERSION").exists():
            say("making a database …")
            data.mkdir(exist_ok=True)
            if self.user:
                shutil.chown(data, self.user)
                away = (
                    f"the user {self.user} may not enter {self.folder}: clone elsewhere, or run this as somebody else"
                )
                self.once(["test", "-w", str(data)], away, user=self.user, cwd="/")
            # Only who may open the socket's folder gets this far: its owner, and root.
            initdb = [self.programs["initdb"], f"--pgdata={data}", "--username=postgres", "--auth=trust"]
            self.once([*initdb, "--encoding=UTF8", "--locale=C.UTF-8"], user=self.user, cwd="/")
        settings = {"listen_addresses": "", "unix_socket_directories": str(self.sockets), "max_connections": "100"}
        words = [f"--{name}={value}" for name, value in settings.items()]
        self.run("postgresql", [self.programs["postgres"], "-D", str(data), *words], "INT", user=self.user, cwd="/")
        self.until(self._has_database, "PostgreSQL")

    def _has_database(self) -> bool:
        command = [self.programs["createdb"], "--host", str(self.sockets), "--username", "postgres", "inquiry"]
        done = subprocess.run(command, check=False, capture_output=True, text=True)
        return done.returncode == 0 or "already exists" in done.stderr

    def start_inquiry(self) -> None:
        common = {name: value for name, value in os.environ.items() if not name.startswith("INQUIRY_")}
        common |= {
            "INQUIRY_DATABASE_URL": f"postgresql+psycopg://postgres@/inquiry?host={self.sockets}",
            "INQUIRY_REDIS_URL": f"unix://{self.sockets / 'redis'}",
            "INQUIRY_DATA_DIR": str(self.folder),
            "INQUIRY_BEHIND_PROXY": "1",
            "INQUIRY_ASYNC_MODE": os.environ.get("INQUIRY_ASYNC_MODE", "eventlet"),
        }
        self.guide = self.once(
            [INQUIRY, "demo", "load", "--url", f"http://{self.host}:{self.port}"], env=common, cwd=ROOT
        )
        for port in self.ports:
            command = [INQUIRY, "serve", "--host", "127.0.0.1", "--port", str(port)]
            self.run(f"inquiry-{port}", command, env=common | {"INQUIRY_PROCESS": str(port)}, cwd=ROOT)
        for port in self.ports:
            self.until(lambda port=port: answers(f"http://127.0.0.1:{port}/readyz"), f"Inquiry on port {port}")

    def start_nginx(self) -> None:
        folder = self.folder / "nginx"
        kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        files = int(re.findall(r"\d+", Path("/proc/self/limits").read_text().split("Max open files")[1])[1])
        configuration = NGINX.format(
            user="user root;\n" if os.geteuid() == 0 else "",
            folder=folder,
            files=files,
            connections=min(files - 100, 32768),
            temporary="\n".join(f"    {kind}_temp_path {folder}/{kind};" for kind in kinds),
            servers=" ".join(f"server 127.0.0.1:{port} max_fails=3 fail_timeout=2s;" for port in self.ports),
            known=" ".join(f"{port} 127.0.0.1:{port};" for port in self.ports),
            listen=f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}",
            locations=ROOT / "deploy" / "nginx" / "locations.conf",
        )
        (folder / "nginx.conf").write_text(configuration)
        self.run("nginx", [self.programs["nginx"], "-c", str(folder / "nginx.conf"), "-p", str(folder)], "QUIT")
        self.until(lambda: answers(f"{self.url}/healthz"), "nginx")

    @property
    def url(self) -> str:
        host = "127.0.0.1" if self.host in ("0.0.0.0", "::") else self.host  # noqa: S104 - compared, not listened on
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}"


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


def main() -> None:
    parser = argparse.ArgumentParser(description="Several processes on this machine, with one command.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=5000)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--folder", type=Path, default=ROOT / "var" / "cluster")
    asked = parser.parse_args()
    signal.signal(signal.SIGTERM, stop)
    with ExitStack() as stack:
        try:
            cluster = Cluster(asked.folder.resolve(), asked.host, asked.port, asked.processes)
            stack.callback(cluster.end)
            cluster.start()
            sys.stdout.write(cluster.guide)
            say(f"{cluster.url} leads to {len(cluster.ports)} processes ({', '.join(map(str, cluster.ports))})")
            say(f"logs and data: {cluster.folder}. Ctrl-C ends everything.")
            while True:
                time.sleep(0.5)
                cluster.check()
        except CannotRun as reason:
            sys.stderr.write(f"cluster: {reason}\n")
            raise SystemExit(1) from None
        except KeyboardInterrupt:
            say("ending …")
    say("ended")


if __name__ == "__main__":
    main()
