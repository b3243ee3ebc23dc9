"""The pages of outputs: shown for a token and to nobody else, and blank whatever is wrong."""

import re

import pytest
from flask import Flask

from inquiry.dispatch import registry
from inquiry.graphics.commands import outputs
from inquiry.graphics.models import Layer as Layers
from inquiry.permissions import Actor, Role
from tests.graphics.conftest import Desk, Layer, do
from tests.surfaces.conftest import Browser, browser

__all__ = ["browser"]

BLANK = re.compile(r"<body></body>")


def test_an_output_page_is_for_its_token_and_for_the_layers_that_it_may_show(
    app: Flask, desk: Desk, browser: Browser
) -> None:
    output, token = desk.output("主输出", Layer.LOGO, Layer.TICKER)
    nobody = Actor(Role.VISITOR)
    page = browser.get(f"/output/{token}", nobody)
    assert page.status == 200
    assert "主输出" in page.text
    assert token not in page.text, "the address is a secret, and the page needs no copy of it"
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert '"layers": ["logo"]' in browser.get(f"/output/{token}/logo", nobody).text
    assert 'lang="zh-CN"' in page.text, "whatever the mixer's browser wishes"
    assert 'lang="en"' in browser.get(f"/output/{token}?lang=en", nobody).text
    for path in (f"/output/{token}/verdict", "/output/out_guessed", f"/output/{token}x"):
        wrong = browser.get(path, nobody)
        assert wrong.status == 404
        assert BLANK.search(wrong.text), "a page that says what is wrong would be on air itself"
    do(outputs.revoke_output, desk.director, output.id)
    gone = browser.get(f"/output/{token}", nobody)
    assert (gone.status, bool(BLANK.search(gone.text))) == (404, True)


def test_whoever_guesses_is_soon_told_no_more_and_a_true_address_still_opens(
    app: Flask, desk: Desk, browser: Browser
) -> None:
    _output, token = desk.output()
    nobody = Actor(Role.VISITOR)
    seen = {browser.get(f"/output/out_{n}", nobody).status for n in range(70)}
    assert seen == {404, 429}
    assert browser.get(f"/output/{token}", nobody).status == 200
    registry.forget_limits()


@pytest.mark.parametrize("role", [Role.MODERATOR, Role.CLERK, Role.STAFF, Role.LEADER, Role.OFFICIAL])
def test_outputs_are_made_by_the_stage_alone(desk: Desk, browser: Browser, role: Role) -> None:
    actor = desk.city.person(role)
    code = desk.evening.row.code
    assert browser.get(f"/sessions/{code}/outputs", actor).status == 403
    assert browser.post(f"/sessions/{code}/outputs", actor, name="x", press="make").status == 403
    assert browser.get(f"/desk/{code}/director", actor).status == 403


def test_an_address_is_told_once_with_one_for_each_layer(desk: Desk, browser: Browser) -> None:
    code = desk.evening.row.code
    made = browser.post(f"/sessions/{code}/outputs", desk.director, name="5号输入", press="make")
    addresses = set(re.findall(r"/output/(out_[^\"/]+)(?:/(\w+))?\"", made.text))
    tokens = {token for token, _layer in addresses}
    assert len(tokens) == 1
    assert {layer for _token, layer in addresses} == {"", *Layers}
    token = tokens.pop()
    later = browser.get(f"/sessions/{code}/outputs", desk.director)
    assert "5号输入" in later.text
    assert token not in later.text
    output = desk.rows("output")[0]["id"]
    renewed = browser.post(f"/sessions/{code}/outputs", desk.director, output=str(output), press="renew")
    fresh = re.search(r"/output/(out_[^\"/]+)\"", renewed.text)
    assert fresh
    assert fresh[1] != token
    assert browser.get(f"/output/{token}", Actor(Role.VISITOR)).status == 404
    assert browser.get(f"/output/{fresh[1]}", Actor(Role.VISITOR)).status == 200
