"""The stage with the real Janus, ffmpeg and Chromium: two sites speak in turn, a third must not; a right that ends is
taken away by the server; Janus is killed, and everybody is back."""

import re
import subprocess
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from inquiry.media import stage_tokens
from inquiry.media.janus import Janus as Client
from inquiry.media.janus import RoomGone
from tests.media.on_stage import SEEN_SECONDS, House, is_on
from tests.support.browser import PHONE, Chromium, accessibility_faults, picture
from tests.support.janus import ADMIN_KEY, SECRET, Janus
from tests.support.media import Worker
from tests.support.parts import require_part
from tests.support.people import MakePerson
from tests.support.processes import eventually
from tests.support.server import Server, StartServer

DATABASES = ("sqlite",)
pytestmark = [pytest.mark.journey, pytest.mark.live, pytest.mark.alone]

#: As often as the right is taken away here; 100 times were measured once.
TRIES = 3
#: Half a second is promised, on a machine that is at rest.
GENEROUS_SECONDS = 5.0

#: A browser that asks the server to record what it sends, wherever it likes.
RECORDS = """(() => {
  const { send } = WebSocket.prototype;
  WebSocket.prototype.send = function (data) {
    const said = JSON.parse(data);
    if (said.body?.request === "configure") Object.assign(said.body, { record: true, filename: "WHERE" });
    send.call(this, JSON.stringify(said));
  };
})()"""


@pytest.fixture
def janus(tmp_path: Path) -> Iterator[Janus]:
    one = Janus(tmp_path).start()
    yield one
    one.kill()


@pytest.fixture
def server(janus: Janus, start_server: StartServer, database_url: str, tmp_path: Path) -> Server:
    return start_server(database_url, data_dir=tmp_path, **janus.environment)


@pytest.fixture
def house(
    server: Server, janus: Janus, chromium: Chromium, person: MakePerson, units: dict[str, int], database_url: str,
    tmp_path: Path,
) -> Iterator[House]:  # fmt: skip
    require_part("ffmpeg")
    chromium.expect("WebSocket connection to .* failed")  # while Janus is away
    worker = Worker(database_url, tmp_path, **janus.environment).start()
    try:
        yield House(server, worker, janus, chromium, person, tmp_path).settle(units)
    finally:
        worker.kill()


@pytest.fixture
def rooms(janus: Janus) -> Iterator[Client]:
    one = Client(janus.environment["INQUIRY_JANUS"], SECRET, ADMIN_KEY, lambda: datetime.now(UTC))
    yield one
    one.close()


#: Whether whoever is on the stage stays there for five seconds.
STAYS = """() => new Promise((done) => {
  const until = Date.now() + 5000;
  const look = () => {
    const is = document.querySelector(".stage-now.live") !== null;
    if (!is || Date.now() > until) done(is);
    else setTimeout(look, 20);
  };
  look();
})"""


def segments(house: House) -> list[Path]:
    return sorted(house.data_dir.glob("media/programmes/*/s*.ts"))


def frames(segment: Path) -> tuple[int, int]:
    """The size of the picture in a segment; nothing while it is only just begun."""
    asked = ["ffprobe", "-v", "error", "-select_streams", "v", "-show_entries", "stream=width,height", "-of", "csv=p=0"]
    told = subprocess.run([*asked, segment], capture_output=True, text=True, check=False).stdout.split()
    width, height = told[0].split(",")[:2] if told else ("0", "0")
    return int(width), int(height)


def gone(rooms: Client, room: int) -> bool:
    try:
        rooms.feed(room)
    except RoomGone:
        return True
    return False


def refused_by_janus(page: Page, socket: str, shown: dict[str, Any]) -> str:
    """What Janus says to a browser that comes with a room and a token, whatever our own page does."""
    return str(
        page.evaluate(
            """([server, { token, own }]) => new Promise((done) => {
              const socket = new WebSocket(server, "janus-protocol");
              const say = (message) => socket.send(JSON.stringify({ ...message, token, transaction: "t" }));
              let session = 0, handle = 0;
              socket.onopen = () => say({ janus: "create" });
              socket.onmessage = ({ data }) => {
                const told = JSON.parse(data);
                const answered = told.plugindata?.data;
                if (told.janus === "error") done(told.error.reason);
                else if (answered) done(answered.error ?? answered.videoroom);
                else if (told.janus !== "success") return;
                else if (!session) say({ janus: "attach", session_id: (session = told.data.id),
                  plugin: "janus.plugin.videoroom" });
                else if (!handle) say({ janus: "message", session_id: session, handle_id: (handle = told.data.id),
                  body: { request: "join", ptype: "publisher", room: own[0].room, pin: own[0].pin,
                    token: own[0].token } });
              };
            })""",
            [socket, shown],
        )
    )


