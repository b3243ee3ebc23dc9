"""`make cluster` as a whole: what nginx leads to are two processes that are one."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from tests.support.client import Connect
from tests.support.parts import require_part
from tests.support.processes import eventually, free_port, tied
from tests.support.server import metrics_of

ROOT = Path(__file__).parents[2]

pytestmark = [pytest.mark.live, pytest.mark.alone, pytest.mark.long]


class Cluster:
    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._told = folder / "told"
        command = [sys.executable, "tools/cluster.py", "--port", str(self.port), "--folder", str(folder / "cluster")]
        with self._told.open("w") as told:
            self.process = subprocess.Popen(tied(command, farewell="TERM"), cwd=ROOT, stdout=told, stderr=told)

    @property
    def told(self) -> str:
        return self._told.read_text()

    def is_up(self) -> bool:
        assert self.process.poll() is None, self.told
        return "Ctrl-C ends everything" in self.told


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    for part in ("nginx-light", "redis-server", "postgresql"):
        require_part(part)
    folder = Path(tempfile.mkdtemp(prefix="inquiry-cluster-test-"))  # pytest's own folders keep PostgreSQL's user out
    folder.chmod(0o755)
    cluster = Cluster(folder)
    yield cluster
    if cluster.process.poll() is None:
        cluster.process.terminate()
        cluster.process.wait(30)
    shutil.rmtree(folder)


def test_two_processes_behind_one_address(cluster: Cluster, connect: Connect) -> None:
    eventually(cluster.is_up, seconds=90, otherwise="not up")
    assert f"{cluster.url}/join/" in cluster.told
    readers = [connect(cluster.url) for _ in range(3)] + [connect(cluster.url, transport="polling") for _ in range(3)]
    for reader in readers:
        assert reader.call("follow", {"session": 1})["ok"]
    viewers = [served(cluster.port + number) for number in (1, 2)]
    assert min(viewers) > 0, "both have viewers"
    assert sum(viewers) == len(readers)
    for reader in readers:
        reader.wait_for(lambda ticks=reader.ticks: ticks and ticks[-1]["viewers"] == len(readers), seconds=8)
    asked = requests.get(f"{cluster.url}/live/1/snapshot", timeout=10)
    assert asked.json()["viewers"] == len(readers)
    assert requests.get(f"{cluster.url}/metrics", timeout=10).status_code == 404
    for reader in readers:
        reader.close()

    cluster.process.send_signal(signal.SIGINT)
    assert cluster.process.wait(60) == 0, cluster.told
    assert cluster.told.rstrip().endswith("ended")
    with pytest.raises(requests.ConnectionError):
        requests.get(cluster.url, timeout=2)


def served(port: int) -> int:
    return int(metrics_of(f"http://127.0.0.1:{port}")["inquiry_viewers"])


def test_what_is_missing_is_named(tmp_path: Path) -> None:
    with_nothing = os.environ | {"PATH": str(tmp_path)}
    code = "import sys; sys.path.insert(0, 'tools'); import cluster; cluster.shutil.which = lambda *_, **__: None\n"
    code += "cluster.Path.glob = lambda *_: []\ntry: cluster.programs()\nexcept cluster.CannotRun as why: print(why)"
    told = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=with_nothing, capture_output=True, text=True)
    assert told.stdout.strip().endswith("apt-get install nginx-light postgresql redis-server"), told.stderr
