"""Browsers for the pages around an evening; the evening itself is that of `responses`, its pledge that of `pledges`."""

import html
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_babel import refresh

from inquiry.accounts import queries as accounts
from inquiry.dispatch import registry
from inquiry.permissions import VISITOR, Actor
from tests.live.conftest import EIGHT, Clock, clock, do
from tests.pledges.conftest import DUE, Promise, promise
from tests.responses.conftest import Evening, evening

__all__ = ["DUE", "EIGHT", "Browser", "Clock", "Evening", "Promise", "Seen", "clock", "do", "evening", "promise"]


class Seen:
    """A page as it was answered."""

    def __init__(self, status: int, text: str, headers: dict[str, str]) -> None:
        self.status, self.text, self.headers = status, text, headers

    @property
    def words(self) -> str:
        """The page without its marks, blanks joined."""
        plain = re.sub(r"<[^>]*>", " ", self.text.split("<body", 1)[-1])
        return re.sub(r"\s+", " ", html.unescape(plain))

    @property
    def json(self) -> Any:
        return json.loads(self.text)

    def forms(self) -> set[str]:
        """Where the forms of the page lead."""
        return set(re.findall(r'action="(/[^"]*)"', self.text))

    def field(self, name: str) -> str:
        """The value of the first field of this name."""
        found = re.search(rf'name="{name}" value="([^"]*)"', self.text)
        assert found, name
        return html.unescape(found[1])


class Browser:
    """A browser that is whoever the test says."""

    def __init__(self, http: FlaskClient, patch: pytest.MonkeyPatch) -> None:
        self._http, self._patch = http, patch

    def get(self, path: str, actor: Actor = VISITOR, lang: str = "zh-CN") -> Seen:
        self._become(actor)
        with self._http.get(path, headers={"Accept-Language": lang}) as answer:
            return Seen(answer.status_code, answer.get_data().decode(errors="replace"), dict(answer.headers))

    def post(self, path: str, actor: Actor = VISITOR, lang: str = "zh-CN", **fields: object) -> Seen:
        self._become(actor)
        answer = self._http.post(path, data=fields, headers={"Accept-Language": lang})
        return Seen(answer.status_code, answer.get_data(as_text=True), dict(answer.headers))

    def _become(self, actor: Actor) -> None:
        self._patch.setattr(registry, "identify", lambda _db: actor)
        refresh()  # the language is kept with the application's context, which a test holds on to


@pytest.fixture
def browser(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Browser]:
    yield Browser(app.test_client(), monkeypatch)
    monkeypatch.setattr(registry, "identify", accounts.identify)
