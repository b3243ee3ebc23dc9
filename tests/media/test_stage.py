"""The stage as rows: who is let on, what they and the director say, and what is told to whom."""

from dataclasses import replace
from typing import Any

import pytest
from flask import Flask, current_app
from sqlalchemy import select

from inquiry.accounts import queries as accounts
from inquiry.accounts.commands import people, sign_ins
from inquiry.accounts.models import Unit, User
from inquiry.core import clock as clocks
from inquiry.core.db import reading
from inquiry.dispatch import registry
from inquiry.dispatch.unit_of_work import unit_of_work
from inquiry.errors import Forbidden
from inquiry.live.commands import clearing, rehearsing, slots
from inquiry.live.models import AtZero
from inquiry.media import packaging, queries, refusals, rights, stage_queries
from inquiry.media.commands import programmes, sending, stage
from inquiry.media.models import CameraView, Part, PictureSource, PictureState, Place, Publisher, Stage
from inquiry.permissions import SYSTEM, Actor, Role
from inquiry.realtime.views import View, whole
from inquiry.responses.commands import closing
from inquiry.settings import settings
from tests.media.conftest import Clock, Evening, do
from tests.support.replay import nothing_changes, replaying
from tests.support.scenes import scene


def set_janus_up() -> None:
    """Until the test ends."""
    current_app.config["INQUIRY"] = replace(settings(), janus="http://127.0.0.1:8088/janus")


class OnStage:
    """An evening that is live, its picture from the stage; the water office is planned to speak for a minute."""

    def __init__(self, evening: Evening) -> None:
        self.evening, self.session = evening, evening.session
        self.item = evening.plan_speaker(60, AtZero.END)
        self.producer = evening.city.person(Role.PRODUCER)
        set_janus_up()
        do(programmes.choose_source, self.producer, self.session, PictureSource.STAGE)
        evening.go_live()

    def official(self, unit: Unit) -> Actor:
        return self.evening.city.official_of(unit)

    def join(self, actor: Actor, camera: CameraView = CameraView.MAIN) -> Publisher:
        found: Publisher = do(stage.join_stage, actor, self.session, camera)
        return found

    def seen_by(self, actor: Actor) -> dict[str, Any]:
        with reading() as db:
            asked = stage_queries.Asked(actor, "secret", clocks.now(), clocks.now())
            return stage_queries.seen(db, asked, self.evening.row)

    def lasting(self) -> list[int]:
        """Whose right lasts, as the worker finds it."""
        with reading() as db:
            rows = stage_queries.all_publishers(db)
            evenings = stage_queries.evenings(db, [session for _, _, session, _ in rows])
            return [
                one.id for one, user, session, _ in rows
                if stage_queries.still_right(db, one, user, evenings[session.id], clocks.now())
            ]  # fmt: skip


def another_of(unit: Unit) -> Actor:
    """A second official of a unit."""
    with unit_of_work() as uow:
        user = people.add_person(
            uow, Actor(Role.ADMINISTRATOR), login="second", name="Second", title="", role=Role.OFFICIAL,
            unit_id=unit.id, password_hash="-",
        )  # fmt: skip
        return accounts.person(uow.db, user)


def signed_in(actor: Actor) -> int:
    """Its number."""
    with unit_of_work() as uow:
        user = uow.db.get_one(User, actor.user_id)
        opened, _token = sign_ins.sign_in(uow, user.id, user.password_hash, "a browser")
        uow.db.flush()
        return opened.id


def whose(on_stage: OnStage) -> list[int]:
    with reading() as db:
        return [one.user_id for one, _user in stage_queries.publishers(db, on_stage.session)]


def whose_lasts() -> list[int]:
    """Whose right lasts, as the worker finds it."""
    with reading() as db:
        return [one.publisher.user_id for one in stage_queries.admitted(db, clocks.now())[0]]


@pytest.fixture
@scene
def on_stage(evening: Evening) -> OnStage:
    return OnStage(evening)


