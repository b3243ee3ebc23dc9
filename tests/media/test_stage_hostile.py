"""A browser on the stage that sends more than our page does: the others neither ask for it nor hear it, and whoever is
muted stays so."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from inquiry.media.janus import Janus as Client
from tests.media.on_stage import CAMERA, House, is_on
from tests.media.test_stage_live import house, janus, rooms, server
from tests.support.processes import eventually

__all__ = ["house", "janus", "rooms", "server"]

DATABASES = ("sqlite",)
pytestmark = [pytest.mark.journey, pytest.mark.live, pytest.mark.alone]

#: A sound more in whatever it sends: a second one beside the microphone's, and one with the sign-language camera.
ONE_MORE_SOUND = """(() => {
  const { createOffer } = RTCPeerConnection.prototype;
  RTCPeerConnection.prototype.createOffer = function (...told) {
    if (!this.hasMore && this.getSenders().some(({ track }) => track)) {
      this.hasMore = true;
      const context = new AudioContext();
      const [tone, out] = [new OscillatorNode(context), context.createMediaStreamDestination()];
      tone.connect(out);
      tone.start();
      this.addTransceiver(out.stream.getAudioTracks()[0], { direction: "sendonly" });
    }
    return createOffer.apply(this, told);
  };
})()"""
#: An honest page, into whose connections one can look.
CONNECTIONS = """window.connections = [];
window.RTCPeerConnection = class extends RTCPeerConnection {
  constructor(how) { super(how); connections.push(this); }
}"""
#: Of each connection by which something comes in: how many packets of what have come.
COME_IN = """() => Promise.all(connections.map(async (one) => [...(await one.getStats()).values()]
  .filter(({ type }) => type === "inbound-rtp").map(({ kind, packetsReceived }) => [kind, packetsReceived])))
  .then((all) => all.filter(({ length }) => length))"""


def come_in(page: Page) -> list[dict[str, int]]:
    """By connection, in the order of what comes; a kind that comes twice is a fault."""
    told: list[Any] = page.evaluate(COME_IN)
    for one in told:
        assert len(dict(one)) == len(one), told
    return sorted(map(dict, told), key=sorted)


def heard(page: Page) -> int:
    return sum(one.get("audio", 0) for one in come_in(page))


def is_silent(page: Page) -> bool:
    before = heard(page)
    page.wait_for_timeout(1000)
    return heard(page) == before


def test_no_second_sound_is_heard_on_the_stage_and_a_mute_lasts(house: House, rooms: Client) -> None:
    host = house.person("host")
    hostile = house.open("official", script=f"{CAMERA};{ONE_MORE_SOUND}")
    hostile.get_by_role("button", name="进入候场室").click()
    is_on(hostile, "候场室")
    honest = house.open("host", script=f"{CAMERA};{CONNECTIONS}")
    honest.get_by_role("button", name="上台").click()
    is_on(honest, "您已上台")
    house.begin(host, house.items[0])
    is_on(hostile, "您已上台")
    hostile.get_by_role("button", name="加一路手语画面").click()
    eventually(lambda: [sorted(one) for one in come_in(honest)] == [["audio", "video"], ["video"]])
    eventually(lambda: min(min(one.values()) for one in come_in(honest)) > 0)
    # Who is muted is silent there, and is muted again should the stage's server have lost it.
    own = house.person("official").call("media.see_stage", session=house.session)["own"][0]
    house.person("producer").call("media.mute", publisher=own["id"], muted=True)
    expect(hostile.locator(".stage-now")).to_contain_text("已将您静音")
    eventually(lambda: is_silent(honest))
    feed = rooms.feed(own["room"])
    assert feed is not None
    rooms.mute(own["room"], feed, False)
    before = heard(honest)
    eventually(lambda: is_silent(honest))
    assert heard(honest) - before < 200, "four seconds of sound"
    assert [sorted(one) for one in come_in(honest)] == [["audio", "video"], ["video"]]
