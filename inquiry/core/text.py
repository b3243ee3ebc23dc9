"""What people type: made fit to be kept, counted, searched and compared; what officials promise: words, dates.

Which characters are marks, controls or unassigned is what `unicodedata` says. Lengths and limits are in characters.
"""

import re
import unicodedata
from collections.abc import Iterable
from enum import StrEnum
from functools import lru_cache
from typing import Final

# --- fit to be kept --------------------------------------------------------------------------------------------------

MOST_MARKS: Final = 4
"""Marks stacked on one letter. Vietnamese needs 2, vowelled Arabic 3, a Tibetan or Burmese syllable up to 4."""
MOST_JOINERS: Final = 8
"""Joiners in one picture. The longest emoji of the Unicode tables has 3; twice that and some is generous."""


class Unfit(StrEnum):
    """Why a text is not taken."""

    CONTROL_CHARACTERS = "control_characters"
    UNKNOWN_CHARACTERS = "unknown_characters"
    BROKEN_ENCODING = "broken_encoding"
    COMBINING_FLOOD = "combining_flood"
    VARIATION_FLOOD = "variation_flood"
    JOINER_FLOOD = "joiner_flood"


class UnfitText(ValueError):
    """`reason` says what is in the text that must not be shown to others."""

    def __init__(self, reason: Unfit) -> None:
        super().__init__(reason.value)
        self.reason = reason


LINE_ENDS = re.compile("\r\n|[\r\u2028\u2029]")
# What copying from chats, web pages and word processors leaves behind: nobody typed it and nobody sees it. The last
# five of the first line are letters that look like nothing and are used to send an empty message; the others turn the
# direction of writing, or mark up what is not marked up here. Format characters that scripts need (number and verse
# signs, the Mongolian vowel separator, joiners) are not among them.
_LEFT_BEHIND: Final = (
    "\u00ad\u200b\u2060\ufeff\ufffc\u115f\u1160\u2800\u3164\uffa0"
    "\u061c\u200e\u200f\u202a-\u202e\u2061-\u2064\u2066-\u206f\ufff9-\ufffb"
    "\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0001\U000e0020-\U000e007f"
)
_VARIATIONS: Final = "\u180b-\u180d\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef"
VARIATION = re.compile(f"[{_VARIATIONS}]")
JOINERS: Final = "\u200c\u200d"
SKIN_TONES: Final = "\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff"
# The flags of England, Scotland and Wales are spelled with tag characters. Any other tag hides text inside an emoji.
TAGGED_FLAG = re.compile(
    "|".join(
        "\U0001f3f4" + "".join(chr(0xE0000 + ord(letter)) for letter in nation) + "\U000e007f"
        for nation in ("gbeng", "gbsct", "gbwls")
    )
)
_FLAG_OR_LEFT_BEHIND = re.compile(f"({TAGGED_FLAG.pattern})|[{_LEFT_BEHIND}]")


def clean(text: str) -> str:
    """The text as it is kept: NFC, `\\n` line ends, no trailing blanks, at most two empty lines in a row, no marks that
    nobody sees.

    Cleaning what is clean changes nothing. Raises UnfitText.
    """
    text = _FLAG_OR_LEFT_BEHIND.sub(lambda found: found[1] or "", LINE_ENDS.sub("\n", text))
    # Composing comes after the check: sorting a flood of marks takes time that grows with its square.
    _refuse_unfit(text)
    composed = unicodedata.normalize("NFC", text)
    if composed != text:
        _refuse_unfit(composed)
    lines = "\n".join(line.rstrip() for line in composed.split("\n"))
    return re.sub(r"\n{4,}", "\n\n\n", lines).strip()


