"""A slot policy as JSON: what may stand in it, and what is said of one that cannot be used."""

import json
from decimal import Decimal
from typing import Annotated, Any, Final

from flask_babel import gettext as _
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from ..accounts.schemas import Words
from ..core.fields import Whole
from ..core.validation import by_field
from ..live.models import AtZero
from . import refusals
from .rules.lengths import PIECE_S
from .rules.policy import Pick, Policy, Segment

MOST_BYTES: Final = 64 * 1024
_HOUR: Final = 3600


def _number(value: Any) -> Any:
    """A number of JSON as it is written, or the same as text."""
    if isinstance(value, str) and value.strip():
        return value.strip()
    if isinstance(value, Decimal) or (isinstance(value, int) and not isinstance(value, bool)):
        return value
    raise PydanticCustomError("number", _("a number was expected"))


def _pieces(value: int) -> int:
    if value % PIECE_S:
        raise PydanticCustomError("pieces", _("a length is a multiple of five seconds"))
    return value


Seconds = Annotated[Whole, Field(ge=0, le=_HOUR * 12)]
Length = Annotated[Whole, Field(ge=PIECE_S, le=2 * _HOUR), AfterValidator(_pieces)]
Amount = Annotated[Decimal, BeforeValidator(_number), Field(ge=0, le=2 * _HOUR, max_digits=12, decimal_places=6)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class SegmentIn(_Strict):
    name: Annotated[Words, Field(min_length=1, max_length=80)]
    name_en: Annotated[Words, Field(max_length=120)] = ""
    pick: Pick
    group: Annotated[Words, Field(max_length=120)] = ""
    units: Annotated[list[Annotated[Words, Field(min_length=1, max_length=120)]], Field(max_length=60)] = []
    count: Annotated[Whole, Field(ge=1, le=60)] = 1
    base_s: Amount
    per_point_s: Amount = Decimal(0)
    shortest_s: Length
    longest_s: Length
    at_zero: AtZero = AtZero.COUNT_OVER
    grace_s: Annotated[Whole, Field(ge=0, le=600)] = 0

    @model_validator(mode="after")
    def _fits_together(self) -> "SegmentIn":
        if self.longest_s < self.shortest_s:
            raise PydanticCustomError("lengths", _("the longest length is below the shortest"))
        if self.pick is Pick.NAMED and not self.units:
            raise PydanticCustomError("named", _("a segment of named units says which, in 'units'"))
        if self.pick is not Pick.NAMED and not self.group:
            raise PydanticCustomError("group", _("the peer group is missing"))
        if (self.at_zero is AtZero.GRACE) != (self.grace_s > 0):
            raise PydanticCustomError("grace", _("'grace_s' belongs to the policy 'grace', and is above 0 there"))
        return self


class PolicyIn(_Strict):
    minutes: Annotated[Whole, Field(ge=1, le=720)]
    opening_s: Seconds = 0
    closing_s: Seconds = 0
    reserve_s: Seconds = 0
    interruptions_s: Seconds = 0
    silent_after: Annotated[Whole, Field(ge=1, le=60)] = 3
    segments: Annotated[list[SegmentIn], Field(min_length=1, max_length=20)]

    def policy(self) -> Policy:
        segments = [Segment(**one.model_dump()) for one in self.segments]
        return Policy(**self.model_dump(exclude={"segments"}), segments=segments)


def parse(written: str | bytes) -> Policy:
    """Raises BadPolicy."""
    if len(written) > MOST_BYTES:
        raise _bad([("", _("it is longer than %(most)s bytes", most=MOST_BYTES))])
    try:
        told = json.loads(written, parse_float=Decimal, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise _bad([("", _("it is no JSON: %(why)s", why=str(error)[:120]))]) from None
    return policy_of(told)


def _no_number(name: str) -> Any:
    raise ValueError(name)


def policy_of(told: Any) -> Policy:
    """Out of the keys and values of JSON. Raises BadPolicy; DoesNotFit where opening, closing, reserve and
    interruptions alone are longer than the meeting."""
    try:
        policy = PolicyIn.model_validate(told).policy()
    except ValidationError as error:
        raise _bad(list(by_field(error).items())) from None
    if policy.available_s < 0:
        raise refusals.DoesNotFit(seconds=-policy.available_s)
    return policy


def _bad(faults: list[tuple[str, str]]) -> refusals.BadPolicy:
    where, why = faults[0]
    return refusals.BadPolicy(faults=[list(one) for one in faults], first=f"{where}: {why}" if where else why)
