"""Pictures come by a form of their own and are shown under the hash of their bytes."""

import re
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, get_flashed_messages
from PIL import Image
from werkzeug.test import TestResponse

from inquiry.core import extensions
from inquiry.core.db import reading
from inquiry.dispatch import registry
from inquiry.permissions import VISITOR, Actor, Role
from inquiry.pledges import pictures
from inquiry.pledges.commands import progress
from inquiry.pledges.models import Evidence, EvidenceKind, PledgeState
from inquiry.surfaces.pledge import pledge_told
from tests.pledges.conftest import Promise
from tests.pledges.test_pictures import HOSTILE
from tests.support.replay import nothing_changes, replaying

#: Send fields and a file to a pledge as somebody: `(actor, file, **fields) -> response`.
Send = Callable[..., TestResponse]
JSON = {"Accept": "application/json"}


def photo(colour: str = "red", form: str = "PNG") -> bytes:
    file = BytesIO()
    Image.new("RGB", (64, 48), colour).save(file, form)
    return file.getvalue()


@pytest.fixture
def send(app: Flask, promise: Promise, monkeypatch: pytest.MonkeyPatch) -> Send:
    registry.forget_limits()

    def post(actor: Actor, file: bytes | None, name: str = "photo.png", **fields: Any) -> TestResponse:
        monkeypatch.setattr(registry, "identify", lambda _db: actor)
        headers = fields.pop("headers", JSON)
        data = fields if file is None else fields | {"picture": (BytesIO(file), name)}
        answer = app.test_client().post(f"/pledges/{promise.id}/evidence", data=data, headers=headers)
        answer.request.environ["wsgi.input"].close()  # the client leaves a large body in an open file
        return answer

    return post


def kept(promise: Promise) -> list[Evidence]:
    with reading() as db:
        return pledge_told(db, promise.id).evidence


def test_a_picture_becomes_evidence(promise: Promise, send: Send, app: Flask) -> None:
    with replaying(promise.session) as kinds:
        answer = send(promise.official, photo(), text="修好的灯")
    assert kinds == ["pledges.evidence_added"]
    (evidence,) = kept(promise)
    assert answer.get_json() == {"ok": True, "evidence": evidence.id, "picture": evidence.picture}
    assert (evidence.kind, evidence.text, evidence.width, evidence.height) == (EvidenceKind.PICTURE, "修好的灯", 64, 48)
    path = pictures.path_of(evidence.picture, app.config["INQUIRY"].data_dir)
    with Image.open(path) as picture:
        assert picture.size == (64, 48)


def test_it_is_shown_under_its_hash_and_asked_for_each_time(promise: Promise, send: Send, app: Flask) -> None:
    name = send(promise.staff, photo()).get_json()["picture"]
    with app.test_client().get(f"/evidence/{name}") as shown:
        assert shown.status_code == 200
        assert shown.content_type == "image/jpeg"
        assert shown.headers["X-Content-Type-Options"] == "nosniff"
        assert shown.headers["Cache-Control"] == "private, no-cache"
        assert "Set-Cookie" not in shown.headers
    with app.test_client().get(f"/evidence/{name}", headers={"If-None-Match": shown.headers["ETag"]}) as again:
        assert again.status_code == 304


def test_the_same_picture_twice_is_one_piece_of_evidence(promise: Promise, send: Send) -> None:
    first = send(promise.official, photo()).get_json()
    with nothing_changes():
        again = send(promise.official, photo()).get_json()
    assert again == first
    assert send(promise.official, photo("blue")).get_json() != first


def test_a_picture_is_enough_to_claim(promise: Promise, send: Send) -> None:
    send(promise.official, photo())
    promise.press(progress.claim_done, promise.official)
    assert promise.row.state is PledgeState.CLAIMED_DONE


def test_a_form_goes_back_to_where_it_says(promise: Promise, send: Send) -> None:
    answer = send(promise.official, photo(), next="/unit", headers={})
    assert (answer.status_code, answer.location) == (303, "/unit#said")
    for wish in ("https://example.org/", "//example.org", ""):
        answer = send(promise.official, photo(), next=wish, headers={})
        assert not re.match(r"(https?:)?//", answer.location), answer.location


