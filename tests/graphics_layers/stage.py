"""One page of Chromium on which a layer at a time stands, served from static/ under the policy of the house."""

import io
import mimetypes
from pathlib import Path
from typing import Any

import segno
from PIL import Image
from playwright.sync_api import Page, Route

from inquiry.web.http import policy
from tests.graphics_layers.cases import NOW

ROOT = Path(__file__).parents[2]
HOME = "http://layers.test"
EXAMINE = (Path(__file__).parent / "examine.js").read_text()

_PAGE = """<!doctype html><html lang="zh-CN" data-zone="Asia/Shanghai"><head><meta charset="utf-8"><title>Layers</title>
<link rel="stylesheet" href="/page.css"></head><body><div id="picture"></div></body></html>"""
_STYLE = "body{margin:0;overflow:hidden;background:none}#picture{width:1920px;height:1080px;transform-origin:0 0}"

_STAND = """async ({ layers, scale, now }) => {
  const picture = document.getElementById("picture");
  picture.style.transform = scale === 1 ? "" : `scale(${scale})`;
  for (const one of picture.children) await one.dispose();
  picture.replaceChildren();
  for (const { name, data, ...attributes } of layers) {
    await import(`/static/graphics/layers/${name}.js`);
    const layer = document.createElement(`inquiry-${name.replaceAll("_", "-")}`);
    for (const [key, value] of Object.entries(attributes)) layer.setAttribute(key, value);
    layer.clock = { now: () => now, isFresh: true };
    picture.append(layer);
    const loaded = await layer.load({ data, renderType: "realtime", renderCharacteristics: {} });
    const played = await layer.playAction({ skipAnimation: true });
    if (loaded.statusCode !== 200 || played.currentStep !== 0) throw new Error(JSON.stringify([loaded, played]));
  }
}"""


class Stage:
    """`page` may be looked at; `scale` is 1 for 1920×1080 and 2 for 3840×2160."""

    def __init__(self, page: Page, scale: int = 1) -> None:
        self.page, self.scale = page, scale
        page.route(f"{HOME}/**", _serve)
        page.goto(f"{HOME}/")
        self.resize(scale)

    def resize(self, scale: int) -> None:
        self.scale = scale
        self.page.set_viewport_size({"width": 1920 * scale, "height": 1080 * scale})

    def stand(self, name: str, data: dict[str, Any], lang: str = "zh-CN", **attributes: str) -> None:
        """Load one layer and let it be on air."""
        self.stand_together([{"name": name, "data": data, "lang": lang, **attributes}])

    def stand_together(self, layers: list[dict[str, Any]]) -> None:
        self.page.evaluate(_STAND, {"layers": layers, "scale": self.scale, "now": NOW})

    def examine(self, safe: float = 5) -> dict[str, Any]:
        """What a person with a ruler would find: see examine.js. All in pixels of the stage."""
        return self.page.evaluate(EXAMINE, {"safe": safe, "scale": self.scale})

    def picture(self) -> Image.Image:
        shot = self.page.screenshot(omit_background=True, scale="css")
        return Image.open(io.BytesIO(shot)).convert("RGBA")


def reference_of(picture: Image.Image) -> Image.Image:
    """As small as it is kept."""
    return picture.resize((480, 270), Image.Resampling.BOX)


def _serve(route: Route) -> None:
    path = route.request.url.removeprefix(HOME).partition("?")[0]
    if path == "/qr.svg":
        drawn = io.BytesIO()
        segno.make("https://inquiry.example/s/C3P7KM").save(drawn, kind="svg", border=0, scale=10)
        return route.fulfill(body=drawn.getvalue(), content_type="image/svg+xml")
    if path == "/page.css":
        return route.fulfill(body=_STYLE, content_type="text/css")
    file = ROOT / path.lstrip("/")
    if path.startswith("/static/") and file.is_file():
        kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        return route.fulfill(path=file, content_type=kind, headers={"Content-Security-Policy": policy()})
    if path == "/":
        return route.fulfill(body=_PAGE, content_type="text/html", headers={"Content-Security-Policy": policy()})
    return route.fulfill(status=404, body="")
