"""Why somebody speaks, in one sentence, out of the figures of the plan."""

from typing import Any

from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from ..results.rules.periods import PeriodKind
from .rules.policy import Pick

_TASKS = {
    Pick.TOP: _l("to share how"),
    Pick.MOST_IMPROVED: _l("to say what changed"),
    Pick.BOTTOM: _l("to explain"),
    Pick.UNREPORTED: _l("to say why figures are missing"),
    Pick.DUEL: _l("to make the case"),
    Pick.NAMED: _l("to report"),
}
_BELOW = {
    PeriodKind.WEEK: _l("below the baseline target for %(count)s weeks running"),
    PeriodKind.MONTH: _l("below the baseline target for %(count)s months running"),
    PeriodKind.QUARTER: _l("below the baseline target for %(count)s quarters running"),
    PeriodKind.YEAR: _l("below the baseline target for %(count)s years running"),
}


def sentence(pick: Pick, reason: dict[str, Any], seconds: int, period: PeriodKind, stands_s: int | None = None) -> str:
    """In the reader's language: "2nd of 13 districts, 112.40: 62 % of the way to the stretch target, up 5 places.
    3 min 30 s to share how". `seconds` were computed; where the length that stands is another one, both are named."""
    why = _joined([_standing(reason), _movement(reason), _duel(reason), _tie(reason)], reason, period)
    if stands_s in (None, seconds):
        task = _("%(time)s %(task)s", time=duration(seconds), task=_TASKS[pick])
    else:
        task = _("%(time)s computed, %(stands)s set by hand, %(task)s", time=duration(seconds),
                 stands=duration(stands_s or 0), task=_TASKS[pick])  # fmt: skip
    return str(_("%(why)s. %(task)s", why=why, task=task)) if why else str(task)


def _joined(parts: list[str], reason: dict[str, Any], period: PeriodKind) -> str:
    how = [part for part in (_how_far(reason, period), *parts[1:]) if part]
    return parts[0] + (str(_(": ")) + str(_(", ")).join(how) if how and parts[0] else str(_(", ")).join(how))


def _standing(reason: dict[str, Any]) -> str:
    group = reason["group"] if in_chinese() else reason["group_en"] or reason["group"]
    if reason["rank"] is not None:
        said = _("%(rank)s of %(of)s, %(group)s, %(score)s", rank=ordinal(reason["rank"]), of=reason["of"], group=group,
                 score=reason["score"])  # fmt: skip
        return str(said)
    if reason["missing"]:
        return str(_("%(group)s, not ranked", group=group))
    return ""


def _how_far(reason: dict[str, Any], period: PeriodKind) -> str:
    if reason["missing"]:
        return str(_("missing: %(what)s", what=str(_(", ")).join(reason["missing"][:6])))
    if reason["below"] > 1:
        return str(_BELOW[period]) % {"count": reason["below"]}
    if reason["below"] == 1:
        return str(_("below the baseline target"))
    if reason["toward_stretch"] == "100":
        return str(_("at the stretch target or beyond"))
    if reason["toward_stretch"] is not None:
        return str(_("%(part)s %% of the way to the stretch target", part=reason["toward_stretch"]))
    return ""


def _movement(reason: dict[str, Any]) -> str:
    places = reason["places"]
    if not places:
        return ""
    if places > 0:
        return str(_("up %(count)s places", count=places) if places > 1 else _("up one place"))
    return str(_("down %(count)s places", count=-places) if places < -1 else _("down one place"))


def _duel(reason: dict[str, Any]) -> str:
    rival = reason["rival"]
    if rival is None:
        return ""
    name = rival["unit"] if in_chinese() else rival["unit_en"] or rival["unit"]
    return str(_("%(points)s points from %(unit)s", points=reason["difference"], unit=name))


def _tie(reason: dict[str, Any]) -> str:
    return str(_("of equals the units' order decided")) if reason["tied"] else ""


def in_chinese() -> bool:
    """Also where the language is forced: a plan is told in both at once."""
    return str(get_locale()).startswith("zh")


def ordinal(number: int) -> str:
    """第2名; 2nd."""
    if in_chinese():
        return f"第{number}名"
    ending = "th" if 10 < number % 100 < 14 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def duration(seconds: int) -> str:
    """3 min 30 s."""
    minutes, rest = divmod(seconds, 60)
    if not minutes:
        return str(_("%(s)s s", s=rest))
    return str(_("%(min)s min %(s)s s", min=minutes, s=rest) if rest else _("%(min)s min", min=minutes))
