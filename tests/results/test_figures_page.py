"""What stands of a unit, with everything that was put right; and putting right by hand, with evidence."""

import re
from html import unescape
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import select

from inquiry.core.db import reading
from inquiry.dispatch import registry
from inquiry.permissions import Role
from inquiry.pledges import pictures
from inquiry.results import documents, queries, refusals
from inquiry.results.models import Actual
from tests.results.conftest import ACTUALS, Year
from tests.support.replay import nothing_changes

pytestmark = pytest.mark.usefixtures("the_day")

WHO = "Staff"


def told(page: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


def place(year: Year, period: str = "2025-01") -> str:
    return f"/results/figures?unit={year.city.district.id}&period={period}"


def correct(browser: FlaskClient, year: Year, **fields: object):  # type: ignore[no-untyped-def]
    with reading() as db:
        gdp = queries.versions(db)["GDP"].indicator_id
    here = place(year)
    known = {"indicator": gdp, "unit": year.city.district.id, "period": "2025-01", "back": here, "next": here}
    return browser.post("/results/figures/actual", data=known | fields)


def standing() -> Actual:
    with reading() as db:
        found = db.scalars(select(Actual).where(Actual.period == "2025-01", Actual.superseded_at.is_(None)))
        return min(found, key=lambda one: one.indicator_id * 1000 + one.unit_id)


def test_the_indicators_and_what_stands_of_a_unit(year: Year, browser: FlaskClient) -> None:
    year.all()
    listed = told(browser.get("/results/figures").text)
    assert re.search("地区生产总值 GDP 经济 3 月 · 亿元 1", listed)
    page = told(browser.get(place(year)).text)
    assert re.search("2025 年 120 144 由文件或服务器导入", page)
    assert re.search("10 统计快报 由文件或服务器导入", page)
    assert "尚未录入。缺数不等于零。" in told(browser.get(place(year, "2025-03")).text)
    assert "该单位当期未编入考核分组" in told(browser.get(place(year, "2024-12")).text)
    assert "2026年10月" in told(browser.get(place(year, "昨天")).text)


def test_a_figure_is_corrected_by_hand_and_what_was_before_is_shown(year: Year, browser: FlaskClient) -> None:
    year.all()
    picture = BytesIO()
    Image.new("RGB", (40, 30), "red").save(picture, "PNG")
    picture.seek(0)
    answer = correct(
        browser, year, value="10.5", evidence="统计公报", link="https://example.org/gb", picture=(picture, "gb.png")
    )
    assert answer.status_code == 303
    now = standing()
    assert (f"{now.value}", now.evidence, now.link) == ("10.5", "统计公报", "https://example.org/gb")
    page = browser.get(place(year)).text
    assert re.search(
        "10.5 统计公报 https://example.org/gb 图片 Staff .* 10 统计快报 由文件或服务器导入 .* 被替换", told(page)
    )
    with browser.get(f"/results/evidence/{now.picture}") as sent:
        assert (sent.status_code, sent.mimetype) == (200, "image/jpeg")
    assert browser.get(f"/results/evidence/{'0' * 64}.jpg").status_code == 404
    with nothing_changes():  # neither again by hand, nor by a file that says the same
        assert correct(browser, year, value="10.5", evidence="统计公报").status_code == 303
        year.take(ACTUALS.replace("2025-01,10,统计快报", "2025-01,10.5,统计公报"))


def test_a_pdf_is_kept_as_it_came_and_handed_over_never_shown(year: Year, browser: FlaskClient) -> None:
    year.all()
    document = b"%PDF-1.7\n<script>alert(1)</script>\n%%EOF\n"
    assert (
        correct(browser, year, value="10.5", evidence="公报", picture=(BytesIO(document), "a.html")).status_code == 303
    )
    assert "公报 PDF" in told(browser.get(place(year)).text)
    with browser.get(f"/results/evidence/{standing().picture}") as sent:
        assert (sent.mimetype, sent.data) == ("application/pdf", document)
        assert re.fullmatch(r"attachment; filename=evidence-[0-9a-f]{8}\.pdf", sent.headers["Content-Disposition"])
        assert sent.headers["X-Content-Type-Options"] == "nosniff"
    assert browser.get(f"/results/evidence/{'0' * 64}.pdf").status_code == 404
    for cut in (document[:20], document + b" " * 1024):
        with nothing_changes():
            answer = correct(browser, year, value="11", evidence="公报", picture=(BytesIO(cut), "a.pdf"))
        assert (answer.status_code, "缺少结尾" in told(answer.text)) == (415, True)
    with pytest.raises(refusals.DocumentTooLarge):
        documents.name_of(b"%PDF-" + b" " * pictures.LARGEST_BYTES + b"%%EOF")


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({"value": "1,234.5"}, "分隔符"),
        ({"value": "12%"}, "百分号"),
        ({"value": ""}, "未填写"),
        ({"value": "1", "link": "javascript:alert(1)"}, "https://"),
        ({"value": "1", "period": "2027-01"}, "该周期尚未开始"),
        ({"value": "1", "picture": b"none"}, "JPEG、PNG"),
    ],
    ids=["separators", "percent", "empty", "link", "to-come", "picture"],
)  # fmt: skip
def test_what_cannot_be_recorded_comes_back(
    year: Year, browser: FlaskClient, fields: dict[str, object], fault: str
) -> None:
    year.all()
    sent = {name: (BytesIO(said), "x.png") if isinstance(said, bytes) else said for name, said in fields.items()}
    with nothing_changes():
        answer = correct(browser, year, **{"evidence": "我的依据"} | sent)
    assert answer.status_code in (400, 415)
    assert fault in told(answer.text)
    if "period" not in fields:
        assert 'value="我的依据"' in answer.text


