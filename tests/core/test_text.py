"""What people type: kept, counted, searched, compared; and what officials say about time."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inquiry.core.text import (
    LONGEST_GRAM,
    SIMILAR,
    SIMPLIFIED,
    VAGUE_WORDS,
    Unfit,
    UnfitText,
    clean,
    grams,
    length,
    mentions_date,
    overlap,
    search_terms,
    searchable,
    similarity,
    vague_words_in,
)

# Every letter that a question in one of these languages is written with must come out as it went in.
SURVIVES = {
    "chinese": "小区门口的路灯坏了三个月，什么时候修？",
    "traditional": "請問路燈什麼時候修好？",
    "rare ideographs": "𠮷野家旁的𫠊子巷、㐂福里，请问归哪个街道管？",
    "newer ideograph than the tables": "村名里的\U000323a0字打不出来",
    "ideographic variation": "葛\U000e0100城路",
    "uyghur": "كوچا چىرىغى قاچان ئوڭشىلىدۇ؟",
    "vowelled arabic": "\u0645\u064e\u0631\u0652\u062d\u064e\u0628\u064b\u0627 \u0644\u0644\u0651\u064e\u0670\u0647",
    "persian with non-joiner": "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645 \u0646\u0647\u200c\u0627\u06cc",
    "tibetan stacks": "\u0f56\u0f66\u0f92\u0fb2\u0f74\u0f56\u0f66\u0f0b \u0f67\u0f71\u0f74\u0f83\u0f0d",
    "mongolian with selectors": "\u182e\u1823\u1829\u182d\u1823\u182f \u182a\u1822\u182d\u180c \u1820\u180e\u1820",
    "thai": "ไฟถนนหน้าหมู่บ้านเสียสามเดือนแล้ว ทำไมไม่ซ่อม",
    "burmese": "\u101c\u103b\u103e\u1031\u102c\u1037 \u1000\u103b\u103d\u1014\u103a\u102f\u1015\u103a",
    "hindi": "सड़क की बत्ती कब ठीक होगी?",
    "sinhala with joiner": "\u0dc1\u0dca\u200d\u0dbb\u0dd3 \u0dbd\u0d82\u0d9a\u0dcf",
    "hangul": "가로등은 언제 고치나요?",
    "emoji family": "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466 一家四口",
    "emoji kiss with tones": "\U0001f469\U0001f3fd\u200d\u2764\ufe0f\u200d\U0001f48b\u200d\U0001f468\U0001f3fb",
    "flags": "\U0001f1e8\U0001f1f3 \U0001f1ed\U0001f1f0",
    "flag of scotland": "\U0001f3f4\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",
    "keycap": "1\ufe0f\u20e3 和 #\ufe0f\u20e3",
    "emoji newer than the tables": "支持\U0001fae9\U0001fa77",
    "full-width": "ＡＢＣ１２３，“引号”——破折号……",
    "tab and line": "一、路灯\n二、\t井盖",
}


@pytest.mark.parametrize("text", SURVIVES.values(), ids=SURVIVES.keys())
def test_writing_survives(text):
    assert clean(text) == unicodedata.normalize("NFC", text)


@pytest.mark.parametrize("text", ["Đường phố hỏng rồi, khi nào sửa ạ?", "Ṩ ộ ǡ é"])
def test_decomposed_letters_are_composed(text):
    assert clean(unicodedata.normalize("NFD", text)) == text


TIDIED = [
    ("  路灯坏了。 \t\n", "路灯坏了。"),
    ("\u3000\u3000路灯坏了。\u3000", "路灯坏了。"),
    ("一\r\n二\r三\u2028四\u2029五", "一\n二\n三\n四\n五"),
    ("一  \n二\u3000\n三", "一\n二\n三"),
    ("一\n\n\n二", "一\n\n\n二"),
    ("一\n\n\n\n\n\n二", "一\n\n\n二"),
    ("一\n \n\t\n \n\u3000\n二", "一\n\n\n二"),
    ("\ufeff路\u200b灯\u00ad坏\u2060了\ufffc", "路灯坏了"),
    ("\u3164\u2800\uffa0\u115f\u1160", ""),
    *(
        (f"局长{bidi}说", "局长说")
        for bidi in "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
    ),
    ("路灯" + "".join(chr(0xE0000 + ord(c)) for c in "hidden"), "路灯"),
    ("\U0001f3f4\U000e0075\U000e0073\U000e0074\U000e0078\U000e007f", "\U0001f3f4"),
    ("路\u2063灯\u206a", "路灯"),
    ("\ufff9路\ufffalu\ufffb", "路lu"),
    ("", ""),
]


@pytest.mark.parametrize(("typed", "kept"), TIDIED)
def test_clean_tidies(typed, kept):
    assert clean(typed) == kept


HOSTILE = [
    ("路灯\x00", Unfit.CONTROL_CHARACTERS),
    ("路灯\x07", Unfit.CONTROL_CHARACTERS),
    ("\x1b[31m路灯", Unfit.CONTROL_CHARACTERS),
    ("路\x7f灯", Unfit.CONTROL_CHARACTERS),
    ("路\x85灯", Unfit.CONTROL_CHARACTERS),
    ("路\x0b灯\x0c", Unfit.CONTROL_CHARACTERS),
    ("路\ue000灯", Unfit.UNKNOWN_CHARACTERS),
    ("路\U000f0000灯", Unfit.UNKNOWN_CHARACTERS),
    ("路\ufdd0灯", Unfit.UNKNOWN_CHARACTERS),
    ("路\uffff灯", Unfit.UNKNOWN_CHARACTERS),
    ("路\U0001ffff灯", Unfit.UNKNOWN_CHARACTERS),
    ("路\U0003ffff灯", Unfit.UNKNOWN_CHARACTERS),
    ("路\U0010ffff灯", Unfit.UNKNOWN_CHARACTERS),
    ("路\u0378灯", Unfit.UNKNOWN_CHARACTERS),
    ("路\U000e0fff灯", Unfit.UNKNOWN_CHARACTERS),
    ("路\ud800灯", Unfit.BROKEN_ENCODING),
    ("路\udc4e灯", Unfit.BROKEN_ENCODING),
    ("Z" + "\u0336\u0321\u0353\u0317\u0301" + "algo", Unfit.COMBINING_FLOOD),
    ("灯" + "\u0489" * 5, Unfit.COMBINING_FLOOD),
    ("กิ้้้้้้้้", Unfit.COMBINING_FLOOD),
    ("灯" + "\u0301\ufe0f" * 5, Unfit.COMBINING_FLOOD),
    ("\u0301" * 100_000 + "\u0323" * 100_000, Unfit.COMBINING_FLOOD),
    ("a" + "\u0344" * 4, Unfit.COMBINING_FLOOD),  # composing doubles the marks
    ("\u2764\ufe0f\ufe0f", Unfit.VARIATION_FLOOD),
    ("灯\U000e0100\U000e0101\U000e0102", Unfit.VARIATION_FLOOD),
    ("\U0001f469\u200d\u200d\U0001f469", Unfit.JOINER_FLOOD),
    ("路\u200c\u200d灯", Unfit.JOINER_FLOOD),
    ("\U0001f469\u200d" * 9 + "\U0001f469", Unfit.JOINER_FLOOD),
    ("\U0001f469\U0001f3fd\u200d" * 9 + "\U0001f469", Unfit.JOINER_FLOOD),
]


@pytest.mark.parametrize(("text", "reason"), HOSTILE)
def test_hostile_text_is_refused(text, reason):
    with pytest.raises(UnfitText) as refused:
        clean(text)
    assert refused.value.reason is reason


def test_a_refusal_is_a_value_error_with_its_reason_in_words():
    assert issubclass(UnfitText, ValueError)
    assert str(UnfitText(Unfit.UNKNOWN_CHARACTERS)) == "unknown_characters"


def test_limits_are_exact():
    marked = "x\u0336\u0321\u0331\u0353"
    assert clean(marked) == marked
    joined = "\u200d".join("\U0001f469" * 9)
    assert clean(joined) == joined


@given(st.text())
def test_cleaning_what_is_clean_changes_nothing(text):
    try:
        kept = clean(text)
    except UnfitText:
        return
    assert clean(kept) == kept
    assert unicodedata.is_normalized("NFC", kept)


def test_no_format_character_is_a_reason_to_refuse():
    """149 of them are dropped; those that scripts need stay."""
    formats = [chr(one) for one in range(0x110000) if unicodedata.category(chr(one)) == "Cf"]
    kept = [char for char in formats if clean(f"路{char}灯") != "路灯"]
    assert set(kept) == set("\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\u180e\u200c\u200d")


def test_every_radical_is_searched_as_a_character():
    radicals = [chr(one) for one in range(0x2E80, 0x2FE0) if unicodedata.category(chr(one)) == "So"]
    without = [char for char in radicals if "\u2e80" <= searchable(char) <= "\u2fdf"]
    assert without == ["\u2e80"], "the sign of repetition stands for none"


TERMS = [
    ("", []), ("  \u3000 ", []), ("路灯 湖滨", ["路灯", "湖滨"]), ("路灯　路燈", ["路灯"]),
    ("ＢＲＴ\u200e  3", ["brt", "3"]),
    ("一 二 三 四 五 六 七 八 九", list("一二三四五六七八")), ("\u202e", []),
]  # fmt: skip


@pytest.mark.parametrize(("typed", "terms"), TERMS)
def test_a_search_is_words_in_any_order(typed, terms):
    assert search_terms(typed) == terms


LENGTHS = [
    ("", 0),
    ("路灯", 2),
    ("路灯坏了！？", 6),
    ("ＡＢ，。", 4),
    ("a b\nc", 5),
    ("Vie\u0323\u0302t", 4),
    ("ที่นี่", 2),
    ("葛\U000e0100城", 2),
    ("\U0001f44d\U0001f3fd", 1),
    ("\u2764\ufe0f", 1),
    ("1\ufe0f\u20e3", 1),
    (SURVIVES["emoji family"], 6),
    (SURVIVES["emoji kiss with tones"], 1),
    ("\U0001f1e8\U0001f1f3\U0001f1ed\U0001f1f0", 2),
    (SURVIVES["flag of scotland"], 1),
    ("\U0001f642\u200d\u2194\ufe0f", 1),
    ("\u0645\u06cc\u200c\u062e", 3),
    ("가로등", 3),
]


@pytest.mark.parametrize(("text", "count"), LENGTHS)
def test_length_is_what_a_person_counts(text, count):
    assert length(text) == count


STACKABLE = "a灯\u0301\u0489\ufe0f\u200c\u200d\U0001f469\U0001f3fd\U0001f1e8\u180e\u0600"


@given(st.text(alphabet=STACKABLE, max_size=200))
def test_a_limit_on_the_length_limits_the_size(text):
    """Whatever hides in one counted character is refused as a flood before it grows large."""
    try:
        kept = clean(text)
    except UnfitText:
        return
    assert len(kept) <= 80 * (length(kept) + 1)


@pytest.mark.parametrize("char", ["\u0600", "\u180e", "\u093e", "\u0e33", "\u2800", "\u00a0"])
def test_no_character_repeats_for_nothing(char):
    kept = clean("灯" + char * 600 + "灯")
    assert kept == "灯灯" or length(kept) >= 600


SEARCHABLE = [
    ("  Ｋ１２　公交\n线 ", "k12 公交 线"),
    ("ROUTE Straße", "route strasse"),
    ("請問路燈什麼時候修復", "请问路灯什麼时候修复"),
    ("違規佔道經營，噪聲擾民", "违规占道经营,噪声扰民"),
    ("㈱①⑨", "(株)19"),
    ("\u2764\ufe0f葛\U000e0100城", "\u2764葛城"),
    ("路\u200b灯\u202e坏\x00了\ud800\u3164", "路灯坏了"),
    ("路灯\x1f\t\u3000坏了", "路灯 坏了"),
    ("⼈⺠路⻋站，⽔务局", "人民路车站,水务局"),
    ("مي\u200cخواهم\u2063", "ميخواهم"),
]


@pytest.mark.parametrize(("text", "folded"), SEARCHABLE)
def test_searchable(text, folded):
    assert searchable(text) == folded


def test_every_traditional_character_is_folded_in_one_step():
    assert len(SIMPLIFIED) > 500
    assert SIMPLIFIED.keys().isdisjoint(SIMPLIFIED.values())


@given(st.text())
def test_searchable_folds_once_and_for_all(text):
    assert searchable(searchable(text)) == searchable(text)


GRAMS = [
    ("路灯不亮", ["路灯", "灯不", "不亮"]),
    ("请问路灯什么时候修？", ["路灯"]),
    ("路灯路灯", ["路灯", "灯路"]),
    ("K12路公交，能不能加到3号口？", ["k12", "路公", "公交", "加到", "3", "号口"]),
    ("水？", ["水"]),
    ("请问怎么办？", []),
    ("", []),
    ("！？…", []),
    ("When will the street lights on Reed Lane be fixed?", ["street", "lights", "reed", "lane", "fixed"]),
    ("가로등", ["가로", "로등"]),
    ("x" * 100, ["x" * LONGEST_GRAM]),
]


@pytest.mark.parametrize(("text", "expected"), GRAMS)
def test_grams(text, expected):
    assert grams(text) == expected


SAME = [
    ("芦荡路的路灯什么时候能修好？", "请问芦荡路路灯坏了三个月，为什么没人修？"),
    ("菜场后门垃圾堆成山", "请问菜场后门的垃圾堆了半个月没人清运，夏天臭得开不了窗，孩子上学都绕着走，到底归谁管？"),
    ("柳荫里加装电梯卡在哪一步", "柳荫里小区加装电梯申请两年了，到底卡在哪里？"),
    ("芦荡路路灯不亮", "蘆蕩路路燈不亮，晚上看不見"),
    ("Street lights on Reed Lane are broken", "When will the street lights on Reed Lane be fixed?"),
    ("路灯", "路灯"),
]
DIFFERENT = [
    ("芦荡路的路灯什么时候能修好？", "学校门口的红绿灯时间太短"),
    ("请问什么时候能解决我们小区的问题？", "请问什么时候能解决停车的问题？"),
    ("菜场后门垃圾堆成山", "公交末班车太早，下夜班打不到车"),
    ("请问领导，到底什么时候能办？", "请问领导，到底怎么办？"),
    ("路灯", "路灯坏了以后装在电线杆上的监控也没有电，小偷一晚上撬了五辆车"),
    ("Street lights on Reed Lane are broken", "When will the last bus to the station run later?"),
]


@pytest.mark.parametrize(("a", "b"), SAME)
def test_the_same_question_in_other_words_is_similar(a, b):
    assert similarity(a, b) >= SIMILAR


@pytest.mark.parametrize(("a", "b"), DIFFERENT)
def test_another_question_is_not_similar(a, b):
    assert similarity(a, b) < SIMILAR


@given(st.text(), st.text())
def test_similarity_is_a_measure(a, b):
    assert 0 <= similarity(a, b) == similarity(b, a) <= 1
    assert similarity(a, a) == (1 if grams(a) else 0)


def test_overlap_needs_only_the_counts_a_query_can_make():
    a, b = "芦荡路的路灯坏了", "芦荡路路灯坏了没人修"
    assert overlap(len({*grams(a)} & {*grams(b)}), len(grams(a)), len(grams(b))) == similarity(a, b)


VAGUE = [
    ("我们将尽快整改，逐步解决。", ["尽快", "逐步"]),
    ("逐步推进，尽快落实，尽快反馈。", ["逐步", "尽快"]),
    ("此事正在研究，由有关部门积极协调。", ["正在研究", "有关部门", "积极协调"]),
    ("領導高度重視，將儘快答覆", ["高度重视", "尽快"]),
    ("We will fix it As Soon\nAs Possible.", ["as soon as possible"]),
    ("It will be done soon, in due course.", ["soon", "in due course"]),
    ("改为ASAP处理", ["asap"]),
    ("12月31日前完成路面修复。", []),
    ("非机动车可选择机动车道左侧通行。", []),
    ("请选合适时间上门。", []),
    ("不会早于最早日期。", []),
    ("No sooner than May; the reasonable cost is known.", []),
    ("", []),
]


@pytest.mark.parametrize(("text", "found"), VAGUE)
def test_vague_words(text, found):
    assert vague_words_in(text) == found


def test_the_list_of_vague_words_can_be_edited():
    assert vague_words_in("我们将尽快研究，适当考虑。", ["适当", "研究"]) == ["研究", "适当"]
    assert vague_words_in("进一步研究", ["研究", "进一步研究"]) == ["进一步研究"]
    assert vague_words_in("Wir kümmern uns C++ (bald)", ["C++", "(bald)", " "]) == ["C++", "(bald)"]
    assert vague_words_in("尽快", []) == []


@pytest.mark.parametrize("word", VAGUE_WORDS)
def test_every_listed_word_is_found(word):
    assert vague_words_in(f"我们会 {word} 办理") == [word]


NAMES_A_DATE = """
2026年3月15日前完成|3月15日完成|３月１５日|三月十五号|十二月三十一日前|3月底前开工|3月份|2026年3月|2026年底
2026 年 3 月 15 日|2027年6月
本月底|年底前|今年年底|年内办结|明年上半年|明年初|2027年初|明年3月|月底之前|月末|下月中旬|下旬|一季度末|第三季度|下半年开工
本季度内|年中前
下周五|周五给您答复|本周内|这周|下个月|下下周|星期三上午|礼拜天|周末之前
一个月内|两周之内|三个工作日内|十个工作日办结|10个工作日|48小时内|半个月以内|一个半月内|半年内|两年内|15天内
30分钟内|三天后
明天|明早八点|后天上午|今晚就修|今天之内|即日起|15日前|20号之前|十五日前
春节前|国庆节前|国庆假期期间|汛期前|开学之前|供暖期前|十一前
2026-03-15|2026/3/15|2026.3.15|于2026-12-31完成|2026-03
by 15 March|March 15th|on the 3rd of April 2027|by March|in May|mid-June|late November|by the end of June
end of the month|by year-end
within two weeks|within 10 working days|in three months|within 48 hours|in half an hour|within the next 5 days
by Friday|next week
tomorrow|tonight|this quarter|in Q3|by the 15th|before Spring Festival|15/03/2026|by 2027|在15 March前
the first quarter|next Monday
"""
NAMES_NO_DATE = """
尽快整改|马上就办|以后会好的|逐步推进|我们高度重视|立即整改|近期|日前已整改|近日
24小时热线|全天24小时值守|一日三餐|岁月不饶人|三年前就反映过|两个月来没人管|三个月了|每周五清运|每月底公示
每年3月检查|去年年底|去年3月
上周五已经看过|上个月底|上季度|昨天派人去了|前天|每个季度|一周一次|每周一次|3月以来|自2月份以来|往年年底|历年
说明天气原因|证明天然气|然后天天如此|选择机动车道|第3单元5号楼前|2栋3号|12345热线|2025年以来|0731-2010-12345
A7县五一路|国庆路|去年上半年
as soon as possible|in due course|last week|two weeks ago|24 hours a day|every Friday|you may go
march in the street|for two weeks
since 2019|in the past two weeks|a second opinion|in one case|version 2.0.1|in an hourly rota
"""


def _listed(table):
    return [line for row in table.strip().splitlines() for line in row.split("|")]


@pytest.mark.parametrize("text", _listed(NAMES_A_DATE))
def test_a_date_is_seen(text):
    assert mentions_date(text)


@pytest.mark.parametrize("text", _listed(NAMES_NO_DATE))
def test_no_date_is_imagined(text):
    assert not mentions_date(text)
