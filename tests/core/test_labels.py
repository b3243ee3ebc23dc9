"""A word of the interface is said once: by a package's `labels.py`, for Python, pages and scripts alike."""

import json
import re
from enum import StrEnum
from pathlib import Path

import pytest
from flask import Flask
from flask_babel import refresh
from jinja2.utils import _PassArg

from inquiry.accounts.models import UnitKind
from inquiry.core import labels
from inquiry.core.workdays import Why
from inquiry.live.models import AtZero, ItemColour, ItemKind, SessionKind, SessionState, StepKind
from inquiry.live.rules import Intake
from inquiry.permissions import Role
from inquiry.pledges.models import Confirmation, ExtensionState, PledgeOrigin, PledgeState
from inquiry.pledges.queries.lists import Standing
from inquiry.pledges.rules import ELEMENTS
from inquiry.questions.models import QuestionOrigin, QuestionState, RefusalReason
from inquiry.questions.queries.lists import Sort
from inquiry.responses.models import ResponseKind

#: The words are gathered when an application is made, with or without a database.
pytestmark = pytest.mark.usefixtures("built")

ROOT = Path(__file__).parents[2]
HAN = re.compile("[\u4e00-\u9fff]")

ENUMS: list[tuple[str, type[StrEnum]]] = [
    ("state", QuestionState), ("state", PledgeState), ("state", Confirmation), ("state", Standing),
    ("origin", PledgeOrigin), ("asked_in", QuestionOrigin),
    ("state", SessionState), ("reason", RefusalReason), ("reason_key", RefusalReason),
    ("reason_told", RefusalReason), ("item_kind", ItemKind),
    ("session_kind", SessionKind), ("intake", Intake), ("response_kind", ResponseKind),
    ("response_kind_hint", ResponseKind),
    ("response_kind_key", ResponseKind), ("unit_kind", UnitKind), ("role", Role), ("doer", Role),
    ("extension", ExtensionState), ("sort", Sort), ("sort_key", Sort), ("at_zero", AtZero), ("item_colour", ItemColour),
    ("rundown_step", StepKind), ("day_counted", Why),
]  # fmt: skip


def said(app: Flask, language: str) -> dict[str, dict[str, str]]:
    with app.test_request_context("/", headers={"Accept-Language": language}):
        refresh()
        return labels.labels()


@pytest.mark.parametrize("language", ["zh-CN", "en"])
@pytest.mark.parametrize(("group", "kind"), ENUMS, ids=lambda one: one if isinstance(one, str) else one.__name__)
def test_every_value_has_its_word_in_both_languages(app: Flask, group: str, kind: type[StrEnum], language: str) -> None:
    words = said(app, language)[group]
    for member in kind:
        assert bool(HAN.search(words[member.value])) == (language == "zh-CN"), f"{member!r}: {words[member.value]}"


@pytest.mark.parametrize("group", ["element", "element_key"])
def test_every_element_of_a_pledge_has_its_word(group: str) -> None:
    assert tuple(labels._groups[group]) == ELEMENTS


@pytest.mark.parametrize(
    ("script", "name", "values"),
    [
        ("moderate/current.js", "REASONS", list(RefusalReason)),
        ("clerk/response.js", "KINDS", list(ResponseKind)),
        ("clerk/pledge.js", "ELEMENTS", list(ELEMENTS)),
        ("host/queue.js", "SORTS", list(Sort)),
        ("host/stage.js", "ENDINGS", list(AtZero)),
    ],
)
def test_a_list_that_a_script_offers_has_every_value(script: str, name: str, values: list[str]) -> None:
    """Its order is the script's."""
    written = re.search(rf"const {name} = (\[[^\]]*\]);", (ROOT / "static" / script).read_text())
    assert written
    assert sorted(json.loads(written[1])) == sorted(values)


@pytest.mark.parametrize(
    ("written_in", "begins"),
    [("static/desk/words.js", "kindIcons: {"), ("static/screen/words.js", "who: {"),
     ("templates/sessions/_parts.html", "ui.icon({")],
)  # fmt: skip
def test_every_kind_of_item_is_drawn(written_in: str, begins: str) -> None:
    _before, *tables = (ROOT / written_in).read_text().split(begins)
    assert tables
    for table in tables:
        assert set(re.findall(r"'?(\w+)'?:", table.split("}")[0])) == set(ItemKind)


def test_every_state_has_its_icon() -> None:
    shown = (ROOT / "templates" / "_macros.html").read_text().split("set state_icons = {")[1].split("} %}")[0]
    assert set(re.findall(r"'(\w+)':", shown)) == set(labels._groups["state"])


@pytest.mark.parametrize(
    "script", sorted((ROOT / "static").glob("*/words.js")), ids=lambda path: f"{path.parent.name}/{path.name}"
)
def test_scripts_repeat_none_of_these_words(app: Flask, script: Path) -> None:
    pairs = set(re.findall(r'(\w+): \[?"([^"]+)"', script.read_text()))
    known = {
        (value, word) for language in ("zh-CN", "en") for group in said(app, language).values()
        for value, word in group.items()
    }  # fmt: skip
    assert pairs & known == set()


def test_pages_repeat_none_of_these_words() -> None:
    contexts = {word._args[0] for group in labels._groups.values() for word in group.values() if len(word._args) > 1}
    assert {"state", "role", "item", "reason"} <= contexts
    values = {value for group in labels._groups.values() for value in group}
    repeated = [
        f"{path.name}: {value}"
        for path in (ROOT / "templates").rglob("*.html")
        for value, context in re.findall(r"'(\w+)': pgettext\('([^']+)'", path.read_text())
        if value in values and context in contexts
    ]
    assert not repeated


def test_nothing_is_said_twice() -> None:
    with pytest.raises(ValueError, match="waiting"):
        labels.add("state", {QuestionState.WAITING: labels._groups["state"]["waiting"]})


@pytest.mark.parametrize(("language", "clip"), [("zh-CN", "短片"), ("en", "Clip")])
def test_a_page_hands_its_scripts_the_words_they_need(app: Flask, language: str, clip: str) -> None:
    with app.test_request_context("/", headers={"Accept-Language": language}):
        refresh()
        page = app.jinja_env.get_template("_macros.html").make_module({}).labels_for_scripts("item_kind")
    told = json.loads(page.split(">", 1)[1].rsplit("<", 1)[0])
    assert told["item_kind"]["clip"] == clip
    assert told["state_icon"]["on_air"] == "live"


def test_a_page_that_was_first_drawn_in_one_language_is_drawn_in_the_other_too(app: Flask) -> None:
    """Also where a template names the value itself, which Jinja would otherwise work out once for all."""
    app.jinja_env.cache = None
    page, drawn = None, []
    for language in ("zh-CN", "en"):
        with app.test_request_context("/", headers={"Accept-Language": language}):
            refresh()
            page = page or app.jinja_env.from_string("{{ 'due_on'|label('element') }}")
            drawn.append(page.render())
    assert drawn == ["期限", "Due"]


def test_every_filter_of_ours_waits_for_its_reader(app: Flask) -> None:
    ours = [one for one in app.jinja_env.filters.values() if one.__module__.startswith("inquiry.")]
    assert len(ours) >= 6
    assert all(_PassArg.from_obj(one) is _PassArg.context for one in ours)