def test_targets_and_definitions_are_changed_by_form(year: Year, browser: FlaskClient) -> None:
    year.all()
    with reading() as db:
        gdp = queries.versions(db)["GDP"]
    sent = {"indicator": gdp.indicator_id, "unit": year.city.district.id, "period": "2025", "next": place(year)}
    assert browser.post("/do/results.set_target", data=sent | {"baseline": "125", "stretch": "150"}).status_code == 303
    assert re.search(f"2025 年 125 150 {WHO} .* 2025 年 .*被替换 120 144", told(browser.get(place(year)).text))
    crossing = {"baseline": "125", "stretch": "110", "back": place(year)}
    with nothing_changes():
        assert browser.post("/do/results.set_target", data=sent | crossing).status_code == 400
    form = {
        "code": "GDP", "name": gdp.name, "name_en": "GDP", "theme": "经济", "measure": "亿元", "better": "more",
        "accumulates": "true", "period": "month", "decimals": "2", "weight": "5", "source": "统计局",
        "definition": "按季度核算", "groups[]": [str(year.districts), str(year.bureaus)],
    }  # fmt: skip
    assert browser.post("/do/results.define_indicator", data=form).status_code == 303
    page = told(browser.get(f"/results/indicators/{gdp.indicator_id}").text)
    assert re.search(f"2 5 越高越好 · 全年累计 .* {WHO} .* 1 3 越高越好", page)
    assert browser.get("/results/indicators/999").status_code == 404


def test_a_new_indicator_is_added_by_form(year: Year, browser: FlaskClient) -> None:
    year.all()
    form = {
        "code": "NEW-1", "name": "新指标", "name_en": "New one", "theme": "经济", "theme_en": "Economy",
        "measure": "项", "measure_en": "things", "better": "less", "accumulates": "false", "period": "quarter",
        "decimals": "1", "weight": "2.5", "is_new": "true", "groups[]": [str(year.districts)],
        "next": "/results/figures#new", "back": "/results/figures", "done": "The indicator was added.",
    }  # fmt: skip
    assert browser.post("/do/results.define_indicator", data=form).status_code == 303
    with reading() as db:
        made = queries.versions(db)["NEW-1"]
    assert (made.number, made.name, made.measure_en, made.period.value, f"{made.weight}", made.groups) == (
        1, "新指标", "things", "quarter", "2.5", [year.districts],
    )  # fmt: skip
    assert "新指标" in told(browser.get("/results/figures").text)
    for wrong, fault in (
        ({}, "已有指标 NEW-1"), ({"code": "GDP"}, "已有指标 GDP"), ({"code": "a b"}, ""), ({"weight": "0"}, ""),
        ({"code": "N2", "theme": "平台办理"}, ""), ({"code": "N2", "groups[]": []}, ""),
    ):  # fmt: skip
        with nothing_changes():
            answer = browser.post("/do/results.define_indicator", data=form | wrong)
        assert answer.status_code in (400, 409)
        assert fault in told(answer.text)
        assert 'value="新指标"' in answer.text


def test_the_pages_are_for_the_staff(app: Flask, year: Year, monkeypatch: pytest.MonkeyPatch) -> None:
    year.all()
    clerk = year.city.person(Role.CLERK)
    monkeypatch.setattr(registry, "identify", lambda _db: clerk)
    http = app.test_client()
    for path in ("/results/figures", "/results/indicators/1", f"/results/evidence/{'0' * 64}.jpg"):
        assert http.get(path).status_code == 403
    with nothing_changes():
        assert correct(http, year, value="1", evidence="x").status_code in (303, 403)
