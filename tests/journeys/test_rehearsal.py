"""A rehearsal by hand: from the setup page to the air and back, on an output that stays loaded; then nothing of it."""

import hashlib
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.journeys.desks import HostDesk
from tests.journeys.people import in_minutes
from tests.journeys.test_director import Director, address_of, open_output, pixels, shows
from tests.support.browser import SCREEN, Chromium, accessibility_faults, picture
from tests.support.people import Person
from tests.support.server import Server

pytestmark = pytest.mark.journey

#: Who signed in, who is there, and what a press was answered: of people, not of a session.
ASIDE = {"sign_ins", "devices", "presence", "used_paces", "done_commands"}


def tables(house: Server) -> dict[str, str]:
    """A fingerprint of every table of the server's database."""
    path = house.environment["INQUIRY_DATABASE_URL"].removeprefix("sqlite:///")
    with sqlite3.connect(f"{Path(path).as_uri()}?mode=ro", uri=True) as db:
        names = [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        kept = sorted(one for one in names if one not in ASIDE and not one.startswith("sqlite_"))
        rows = {one: sorted(map(repr, db.execute(f"SELECT * FROM {one}"))) for one in kept}  # noqa: S608
    return {name: hashlib.sha256("\n".join(found).encode()).hexdigest() for name, found in rows.items()}


def test_a_whole_show_is_rehearsed_and_gone(chromium: Chromium, house: Server, host: Person) -> None:
    planned: dict[str, Any] = host.call(
        "live.create_session", title="城市照明", starts_at=in_minutes(7 * 1440), planned_minutes=60, units=[2]
    )
    code, session = planned["code"], planned["session"]
    host.call("live.add_item", session=session, kind="clip", title="暗访短片", planned_seconds=60)
    host.call(
        "live.add_item", session=session, kind="slot", title="城管局发言", planned_seconds=120, unit=2, speaker="林知远"
    )
    director, desk = Director(chromium, house.url, code, "host"), HostDesk(chromium, house.url, code)
    address = address_of(director, house.url, code, "主输出")
    output = open_output(chromium, address)
    before = tables(house)

    page = director.page
    page.goto(f"{house.url}/sessions/{code}/edit#rehearsal")
    page.get_by_role("button", name="开始彩排").click()
    expect(page.locator("#rehearsal").locator("..").locator("..")).to_contain_text("正在彩排")
    picture(page, "rehearsal-setup", full_page=True)
    expect(output.locator(".rehearsal-mark")).to_have_text("彩排", timeout=30_000)  # it loaded anew by itself
    page.get_by_role("link", name="进入彩排").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("【彩排】城市照明")
    assert not accessibility_faults(page)
    rehearsed = page.url.split("/")[-2]

    desk.open(f"/desk/{rehearsed}/host")
    desk.is_in_step()
    desk.go_live()
    expect(desk.page.locator(".rehearsal-mark")).to_be_visible()
    picture(desk.page, "rehearsal-host")
    director.open(f"/desk/{rehearsed}/director")
    director.is_in_step()
    director.press("1", "Enter")
    shows(output, 1)
    shown = pixels(output, "rehearsal-output")
    assert shown.getpixel((960, 70))[3] == 255, "the mark stands over the picture"
    screen = desk.context.browser.new_context(storage_state=desk.context.storage_state(), **SCREEN).new_page()  # type: ignore[union-attr]
    screen.goto(f"{house.url}/screen/{rehearsed}")
    expect(screen.locator(".rehearsal-mark")).to_be_visible()
    picture(screen, "rehearsal-screen")
    screen.context.close()

    chromium.expect("40[34]")
    desk.open(f"/sessions/{code}/edit")
    desk.hold(desk.button("清除彩排"))
    expect(desk.page.get_by_text("彩排已清除，没有留下任何内容。")).to_be_visible()
    expect(output.locator(".rehearsal-mark")).to_have_count(0, timeout=30_000)
    expect(output.locator("html")).to_have_attribute("data-link", "live")
    shows(output, 0)
    expect(director.page.get_by_role("heading", level=1)).to_contain_text("没有", timeout=30_000)  # it loaded anew, too
    assert tables(house) == before
