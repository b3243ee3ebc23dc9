"""The command line of results: `inquiry results …`. Whoever may run it on the server acts as the system."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .cli_accounts import _in_english

if TYPE_CHECKING:
    from .core.db import Db
    from .results.rules.periods import Period


#: As on the page.
_LONGEST_WHY = 200


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


@results.command(context_settings={"ignore_unknown_options": True})  # shares below 0 are refused as such
@click.argument("code")
@click.argument("year", type=click.IntRange(2000, 2099))
@click.argument("shares")
def plan(code: str, year: int, shares: str) -> None:
    """Spread an indicator's targets of a YEAR over its months: twelve SHARES in percent, separated by commas."""
    with _in_english():
        from .cli import _stop
        from .core.db import reading
        from .core.sheets import REASONS
        from .core.written_numbers import UnreadableNumber, read_number
        from .dispatch.unit_of_work import unit_of_work
        from .permissions import SYSTEM
        from .results import queries
        from .results.commands.indicators import set_plan

        try:
            numbers = [read_number(share.strip()) for share in shares.split(",")]
        except UnreadableNumber as bad:
            _stop(f"the shares are twelve numbers, separated by commas; {REASONS[bad.why]}.")
        with reading() as db:
            found = queries.versions(db).get(code)
        if found is None:
            _stop(f"there is no indicator of the code {code}.")
        with unit_of_work() as uow:
            set_plan(uow, SYSTEM, found.indicator_id, year, numbers)
        click.echo(f"inquiry: {year} is spread by this plan for {code}.")


def _write(output: Path, written: bytes) -> None:
    from .cli import _stop

    try:
        output.write_bytes(written)
    except OSError as failed:
        _stop(f"{output} cannot be written: {failed.strerror}.")


def _named(db: "Db", theme: str, period: str) -> tuple[str, "Period"]:
    """The theme, by either of its names, and the period; stops where one of the two is not known."""
    from .cli import _stop
    from .results import queries
    from .results.rules.handling_indicators import theme_called
    from .results.rules.periods import Period

    themes = queries.themes(db)
    english = {name_en: name for name, name_en in themes.items() if name_en}
    theme = theme_called(theme if theme in themes else english.get(theme, theme))
    _known("theme", theme, {*themes, *english})
    try:
        return theme, Period.parse(period)
    except ValueError:
        _stop(f"{period} is no period like 2026, 2026-Q3, 2026-10 or 2026-W40.")


def _group(db: "Db", group: str) -> int:
    """Its id, by either of its names; stops where it is not known."""
    from .accounts import queries as accounts

    groups = {name: one.id for one in accounts.peer_groups(db) for name in (one.name, one.name_en) if name}
    _known("peer group", group, set(groups))
    return groups[group]


def _known(what: str, name: str, known: set[str]) -> None:
    """Stops where a name is not known, with the nearest one that is."""
    from .cli import _stop
    from .core.sheets import nearest

    if name not in known:
        hint = nearest(name, known)
        _stop(f"there is no {what} named {name}" + (f"; is {hint} meant?" if hint else "."))


@results.command()
@click.option("--theme", required=True)
@click.option("--period", required=True, help="2026, 2026-Q3, 2026-10 or 2026-W40.")
@click.option("--group", required=True, help="The peer group's name.")
@click.option("--format", "form", type=click.Choice(["csv", "json", "xlsx"]), default="csv", show_default=True)
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="A file instead of the terminal.")
@click.option("--language", type=click.Choice(["zh-CN", "en"]), default="zh-CN", help="Of a workbook (zh-CN).")
@click.option("--now", is_flag=True, help="As it is reckoned now, though another one was published.")
def table(theme: str, period: str, group: str, form: str, output: Path | None, language: str, now: bool) -> None:
    """Print a table: the published one if there is one, otherwise as it is now."""
    with _in_english():
        from .cli import _stop
        from .core.db import reading
        from .results import exports, queries
        from .results.rules.digest import digest_of

        if form == "xlsx" and output is None and sys.stdout.isatty():
            _stop("a workbook is no text: please say --output FILE.")

        with reading() as db:
            group_id = _group(db, group)
            theme, meant = _named(db, theme, period)
            published = None if now else queries.published(db, theme, meant, group_id)
            contents = published.contents if published else queries.table_now(db, theme, meant, group_id)
        if form == "xlsx":
            written = exports.as_workbook(contents, digest_of(contents), language)
        elif form == "json":
            written = (json.dumps(contents, ensure_ascii=False, indent=2) + "\n").encode()
        else:
            written = exports.as_csv(contents).encode()
        if output is None:
            click.echo(written, nl=False)
        else:
            _write(output, written)
        state = f"published {published.at:%Y-%m-%d %H:%M} UTC, {published.digest}" if published else "not published"
        click.echo(f"inquiry: {state}", err=True)


@results.command()
@click.option("--theme", required=True)
@click.option("--period", required=True, help="2026, 2026-Q3, 2026-10 or 2026-W40.")
@click.option("--group", help="The peer group's name; without it, every group in which the theme is measured.")
@click.option("--why", default="", help="What was put right, where another one was published before.")
def publish(theme: str, period: str, group: str | None, why: str) -> None:
    """Freeze a table with everything it was made from, and print its digest. All groups at once, if none is named."""
    with _in_english():
        from .accounts.models import PeerGroup
        from .cli import _stop
        from .core.db import reading
        from .dispatch.unit_of_work import unit_of_work
        from .permissions import SYSTEM
        from .results.commands.publishing import publish_table, publish_theme

        with reading() as db:
            group_id = None if group is None else _group(db, group)
            theme, meant = _named(db, theme, period)
        because = " ".join(why.split())
        if len(because) > _LONGEST_WHY:
            _stop(f"the reason has more than {_LONGEST_WHY} characters.")
        with unit_of_work() as uow:
            if group_id is None:
                published = publish_theme(uow, SYSTEM, theme, meant, because)
            else:
                published = [publish_table(uow, SYSTEM, theme, meant, group_id, because)]
            told = [
                (uow.db.get_one(PeerGroup, table.group_id).name if group is None else "", fresh, table.digest)
                for table, fresh in published
            ]
        for name, fresh, digest in told:
            state = "published" if fresh else "published before, and the same"
            click.echo(f"inquiry: {f'{name}: ' if name else ''}{state}: {digest}")
