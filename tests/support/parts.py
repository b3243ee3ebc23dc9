"""The parts of the machine that some tests need: a missing one skips the test with its reason, or fails it under CI."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest


def _postgresql() -> Path | None:
    """The folder of the newest server's programs: Debian keeps `initdb` and `postgres` off the PATH."""
    folders = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    return max(folders, key=lambda folder: float(folder.parent.name), default=None)


def _libatomic() -> Path | None:
    """What Playwright's driver is linked to, and a bare Debian lacks."""
    return next(Path("/usr/lib").glob("*/libatomic.so.1"), None)


def _rtmp_module() -> Path | None:
    module = Path("/usr/lib/nginx/modules/ngx_rtmp_module.so")
    return module if module.exists() else None


def _program(name: str) -> Callable[[], Path | None]:
    """A program, also one of those that only root has on the PATH."""

    def look() -> Path | None:
        found = shutil.which(name, path=f"{os.environ.get('PATH', os.defpath)}:/usr/sbin:/usr/local/sbin")
        return Path(found) if found else None

    return look


#: By the name of the Debian package that brings it.
_PARTS: dict[str, Callable[[], Path | None]] = {
    "postgresql": _postgresql,
    "chromium": _program("chromium"),
    "coturn": _program("turnserver"),
    "libatomic1": _libatomic,
    "nginx-light": _program("nginx"),
    "libnginx-mod-rtmp": _rtmp_module,
    "ffmpeg": _program("ffmpeg"),
    "janus": _program("janus"),
    "openssl": _program("openssl"),
    "redis-server": _program("redis-server"),
}


def require_part(name: str) -> Path:
    """Where the part called `name` (the Debian package that brings it) lies.

    Without it the running test is skipped, saying what to install; under `CI=true` it fails.
    """
    where = _PARTS[name]()
    if where:
        return where
    reason = f"{name} is missing: apt-get install {name}"
    if os.environ.get("CI") == "true":
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)
