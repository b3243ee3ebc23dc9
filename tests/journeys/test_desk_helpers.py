"""What the desks' scripts decide by themselves: dates as a clerk types them, and lists that stand still."""

from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.journeys.conftest import OpenBench
from tests.support.browser import Chromium

pytestmark = pytest.mark.journey

#: Sunday, the day on which everything below is typed; the last weekend before the new year is made up for.
CALENDAR = {"today": "2026-11-22", "off": ["2027-01-01"], "on": ["2026-12-27"], "known_to": "2026-12-31"}

TYPED = {
    "+7": "2026-11-29", "30": "2026-12-22", "＋１５": "2026-12-07", "二十天内": "2026-12-12", "15日内": "2026-12-07",
    "一周内": "2026-11-29", "两周": "2026-12-06", "3个月": "2027-02-22", "半年": "2027-05-22", "半个月": "2026-12-07",
    "10个工作日": "2026-12-04", "五个工作日内": "2026-11-27", "明天": "2026-11-23", "下周五": "2026-11-27",
    "周五前": "2026-11-27", "月底": "2026-11-30", "下月底": "2026-12-31", "季末": "2026-12-31", "年底前": "2026-12-31",
    "明年底": "2027-12-31", "15日": "2026-12-15", "25号": "2026-11-25", "三月底": "2027-03-31", "12-31": "2026-12-31",
    "1/5": "2027-01-05", "12月31日前": "2026-12-31", "十二月二十日": "2026-12-20", "2026-12-31": "2026-12-31",
    "2027年3月底": "2027-03-31", "eom": "2026-11-30", "end of year": "2026-12-31", "friday": "2026-11-27",
    "31 Dec": "2026-12-31", "Dec 31": "2026-12-31", "tomorrow": "2026-11-23",
    "": None, "尽快": None, "2月30日": None, "2026-13-01": None, "soon": None, "月": None, "天内": None,
    "13月底": None, "2027年13月": None, "0月": None, "半月底": None, "0026年3月1日": None,
}  # fmt: skip


@pytest.fixture
def page(bench: OpenBench) -> Page:
    return bench()


def run(page: Page, module: str, body: str, *given: Any) -> Any:
    """The value of `body`, a function of the module `m` and what is given."""
    script = f"async (given) => ((m, given) => {body})(await import('{module}'), given)"
    return page.evaluate(script, list(given))


DATES = "/static/clerk/dates.js"


def test_dates_are_read_as_they_are_typed(page: Page) -> None:
    read = run(page, DATES, "given[0].map((typed) => m.parseDue(typed, given[1]))", list(TYPED), CALENDAR)
    assert dict(zip(TYPED, read, strict=True)) == TYPED


#: What dates are typed with; every word of up to three of these is tried.
SIGNS = [*"0139+-/.年月日号周天底末内前下本明个半一两十零 ", "2026", "工作日", "mon", "dec", "eom", "wd", "m"]

TRY_ALL = """{ const wrong = []; const [signs, calendar] = given;
  const attempt = (typed) => { try { const found = m.parseDue(typed, calendar); m.dueInSpeech(typed, calendar);
    if (found !== null && !/^\\d{4}-\\d\\d-\\d\\d$/.test(found)) wrong.push(`${typed}: ${found}`);
  } catch (error) { wrong.push(`${typed}: ${error}`); } };
  for (const a of signs) { attempt(a);
    for (const b of signs) { attempt(a + b); for (const c of signs) attempt(a + b + c); } }
  return wrong.slice(0, 20); }"""


def test_whatever_is_typed_is_a_day_or_none(page: Page) -> None:
    assert run(page, DATES, TRY_ALL, SIGNS, CALENDAR) == []


@pytest.mark.parametrize(
    ("day", "kind", "known"),
    [
        ("2026-12-31", "workday", True), ("2026-12-26", "weekend", True), ("2026-12-27", "made_up", True),
        ("2027-01-01", "holiday", False),
    ],
)  # fmt: skip
def test_it_is_said_how_a_day_counts(page: Page, day: str, kind: str, known: bool) -> None:
    assert run(page, DATES, "m.kindOfDay(given[0], given[1])", day, CALENDAR) == {"kind": kind, "known": known}


def test_working_days_leave_out_holidays_and_count_made_up_ones(page: Page) -> None:
    # From the 22nd: the five days of that week, four of the next, the made-up Sunday among them, and so on.
    calendar = CALENDAR | {"today": "2026-12-25"}
    assert run(page, DATES, "m.parseDue('1个工作日', given[0])", calendar) == "2026-12-27"
    assert run(page, DATES, "m.parseDue('6个工作日', given[0])", calendar) == "2027-01-04"


