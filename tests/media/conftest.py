"""An evening with a picture: its producer, its stream key, and what nginx would ask."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from inquiry.core.db import reading
from inquiry.media.commands import programmes
from inquiry.media.models import PictureSource, Programme
from inquiry.permissions import Role
from tests.live.conftest import Clock, Evening, clock, do, evening
from tests.support.scenes import scene

__all__ = ["Clock", "Evening", "clock", "evening"]

#: What nginx tells of an encoder: `(call, key, client, **other fields) -> status`.
Nginx = Callable[..., int]


class Picture:
    """The picture of that evening, which an encoder may send."""

    def __init__(self, evening: Evening, session: int = 0) -> None:
        self.evening, self.session = evening, session or evening.session
        self.producer = evening.city.person(Role.PRODUCER)
        self.choose(PictureSource.ENCODER)
        self.key = self.make_key()

    def choose(self, source: PictureSource, address: str = "") -> None:
        do(programmes.choose_source, self.producer, self.session, source, address)

    def make_key(self) -> str:
        _programme, key = do(programmes.make_key, self.producer, self.session)
        return str(key)

    def revoke_key(self) -> None:
        do(programmes.revoke_key, self.producer, self.session)

    @property
    def now(self) -> Programme:
        with reading() as db:
            return db.get_one(Programme, self.session)

    @property
    def media_id(self) -> str:
        return self.now.media_id


@pytest.fixture
@scene
def picture(evening: Evening) -> Picture:
    return Picture(evening)


@pytest.fixture
def nginx(app: Flask, picture: Picture) -> Nginx:
    def tell(call: str, key: str, client: int = 1, headers: Any = None, **fields: str) -> int:
        told = {"call": call, "app": "picture", "name": picture.media_id, "addr": "192.0.2.7", "clientid": str(client)}
        answer: TestResponse = app.test_client().post(
            "/media/publish", data=told | {"key": key} | fields, headers=headers
        )
        return answer.status_code

    return tell
