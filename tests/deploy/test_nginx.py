"""The nginx configuration of deploy/, but for ports and paths, in front of two servers that say what they were sent."""

import json
import os
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from urllib3 import BaseHTTPResponse, HTTPSConnectionPool, PoolManager
from urllib3.exceptions import HTTPError

from tests.support.parts import require_part
from tests.support.processes import eventually, free_port, tied

DEPLOY = Path(__file__).parents[2] / "deploy" / "nginx"
NAME = "inquiry.example.org"

pytestmark = pytest.mark.alone


class Mirror(BaseHTTPRequestHandler):
    """Answers with who it is and what it was sent."""

    protocol_version = "HTTP/1.1"

    def answer(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.asked.append(self.path)  # type: ignore[attr-defined]
        if self.server.is_gone:  # type: ignore[attr-defined]
            self.close_connection = True
            return
        seen = {"port": self.server.server_port, "path": self.path, "headers": dict(self.headers)}
        body = json.dumps(seen).encode()
        is_static = self.path.startswith("/static/")
        # Each has a build of its own, named by its port.
        is_here = not is_static or self.path.startswith(f"/static/{self.server.server_port}/")  # type: ignore[attr-defined]
        is_asked = self.path.startswith("/media/allowed?")
        is_refused = (is_asked and "ticket=1." not in self.path) or self.path == "/live/403/picture"
        self.send_response(403 if is_refused else 204 if is_asked else 200 if is_here else 404)
        if is_asked:
            self.send_header("X-Media-Folder", "programmes")
        if is_static:
            self.send_header("Cache-Control", "public, max-age=31536000, immutable" if is_here else "no-store")
        if is_refused:
            self.send_header("Cache-Control", "no-store")
        if self.path.partition("?")[0].endswith("/snapshot"):
            self.send_header("Cache-Control", "public, max-age=1")
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = answer  # noqa: N815 - so it is called there

    def log_message(self, *_words: Any) -> None:
        pass


class Proxy:
    """nginx with the configuration of deploy/, and the two servers behind it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.program = str(require_part("nginx-light"))
        require_part("openssl")
        self.http, self.https = free_port(), free_port()
        self.behind = [ThreadingHTTPServer(("127.0.0.1", 0), Mirror) for _ in range(2)]
        for one in self.behind:
            one.asked = []  # type: ignore[attr-defined]
            one.is_gone = False  # type: ignore[attr-defined]
            threading.Thread(target=one.serve_forever, daemon=True).start()
        self.configuration = folder / "nginx.conf"
        self._configure()
        self.pool = HTTPSConnectionPool(
            "127.0.0.1", self.https, ca_certs=str(folder / "cert.pem"), server_hostname=NAME, assert_hostname=NAME
        )

    def _configure(self) -> None:
        keys = ["-keyout", "key.pem", "-out", "cert.pem", "-days", "2", "-subj", f"/CN={NAME}", "-nodes"]
        keys += ["-addext", f"subjectAltName=DNS:{NAME}"]
        keys += ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
        subprocess.run(["openssl", "req", "-x509", *keys], cwd=self.folder, check=True, capture_output=True)
        ports = [str(one.server_port) for one in self.behind]
        site = (DEPLOY / "inquiry.conf").read_text()
        for written, here in {
            "/etc/ssl/inquiry/fullchain.pem": str(self.folder / "cert.pem"),
            "/etc/ssl/inquiry/privkey.pem": str(self.folder / "key.pem"),
            "/etc/nginx/inquiry/locations.conf": str(self.folder / "locations.conf"),
            "/var/lib/nginx/inquiry": str(self.folder / "cache"),
            "/var/log/nginx/inquiry.log": str(self.folder / "access.log"),
            "listen 80": f"listen 127.0.0.1:{self.http}",
            "listen 443": f"listen 127.0.0.1:{self.https}",
            "    listen [::]:80;\n": "",
            "    listen [::]:443 ssl http2;\n": "",
            "127.0.0.1:5001": f"127.0.0.1:{ports[0]}",
            "127.0.0.1:5002": f"127.0.0.1:{ports[1]}",
        }.items():
            assert written in site, written
            site = site.replace(written, here)
        (self.folder / "site.conf").write_text(site)
        locations = (DEPLOY / "locations.conf").read_text()
        assert "/var/lib/inquiry-media/" in locations
        there = locations.replace("/var/lib/inquiry-media/", f"{self.folder}/media/")
        (self.folder / "locations.conf").write_text(there)
        user = "user root;\n" if os.geteuid() == 0 else ""
        temporary = "".join(
            f"{kind}_temp_path {self.folder}/{kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        self.configuration.write_text(
            f"{user}daemon off;\npid {self.folder}/pid;\nerror_log stderr;\nevents {{}}\n"
            f"http {{\n{temporary}include {self.folder}/site.conf;\n}}\n"
        )

    @contextmanager
    def nobody_answers(self) -> Iterator[None]:
        for one in self.behind:
            one.is_gone = True  # type: ignore[attr-defined]
        try:
            yield
        finally:
            for one in self.behind:
                one.is_gone = False  # type: ignore[attr-defined]
        time.sleep(2.1)  # by then nginx has forgiven whoever did not answer

    def check(self) -> subprocess.CompletedProcess[str]:
        command = [self.program, "-t", "-c", str(self.configuration), "-p", str(self.folder)]
        return subprocess.run(command, capture_output=True, text=True, timeout=20)

    def start(self) -> None:
        command = [self.program, "-c", str(self.configuration), "-p", str(self.folder)]
        self.process = subprocess.Popen(tied(command, farewell="TERM"), stderr=subprocess.DEVNULL)
        eventually(self._answers, otherwise="nginx did not start")

    def _answers(self) -> bool:
        assert self.process.poll() is None, self.check().stderr
        try:
            return self.ask("/").status == 200
        except HTTPError:
            return False

    def ask(self, path: str, method: str = "GET", body: bytes | None = None, **headers: str) -> BaseHTTPResponse:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.pool.request(method, path, body=body, headers={"Host": NAME} | named, retries=False)

    def stop(self) -> None:
        self.pool.close()
        self.process.terminate()
        self.process.wait(10)
        for one in self.behind:
            one.shutdown()
            one.server_close()


@pytest.fixture(scope="module")
def proxy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    proxy = Proxy(tmp_path_factory.mktemp("nginx"))
    proxy.start()
    yield proxy
    proxy.stop()


def test_nginx_finds_nothing_wrong(proxy: Proxy) -> None:
    checked = proxy.check()
    assert checked.returncode == 0, checked.stderr
    assert "warn" not in checked.stderr


@pytest.mark.parametrize("path", ["/", "/api/questions.ask", "/socket.io/?EIO=4", "/live/7/snapshot", "/static/x.css"])
def test_nobody_brings_forwarded_headers_along(proxy: Proxy, path: str) -> None:
    forged = {"X_Forwarded_For": "6.6.6.6", "X_Forwarded_Host": "evil.example", "X_Forwarded_Proto": "http"}
    forged |= {"X_Forwarded_Port": "1", "X_Forwarded_Prefix": "/x", "Forwarded": "for=6.6.6.6"}
    seen = proxy.ask(path, **forged).json()["headers"]
    assert seen.get("X-Forwarded-For", "127.0.0.1") == "127.0.0.1"
    assert seen["X-Forwarded-Host"] == seen["Host"] == NAME
    assert seen["X-Forwarded-Proto"] == "https"
    assert not {"X-Forwarded-Port", "X-Forwarded-Prefix", "Forwarded"} & seen.keys()


def test_a_websocket_is_asked_for_without_compression(proxy: Proxy) -> None:
    wish = {"Upgrade": "websocket", "Connection": "Upgrade", "Sec_WebSocket_Extensions": "permessage-deflate"}
    seen = proxy.ask("/socket.io/?EIO=4&transport=websocket", **wish).json()["headers"]
    assert (seen["Upgrade"], seen["Connection"]) == ("websocket", "upgrade")
    assert "Sec-WebSocket-Extensions" not in seen


def test_long_polling_comes_back_to_the_process_that_knows_it(proxy: Proxy) -> None:
    for name, server in zip(("5001", "5002"), proxy.behind, strict=True):
        ports = {
            proxy.ask("/socket.io/?EIO=4&transport=polling&sid=x", Cookie=f"process={name}").json()["port"]
            for _ in range(6)
        }
        assert ports == {server.server_port}
    anywhere = {
        proxy.ask("/socket.io/?EIO=4&transport=polling", Cookie="process=5001").json()["port"] for _ in range(6)
    }
    assert len(anywhere) == 2, "a new one goes wherever there is room, whatever cookie is left of an old one"
    odd = proxy.ask("/socket.io/?EIO=4&transport=polling&sid=x", Cookie="process=127.0.0.1:22")
    assert odd.status == 200, "a cookie names no address"


def test_commands_of_one_network_are_counted_in_one_place(proxy: Proxy) -> None:
    ports = {proxy.ask("/api/questions.support", "POST", b"{}").json()["port"] for _ in range(6)}
    assert len(ports) == 1


def test_snapshots_are_asked_for_once_a_second_and_without_a_name(proxy: Proxy) -> None:
    path = "/live/8/snapshot"
    began = time.monotonic()
    answers = [proxy.ask(f"{path}?bust={n}", Cookie=f"sign_in={n}", Authorization="x").json() for n in range(30)]
    asked = sum(one.asked.count(f"{path}?bust={n}") for one in proxy.behind for n in range(30))
    assert asked <= 2 + (time.monotonic() - began)
    assert not {"Cookie", "Authorization"} & answers[0]["headers"].keys()
    staff = {proxy.ask(f"{path}/staff", Cookie=f"sign_in={n}").json()["headers"]["Cookie"] for n in range(3)}
    assert staff == {"sign_in=0", "sign_in=1", "sign_in=2"}


@pytest.mark.parametrize(("session", "status"), [(8, 200), (403, 403)])
def test_where_the_picture_is_is_asked_once_a_second_also_where_nobody_is_told(
    proxy: Proxy, session: int, status: int
) -> None:
    path, began = f"/live/{session}/picture", time.monotonic()
    assert {proxy.ask(path, Cookie=f"sign_in={n}").status for n in range(30)} == {status}
    assert sum(one.asked.count(path) for one in proxy.behind) <= 2 + (time.monotonic() - began)


def test_a_file_is_found_at_whichever_process_has_its_build_and_kept(proxy: Proxy) -> None:
    """While half of the processes are new; afterwards too, though none of that build is left."""
    paths = [f"/static/{one.server_port}/phone/{n}.js" for one in proxy.behind for n in range(4)]
    for path in paths:
        found = proxy.ask(path)
        assert (found.status, found.headers["Cache-Control"]) == (200, "public, max-age=31536000, immutable")
        assert str(found.json()["port"]) in path
    with proxy.nobody_answers():
        assert {proxy.ask(path).status for path in paths} == {200}
    nowhere = proxy.ask("/static/0123456789ab/phone/list.js")
    assert (nowhere.status, nowhere.headers["Cache-Control"]) == (404, "no-store")


def test_the_picture_is_read_from_its_folder_and_asked_for_once_by_everybody_with_one_ticket(proxy: Proxy) -> None:
    folder = proxy.folder / "media" / "programmes" / "0123456789ab"
    folder.mkdir(parents=True)
    (folder / "s1.ts").write_bytes(b"G" * 188)
    (folder / "live.m3u8").write_text("#EXTM3U")
    (folder / "packager.log").write_text("not for readers")
    open_, shut = "/media/1.public.abc", "/media/2.public.abc"
    answers = [proxy.ask(f"{open_}/0123456789ab/{name}") for name in ("s1.ts", "live.m3u8") * 10]
    assert {one.status for one in answers} == {200}
    kinds = [(one.headers["Content-Type"], one.headers["Cache-Control"]) for one in answers[:2]]
    assert kinds == [("video/mp2t", "private, max-age=86400, immutable"), ("application/vnd.apple.mpegurl", "no-store")]
    shared = proxy.ask("/media/1.internal.abc/0123456789ab/s1.ts")
    assert (shared.status, shared.headers["Cache-Control"]) == (200, "no-store"), "a browser has several readers"
    asked = [path for one in proxy.behind for path in one.asked if path.startswith("/media/allowed?ticket=1.public")]
    assert set(asked) == {"/media/allowed?ticket=1.public.abc&media=0123456789ab"}
    assert len(asked) <= 8, "twenty files"
    assert {proxy.ask(f"{shut}/0123456789ab/s1.ts").status for _ in range(20)} == {403}
    refused = [path for one in proxy.behind for path in one.asked if path.startswith("/media/allowed?ticket=2.")]
    assert len(refused) <= 8, "twenty times"
    for nothing in ("a", "f" * 33):  # no such thing can be: nobody is asked, and it is no fault of ours
        assert proxy.ask(f"{open_}/{nothing}/s1.ts").status == 200, "the application's own answer"
    for name in ("packager.log", "..%2f..%2fkey.pem", "%2e%2e", "s1.ts%00.ts", "s2.ts"):
        assert b"not for readers" not in proxy.ask(f"{open_}/0123456789ab/{name}").data, name
    for path in ("/media/publish", "/media/allowed?ticket=1.public.abc&media=0123456789ab", "/media-allowed"):
        assert proxy.ask(path).status == 404


def test_after_a_silence_the_first_who_asks_is_not_given_what_is_old(proxy: Proxy) -> None:
    def asked_by(number: int) -> str:
        return str(proxy.ask("/live/9/snapshot", **{"X-Number": str(number)}).json()["headers"]["X-Number"])

    assert asked_by(1) == "1"
    time.sleep(3)
    assert asked_by(2) == "2"


def test_an_answer_says_when_nobody_stands_behind_it_any_more(proxy: Proxy) -> None:
    path = "/live/10/snapshot"
    fresh = proxy.ask(path)
    assert fresh.headers["X-Snapshot"] == "MISS"
    assert "max-age" in fresh.headers["Strict-Transport-Security"]
    time.sleep(2)
    with proxy.nobody_answers():
        assert proxy.ask(path).headers["X-Snapshot"] == "STALE"


@pytest.mark.parametrize(
    ("path", "kilobytes", "status"),
    [
        ("/api/questions.ask", 60, 200),
        ("/api/questions.ask", 70, 413),
        ("/socket.io/?EIO=4&transport=polling&sid=x", 40, 413),
        ("/pledges/7/evidence", 20_000, 200),
        ("/sessions/RWC9TH/import", 20_000, 200),
        ("/results/import", 20_000, 200),
        ("/admin/units/import", 25_000, 413),
        ("/pledges/7/evidence", 25_000, 413),
    ],
)
def test_bodies_have_a_limit(proxy: Proxy, path: str, kilobytes: int, status: int) -> None:
    assert proxy.ask(path, "POST", b"x" * kilobytes * 1024).status == status


@pytest.mark.parametrize(("path", "status"), [("/metrics", 404), ("/readyz", 404), ("/healthz", 200)])
def test_the_public_is_not_told_how_it_is_doing(proxy: Proxy, path: str, status: int) -> None:
    assert proxy.ask(path).status == status


def test_nothing_goes_in_the_clear_and_nobody_is_written_down(proxy: Proxy) -> None:
    plain = PoolManager().request("GET", f"http://127.0.0.1:{proxy.http}/x", headers={"Host": NAME}, redirect=False)
    assert (plain.status, plain.headers["Location"]) == (301, f"https://{NAME}/x")
    assert "max-age" in proxy.ask("/").headers["Strict-Transport-Security"]
    proxy.ask("/?receipt=SECRET")
    eventually(lambda: "GET / 200" in (written := (proxy.folder / "access.log").read_text()) and written)
    written = (proxy.folder / "access.log").read_text()
    assert "SECRET" not in written
    assert not any(line.split()[0] == "127.0.0.1" for line in written.splitlines())
