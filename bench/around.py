"""What stands around several processes: Redis between them, and nginx in front as in deploy/."""

import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import click

from bench.workshop import (
    ROOT,
    SERVER_CORE,
    CannotMeasure,
    Running,
    answers,
    free_port,
    on_core,
)

_STARTS_WITHIN_SECONDS = 10
_PATH = f"{os.environ.get('PATH', os.defpath)}:/usr/sbin:/usr/local/sbin"
#: Where groups for the processor's time are made: in the first kind of them, in the second.
_GROUPS = (Path("/sys/fs/cgroup/cpu"), Path("/sys/fs/cgroup"))
_PACKAGES = {"redis-server": "redis-server", "nginx": "nginx-light"}

_NGINX = """{user}daemon off;
worker_processes 1;
pid {folder}/pid;
error_log {folder}/log;
worker_rlimit_nofile {files};
events {{ worker_connections {connections}; }}
http {{
{temporary}
    access_log off;
    upstream inquiry {{ least_conn; {servers} }}
    upstream inquiry_by_network {{ hash $remote_addr consistent; {servers} }}
    map $arg_sid $inquiry_socket {{ default inquiry; }}
    map $http_upgrade $inquiry_connection {{ default upgrade; '' close; }}
    proxy_cache_path {folder}/cache keys_zone=inquiry:2m max_size=64m inactive=1m use_temp_path=off;
    proxy_cache_path {folder}/cache-static keys_zone=inquiry_static:1m max_size=64m inactive=7d use_temp_path=off;
    server {{
        listen 127.0.0.1:{port};
        include {locations};
    }}
}}
"""


def lacks(program: str) -> Callable[[], str]:
    """Says what is missing without a program."""
    return lambda: "" if _found(program) else f"{program} (apt-get install {_PACKAGES[program]})"


def _found(program: str) -> str | None:
    return shutil.which(program, path=_PATH)


def _tied(command: Sequence[str]) -> list[str]:
    """The same command, which never outlives us."""
    return [*(["setpriv", "--pdeathsig", "KILL", "--"] if shutil.which("setpriv") else []), *command]


def _until(ready: Callable[[], bool], process: "subprocess.Popen[bytes]", name: str) -> None:
    end = time.monotonic() + _STARTS_WITHIN_SECONDS
    while not ready():
        if process.poll() is not None or time.monotonic() > end:
            raise CannotMeasure(f"{name} does not start")
        time.sleep(0.05)


@contextmanager
def redis(folder: Path) -> Iterator[str]:
    """The address of a Redis that keeps nothing. Raises CannotMeasure."""
    program = _found("redis-server")
    if program is None:
        raise CannotMeasure(lacks("redis-server")())
    port = free_port()
    words = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]
    process = subprocess.Popen(_tied([program, *words]), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _until(lambda: answers(port), process, "Redis")
        yield f"redis://127.0.0.1:{port}"
    finally:
        process.kill()
        process.wait()


def site(folder: Path, behind: Sequence[int], port: int, media: Path | None) -> Path:
    """Write the configuration of such an nginx into a folder: before the servers that listen on the ports `behind`."""
    folder.mkdir(exist_ok=True)
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    files = os.sysconf("SC_OPEN_MAX")
    configuration, locations = folder / "nginx.conf", folder / "locations.conf"
    written = (ROOT / "deploy" / "nginx" / "locations.conf").read_text()
    locations.write_text(written.replace("/var/lib/inquiry-media", str(media)) if media else written)
    configuration.write_text(
        _NGINX.format(
            user="user root;\n" if os.geteuid() == 0 else "",
            folder=folder,
            files=files,
            connections=min(files - 100, 32768),
            temporary="\n".join(f"    {kind}_temp_path {folder}/{kind};" for kind in kinds),
            servers=" ".join(f"server 127.0.0.1:{one} max_fails=3 fail_timeout=2s;" for one in behind),
            port=port,
            locations=locations,
        )
    )
    return configuration


@contextmanager
def nginx(folder: Path, behind: Sequence[Running], media: Path | None = None) -> Iterator[Running]:
    """One worker of nginx on the servers' core, with the locations of deploy/; `media` is where segments lie. Raises
    CannotMeasure."""
    program = _found("nginx")
    if program is None:
        raise CannotMeasure(lacks("nginx")())
    port = free_port()
    configuration = site(folder, [one.port for one in behind], port, media)
    command = [program, "-c", str(configuration), "-p", str(folder), "-e", str(folder / "log")]
    process = subprocess.Popen(
        on_core(SERVER_CORE, command), stdout=subprocess.DEVNULL, stderr=(folder / "said").open("wb")
    )
    try:
        _until(lambda: answers(port), process, "nginx")
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        yield Running([process.pid, *map(int, children)], port, folder / "notes")
    finally:
        process.terminate()
        process.wait()
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def aside(program: Path, folder: Path) -> Iterator[Path]:
    """The same program, which gets only what processor time all others leave: that of people who are elsewhere. As it
    is where the kernel's groups are not ours to make."""
    with ExitStack() as stack:
        group = _idle_group(stack, folder.name)
        if group is None:
            click.echo("cameras take part in the race for the processor: no groups of the kernel's", err=True)
            yield program
            return
        script = folder / program.name
        script.write_text(f'#!/bin/sh\necho $$ > {group}/cgroup.procs\nexec {program} "$@"\n')
        script.chmod(0o755)
        yield script


def _idle_group(stack: ExitStack, name: str) -> Path | None:
    group = next((one / name for one in _GROUPS if (one / "cgroup.procs").exists()), None)
    if group is None:
        return None
    try:
        group.mkdir()
        stack.callback(_removed, group)
        (group / "cpu.idle").write_text("1")
    except OSError:
        return None
    return group


def _removed(group: Path) -> None:
    with suppress(OSError):  # somebody in it has not ended yet
        group.rmdir()
