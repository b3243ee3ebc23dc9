"""Who may do what, as a second table written by hand: every role against every command."""

from dataclasses import replace

import pytest

from inquiry.dispatch import registry
from inquiry.errors import Forbidden, PasswordChangeNeeded, SignedOut
from inquiry.permissions import PERMISSIONS, Actor, Grant, Role, Scope, allows, require

LETTERS = {
    "A": Role.ADMINISTRATOR, "H": Role.HOST, "P": Role.PRODUCER, "M": Role.MODERATOR, "C": Role.CLERK,
    "O": Role.OFFICIAL, "S": Role.STAFF, "L": Role.LEADER, "a": Role.AUDIENCE, "v": Role.VISITOR, "y": Role.SYSTEM,
}  # fmt: skip
EVERYBODY = "AHPMCOSLavy"
SIGNED_IN = "AHPMCOSL"

#: For each command the roles that may; an O stands for an official of the unit that is answerable, and what is
#: somebody's own is each one's own here.
EXPECTED = {
    "read.public": EVERYBODY,
    "read.internal": SIGNED_IN,
    "read.staff": "AHPMCS",
    "read.output": "",
    "read.trace": "APSL",
    "accounts.join_audience": EVERYBODY,
    "accounts.sign_out": SIGNED_IN,
    "accounts.change_password": SIGNED_IN,
    "accounts.revoke_sign_in": SIGNED_IN,
    "accounts.add_person": "Ay",
    "accounts.change_person": "A",
    "accounts.reset_password": "Ay",
    "accounts.disable_person": "Ay",
    "accounts.enable_person": "Ay",
    "accounts.make_token": SIGNED_IN + "y",
    "accounts.revoke_token": SIGNED_IN + "y",
    "accounts.add_unit": "A",
    "accounts.change_unit": "A",
    "accounts.import_units": "Ay",
    "accounts.appoint_head": "A",
    "accounts.add_peer_group": "A",
    "accounts.set_peer_group": "A",
    "live.create_session": "AHP",
    "live.rehearse_session": "AHP",
    "live.clear_rehearsal": "AHP",
    "live.change_session": "AHP",
    "live.open_intake": "AHP",
    "live.close_intake": "AHP",
    "live.go_live": "AHP",
    "live.take_back_live": "AHP",
    "live.add_item": "AHP",
    "live.change_item": "AHP",
    "live.move_item": "AHP",
    "live.remove_item": "AHP",
    "live.arm_item": "AHP",
    "live.import_rundown": "AHP",
    "live.renumber_cues": "AHP",
    "live.undo": "AHP",
    "live.redo": "AHP",
    "live.steps": "AHP",
    "live.start_slot": "AHP",
    "live.take_and_start": "AHP",
    "live.pause_slot": "AHP",
    "live.interrupt_slot": "AHPL",
    "live.resume_slot": "AHP",
    "live.extend_slot": "AHP",
    "live.extend_everybody": "AHP",
    "live.end_slot": "AHP",
    "live.show_on_screen": "AHP",
    "live.add_timer": "AHP",
    "live.set_timer": "AHP",
    "live.start_timer": "AHP",
    "live.pause_timer": "AHP",
    "live.resume_timer": "AHP",
    "live.reset_timer": "AHP",
    "live.extend_timer": "AHP",
    "live.remove_timer": "AHP",
    "live.send_message": "AHPMCS",
    "live.acknowledge_message": "AHPMCS",
    "live.switch_stage_timer": "AHP",
    "live.call_time": "y",
    "live.report_screen": "AHPMCS",
    "live.press_unseen": "",
    "questions.ask": "a",
    "questions.support": "a",
    "questions.withdraw_support": "a",
    "questions.import": "APMS",
    "questions.hold": "APM",
    "questions.approve": "APM",
    "questions.refuse": "APM",
    "questions.merge": "APM",
    "questions.unmerge": "APM",
    "questions.reword": "APM",
    "questions.withdraw_words": "ASM",
    "questions.undo": "APM",
    "questions.set_unit": "APM",
    "questions.return_question": "O",
    "questions.reassign_question": "AS",
    "questions.put_on_air": "AHP",
    "questions.take_item": "AHP",
    "questions.clear_floor": "AHP",
    "questions.take_back": "AHP",
    "responses.record_response": "AC",
    "responses.correct_response": "AC",
    "responses.answer_in_writing": "O",
    "responses.close_session": "AHP",
    "responses.call_off_session": "AHP",
    "responses.judge_answer": "a",
    "responses.reopen_question": "a",
    "responses.withdraw_words": "AS",
    "responses.edit_vague_words": "ACS",
    "pledges.record_pledge": "ACS",
    "pledges.correct_pledge": "ACS",
    "pledges.show_on_screen": "AHP",
    "pledges.confirm_pledge": "O",
    "pledges.dispute_pledge": "O",
    "pledges.report_progress": "AOS",
    "pledges.add_evidence": "AOS",
    "pledges.withdraw_evidence": "AS",
    "pledges.withdraw_progress": "AS",
    "pledges.withdraw_words": "AS",
    "pledges.claim_done": "O",
    "pledges.accept_pledge": "ASL",
    "pledges.return_pledge": "ASL",
    "pledges.ask_extension": "O",
    "pledges.sign_extension": "AL",
    "pledges.refuse_extension": "AL",
    "pledges.decide_first_extension": "ASL",
    "pledges.let_spoken_version_stand": "ASy",
    "verdicts.open": "AHP",
    "verdicts.close": "AHPy",
    "verdicts.call_off": "AHP",
    "verdicts.show_on_screen": "AHP",
    "verdicts.judge": "a",
    "verdicts.judge_by_card": "",
    "verdicts.see_cards": "AHP",
    "verdicts.make_cards": "AHP",
    "verdicts.take_out_card": "AHP",
    "verdicts.put_back_card": "AHP",
    "verdicts.take_out_device": "APS",
    "verdicts.put_back_device": "APS",
    "verdicts.find_patterns": "APS",
    "verdicts.set_aside": "APS",
    "verdicts.bring_back": "APS",
    "exam.set_policy": "AHPy",
    "exam.preview": "AHPS",
    "exam.create_exam": "AHPy",
    "exam.draft_next": "AHP",
    "exam.plan_slots": "AHPy",
    "exam.change_slot": "AHP",
    "exam.skip_slot": "AHP",
    "exam.cut_slots": "AHP",
    "exam.restore_slots": "AHP",
    "exam.interrupt": "AHPL",
    "exam.end_interruption": "AHPL",
    "exam.mark_presence": "AHPCOS",
    "exam.record_pledge": "ACSL",
    "results.define_indicator": "ASy",
    "results.set_plan": "ASy",
    "results.set_target": "ASy",
    "results.record_actual": "ASy",
    "results.publish_table": "ASy",
    "results.publish_theme": "ASy",
    "graphics.prepare_card": "AHP",
    "graphics.change_card": "AHP",
    "graphics.discard_card": "AHP",
    "graphics.see_filled": "AHP",
    "graphics.take": "AHP",
    "graphics.update_on_air": "AHP",
    "graphics.clear": "AHP",
    "graphics.panic": "AHP",
    "graphics.hold": "AHP",
    "graphics.release": "AHP",
    "graphics.make_output": "AHP",
    "graphics.renew_output": "AHP",
    "graphics.revoke_output": "AHP",
    "graphics.identify_output": "AHP",
    "graphics.reload_output": "AHP",
    "graphics.report_output": "",
    "media.choose_source": "AHPy",
    "media.make_key": "AHPy",
    "media.revoke_key": "AHP",
    "media.let_in": "y",
    "media.tell_state": "y",
    "media.finish": "AHPy",
    "media.tell_recording": "y",
    "media.publish": "APS",
    "media.withdraw_passage": "APS",
    "media.caption": "APMCS",
    "media.correct_caption": "APMCS",
    "media.begin_film": "AHP",
    "media.discard_film": "AHP",
    "media.films": "AHP",
    "media.show_film": "AHP",
    "media.take_film_out": "AHP",
    "media.set_captions": "AHP",
    "media.see_film": SIGNED_IN,
    "media.work": "y",
    "media.join_stage": "AHLO",
    "media.see_stage": "AHPLO",
    "media.mark_ready": SIGNED_IN,
    "media.raise_hand": SIGNED_IN,
    "media.leave_stage": SIGNED_IN,
    "media.mute": "AHP",
    "media.mute_others": "AHP",
    "media.set_conference": "AHP",
    "desk.host": "AHP",
    "desk.director": "AHP",
    "desk.moderate": "APM",
    "desk.clerk": "AC",
    "desk.official": "AO",
    "desk.leader": "AL",
    "exam.room": "AO",
    "exam.roll_call": "AHPCS",
    "exam.see_silence": "ASL",
}