def test_a_form_is_told_why_not(promise: Promise, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "identify", lambda _db: promise.official)
    with app.test_client() as browser, nothing_changes():
        answer = browser.post(
            f"/pledges/{promise.id}/evidence", data={"picture": (BytesIO(b"<svg/>"), "a.jpg"), "next": "/unit"}
        )
        assert (answer.status_code, answer.location) == (303, "/unit")
        assert [category for category, _text in get_flashed_messages(with_categories=True)] == ["refusal"]


@pytest.mark.parametrize("what", HOSTILE)
@pytest.mark.filterwarnings("default::PIL.Image.DecompressionBombWarning")
def test_hostile_files_are_refused_and_nothing_is_kept(promise: Promise, send: Send, app: Flask, what: str) -> None:
    data, _expected = HOSTILE[what]
    with nothing_changes():
        answer = send(promise.official, data, "photo.jpg")
    assert answer.status_code in (400, 413, 415), answer.text
    assert answer.get_json()["error"]["code"] in (
        "NOT_A_PICTURE", "PICTURE_TOO_LARGE", "TOO_MANY_PIXELS", "PICTURE_MISSING",
    )  # fmt: skip
    folder: Path = app.config["INQUIRY"].data_dir / "evidence"
    assert not folder.exists() or not list(folder.iterdir())


def test_a_form_without_a_picture_is_refused(promise: Promise, send: Send) -> None:
    with nothing_changes():
        assert send(promise.official, None).get_json()["error"]["code"] == "PICTURE_MISSING"
        assert send(promise.official, photo(), text="字" * 201).get_json()["error"]["code"] == "BAD_INPUT"
        assert send(promise.official, photo(), text="好\x07").get_json()["error"]["code"] == "BAD_INPUT"


def test_strangers_are_refused_before_anything_is_decoded(
    promise: Promise, send: Send, monkeypatch: pytest.MonkeyPatch
) -> None:
    def decode(*_args: Any) -> None:
        raise AssertionError("a stranger's file was decoded")

    strangers = [promise.city.official_of(promise.city.water), promise.city.person(Role.HOST)]
    monkeypatch.setattr(extensions, "offload", decode)
    with nothing_changes():
        for stranger in strangers:
            assert send(stranger, photo()).get_json()["error"]["code"] == "FORBIDDEN"
        assert send(VISITOR, photo()).get_json()["error"]["code"] == "SIGNED_OUT"
        answer = send(VISITOR, photo(), headers={})
        assert (answer.status_code, 'action="/sign-in"' in answer.text) == (401, True)
        promise.id = 999
        assert send(promise.official, photo()).status_code == 404


def test_a_pledge_that_is_kept_takes_no_more(promise: Promise, send: Send) -> None:
    promise.keep()
    with nothing_changes():
        assert send(promise.official, photo()).get_json()["error"]["code"] == "WRONG_PLEDGE_STATE"


def test_uploads_are_counted(promise: Promise, send: Send) -> None:
    for _ in range(30):
        assert send(promise.official, None).status_code == 400
    assert send(promise.official, None).status_code == 429
    registry.forget_limits()


def test_without_its_token_a_form_is_refused(promise: Promise, send: Send, app: Flask) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    with nothing_changes():
        assert send(promise.official, photo()).status_code == 400
    app.config["WTF_CSRF_ENABLED"] = False


@pytest.mark.parametrize("name", ["secret.key", "..%2fsecret.key", "a" * 64 + ".jpg", "a" * 64 + ".png", "x.jpg"])
def test_nothing_else_is_shown(promise: Promise, app: Flask, name: str) -> None:
    assert app.test_client().get(f"/evidence/{name}").status_code == 404


def test_a_file_that_is_nobodys_evidence_is_not_shown(promise: Promise, app: Flask) -> None:
    orphan = pictures.make_anew(photo())
    pictures.keep(orphan, app.config["INQUIRY"].data_dir)
    assert app.test_client().get(f"/evidence/{orphan.name}").status_code == 404
