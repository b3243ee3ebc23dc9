"""The layers of the picture in Chromium, at both sizes, in both languages, with enough and with too much to show.

Pictures are compared with those of references/, at which a person has looked; tools/layer_pictures.py makes them anew.
"""

from itertools import combinations, cycle
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageChops, ImageStat

from tests.graphics_layers.cases import (
    LAYERS,
    NAME_60,
    NAME_EN_60,
    NORMAL,
    NOW,
    OVERFULL,
    QUESTION_300,
    TITLE_120,
    TITLE_EN_120,
    every_case,
    slot,
)
from tests.graphics_layers.stage import Stage, reference_of
from tests.support.processes import eventually

pytestmark = pytest.mark.journey

REFERENCES = Path(__file__).parent / "references"
LANGUAGES = ("zh-CN", "en")
#: Of 255, on average over what is solid: what another version of a font may change. The same card in another language
#: is more than five away.
NEAR = 4.0

FAULTS = ("outside", "clipped", "overlapping", "badStarts", "broken", "small", "uneven")


def faults(stage: Stage, safe: float = 5) -> list[str]:
    found = stage.examine(safe)
    return [f"{kind}: {one}" for kind in FAULTS for one in found[kind]]


def test_the_longest_are_as_long_as_promised() -> None:
    assert len(NAME_60) == len(NAME_EN_60) == 60
    assert len(TITLE_120) == len(TITLE_EN_120) == 120
    assert len(QUESTION_300) == 300


@pytest.mark.parametrize("scale", [1, 2], ids=["1920", "3840"])
def test_everything_fits_and_is_even_and_legible(stage: Stage, scale: int) -> None:
    stage.resize(scale)
    found = {}
    for case, name, data in every_case():
        for lang in LANGUAGES:
            stage.stand(name, data, lang)
            found[f"{case} {lang}"] = faults(stage)
    assert {case: told for case, told in found.items() if told} == {}


def test_names_stand_large_and_questions_as_large_as_they_can(stage: Stage) -> None:
    sizes = {}
    for name, data in (("lower_third", OVERFULL["lower_third"]), ("question_card", OVERFULL["question_card"])):
        stage.stand(name, data)
        sizes |= stage.examine()["sizes"]
    assert sizes["words name"] >= 56
    assert sizes["words quoted"] >= 40
    stage.stand("question_card", NORMAL["question_card"])
    assert stage.examine()["sizes"]["words quoted"] == 60


PLACES = {
    "logo": ("left", "right"), "ticker": ("top", "bottom"), "speaker_queue": ("left", "right"),
    "lower_third": ("left", "right"), "question_card": ("top", "bottom"), "pledge_card": ("top", "bottom"),
    "earlier_pledge": ("top", "bottom"), "verdict": ("top", "bottom"), "countdown": ("left", "right"),
}  # fmt: skip


def test_each_stands_where_it_is_put_inside_a_wider_margin(stage: Stage) -> None:
    found = {}
    for name, places in PLACES.items():
        centres = []
        for place in places:
            stage.stand(name, NORMAL[name], position=place, safe="10")
            [box] = stage.examine(10)["plates"]
            centres.append(box["left"] + box["right"] if place in ("left", "right") else box["top"] + box["bottom"])
            found[f"{name} {place}"] = faults(stage, 10)
        assert centres[0] < centres[1], name
    assert {case: told for case, told in found.items() if told} == {}


TOGETHER = ("logo", "ticker", "countdown")


@pytest.mark.parametrize(
    "names",
    [(*TOGETHER, "speaker_queue", "lower_third"), *((*TOGETHER, card) for card in LAYERS if card.endswith("_card")),
     (*TOGETHER, "earlier_pledge"), (*TOGETHER, "verdict")],
    ids=lambda names: names[-1],
)  # fmt: skip
def test_what_is_on_together_does_not_touch(stage: Stage, names: tuple[str, ...]) -> None:
    for lang in LANGUAGES:
        stage.stand_together([{"name": name, "data": NORMAL[name], "lang": lang} for name in names])
        boxes = stage.examine()["plates"]
        assert len(boxes) == len(names)
        for one, other in combinations(boxes, 2):
            wide = min(one["right"], other["right"]) - max(one["left"], other["left"])
            tall = min(one["bottom"], other["bottom"]) - max(one["top"], other["top"])
            assert wide <= 0 or tall <= 0, (lang, one, other)


