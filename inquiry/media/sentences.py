"""What pages play of a recording: the whole, from any second on, and the sentence in which something was said."""

from dataclasses import dataclass

from ..core.db import Db
from ..live.models import Session
from ..permissions import Actor
from ..pledges.models import Pledge
from ..questions.models import Question
from ..responses.models import Response
from . import legs, marks, queries
from .legs import Timeline
from .models import Recording


@dataclass(frozen=True)
class Clip:
    """A piece of a recording: where its file lies, how long it is, and where in the whole it begins, in seconds."""

    address: str
    seconds: int
    page: str
    start: int


@dataclass(frozen=True)
class Played:
    """The recording of a session as one reader may see it."""

    session: Session
    recording: Recording

    @property
    def line(self) -> Timeline:
        return legs.timeline(one[:2] for one in self.recording.spans)

    @property
    def holes(self) -> list[tuple[int, int]]:
        """Where in it something is missing, and how many milliseconds of it: between what is there, and of the evening
        before its beginning and after its end."""
        line, gaps = self.line, self.recording.gaps
        begins, ends = line.spans[0][0], line.spans[-1][0] + line.spans[-1][1]
        before = sum(ms for at, ms in gaps if at < begins)
        after = sum(ms for at, ms in gaps if at >= ends)
        return [one for one in ((0, before), *line.holes(), (line.ms, after)) if one[1]]

    @property
    def page(self) -> str:
        return f"/sessions/{self.session.code}/recording"

    def at(self, instant: int) -> str | None:
        """The link to where the recording has an instant (milliseconds since 1970)."""
        offset = self.line.offset(instant)
        return None if offset is None else f"{self.page}?t={offset // 1000}"

    def clip(self, said: tuple[int, int] | None) -> Clip | None:
        """What was said between two instants, where it lies ready as a file of its own."""
        window = said and legs.window(self.line, *said)
        if not window or list(window) not in self.recording.sentences:
            return None
        name = legs.sentence_name(window)
        return Clip(f"{self.page}/{name}", (window[1] - window[0]) // 1000, self.page, window[0] // 1000)

    def of_question(self, question: Question) -> Clip | None:
        return self.clip(marks.sentence_of_question(question))

    def of_answer(self, db: Db, response: Response) -> Clip | None:
        return self.clip(marks.sentence_of_answer(db, response))

    def of_pledge(self, db: Db, pledge: Pledge) -> Clip | None:
        return self.clip(marks.sentence_of_pledge(db, pledge))


def played(db: Db, actor: Actor, session: Session | None) -> Played | None:
    """The recording of a session, where there is one that this reader may see."""
    seen = queries.recording_seen(db, actor, session.id) if session else None
    return Played(session, seen[0]) if session and seen else None
