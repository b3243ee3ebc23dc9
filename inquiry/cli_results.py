"""The command line of results: `inquiry results …`. Whoever may run it on the server acts as the system."""

import json
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .cli_accounts import _in_english

if TYPE_CHECKING:
    from .core.db import Db
    from .results.rules.periods import Period


@click.group()
def results() -> None:
    """Indicators, targets, actuals, and the tables made of them."""


@results.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Only say what would happen, and which rows cannot be used.")
def import_results(file: Path, dry_run: bool) -> None:
    """Import indicators, targets and actuals from an XLSX workbook, or one of these tables as CSV. All, or nothing."""
    with _in_english():
        from .results.commands.importing import import_file

        outcome = import_file(file, click.echo, dry_run=dry_run)
        would = "would be " if dry_run else ""
        for name, counts in vars(outcome).items():
            if not (counts.added or counts.corrected or counts.same):
                continue
            click.echo(
                f"{name}: {counts.added} {would}added, {counts.corrected} {would}changed, {counts.same} as they are"
            )


@results.command()
@click.argument("code")
@click.argument("year", type=click.IntRange(2000, 2099))
@click.argument("shares")
def plan(code: str, year: int, shares: str) -> None:
    """Spread an indicator's targets of a YEAR over its months: twelve SHARES in percent, separated by commas."""
    with _in_english():
        from .cli import _stop
        from .core.db import reading
        from .dispatch.unit_of_work import unit_of_work
        from .permissions import SYSTEM
        from .results import queries
        from .results.commands.indicators import set_plan

        try:
            numbers = [Decimal(share) for share in shares.split(",")]
        except InvalidOperation:
            _stop("the shares are twelve numbers, separated by commas.")
        with reading() as db:
            found = queries.versions(db).get(code)
        if found is None:
            _stop(f"there is no indicator of the code {code}.")
        with unit_of_work() as uow:
            set_plan(uow, SYSTEM, found.indicator_id, year, numbers)
        click.echo(f"inquiry: {year} is spread by this plan for {code}.")


def _named(db: "Db", theme: str, period: str, group: str) -> tuple[str, "Period", int]:
    """The theme, the period, and the id of the group; stops where a name is not known, with the nearest one that is."""
    from .accounts import queries as accounts
    from .cli import _stop
    from .core.sheets import nearest
    from .results import queries
    from .results.rules.handling_indicators import THEME, theme_called
    from .results.rules.periods import Period

    theme = theme_called(theme)
    groups = {name: one.id for one in accounts.peer_groups(db) for name in (one.name, one.name_en) if name}
    themes = {THEME} | {one.theme for one in queries.versions(db).values()}
    for what, name, known in (("peer group", group, set(groups)), ("theme", theme, themes)):
        if name not in known:
            hint = nearest(name, known)
            _stop(f"there is no {what} named {name}" + (f"; is {hint} meant?" if hint else "."))
    try:
        return theme, Period.parse(period), groups[group]
    except ValueError:
        _stop(f"{period} is no period like 2026, 2026-Q3, 2026-10 or 2026-W40.")


@results.command()
@click.option("--theme", required=True)
@click.option("--period", required=True, help="2026, 2026-Q3, 2026-10 or 2026-W40.")
@click.option("--group", required=True, help="The peer group's name.")
@click.option("--format", "form", type=click.Choice(["csv", "json"]), default="csv", show_default=True)
@click.option("--now", is_flag=True, help="As it is reckoned now, though another one was published.")
def table(theme: str, period: str, group: str, form: str, now: bool) -> None:
    """Print a table: the published one if there is one, otherwise as it is now."""
    with _in_english():
        from .core.db import reading
        from .results import exports, queries

        with reading() as db:
            theme, meant, group_id = _named(db, theme, period, group)
            published = None if now else queries.published(db, theme, meant, group_id)
            contents = published.contents if published else queries.table_now(db, theme, meant, group_id)
        if form == "json":
            click.echo(json.dumps(contents, ensure_ascii=False, indent=2))
        else:
            click.echo(exports.as_csv(contents), nl=False)
        state = f"published {published.at:%Y-%m-%d %H:%M} UTC, {published.digest}" if published else "not published"
        click.echo(f"inquiry: {state}", err=True)


@results.command()
@click.option("--theme", required=True)
@click.option("--period", required=True, help="2026, 2026-Q3, 2026-10 or 2026-W40.")
@click.option("--group", required=True, help="The peer group's name.")
@click.option("--why", default="", help="What was put right, where another one was published before.")
def publish(theme: str, period: str, group: str, why: str) -> None:
    """Freeze a table with everything it was made from, and print its digest."""
    with _in_english():
        from .core.db import reading
        from .dispatch.unit_of_work import unit_of_work
        from .permissions import SYSTEM
        from .results.commands.publishing import publish_table

        with reading() as db:
            theme, meant, group_id = _named(db, theme, period, group)
        with unit_of_work() as uow:
            found, fresh = publish_table(uow, SYSTEM, theme, meant, group_id, " ".join(why.split()))
        click.echo(f"inquiry: {'published' if fresh else 'published before, and the same'}: {found.digest}")
