"""Every door of the application through which something of a session could be told, and somebody who opens them all."""

import json
import re
from typing import Any

from inquiry.dispatch import registry
from inquiry.graphics.models import Layer
from inquiry.permissions import Actor
from tests.support.application import Say
from tests.surfaces.conftest import Browser

#: The name of a picture that is evidence once somebody has added it.
PICTURE = "a" * 64 + ".jpg"

#: Every address that answers GET, and how it is opened. Ids are also those of what does not exist yet.
ADDRESSES: dict[str, tuple[str, ...]] = {
    "/": ("/",),
    "/account": ("/account",),
    "/account/password": ("/account/password",),
    "/account/tokens": ("/account/tokens",),
    "/admin/people": ("/admin/people",),
    "/admin/people/<int:user_id>/password": ("/admin/people/1/password",),
    "/admin/units": ("/admin/units",),
    "/admin/units/<int:unit_id>": ("/admin/units/1",),
    "/admin/units/import": ("/admin/units/import",),
    "/admin/words": ("/admin/words",),
    "/backstage/<code>": ("/backstage/{code}",),
    "/board": ("/board",),
    "/desk/<code>": ("/desk/{code}",),
    "/desk/<code>/<any(host, moderate, clerk, official, director):name>": tuple(
        f"/desk/{{code}}/{name}" for name in ("host", "moderate", "clerk", "official", "director")
    ),
    "/evidence/<name>": (f"/evidence/{PICTURE}",),
    "/exam/new": ("/exam/new",),
    "/exam/policy": ("/exam/policy",),
    "/exam/policy/<int:policy_id>": ("/exam/policy/1",),
    "/healthz": ("/healthz",),
    "/join": ("/join", "/join?code={code}"),
    "/join/<code>": ("/join/{code}",),
    "/live/<int:session_id>/picture": ("/live/{session}/picture", "/live/{other}/picture"),
    "/live/<int:session_id>/picture/internal": ("/live/{session}/picture/internal",),
    "/live/<int:session_id>/snapshot": ("/live/{session}/snapshot", "/live/{other}/snapshot"),
    "/live/<int:session_id>/snapshot/<name>": tuple(
        f"/live/{{session}}/snapshot/{view}" for view in ("public", "internal", "staff", "output")
    ),
    "/media/<ticket>/<media_id>/<name>": ("/media/1.public.x/0123456789ab/live.m3u8",),
    "/media/allowed": ("/media/allowed?ticket=1.public.x&media=0123456789ab",),
    "/metrics": ("/metrics",),
    "/n/<number>": tuple(f"/n/{letter}2026-{number}" for letter in "QP" for number in (1, 2, 3)),
    "/output/<token>": ("/output/out_of_nobody",),
    f"/output/<token>/<any({', '.join(Layer)}):layer>": ("/output/out_of_nobody/logo",),
    "/pledges": ("/pledges", "/pledges?session={code}", "/pledges?q=%E4%BC%9A%E4%B8%8A", "/pledges?state=in_progress"),
    "/pledges/<int:pledge_id>": ("/pledges/1", "/pledges/2"),
    "/privacy": ("/privacy",),
    "/prompter/<code>": ("/prompter/{code}",),
    "/qr/<code>.svg": ("/qr/{code}.svg",),
    "/questions": (
        "/questions", "/questions?session={code}", "/questions?q=%E4%BC%9A%E4%B8%8A", "/questions?sort=supported",
    ),
    "/questions/<int:question_id>": tuple(f"/questions/{number}" for number in (1, 2, 3)),
    "/readyz": ("/readyz",),
    "/receipt": ("/receipt",),
    "/results": ("/results",),
    "/results/<int:table_id>": ("/results/1",),
    "/results/<int:table_id>.csv": ("/results/1.csv",),
    "/results/<int:table_id>.json": ("/results/1.json",),
    "/results/<int:table_id>.xlsx": ("/results/1.xlsx",),
    "/results/<int:table_id>/units/<int:unit_id>/<code>": ("/results/1/units/5/kept", "/results/1/units/5/overdue"),
    "/results/draft": ("/results/draft?theme=%E5%B9%B3%E5%8F%B0%E5%8A%9E%E7%90%86&period=2026-12",),
    "/results/evidence/<name>": (f"/results/evidence/{PICTURE}",),
    "/results/figures": ("/results/figures",),
    "/results/forms/<name>.csv": ("/results/forms/targets.csv",),
    "/results/forms/results.xlsx": ("/results/forms/results.xlsx",),
    "/results/import": ("/results/import",),
    "/results/indicators/<int:indicator_id>": ("/results/indicators/1",),
    "/results/units/<int:unit_id>": ("/results/units/5",),
    "/robots.txt": ("/robots.txt",),
    "/rules": ("/rules",),
    "/s/<code>": ("/s/{code}", "/s/{code}?sort=newest"),
    "/screen/<code>": ("/screen/{code}",),
    "/sessions": ("/sessions",),
    "/panel/<code>": ("/panel/{code}",),
    "/sessions/<code>": ("/sessions/{code}",),
    "/sessions/<code>/cards": ("/sessions/{code}/cards",),
    "/sessions/<code>/edit": ("/sessions/{code}/edit",),
    "/sessions/<code>/import": ("/sessions/{code}/import",),
    "/sessions/<code>/ledger": ("/sessions/{code}/ledger",),
    "/sessions/<code>/ledger.csv": ("/sessions/{code}/ledger.csv",),
    "/sessions/<code>/ledger.xlsx": ("/sessions/{code}/ledger.xlsx",),
    "/sessions/<code>/minutes": ("/sessions/{code}/minutes",),
    "/sessions/<code>/outputs": ("/sessions/{code}/outputs",),
    "/sessions/<code>/captions": ("/sessions/{code}/captions",),
    "/sessions/<code>/recording": ("/sessions/{code}/recording", "/sessions/{code}/recording?t=5"),
    "/sessions/<code>/recording/<any(chapters, captions):name>.<language>.vtt": tuple(
        f"/sessions/{{code}}/recording/{name}.zh-CN.vtt" for name in ("chapters", "captions")
    ),
    "/sessions/<code>/recording/chapters.json": ("/sessions/{code}/recording/chapters.json",),
    "/sessions/<code>/recording/<name>.<any(mp4, jpg):ext>": (
        "/sessions/{code}/recording/recording.mp4", "/sessions/{code}/recording/poster.jpg",
    ),
    "/sessions/<code>/films": ("/sessions/{code}/films",),
    "/sessions/<code>/picture": ("/sessions/{code}/picture",),
    "/sessions/<code>/stage": ("/sessions/{code}/stage",),
    "/sessions/<code>/plan": ("/sessions/{code}/plan",),
    "/sessions/<code>/plan.json": ("/sessions/{code}/plan.json",),
    "/sessions/<code>/plan/sources.json": ("/sessions/{code}/plan/sources.json",),
    "/sessions/<code>/lead": ("/sessions/{code}/lead",),
    "/sessions/<code>/roll-call": ("/sessions/{code}/roll-call",),
    "/sessions/<code>/room": ("/sessions/{code}/room",),
    "/sessions/<code>/room/<int:unit_id>": ("/sessions/{code}/room/5",),
    "/sessions/<code>/rundown.csv": ("/sessions/{code}/rundown.csv",),
    "/sessions/<code>/rundown.xlsx": ("/sessions/{code}/rundown.xlsx",),
    "/sessions/<code>/rundown/import": ("/sessions/{code}/rundown/import",),
    "/sessions/<code>/speaking-times.csv": ("/sessions/{code}/speaking-times.csv",),
    "/sessions/<code>/speaking-times.xlsx": ("/sessions/{code}/speaking-times.xlsx",),
    "/sessions/new": ("/sessions/new",),
    "/sign-in": ("/sign-in",),
    "/stage/<code>": ("/stage/{code}",),
    "/silence": ("/silence",),
    "/silence.csv": ("/silence.csv",),
    "/sitemap-<any(sessions, questions, pledges):name>-<int:page>.xml": tuple(
        f"/sitemap-{name}-1.xml" for name in ("sessions", "questions", "pledges")
    ),
    "/sessions/<code>/verdicts": ("/sessions/{code}/verdicts",),
    "/sitemap-pages.xml": ("/sitemap-pages.xml",),
    "/sitemap.xml": ("/sitemap.xml",),
    "/trace": ("/trace",),
    "/trace/<name>.jsonl": tuple(
        f"/trace/{name}.jsonl" for name in ("session:{session}:public", "session:{session}:staff", "session:{session}",
                                            "session:{other}:public", "unit:5:public", "city", "city:public")
    ),
    "/trace/heads.txt": ("/trace/heads.txt",),
    "/unit": ("/unit",),
    "/v/<code>/<card>": ("/v/{code}/1-33333333",),
}  # fmt: skip
#: What may go on while the meeting does: how far chains are, a number and a hash; what this process counted; when a
#: workbook was written; whether a token is beyond its session, or its maker beyond the command.
MAY_GO_ON = {"/trace/heads.txt", "/metrics", "/results/forms/results.xlsx", "questions.candidates {'question': 2}"}
#: Whoever posts is told something of a session here, or through the registry alone.
POSTS = {
    "/account/tokens", "/admin/people", "/admin/people/<int:user_id>/password", "/admin/units/import", "/api/<name>",
    "/do/<name>", "/exam/new", "/exam/policy", "/films/<int:film_id>/captions", "/join", "/media/publish",
    "/panel/<code>", "/pledges/<int:pledge_id>/evidence", "/receipt", "/results/figures/actual", "/results/import",
    "/sessions/<code>/import", "/sessions/<code>/outputs", "/sessions/<code>/picture",
    "/sessions/<code>/rundown/import", "/sessions/new", "/sign-in", "/sign-out",
}  # fmt: skip

