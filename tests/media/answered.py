"""What is answered about the picture, the stage, films and recordings, for `tests/test_answers.py`."""

from inquiry.core import clock as clocks
from inquiry.dispatch.unit_of_work import unit_of_work
from inquiry.media.commands import jobs, recordings
from inquiry.media.models import Film, FilmState
from inquiry.permissions import SYSTEM, Role
from tests.media.test_stage import set_janus_up
from tests.questions.conftest import EIGHT
from tests.support.answers import Evening


def of_pictures(evening: Evening, session: int) -> None:
    city = evening.city
    producer, host, leader = (city.person(role) for role in (Role.PRODUCER, Role.HOST, Role.LEADER))
    set_janus_up()
    evening(producer, "media.choose_source", session=session, source="stage")
    on_stage = evening(host, "media.join_stage", session=session)["publisher"]
    hand = evening(leader, "media.join_stage", session=session)["publisher"]
    evening(host, "media.mark_ready", publisher=on_stage, ready=True)
    evening(leader, "media.raise_hand", publisher=hand, raised=True)
    evening(producer, "media.mute", publisher=hand, muted=True)
    evening(producer, "media.mute_others", session=session)
    evening(producer, "media.set_conference", session=session, part="leader", address="https://meet.example.org/1")
    evening(host, "media.see_stage", session=session)
    evening(leader, "media.leave_stage", publisher=hand)
    evening(producer, "media.choose_source", session=session, source="encoder")
    evening(producer, "media.revoke_key", session=session)
    said = evening(producer, "media.caption", session=session, text="路灯")
    evening(producer, "media.correct_caption", **said, text="路灯何时修好")


def of_films(evening: Evening, session: int) -> None:
    host, producer = evening.city.person(Role.HOST), evening.city.person(Role.PRODUCER)
    film = evening(producer, "media.begin_film", session=session, name="暗访.mp4", size=1000)["film"]
    with unit_of_work() as uow:  # as the worker leaves it
        made = uow.lock(Film, film)
        made.state, made.duration_ms = FilmState.READY, 12_480
    clips = [
        evening(producer, "live.add_item", session=session, kind="clip", title="暗访", planned_minutes=1)["item"]
        for _each in range(3)
    ]
    for clip in clips:
        evening(producer, "media.show_film", film=film, item=clip)
    evening(producer, "media.take_film_out", item=clips.pop())
    evening(host, "questions.take_item", session=session, item=clips[0], seen=evening.floor(session))
    evening(producer, "media.see_film", session=session)
    evening(producer, "media.films", session=session)
    film = evening(producer, "media.begin_film", session=session, name="片头.mp4", size=1000)["film"]
    evening(producer, "media.discard_film", film=film)


def of_recordings(evening: Evening, session: int) -> None:
    producer = evening.city.person(Role.PRODUCER)
    evening(producer, "media.finish", session=session)
    made = recordings.Made("a-recording", 1000, [[clocks.milliseconds(EIGHT), 60_000, "segments"]], [], [])
    with unit_of_work() as uow:
        recordings.made(uow, SYSTEM, jobs.take(uow, SYSTEM).id, session, made)  # type: ignore[union-attr]
    evening(producer, "media.publish", session=session)
    evening(producer, "media.withdraw_passage", session=session, cut=made.media_id, from_s=1, to_s=3, reason="含住址")