OWN_UNIT, OTHER_UNIT = 5, 6


def of(role: Role) -> Actor:
    """A person of this role; an official answers for OWN_UNIT; the audience holds a device."""
    return Actor(
        role,
        user_id=1 if role in LETTERS.values() and role not in (Role.AUDIENCE, Role.VISITOR, Role.SYSTEM) else None,
        unit_id=OWN_UNIT if role is Role.OFFICIAL else None,
        unit_ids=frozenset({OWN_UNIT}) if role is Role.OFFICIAL else frozenset(),
        device_id=1 if role is Role.AUDIENCE else None,
    )


def test_the_table_lists_every_command() -> None:
    assert set(PERMISSIONS) == set(EXPECTED)


@pytest.mark.parametrize("letter", LETTERS)
@pytest.mark.parametrize("command", EXPECTED)
def test_every_role_against_every_command(command: str, letter: str) -> None:
    actor = of(LETTERS[letter])
    scope = Scope(unit_id=OWN_UNIT, user_id=1, device_id=1)
    assert allows(actor, command, scope) is (letter in EXPECTED[command])


@pytest.mark.parametrize(
    "command", [name for name, roles in EXPECTED.items() if "O" in roles and roles not in (SIGNED_IN, EVERYBODY, "AO")]
)
def test_an_official_answers_for_the_own_unit_only(command: str) -> None:
    assert not allows(of(Role.OFFICIAL), command, Scope(unit_id=OTHER_UNIT))
    assert not allows(of(Role.OFFICIAL), command)


