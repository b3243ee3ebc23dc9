"""A meeting in which everything happens that can, for those who look who is told of it."""

from dataclasses import replace
from datetime import date

from inquiry.dispatch.unit_of_work import unit_of_work
from inquiry.live.commands import preparation, rundown
from inquiry.live.models import ItemKind
from inquiry.permissions import Role
from inquiry.pledges import pictures
from inquiry.pledges.commands import progress
from inquiry.pledges.models import Evidence, EvidenceKind
from inquiry.questions.commands import supporting
from inquiry.responses.models import ResponseKind
from inquiry.settings import settings
from inquiry.verdicts.commands import cards, judging, opening
from tests.pledges.conftest import Promise
from tests.responses.conftest import EIGHT, Evening
from tests.support.application import City
from tests.surfaces.conftest import do
from tests.surfaces.doors import PICTURE

#: What is said in the meeting, and nowhere before.
ASKED, ANSWERED, SPEAKER, PROMISED, ACTION, REPORTED, INSERTED = WORDS = (
    "会上才问的路灯问题", "会上才说的答复", "会上才发言的人", "会上才作的承诺", "会上才定的办法", "会上才报的进展",
    "会上才加的一项",
)  # fmt: skip


class Meeting(Evening):
    """Planned, closed to the public, with a question that was public before; `other` is a session like any other."""

    def __init__(self, city: City, *, closed: bool = True) -> None:
        self.city = city
        self.host, self.clerk, self.moderator = (city.person(one) for one in (Role.HOST, Role.CLERK, Role.MODERATOR))
        self.official = city.official_of(city.city_management)
        self.other = self.plan(city.water.id, title="公开的一场")
        self.session = self.plan(city.city_management.id)
        do(preparation.change_session, self.host, self.session, closed_to_public=closed)
        self.phone = city.phone()
        self.guest = replace(self.official, device_id=city.phone().device_id)
        self.before = self.approved(text="会前公开的问题", phone=self.phone)
        self.receipt = self.question(self.before).receipt

    def begin(self) -> "Meeting":
        do(preparation.go_live, self.host, self.session, EIGHT.date())
        return self

    def happen(self) -> "Meeting":
        """Everything that can: inserted, asked, put, answered, promised, reported, proven, and no more asked."""
        do(
            rundown.add_item, self.host, self.session, kind=ItemKind.CLIP, title=INSERTED, planned_ms=60_000,
            unit_id=self.city.water.id,
        )  # fmt: skip
        asked = self.put(self.approved(text=ASKED, phone=self.guest))
        do(supporting.support, self.guest, asked)
        self.clear()
        kind = ResponseKind.SPECIFIC_COMMITMENT
        answer = self.record(asked, kind=kind, text=ANSWERED, speaker=SPEAKER)
        self.put(self.before)
        self.clear()
        self.record(self.before, kind=kind, text=ANSWERED, speaker=SPEAKER)
        promise = object.__new__(Promise)
        promise.evening, promise.city, promise.clerk, promise.response = self, self.city, self.clerk, answer.id
        pledge = promise.record(spoken=PROMISED, action=ACTION, due_on=date(2026, 12, 18)).id
        do(progress.report_progress, self.official, pledge, REPORTED)
        with unit_of_work() as uow:
            uow.add(Evidence(
                pledge_id=pledge, kind=EvidenceKind.PICTURE, picture=PICTURE, at=uow.now,
                by_id=self.official.user_id,
            ))  # fmt: skip
        place = pictures.path_of(PICTURE, settings().data_dir)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(b"picture")
        do(cards.make_cards, self.host, self.session, 2)
        judged = do(opening.open_verdict, self.host, asked, 30).id
        do(judging.judge, self.guest, judged, True)
        do(opening.close_verdict, self.host, judged)
        do(opening.show_on_screen, self.host, judged)
        self.verdict = do(opening.open_verdict, self.host, self.before, 30).id
        do(preparation.close_intake, self.host, self.session)
        return self
