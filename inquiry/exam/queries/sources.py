"""What a plan is made from: the tables as published, and who heads the units on the day of the meeting."""

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from sqlalchemy import select

from ...accounts import queries as accounts
from ...accounts.models import PeerGroup
from ...core.db import Db
from ...core.kept import Kept
from ...core.sheets import nearest
from ...results import queries as results
from ...results import refusals as results_refusals
from ...results.models import PublishedTable
from ...results.rules.handling_indicators import THEME
from ...results.rules.periods import Period
from .. import refusals
from ..models import ExamPlan
from ..rules.picks import Candidate
from ..rules.plan import Sources
from ..rules.policy import Pick, Policy

#: So many tables before the present one are looked at for how long a unit has been below its baseline targets.
_LOOKS_BACK = 24

#: By the digests of the plans that were asked for last.
_digests: Kept[str, list[str]] = Kept(100)


def peer_group(db: Db, name: str) -> PeerGroup:
    """By either name. Raises UnknownName."""
    groups = {called: one for one in accounts.peer_groups(db) for called in (one.name, one.name_en) if called}
    if name not in groups:
        raise refusals.UnknownName(what="group", name=name, hint=nearest(name, groups))
    return groups[name]


def check_theme(db: Db, theme: str) -> None:
    """Whether results of a theme can decide who speaks: what the platform measures itself has no targets, and its
    scores are no distance from one. Raises UnknownName."""
    known = set(results.themes(db)) - {THEME}
    if theme not in known:
        raise refusals.UnknownName(what="theme", name=theme, hint=nearest(theme, known))


def sources(db: Db, policy: Policy, theme: str, period: Period, day: date) -> Sources:
    """Out of the tables as published or, where none is, as they are now; `day` is that of the meeting.

    Raises UnknownName, NoTable.
    """
    groups: dict[str, list[Candidate]] = {}
    called: dict[str, dict[str, Any]] = {}
    for name in dict.fromkeys(one.group for one in policy.segments if one.group):
        group = peer_group(db, name)
        published = results.published(db, theme, period, group.id, lean=True)
        contents = results.contents_of(db, published) if published else _table_now(db, theme, period, group)
        groups[name] = _candidates(db, contents, theme, period, group.id)
        called[name] = {
            "name": group.name, "name_en": group.name_en,
            "table": published.digest if published else None,
        }  # fmt: skip
    _add_named(db, policy, groups, called)
    ids = {one.unit_id for group in groups.values() for one in group}
    heads = accounts.heads_on(db, ids, day)
    speakers = {unit_id: {"name": one.name, "title": one.title} for unit_id, one in heads.items()}
    return Sources(policy, groups, called, speakers)


def _table_now(db: Db, theme: str, period: Period, group: PeerGroup) -> dict[str, Any]:
    try:
        return results.table_now(db, theme, period, group.id)
    except results_refusals.NothingMeasured as nothing:
        raise refusals.NoTable(period=str(period), group=group.name) from nothing


def _candidates(db: Db, contents: dict[str, Any], theme: str, period: Period, group_id: int) -> list[Candidate]:
    order = {unit.id: place for place, unit in enumerate(accounts.units(db))}
    earlier = results.earlier_scores(db, theme, period, group_id, _LOOKS_BACK)
    before = _scored_before(db, contents)
    found = []
    for row in contents["rows"]:
        unit, score = row["unit"], Fraction(row["score_exact"]) if row["score_exact"] else None
        was = before.get(unit["id"])
        found.append(
            Candidate(
                unit["id"], unit["name"], unit["name_en"], order.get(unit["id"], len(order)),
                of=len(contents["rows"]), rank=row["rank"], score=score, previous_rank=row["previous_rank"],
                gain=None if score is None or was is None else score - was,
                below=_below(score, [scores.get(unit["id"]) for scores in earlier]), missing=row["missing"],
            )
        )  # fmt: skip
    return found


def _scored_before(db: Db, contents: dict[str, Any]) -> dict[int, Fraction]:
    """In the table that this one is compared with, as it was then."""
    if not contents["previous"]:
        return {}
    was = select(PublishedTable.id).where(PublishedTable.digest == contents["previous"]["digest"]).limit(1)
    return results.scores_in(db, db.scalars(was).one())


def _below(score: Fraction | None, earlier: Sequence[Fraction | None]) -> int:
    """How many periods in a row, the present one first, were below 100."""
    count = 0
    for each in (score, *earlier):
        if each is None or each >= 100:
            break
        count += 1
    return count


def _add_named(db: Db, policy: Policy, groups: dict[str, list[Candidate]], called: dict[str, dict[str, Any]]) -> None:
    """Units named that stand in no table of the policy's speak without a score. Raises UnknownName."""
    known = {name for group in groups.values() for one in group for name in (one.name, one.name_en)}
    wanted = [name for one in policy.segments if one.pick is Pick.NAMED for name in one.units if name not in known]
    if not wanted:
        return
    units = {
        name: (place, one) for place, one in enumerate(accounts.units(db)) for name in (one.name, one.name_en) if name
    }
    outside: list[Candidate] = []
    for name in wanted:
        if name not in units:
            raise refusals.UnknownName(what="unit", name=name, hint=nearest(name, units))
        place, unit = units[name]
        outside.append(Candidate(unit.id, unit.name, unit.name_en, place, 0))
    groups[""], called[""] = outside, {"name": "", "name_en": "", "table": None}


def unpublished(db: Db, policy: Policy, theme: str, period: Period) -> list[PeerGroup]:
    """The groups of a policy whose table is not published yet."""
    groups = [peer_group(db, name) for name in dict.fromkeys(one.group for one in policy.segments if one.group)]
    return [one for one in groups if results.published(db, theme, period, one.id) is None]


def tables_of(db: Db, plan_id: int) -> Sequence[PublishedTable]:
    """The tables that a plan was made from, without their contents."""
    found = select(PublishedTable).where(PublishedTable.digest.in_(digests_of(db, plan_id))).options(*results.LEAN)
    return db.scalars(found.order_by(PublishedTable.id)).all()


def digests_of(db: Db, plan_id: int) -> list[str]:
    """Of these tables. All that a plan was made from is long, and what has the same digest is the same."""
    digest = db.scalars(select(ExamPlan.digest).where(ExamPlan.id == plan_id)).one()
    return _digests.of(digest, lambda: _digests_in(db, plan_id))


def _digests_in(db: Db, plan_id: int) -> list[str]:
    made_from = db.scalars(select(ExamPlan.sources).where(ExamPlan.id == plan_id)).one()
    return [one["table"] for one in made_from["groups"].values() if one["table"]]