def test_what_is_somebody_elses_own_is_for_nobody_but_an_administrator_and_a_token_opens_it_to_all() -> None:
    another = Scope(user_id=2, device_id=2)
    for letter, role in LETTERS.items():
        assert allows(of(role), "accounts.revoke_sign_in", another) is (letter == "A")
        assert not allows(of(role), "responses.judge_answer", another)
        assert not allows(of(role), "responses.judge_answer"), "nobody's own is not everybody's"
        assert allows(of(role), "responses.judge_answer", Scope(token=True))
        assert not allows(of(role), "live.press_unseen")
        assert allows(of(role), "live.press_unseen", Scope(token=True))
        assert not allows(of(role), "accounts.make_token", another) or letter == "y", "nobody makes another's"


def test_an_unlisted_command_is_allowed_to_nobody() -> None:
    assert not allows(of(Role.ADMINISTRATOR), "questions.delete")


@pytest.mark.parametrize("letter", SIGNED_IN)
def test_a_token_opens_nothing_that_its_maker_or_its_list_does_not(letter: str) -> None:
    scope = Scope(unit_id=OWN_UNIT, user_id=1, session_id=7)
    for granted in EXPECTED:
        for grant in (Grant(1, frozenset({granted}), 7), Grant(1, frozenset({granted}), None, frozenset({OWN_UNIT}))):
            actor = replace(of(LETTERS[letter]), grant=grant)
            allowed = {command for command in EXPECTED if allows(actor, command, scope)}
            assert allowed == {"read.public"} | ({granted} if letter in EXPECTED[granted] else set())
            elsewhere = Scope(unit_id=OTHER_UNIT, user_id=1, session_id=8)
            assert {command for command in EXPECTED if allows(actor, command, elsewhere)} == {"read.public"}


def test_a_newcomer_may_change_the_password_and_go() -> None:
    newcomer = Actor(Role.VISITOR, sign_in_id=1, newcomer_id=1)
    own, another = ({name for name in EXPECTED if allows(newcomer, name, Scope(user_id=user))} for user in (1, 2))
    assert own - another == {"accounts.sign_out", "accounts.change_password", "accounts.revoke_sign_in"}
    assert another == {"read.public", "accounts.join_audience"}
    with pytest.raises(PasswordChangeNeeded):
        require(newcomer, "questions.approve")


def test_a_stranger_is_asked_to_sign_in_and_a_person_is_told_no() -> None:
    with pytest.raises(SignedOut):
        require(of(Role.VISITOR), "questions.approve")
    with pytest.raises(Forbidden) as refused:
        require(of(Role.CLERK), "questions.approve")
    assert refused.value.data == {"command": "questions.approve", "role": "clerk"}


@pytest.mark.usefixtures("app")
def test_every_registered_write_stands_in_the_table() -> None:
    """A command under a name of its own would escape the table; the few aliases are named here."""
    aliases = {"responses.add_vague_word", "responses.remove_vague_word"}
    writes = {endpoint.name for endpoint in registry.every() if endpoint.writes}
    assert writes - set(PERMISSIONS) <= aliases
