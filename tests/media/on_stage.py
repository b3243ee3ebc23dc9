"""A stage as people meet it: a server, the worker and Janus, an evening with speakers, and browsers with cameras."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

from inquiry import create_app
from inquiry.accounts.commands import people, sign_ins
from inquiry.accounts.commands import units as account_units
from inquiry.accounts.models import UnitKind
from inquiry.dispatch.unit_of_work import unit_of_work
from inquiry.permissions import Actor, Role
from inquiry.settings import Settings
from tests.journeys.night import hold
from tests.journeys.people import in_minutes
from tests.support.browser import DESK, Chromium
from tests.support.janus import Janus
from tests.support.media import Worker
from tests.support.people import PASSWORD, MakePerson
from tests.support.processes import eventually
from tests.support.server import Server

ROOT = Actor(Role.ADMINISTRATOR)
#: A person may ask six times a second how the stage is; each page of theirs asks once.
SEEN_SECONDS = 0.5

#: In the place of the browser's camera: one that shows the time as the encoder of the tests does, and a tone. While the
#: page is `still`, nothing comes of its picture.
CAMERA = """(() => {
  if (!navigator.mediaDevices) return;
  const canvas = Object.assign(document.createElement("canvas"), { width: 640, height: 360 });
  const draw = canvas.getContext("2d");
  setInterval(() => {
    if (window.still) return;
    const bits = (Date.now() % 2 ** 32).toString(2).padStart(32, "0");
    for (let n = 0; n < 32; n += 1) for (const opposite of [0, 1]) {
      draw.fillStyle = Number(bits[n]) ^ opposite ? "#fff" : "#000";
      draw.fillRect(n * 20, opposite * 120, 20, 120);
    }
    draw.fillStyle = `hsl(${Date.now() / 20 % 360} 80% 50%)`;
    draw.fillRect(0, 240, 640, 120);
  }, 40);
  navigator.mediaDevices.getUserMedia = async ({ audio, video }) => {
    const stream = new MediaStream(video ? canvas.captureStream(25).getTracks() : []);
    if (audio) {
      const context = new AudioContext();
      const tone = new OscillatorNode(context);
      const out = context.createMediaStreamDestination();
      tone.connect(new GainNode(context, { gain: 0.1 })).connect(out);
      tone.start();
      stream.addTrack(out.stream.getAudioTracks()[0]);
    }
    return stream;
  };
})()"""

#: When what is seen in a part of the picture (left, top, width, height as shares of it) was filmed by such a camera, in
#: milliseconds; null where none is seen.
FILMED = """([left, top, width, height]) => {
  const video = document.querySelector("#picture video");
  if (!video?.videoWidth) return null;
  const [wide, high] = [video.videoWidth, video.videoHeight];
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [320, 180];
  const draw = canvas.getContext("2d");
  draw.drawImage(video, left * wide, top * high, width * wide, height * high, 0, 0, 320, 180);
  const bits = (y) => Array.from({ length: 32 }, (_, n) => draw.getImageData(n * 10 + 5, y, 1, 1).data[0] > 127);
  const [ones, opposite] = [bits(30), bits(90)];
  if (ones.some((bit, n) => bit === opposite[n])) return null;
  const told = ones.reduce((sum, bit) => sum * 2 + bit, 0);
  const now = Date.now();
  return now - ((now % 2 ** 32) - told + 2 ** 32) % 2 ** 32;
}"""
WHOLE, LEFT, RIGHT = [0, 0, 1, 1], [0, 0.25, 0.5, 0.5], [0.5, 0.25, 0.5, 0.5]
CORNER = [0.75, 0.75, 0.25, 0.25]


@dataclass
class House:
    """All that runs, and the session: `items` are those of 城管局 and 水务局, whose officials are `official`, with
    `second`, and `water`; `city` is the official above them, `housing` that of a unit that is not to speak."""

    server: Server
    worker: Worker
    janus: Janus
    chromium: Chromium
    person: MakePerson
    data_dir: Path
    session: int = 0
    code: str = ""
    items: tuple[int, ...] = ()
    sites: dict[str, int] = field(default_factory=dict)

    def settle(self, units: dict[str, int]) -> "House":
        """The evening is live, and its picture comes from the stage."""
        if "住建局" not in units:
            units["住建局"] = self._more_people(units)
        producer = self.person("producer")
        made = producer.call(
            "live.create_session", title="夜考会", starts_at=in_minutes(1), planned_minutes=60,
            units=[units["城管局"], units["水务局"], units["住建局"]],
        )  # fmt: skip
        self.session, self.code = made["session"], made["code"]
        self.items = tuple(
            producer.call(
                "live.add_item", session=self.session, kind="slot", title=f"{name}发言", unit=units[name],
                speaker=speaker, planned_minutes=5, at_zero="end",
            )["item"]
            for name, speaker in (("城管局", "林知远"), ("水务局", "周启明"))
        )  # fmt: skip
        producer.call("media.choose_source", session=self.session, source="stage")
        producer.call("live.go_live", session=self.session)
        return self

    def settle_night(self, *, closed_to_public: bool = False) -> "House":
        """A night exam that is live; `items` are those of its plan, and each site signs in as `unit-7`."""
        night = hold(self.server, closed_to_public=closed_to_public)
        self.session, self.code, self.sites = night.session, night.code, night.units
        self.items = tuple(item for _slot, item in night.planned)
        producer = self.person("producer")
        producer.call("media.choose_source", session=self.session, source="stage")
        producer.call("live.go_live", session=self.session)
        return self

    def _more_people(self, units: dict[str, int]) -> int:
        app = create_app(Settings.from_environment(self.server.environment | {"INQUIRY_ASYNC_MODE": "threading"}))
        hashed = sign_ins.hash_password(PASSWORD, "")
        with app.app_context(), unit_of_work() as uow:
            housing = account_units.add_unit(
                uow, ROOT, name="住建局", name_en="", kind=UnitKind.DEPARTMENT, parent_id=units["云汀市"], head=""
            )
            offices = {
                "water": units["水务局"], "housing": housing.id, "second": units["城管局"], "city": units["云汀市"],
            }  # fmt: skip
            for login, unit_id in offices.items():
                people.add_person(
                    uow, ROOT, login=login, name=login.title(), title="", role=Role.OFFICIAL, unit_id=unit_id,
                    password_hash=hashed,
                )  # fmt: skip
            number = housing.id
        app.extensions["inquiry.engine"].dispose()
        return number

    @property
    def stage(self) -> str:
        return f"/sessions/{self.code}/stage"

    def open(
        self, login: str, path: str = "", *, camera: bool = True, script: str = "", **options: Any
    ) -> Page:  # fmt: skip
        """Somebody's page of the stage, or another one, in a browser with a camera that may be used; a script runs
        before it."""
        path = path or self.stage
        context = self.chromium.context(**(DESK | options))
        if camera:
            context.grant_permissions(["camera", "microphone"])
        if script:
            context.add_init_script(script)
        page = context.new_page()
        page.goto(f"{self.server.url}/sign-in?next={path}")
        page.locator("#login").fill(login)
        page.locator("#password").fill(PASSWORD)
        page.locator("form.slip button[type=submit], main form button[type=submit]").first.click()
        page.wait_for_url(f"**{path}")
        return page

    def begin(self, host: Any, item: int) -> None:
        host.call("live.take_and_start", session=self.session, item=item, seen=self.rev(host))

    def end(self, host: Any) -> None:
        host.call("live.end_slot", session=self.session, seen=self.rev(host))

    def start_again(self, host: Any) -> None:
        """Another slot for the first unit, in the item that is on air."""
        host.call(
            "live.start_slot", session=self.session, seen=self.rev(host), unit=2, speaker="林知远", seconds=300,
        )  # fmt: skip

    def room(self, person: Any, camera: str = "main") -> int:
        """That of somebody, once what they send is there."""

        def own() -> list[dict[str, Any]]:
            found: list[dict[str, Any]] = person.call("media.see_stage", session=self.session)["own"]
            return [one for one in found if one["joined"] and one["camera"] == camera]

        return int(eventually(own, seconds=60, every=SEEN_SECONDS)[0]["room"])

    def rev(self, host: Any) -> int:
        found = host.get(f"/live/{self.session}/snapshot/staff").json()
        return int(found["state"]["session"][str(self.session)]["floor_rev"])


def is_on(page: Page, sentence: str) -> None:
    expect(page.locator(".stage-now.live")).to_contain_text(sentence)