@pytest.mark.parametrize(
    ("words", "due"),
    [
        ("材料清单一周内贴到每一个社区服务站。", "2026-11-29"),
        ("下月底先完工一半，年底前全部修好。", "2026-12-31"),
        ("会尽快梳理流程，逐步实现一窗受理。", None),
    ],
)
def test_the_last_date_in_what_was_said_is_offered(page: Page, words: str, due: str | None) -> None:
    assert run(page, DATES, "m.dueInSpeech(given[0], given[1])?.due ?? null", words, CALENDAR) == due


def test_the_session_clock_is_read(page: Page) -> None:
    typed = ["12:05", "1:02:05", "", "１２：０５", "12:75", "later"]
    read = run(page, DATES, "given[0].map((typed) => String(m.parseClock(typed)))", typed)
    assert read == ["725000", "3725000", "null", "725000", "NaN", "NaN"]


# --- what stands still -----------------------------------------------------------------------------------------------

LANE = "/static/desk/lane.js"


def ordered(page: Page, steps: str) -> Any:
    return run(page, LANE, f"{{ const order = new m.Order(); order.hear([1, 2, 3]); {steps} }}")


def test_newcomers_are_counted_and_move_nothing(page: Page) -> None:
    assert ordered(page, "order.hear([4, 1, 2, 3, 5]); return [order.ids, order.arrivals];") == [[1, 2, 3], 2]


def test_what_left_keeps_its_place_until_the_list_is_asked_for_anew(page: Page) -> None:
    assert ordered(page, "order.hear([1, 3]); return order.ids;") == [1, 2, 3]
    assert ordered(page, "order.hear([1, 3]); order.renew(); return order.ids;") == [1, 3]


def test_at_the_end_newcomers_are_appended(page: Page) -> None:
    assert ordered(page, "order.hear([4, 1, 2, 3]); order.append(); return [order.ids, order.arrivals];") == [
        [1, 2, 3, 4],
        0,
    ]


def test_another_order_is_noticed_but_not_taken(page: Page) -> None:
    assert ordered(page, "order.hear([3, 1, 2]); return [order.ids, order.moved];") == [[1, 2, 3], True]
    assert ordered(page, "order.hear([1, 2, 3, 4]); return order.moved;") is False


def test_an_empty_list_takes_the_first_questions_at_once(page: Page) -> None:
    assert run(page, LANE, "{ const order = new m.Order(); order.hear([7]); return order.ids; }") == [7]


PEOPLE = [{"name": "程远帆", "title": "局长"}, {"name": "林知远", "title": "副局长"}]


@pytest.mark.parametrize(
    ("slot", "people", "speaker", "title"),
    [
        (None, PEOPLE, "程远帆", "局长"),
        ({"speaker": "林知远", "speaker_title": "照明处处长"}, PEOPLE, "林知远", "照明处处长"),
        ({"speaker": "林知远", "speaker_title": ""}, PEOPLE, "林知远", "副局长"),
        ({"speaker": "外请专家", "speaker_title": ""}, PEOPLE, "外请专家", ""),
        (None, [], "", ""),
    ],
)
def test_a_response_begins_with_who_speaks_and_in_what_office(
    page: Page, slot: Any, people: list[Any], speaker: str, title: str
) -> None:
    preset = run(page, "/static/clerk/response.js", "m.whoSpeaks(given[0], given[1])", slot, people)
    assert preset == {"speaker": speaker, "title": title}


STATE = "/static/link/state.js"


def slot(number: int, unit: int, speaker: str, title: str) -> dict[str, Any]:
    return {"id": number, "unit": unit, "speaker": speaker, "speaker_title": title, "started_at": number}


