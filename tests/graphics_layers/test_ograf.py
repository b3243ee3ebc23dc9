"""The OGraf packages: what the specification's schema says of them, what the zip holds, how a renderer plays them."""

import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from playwright.sync_api import Browser, Page, Route
from referencing import Registry, Resource

from tests.support.browser import SCREEN, Chromium

ROOT = Path(__file__).parents[2]
SCHEMAS = ROOT / "tests" / "vendor" / "ograf"
PACKAGES = ROOT / "static" / "graphics" / "ograf"
NAMES = {"lower-third", "question-card", "countdown"}


@pytest.fixture(scope="module")
def manifests() -> dict[str, dict[str, Any]]:
    return {
        path.name.removesuffix(".ograf.json"): json.loads(path.read_text()) for path in PACKAGES.glob("*.ograf.json")
    }


@pytest.fixture(scope="module")
def schema() -> Draft202012Validator:
    kept = [json.loads(path.read_text()) for path in SCHEMAS.rglob("*.json")]
    registry: Registry[Any] = Registry().with_resources((one["$id"], Resource.from_contents(one)) for one in kept)
    [told] = [one for one in kept if one["$id"].endswith("/graphics/schema.json")]
    return Draft202012Validator(told, registry=registry)


def test_each_manifest_is_what_the_specification_wants(
    manifests: dict[str, dict[str, Any]], schema: Draft202012Validator
) -> None:
    assert set(manifests) == NAMES
    for told in manifests.values():
        assert [error.message for error in schema.iter_errors(told)] == []
        assert (PACKAGES / told["main"]).is_file()
    assert not schema.is_valid({**manifests["countdown"], "main": None}), "the schema is asked at all"
    assert not schema.is_valid({**manifests["countdown"], "customActions": [{"id": "pause"}]}), "and what it refers to"


def test_what_a_graphic_reads_is_what_its_manifest_offers(manifests: dict[str, dict[str, Any]]) -> None:
    packaged = {"language", "position", "safe"}
    for name, told in manifests.items():
        layer = (ROOT / "static/graphics/layers" / told["main"]).read_text()
        [shape] = re.findall(r"`\{([a-z_, ]+)\}`", layer)
        offered = set(told["schema"]["properties"]) - packaged
        if name == "countdown":
            offered = offered - {"seconds", "warning_seconds", "danger_seconds"} | {"timer"}
        assert offered == set(shape.split(", ")), name


# --- the zip ----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def zipped(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    path = tmp_path_factory.mktemp("ograf") / "packages.zip"
    subprocess.run([sys.executable, ROOT / "tools" / "ograf.py", path], check=True, capture_output=True)
    with zipfile.ZipFile(path) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def test_the_zip_has_manifests_at_its_top_and_the_licence_of_what_it_holds(
    zipped: dict[str, bytes], schema: Draft202012Validator
) -> None:
    assert {name for name in zipped if "/" not in name} == {f"{name}.ograf.json" for name in NAMES}
    for name in NAMES:
        told = json.loads(zipped[f"{name}.ograf.json"])
        assert schema.is_valid(told)
        assert told["main"] in zipped
    assert "vendor/lit-html/LICENSE" in zipped


# --- a renderer -------------------------------------------------------------------------------------------------------

HOME = "http://renderer.test"
PAGE = "<!doctype html><html><head><title>Renderer</title></head><body></body></html>"
TYPES = {"js": "text/javascript", "css": "text/css", "svg": "image/svg+xml", "json": "application/json"}

#: As a renderer does it: the default export under a name of its own, in a box of the picture's size.
ADD = """async ({ manifest, name, data, width, height }) => {
  const told = await (await fetch(manifest)).json();
  const graphic = (await import(new URL(told.main, new URL(manifest, location.href)))).default;
  customElements.define(name, graphic);
  const element = document.createElement(name);
  Object.assign(document.body.style, { margin: "0" });
  document.body.replaceChildren(element);
  const loaded = await element.load({ data, renderType: "realtime",
    renderCharacteristics: { resolution: { width, height }, frameRate: 50 } });
  return [loaded, await element.playAction({ delta: 1, goto: undefined, skipAnimation: true })];
}"""
PLATE = """() => {
  const { left, right, bottom } = document.body.firstElementChild.shadowRoot.querySelector(".plate")
    .getBoundingClientRect();
  return [left, right, bottom];
}"""
TEXT = "() => document.body.firstElementChild.shadowRoot.textContent.replace(/\\s+/g, ' ').trim()"


