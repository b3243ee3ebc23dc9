"""A plan as JSON for whoever reads it outside: with its reasons as figures and as sentences."""

from typing import Any

from flask_babel import force_locale

from ..core.i18n import LANGUAGES
from ..results.rules.periods import Period
from .rules.policy import Pick
from .sentences import sentence

Json = dict[str, Any]


def plan_told(contents: Json, period: Period, digest: str = "") -> Json:
    """`{slots: [{segment, unit, speaker, seconds, reason}], reserve_s, total_s, digest}` and the rest of the plan; a
    `reason` has its figures and, under `zh-CN` and `en`, its sentence."""
    return {**contents, "slots": [_slot(one, period) for one in contents["slots"]], "digest": digest}


def _slot(told: Json, period: Period) -> Json:
    return {**told, "reason": {**told["reason"], **sentences(told, period)}}


def sentences(told: Json, period: Period, stands_s: int | None = None) -> dict[str, str]:
    """In both languages, by their names; with the length that stands, where that is not the computed one."""
    said = {}
    for language, locale in LANGUAGES.items():
        with force_locale(locale):
            said[language] = sentence(Pick(told["pick"]), told["reason"], told["seconds"], period.kind, stands_s)
    return said