# --- pixels -----------------------------------------------------------------------------------------------------------


def alpha_faults(picture: Image.Image, boxes: list[dict[str, float]], scale: int) -> list[str]:
    """Solid where the plates are, nothing where they are not; an edge may lie on half a pixel."""
    alpha = picture.getchannel("A").copy()
    found = []
    for box in boxes:
        left, top, right, bottom = (round(box[side] * scale) for side in ("left", "top", "right", "bottom"))
        inside = alpha.crop((left + 1, top + 1, right - 1, bottom - 1)).getextrema()
        if inside != (255, 255):
            found.append(f"not solid: {inside} in {box}")
    for box in boxes:
        left, top, right, bottom = (round(box[side] * scale) for side in ("left", "top", "right", "bottom"))
        alpha.paste(0, (max(0, left - 1), max(0, top - 1), right + 1, bottom + 1))
    if alpha.getbbox() is not None:
        found.append(f"not clear in {alpha.getbbox()}")
    return found


@pytest.mark.parametrize("lang", LANGUAGES)
def test_pictures_are_clear_around_solid_plates_and_as_they_were(stage: Stage, lang: str) -> None:
    found = {}
    for case, name, data in every_case():
        stage.stand(name, data, lang)
        picture = stage.picture()
        told = alpha_faults(picture, stage.examine()["plates"], 1)
        found[case] = told + differences(reference_of(picture), REFERENCES / f"{case}-{lang[:2]}.png")
    assert {case: told for case, told in found.items() if told} == {}


def differences(picture: Image.Image, path: Path) -> list[str]:
    kept = Image.open(path).convert("RGBA")
    assert kept.size == picture.size
    plates = ImageChops.lighter(picture.getchannel("A"), kept.getchannel("A")).getbbox()
    picture, kept = picture.crop(plates), kept.crop(plates)
    black = Image.new("RGBA", picture.size, (0, 0, 0, 255))
    apart = [
        *ImageStat.Stat(ImageChops.difference(picture.getchannel("A"), kept.getchannel("A"))).mean,
        *ImageStat.Stat(
            ImageChops.difference(*(Image.alpha_composite(black, one).convert("RGB") for one in (picture, kept)))
        ).mean,
    ]
    return [f"{max(apart):.1f} from {path.name}"] if max(apart) > NEAR else []


def test_every_reference_is_of_a_case() -> None:
    cases = {f"{case}-{lang[:2]}" for case, _name, _data in every_case() for lang in LANGUAGES}
    assert {path.stem for path in REFERENCES.glob("*.png")} == cases


def test_4k_is_the_same_picture(stage: Stage) -> None:
    stage.resize(2)
    found = {}
    ways = (("normal", NORMAL, "zh-CN"), ("overfull", OVERFULL, "en"))
    for name, (kind, cases, lang) in zip(LAYERS, cycle(ways), strict=False):
        stage.stand(name, cases[name], lang)
        picture = stage.picture()
        assert picture.size == (3840, 2160)
        told = alpha_faults(picture, stage.examine()["plates"], 2)
        found[name] = told + differences(reference_of(picture), REFERENCES / f"{name}-{kind}-{lang[:2]}.png")
    assert {case: told for case, told in found.items() if told} == {}


REDS = """() => [...document.getElementById("picture").children].flatMap((layer) =>
  [...layer.shadowRoot.querySelectorAll("*")].flatMap((one) => [getComputedStyle(one).backgroundColor,
    getComputedStyle(one).borderRightColor, getComputedStyle(one).color])).some((colour) => {
      const [red, green, blue] = colour.match(/[\\d.]+/g).map(Number);
      return red > 160 && green < 100 && blue < 100;
    })"""


def test_red_stands_for_over_time_and_overdue_alone(stage: Stage) -> None:
    red = set()
    for case, name, data in every_case():
        stage.stand(name, data)
        if stage.page.evaluate(REDS):
            red.add(case)
    assert red == {"countdown-over", "countdown-overfull", "earlier_pledge-normal"}