def _refuse_unfit(text: str) -> None:
    marks = joiners = 0
    before = ""
    for char in TAGGED_FLAG.sub("\U0001f3f4", text):
        kind = _kind(char)
        if kind == "joiner":
            joiners += 1
            if joiners > MOST_JOINERS or before == "joiner":
                raise UnfitText(Unfit.JOINER_FLOOD)
        elif kind == "variation":
            if before == "variation":
                raise UnfitText(Unfit.VARIATION_FLOOD)
        elif kind == "mark":
            marks += 1
            if marks > MOST_MARKS:
                raise UnfitText(Unfit.COMBINING_FLOOD)
        else:
            marks = 0
            # A skin tone belongs to the person before it: it neither starts a new picture nor a new count.
            if before != "joiner" and kind != "tone":
                joiners = 0
        before = kind


@lru_cache(maxsize=1 << 15)
def _kind(char: str) -> str:
    """What a character is to those before it. Asked once for each: thousands of them come with every message. Raises
    UnfitText for what is not taken anywhere."""
    category = unicodedata.category(char)
    if category[0] in "LNPZ":
        return "letter"
    if char in JOINERS:
        return "joiner"
    if VARIATION.match(char):
        return "variation"
    if category in ("Mn", "Me"):
        return "mark"
    _refuse_unprintable(char, category)
    return "tone" if char in SKIN_TONES else "letter"


def _refuse_unprintable(char: str, category: str) -> None:
    if category == "Cc" and char not in "\n\t":
        raise UnfitText(Unfit.CONTROL_CHARACTERS)
    if category == "Cs":
        raise UnfitText(Unfit.BROKEN_ENCODING)
    if category == "Co" or (category == "Cn" and not _kept_for_newer_phones(char)):
        raise UnfitText(Unfit.UNKNOWN_CHARACTERS)


def _kept_for_newer_phones(char: str) -> bool:
    """Whether Unicode keeps the place for emoji or ideographs: phones get these years before Python does."""
    point = ord(char)
    return 0x1F000 <= point <= 0x1FAFF or 0x20000 <= point <= 0x2FFFD or 0x30000 <= point <= 0x3FFFD


# --- counted ---------------------------------------------------------------------------------------------------------

_PICTURE: Final = f"[\u2190-\u2bff\U0001f000-\U0001faff][{SKIN_TONES}]?"
PICTURE = re.compile(f"[\U0001f1e6-\U0001f1ff]{{2}}|{_PICTURE}(?:\u200d{_PICTURE})*")


def length(text: str) -> int:
    """How many characters a person counts.

    A letter with its marks is one, so is an emoji however it is put together, so is a flag. Full-width punctuation,
    blanks and line ends are one each. Marks that take room of their own (as in Hindi) are counted.
    """
    text = TAGGED_FLAG.sub("x", text).replace("\u200c", "")
    seen = "".join(char for char in text if unicodedata.category(char) not in ("Mn", "Me"))
    return len(PICTURE.sub("x", seen).replace("\u200d", ""))


def shortened(text: str, most: int) -> str:
    """One line of at most so many characters, for titles; what was cut off is told by an ellipsis."""
    line = " ".join(text.split())
    if length(line) <= most:
        return line
    end = most - 1
    while end and (unicodedata.category(line[end])[0] == "M" or "\u200d" in line[end - 1 : end + 1]):
        end -= 1  # a letter keeps its marks, an emoji its parts
    return line[:end].rstrip(" ，,、；;：:") + "…"


# --- searched --------------------------------------------------------------------------------------------------------

