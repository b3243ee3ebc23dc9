"""The life of a layer as OGraf has it, from load to dispose; how it comes and goes; a ticker's pace."""

import pytest

from tests.graphics_layers.cases import LAYERS, NORMAL, OVERFULL
from tests.graphics_layers.stage import Stage

pytestmark = pytest.mark.journey


@pytest.fixture
def stage(stage: Stage) -> Stage:
    """For somebody whom motion does not trouble."""
    stage.page.emulate_media(reduced_motion="no-preference")
    return stage


LIFE = """async ({ name, data }) => {
  const picture = document.getElementById("picture");
  for (const one of picture.children) await one.dispose();
  picture.replaceChildren();
  await import(`/static/graphics/layers/${name}.js`);
  const layer = document.createElement(`inquiry-${name.replaceAll("_", "-")}`);
  layer.lang = "en";
  picture.append(layer);
  const stage = layer.shadowRoot.querySelector(".stage");
  const seen = () => getComputedStyle(stage).visibility === "visible" && getComputedStyle(stage).opacity === "1";
  const told = { unloaded: await layer.playAction({}), other: await layer.load({ data, renderType: "non-realtime" }) };
  told.loaded = await layer.load({ data, renderType: "realtime", renderCharacteristics: {} });
  told.hidden = !seen();
  const playing = layer.playAction({});
  told.animated = stage.getAnimations().map((one) => one.effect.getTiming().duration);
  told.played = await playing;
  told.seen = seen();
  told.updated = await layer.updateAction({ data: {} });
  told.still = stage.getAnimations().length === 0 && seen();
  told.again = await layer.playAction({ goto: 0 });
  told.stands = seen();
  told.ended = await layer.playAction({});
  told.gone = getComputedStyle(stage).visibility;
  await layer.playAction({ skipAnimation: true });
  told.back = seen() && stage.getAnimations().length === 0;
  const stopping = layer.stopAction({});
  told.leaving = stage.getAnimations().length > 0;
  told.stopped = await stopping;
  told.unknown = await layer.customAction({ id: "dance", payload: null });
  told.disposed = await layer.dispose({});
  told.empty = layer.shadowRoot.textContent.trim();
  return told;
}"""


@pytest.mark.parametrize("name", LAYERS)
def test_a_layer_lives_as_ograf_says(stage: Stage, name: str) -> None:
    told = stage.page.evaluate(LIFE, {"name": name, "data": NORMAL[name]})
    assert told["unloaded"]["statusCode"] == 409
    assert told["other"]["statusCode"] == 400
    assert told["loaded"] == told["updated"] == told["stopped"] == told["disposed"] == {"statusCode": 200}
    assert told["played"] == told["again"] == {"statusCode": 200, "currentStep": 0}
    assert told["ended"]["statusCode"] == 200
    assert told["ended"].get("currentStep") is None
    assert [key for key in ("hidden", "seen", "still", "stands", "back", "leaving") if not told[key]] == []
    assert told["animated"]
    assert set(told["animated"]) == {300}
    assert told["gone"] == "hidden"
    assert told["unknown"]["statusCode"] == 400
    assert told["empty"] == ""


def test_with_less_motion_it_is_there_at_once(stage: Stage) -> None:
    stage.page.emulate_media(reduced_motion="reduce")
    for name in LAYERS:
        stage.stand(name, NORMAL[name])
        stopped = stage.page.evaluate(
            """async () => {
              const layer = document.getElementById("picture").firstElementChild;
              const stage = layer.shadowRoot.querySelector(".stage");
              const gone = layer.stopAction({});
              const moving = stage.getAnimations().length;
              await gone;
              return [moving, getComputedStyle(stage).visibility];
            }"""
        )
        assert stopped == [0, "hidden"], name


def test_a_part_of_the_data_changes_that_part(stage: Stage) -> None:
    stage.stand("lower_third", NORMAL["lower_third"], "en")
    told = stage.page.evaluate(
        """async () => {
          const layer = document.querySelector("inquiry-lower-third");
          await layer.updateAction({ data: { name: "周晓岚" } });
          return layer.shadowRoot.textContent.replace(/\\s+/g, " ").trim();
        }"""
    )
    assert told == "周晓岚 Director, Housing and Construction Bureau"


# --- the ticker -------------------------------------------------------------------------------------------------------

PACE = """() => {
  const frame = document.querySelector("inquiry-ticker").shadowRoot.querySelector(".window");
  const [moving] = frame.querySelector(".belt").getAnimations();
  if (!moving) return { way: frame.dataset.way };
  const [from, to] = moving.effect.getKeyframes().map((one) => parseFloat(one.translate));
  const round = frame.querySelector(".strip").offsetWidth;
  return { way: frame.dataset.way, state: moving.playState, at: moving.currentTime, loops: from - to === round,
    pace: (from - to) / (moving.effect.getTiming().duration / 1000) };
}"""


def test_the_ticker_passes_at_one_speed_and_can_be_paused(stage: Stage) -> None:
    paces = []
    for lines in (OVERFULL["ticker"]["lines"], OVERFULL["ticker"]["lines"] * 3):
        stage.stand("ticker", {"lines": lines})
        told = stage.page.evaluate(PACE)
        assert (told["way"], told["state"], told["loops"]) == ("moving", "running", True)
        paces.append(told["pace"])
    assert paces == pytest.approx([120, 120])
    stage.page.evaluate(
        """async () => {
          const layer = document.querySelector("inquiry-ticker");
          const [moving] = layer.shadowRoot.querySelector(".belt").getAnimations();
          moving.pause();
          moving.currentTime = 5000;
          await layer.updateAction({ data: { paused: true } });
        }"""
    )
    paused = stage.page.evaluate(PACE)
    assert paused["state"] == "paused"
    assert paused["at"] == pytest.approx(5000), "it goes on from where it was"


def test_lines_that_fit_stand_still(stage: Stage) -> None:
    stage.stand("ticker", NORMAL["ticker"])
    assert stage.page.evaluate(PACE) == {"way": "still"}


def test_with_less_motion_one_piece_stands_after_the_other(stage: Stage) -> None:
    stage.page.emulate_media(reduced_motion="reduce")
    stage.page.clock.install()
    stage.stand("ticker", {"lines": OVERFULL["ticker"]["lines"][:1]})
    shown = []
    for _ in range(45):
        text, fits = stage.page.evaluate(
            """() => {
              const frame = document.querySelector("inquiry-ticker").shadowRoot.querySelector(".window");
              const single = frame.querySelector(".single");
              return [single.textContent, single.scrollWidth <= frame.clientWidth];
            }"""
        )
        assert fits
        if not shown or shown[-1] != text:
            shown.append(text)
        stage.page.clock.run_for(2000)
    whole = OVERFULL["ticker"]["lines"][0]["text"]
    assert "".join(shown).startswith(whole)
    assert len(shown) > 5