def test_two_sites_speak_in_turn_and_a_third_must_not(house: House, rooms: Client) -> None:
    host, official, water = house.person("host"), house.person("official"), house.person("water")
    first, second, third = house.open("official"), house.open("water", **PHONE), house.open("housing")
    for page in (first, second):
        page.get_by_role("button", name="进入候场室").click()
        is_on(page, "候场室")
        page.get_by_role("button", name="我准备好了").click()
    expect(first.locator("#net")).to_contain_text("往返")  # the network, on the way that picture and sound take
    expect(third.locator(".stage-now")).to_contain_text("还没有轮到您")
    refused = house.person("housing").ask("media.join_stage", session=house.session)
    assert refused["error"]["code"] == "NO_RIGHT_TO_PUBLISH"
    assert accessibility_faults(second) == []
    picture(second, "stage-green-room-390")
    assert segments(house) == [], "nobody is on"
    # The first speaks: the programme is the picture as it was sent.
    house.begin(host, house.items[0])
    is_on(first, "您已上台")
    expect(first.get_by_role("timer")).to_contain_text(re.compile(r"4:[0-5]\d"))
    eventually(lambda: len(segments(house)) > 1, seconds=60)
    one_picture = frames(segments(house)[0])
    assert [one.suffix for one in house.data_dir.glob("media/legs/*")] == [".ts"], "and once more beside them"
    crew = house.open("producer")
    expect(crew.locator(".stage-people")).to_contain_text("画面已到")
    expect(crew.locator(".stage-people li").nth(1)).to_contain_text("已准备好")
    # The host joins: two side by side.
    desk = house.open("host")
    desk.get_by_role("button", name="上台").click()
    is_on(desk, "您已上台")
    expect(desk.locator(".stage-list li")).to_contain_text("城管局")
    eventually(lambda: frames(segments(house)[-1]) == (1280, 720) != one_picture, seconds=60)
    picture(desk, "stage-host-1440")
    assert accessibility_faults(desk) == []
    # The producer mutes all but the speaker.
    crew.get_by_role("button", name="只留发言人的声音").click()
    expect(desk.locator(".stage-now")).to_contain_text("已将您静音")
    # The end of the slot is the end of the right, and its token is good for nothing.
    shown = official.call("media.see_stage", session=house.session)
    house.end(host)
    eventually(lambda: gone(rooms, shown["own"][0]["room"]))
    expect(first.locator(".stage-now")).to_contain_text("发言时间已到")
    told = refused_by_janus(first, house.janus.environment["INQUIRY_JANUS_SOCKET"], shown)
    assert "No such room" in told
    assert official.ask("media.join_stage", session=house.session)["error"]["code"] == "NO_RIGHT_TO_PUBLISH"
    # The second is on; a reload in mid-speech, and a Janus that was killed, take nothing away.
    house.begin(host, house.items[1])
    is_on(second, "您已上台")
    second.reload()
    is_on(second, "您已上台")
    # Nor does a connection that the server takes for alive: whoever comes back has the place. Another window has not.
    second.get_by_role("button", name="加一路手语画面").click()
    dead = house.room(water, "sign")
    back = house.open("water", **PHONE)
    back.get_by_role("button", name="上台").click()
    expect(back.locator(".stage-now")).to_contain_text("正在连接")
    back.get_by_role("button", name="加一路手语画面").click()
    is_on(second, "您已上台")
    assert second.evaluate(STAYS), "the other window tries each second"
    house.chromium.expect("net::ERR_FAILED")
    second.route("**/api/**", lambda route: route.abort())  # what is dead hears nothing, and Janus does not know it yet
    back.reload()
    is_on(back, "您已上台")
    eventually(lambda: house.room(water, "sign") != dead, seconds=60, otherwise="the second camera stays away")
    second.close()
    second = back
    house.janus.kill()
    expect(second.locator(".stage-now")).not_to_contain_text("您已上台")
    host.call("live.pause_slot", session=house.session, seen=house.rev(host))  # the evening goes on
    house.janus.start()
    is_on(second, "您已上台")
    assert house.server.is_running


def test_the_right_is_taken_away_within_half_a_second_whatever_the_browser_does(house: House, rooms: Client) -> None:
    host, official = house.person("host"), house.person("official")
    written = house.data_dir / "recorded"
    page = house.open("official", script=RECORDS.replace("WHERE", str(written)))
    page.get_by_role("button", name="进入候场室").click()
    is_on(page, "候场室")
    house.begin(host, house.items[0])
    took = []
    for number in range(TRIES):
        if number:
            house.start_again(host)
        room = house.room(official)
        is_on(page, "您已上台")
        house.end(host)
        began = time.monotonic()
        eventually(lambda room=room: gone(rooms, room), seconds=60, every=0.005)
        took.append(time.monotonic() - began)
    assert max(took) < GENEROUS_SECONDS, took
    assert list(written.parent.glob("recorded*")) == [], "the server writes no file for whoever may publish"
    assert stage_tokens.publish_token(SECRET, room) not in house.worker.log + house.server.log


