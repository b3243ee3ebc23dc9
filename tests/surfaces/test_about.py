"""What public pages say of themselves to others: titles, numbers that are cited, the sitemap, rules and privacy."""

import re
from dataclasses import replace
from xml.etree import ElementTree

import pytest
from flask import Flask

from inquiry.core import codes
from inquiry.questions.models import Question
from inquiry.surfaces import about
from tests.surfaces.conftest import Browser, Evening, Promise

ADDRESS = "https://inquiry.example"


@pytest.fixture
def addressed(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """An installation that says where it is, who is responsible for it and how to reach them."""
    said = {"public_url": ADDRESS, "publisher": "云汀市人民政府办公室", "contact": "12345 热线"}
    monkeypatch.setitem(app.config, "INQUIRY", replace(app.config["INQUIRY"], **said))


def test_a_question_s_words_are_title_and_heading_and_stay_bounded(evening: Evening, browser: Browser) -> None:
    short, long = evening.approved(text="湖滨路的路灯何时修好？"), evening.approved(text="路灯不亮，" * 90 + "何时修？")
    page = browser.get(f"/questions/{short}")
    assert "<title>湖滨路的路灯何时修好？ · 问政</title>" in page.text
    assert re.search(r"<h1[^>]*>湖滨路的路灯何时修好？</h1>", page.text)
    assert "blockquote" not in page.text
    page = browser.get(f"/questions/{long}")
    title, heading = re.search(r"<title>(.*?) · ", page.text), re.search(r"<h1[^>]*>(.*?)</h1>", page.text)
    assert title
    assert heading
    assert (len(title[1]) <= 60, len(heading[1]) <= 80, title[1][-1]) == (True, True, "…")
    assert "路灯不亮，" * 90 + "何时修？" in page.words


def test_what_is_not_public_gives_no_words_to_robots(evening: Evening, browser: Browser) -> None:
    phone = evening.city.phone()
    waiting = evening.ask("等待审核的话", phone=phone)
    page = browser.get(f"/questions/{waiting}", phone)
    assert '<meta name="robots" content="noindex">' in page.text
    assert "og:title" not in page.text


@pytest.mark.parametrize("host", ["localhost", "evil.example"])
def test_pages_name_themselves_by_the_installation_s_address_only(
    promise: Promise, app: Flask, host: str, request: pytest.FixtureRequest
) -> None:
    paths = ["/", f"/questions/{promise.question}", f"/pledges/{promise.id}", "/rules", "/robots.txt"]
    headers = {"Host": host, "X-Forwarded-Host": host}
    http = app.test_client()
    bare = [http.get(path, headers=headers).get_data(as_text=True) for path in paths]
    assert all(host not in page and "canonical" not in page and "og:url" not in page for page in bare)
    assert http.get("/sitemap.xml", headers=headers).status_code == 404
    request.getfixturevalue("addressed")
    for path in paths:
        page = http.get(path, headers=headers).get_data(as_text=True)
        assert host not in page, path
        assert ADDRESS in page, path
    assert f'<link rel="canonical" href="{ADDRESS}/pledges/{promise.id}">' in http.get(paths[2]).get_data(as_text=True)


@pytest.mark.usefixtures("addressed")
def test_the_sitemap_lists_what_is_public_in_pages(
    promise: Promise, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(about, "IDS_OF_A_PAGE", 2)
    evening = promise.evening
    hidden = [evening.ask("等待审核的话"), evening.ask("另一句等待审核的话")]
    shown = [evening.approved(text=f"第{number}盏路灯何时修好？") for number in range(3)]
    listed = set()
    for index in _locations(browser.get("/sitemap.xml").text):
        found = _locations(browser.get(index.removeprefix(ADDRESS)).text)
        assert len(found) <= max(2, len(about.PAGES))
        listed |= set(found)
    assert all(url.startswith(ADDRESS) for url in listed)
    paths = {url.removeprefix(ADDRESS) for url in listed}
    assert {f"/questions/{one}" for one in [promise.question, *shown]} | {f"/pledges/{promise.id}"} <= paths
    assert f"/sessions/{evening.row.code}" in paths
    assert not {f"/questions/{one}" for one in hidden} & paths
    assert browser.get("/sitemap-questions-99.xml").status == 404
    for path in paths:
        assert browser.get(path).status == 200, path


def _locations(xml: str) -> list[str]:
    return [one.text or "" for one in ElementTree.fromstring(xml).iter() if one.tag.endswith("}loc")]  # noqa: S314


def test_robots_are_kept_from_desks_and_from_what_is_for_one_person(browser: Browser) -> None:
    told = browser.get("/robots.txt").text
    for path in ("/desk/", "/receipt", "/board", "/unit", "/api/", "/trace/"):
        assert f"Disallow: {path}\n" in told
    assert "Sitemap" not in told


@pytest.mark.parametrize(
    ("typed", "path"),
    [("Q2026-{question}", "/questions/{question}"), ("q2026-{question}", "/questions/{question}"),
     ("Ｑ２０２６－{question}", "/questions/{question}"), ("P2026-{pledge}", "/pledges/{pledge}")],
)  # fmt: skip
def test_a_cited_number_leads_on(promise: Promise, browser: Browser, typed: str, path: str) -> None:
    numbers = {"question": promise.question, "pledge": promise.id}
    answer = browser.get(f"/n/{typed.format(**numbers)}")
    assert (answer.status, answer.headers["Location"]) == (302, path.format(**numbers))
    for wrong in ("Q2025-1", "X2026-1", "Q2026-999999", "Q2026-99999999999", "nonsense", "Q2026-0"):
        assert browser.get(f"/n/{wrong}").status == 404, wrong
    assert f"Q2026-{promise.question}" in browser.get(f"/questions/{promise.question}").words
    assert f"P2026-{promise.id}" in browser.get(f"/pledges/{promise.id}").words


def test_a_number_needs_no_session(evening: Evening) -> None:
    assert "session" not in codes.public_number.__annotations__
    assert codes.parse_public_number(codes.public_number("Q", 2026, 91)) == ("Q", 2026, 91)
    assert Question.session_id.nullable


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
@pytest.mark.parametrize("path", ["/rules", "/privacy", "/trace"])
def test_rules_and_privacy_are_said_in_both_languages(browser: Browser, path: str, lang: str) -> None:
    page = browser.get(path, lang=lang)
    assert page.status == 200
    assert len(page.words) > (600 if lang == "zh-CN" else 1500)
    assert ("主办单位：尚未公布" if lang == "zh-CN" else "Published by: not named yet") in page.words


@pytest.mark.usefixtures("addressed")
def test_who_is_responsible_stands_at_the_foot(browser: Browser) -> None:
    for path in ("/", "/questions", "/privacy"):
        words = browser.get(path).words
        assert "主办单位：云汀市人民政府办公室" in words
        assert "联系方式：12345 热线" in words


def test_a_reader_supports_from_a_question_s_own_page(evening: Evening, browser: Browser) -> None:
    question = evening.approved(text="湖滨路的路灯何时修好？")
    here = f"/questions/{question}"
    stranger = browser.get(here)
    assert "/join" in stranger.forms()
    assert stranger.field("next") == f"{here}#support"
    joined = browser.post("/join", next=f"{here}#support")
    assert (joined.status, joined.headers["Location"]) == (303, f"{here}#support")
    assert browser.post("/join", next="https://elsewhere.example/").headers["Location"] == "/"
    phone = evening.city.phone()
    assert "/do/questions.support" in browser.get(here, phone).forms()
    browser.post("/do/questions.support", phone, question=question, next=f"{here}#support", done="已计入")
    page = browser.get(here, phone)
    assert "本机已支持" in page.words
    assert re.search(r"支持数 1\b|票数 1\b|Votes 1\b|<dd class=\"num\">1</dd>", page.text + page.words)
    browser.post("/do/questions.withdraw_support", phone, question=question, next=here)
    assert "/do/questions.support" in browser.get(here, phone).forms()


def test_answered_questions_cannot_be_supported_any_more(evening: Evening, browser: Browser) -> None:
    question = evening.answered(text="湖滨路的路灯何时修好？")
    evening.close()
    assert "/do/questions.support" not in browser.get(f"/questions/{question}", evening.city.phone()).forms()


def test_results_stand_before_the_rundown_once_there_are_any(promise: Promise, browser: Browser) -> None:
    planned, live = promise.evening.plan(), promise.evening.row.code
    page = browser.get(f"/sessions/{live}").text
    assert page.index('id="questions"') < page.index('id="rundown"')
    assert page.index('id="promised"') < page.index('id="rundown"')
    promise.evening.session = planned
    page = browser.get(f"/sessions/{promise.evening.row.code}").text
    assert page.index('id="rundown"') < page.index('id="questions"')
