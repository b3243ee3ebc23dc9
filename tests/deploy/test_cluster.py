"""`make cluster` as a whole: what nginx leads to are two processes that are one."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from tests.support.client import Connect
from tests.support.server import metrics_of
from tests.support.together import Together, together

ROOT = Path(__file__).parents[2]

pytestmark = [pytest.mark.live, pytest.mark.alone, pytest.mark.long]


@pytest.fixture
def cluster() -> Iterator[Together]:
    with together("cluster", "nginx-light", "redis-server", "postgresql") as cluster:
        yield cluster


def test_two_processes_behind_one_address(cluster: Together, connect: Connect) -> None:
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

    cluster.end()
    with pytest.raises(requests.ConnectionError):
        requests.get(cluster.url, timeout=2)


def served(port: int) -> int:
    return int(metrics_of(f"http://127.0.0.1:{port}")["inquiry_viewers"])


def test_what_is_missing_is_named(tmp_path: Path) -> None:
    with_nothing = os.environ | {"PATH": str(tmp_path)}
    code = "import sys; sys.path.insert(0, 'tools'); import cluster, together\n"
    code += "together.shutil.which = lambda *_, **__: None\ncluster.Path.glob = lambda *_: []\n"
    code += "try: cluster.programs()\nexcept together.CannotRun as why: print(why)"
    told = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=with_nothing, capture_output=True, text=True)
    assert told.stdout.strip().endswith("apt-get install nginx-light postgresql redis-server"), told.stderr