@pytest.fixture
def renderer(started_chromium: Browser, zipped: dict[str, bytes]) -> Iterator[Page]:
    """A page elsewhere that holds nothing but what was in the zip."""

    def serve(route: Route) -> None:
        path = route.request.url.removeprefix(f"{HOME}/").partition("?")[0]
        if not path:
            route.fulfill(body=PAGE, content_type="text/html")
        elif path in zipped:
            route.fulfill(body=zipped[path], content_type=TYPES[path.rpartition(".")[2]])
        else:
            route.fulfill(status=404, body="")

    chromium = Chromium(started_chromium)
    page = chromium.page(**SCREEN)
    page.route(f"{HOME}/**", serve)
    page.goto(f"{HOME}/")
    page.clock.install()
    yield page
    chromium.close()
    assert not chromium.unexpected, "\n".join(chromium.unexpected)


@pytest.mark.journey
def test_a_renderer_plays_what_is_in_the_zip(renderer: Page) -> None:
    def add(name: str, data: dict[str, Any], width: int = 1920, height: int = 1080) -> None:
        answers = renderer.evaluate(
            ADD,
            {"manifest": f"/{name}.ograf.json", "name": f"their-{name}-{width}", "data": data,
             "width": width, "height": height},
        )  # fmt: skip
        assert answers == [{"statusCode": 200}, {"statusCode": 200, "currentStep": 0}]

    def update(data: dict[str, Any]) -> None:
        renderer.evaluate("(data) => document.body.firstElementChild.updateAction({ data })", data)

    def act(action: str, payload: Any = None) -> int:
        return renderer.evaluate(
            "async ([id, payload]) => (await document.body.firstElementChild.customAction({ id, payload })).statusCode",
            [action, payload],
        )

    add("lower-third", {"name": "李明远", "title_en": "Director", "unit_en": "Housing Bureau", "language": "en"})
    assert renderer.evaluate(TEXT) == "李明远 Director, Housing Bureau"
    left, _right, bottom = renderer.evaluate(PLATE)
    assert left == pytest.approx(96, abs=1)
    update({"position": "right", "safe": 10})
    assert renderer.evaluate(PLATE)[1] == pytest.approx(1920 - 192, abs=1)

    add("question-card", {"text": "路灯什么时候能亮？", "asker": "陈女士"}, 3840, 2160)
    assert renderer.evaluate(TEXT) == "群众提问 路灯什么时候能亮？ 提问人 陈女士"
    assert renderer.evaluate(PLATE)[0] == pytest.approx(192, abs=1)
    assert renderer.evaluate(PLATE)[2] == pytest.approx(2 * bottom, abs=1)

    add("countdown", {"label_en": "Answer", "seconds": 60, "danger_seconds": 5, "language": "en"})
    assert renderer.evaluate(TEXT) == "Answer 1:00 left"
    renderer.clock.run_for(1500)
    assert renderer.evaluate(TEXT) == "Answer 0:59 left"
    assert act("pause") == 200
    renderer.clock.run_for(20_000)
    assert renderer.evaluate(TEXT) == "Answer 0:59 paused"
    assert act("resume") == 200
    renderer.clock.run_for(54_000)
    assert renderer.evaluate(TEXT) == "Answer 0:05 wrap up"
    assert act("extend", {"seconds": 60}) == 200
    assert renderer.evaluate(TEXT) == "Answer 1:05 left"
    renderer.clock.run_for(66_000)
    assert renderer.evaluate(TEXT) == "Answer +0:01 over time"
    assert act("dance") == 400
