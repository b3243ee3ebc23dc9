"""The relay of deploy/: the real coturn lets in whoever the application gave a name to, as long as that is good, and
relays to the stage's server and nowhere else."""

import socket
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from inquiry.media import stage_tokens
from inquiry.settings import Settings
from tests.support.browser import ARGUMENTS
from tests.support.parts import require_part
from tests.support.processes import answers, eventually, free_port, tied

SECRET = "a secret of the tests and of coturn"
REFUSED = "Cannot complete Allocation"
DENIED = "403 (Forbidden IP)"
#: The addresses at which a browser can be reached that may be reached by a relay alone.
_GATHER = """async ([urls, username, credential]) => {
  const one = new RTCPeerConnection({ iceServers: [{ urls, username, credential }], iceTransportPolicy: "relay" });
  const found = [];
  const all = new Promise((end) => {
    one.onicecandidate = ({ candidate }) => (candidate ? found.push(candidate.candidate) : end());
  });
  one.createDataChannel("any");
  await one.setLocalDescription(await one.createOffer());
  await all;
  one.close();
  return found;
}"""

pytestmark = pytest.mark.live


class Relay:
    """Listens on the loopback, and relays from this machine's own address, where its Janus would be."""

    def __init__(self, folder: Path) -> None:
        program = str(require_part("coturn"))
        require_part("openssl")
        self.port, self.tls_port, self.peer_port, self.address = free_port(), free_port(), free_port(), own_address()
        keys = ["-keyout", "privkey.pem", "-out", "fullchain.pem", "-days", "2", "-subj", "/CN=relay.example", "-nodes"]
        subprocess.run(["openssl", "req", "-x509", *keys], cwd=folder, check=True, capture_output=True)
        there = (Path(__file__).parents[2] / "deploy/coturn/turnserver.conf").read_text()
        for theirs, ours in {
            "static-auth-secret=TURN_SECRET": f"static-auth-secret={SECRET}",
            "allowed-peer-ip=JANUS_ADDRESS": f"allowed-peer-ip={self.address}",
            "listening-port=3478\ntls-": f"listening-port={self.port}\ntls-",
            "tls-listening-port=5349": f"tls-listening-port={self.tls_port}",
            "\nsyslog\n": "\nlog-file=stdout\n",
            "cert=/etc/ssl/inquiry/": f"cert={folder}/",
            "pkey=/etc/ssl/inquiry/": f"pkey={folder}/",
        }.items():
            assert theirs in there, theirs
            there = there.replace(theirs, ours)
        relays = [self.address, *(["::1"] if has_ipv6() else [])]
        ours = ["listening-ip=127.0.0.1", *(f"relay-ip={one}" for one in relays), f"pidfile={folder / 'pid'}"]
        (folder / "turnserver.conf").write_text("\n".join([there, *ours, ""]))
        self.log = folder / "log"
        command = [program, "-c", str(folder / "turnserver.conf")]
        peer = ["turnutils_peer", "-L", self.address, "-p", str(self.peer_port)]
        with self.log.open("wb") as log:
            self._processes = [subprocess.Popen(tied(one), stdout=log, stderr=log) for one in (command, peer)]
        eventually(
            lambda: answers(self.port) and answers(self.tls_port), otherwise=self.log.read_text(errors="replace")
        )

    def kill(self) -> None:
        for one in self._processes:
            one.kill()
            one.wait(10)

    def relays(self, name: str, word: str, *options: str) -> str:
        """What a client says that sends one packet through it, and waits for the echo."""
        client = ["turnutils_uclient", "-c", "-n", "1", "-p", str(self.port), "-u", name, "-w", word, *options]
        run = subprocess.run([*client, "127.0.0.1"], capture_output=True, text=True, timeout=30, check=False)
        return run.stdout + run.stderr

    def to(self, peer: str, name: str, word: str) -> str:
        """The same, to an address."""
        return self.relays(name, word, *(["-x"] if ":" in peer else []), "-e", peer, "-r", str(self.peer_port))


def own_address() -> str:
    """That of this machine by which it would reach others; nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        if one.connect_ex(("198.51.100.1", 9)):
            pytest.skip("this machine has no address but the loopback, to which coturn relays nothing")
        return str(one.getsockname()[0])


def has_ipv6() -> bool:
    with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as one:
        return one.connect_ex(("::1", 9)) == 0


def given(secret: str = SECRET, ago: timedelta = timedelta(0)) -> tuple[str, str]:
    """What the application gave to a person, so long ago."""
    said = {"INQUIRY_TURN": "turn:relay.example:3478", "INQUIRY_TURN_SECRET": secret, "INQUIRY_DATA_DIR": "/nowhere"}
    here = Settings.from_environment(said)
    (told,) = stage_tokens.relay(here.turn_secret, here.turn, 7, datetime.now(UTC) - ago)
    return str(told["username"]), str(told["credential"])


@pytest.fixture(scope="module")
def relay(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Relay]:
    one = Relay(tmp_path_factory.mktemp("coturn"))
    yield one
    one.kill()


def test_who_was_given_a_name_reaches_the_server_of_the_stage(relay: Relay) -> None:
    assert "tot_send_msgs=1, tot_recv_msgs=1" in relay.to(relay.address, *given())


def test_nobody_is_let_in_by_a_name_that_is_old_or_changed_or_of_another_house(relay: Relay) -> None:
    name, word = given()
    assert REFUSED in relay.to(relay.address, *given(ago=timedelta(hours=1, seconds=1)))
    assert REFUSED in relay.to(relay.address, name.replace(":7", ":8"), word)
    assert REFUSED in relay.to(relay.address, f"9{name}", word)
    assert REFUSED in relay.to(relay.address, *given("another secret of a house"))


def test_it_relays_to_nowhere_else(relay: Relay) -> None:
    peers = ["127.0.0.1", "0.0.0.0", "10.0.0.1", "169.254.169.254", "203.0.113.7", "224.0.0.1"]  # noqa: S104 - a peer
    if has_ipv6():
        peers += ["::1", "::", "fd00::1", "fe80::1", "ff02::1", f"::ffff:{relay.address}", "::ffff:127.0.0.1"]
        peers += ["64:ff9b::7f00:1", "2002:7f00:1::1", "2001::1", "2001:db8::1"]
    told = {peer: relay.to(peer, *given()) for peer in peers}
    assert [peer for peer, said in told.items() if DENIED not in said] == []


@pytest.mark.parametrize("way", ["turn:127.0.0.1:{port}", "turns:127.0.0.1:{tls_port}?transport=tcp"])
def test_a_browser_is_relayed_by_udp_and_by_tls(relay: Relay, started_chromium: Browser, way: str) -> None:
    """It is told these addresses as the application tells them; the relay's certificate is nobody's here."""
    trusting = started_chromium.browser_type.launch(
        executable_path=require_part("chromium"), args=[*ARGUMENTS, "--ignore-certificate-errors"]
    )
    try:
        found = trusting.new_page().evaluate(_GATHER, [way.format(**vars(relay)), *given()])
    finally:
        trusting.close()
    assert found
    assert all(f" {relay.address} " in one and "typ relay" in one for one in found)


def test_it_relays_no_tcp(relay: Relay) -> None:
    assert "442 (TCP Transport is not allowed" in relay.relays(*given(), "-T")