def test_who_speaks_for_a_unit_keeps_the_title_of_their_last_slot(page: Page) -> None:
    slots = [
        slot(1, 2, "程远帆", "代局长"), slot(2, 2, "程远帆", "局长"), slot(3, 2, "程远帆", ""),
        slot(4, 2, "外请专家", "教授"),
        slot(5, 3, "林知远", "另一单位的职务"), slot(6, 2, "林知远", "照明处处长"),
    ]  # fmt: skip
    state = {"unit": {"2": {"id": 2, "head": "程远帆"}}, "slot": {one["id"]: one for one in slots}}
    officials = [
        {"name": "林知远", "title": "副局长"},
        {"name": "早先来过", "title": ""},
        {"name": "无职务者", "title": ""},
    ]
    earlier = {"程远帆": "副局长", "早先来过": "总工程师"}
    known = {"people": {"2": officials}, "titles": {"2": earlier, "3": {"无职务者": "另一单位的职务"}}}
    assert run(page, STATE, "m.speakersOf(given[0], given[1], 2)", state, known) == [
        {"name": "程远帆", "title": "局长"}, {"name": "林知远", "title": "副局长"},
        {"name": "早先来过", "title": "总工程师"}, {"name": "无职务者", "title": ""},
        {"name": "外请专家", "title": "教授"},
    ]  # fmt: skip
    assert run(page, STATE, "m.speakersOf(given[0], given[1], null)", state, known) == []


@pytest.mark.parametrize(
    ("state", "floor", "heard"), [("live", 1, 4), ("live", 2, None), ("live", None, 6), ("closed", None, None)]
)
def test_only_what_can_still_be_heard_is_asked_back(
    page: Page, state: str, floor: int | None, heard: int | None
) -> None:
    """On air; nothing while something else is; between two items, what was on air last; nothing after the close."""
    rows = {
        "session": {"9": {"state": state, "floor_item": floor}},
        "item": {"1": {"id": 1, "question": 4}, "2": {"id": 2, "question": None}},
        "question": {"4": {"id": 4}, "5": {"id": 5, "off_air_at": 100}, "6": {"id": 6, "off_air_at": 200}},
    }
    assert run(page, STATE, "m.inHearing(given[0])", rows) == heard


@pytest.mark.parametrize(("lanes", "number"), [({"approved": 6000, "aired": 3}, 6000), (None, 1)])
def test_the_close_counts_beyond_what_is_loaded(page: Page, lanes: dict[str, int] | None, number: int) -> None:
    """By the server's numbers where they are told; what is listed is what is loaded."""
    rows = {
        "question": {"1": {"id": 1, "number": 1, "state": "approved"}, "2": {"id": 2, "number": 2, "state": "merged"}},
        "response": {}, "totals": {"9": {"id": 9, "waiting": 34}},
    } | ({"lanes": {"9": {"id": 9} | lanes}} if lanes else {})  # fmt: skip
    matters = run(page, "/static/host/close.js", "m.openMatters(given[0])", rows)
    assert ([one["id"] for one in matters["unaired"]], matters["number"], matters["waiting"]) == ([1], number, 34)


@pytest.mark.parametrize(
    ("medium", "floor", "prompted"), [("spoken", 1, True), ("spoken", 2, False), ("written", 1, False)]
)
def test_the_clerk_reads_that_the_host_is_prompted_only_when_it_is_so(
    page: Page, medium: str, floor: int, prompted: bool
) -> None:
    response = {
        "id": 7, "question": 4, "unit": 2, "speaker": "程远帆", "medium": medium, "kind": "generic_commitment",
        "text": "会尽快处理。",
        "vague": ["尽快"], "dateless": True, "recorded_at": 1, "started_ms": None, "ended_ms": None,
    }  # fmt: skip
    state = {
        "session": {"9": {"state": "live", "floor_item": floor}}, "unit": {}, "response": {"7": response},
        "item": {"1": {"id": 1, "question": 4}, "2": {"id": 2, "question": None}},
        "question": {"4": {"id": 4, "off_air_at": None}},
    }  # fmt: skip
    shown = run(
        page, "/static/clerk/record.js",
        "import('/static/vendor/lit-html/lit-html.js').then(({ render }) => {"
        " render(m.recordPane(given[0], 4, {}), document.body); return document.body.innerText; })", state,
    )  # fmt: skip
    told = run(page, "/static/host/prompts.js", "m.promptsOf(given[0]).length", state)
    assert ("已提示主持人追问" in shown) is prompted
    assert ("已不在台上" in shown) is not prompted
    assert bool(told) is prompted


@pytest.mark.parametrize(
    ("votes", "before", "supports", "shown"),
    [
        (10, 10, True, 11),
        (11, 10, True, 11),
        (14, 10, True, 14),
        (10, 10, False, 9),
        (9, 10, False, 9),
        (6, 10, False, 6),
    ],
)
def test_my_support_is_counted_once_whether_the_tick_or_the_answer_comes_first(
    page: Page, votes: int, before: int, supports: bool, shown: int
) -> None:
    told = {"votes": votes, "before": before}
    assert run(page, "/static/phone/support.js", "m.withMine(given[0], given[1])", told, supports) == shown


