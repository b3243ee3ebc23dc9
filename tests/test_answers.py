"""What an acknowledged command and a query answer is what the protocol page says: an evening in which each is said."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from inquiry.accounts.commands import sign_ins, tokens
from inquiry.accounts.models import User
from inquiry.core import clock as clocks
from inquiry.core.db import reading
from inquiry.dispatch import registry
from inquiry.dispatch.unit_of_work import unit_of_work
from inquiry.exam.queries import lookup as exams
from inquiry.graphics import queries
from inquiry.graphics.commands import outputs
from inquiry.live import queries as live
from inquiry.permissions import Actor, Role
from inquiry.pledges.queries import lookup as pledges
from inquiry.questions.queries import lookup as questions
from inquiry.verdicts import pins
from tests.media.answered import of_films, of_pictures, of_recordings
from tests.questions.conftest import EIGHT, Clock, clock
from tests.support.answers import Evening
from tests.support.application import City, Say

__all__ = ["Clock", "clock"]

LAMPS = "湖滨路的路灯何时修好？"
PASSWORD = "一盏灯照亮一条街 2026"


@pytest.fixture
def evening(app: Flask, city: City, clock: Clock, say: Say) -> Evening:
    """Where there is a relay for the stage, too."""
    relay = {"turn": ("turn:turn.example:3478",), "turn_secret": "secret"}
    app.config["INQUIRY"] = replace(app.config["INQUIRY"], **relay)
    return Evening(city, clock, say)


def rev(question: int) -> int:
    with reading() as db:
        return questions.question(db, question).rev


def pledge_rev(pledge: int) -> int:
    with reading() as db:
        return pledges.pledge(db, pledge).rev


def of_accounts(evening: Evening, session: int) -> None:
    city, root, host = evening.city, evening.city.person(Role.ADMINISTRATOR), evening.city.person(Role.HOST)
    unit = evening(root, "accounts.add_unit", name="路灯所", kind="department", parent=city.city_management.id)["unit"]
    evening(root, "accounts.change_unit", unit=unit, name="路灯管理所", kind="department")
    user = evening(root, "accounts.add_person", login="deng", name="邓", role="clerk", password=PASSWORD)["user"]
    evening(root, "accounts.change_person", user=user, name="邓工", role="clerk")
    evening(root, "accounts.disable_person", user=user)
    evening(root, "accounts.enable_person", user=user)
    evening(root, "accounts.reset_password", user=user, password=PASSWORD + "换")
    evening(Actor(Role.VISITOR, newcomer_id=user), "accounts.change_password", old=PASSWORD + "换", new=PASSWORD * 2)
    with unit_of_work() as uow:
        opened, _cookie = sign_ins.sign_in(uow, user, uow.db.get_one(User, user).password_hash, "test")
        button = {"name": "按钮", "commands": ["live.end_slot"], "session_id": session, "unit_id": None, "days": 3}
        token, _secret = tokens.make_token(uow, host, host, **button)
    evening(root, "accounts.revoke_sign_in", sign_in=opened.id)
    evening(root, "accounts.revoke_token", token=token.id)
    evening(city.phone(), "accounts.find_units", text="路灯")
    evening(root, "accounts.appoint_head", unit=unit, name="邓工", title="所长", from_day="2026-01-01")


def of_preparation(evening: Evening) -> int:
    """A session that is live and takes questions."""
    host, units = evening.city.person(Role.HOST), [evening.city.city_management.id, evening.city.water.id]
    planned = {"title": "城市照明", "starts_at": clocks.milliseconds(EIGHT), "planned_minutes": 60, "units": units}
    made = evening(host, "live.create_session", **planned)
    session: int = made["session"]
    evening(host, "live.change_session", session=session, theme="灯")
    for command in ("live.open_intake", "live.close_intake", "live.open_intake"):
        evening(host, command, session=session)
    evening(host, "live.find_session", code=made["code"])
    clip = {"session": session, "kind": "clip", "title": "暗访短片", "planned_minutes": 2}
    first, second = (evening(host, "live.add_item", **clip)["item"] for _ in range(2))
    evening(host, "live.change_item", item=first, seen=0, title="短片")
    evening(host, "live.move_item", item=second, before=first)
    evening(host, "live.arm_item", item=second, follows=True)
    evening(host, "live.remove_item", item=second, seen=1)
    evening(host, "live.renumber_cues", session=session)
    for command in ("live.steps", "live.undo", "live.redo"):
        evening(host, command, session=session)
    rehearsal = evening(host, "live.rehearse_session", session=session)["session"]
    evening(host, "live.clear_rehearsal", session=rehearsal)
    evening(host, "live.go_live", session=session, planned_for=EIGHT.date().isoformat())
    live = evening(host, "live.take_back_live", session=session, seen=evening.floor(session))
    assert live["session"] == session
    evening(host, "live.go_live", session=session, planned_for=EIGHT.date().isoformat())
    evening(host, "live.show_on_screen", session=session, shows="qr")
    evening(host, "live.report_screen", session=session, screen="screen-0001")
    evening(host, "live.next_page", session=session, view="staff", of="question", window="waiting", after=0, most=5)
    evening(host, "live.rows", session=session, view="staff", of="item", ids=[first])
    evening(host, "questions.take_item", session=session, item=first, seen=evening.floor(session))
    return session


def of_moderation(evening: Evening, session: int, phone: Actor) -> list[int]:
    """Four approved questions, the first and the second asked by this phone."""
    city, moderator = evening.city, evening.city.person(Role.MODERATOR)

    def press(name: str, question: int, **fields: Any) -> dict[str, Any]:
        return evening(moderator, f"questions.{name}", question=question, seen=rev(question), **fields)

    phones = [phone, phone, *(city.phone() for _ in range(4))]
    asked = [evening(one, "questions.ask", session=session, text=f"{LAMPS}第{n}次问")["question"]
             for n, one in enumerate(phones)]  # fmt: skip
    evening(moderator, "questions.hold", question=asked[0])
    for one in asked[:5]:
        press("approve", one, unit=city.city_management.id)
    evening(phone, "questions.similar", session=session, text=LAMPS)
    evening(moderator, "questions.candidates", question=asked[5])
    press("set_unit", asked[0], unit=city.water.id)
    press("undo", asked[4])
    press("refuse", asked[4], reason="spam")
    press("merge", asked[5], into=asked[3])
    press("unmerge", asked[5])
    press("merge", asked[5], into=asked[1])
    evening(phone, "questions.support", question=asked[1])
    evening(phone, "questions.withdraw_support", question=asked[1])
    evening(phone, "questions.listing", session=session)
    evening(moderator, "questions.find", session=session, list="open")
    reworded = press("reword", asked[0], text="湖滨路的路灯，何日修好？")["question"]
    evening(phone, "questions.mine", session=session)
    return [reworded, *asked[1:4]]


def behind_the_scenes(evening: Evening, session: int) -> None:
    host = evening.city.person(Role.HOST)
    timer = evening(host, "live.add_timer", session=session, name="茶歇", seconds=300)["timer"]
    evening(host, "live.set_timer", timer=timer, name="短片", seconds=60)
    for verb in ("start", "pause", "resume", "reset"):
        evening(host, f"live.{verb}_timer", timer=timer)
    evening(host, "live.extend_timer", timer=timer, seconds=60)
    evening(host, "live.remove_timer", timer=timer)
    message = evening(host, "live.send_message", session=session, to="floor", text="请候场")["message"]
    evening(host, "live.acknowledge_message", message=message)
    evening(host, "live.switch_stage_timer", session=session, wrap_up=True)


def on_air(evening: Evening, session: int, asked: list[int]) -> int:
    """What is on air is answered; returns the response."""
    host, clerk, unit = evening.city.person(Role.HOST), evening.city.person(Role.CLERK), evening.city.city_management.id

    def press(name: str, **fields: Any) -> dict[str, Any]:
        return evening(host, name, session=session, seen=evening.floor(session), **fields)

    speaks = {"title": "发言", "planned_minutes": 2, "unit": unit, "speaker": "林知远", "at_zero": "grace",
              "grace_seconds": 10}  # fmt: skip
    planned = evening(host, "live.add_item", session=session, kind="slot", **speaks)["item"]
    press("questions.put_on_air", question=asked[0])
    press("questions.take_back", question=asked[0])
    press("questions.put_on_air", question=asked[1])
    press("live.start_slot", unit=unit, speaker="林知远", seconds=60)
    press("live.pause_slot", interruption=True)
    press("live.resume_slot")
    press("live.extend_slot", seconds=30)
    press("live.extend_everybody", seconds=30)
    behind_the_scenes(evening, session)
    press("live.end_slot")
    press("questions.clear_floor")
    press("live.take_and_start", item=planned)
    press("questions.clear_floor")
    said = {
        "question": asked[1],
        "unit": unit,
        "kind": "specific_commitment",
        "text": "12月18日前修好。",
        "speaker": "林",
    }
    response: int = evening(clerk, "responses.record_response", **said)["response"]
    return int(evening(clerk, "responses.correct_response", response=response, text="12月18日前全部修好。")["response"])


def of_pledges(evening: Evening, response: int) -> None:
    city = evening.city
    clerk, official, staff = city.person(Role.CLERK), city.official_of(city.city_management), city.person(Role.STAFF)
    promised = {"spoken": "我承诺修好。", "lead_unit": city.city_management.id, "action": "修复", "object": "路灯",
                "officer": "林知远", "due_on": "2026-12-18"}  # fmt: skip

    def press(actor: Actor, name: str, **fields: Any) -> dict[str, Any]:
        return evening(actor, f"pledges.{name}", pledge=pledge, seen=pledge_rev(pledge), **fields)

    pledge = evening(clerk, "pledges.record_pledge", response=response, **promised)["pledge"]
    evening(city.person(Role.HOST), "pledges.show_on_screen", pledge=pledge)
    press(official, "dispute_pledge", words="说的是年底前")
    pledge = press(clerk, "correct_pledge", officer="林知远局长")["pledge"]
    press(official, "confirm_pledge")
    spoken = evening(clerk, "pledges.record_pledge", response=response, **promised)["pledge"]
    evening.clock.forward(minutes=25 * 60)
    evening(staff, "pledges.let_spoken_version_stand", pledge=spoken, seen=pledge_rev(spoken))
    report = evening(official, "pledges.report_progress", pledge=pledge, text="灯具已到货")["progress"]
    evidence = evening(official, "pledges.add_evidence", pledge=pledge, kind="text", text="验收单")["evidence"]
    evening(staff, "pledges.withdraw_evidence", evidence=evidence, reason="含手机号")
    evening(staff, "pledges.withdraw_progress", progress=report, reason="含手机号")
    press(staff, "withdraw_words", reason="含手机号")
    pledge = press(clerk, "correct_pledge", spoken="我承诺年内修好。")["pledge"]
    press(official, "ask_extension", due_on="2026-12-25", reason="到货晚了")
    press(official, "ask_extension", due_on="2027-03-31", reason="还要再晚")
    press(city.person(Role.LEADER), "refuse_extension", note="不同意再拖")
    press(official, "ask_extension", due_on="2027-02-26", reason="还要再晚")
    press(city.person(Role.LEADER), "sign_extension")
    evening(official, "pledges.add_evidence", pledge=pledge, kind="text", text="照片说明")
    press(official, "claim_done")
    press(staff, "return_pledge", note="三盏不亮")
    evening.clock.forward(minutes=1)
    evening(official, "pledges.add_evidence", pledge=pledge, kind="text", text="三盏已换")
    press(official, "claim_done")
    press(staff, "accept_pledge", note="都亮了")


def of_results(evening: Evening) -> None:
    root, staff, unit = evening.city.person(Role.ADMINISTRATOR), evening.city.person(Role.STAFF), evening.city.water.id
    group = evening(root, "accounts.add_peer_group", name="市直部门")["group"]
    for one in (unit, evening.city.housing.id):
        evening(root, "accounts.set_peer_group", unit=one, group=group, from_day="2026-01-01")
        evening(root, "accounts.appoint_head", unit=one, name="沈望", title="局长", from_day="2026-01-01")
    meant = {"code": "lamps", "name": "亮灯率", "theme": "照明", "measure": "%", "better": "more", "period": "month",
             "accumulates": False, "decimals": 1, "weight": "1", "groups": [group]}  # fmt: skip
    indicator = evening(staff, "results.define_indicator", **meant)["indicator"]
    evening(staff, "results.set_plan", indicator=indicator, year=2026, shares=["5", "5", *["9"] * 10])
    for one in (unit, evening.city.housing.id):
        of_october = {"indicator": indicator, "unit": one, "period": "2026-10"}
        evening(staff, "results.set_target", **of_october, baseline="95", stretch="99")
        evening(staff, "results.record_actual", **of_october, value="97.5")
    evening(staff, "results.publish_table", theme="照明", period="2026-10", group=group)
    evening(staff, "results.publish_theme", theme="照明", period="2026-10")


def of_verdicts(evening: Evening, session: int, question: int) -> None:
    """What was answered on air is judged by a card and by phones that press as one."""
    city, host, producer = evening.city, evening.city.person(Role.HOST), evening.city.person(Role.PRODUCER)
    evening(host, "verdicts.make_cards", session=session, number=2)
    evening(host, "verdicts.call_off", verdict=evening(host, "verdicts.open", question=question, seconds=30)["verdict"])
    verdict = evening(host, "verdicts.open", question=question, seconds=30)["verdict"]
    with reading() as db:
        code = live.session(db, session).code
    card = {"verdict": verdict, "typed": f"1 {pins.pin(code, 1)}", "satisfied": True}
    evening(city.phone(), "verdicts.judge_by_card", **card)
    swarm = [city.phone(), city.phone()]  # sooner than a hand can be
    for phone in swarm:
        evening(phone, "verdicts.judge", verdict=verdict, satisfied=False)
    evening(host, "verdicts.close", verdict=verdict)
    evening(host, "verdicts.show_on_screen", verdict=verdict)
    found = evening(producer, "verdicts.find_patterns", verdict=verdict)["findings"][0]
    aside = {"verdict": verdict, "pattern": found["pattern"], "found": found["found"], "votes": found["votes"]}
    set_aside = evening(producer, "verdicts.set_aside", **aside)["set_aside"]
    evening(producer, "verdicts.bring_back", set_aside=set_aside)
    evening(producer, "verdicts.take_out_card", panel_card=1)
    evening(producer, "verdicts.put_back_card", panel_card=1)
    device = {"session": session, "device": swarm[0].device_id}
    evening(producer, "verdicts.take_out_device", **device)
    evening(producer, "verdicts.put_back_device", **device)


SEGMENT = {"name": "经验", "pick": "top", "group": "市直部门", "count": 2, "base_s": 600, "shortest_s": 60,
           "longest_s": 1200}  # fmt: skip


def of_the_exam(evening: Evening) -> None:
    """After `of_results`: a meeting of two slots, one of which is cut and passed over."""
    city, host, leader = evening.city, evening.city.person(Role.HOST), evening.city.person(Role.LEADER)
    policy = json.dumps({"minutes": 20, "interruptions_s": 60, "segments": [SEGMENT]})
    evening(host, "exam.set_policy", policy=policy)
    evening(host, "exam.preview", policy=policy, theme="照明", period="2026-10")
    now = clocks.milliseconds(clocks.now())
    made = evening(host, "exam.create_exam", title="夜考会", theme="照明", period="2026-10", starts_at=now)
    session = made["session"]
    evening(host, "exam.plan_slots", session=session)
    evening(host, "exam.mark_presence", session=session, unit=city.water.id, presence="present")
    evening(host, "exam.roll_call", session=session)
    evening(city.official_of(city.water), "exam.room", session=session, unit=city.water.id)
    evening(host, "exam.figures", session=session)
    evening(host, "exam.last_pledges", session=session, unit=city.city_management.id)
    with reading() as db:
        (_first, one), (second, _two) = exams.slots(db, session)
    evening(host, "live.go_live", session=session)
    evening(host, "exam.change_slot", slot=second.id, seconds=900, why="问题集中")
    evening(host, "live.take_and_start", session=session, seen=evening.floor(session), item=one.id)
    evening(leader, "exam.interrupt", session=session, seen=evening.floor(session), words="为什么还有暗灯？")
    evening(host, "exam.end_interruption", session=session, seen=evening.floor(session))
    evening(leader, "exam.record_pledge", session=session, spoken="月底前全亮。", lead_unit=city.water.id)
    cuts = evening(host, "exam.propose_cuts", session=session)["cuts"]
    evening(host, "exam.cut_slots", session=session, seen=evening.floor(session), cuts=cuts)
    evening(host, "exam.skip_slot", slot=second.id, why="在外出差", absent=True)
    evening(host, "exam.restore_slots", session=session, why="已赶到会场")
    evening(host, "exam.draft_next", session=session)


def of_graphics(evening: Evening, session: int) -> None:
    director = evening.city.person(Role.PRODUCER)

    def press(name: str, **fields: Any) -> dict[str, Any]:
        return evening(director, f"graphics.{name}", **fields)

    def on(layer: str, **fields: Any) -> dict[str, Any]:
        return {"session": session, "layer": layer, **fields}

    card = press("prepare_card", **on("lower_third", content={"name": "林知远"}))["card"]
    rev = press("change_card", card=card, seen=0, content={"name": "林知远", "title": "局长"})["rev"]
    seen = press("take", session=session, card=card, rev=rev, seen=0)["revision"]
    press("update_on_air", **on("lower_third", seen=seen, content={"name": "林知远", "title": "副局长"}))
    press("clear", **on("lower_third", seen=2))
    press("hold", **on("lower_third"))
    press("release", **on("lower_third"))
    press("discard_card", card=card)
    logo = press("see_filled", session=session)["layers"]["logo"]
    press("take", **on("logo", seen=0, digest=logo["digest"]))
    press("panic", session=session)
    with unit_of_work() as uow:
        output, _token = outputs.make_output(uow, director, session, "主输出", [])
        page = queries.of_output(output, "")
    report = {"page": "page-0001", "layers": {"logo": 1}, "fps": 50, "width": 1920, "height": 1080}
    evening(page, "graphics.report_output", session=session, **report, build="abc", visible=True)
    for verb in ("identify_output", "reload_output", "revoke_output"):
        press(verb, output=output.id)


def of_the_close(evening: Evening, session: int, asked: list[int], phone: Actor) -> None:
    city, staff = evening.city, evening.city.person(Role.STAFF)
    host, official = city.person(Role.HOST), city.official_of(city.city_management)
    evening(host, "responses.close_session", session=session, seen=evening.floor(session), leave_waiting=True,
            unitless_to=city.city_management.id)  # fmt: skip
    evening(phone, "responses.judge_answer", question=asked[1], satisfied=False)
    evening(phone, "responses.reopen_question", question=asked[1], reason="还有三盏不亮")
    handed = asked[2]
    evening(official, "questions.return_question", question=handed, seen=rev(handed), reason="归水务局管")
    own = {"question": handed, "seen": rev(handed), "unit": city.city_management.id, "reason": "仍归城管局"}
    evening(staff, "questions.reassign_question", **own)
    said = {"question": handed, "kind": "acknowledgement", "text": "已收到，正在办。"}
    written = evening(official, "responses.answer_in_writing", **said)
    promised = {"action": "修复", "object": "路灯", "officer": "林知远", "due_on": "2026-12-18"}
    evening(
        official, "responses.answer_in_writing", question=asked[3], kind="specific_commitment", text="修好", **promised
    )
    withdrawn = {"question": asked[3], "seen": rev(asked[3]), "reason": "含住址"}
    evening(city.person(Role.MODERATOR), "questions.withdraw_words", **withdrawn)
    evening(staff, "responses.withdraw_words", response=written["response"], reason="含住址")
    for command in ("responses.add_vague_word", "responses.remove_vague_word"):
        evening(staff, command, word="择日")
    planned = {"title": "下一场", "starts_at": clocks.milliseconds(EIGHT + timedelta(days=7)), "planned_minutes": 60}
    another = evening(host, "live.create_session", **planned)["session"]
    evening(host, "responses.call_off_session", session=another, reason="台风")


def test_every_answer_is_what_the_page_says(evening: Evening) -> None:
    session = of_preparation(evening)
    of_accounts(evening, session)
    phone = evening.city.phone()
    asked = of_moderation(evening, session, phone)
    of_pledges(evening, on_air(evening, session, asked))
    of_verdicts(evening, session, asked[1])
    of_graphics(evening, session)
    of_pictures(evening, session)
    of_films(evening, session)
    of_the_close(evening, session, asked, phone)
    of_recordings(evening, session)
    of_results(evening)
    of_the_exam(evening)
    assert not evening.wrong, "\n".join(evening.wrong)
    named = {endpoint.name for endpoint in registry.every() if not endpoint.name.startswith("tests.")}
    assert (sorted(evening.said), sorted(evening.told)) == (sorted(named), sorted(named))
    listed = {f"{name}.{key}" for name, answer in evening.told.items() for key, inner in answer.items() if inner}
    assert listed <= evening.full, "an empty list shows nothing of what it holds"
