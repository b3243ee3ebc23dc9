"""Evidence that must not be public is withdrawn: what it was is gone, that it was there and why it went stays."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from PIL import Image

from inquiry.core.db import reading
from inquiry.errors import Forbidden, Refusal
from inquiry.pledges import pictures
from inquiry.pledges.commands import progress, withdrawing
from inquiry.pledges.models import Evidence
from inquiry.settings import settings
from inquiry.trace.queries import naming
from tests.pledges.conftest import Clock, Promise, do
from tests.support.replay import nothing_changes, replaying

SECRET = "业主张某，湖滨路3号"


def photo(colour: str = "green") -> pictures.Picture:
    sent = BytesIO()
    Image.new("RGB", (64, 48), colour).save(sent, "PNG")
    return pictures.make_anew(sent.getvalue())


@pytest.fixture
def with_picture(promise: Promise, app: Flask) -> Callable[[], Evidence]:
    def add() -> Evidence:
        picture = photo()
        pictures.keep(picture, settings().data_dir)
        evidence: Evidence = do(progress.add_picture, promise.official, promise.id, picture, SECRET)
        return evidence

    return add


def withdraw(promise: Promise, evidence: int, actor: Any = None) -> Evidence:
    gone: Evidence = do(
        withdrawing.withdraw_evidence, actor or promise.staff, evidence, "含个人住址", settings().data_dir
    )
    return gone


def test_what_is_withdrawn_is_gone_and_the_trace_says_that_it_was(
    promise: Promise, with_picture: Callable[[], Evidence], app: Flask
) -> None:
    evidence = with_picture()
    path = pictures.path_of(evidence.picture, settings().data_dir)
    assert path.is_file()
    with replaying(promise.session) as kinds:
        gone = withdraw(promise, evidence.id)
    assert kinds == ["pledges.evidence_withdrawn"]
    assert (gone.text, gone.link, gone.picture, gone.withdrawn_reason) == ("", "", "", "含个人住址")
    assert not path.exists()
    visitor = app.test_client()
    assert visitor.get(f"/evidence/{evidence.picture}").status_code == 404
    page = visitor.get(f"/pledges/{promise.id}").get_data(as_text=True)
    assert SECRET not in page
    assert evidence.picture not in page
    assert "含个人住址" in page


def test_no_payload_ever_held_what_evidence_says(promise: Promise, with_picture: Callable[[], Evidence]) -> None:
    name = with_picture().picture
    promise.prove(SECRET)
    do(progress.add_evidence, promise.official, promise.id, link="https://example.org/secret")
    with reading() as db:
        told = str([entry.payload for entry in naming(db, f"pledge:{promise.id}")])
    assert not [one for one in (SECRET, name, "example.org") if one in told]


def test_a_picture_that_is_also_elsewhere_stays_there(promise: Promise, with_picture: Callable[[], Evidence]) -> None:
    first = with_picture()
    other = promise.record().id
    do(progress.add_picture, promise.official, other, photo(), "")
    withdraw(promise, first.id)
    assert pictures.path_of(first.picture, settings().data_dir).is_file()


def test_it_proves_nothing_any_more(promise: Promise, clock: Clock) -> None:
    evidence = promise.prove(SECRET)
    withdraw(promise, evidence.id)
    with nothing_changes(), pytest.raises(Refusal) as refusal:
        promise.press(progress.claim_done, promise.official)
    assert refusal.value.code == "NO_EVIDENCE"


def test_the_staff_withdraws_once_and_nobody_else_does(promise: Promise) -> None:
    evidence = promise.prove(SECRET).id
    for actor in (promise.official, promise.clerk, promise.leader):
        with nothing_changes(), pytest.raises(Forbidden):
            withdraw(promise, evidence, actor)
    withdraw(promise, evidence)
    with nothing_changes(), pytest.raises(Refusal) as refusal:
        withdraw(promise, evidence)
    assert refusal.value.code == "WITHDRAWN_ALREADY"
