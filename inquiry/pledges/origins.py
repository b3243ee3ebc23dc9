"""Where a pledge comes from: a value that whoever records one hands over."""

from dataclasses import dataclass
from typing import Any

from ..responses.models import Response
from . import rules
from .models import PledgeOrigin


@dataclass(frozen=True)
class Origin:
    """What a pledge was made in, with the rows it belongs to. Raises ValueError for rows that do not fit its kind."""

    kind: PledgeOrigin
    session_id: int | None = None
    question_id: int | None = None
    response_id: int | None = None

    def __post_init__(self) -> None:
        if not rules.fits_origin(self.kind, self.session_id, self.question_id, self.response_id):
            raise ValueError(f"these rows do not fit a pledge of the origin {self.kind.value}")

    @classmethod
    def of_response(cls, response: Response) -> "Origin":
        return cls(PledgeOrigin.RESPONSE, response.session_id, response.question_id, response.id)

    @classmethod
    def of_task_list(cls) -> "Origin":
        return cls(PledgeOrigin.TASK_LIST)

    @classmethod
    def of_inspection(cls) -> "Origin":
        return cls(PledgeOrigin.INSPECTION)

    @classmethod
    def of_exam_slot(cls, session_id: int) -> "Origin":
        return cls(PledgeOrigin.EXAM_SLOT, session_id)

    @property
    def named(self) -> dict[str, Any]:
        """What the entry of its recording says of it."""
        return {"response": self.response_id} if self.response_id is not None else {"origin": self.kind.value}
