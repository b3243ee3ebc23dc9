"""`make cluster`: nginx, Redis, PostgreSQL and two processes of Inquiry on this machine, until Ctrl-C.

Everything lies under var/cluster; it serves the demo programme.
"""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from together import ROOT, Together, check_port, environment, program, run_until_asked, say, there


def programs() -> dict[str, str]:
    """Where everything is. Raises CannotRun, naming all that is not."""
    found = {name: program(name) for name in ("nginx", "redis-server", "createdb")}
    servers = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda one: float(one.parts[-3]))
    for name in ("initdb", "postgres"):
        found[name] = str(servers[-1].with_name(name)) if servers else program(name)
    of_postgresql = dict.fromkeys(("createdb", "initdb", "postgres"), "postgresql")
    return there(found, {"nginx": "nginx-light"} | of_postgresql)


class Cluster(Together):
    order = (("nginx",), ("inquiry",), ("redis", "postgresql"))

    def __init__(self, folder: Path, host: str, port: int, processes: int) -> None:
        super().__init__(folder, host, port, processes)
        self.programs = programs()
        self.user = "postgres" if os.geteuid() == 0 else None  # its server refuses to run as root
        self.sockets = Path(tempfile.mkdtemp(prefix="inquiry-cluster-"))  # addresses of sockets have to be short
        (folder / "redis").mkdir(exist_ok=True)
        if self.user:
            shutil.chown(self.sockets, self.user)

    def end(self) -> None:
        super().end()
        shutil.rmtree(self.sockets, ignore_errors=True)

    def start(self) -> None:
        for port in (self.port, *self.ports):
            check_port(self.host if port == self.port else "127.0.0.1", port)
        self.start_redis()
        self.start_postgresql()
        self.serve(
            environment(self.folder)
            | {
                "INQUIRY_DATABASE_URL": f"postgresql+psycopg://postgres@/inquiry?host={self.sockets}",
                "INQUIRY_REDIS_URL": f"unix://{self.sockets / 'redis'}",
            }
        )
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


def told(cluster: Cluster) -> Iterator[str]:
    yield f"{cluster.url} leads to {len(cluster.ports)} processes ({', '.join(map(str, cluster.ports))})"


if __name__ == "__main__":
    run_until_asked(Cluster, ROOT / "var" / "cluster", 2, told)
