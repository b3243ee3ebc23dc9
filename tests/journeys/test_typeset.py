"""How text fits its box, and how its lines break: between phrases, never inside a word; signs that no font draws."""

import pytest

from tests.journeys.conftest import OpenBench

pytestmark = pytest.mark.journey

FIT = """<style>[data-fit] {{ width: 800px; height: {height}px; margin: 0; font: 96px/1.3 sans-serif; overflow: hidden;
overflow-wrap: anywhere }}</style><p id="text" data-fit></p><script type="module" src="/static/base/fit.js"></script>"""

FITS = """(text) => new Promise((resolve) => {
  const box = document.getElementById("text");
  if (text !== null) box.textContent = text;
  requestAnimationFrame(() => requestAnimationFrame(() => resolve({
    size: parseFloat(getComputedStyle(box).fontSize),
    fits: box.scrollHeight <= box.clientHeight + 1 && box.scrollWidth <= box.clientWidth + 1,
  })));
})"""


def test_text_always_fits_its_box(bench: OpenBench) -> None:
    page = bench(FIT.format(height=300))
    page.wait_for_load_state("load")
    for text in ("路灯", "路灯什么时候能亮？" * 8, "长" * 500, "W" * 500, "long words " * 60):
        shown = page.evaluate(FITS, text)
        assert shown["fits"], f"{len(text)} characters stick out at {shown['size']} px"
        assert shown["size"] >= 12, "nobody can read this"


def test_short_text_is_large_and_grows_back(bench: OpenBench) -> None:
    page = bench(FIT.format(height=300))
    page.wait_for_load_state("load")
    assert page.evaluate(FITS, "路灯")["size"] == 96
    small = page.evaluate(FITS, "长" * 400)["size"]
    assert small < 40
    page.evaluate("document.getElementById('text').style.height = '150px'")
    squeezed = page.evaluate(FITS, None)
    assert squeezed["fits"]
    assert squeezed["size"] < small
    assert page.evaluate(FITS, "亮了")["size"] == 96


def test_text_never_falls_below_its_least_size_and_says_that_it_is_cut(bench: OpenBench) -> None:
    page = bench(FIT.format(height=300).replace("data-fit>", 'data-fit data-least="0.5">'))
    page.wait_for_load_state("load")
    cut = "document.getElementById('text').classList.contains('is-cut')"
    assert page.evaluate(FITS, "长" * 500)["size"] == 48
    assert page.evaluate(cut)
    assert page.evaluate("document.getElementById('text').style.getPropertyValue('--fit-lines')") == "4"
    assert page.evaluate(FITS, "路灯什么时候能亮？" * 4)["fits"]
    assert not page.evaluate(cut)


# --- typeset.js -----------------------------------------------------------------------------------------------------

PHRASES = {
    "请问什么时候给老小区一个明确的说法？": "请问|什么时候|给老小区|一个|明确的|说法？",
    "菜场三十天之内能不能搬完": "菜场|三十天|之内|能不能|搬完",
    "路灯2026年11月3日修好，又坏了！": "路灯|2026年11月3日|修好，|又坏了！",
    "现在雨天一脚泥，晴天一身灰。": "现在|雨天|一脚泥，|晴天|一身灰。",
    "第1条：《条例》怎么说？\n谁来管？": "第1条：|《条例》|怎么说？\n|谁来管？",
    "When will the lamps be repaired?": "When will the lamps be repaired?",
}


def test_lines_break_between_phrases_and_never_before_a_comma(bench: OpenBench) -> None:
    page = bench()
    told = page.evaluate(
        "(texts) => import('/static/base/typeset.js').then(({ phrases }) => texts.map((text) => phrases(text)))",
        list(PHRASES),
    )
    assert ["".join(one) for one in told] == list(PHRASES)
    assert ["|".join(one) for one in told] == list(PHRASES.values())


LINES = """([text, width]) => import('/static/base/typeset.js').then(async ({ typeset }) => {
  const { render } = await import('/static/vendor/lit-html/lit-html.js');
  const box = document.body.appendChild(document.createElement("p"));
  Object.assign(box, { className: "typeset" });
  Object.assign(box.style, { width: `${width}px`, font: "20px/1.4 sans-serif", margin: 0 });
  render(typeset(text), box);
  const lines = [];
  const walker = document.createTreeWalker(box, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    for (let at = 0; at < node.length; at += 1) {
      const range = document.createRange();
      range.setStart(node, at); range.setEnd(node, at + 1);
      const top = Math.round(range.getBoundingClientRect().top);
      if (lines.at(-1)?.top === top) lines.at(-1).text += node.data[at];
      else lines.push({ top, text: node.data[at] });
    }
  }
  return lines.map((line) => line.text);
})"""


def test_no_line_ends_inside_a_word_and_the_last_is_not_one_letter(bench: OpenBench) -> None:
    text = "我们小区的菜场说好去年搬迁，到现在还占着消防通道。请问什么时候给老小区一个明确的说法？"
    page = bench('<link rel="stylesheet" href="/static/base/base.css">')
    for width in range(180, 700, 40):
        lines = page.evaluate(LINES, [text, width])
        assert "".join(lines) == text
        ends = [len("".join(lines[:at])) for at in range(1, len(lines))]
        for word in ("小区的", "菜场", "消防", "什么", "时候", "给老小区", "说法？"):
            begins = text.index(word)
            assert not [end for end in ends if begins < end < begins + len(word)], (width, lines)
        assert len(lines[-1]) > 2, lines


def test_an_emoji_that_no_font_draws_is_a_word(bench: OpenBench) -> None:
    page = bench()
    shown = page.evaluate(
        "import('/static/base/typeset.js').then(({ drawable }) => drawable('修路\U0001f6b6，路灯2号©'))"
    )
    assert shown in ("修路\U0001f6b6，路灯2号©", "修路[表情]，路灯2号©")