QUALITY = "/static/stage/quality.js"


def _reported(at_ms: int, sent: int, *heard: tuple[float, float]) -> list[dict[str, object]]:
    """What a browser reports that sends sound and picture: round trips in seconds and lost shares, as it was told."""
    told = [{"type": "remote-inbound-rtp", "roundTripTime": trip, "fractionLost": lost} for trip, lost in heard]
    return [{"type": "outbound-rtp", "timestamp": at_ms, "bytesSent": sent}, {"type": "codec"}, *told]


@pytest.mark.parametrize(
    ("heard", "expected"),
    [
        ([(0.024, 0.0)], ("good", 24, 0.0)),
        ([(0.024, 0.0), (0.1, 0.01)], ("good", 100, 0.01)),
        ([(0.3, 0.02)], ("good", 300, 0.02)),
        ([(0.31, 0.0)], ("fair", 310, 0.0)),
        ([(0.02, 0.0), (0.02, 0.03)], ("fair", 20, 0.03)),
        ([(0.9, 0.0)], ("bad", 900, 0.0)),
        ([(0.02, 0.2)], ("bad", 20, 0.2)),
    ],
)  # fmt: skip
def test_a_line_is_as_good_as_its_worse_half(
    page: Page, heard: list[tuple[float, float]], expected: tuple[str, int, float]
) -> None:
    found = run(
        page, QUALITY, "m.quality(...given.map((one) => new Map(Object.entries(one))))",
        _reported(5000, 500_000, *heard), _reported(3000, 250_000),
    )  # fmt: skip
    assert (found["level"], found["ms"], found["lost"], found["kbits"]) == (*expected, 1000)


def test_of_a_line_of_which_nothing_was_told_nothing_is_said(page: Page) -> None:
    assert run(page, QUALITY, "m.quality(new Map(Object.entries(given[0])))", _reported(1, 1)) is None
    first = run(page, QUALITY, "m.quality(new Map(Object.entries(given[0])))", _reported(5000, 9, (0.02, 0)))
    assert first["kbits"] == 0, "there is no earlier report"


CAPTION_DESK = """<div data-captions><form method="post" action="/do/media.caption">
<input type="hidden" name="session" value="7"><input type="hidden" name="client_id" value="of the page">
<input name="text"></form><p data-refused-line hidden>没有收到。</p></div>
<ol data-written></ol><p data-nothing-written></p>
<script type="module" src="/static/recording/captions.js"></script>"""


def test_a_caption_whose_answer_was_lost_is_sent_again_under_its_key(bench: OpenBench, chromium: Chromium) -> None:
    chromium.expect("Failed to load resource")
    page, sent, lost = bench(CAPTION_DESK), [], ["路灯"]

    def answer(route: Route) -> None:
        line = route.request.post_data_json
        sent.append((line["text"], line["client_id"]))
        if line["text"] in lost:  # by the network, after it was taken; then it is the server's word that it is not
            lost.remove(line["text"])
            route.abort()
        elif line["text"] == "坏了" and sum(text == "坏了" for text, _key in sent) == 1:
            route.fulfill(
                status=503, json={"ok": False, "error": {"code": "BUSY", "message": "请稍后再试。", "data": {}}}
            )
        else:
            route.fulfill(json={"ok": True, "caption": 1})

    page.route("**/api/media.caption", answer)
    page.wait_for_function("document.readyState === 'complete'")
    field = page.locator("input[name=text]")
    for text in ("路灯", "坏了", "三年"):  # the next are typed while the first waits for its answer
        field.fill(text)
        field.press("Enter")
    expect(page.locator("[data-refused-line]")).to_have_text("没有收到。 请稍后再试。")
    assert [text for text, _key in sent] == ["路灯", "路灯", "坏了"]
    expect(field).to_have_value("坏了 三年")
    field.fill("坏了 三年 没人修")
    with page.expect_response(lambda response: "没人修" in (response.request.post_data or "")):
        field.press("Enter")
    expect(page.locator("[data-refused-line]")).to_be_hidden()
    assert [text for text, _key in sent] == ["路灯", "路灯", "坏了", "坏了", "三年", "没人修"]
    assert (sent[0], sent[2]) == (sent[1], sent[3])
    assert len({key for _text, key in sent}) == 4
