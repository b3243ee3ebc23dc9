"""Everything that may differ from one installation to the next, read once from the environment."""

import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from flask import current_app

LAST_PORT = 65535
#: Of what the stage's server and we have in common.
LEAST_SECRET = 24


class SettingsError(Exception):
    """The environment asks for something that cannot be: the sentence says what to change."""


@dataclass(frozen=True)
class Settings:
    """One installation.

    `database_url` is an SQLAlchemy address; `data_dir` holds the embedded database, pictures and the secret;
    `zone` is the city's time zone; `async_mode` is `eventlet`, `gevent` or `threading`;
    `reply_working_days` is how long a unit has to answer a question handed to it; `behind_proxy` says that a reverse
    proxy of ours sets X-Forwarded-For, -Proto and -Host; `public_url` is the address that QR codes and screens show
    (if empty, the one by which this machine was asked) and by which pages name themselves to others (they do not, if
    empty); `publisher` and `contact` stand at the foot of every public page; `allowed_origins` are the other sites
    whose pages may open sockets here, with an API token of their own and never with a visitor's cookies; `process` is
    the name of this process in the proxy, where there are several: it leads long-polling browsers back to it;
    `redis_url` is where processes tell each other that there is something new (they look by themselves, a little
    later, if empty); `metrics_token` opens /readyz and /metrics to other machines (only this one may ask, if empty);
    `osc` is the address and UDP port on which presses by OSC are taken (none are, if empty); `media` is the folder of
    all that is filmed, and `media_limit` the bytes that it may take (0: as many as there are); `rtmp` is where the
    worker reads what encoders send, and `rtmp_control` where it has nginx send one away; `janus` is the server of the
    stage as the worker speaks with it (there is no stage, if empty), `janus_socket` the address that browsers connect
    to, `janus_secret` signs their tokens, and with `janus_admin_key` the worker makes rooms; `turn` are relays for
    browsers that cannot reach it by UDP, to which `turn_secret` opens the way; `log` is `text` or
    `json`.
    """

    database_url: str
    data_dir: Path
    secret_key: str
    city: str = "云汀市"
    city_en: str = "Yunting"
    publisher: str = ""
    publisher_en: str = ""
    contact: str = ""
    zone: ZoneInfo = ZoneInfo("Asia/Shanghai")
    async_mode: str = "threading"
    production: bool = False
    reply_working_days: int = 10
    behind_proxy: bool = False
    public_url: str = ""
    allowed_origins: frozenset[str] = frozenset()
    process: str = ""
    redis_url: str = ""
    metrics_token: str = ""
    osc: tuple[str, int] | None = None
    media: Path | None = None
    media_limit: int = 0
    rtmp: str = "rtmp://127.0.0.1:1935/picture"
    rtmp_control: str = "http://127.0.0.1:8935/control"
    janus: str = ""
    janus_socket: str = "/janus"
    janus_secret: str = field(default="", repr=False)
    janus_admin_key: str = field(default="", repr=False)
    turn: tuple[str, ...] = ()
    turn_secret: str = field(default="", repr=False)
    log: str = "text"

    @property
    def label(self) -> str:
        """What this process is called in its logs and metrics."""
        return self.process or f"pid-{os.getpid()}"

    @property
    def media_dir(self) -> Path:
        """What is filmed, and the films."""
        return self.media or self.data_dir / "media"

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] = os.environ) -> "Settings":
        """Read `INQUIRY_*`. Raises SettingsError where production lacks a secret of its own or a value is unusable."""
        data_dir = Path(environ.get("INQUIRY_DATA_DIR", "var")).resolve()
        data_dir.mkdir(parents=True, exist_ok=True)
        production = environ.get("INQUIRY_ENV", "development") == "production"
        try:
            zone = ZoneInfo(environ.get("INQUIRY_ZONE", "Asia/Shanghai"))
            reply_working_days = int(environ.get("INQUIRY_REPLY_WORKING_DAYS", "10"))
        except (ValueError, KeyError) as error:
            raise SettingsError(f"INQUIRY_ZONE or INQUIRY_REPLY_WORKING_DAYS is not usable: {error}") from error
        return cls(
            database_url=environ.get("INQUIRY_DATABASE_URL", f"sqlite:///{data_dir / 'inquiry.sqlite'}"),
            data_dir=data_dir,
            secret_key=_secret(environ, data_dir, production),
            city=environ.get("INQUIRY_CITY", cls.city),
            city_en=environ.get("INQUIRY_CITY_EN", cls.city_en),
            publisher=_line("INQUIRY_PUBLISHER", environ),
            publisher_en=_line("INQUIRY_PUBLISHER_EN", environ),
            contact=_line("INQUIRY_CONTACT", environ),
            zone=zone,
            async_mode=environ.get("INQUIRY_ASYNC_MODE", "eventlet"),
            production=production,
            reply_working_days=reply_working_days,
            behind_proxy=environ.get("INQUIRY_BEHIND_PROXY", "") == "1",
            public_url=_public_url(environ.get("INQUIRY_PUBLIC_URL", "")),
            allowed_origins=_origins(environ.get("INQUIRY_ALLOWED_ORIGINS", "")),
            process=_process(environ.get("INQUIRY_PROCESS", "")),
            redis_url=_redis_url(environ.get("INQUIRY_REDIS_URL", "")),
            metrics_token=_metrics_token(environ.get("INQUIRY_METRICS_TOKEN", "")),
            osc=_osc(environ.get("INQUIRY_OSC", "")),
            media=Path(environ["INQUIRY_MEDIA_DIR"]).resolve() if environ.get("INQUIRY_MEDIA_DIR") else None,
            media_limit=_megabytes(environ.get("INQUIRY_MEDIA_MB", "0")),
            rtmp=_matching("INQUIRY_RTMP", r"rtmp://[\w.:\[\]-]+/\w+", environ, cls.rtmp),
            rtmp_control=_matching("INQUIRY_RTMP_CONTROL", r"http://[\w.:\[\]-]+/\w+", environ, cls.rtmp_control),
            **_janus(environ),
            log=_log(environ.get("INQUIRY_LOG", cls.log)),
        )


