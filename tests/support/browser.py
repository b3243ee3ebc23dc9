"""Chromium as the tests drive it, and the pictures they keep."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect, sync_playwright

from tests.support.parts import require_part
from tests.support.server import StartServer

ROOT = Path(__file__).parents[2]
PICTURES = ROOT / "build" / "pictures"
AXE = ROOT / "tests" / "vendor" / "axe-core" / "axe.min.js"

#: Root needs --no-sandbox; a machine without internet needs Chromium not to ask for it at every start. Its camera and
#: microphone are made up, and what they show stays on this machine.
ARGUMENTS = [
    "--no-sandbox",
    "--allow-loopback-in-peer-connection",
    "--use-fake-device-for-media-stream=device-count=2",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--font-render-hinting=none",
    "--no-first-run",
]

#: How long a page is waited for. A machine of tests may be busy with others: whoever waits for less says so.
PATIENCE_MS = 30_000
expect.set_options(timeout=PATIENCE_MS)

PHONE = {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 2, "is_mobile": True, "has_touch": True}
DESK = {"viewport": {"width": 1440, "height": 900}}
SCREEN = {"viewport": {"width": 1920, "height": 1080}}


class Chromium:
    """The people of one test, each with a browser context of their own.

    What their pages complain of (uncaught errors, console errors, violations of the content security policy, requests
    that leave the server) is collected in `complaints`, and fails the test at its end unless it was `expect`ed.
    """

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._contexts: list[BrowserContext] = []
        self._expected: list[re.Pattern[str]] = []
        self.complaints: list[str] = []

    def context(self, *, locale: str = "zh-CN", **options: Any) -> BrowserContext:
        """A new person: own cookies and storage. `options` are Playwright's, or PHONE, DESK, SCREEN."""
        options = DESK | {"timezone_id": "Asia/Shanghai", "reduced_motion": "reduce"} | options
        context = self._browser.new_context(locale=locale, **options)
        context.set_default_timeout(PATIENCE_MS)
        context.on("page", self._listen)
        self._contexts.append(context)
        return context

    def page(self, *, locale: str = "zh-CN", **options: Any) -> Page:
        """A page of a new person."""
        return self.context(locale=locale, **options).new_page()

    def expect(self, pattern: str) -> None:
        """Complaints that match the pattern belong to this test."""
        self._expected.append(re.compile(pattern))

    def _listen(self, page: Page) -> None:
        page.on("pageerror", lambda error: self._complain(page, f"uncaught: {error}"))
        page.on("console", lambda message: self._hear(page, message))
        page.on("crash", lambda: self._complain(page, "the page crashed"))

    def _hear(self, page: Page, message: ConsoleMessage) -> None:
        # Playwright gives the policy's violations, failed loads and console.error() the same type.
        if message.type == "error":
            self._complain(page, f"{message.text} ({message.location.get('url', '')})")

    def _complain(self, page: Page, what: str) -> None:
        self.complaints.append(f"{page.url}: {what}")

    @property
    def unexpected(self) -> list[str]:
        return [one for one in self.complaints if not any(pattern.search(one) for pattern in self._expected)]

    def close(self) -> None:
        for context in self._contexts:
            context.close()


@pytest.fixture(scope="session")
def started_chromium() -> Iterator[Browser]:
    require_part("libatomic1")
    where = require_part("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=where, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def chromium(started_chromium: Browser, start_server: StartServer) -> Iterator[Chromium]:
    """Browser contexts for this test; at its end no page may have complained.

    It asks for `start_server` so that pages are closed before their server goes away.
    """
    chromium = Chromium(started_chromium)
    yield chromium
    chromium.close()
    assert not chromium.unexpected, "\n".join(chromium.unexpected)


def picture(page: Page, name: str, *, full_page: bool = False) -> Path:
    """Keep what the page shows as `build/pictures/NAME.png`, once its type has loaded."""
    path = PICTURES / f"{name}.png"
    page.evaluate("document.fonts.ready")
    page.screenshot(path=path, full_page=full_page, animations="disabled")
    return path


def accessibility_faults(page: Page, *, impacts: tuple[str, ...] = ("serious", "critical")) -> list[str]:
    """What axe-core finds wrong with the page as it stands: one line per rule, with the elements concerned.

    A live page may replace an element while axe looks at it: what is not on the page any more is no fault of it.
    """
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text())
    found = page.evaluate(FAULTS)
    return [
        f"{one['impact']} {one['id']}: {one['help']}: {'; '.join(one['where'])}"
        for one in found
        if one["impact"] in impacts and one["where"]
    ]


FAULTS = """async () => {
  const { violations } = await axe.run({ resultTypes: ["violations"], elementRef: true });
  return violations.map(({ impact, id, help, nodes }) => ({
    impact, id, help,
    where: nodes.filter((node) => !node.element || node.element.isConnected).map((node) => node.target.join(" ")),
  }));
}"""
