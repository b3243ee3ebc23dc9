"""The systemd units of deploy/, read by systemd itself."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

DEPLOY = Path(__file__).parents[2] / "deploy"


def test_systemd_finds_nothing_wrong(tmp_path: Path) -> None:
    program = shutil.which("systemd-analyze")
    if program is None:
        pytest.skip("systemd-analyze is missing: apt-get install systemd")
    for path in (one for one in (DEPLOY / "systemd").iterdir() if one.suffix != ".conf"):
        unit = path.read_text()
        for written, here in {
            "/srv/inquiry/.venv/bin/inquiry": sys.executable, "=inquiry\n": "=root\n", "=inquiry-rtmp\n": "=root\n",
        }.items():  # fmt: skip
            unit = unit.replace(written, here)
        (tmp_path / path.name).write_text(unit)
    shutil.copy(tmp_path / "inquiry@.service", tmp_path / "inquiry@5001.service")
    units = [
        str(tmp_path / name)
        for name in ("inquiry@5001.service", "inquiry.target", "inquiry-media.service", "inquiry-rtmp.service")
    ]
    checked = subprocess.run(
        [program, "verify", *units], capture_output=True, text=True, timeout=60,
        env=os.environ | {"SYSTEMD_UNIT_PATH": f"{tmp_path}:"},
    )  # fmt: skip
    assert checked.returncode == 0, checked.stderr
    assert str(tmp_path) not in checked.stderr, "nothing is unknown or ignored"


class Machine:
    """A folder that is a machine to systemd's tools, on which there are the people that Debian and operations.md make.
    Others get into it as into any machine, which they could not into a folder of pytest's."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in ("etc", "var/lib"):
            (folder / name).mkdir(parents=True)
        ids = {"root": 0, "www-data": 33, "inquiry": 61001}
        listed = {"passwd": "{0}:x:{1}:{1}::/:/bin/sh\n", "group": "{0}:x:{1}:\n"}
        for name, line in listed.items():
            (folder / "etc" / name).write_text("".join(line.format(*one) for one in ids.items()))
        for tool, options, conf in (
            ("systemd-sysusers", [], "sysusers.conf"), ("systemd-tmpfiles", ["--create"], "tmpfiles.conf")
        ):  # fmt: skip
            command = [tool, f"--root={folder}", *options, str(DEPLOY / "systemd" / conf)]
            made = subprocess.run(command, capture_output=True, text=True, timeout=60)
            assert made.returncode == 0, made.stderr
        self.media = folder / "var/lib/inquiry-media"

    def may(self, user: str, group: str, what: str) -> bool:
        """Whether a line of a shell succeeds as this person, in the media folder."""
        ids = [f"--reuid={self._id('passwd', user)}", f"--regid={self._id('group', group)}", "--clear-groups"]
        ran = subprocess.run(
            ["setpriv", *ids, "sh", "-c", f"umask {UMASK[user]}; cd '{self.media}' && {what}"], capture_output=True,
            timeout=20,
        )  # fmt: skip
        return ran.returncode == 0

    def _id(self, file: str, name: str) -> str:
        lines = (self.folder / "etc" / file).read_text().splitlines()
        return next(line.split(":")[2] for line in lines if line.startswith(f"{name}:"))


#: Those of the units, and of Debian's nginx.
UMASK = {"inquiry": "0027", "inquiry-rtmp": "0022", "www-data": "0022"}


@pytest.fixture
def machine() -> Iterator[Machine]:
    if os.geteuid() != 0 or shutil.which("systemd-tmpfiles") is None:
        pytest.skip("needs root and systemd-tmpfiles: apt-get install systemd")
    folder = Path(tempfile.mkdtemp(prefix="inquiry-machine-"))
    folder.chmod(0o755)
    try:
        yield Machine(folder)
    finally:
        shutil.rmtree(folder)


