"""Makes the reference pictures of the graphics layers anew, after a change of how they look.

    .venv/bin/python tools/layer_pictures.py [words of cases, as "verdict" or "overfull-en"]

Look at each before you commit it; build/pictures/layers/ has them large, over grey. See tests/graphics_layers/.
"""

import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from tests.graphics_layers.cases import every_case  # noqa: E402 - it lies beside this folder
from tests.graphics_layers.stage import Stage, reference_of  # noqa: E402
from tests.support.browser import ARGUMENTS, PICTURES  # noqa: E402

REFERENCES = ROOT / "tests" / "graphics_layers" / "references"
COLOURS = 128  # of a small picture: near enough, and a third of the size
GREY = (122, 130, 136, 255)


def main(words: list[str]) -> None:
    large = PICTURES / "layers"
    for folder in (large, REFERENCES):
        folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        stage = Stage(browser.new_context(reduced_motion="reduce").new_page())
        for case, name, data in every_case():
            for lang in ("zh-CN", "en"):
                file = f"{case}-{lang[:2]}.png"
                if words and not any(word in file for word in words):
                    continue
                stage.stand(name, data, lang)
                picture = stage.picture()
                reference_of(picture).quantize(COLOURS).save(REFERENCES / file, optimize=True)
                Image.alpha_composite(Image.new("RGBA", picture.size, GREY), picture).save(large / file)
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1:])