# The commonest characters of the Traditional script, each followed by its Simplified form. Where one Traditional
# character has two forms (乾 for dry and for 乾隆) the commoner one stands: both sides of a search are folded alike.
_TRADITIONAL_SIMPLIFIED: Final = (
    "愛爱礙碍襖袄罷罢擺摆敗败辦办幫帮寶宝報报貝贝備备筆笔畢毕閉闭邊边變变標标賓宾補补財财參参殘残倉仓測测層层產产"
    "長长償偿場场廠厂車车徹彻塵尘陳陈稱称誠诚懲惩遲迟衝冲蟲虫籌筹處处觸触傳传創创純纯詞词從从錯错達达帶带單单擔担"
    "當当黨党導导燈灯鄧邓敵敌遞递點点電电調调釘钉頂顶訂订東东動动凍冻鬥斗讀读獨独賭赌斷断對对隊队頓顿奪夺兒儿發发"
    "髮发罰罚範范飯饭販贩訪访廢废費费紛纷墳坟風风豐丰鋒锋復复複复負负婦妇該该趕赶幹干乾干剛刚鋼钢個个給给鞏巩貢贡"
    "溝沟構构購购夠够顧顾關关觀观館馆慣惯廣广規规櫃柜貴贵國国過过還还漢汉號号後后護护戶户華华畫画話话壞坏歡欢環环"
    "換换黃黄揮挥會会匯汇彙汇貨货獲获擊击機机積积極极級级幾几際际濟济計计記记紀纪繼继價价駕驾堅坚間间監监檢检減减"
    "簡简見见鍵键將将講讲獎奖膠胶腳脚較较階阶節节結结潔洁緊紧僅仅進进盡尽儘尽勁劲經经驚惊競竞淨净靜静舊旧舉举據据"
    "懼惧捲卷覺觉絕绝軍军開开課课墾垦懇恳褲裤塊块寬宽礦矿虧亏擴扩闊阔來来攔拦欄栏爛烂勞劳樂乐類类離离裡里裏里禮礼"
    "曆历歷历麗丽勵励聯联連连練练糧粮兩两輛辆療疗鄰邻臨临靈灵領领劉刘龍龙樓楼錄录陸陆綠绿亂乱輪轮論论羅罗馬马嗎吗"
    "買买賣卖滿满貓猫貿贸沒没門门們们夢梦麵面廟庙滅灭鳴鸣畝亩難难鬧闹內内擬拟鳥鸟農农濃浓歐欧盤盘賠赔噴喷騙骗貧贫"
    "評评憑凭撲扑齊齐騎骑豈岂啟启氣气棄弃遷迁簽签錢钱淺浅牆墙強强搶抢橋桥親亲輕轻傾倾請请慶庆窮穷區区驅驱權权勸劝"
    "確确讓让擾扰熱热認认榮荣軟软銳锐潤润灑洒賽赛傘伞掃扫殺杀曬晒傷伤賞赏燒烧設设攝摄審审聲声繩绳勝胜聖圣師师濕湿"
    "時时實实識识適适勢势釋释視视試试壽寿書书樹树輸输屬属術术雙双誰谁稅税順顺說说絲丝飼饲訴诉雖虽隨随歲岁孫孙損损"
    "縮缩鎖锁臺台檯台颱台態态談谈湯汤討讨題题體体條条鐵铁聽听廳厅統统頭头圖图團团灣湾萬万網网為为違违圍围維维偉伟"
    "偽伪衛卫問问穩稳務务無无霧雾誤误習习係系繫系戲戏細细嚇吓閒闲險险現现縣县線线憲宪鄉乡詳详響响嚮向項项協协寫写"
    "謝谢興兴兇凶許许續续選选學学尋寻詢询訓训壓压鴨鸭煙烟鹽盐嚴严顏颜驗验陽阳養养樣样藥药業业葉叶頁页醫医儀仪遺遗"
    "議议異异藝艺義义憶忆億亿譯译陰阴銀银飲饮應应營营贏赢擁拥優优憂忧郵邮猶犹遊游魚鱼漁渔與与語语預预園园員员圓圆"
    "緣缘遠远願愿約约躍跃閱阅雲云運运韻韵雜杂災灾載载暫暂髒脏臟脏則则責责擇择澤泽贈赠戰战張张漲涨帳帐賬账趙赵這这"
    "診诊針针偵侦陣阵鎮镇徵征爭争證证隻只紙纸誌志製制質质滯滞鐘钟種种眾众週周晝昼築筑專专磚砖轉转賺赚裝装莊庄狀状"
    "準准資资總总縱纵組组鑽钻於于佔占佈布採采託托鬆松捨舍鋪铺鬱郁側侧紅红纜缆蓋盖溫温滲渗汙污擋挡樁桩籬篱窩窝雞鸡"
    "蘇苏鄭郑吳吴楊杨蔣蒋蕭萧鄒邹馮冯韓韩龔龚譚谭賀贺賴赖尷尴撥拨諾诺賃赁樑梁鏈链鋸锯闖闯闆板閘闸鑰钥頻频顯显飛飞"
    "駛驶驟骤鬚须須须頑顽鮮鲜齡龄齒齿醬酱釀酿釐厘鏡镜鍋锅鋁铝錶表銹锈閃闪閣阁闢辟陝陕隱隐靚靓韋韦頒颁頸颈顛颠餘余"
    "駐驻騷骚鬍胡黴霉"
)
SIMPLIFIED = str.maketrans(_TRADITIONAL_SIMPLIFIED[::2], _TRADITIONAL_SIMPLIFIED[1::2])


