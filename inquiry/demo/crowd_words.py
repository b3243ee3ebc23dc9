"""What the crowd's play tells whoever started it, in the language of the terminal."""

import os
from collections.abc import Mapping
from typing import Any

_SAYS = {
    "zh": {
        "meeting_begins": "「{title}」，约 {minutes:g} 分钟。按 Ctrl-C 随时停下。",
        "meeting_done": "收场：发言 {slots} 席，插话 {interruptions} 次，承诺 {pledged} 项，登记到会 {present} 家。"
        "会议仍在进行，由主持人结束。",
        "begins": "「{title}」，{people} 部手机，约 {minutes:g} 分钟。按 Ctrl-C 随时停下。",
        "status": "手机 {phones} · 收到 {received} · 待审 {waiting} · 通过 {approved} · 合并 {merged} · "
        "未采用 {refused} · 支持 {supports} · {floor}",
        "meeting_status": "{floor}",
        "nobody": "台上无人发言",
        "speaks": "{speaker}发言，还剩 {left} 秒",
        "over": "{speaker}发言，超时 {left} 秒",
        "on_air": "上台：第 {number} 号（{votes} 人支持）{text}",
        "slot": "{unit} {speaker}，{seconds} 秒",
        "extended": "加时 {seconds} 秒",
        "recorded": "书记员记下回应（{kind}）",
        "pledge": "承诺：{spoken}（{specificity}）",
        "confirmed": "{unit}确认了承诺",
        "disputed": "{unit}对承诺的表述有异议",
        "refused": "未获接受：{command} {code} {message}",
        "over_now": "这场问政已经结束，人群散了。",
        "stopping": "正在收场……",
        "done": "收场：提问 {asked}，支持 {supported}，审核 {moderated}，上台 {aired}，回应 {answered}，"
        "承诺 {pledged}。场次仍在直播，由主持人结束。",
        "turned_away": "被婉拒的请求：{codes}",
        "no_session": "{url} 上没有正在直播的场次。请先运行 make demo（已过期则 make demo-reset）。",
    },
    "en": {
        "meeting_begins": "“{title}”, about {minutes:g} minutes. Ctrl-C stops at any time.",
        "meeting_done": "The end: {slots} slots, {interruptions} interruptions, {pledged} promised, {present} rooms "
        "said that they are there. The meeting is still live: its host closes it.",
        "begins": "“{title}”, {people} phones, about {minutes:g} minutes. Ctrl-C stops at any time.",
        "status": "phones {phones} · received {received} · waiting {waiting} · public {approved} · merged {merged} · "
        "refused {refused} · support {supports} · {floor}",
        "meeting_status": "{floor}",
        "nobody": "nobody speaks",
        "speaks": "{speaker} speaks, {left} s left",
        "over": "{speaker} speaks, {left} s over",
        "on_air": "on air: No. {number} ({votes} supporters) {text}",
        "slot": "{unit} {speaker}, {seconds} s",
        "extended": "{seconds} s more",
        "recorded": "the clerk has recorded the answer ({kind})",
        "pledge": "pledge: {spoken} ({specificity})",
        "confirmed": "{unit} confirmed its pledge",
        "disputed": "{unit} disputes the words of its pledge",
        "refused": "not accepted: {command} {code} {message}",
        "over_now": "This session is over; the crowd has left.",
        "stopping": "stopping …",
        "done": "The end: {asked} asked, {supported} supported, {moderated} moderated, {aired} on air, "
        "{answered} answered, {pledged} promised. The session is still live: its host closes it.",
        "turned_away": "politely turned away: {codes}",
        "no_session": "No session is live at {url}. Start one with make demo (make demo-reset, if it is an old one).",
    },
}
_KINDS = {
    "acknowledgement": ("知悉", "acknowledgement"),
    "deflection": ("推诿回避", "deflection"),
    "generic_commitment": ("一般承诺", "generic commitment"),
    "specific_commitment": ("具体承诺", "specific commitment"),
    "specific": ("具体", "specific"),
    "generic": ("一般", "generic"),
}


class Words:
    """The sentences of one language."""

    def __init__(self, environ: Mapping[str, str] = os.environ) -> None:
        wish = environ.get("LC_ALL") or environ.get("LC_MESSAGES") or environ.get("LANG") or ""
        self.language = "zh" if wish.startswith("zh") else "en"

    def say(self, key: str, **details: Any) -> str:
        return _SAYS[self.language][key].format(**details)

    def kind(self, value: str) -> str:
        """The word for a kind of response or pledge."""
        chinese, english = _KINDS[value]
        return chinese if self.language == "zh" else english