# --- words ------------------------------------------------------------------------------------------------------------


TEXT = """() => [...document.getElementById("picture").children].map((layer) => layer.shadowRoot.textContent
  .replace(/\\s+/g, " ").trim())"""


def test_the_page_keeps_its_own_colours(stage: Stage) -> None:
    stage.stand("lower_third", NORMAL["lower_third"])
    told = stage.page.evaluate(
        """() => [getComputedStyle(document.documentElement).getPropertyValue("--panel-deep"), [...document
          .adoptedStyleSheets].flatMap((one) => [...one.cssRules]).every((rule) => rule instanceof CSSFontFaceRule)]"""
    )
    assert told == ["", True]


def test_a_layer_speaks_the_language_of_its_element(stage: Stage) -> None:
    stage.stand_together([{"name": "lower_third", "data": NORMAL["lower_third"], "lang": lang} for lang in LANGUAGES])
    zh, en = stage.page.evaluate(TEXT)
    assert "市住房和城乡建设局 局长" in zh
    assert "Director, Housing and Construction Bureau" in en


def test_the_panel_and_the_viewers_are_counted_apart(stage: Stage) -> None:
    stage.stand("verdict", NORMAL["verdict"], "en")
    [told] = stage.page.evaluate(TEXT)
    for said in ("30 votes", "63.3%", "45.5% to 78.1%", "4,515 votes", "26.7%", "25.4% to 28.0%"):
        assert said in told
    for pooled in ("4,545", "1,223", "3,322", "26.9%"):
        assert pooled not in told


def test_an_open_verdict_says_how_many_and_not_what(stage: Stage) -> None:
    stage.stand("verdict", {**NORMAL["verdict"], "open": True, "ends_at": NOW + 22_100}, "en")
    [told] = stage.page.evaluate(TEXT)
    assert "30 have voted" in told
    assert "4,515 have voted" in told
    assert "0:23" in told
    assert "%" not in told


def test_few_votes_have_no_interval(stage: Stage) -> None:
    stage.stand("verdict", OVERFULL["verdict"], "en")
    [told] = stage.page.evaluate(TEXT)
    assert "too few to infer from" in told
    assert "99.9%" in told
    assert "100%" not in told, "nine were not satisfied"


def test_what_is_longer_than_promised_ends_in_dots_inside(stage: Stage) -> None:
    for lang, text in (("zh-CN", "长" * 5000), ("en", "W" * 5000)):
        stage.stand("question_card", {**NORMAL["question_card"], "text": text}, lang)
        found = stage.examine()
        assert any(told.startswith("cut") for told in found["clipped"])
        [box] = found["plates"]
        assert box["top"] >= 54
        assert alpha_faults(stage.picture(), [box], 1) == []


PHASES: list[tuple[str, str, dict[str, Any]]] = [
    ("2:00", "left", {}), ("0:30", "ending soon", {"started_at": NOW - 150_000}),
    ("0:50", "ending soon", {"started_at": NOW - 130_000, "warning_ms": 60_000}),
    ("0:10", "wrap up", {"started_at": NOW - 170_000}),
    ("+0:05", "over time", {"started_at": NOW - 185_000, "time_called_at": NOW - 5000}),
    ("2:10", "paused", {"started_at": NOW - 60_000, "paused_at": NOW - 10_000}),
]  # fmt: skip


def test_the_countdown_counts_on_the_clock_that_it_is_given(stage: Stage) -> None:
    for digits, word, others in PHASES:
        stage.stand("countdown", {**NORMAL["countdown"], "timer": slot(**others)}, "en")
        assert stage.page.evaluate(TEXT) == [f"Li Mingyuan {digits} {word}"]
    stage.stand("countdown", NORMAL["countdown"], "en")
    given = "(now) => { document.querySelector('inquiry-countdown').clock = { now: () => now, isFresh: true }; }"
    stage.page.evaluate(given, NOW + 1000)
    eventually(lambda: stage.page.evaluate(TEXT) == ["Li Mingyuan 1:59 left"])
    stage.page.evaluate("document.querySelector('inquiry-countdown').clock.isFresh = false")
    eventually(lambda: stage.page.evaluate(TEXT) == ["Li Mingyuan –:–– out of step"])