# Besides what is left behind: what `clean` refuses and PostgreSQL cannot store, since a search box is not refused.
_UNSEEN = re.compile(f"[\x00-\x08\x0e-\x1b\x7f\ud800-\udfff{_LEFT_BEHIND}{JOINERS}{_VARIATIONS}]")
# Radicals look like characters, and word processors and PDF files put them in their place. NFKC folds those of Kangxi;
# of the supplement Unicode says in a table of its own (EquivalentUnifiedIdeograph) what each stands for.
_RADICALS: Final = (
    "⺁厂⺂乛⺃乚⺄乙⺅亻⺆冂⺇𠘨⺈刀⺉刂⺊卜⺋㔾⺌小⺍小⺎兀⺏尣⺐尢⺑𡯂⺒巳⺓幺⺔彑⺕彐⺖忄⺗心⺘扌⺙攵⺛旡"
    "⺜日⺝月⺞歺⺟母⺠民⺡氵⺢氺⺣灬⺤爫⺥爫⺦丬⺧牛⺨犭⺩王⺪𤴔⺫目⺬示⺭礻⺮𥫗⺯糹⺰纟⺱罓⺲罒⺳㓁⺴冗⺵𦉫"
    "⺶羊⺷𦍌⺸𦍋⺹耂⺺肀⺻聿⺼肉⺽𦥑⺾艹⺿艹⻀艹⻁虎⻂衤⻃覀⻄西⻅见⻆角⻇𧢲⻈讠⻉贝⻊𧾷⻋车⻌辶⻍辶⻎辶⻏邑"
    "⻐钅⻑長⻒镸⻓长⻔门⻕𨸏⻖阝⻗雨⻘青⻙韦⻚页⻛风⻜飞⻝食⻞𩙿⻟飠⻠饣⻡𩠐⻢马⻣骨⻤鬼⻥鱼⻦鸟⻧卤⻨麦⻩黄"
    "⻪黾⻫斉⻬齐⻭歯⻮齿⻯竜⻰龙⻱龜⻲亀⻳龟"
)
RADICALS = str.maketrans(_RADICALS[::2], _RADICALS[1::2])


def searchable(text: str) -> str:
    """The form in which texts are searched: NFKC, no upper case, common Traditional as Simplified, radicals as the
    characters they stand for, single blanks.

    Takes any text, also one that `clean` would refuse, and leaves out what nobody sees.
    """
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text.translate(RADICALS)).casefold())
    return " ".join(_UNSEEN.sub("", folded).translate(SIMPLIFIED).split())


def look_alike(name: str) -> str:
    """What two names have in common that people take for the same: however wide, spaced, or written."""
    return searchable(name).replace(" ", "")


#: Words of one search; the rest of a longer one is not looked for.
MOST_TERMS: Final = 8


def search_terms(typed: str) -> list[str]:
    """The words to be found, in whatever order, each as it stands in searchable texts."""
    return list(dict.fromkeys(searchable(typed[:1000]).split()))[:MOST_TERMS]


