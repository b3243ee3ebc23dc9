"""Two who speak by video, with made-up cameras, for `make studio`: one has the floor, one waits in the green room.

A headless Chromium opens the pages that people open, signs in and presses what they press, until it is ended.
"""

import argparse
import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from simple_websocket import Client
from together import tied

PASSWORD = "yunting-demo"  # noqa: S105 - of the demo programme, which prints it
PATIENCE_SECONDS = 60
ARGUMENTS = (
    "--headless=new", "--no-sandbox", "--no-first-run", "--disable-gpu", "--disable-dev-shm-usage", "--mute-audio",
    "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream", "--allow-loopback-in-peer-connection",
    "--disable-background-networking", "--disable-background-timer-throttling", "--disable-renderer-backgrounding",
    "--disable-backgrounding-occluded-windows", "--remote-debugging-port=0", "about:blank",
)  # fmt: skip

#: The one whose unit has the floor in the demo's night exam keeps it for an hour.
KEEP_THE_FLOOR = """(async () => {
  const ask = (name, data) => fetch(`/api/${name}`, { method: "POST", body: JSON.stringify(data),
    headers: { "Content-Type": "application/json" } }).then((answer) => answer.json());
  const { state } = await fetch(`/live/SESSION/snapshot`).then((answer) => answer.json());
  const evening = state.session[SESSION];
  const item = state.item[evening.floor_item];
  const seen = evening.floor_rev;
  const open = Object.values(state.slot).find(({ ended_at }) => ended_at === null);
  return open ? ask("live.extend_slot", { session: SESSION, seen, seconds: 3600 })
    : ask("live.start_slot", { session: SESSION, seen, unit: item.unit, speaker: item.speaker, seconds: 3600 });
})()"""


class Browser:
    """Chromium, spoken to by its own protocol."""

    def __init__(self, program: str, folder: Path) -> None:
        said = folder / "DevToolsActivePort"
        said.unlink(missing_ok=True)
        self.process = subprocess.Popen(tied([program, f"--user-data-dir={folder}", *ARGUMENTS], None, "KILL"))
        until(lambda: said.exists() and len(said.read_text().split()) > 1, "Chromium did not start")
        port, path = said.read_text().split()
        self._socket = Client(f"ws://127.0.0.1:{port}{path}", max_message_size=2**24)
        self._asked = 0

    def ask(self, method: str, session: str | None = None, **how: Any) -> dict[str, Any]:
        self._asked += 1
        message = {"id": self._asked, "method": method, "params": how}
        self._socket.send(json.dumps(message | ({"sessionId": session} if session else {})))
        while True:
            told = json.loads(self._socket.receive(timeout=PATIENCE_SECONDS) or "{}")
            if told.get("id") == self._asked:
                return dict(told.get("result", {}))

    def person(self, url: str, login: str, path: str) -> "Page":
        """Somebody of their own, signed in, on a page."""
        context = self.ask("Target.createBrowserContext")["browserContextId"]
        where = f"{url}/sign-in?next={path}"
        target = self.ask("Target.createTarget", url=where, browserContextId=context)["targetId"]
        page = Page(self, self.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"])
        page.until("Boolean(document.querySelector('#login'))")
        for field, typed in (("login", login), ("password", PASSWORD)):
            page.run(f"document.querySelector('#{field}').value = {json.dumps(typed)}")
        page.run("document.querySelector('#password').form.requestSubmit()")
        page.until(f"location.pathname === {json.dumps(path)} && document.readyState === 'complete'")
        return page


class Page:
    def __init__(self, browser: Browser, session: str) -> None:
        self._browser, self._session = browser, session

    def run(self, script: str) -> Any:
        how = {"expression": script, "awaitPromise": True, "returnByValue": True}
        return self._browser.ask("Runtime.evaluate", self._session, **how).get("result", {}).get("value")

    def until(self, script: str) -> None:
        until(lambda: self.run(script), f"still not so: {script}")

    def press(self) -> None:
        """The large button of the page of the stage, which leads on."""
        self.until("Boolean(document.querySelector('#presses .button.primary.large'))")
        self.run("document.querySelector('#presses .button.primary.large').click()")


def until(ready: Any, otherwise: str) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while not ready():
        if time.monotonic() > end:
            sys.exit(otherwise)
        time.sleep(0.2)


def main() -> None:
    parser = argparse.ArgumentParser()
    for name in ("url", "code", "chromium"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--session", type=int, required=True)
    parser.add_argument("--folder", type=Path, required=True)
    asked = parser.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    browser, stage = Browser(asked.chromium, asked.folder), f"/sessions/{asked.code}/stage"
    host = browser.person(asked.url, "host", f"/sessions/{asked.code}/plan")
    host.run(KEEP_THE_FLOOR.replace("SESSION", str(asked.session)))
    speaks = browser.person(asked.url, "tingnan", stage)
    speaks.press()
    waits = browser.person(asked.url, "shiji", stage)
    waits.press()
    waits.until("Boolean(document.querySelector('#presses .button.primary.large[aria-pressed=false]'))")
    waits.press()
    sys.exit(browser.process.wait())


if __name__ == "__main__":
    main()
