"""Whatever stands in an address, it is answered: no part of a path reaches a header as it came."""

import re
from urllib.parse import quote

from flask import Flask

from inquiry.permissions import Role
from tests.surfaces.conftest import Browser, Evening

DATABASES = ("sqlite",)
PART = re.compile(r"<(?:\w+(?:\([^)]*\))?:)?(\w+)>")
#: What the other parts are, so that one is looked at; a number is one in any case.
OTHERS = {"name": "a", "language": "en", "ext": "mp4", "layer": "card"}


def test_no_part_of_an_address_breaks_its_answer(app: Flask, evening: Evening, browser: Browser) -> None:
    administrator, others = evening.city.person(Role.ADMINISTRATOR), OTHERS | {"code": evening.row.code}
    rules = [rule.rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())]
    words = [(rule, part) for rule in rules for part in re.findall(r"<(\w+)>", rule)]
    assert len(words) > 40
    for rule, part in words:
        filled = {one: others.get(one, "1") for one in PART.findall(rule)} | {part: quote("a\r\nSet-Cookie: b")}
        assert browser.get(PART.sub(lambda one, filled=filled: filled[one[1]], rule), administrator).status < 500, rule