# --- compared --------------------------------------------------------------------------------------------------------

SIMILAR: Final = 0.3
"""From here on two questions are shown to a person as perhaps the same, the most alike first.

Tried on 2,585 real titles: all of 55 people who wrote about one concrete plant find another of them among the first
three, and 98 of 100 suggestions there are right. At 0.35 a sixth of the true pairs is lost for little precision.
"""
_SHORT: Final = 8
LONGEST_GRAM: Final = 24

# What every second question is wrapped in. It would make questions alike that only share their politeness.
_STOCK_PHRASES: Final = (
    "尊敬的 各位 领导 书记 市长 局长 主任 您好 你好 大家好 请问一下 请问 请教 想问一下 我想问 想问 咨询一下 咨询 求助 "
    "反映 反应 投诉 举报 建议 希望 恳请 请求 强烈 关于 对于 有关 的问题 问题 相关 事宜 什么时候 什么时间 啥时候 何时 "
    "几时 怎么办 怎么样 怎么 怎样 如何 为什么 为何 为啥 是不是 是否 能不能 能否 可不可以 可否 可以 有没有 有人管 "
    "没人管 谁来管 到底 究竟 一下 我们 咱们 你们 他们 这个 那个 已经 一直 还是 没有 谢谢 严重 能解决 解决 处理"
)
_STOCK_WORDS: Final = (
    "a about am an and any are at be been can could do does for from have how i in is it me my of on or our please so "
    "that the there this to us was we were what when where which who why will with would you your"
)
STOCK_PHRASE = re.compile("|".join(sorted(_STOCK_PHRASES.split(), key=len, reverse=True)))
STOCK_WORDS = frozenset(_STOCK_WORDS.split())
# Scripts written without blanks between words (and Korean, whose endings stick to its words) are cut into bigrams.
_UNSPACED: Final = "\u3005-\u3007\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\U00020000-\U0003fffd"
_RUN = re.compile(f"([{_UNSPACED}]+)|[^\\W_{_UNSPACED}]+")


def grams(text: str) -> list[str]:
    """What a question is compared by, each once: bigrams of Chinese, whole words and numbers of the rest.

    Latin words stay whole because their bigrams are shared by everything, and because in a Chinese question they are
    names (K12, BRT). No gram is longer than LONGEST_GRAM. Stock phrases are left out; a text of nothing else has none.
    """
    pairs: dict[str, None] = {}
    single: dict[str, None] = {}
    for run in _RUN.finditer(STOCK_PHRASE.sub(" ", searchable(text))):
        word = run[0]
        if run[1] is None:
            if word not in STOCK_WORDS:
                pairs[word[:LONGEST_GRAM]] = None
        elif len(word) == 1:
            single[word] = None
        else:
            pairs.update(dict.fromkeys(word[at : at + 2] for at in range(len(word) - 1)))
    return list(pairs or single)


def overlap(common: int, one: int, other: int) -> float:
    """How alike two sets of `one` and `other` grams are that share `common` of them, from 0 to 1.

    The mean of two views: Dice's coefficient, and how much of the shorter set lies in the longer, so that a short
    question finds the long one that tells the same story. So that two shared bigrams alone do not make a tiny question
    alike, the shorter set counts as at least _SHORT grams, if the longer one has as many.
    """
    if not common:
        return 0.0
    shorter, longer = sorted((one, other))
    return (2 * common / (one + other) + common / max(shorter, min(_SHORT, longer))) / 2


def similarity(a: str, b: str) -> float:
    """How likely two texts ask the same, from 0 to 1; compare with SIMILAR."""
    ours, theirs = set(grams(a)), set(grams(b))
    return overlap(len(ours & theirs), len(ours), len(theirs))


# --- promised --------------------------------------------------------------------------------------------------------