def settings() -> Settings:
    """The installation that is running."""
    found: Settings = current_app.config["INQUIRY"]
    return found


def _origins(written: str) -> frozenset[str]:
    origins = frozenset(written.replace(",", " ").split())
    if not all(
        re.fullmatch(r"https?://[a-z0-9.-]+(:[0-9]{1,5})?|https?://\[[0-9a-f:]+\](:[0-9]{1,5})?", one)
        for one in origins
    ):
        raise SettingsError("INQUIRY_ALLOWED_ORIGINS is a list like https://studio.example, without a path or a star.")
    return origins


def _line(name: str, environ: Mapping[str, str]) -> str:
    """Words that stand at the foot of every page: one line of them."""
    words = environ.get(name, "").strip()
    if len(words) > 200 or not words.isprintable():
        raise SettingsError(f"{name} is one line of at most 200 characters.")
    return words


def _public_url(url: str) -> str:
    if url and not re.fullmatch(r"https?://[^\s/?#@]+(/[^\s?#]*)?", url):
        raise SettingsError("INQUIRY_PUBLIC_URL is an address like https://inquiry.example.gov.cn.")
    return url.rstrip("/")


def _process(name: str) -> str:
    if name and not re.fullmatch(r"[A-Za-z0-9._-]{1,32}", name):
        raise SettingsError("INQUIRY_PROCESS is a short name of letters, digits, dots and dashes.")
    return name


def _redis_url(url: str) -> str:
    if url and not url.startswith(("redis://", "rediss://", "unix://")):
        raise SettingsError("INQUIRY_REDIS_URL is an address like redis://127.0.0.1:6379 or unix:///run/redis/socket.")
    return url