def test_one_is_let_in_while_the_right_lasts_and_everything_is_an_entry(on_stage: OnStage, clock: Clock) -> None:
    water, leader = on_stage.official(on_stage.evening.city.water), on_stage.evening.city.person(Role.LEADER)
    with replaying(on_stage.session) as kinds:
        publisher = on_stage.join(water)
        assert publisher.place is Place.GREEN_ROOM
        assert on_stage.join(water).id == publisher.id, "pressed twice"
        do(stage.mark_ready, water, publisher.id, ready=True)
        do(stage.mark_ready, water, publisher.id, ready=True)
        on_stage.evening.begin(on_stage.item)
        do(stage.tell_publishers, SYSTEM, {publisher.id: (Place.STAGE, True)})
        hand = on_stage.join(leader)
        do(stage.raise_hand, leader, hand.id, raised=True)
        assert do(stage.mute_others, on_stage.producer, on_stage.session)[0].id == hand.id
        do(stage.mute, on_stage.producer, publisher.id, muted=True)
        do(stage.mute, on_stage.producer, publisher.id, muted=False)
        do(stage.tell_stage, SYSTEM, on_stage.session, PictureState.ON)
        do(stage.set_conference, on_stage.producer, on_stage.session, Part.LEADER, "https://meet.example/a")
        assert on_stage.lasting() == [publisher.id, hand.id]
        clock.forward(seconds=61)
        assert on_stage.lasting() == [hand.id], "the time is up, whoever has noticed"
        do(stage.withdraw_publisher, SYSTEM, publisher.id)
        do(stage.leave_stage, leader, hand.id)
    assert [one for one in kinds if one.startswith("media.")] == [
        "media.publisher_admitted", "media.ready", "media.publisher_seen", "media.publisher_admitted",
        "media.hand_raised", "media.muted", "media.muted", "media.unmuted", "media.stage_on", "media.conference_set",
        "media.publisher_withdrawn", "media.publisher_withdrawn",
    ]  # fmt: skip


def test_whoever_has_a_right_is_told_the_slot_that_runs(on_stage: OnStage) -> None:
    water, other = (on_stage.official(unit) for unit in (on_stage.evening.city.water, on_stage.evening.city.housing))
    assert on_stage.seen_by(water)["slot"] is None
    on_stage.evening.begin(on_stage.item)
    for actor in (water, on_stage.evening.city.person(Role.LEADER)):
        assert on_stage.seen_by(actor)["slot"]["item"] == on_stage.item
    assert on_stage.seen_by(other)["slot"] is None