_EVERY_ROW = [
    {"session": session, "of": of, "ids": [1, 2, 3, 4]}
    for session in ("{session}", "{other}")
    for of in (
        "session",
        "item",
        "slot",
        "timer",
        "backstagemessage",
        "stagetimer",
        "question",
        "response",
        "pledge",
        "verdict",
        "totals",
        "unit",
        "exam",
        "examslot",
        "interruption",
        "graphiccard",
        "onairlayer",
        "output",
        "programme",
        "film",
        "publisher",
        "stage",
    )
]
#: Every query, and how it is asked.
QUERIES: dict[str, list[dict[str, Any]]] = {
    "accounts.find_units": [{"text": "局"}],
    "exam.figures": [{"session": "{session}"}],
    "exam.last_pledges": [{"session": session, "unit": 5} for session in ("{session}", "{other}")],
    "exam.preview": [{"policy": "{{}}", "theme": "经济", "period": "2026-10"}],
    "exam.propose_cuts": [{"session": "{session}"}],
    "exam.roll_call": [{"session": "{session}"}],
    "exam.room": [{"session": "{session}", "unit": 5}],
    "graphics.report_output": [
        {
            "session": "{session}",
            "page": "a-page-of-ours",
            "layers": {},
            "fps": 50,
            "width": 1,
            "height": 1,
            "build": "x",
            "visible": True,
        },
    ],
    "graphics.see_filled": [{"session": session, "card": 1} for session in ("{session}", "{other}")],
    "live.find_session": [{"code": "{code}"}],
    "live.next_page": [
        {"session": "{session}", "of": of, "window": window, "after": after, "most": 50, "view": view}
        for view in ("public", "internal", "staff")
        for of, window, after in (
            ("question", "brought", 999),
            ("response", "newest", 999),
            ("pledge", "newest", 999),
            ("verdict", "newest", 999),
        )
    ],
    "live.report_screen": [{"session": "{session}", "screen": "a-screen-of-ours"}],
    "live.rows": [row | {"view": view} for row in _EVERY_ROW for view in ("public", "internal", "staff")],
    "live.steps": [{"session": "{session}"}],
    "media.films": [{"session": session} for session in ("{session}", "{other}")],
    "media.see_film": [{"session": session} for session in ("{session}", "{other}")],
    "media.see_stage": [{"session": session} for session in ("{session}", "{other}")],
    "questions.candidates": [{"question": 1}, {"question": 2}],
    "questions.find": [{"session": "{session}", "list": "approved"}],
    "questions.listing": [{"session": "{session}", "sort": sort} for sort in ("supported", "newest", "needs")],
    "questions.mine": [{}, {"session": "{session}"}, {"session": "{other}"}],
    "questions.similar": [{"session": "{session}", "text": "会上才问的路灯问题"}],
    "verdicts.find_patterns": [{"verdict": 1}],
}


