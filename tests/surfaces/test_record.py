"""A downloaded chain is checked by the script alone; whatever is changed in it is found."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select

from inquiry.core.db import reading
from inquiry.realtime.streams import air_stream, public_stream, staff_stream
from inquiry.trace import kinds
from inquiry.trace.models import Entry
from tests.support.chains import SCRIPT, check
from tests.surfaces.conftest import Browser, Promise


@pytest.fixture
def chain(promise: Promise, browser: Browser, tmp_path: Path) -> Path:
    """The public chain of an evening with an answer and a pledge, as it is downloaded."""
    promise.keep()
    answer = browser.get(f"/trace/{public_stream(promise.session)}.jsonl")
    assert answer.status == 200
    assert "attachment" in answer.headers["Content-Disposition"]
    path = tmp_path / "chain.jsonl"
    path.write_text(answer.text, encoding="utf-8")
    return path


def test_a_download_is_whole_and_lists_what_a_page_shows(chain: Path, promise: Promise, browser: Browser) -> None:
    told = check(chain, "--about", f"question:{promise.question}")
    assert told.returncode == 0, told.stdout + told.stderr
    assert "WHOLE" in told.stdout
    with reading() as db:
        shown = db.scalars(select(Entry).where(Entry.stream == str(public_stream(promise.session)))).all()
    about = [one for one in shown if f"question:{promise.question}" in one.about]
    page = browser.get(f"/questions/{promise.question}")
    for one in about:
        assert one.hash[:12] in told.stdout
        assert one.hash[:12] in page.text
    assert chain.read_text().count("\n") == len(shown) + 1


def _words(lines: list[str]) -> list[str]:
    entry = json.loads(lines[-1])
    entry["payload"]["note"] = "现场未看"
    return [*lines[:-1], json.dumps(entry, ensure_ascii=False)]


def _who(lines: list[str]) -> list[str]:
    entry = json.loads(lines[2])
    entry["actor_role"] = "leader"
    return [*lines[:2], json.dumps(entry, ensure_ascii=False), *lines[3:]]


def _shorter_head(lines: list[str]) -> list[str]:
    head = json.loads(lines[0]) | {"seq": len(lines) - 2, "hash": json.loads(lines[-2])["hash"]}
    return [json.dumps(head), *lines[1:]]


TAMPERINGS: dict[str, Callable[[list[str]], list[str]]] = {
    "words of an entry": _words,
    "who did it": _who,
    "an entry less": lambda lines: [*lines[:3], *lines[4:]],
    "two in another order": lambda lines: [*lines[:2], lines[3], lines[2], *lines[4:]],
    "an entry twice": lambda lines: [*lines[:3], lines[2], *lines[3:]],
    "the end less": lambda lines: lines[:-1],
    "another stream's name": lambda lines: [lines[0].replace("session:", "session:9"), *lines[1:]],
    "a head that says less": _shorter_head,
}


@pytest.mark.parametrize("what", TAMPERINGS)
def test_whatever_is_changed_is_found(chain: Path, what: str) -> None:
    lines = TAMPERINGS[what](chain.read_text(encoding="utf-8").splitlines())
    chain.write_text("\n".join(lines) + "\n", encoding="utf-8")
    told = check(chain)
    assert told.returncode == 1, told.stdout + told.stderr
    assert told.stdout.startswith("BROKEN")


def test_a_chain_that_was_rewritten_as_a_whole_is_found_by_what_was_kept(
    chain: Path, browser: Browser, tmp_path: Path
) -> None:
    kept = tmp_path / "heads.txt"
    kept.write_text(browser.get("/trace/heads.txt").text)
    assert check(chain, "--heads", kept).returncode == 0
    chain.write_text("\n".join(_rewritten(chain.read_text(encoding="utf-8").splitlines())) + "\n", encoding="utf-8")
    assert check(chain).returncode == 0
    told = check(chain, "--heads", kept)
    assert (told.returncode, "BROKEN" in told.stdout) == (1, True)


def _rewritten(lines: list[str]) -> list[str]:
    """As somebody would who knows how hashes are made and has the whole chain."""
    scope: dict[str, object] = {"__name__": "verify_trace"}
    exec(compile(SCRIPT.read_text(), str(SCRIPT), "exec"), scope)  # noqa: S102 - our own file
    link: Callable[[str, dict[str, object], str], str] = scope["link"]  # type: ignore[assignment]
    head, before, written = json.loads(lines[0]), "", []
    for line in lines[1:]:
        entry = json.loads(line)
        if entry["seq"] == head["seq"]:
            entry["payload"]["note"] = "现场未看"
        before = entry["hash"] = link(head["stream"], entry, before)
        written.append(json.dumps(entry, ensure_ascii=False))
    return [json.dumps(head | {"hash": before}), *written]


@pytest.mark.parametrize("text", ["", "{}\n", "[]\n", "hello\n", '{"format": "inquiry-trace-1"}\n{"seq": 1}\n'])
def test_what_is_no_chain_is_said_to_be_none(tmp_path: Path, text: str) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text(text)
    assert check(path).returncode == 2
    assert check(tmp_path / "nowhere").returncode == 2


def test_only_public_chains_are_given_out(promise: Promise, browser: Browser) -> None:
    kept = (staff_stream(promise.session), air_stream(promise.session), "city")
    for name in (*kept, "session:99:public", "nonsense", "session:1:public:x", "%00"):
        assert browser.get(f"/trace/{name}.jsonl").status == 404, name


@pytest.mark.usefixtures("app")
def test_what_is_for_the_staff_alone_stands_in_no_public_chain() -> None:
    """Kinds that the public is not shown are those of accounts and of figures that no table shows yet, which write to
    the city's own stream, of the layers and outputs, which have one too, of the picture, and of what is said
    behind the scenes."""
    kept = {kind.name for kind in kinds.every() if not kind.public}
    others = ("accounts", "results", "graphics", "media", "tests")
    behind = {name for name in kept if name.split(".")[0] not in others}
    assert behind == {"live.message_sent", "live.message_acknowledged", "live.stage_timer_switched"}
    told = {kind.name for kind in kinds.every() if kind.public and kind.name.startswith("media.")}
    assert told == {
        "media.picture_gone", "media.picture_on", "media.source_chosen", "media.recording_published",
        "media.passage_withdrawn",
    }  # fmt: skip


def test_nobody_empties_the_chains_all_day(promise: Promise, browser: Browser) -> None:
    asked = [browser.get("/trace/heads.txt").status for _ in range(21)]
    assert (asked[0], asked[-1]) == (200, 429)