VAGUE_WORDS: Final = (
    "尽快", "尽早", "早日", "及时", "抓紧", "逐步", "逐渐", "适时", "择机", "酌情", "视情", "近期", "不久", "稍后",
    "届时", "必要时", "条件成熟", "条件允许", "条件具备", "原则上", "力争", "争取", "尽量", "尽力", "正在研究",
    "研究研究", "深入研究", "认真研究", "进一步研究", "积极协调", "积极推进", "积极争取", "加快推进", "统筹考虑",
    "综合考虑", "高度重视", "加大力度", "持续推进", "马上", "立即", "第一时间", "有关部门", "相关部门", "有关方面",
    "一定程度",
    "as soon as possible", "asap", "in due course", "gradually", "step by step", "when appropriate", "as appropriate",
    "at an appropriate time", "when conditions permit", "if conditions permit", "where possible", "in principle",
    "shortly", "soon", "promptly", "in the near future", "at the earliest", "strive to", "try our best", "do our best",
    "looking into", "under study", "being studied", "under consideration", "attach great importance", "to some extent",
    "relevant departments", "relevant authorities", "departments concerned",
)  # fmt: skip
"""What a list of words that promise nothing without a date starts with; the clerk and the staff edit it."""
# Ordinary words that a vague one only happens to be read across (选择机动车道 is not 择机).
_READ_ACROSS: Final = ("合适时", "舒适时", "选择机", "最早日", "较早日", "sooner")


def vague_words_in(text: str, words: Iterable[str] = VAGUE_WORDS) -> list[str]:
    """Those of `words` that occur in the text, each once, in the order in which they are first said.

    Where one contains another (进一步研究, 研究) the longer one is found. Latin words match whole, in any case.
    """
    pattern, listed = _vague_pattern(tuple(words))
    found = (listed.get(match[0]) for match in pattern.finditer(searchable(text)))
    return list(dict.fromkeys(word for word in found if word is not None))


@lru_cache(maxsize=16)
def _vague_pattern(words: tuple[str, ...]) -> tuple[re.Pattern[str], dict[str, str]]:
    listed = {searchable(word): word for word in words if word.strip()}
    parts = sorted({*listed, *_READ_ACROSS}, key=len, reverse=True)
    whole = (rf"(?<![a-z]){re.escape(part)}(?![a-z])" if part.isascii() else re.escape(part) for part in parts)
    return re.compile("|".join(whole)), listed


