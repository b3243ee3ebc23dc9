"""The command line of night exams: `inquiry exam …`. Whoever may run it on the server acts as the system."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .cli_accounts import _in_english

if TYPE_CHECKING:
    from .dispatch.unit_of_work import UnitOfWork
    from .exam.models import SlotPolicy


@click.group()
def exam() -> None:
    """Night exams: results decide who speaks, and for how long."""


def _kept(uow: "UnitOfWork", file: Path | None) -> "tuple[SlotPolicy, bool]":
    """The policy of a file, or the newest one."""
    from .exam.commands.policies import set_policy
    from .exam.policy_file import parse
    from .exam.queries import lookup
    from .permissions import SYSTEM

    return set_policy(uow, SYSTEM, parse(file.read_bytes())) if file else (lookup.newest_policy(uow.db), False)


_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@exam.command()
@click.argument("file", type=_FILE)
def policy(file: Path) -> None:
    """Keep the slot policy of a JSON FILE: the newest is what new meetings get."""
    with _in_english():
        from .dispatch.unit_of_work import unit_of_work

        with unit_of_work() as uow:
            version, fresh = _kept(uow, file)
            click.echo(f"inquiry: {'kept' if fresh else 'kept before, and the same'}: {version.digest}")


@exam.command()
@click.option("--title", required=True)
@click.option("--title-en", default="")
@click.option("--theme", required=True, help="The theme of the tables that decide.")
@click.option("--theme-en", default="")
@click.option("--period", required=True, help="Of the tables: 2026, 2026-Q3 or 2026-10.")
@click.option("--at", required=True, help="When it begins, by the city's clocks: 2026-11-05T20:00.")
@click.option("--policy", "file", type=_FILE, help="A slot policy; without one, the newest.")
def create(title: str, title_en: str, theme: str, theme_en: str, period: str, at: str, file: Path | None) -> None:
    """Plan a meeting, and print its code."""
    with _in_english():
        from pydantic import ValidationError

        from .cli import _stop
        from .core import clock
        from .core.validation import by_field
        from .dispatch.unit_of_work import unit_of_work
        from .exam.commands.planning import create_exam
        from .exam.schemas import CreateExam
        from .live import queries as live
        from .permissions import SYSTEM
        from .results.rules.periods import Period

        try:
            wanted = CreateExam(
                title=title, title_en=title_en, theme=theme, theme_en=theme_en, period=period, starts_at=at
            )
        except ValidationError as error:
            _stop("; ".join(f"{name}: {why}" for name, why in by_field(error).items()))
        with unit_of_work() as uow:
            version, _fresh = _kept(uow, file)
            made = create_exam(
                uow, SYSTEM, title=wanted.title, title_en=wanted.title_en, theme=wanted.theme,
                theme_en=wanted.theme_en, period=Period.parse(wanted.period), starts_at=clock.in_city(wanted.starts_at),
                policy_id=version.id,
            )  # fmt: skip
            code = live.session(uow.db, made.id).code
        click.echo(code)


@exam.command()
@click.argument("code")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--again", is_flag=True, help="Though there is a plan: changes by hand are lost.")
def plan(code: str, form: str, again: bool) -> None:
    """Print the plan of the meeting with this CODE; where there is none yet, make it out of the tables."""
    with _in_english():
        from .core.db import reading
        from .dispatch.unit_of_work import unit_of_work
        from .exam.commands.planning import plan_slots
        from .exam.queries import lookup
        from .exam.sentences import duration
        from .exam.told import plan_told
        from .live import queries as live
        from .permissions import SYSTEM
        from .results.rules.periods import Period

        with reading() as db:
            session_id = live.session_by_code(db, code).id
            found = lookup.exam(db, session_id)
            period, is_there = Period.parse(found.period), found.plan_id is not None
        if again or not is_there:
            with unit_of_work() as uow:
                plan_slots(uow, SYSTEM, session_id)
        with reading() as db:
            made = lookup.plan(db, lookup.exam(db, session_id))
        told = plan_told(made.contents, period, made.digest)
        if form == "json":
            click.echo(json.dumps(told, ensure_ascii=False, indent=2))
            return
        for number, one in enumerate(told["slots"], 1):
            who = f"{one['unit']}  {one['speaker']}  {duration(one['seconds'])}"
            click.echo(f"{number:3}  {who}  {one['reason']['en']}")
        click.echo(f"inquiry: reserve {told['reserve_s']} s of {told['total_s']} s, digest {made.digest}", err=True)
