"""Who may do what: one table of small predicates, asked again at every event.

A command's name is its permission. A predicate looks at the actor and, where it matters whose thing it is, at the
scope of the question: the unit that is answerable, the session, the person or device whose own it is, a token that was
shown. Reading streams is in the same table (`read.public`, `read.internal`, `read.staff`).
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from .errors import BeyondToken, Forbidden, PasswordChangeNeeded, SignedOut


class Role(StrEnum):
    ADMINISTRATOR = "administrator"
    HOST = "host"
    PRODUCER = "producer"
    MODERATOR = "moderator"
    CLERK = "clerk"
    OFFICIAL = "official"
    STAFF = "staff"
    LEADER = "leader"
    AUDIENCE = "audience"
    VISITOR = "visitor"
    SYSTEM = "system"


#: Roles that a person signs in with.
PERSONS = (
    Role.ADMINISTRATOR, Role.HOST, Role.PRODUCER, Role.MODERATOR, Role.CLERK, Role.OFFICIAL, Role.STAFF, Role.LEADER,
)  # fmt: skip


@dataclass(frozen=True)
class Grant:
    """What an API token lets its bearer do of what the person who made it may: some commands, of one session, or of a
    unit and those below it. One of the two is None. An output over the picture has one of its own kind (`is_output`):
    it may do what it names in its session, and nothing that is anybody's; `address` tells its token from those that it
    had before."""

    token_id: int
    commands: frozenset[str]
    session_id: int | None = None
    unit_ids: frozenset[int] | None = None
    is_output: bool = False
    address: str = ""

    @property
    def bearer(self) -> str:
        """By which name its limits, keys and sockets are known."""
        return f"output:{self.token_id}:{self.address}" if self.is_output else f"token:{self.token_id}"

    def covers(self, scope: "Scope") -> bool:
        """Whether a thing lies within it, as far as is known where it belongs."""
        return (self.session_id is None or scope.session_id in (None, self.session_id)) and (
            self.unit_ids is None or scope.unit_id is None or scope.unit_id in self.unit_ids
        )

    def bounds(self, scope: "Scope") -> bool:
        """Whether enough is known of where a thing belongs to say that it lies within."""
        return (scope.unit_id if self.session_id is None else scope.session_id) is not None


@dataclass(frozen=True)
class Actor:
    """Who is acting, as the database knows it at this moment.

    `unit_ids` are the actor's own unit and everything below it; `network` is the network that limits count by. A
    `newcomer_id` is a person who signed in with a one-time password and is nobody yet but for changing it. A `grant`
    bounds whoever acts by an API token.
    """

    role: Role
    user_id: int | None = None
    name: str = ""
    unit_id: int | None = None
    unit_ids: frozenset[int] = field(default_factory=frozenset)
    device_id: int | None = None
    sign_in_id: int | None = None
    network: str = ""
    newcomer_id: int | None = None
    grant: Grant | None = None

    @property
    def is_signed_in(self) -> bool:
        return self.user_id is not None


SYSTEM = Actor(Role.SYSTEM)
VISITOR = Actor(Role.VISITOR)


@dataclass(frozen=True)
class Scope:
    """What a permission is asked for, as far as it matters: who asks names what is known of the thing.

    `unit_id` is the unit that is answerable for it; `session_id` the session it belongs to; `user_id` the person whose
    own it is, `device_id` the device it came from; `token` says that the secret that proves it (a receipt number, say)
    was shown.
    """

    unit_id: int | None = None
    session_id: int | None = None
    user_id: int | None = None
    device_id: int | None = None
    token: bool = False


ANYWHERE = Scope()

Predicate = Callable[[Actor, Scope], bool]


def anyone(_actor: Actor, _scope: Scope) -> bool:
    return True


def has_device(actor: Actor, _scope: Scope) -> bool:
    """A person of the audience, or anybody else holding a device token."""
    return actor.device_id is not None


def owner(actor: Actor, scope: Scope) -> bool:
    """The person whose own it is."""
    return scope.user_id is not None and scope.user_id == actor.user_id


def newcomer(actor: Actor, scope: Scope) -> bool:
    """A person who has to change a one-time password first, about nothing but the own."""
    return actor.newcomer_id is not None and scope.user_id in (None, actor.newcomer_id)


def sender(actor: Actor, scope: Scope) -> bool:
    """The device that it came from."""
    return scope.device_id is not None and scope.device_id == actor.device_id


def holder(_actor: Actor, scope: Scope) -> bool:
    """Whoever shows the token that belongs to it."""
    return scope.token


def output(actor: Actor, _scope: Scope) -> bool:
    """A page that stands over the picture, by its own token."""
    return actor.grant is not None and actor.grant.is_output


def crew(*roles: Role) -> Predicate:
    """One of these roles; an administrator may do whatever a crew may."""
    allowed = frozenset(roles) | {Role.ADMINISTRATOR}
    return lambda actor, _scope: actor.role in allowed


def answerable(actor: Actor, scope: Scope) -> bool:
    """An official of the unit that is answerable, or of one above it."""
    return actor.role is Role.OFFICIAL and scope.unit_id is not None and scope.unit_id in actor.unit_ids


def official(actor: Actor, _scope: Scope) -> bool:
    return actor.role is Role.OFFICIAL


def the_system(actor: Actor, _scope: Scope) -> bool:
    return actor.role is Role.SYSTEM


def either(*predicates: Predicate) -> Predicate:
    return lambda actor, scope: any(predicate(actor, scope) for predicate in predicates)


_administrator = crew()
_preparation = crew(Role.HOST, Role.PRODUCER)
_stage = crew(Role.HOST, Role.PRODUCER)
_moderation = crew(Role.MODERATOR, Role.PRODUCER)
_record = crew(Role.CLERK)
_behind_the_scenes = crew(Role.HOST, Role.PRODUCER, Role.MODERATOR, Role.CLERK, Role.STAFF)
_followup = crew(Role.STAFF)
#: Those who look after the votes of verdicts: the host, whose programme it is, is not among them.
_scrutiny = crew(Role.PRODUCER, Role.STAFF)
_signed_in = crew(*PERSONS)
#: `inquiry users …` on the machine itself: whoever may run that may as well be trusted with this.
_from_the_server_too = either(the_system, _administrator)

PERMISSIONS: dict[str, Predicate] = {
    "read.public": anyone,
    "read.internal": _signed_in,  # what the public reads, also of a meeting that is closed to it while it runs
    "read.staff": _behind_the_scenes,
    "read.output": output,  # what is on air over the picture
    "read.trace": crew(Role.PRODUCER, Role.STAFF, Role.LEADER),
    # accounts
    "accounts.join_audience": anyone,
    "accounts.sign_out": either(_signed_in, newcomer),
    "accounts.change_password": either(_signed_in, newcomer),
    "accounts.revoke_sign_in": either(owner, newcomer, _administrator),
    "accounts.add_person": _from_the_server_too,
    "accounts.change_person": _administrator,
    "accounts.reset_password": _from_the_server_too,
    "accounts.disable_person": _from_the_server_too,
    "accounts.enable_person": _from_the_server_too,
    "accounts.make_token": either(owner, the_system),
    "accounts.revoke_token": either(owner, _from_the_server_too),
    "accounts.add_unit": _administrator,
    "accounts.change_unit": _administrator,
    "accounts.import_units": _from_the_server_too,
    "accounts.appoint_head": _administrator,
    "accounts.add_peer_group": _administrator,
    "accounts.set_peer_group": _administrator,
    # live: before
    "live.create_session": _preparation,
    "live.change_session": _preparation,
    "live.rehearse_session": _preparation,
    "live.clear_rehearsal": _preparation,
    "live.open_intake": _preparation,
    "live.close_intake": _preparation,
    "live.go_live": _stage,
    "live.take_back_live": _stage,
    "live.add_item": _preparation,
    "live.change_item": _preparation,
    "live.move_item": _preparation,
    "live.remove_item": _preparation,
    "live.arm_item": _preparation,
    "live.import_rundown": _preparation,
    "live.renumber_cues": _preparation,
    "live.undo": _preparation,
    "live.redo": _preparation,
    "live.steps": _preparation,
    # live: on air
    "live.start_slot": _stage,
    "live.take_and_start": _stage,
    "live.pause_slot": _stage,
    "live.interrupt_slot": crew(Role.HOST, Role.PRODUCER, Role.LEADER),
    "live.resume_slot": _stage,
    "live.extend_slot": _stage,
    "live.extend_everybody": _stage,
    "live.end_slot": _stage,
    "live.show_on_screen": _stage,
    "live.add_timer": _stage,
    "live.set_timer": _stage,
    "live.start_timer": _stage,
    "live.pause_timer": _stage,
    "live.resume_timer": _stage,
    "live.reset_timer": _stage,
    "live.extend_timer": _stage,
    "live.remove_timer": _stage,
    "live.send_message": _behind_the_scenes,
    "live.acknowledge_message": _behind_the_scenes,
    "live.switch_stage_timer": _stage,
    "live.call_time": the_system,
    # a screen counts that somebody of the crew has opened: a stranger could keep a lost one from being missed
    "live.report_screen": _behind_the_scenes,
    "live.press_unseen": holder,  # on the floor, whatever has changed there since: a button has no eyes
    # questions
    "questions.ask": has_device,
    "questions.support": has_device,
    "questions.withdraw_support": has_device,
    "questions.import": crew(Role.PRODUCER, Role.MODERATOR, Role.STAFF),
    "questions.hold": _moderation,
    "questions.approve": _moderation,
    "questions.refuse": _moderation,
    "questions.merge": _moderation,
    "questions.unmerge": _moderation,
    "questions.reword": _moderation,
    "questions.undo": _moderation,
    "questions.withdraw_words": crew(Role.STAFF, Role.MODERATOR),
    "questions.set_unit": _moderation,
    "questions.return_question": answerable,
    "questions.reassign_question": _followup,
    # the floor: these verbs join the rundown and the questions
    "questions.put_on_air": _stage,
    "questions.take_item": _stage,
    "questions.clear_floor": _stage,
    "questions.take_back": _stage,
    # responses
    "responses.record_response": _record,
    "responses.correct_response": _record,
    "responses.answer_in_writing": answerable,
    "responses.close_session": _stage,
    "responses.call_off_session": _preparation,
    "responses.judge_answer": either(sender, holder),  # the phone that asked, or its receipt number
    "responses.reopen_question": either(sender, holder),
    "responses.withdraw_words": _followup,
    "responses.edit_vague_words": crew(Role.CLERK, Role.STAFF),
    # pledges
    "pledges.record_pledge": crew(Role.CLERK, Role.STAFF),
    "pledges.correct_pledge": crew(Role.CLERK, Role.STAFF),
    "pledges.show_on_screen": _stage,
    "pledges.confirm_pledge": answerable,
    "pledges.dispute_pledge": answerable,
    "pledges.report_progress": either(answerable, _followup),
    "pledges.add_evidence": either(answerable, _followup),
    "pledges.withdraw_evidence": _followup,
    "pledges.withdraw_progress": _followup,
    "pledges.withdraw_words": _followup,
    "pledges.claim_done": answerable,
    "pledges.accept_pledge": crew(Role.STAFF, Role.LEADER),
    "pledges.return_pledge": crew(Role.STAFF, Role.LEADER),
    "pledges.ask_extension": answerable,
    "pledges.sign_extension": crew(Role.LEADER),
    "pledges.refuse_extension": crew(Role.LEADER),
    "pledges.decide_first_extension": crew(Role.STAFF, Role.LEADER),  # asked for by both while it is the first
    "pledges.let_spoken_version_stand": either(the_system, _followup),
    # verdicts
    "verdicts.open": _stage,
    "verdicts.close": either(the_system, _stage),
    "verdicts.call_off": _stage,
    "verdicts.show_on_screen": _stage,
    "verdicts.judge": has_device,
    "verdicts.judge_by_card": holder,  # a card of the panel, with its PIN
    "verdicts.see_cards": _preparation,
    "verdicts.make_cards": _preparation,
    "verdicts.take_out_card": _preparation,
    "verdicts.put_back_card": _preparation,
    "verdicts.take_out_device": _scrutiny,
    "verdicts.put_back_device": _scrutiny,
    "verdicts.find_patterns": _scrutiny,
    "verdicts.set_aside": _scrutiny,
    "verdicts.bring_back": _scrutiny,
    # results: by hand, or from files on the server
    "results.define_indicator": either(the_system, _followup),
    "results.set_plan": either(the_system, _followup),
    "results.set_target": either(the_system, _followup),
    "results.record_actual": either(the_system, _followup),
    "results.publish_table": either(the_system, _followup),
    "results.publish_theme": either(the_system, _followup),
    # exam: the meeting is planned and run by whoever runs the stage; leaders speak in it, units say that they are there
    "exam.set_policy": either(the_system, _preparation),
    "exam.preview": crew(Role.HOST, Role.PRODUCER, Role.STAFF),
    "exam.create_exam": either(the_system, _preparation),
    "exam.draft_next": _preparation,
    "exam.plan_slots": either(the_system, _preparation),
    "exam.change_slot": _stage,
    "exam.skip_slot": _stage,
    "exam.cut_slots": _stage,
    "exam.restore_slots": _stage,
    "exam.interrupt": crew(Role.HOST, Role.PRODUCER, Role.LEADER),
    "exam.end_interruption": crew(Role.HOST, Role.PRODUCER, Role.LEADER),
    "exam.mark_presence": either(answerable, crew(Role.HOST, Role.PRODUCER, Role.CLERK, Role.STAFF)),
    "exam.record_pledge": crew(Role.CLERK, Role.STAFF, Role.LEADER),
    "exam.room": either(answerable, _administrator),
    "exam.see_silence": crew(Role.STAFF, Role.LEADER),
    "exam.roll_call": crew(Role.HOST, Role.PRODUCER, Role.CLERK, Role.STAFF),
    # graphics: what stands over the picture
    **{
        f"graphics.{name}": _stage
        for name in ("see_filled", "take", "update_on_air", "clear", "panic", "hold", "release")
    },
    **{f"graphics.{name}_card": _stage for name in ("prepare", "change", "discard")},
    **{f"graphics.{name}_output": _stage for name in ("make", "renew", "revoke", "identify", "reload")},
    "graphics.report_output": output,
    # media: nginx and the worker say what becomes of the picture; `media/rights.py` besides, who is on the stage now
    **dict.fromkeys(("media.choose_source", "media.make_key", "media.finish"), either(_stage, the_system)),
    **dict.fromkeys(("media.publish", "media.withdraw_passage"), _scrutiny),
    **dict.fromkeys(("media.caption", "media.correct_caption"), either(_moderation, _record, _followup)),
    **dict.fromkeys(("media.let_in", "media.tell_state", "media.tell_recording", "media.work"), the_system),
    **dict.fromkeys(("media.revoke_key", "media.set_conference", "media.mute", "media.mute_others"), _stage),
    **dict.fromkeys(("media.begin_film", "media.discard_film", "media.films", "media.show_film"), _preparation),
    **dict.fromkeys(("media.take_film_out", "media.set_captions"), _preparation),
    "media.see_film": either(_signed_in, output),  # while it is on air, the crew before as well
    **dict.fromkeys(("media.mark_ready", "media.raise_hand"), owner),
    "media.leave_stage": either(owner, _stage),  # who is gone keeps nobody out
    "media.join_stage": either(answerable, crew(Role.HOST, Role.LEADER)),
    "media.see_stage": either(answerable, crew(Role.HOST, Role.PRODUCER, Role.LEADER)),
    # the desks: who may open the page; what can be done there is asked again at every press
    "desk.host": _stage,
    "desk.moderate": _moderation,
    "desk.clerk": _record,
    "desk.official": either(official, _administrator),
    "desk.director": _stage,
    "desk.leader": crew(Role.LEADER),
}


def allows(actor: Actor, command: str, scope: Scope = ANYWHERE) -> bool:
    """Whether the table lets this actor do this; an unlisted command is allowed to nobody."""
    predicate = PERMISSIONS.get(command)
    return predicate is not None and predicate(actor, scope) and not _is_beyond_token(actor, command, scope)


def _is_beyond_token(actor: Actor, command: str, scope: Scope) -> bool:
    grant = actor.grant
    if grant is None or (command == "read.public" and not grant.is_output):
        return False
    return command not in grant.commands or not grant.covers(scope)


def require(actor: Actor, command: str, scope: Scope = ANYWHERE) -> None:
    """Raise SignedOut for a stranger, Forbidden for anybody else whom the table does not let; PasswordChangeNeeded for
    a newcomer, BeyondToken where only the token is in the way."""
    if allows(actor, command, scope):
        return
    if actor.newcomer_id is not None:
        raise PasswordChangeNeeded(command=command)
    if _is_beyond_token(actor, command, scope):
        raise BeyondToken(command=command)
    if actor.role in (Role.VISITOR, Role.AUDIENCE):
        raise SignedOut(command=command)
    raise Forbidden(command=command, role=actor.role.value)