def test_where_the_citys_own_conference_is_does_not_hang_on_the_picture(
    evening: Evening, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """There is no Janus, and no picture: whoever has a part is told theirs, on their desks as well; others are not."""
    city, session, producer = evening.city, evening.session, evening.city.person(Role.PRODUCER)
    evening.plan_speaker(60, AtZero.END)
    water, other, leader = city.official_of(city.water), city.official_of(city.housing), city.person(Role.LEADER)

    def told(actor: Actor) -> dict[str, str]:
        with reading() as db:
            asked = stage_queries.Asked(actor, "secret", clocks.now(), clocks.now())
            found: dict[str, str] = stage_queries.seen(db, asked, evening.row)["conference"]
            return found

    def is_linked(actor: Actor, desk: str = "") -> bool:
        monkeypatch.setattr(registry, "identify", lambda _db: actor)
        path = f"/desk/{evening.row.code}/{desk}" if desk else f"/sessions/{evening.row.code}"
        page = app.test_client().get(path).get_data(as_text=True)
        return f'href="https://meet.example/{rights.PARTS[actor.role].value}" target="_blank" rel="noreferrer"' in page

    assert told(water) == {}
    for part in Part:
        do(stage.set_conference, producer, session, part, f"https://meet.example/{part.value}")
    everything = {part.value: f"https://meet.example/{part.value}" for part in Part}
    assert (told(producer), told(evening.host)) == (everything, everything)
    assert told(water) == {"speaker": "https://meet.example/speaker"}
    assert told(leader) == {"leader": "https://meet.example/leader"}
    assert told(other) == {}, "their unit is not in it"
    assert [is_linked(one, desk) for one, desk in ((evening.host, "host"), (water, "official"))] == [True, True]
    assert [is_linked(one) for one in (evening.host, water, leader)] == [True, True, True], (
        "and from the session's page"
    )
    assert not is_linked(other, "official")
    assert not is_linked(other)
    evening.go_live()
    do(closing.close_session, evening.host, session, evening.rev, {})
    assert [told(one) for one in (water, leader, producer, evening.host)] == [{}] * 4
    assert not is_linked(water, "official")


def test_who_was_muted_is_muted_when_they_come_back(on_stage: OnStage) -> None:
    leader = on_stage.evening.city.person(Role.LEADER)
    do(stage.mute, on_stage.producer, on_stage.join(leader).id, muted=True)
    do(stage.leave_stage, leader, on_stage.join(leader).id)
    assert on_stage.join(leader).muted
    do(stage.mute, on_stage.producer, on_stage.join(leader).id, muted=False)
    do(stage.leave_stage, leader, on_stage.join(leader).id)
    assert not on_stage.join(leader).muted


def test_a_camera_for_sign_language_that_came_later_makes_nobody_heard_again(on_stage: OnStage) -> None:
    """It has no sound, and nobody mutes it."""
    leader = on_stage.evening.city.person(Role.LEADER)
    main = on_stage.join(leader)
    on_stage.join(leader, CameraView.SIGN)
    assert [one.id for one in do(stage.mute_others, on_stage.producer, on_stage.session)] == [main.id]
    water = on_stage.official(on_stage.evening.city.water)
    on_stage.evening.begin(on_stage.item)
    main = on_stage.join(water)
    on_stage.join(water, CameraView.SIGN)
    do(stage.mute, on_stage.producer, main.id, muted=True)
    do(stage.leave_stage, water, main.id)  # the line drops, and the page comes back
    assert on_stage.join(water).muted


def test_for_a_unit_one_speaks_its_own_people_before_those_above(on_stage: OnStage, clock: Clock) -> None:
    city = on_stage.evening.city
    own, above, second = on_stage.official(city.water), on_stage.official(city.city), another_of(city.water)
    assert on_stage.join(above).place is Place.GREEN_ROOM
    on_stage.join(above, CameraView.SIGN)
    first = on_stage.join(own)
    assert whose(on_stage) == [own.user_id], "the unit's own people take the place of those above"
    for late in (second, above):
        with nothing_changes(), pytest.raises(refusals.PlaceTaken):
            on_stage.join(late)
    assert on_stage.join(second, CameraView.SIGN).id != first.id, "somebody else may interpret"
    do(stage.leave_stage, on_stage.producer, first.id)  # who is gone keeps nobody out
    assert on_stage.join(second).user_id == second.user_id
    clock.forward(seconds=21)
    assert on_stage.join(own).user_id == own.user_id, "the other has closed the page"
    do(stage.tell_publishers, SYSTEM, {on_stage.join(own).id: (Place.GREEN_ROOM, True)})
    clock.forward(seconds=21)
    with nothing_changes(), pytest.raises(refusals.PlaceTaken):
        on_stage.join(second)
    on_stage.evening.begin(on_stage.item)
    do(stage.tell_publishers, SYSTEM, {on_stage.join(own).id: (Place.STAGE, False)})
    with nothing_changes(), pytest.raises(refusals.PlaceTaken):
        on_stage.join(second)  # a line may fail


def test_a_right_ends_with_the_sign_in_and_is_that_of_a_unit(on_stage: OnStage) -> None:
    city = on_stage.evening.city
    water, leader = on_stage.official(city.water), city.person(Role.LEADER)
    for actor in (water, leader):
        on_stage.join(actor)
        signed_in(actor)
    assert whose_lasts() == [water.user_id, leader.user_id]
    root, name = city.person(Role.ADMINISTRATOR), "Water"
    do(people.change_person, root, water.user_id, name=name, title="", role=Role.OFFICIAL, unit_id=city.housing.id)
    assert whose_lasts() == [leader.user_id]
    signed_in(water)
    assert whose_lasts() == [leader.user_id], "of another unit now"
    do(sign_ins.revoke_sign_in, leader, signed_in(leader))
    assert whose_lasts() == [leader.user_id], "and still at work somewhere else"
    do(people.disable_person, root, leader.user_id)
    assert whose_lasts() == []


def test_nobody_is_muted_who_left_in_the_same_second(on_stage: OnStage) -> None:
    leader = on_stage.evening.city.person(Role.LEADER)
    gone = on_stage.join(leader)
    do(stage.leave_stage, leader, gone.id)
    with nothing_changes(), pytest.raises(refusals.NoRightToPublish):
        do(stage.mute, on_stage.producer, gone.id, muted=True)


def test_without_a_server_for_it_there_is_no_stage(evening: Evening) -> None:
    with nothing_changes(), pytest.raises(refusals.NoStage):
        do(programmes.choose_source, evening.city.person(Role.PRODUCER), evening.session, PictureSource.STAGE)


def test_the_picture_of_a_stage_ends_with_its_session(on_stage: OnStage) -> None:
    on_stage.evening.begin(on_stage.item)
    do(sending.tell_state, SYSTEM, on_stage.session, PictureState.ON)
    assert carried() == []
    on_stage.evening.press(slots.end_slot)
    do(closing.close_session, on_stage.evening.host, on_stage.session, on_stage.evening.rev, {})
    assert carried() == [on_stage.session], "the worker says of it that it is gone"
    packaging.Packager(settings()).turn()
    assert carried() == []


def carried() -> list[int]:
    with reading() as db:
        return [one.id for one, _session in queries.carried(db)]


def test_whoever_has_no_right_is_refused_and_told_nothing(on_stage: OnStage) -> None:
    other = on_stage.official(on_stage.evening.city.city_management)
    on_stage.join(on_stage.official(on_stage.evening.city.water))
    with nothing_changes():
        with pytest.raises(refusals.NoRightToPublish):
            on_stage.join(other)
        with pytest.raises(refusals.NoRightToPublish):
            on_stage.join(on_stage.evening.city.person(Role.ADMINISTRATOR))
        for role in (Role.PRODUCER, Role.CLERK):
            with pytest.raises(Forbidden):
                on_stage.join(on_stage.evening.city.person(role))
    seen = on_stage.seen_by(other)
    assert (seen["right"], seen["token"], seen["own"], seen["others"], seen["publishers"]) == (None, "", [], [], [])
    shown = on_stage.seen_by(on_stage.producer)
    assert [one["place"] for one in shown["publishers"]] == ["green_room"]
    assert "room" not in shown["publishers"][0]
    assert shown["token"] == "", "whoever runs it is not on it"
    do(programmes.choose_source, on_stage.producer, on_stage.session, PictureSource.NONE)
    with nothing_changes(), pytest.raises(refusals.NoStage):
        on_stage.join(on_stage.evening.city.person(Role.HOST))


def test_a_right_that_has_ended_is_good_for_nothing_and_a_second_slot_is_another_one(on_stage: OnStage) -> None:
    water = on_stage.official(on_stage.evening.city.water)
    on_stage.evening.begin(on_stage.item)
    first = on_stage.join(water)
    second_picture = on_stage.join(water, CameraView.SIGN)
    assert len({one["room"] for one in on_stage.seen_by(water)["own"]}) == 2
    on_stage.evening.press(slots.end_slot)
    assert on_stage.lasting() == []
    assert on_stage.seen_by(water)["own"] == [], "before the worker has looked"
    for one in (first, second_picture):
        do(stage.withdraw_publisher, SYSTEM, one.id)
    with nothing_changes():
        for press in (lambda: on_stage.join(water), lambda: do(stage.mark_ready, water, first.id, ready=True)):
            with pytest.raises(refusals.NoRightToPublish):
                press()
    on_stage.evening.press(slots.start_slot, unit_id=on_stage.evening.city.water.id, speaker="周启明", seconds=30)
    assert on_stage.join(water).room != first.room


def test_what_is_somebodys_own_is_for_nobody_else(on_stage: OnStage) -> None:
    water, leader = on_stage.official(on_stage.evening.city.water), on_stage.evening.city.person(Role.LEADER)
    publisher = on_stage.join(water)
    with nothing_changes():
        for press in (stage.leave_stage, stage.mark_ready, stage.raise_hand):
            more = {stage.mark_ready: {"ready": True}, stage.raise_hand: {"raised": True}}.get(press, {})
            with pytest.raises(Forbidden):
                do(press, leader, publisher.id, **more)
        with pytest.raises(refusals.NoRightToPublish):
            do(stage.raise_hand, water, publisher.id, raised=True)
        with pytest.raises(Forbidden):
            do(stage.mute, water, publisher.id, muted=False)
        with pytest.raises(refusals.NoStreamAddress):
            do(stage.set_conference, on_stage.producer, on_stage.session, Part.SPEAKER, "javascript:alert(1)")


def test_the_crew_sees_who_is_there_and_no_view_a_room(on_stage: OnStage) -> None:
    publisher = on_stage.join(on_stage.official(on_stage.evening.city.water))
    with reading() as db:
        staff = whole(db, on_stage.session, View.STAFF, only="publisher")["publisher"][str(publisher.id)]
        public = whole(db, on_stage.session, View.PUBLIC, only="publisher").get("publisher", {})
    assert staff
    assert staff["place"] == "green_room"
    assert str(publisher.room) not in str(staff)
    assert not any(public.values())


def test_the_stage_of_a_rehearsal_goes_with_it(evening: Evening) -> None:
    """A rehearsal has a stage of its own, whose rights end as it is cleared away, whoever is on it."""
    rehearsal = do(rehearsing.rehearse_session, evening.host, evening.session).id
    producer, leader = evening.city.person(Role.PRODUCER), evening.city.person(Role.LEADER)
    set_janus_up()
    do(programmes.choose_source, producer, rehearsal, PictureSource.STAGE)
    do(stage.set_conference, producer, rehearsal, Part.LEADER, "https://meet.example/a")
    do(stage.join_stage, leader, rehearsal)
    signed_in(leader)
    with reading() as db:
        assert [one.publisher.session_id for one in stage_queries.admitted(db, clocks.now())[0]] == [rehearsal]
    do(clearing.clear_rehearsal, evening.host, rehearsal)
    with reading() as db:
        assert stage_queries.admitted(db, clocks.now()) == ([], [])
        assert db.scalars(select(Stage)).all() == []
        assert stage_queries.stages(db) == []


def test_its_page_alone_may_use_a_camera(app: Flask, on_stage: OnStage) -> None:
    answer = app.test_client().get(f"/sessions/{on_stage.evening.row.code}/stage")
    assert answer.status_code == 302, "a stranger signs in first"
    assert "camera=()" in answer.headers["Permissions-Policy"]