def test_each_gets_where_it_has_to_in_the_media_folder_and_no_further(machine: Machine) -> None:
    rtmp, worker, site = ("inquiry-rtmp", "inquiry-rtmp"), ("inquiry", "www-data"), ("www-data", "www-data")
    assert machine.may(*rtmp, "echo picture > legs/a-1.flv"), "the nginx that takes the picture records it"
    assert machine.may(*worker, "grep picture legs/a-1.flv"), "and the worker reads that"
    assert machine.may(*worker, "mkdir -p recordings/b && echo seen > recordings/b/recording.mp4")
    assert machine.may(*site, "grep seen recordings/b/recording.mp4"), "the site's nginx serves what is made"
    for whose, what in (
        (rtmp, "ls ."), (rtmp, "cat recordings/b/recording.mp4"), (rtmp, "touch other"), (site, "cat legs/a-1.flv"),
        (site, "touch recordings/b/other"),
    ):  # fmt: skip
        assert not machine.may(*whose, what), (whose, what)
    assert machine.may("inquiry", "inquiry", "rm legs/a-1.flv"), "a rehearsal is removed by whoever serves its page"


def test_the_units_say_who_they_are_and_where_they_write() -> None:
    units = {one.stem: one.read_text() for one in (DEPLOY / "systemd").glob("*.service")}
    assert "User=inquiry-rtmp\n" in units["inquiry-rtmp"]
    assert "ReadWritePaths=-/var/lib/inquiry-media/legs\n" in units["inquiry-rtmp"]
    assert "record_path /var/lib/inquiry-media/legs;" in (DEPLOY / "nginx/rtmp.conf").read_text()
    assert "ReadWritePaths=-/var/lib/inquiry-media\n" in units["inquiry@"], "films are uploaded"
    assert "StateDirectoryMode=0751\n" in units["inquiry-media"], "as tmpfiles.conf has it"


@pytest.mark.parametrize("name", ["restart.sh", "inquiry.sh"])
def test_the_scripts_of_operators_are_scripts(name: str) -> None:
    checked = subprocess.run(["bash", "-n", str(DEPLOY / name)], capture_output=True, text=True)
    assert checked.returncode == 0, checked.stderr
    assert os.access(DEPLOY / name, os.X_OK)


def test_a_command_of_the_operator_runs_as_the_units_do(tmp_path: Path) -> None:
    if os.geteuid() != 0 or shutil.which("runuser") is None:
        pytest.skip("needs root and runuser: apt-get install util-linux")
    (tmp_path / "environment").write_text(
        "# the evening\nINQUIRY_SECRET_KEY='a $ecret; & more'\nINQUIRY_TURN='turn:one:3478 turns:two:5349'\n"
    )
    script = (DEPLOY / "inquiry.sh").read_text()
    for written, here in {
        ". /etc/inquiry/environment": f". {tmp_path}/environment", "-u inquiry": "-u nobody",
        "/srv/inquiry/.venv/bin/inquiry": "/usr/bin/env",
    }.items():  # fmt: skip
        assert written in script, written
        script = script.replace(written, here)
    ran = subprocess.run(
        ["bash", "-c", script, "inquiry.sh", "sh", "-c", 'id -un; id -gn; umask; echo "$1"; env', "-", "two words"],
        capture_output=True, text=True, timeout=20, check=True,
    )  # fmt: skip
    user, group, umask, given, *environment = ran.stdout.splitlines()
    assert (user, group, umask, given) == ("nobody", "www-data", UMASK["inquiry"], "two words")
    assert "INQUIRY_SECRET_KEY=a $ecret; & more" in environment
    assert "INQUIRY_TURN=turn:one:3478 turns:two:5349" in environment
    unit = (DEPLOY / "systemd" / "inquiry@.service").read_text()
    for line in ("INQUIRY_ENV=production", "INQUIRY_DATA_DIR=/var/lib/inquiry"):
        assert line in environment
        assert line in unit