def _metrics_token(token: str) -> str:
    if token and len(token) < 16:
        raise SettingsError("INQUIRY_METRICS_TOKEN is shorter than 16 characters.")
    return token


def _osc(written: str) -> tuple[str, int] | None:
    """A port of this machine alone, unless an address of it is said."""
    if not written:
        return None
    host, _, port = written.rpartition(":")
    try:
        found = str(ip_address(host.strip("[]") or "127.0.0.1")), int(port)
    except ValueError:
        found = "", 0
    if not 1 <= found[1] <= LAST_PORT:
        raise SettingsError("INQUIRY_OSC is a port like 9000, or an address of this machine and a port: 10.0.0.5:9000.")
    return found


def _megabytes(written: str) -> int:
    if not re.fullmatch(r"[0-9]{1,9}", written, re.ASCII):
        raise SettingsError("INQUIRY_MEDIA_MB is how many megabytes pictures may take; 0 sets no limit.")
    return int(written) * 1024 * 1024


def _matching(name: str, shape: str, environ: Mapping[str, str], otherwise: str) -> str:
    found = environ.get(name) or otherwise
    if not re.fullmatch(shape, found, re.ASCII):
        raise SettingsError(f"{name} is an address like {otherwise or 'http://127.0.0.1:8088/janus'}.")
    return found


def _janus(environ: Mapping[str, str]) -> dict[str, Any]:
    """The stage: all of it, or none; and the relays that stand before it, if any."""
    relays = environ.get("INQUIRY_TURN", "").split()
    if not all(re.fullmatch(r"turns?:[\w.:\[\]-]+(\?transport=(udp|tcp))?", one, re.ASCII) for one in relays):
        raise SettingsError("INQUIRY_TURN is a list like turn:turn.example:3478 turns:turn.example:5349?transport=tcp.")
    if relays and len(environ.get("INQUIRY_TURN_SECRET", "")) < LEAST_SECRET:
        raise SettingsError(f"INQUIRY_TURN needs INQUIRY_TURN_SECRET, of {LEAST_SECRET} characters.")
    found: dict[str, Any] = {
        "janus": _matching("INQUIRY_JANUS", r"(https?://[\w.:\[\]-]+/\w+)?", environ, ""),
        "janus_socket": _matching(
            "INQUIRY_JANUS_SOCKET", r"/[\w/-]+|wss?://[\w.:\[\]-]+(/[\w/-]*)?", environ, "/janus"
        ),
        "janus_secret": environ.get("INQUIRY_JANUS_SECRET", ""),
        "janus_admin_key": environ.get("INQUIRY_JANUS_ADMIN_KEY", ""),
    }
    if found["janus"] and min(len(found["janus_secret"]), len(found["janus_admin_key"])) < LEAST_SECRET:
        raise SettingsError(
            f"INQUIRY_JANUS needs INQUIRY_JANUS_SECRET and INQUIRY_JANUS_ADMIN_KEY, each of {LEAST_SECRET} characters."
        )
    return found | {"turn": tuple(relays), "turn_secret": environ.get("INQUIRY_TURN_SECRET", "")}


def _log(form: str) -> str:
    if form not in ("text", "json"):
        raise SettingsError("INQUIRY_LOG is text or json.")
    return form


def _secret(environ: Mapping[str, str], data_dir: Path, production: bool) -> str:
    given = environ.get("INQUIRY_SECRET_KEY", "")
    if given:
        if len(given) < 32:
            raise SettingsError("INQUIRY_SECRET_KEY is shorter than 32 characters.")
        return given
    if production:
        raise SettingsError("INQUIRY_ENV=production needs INQUIRY_SECRET_KEY: 32 characters or more, kept secret.")
    return _first_run_secret(data_dir / "secret.key")


def _first_run_secret(path: Path) -> str:
    """Two processes may start in the same moment: O_EXCL lets one make the file, the other reads it."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(handle, "w") as file:
        file.write(secrets.token_urlsafe(48))
    return path.read_text().strip()