_NUMBER: Final = r"(?:\d+|[一二两三四五六七八九十百]+|半)"
_MONTH: Final = r"(?:(?<!\d)(?:1[0-2]|0?[1-9])|(?<![一二三四五六七八九十])(?:十[一二]?|[一二三四五六七八九])|正|腊)月"
_DAY: Final = r"(?<!\d)(?:3[01]|[12]\d|0?[1-9]|三十一?|二?十[一二三四五六七八九]?|[一二三四五六七八九])[日号]"
_WEEK: Final = r"(?:周|星期|礼拜)"
_BY: Final = r"(?:之?前|以前|之?内|以内|底|期间)"
_FEAST: Final = (
    r"(?:元旦|春节|新春|过年|除夕|元宵|清明|五一|端午|七一|八一|中秋|国庆|十一|双节|入冬|入夏|汛期|雨季"
    r"|开学|高考|中考|供暖|采暖)"
)
_DATE_ZH = re.compile(
    "|".join((
        rf"(?:\d{{4}}|明|后)年(?:{_MONTH}|年?[底末中初]|[上下]半年|{_BY})",  # 2026年3月15日, 2026年底
        rf"{_MONTH}(?!(?:份|{_DAY})?(?:以来|至今))",  # 3月底前, 十二月
        rf"(?<![\d一二三四五六七八九两几])(?:\d{{1,2}}|二?十[一二三四五六七八九]?)[日号]{_BY}",  # 15日前
        rf"{_NUMBER}个?半?个?(?:工作日|自然日)",  # 十个工作日
        rf"{_NUMBER}个?半?个?(?:天|日|{_WEEK}|月|季度|年|小时|钟头|分钟|刻钟)(?:[之以]?内|[之以]?后(?!来))",  # 两周内
        r"(?<![一两三四五六七八九十几\d])年中(?:前|之前)|[年月周]内|季度[内末底]",  # 年内
        rf"[年月]底|[年月周]末|[上中下]旬|[上下]半年|第?[一二三四1-4]季度|{_FEAST}[节期季]?(?:假期)?{_BY}",
        rf"(?:本|这个?|下下?个?)(?:{_WEEK}|月|季度)",  # 下周五, 本月
        rf"(?<![一二两三四五六七八九十几\d每至]){_WEEK}[一二三四五六日天]",  # 周三
        r"今[天日晚夜]|(?<![说证表声])明[天日早晚]|(?<![然以之先最])后天|即日起",
    ))
)  # fmt: skip
# Time that is gone, or that comes again and again, is no day by which anything is promised.
_GONE_ZH = re.compile(
    rf"[去前上往每]年(?:年?[底末中]|{_MONTH}(?:{_DAY}|[底初末])?|[上下]半年|第?[一二三四1-4]季度)?"
    rf"|[上每]个?{_WEEK}[一二三四五六日天末]?|[上每]个?(?:月|季度)(?:{_DAY}|[底初末])?"
)
_MONTH_EN: Final = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)\b"
)
_COUNT_EN: Final = r"(?:\d+|an?|half an?|one|two|three|four|five|six|seven|eight|nine|ten|twelve|fifteen|twenty|thirty)"
_DATE_ANYWHERE = re.compile(
    "|".join((
        r"(?<!\d)20\d\d[-/](?:1[0-2]|0?[1-9])(?!\d)|(?<!\d)20\d\d\.(?:1[0-2]|0?[1-9])\.\d",  # 2026-03-15, 2026.3.15
        r"\b\d{1,2}/\d{1,2}/20\d\d\b",
        rf"\b\d{{1,2}}(?:st|nd|rd|th)?\s(?:of\s)?{_MONTH_EN}|\b{_MONTH_EN}\s\d{{1,2}}(?!\d)|\b{_MONTH_EN},?\s20\d\d\b",
        rf"\b(?:by|in|before|until|till|from|early|mid|late|end of|this|next)[\s-](?:the\s)?{_MONTH_EN}",
        r"\b(?:by|before|on|until|this|next|coming)\s(?:mon|tues|wednes|thurs|fri|satur|sun)day\b",
        r"\b(?:today|tonight|tomorrow)\b|\b(?:this|next|coming)\s(?:week|weekend|month|quarter)\b",
        rf"\b(?:within|in)\s(?:the\s(?:next|coming)\s)?{_COUNT_EN}\s(?:(?:working|business|calendar)\s)?"
        r"(?:hour|day|week|month|quarter|year|minute)s?\b",
        r"\bend of (?:the |this |next )?(?:day|week|month|quarter|year|20\d\d)\b|\b(?:year|month|week)[\s-]end\b",
        r"\bby (?:the )?\d{1,2}(?:st|nd|rd|th)\b|\bby 20\d\d\b|\bq[1-4]\b|\b(?:first|second|third|fourth) quarter\b",
        r"\b(?:by|before) (?:the )?(?:spring festival|(?:chinese |lunar )?new year|national day|mid-autumn)\b",
    )),
    re.ASCII,  # so that a word boundary stands between a Latin letter and a Chinese character
)  # fmt: skip


def mentions_date(text: str) -> bool:
    """Whether the text names a day, or the end of a time, by which something can be checked.

    Knows Chinese and English, absolute (2026年3月15日, by 15 March), relative (下周五, tomorrow) and counted times
    (十个工作日内, within two weeks). Past and repeated times do not count, nor does a bare year. It reads words only: a
    full date that happens to lie in the past is still a date.
    """
    said = searchable(text)
    return bool(_DATE_ANYWHERE.search(said) or _DATE_ZH.search(_GONE_ZH.sub("。", said.replace(" ", ""))))