#: What is made anew for each form.
_PRESS = re.compile('name="client_id" value="[^"]*"')


class Doors:
    """Opens all of them as somebody; `code`, `session` and `other` are what they name."""

    def __init__(self, browser: Browser, say: Say, **named: Any) -> None:
        self._browser, self._say, self._named = browser, say, named

    def pages(self, actor: Actor, only: str = "") -> dict[str, str]:
        paths = [path for rule in ADDRESSES for path in ADDRESSES[rule]]
        registry.forget_limits()
        return {path: self.page(path, actor) for path in paths if path.startswith(only)}

    def page(self, path: str, actor: Actor, lang: str = "zh-CN") -> str:
        seen = self._browser.get(path.format(**self._named), actor, lang)
        place = seen.headers.get("Location", "")
        return f"{seen.status} {place} {_PRESS.sub('', seen.text)}"

    def receipt(self, actor: Actor, number: str) -> str:
        seen = self._browser.post("/receipt", actor, receipt=number)
        return f"{seen.status} {_PRESS.sub('', seen.text)}"

    def queries(self, actor: Actor) -> dict[str, str]:
        registry.forget_limits()
        return {
            f"{name} {fields}": json.dumps(self.ask(actor, name, fields), ensure_ascii=False)
            for name, asked in QUERIES.items() for fields in asked
        }  # fmt: skip

    def ask(self, actor: Actor, name: str, fields: dict[str, Any]) -> dict[str, Any]:
        return self._say(actor, name, **{key: self._filled(value) for key, value in fields.items()})

    def _filled(self, value: Any) -> Any:
        if value in ("{session}", "{other}"):
            return self._named[value[1:-1]]
        return value.format(**self._named) if isinstance(value, str) else value