def test_the_right_ends_with_the_time_with_a_take_with_the_session_and_while_the_worker_is_dead(
    house: House, rooms: Client
) -> None:
    host, official = house.person("host"), house.person("official")
    page = house.open("official")
    page.get_by_role("button", name="进入候场室").click()
    is_on(page, "候场室")

    def room() -> int:
        is_on(page, "您已上台")
        return house.room(official)

    def is_taken(one: int, seconds: float = GENEROUS_SECONDS) -> None:
        eventually(lambda: gone(rooms, one), seconds=seconds, every=0.02, otherwise="the room is still there")

    house.begin(host, house.items[0])
    one = room()
    host.call("live.extend_slot", session=house.session, seen=house.rev(host), seconds=-290)
    is_taken(one, 10 + GENEROUS_SECONDS)  # time is up: that slot ends by itself

    house.start_again(host)
    one = room()
    house.begin(host, house.items[1])
    is_taken(one)  # another was taken

    house.end(host)
    house.start_again(host)
    one = room()
    house.worker.kill()
    house.end(host)
    is_taken(one)  # a process that serves has seen to it
    assert official.ask("media.join_stage", session=house.session)["error"]["code"] == "NO_RIGHT_TO_PUBLISH"
    host = house.person("host")
    eventually(lambda: host.call("media.see_stage", session=house.session)["publishers"] == [], every=SEEN_SECONDS)

    house.worker.start()
    house.start_again(host)
    one = room()
    host.call("responses.close_session", session=house.session, seen=house.rev(host))
    is_taken(one)
    expect(page.locator(".stage-now")).to_contain_text("本场已结束")


#: What is looked at of a page: its connections, how often a tone was played, and by which loudspeaker.
WATCHED = """window.connections = [];
window.tones = [];
window.RTCPeerConnection = class extends RTCPeerConnection {
  constructor(how) { super(how); connections.push(this); }
};
const { start } = OscillatorNode.prototype;
OscillatorNode.prototype.start = function (...told) {
  window.tones.push(this.context.sinkId);
  return start.apply(this, told);
}"""
#: Of each live picture and sound that is sent: from which device.
SENT = """connections.filter(({ connectionState }) => connectionState === "connected")
  .flatMap((one) => one.getSenders()).filter(({ track }) => track?.readyState === "live")
  .map(({ track }) => track.getSettings().deviceId)"""
OPEN = "document.getElementById('own-picture').srcObject.getTracks().map((one) => one.getSettings().deviceId)"
#: As a browser does it, with the tracks that are sent as well.
UNPLUG = """() => {
  const own = document.getElementById("own-picture").srcObject.getTracks();
  const sent = connections.flatMap((one) => one.getSenders()).map(({ track }) => track).filter(Boolean);
  for (const track of [...own, ...sent]) track.stop(), track.dispatchEvent(new Event("ended"));
}"""


def choose(page: Page, label: str) -> str:
    """The last that is offered."""
    field = page.locator("#devices label", has=page.get_by_text(label, exact=True)).locator("select")
    last = field.locator("option").last.get_attribute("value") or ""
    assert last not in ("", "default")
    field.select_option(last)
    return last


def test_devices_are_chosen_tried_remembered_and_may_be_unplugged(house: House) -> None:
    page = house.open("official", script=WATCHED)
    page.get_by_role("button", name="试摄像头和麦克风").click()
    eventually(lambda: page.evaluate("document.getElementById('own-picture').currentTime > 0"))
    eventually(lambda: page.evaluate("document.getElementById('level').value > 0.02"))  # a tone each second
    chosen = [choose(page, label) for label in ("摄像头", "麦克风")]
    eventually(lambda: sorted(page.evaluate(OPEN)) == sorted(chosen))
    eventually(lambda: page.evaluate("document.getElementById('own-picture').currentTime > 0"))
    loudspeaker = choose(page, "扬声器")
    page.get_by_role("button", name="播放试音").click()
    eventually(lambda: page.evaluate("tones") == [loudspeaker])
    page.get_by_role("button", name="检查网络").click()
    expect(page.locator("#net")).to_contain_text("能连到舞台服务器")
    page.reload()
    page.get_by_role("button", name="进入候场室").click()
    is_on(page, "候场室")
    assert sorted(page.evaluate(OPEN)) == sorted(chosen), "as on this machine the last time"
    eventually(lambda: sorted(page.evaluate(SENT)) == sorted(chosen))
    # What is unplugged is sent no more, and what is there is: by itself, and after the button.
    page.evaluate(UNPLUG)
    expect(page.locator(".stage-now.warning")).to_contain_text("断开了")
    is_on(page, "候场室")
    eventually(lambda: sorted(page.evaluate(SENT)) == sorted(chosen))
    page.evaluate("connections[connections.length - 1].getSenders()[0].track.stop()")
    page.get_by_role("button", name="试摄像头和麦克风").click()
    is_on(page, "候场室")
    eventually(lambda: sorted(page.evaluate(SENT)) == sorted(chosen))
