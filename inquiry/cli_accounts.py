"""The command line of people, units and API tokens: `inquiry users …`, `inquiry units …`, `inquiry tokens …`.

Whoever may run these on the server is trusted with them; the trace says that the system did it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from .accounts.models import User
    from .core.db import Db

ROLES = ("administrator", "host", "producer", "moderator", "clerk", "official", "staff", "leader")


@contextmanager
def _installation() -> Iterator[None]:
    """The application's context; a refusal ends the program with its sentence."""
    from .cli import _app, _stop
    from .errors import Refusal

    with _app().app_context():
        try:
            yield
        except Refusal as refusal:
            _stop(refusal.message)


@contextmanager
def _in_english() -> Iterator[None]:
    """An installation that answers in English, and names the rows of a file that cannot be used."""
    with _installation():
        from flask_babel import force_locale

        from .cli import _stop
        from .core.sheets import UnusableRows
        from .errors import Refusal

        with force_locale("en"):
            try:
                yield
            except UnusableRows as refusal:
                for bad in refusal.bad:
                    click.echo(str(bad))
                _stop(refusal.message)
            except Refusal as refusal:
                _stop(refusal.message)


def _found(db: "Db", login: str) -> "User":
    """Whoever has this sign-in name, the closed accounts included."""
    from .accounts import queries
    from .cli import _stop

    user = queries.account(db, login)
    return user if user is not None else _stop(f"nobody has the sign-in name {login}.")


def _tell(login: str, password: str, until: object) -> None:
    click.echo(f"inquiry: one-time password of {login}, to be changed at the next sign-in, until {until}:")
    click.echo(password)


@click.group()
def users() -> None:
    """People who sign in."""


@users.command("list")
def list_users() -> None:
    """Sign-in name, role, unit, and whether the account is closed or its password one-time."""
    with _installation():
        from .accounts import queries
        from .core.db import reading

        with reading() as db:
            for one in queries.people(db):
                state = "closed" if one.disabled_at else "one-time password" if one.one_time_until else "open"
                click.echo(f"{one.login}\t{one.role.value}\t{one.unit.name if one.unit else '-'}\t{state}")


@users.command()
@click.argument("login")
@click.option("--role", type=click.Choice(ROLES), required=True)
@click.option("--name", default="", help="How the person is called; the sign-in name if not given.")
@click.option("--title", default="")
@click.option("--unit", default="", help="The unit's Chinese name; an official needs one.")
def add(login: str, role: str, name: str, title: str, unit: str) -> None:
    """Add a person and print a one-time password."""
    with _installation():
        from .accounts import queries, rules, schemas
        from .accounts.commands import people, sign_ins
        from .cli import _stop
        from .core.db import reading
        from .dispatch import registry
        from .dispatch.unit_of_work import unit_of_work
        from .permissions import SYSTEM

        with reading() as db:
            unit_id = queries.unit_by_name(db, unit)
        if unit and unit_id is None:
            _stop(f"there is no unit named {unit}.")
        password = rules.one_time_password()
        told = {"login": login, "name": name or login, "title": title, "role": role, "unit": unit_id}
        message = registry.parse(schemas.AddPerson, told | {"password": password})
        hashed = sign_ins.hash_password(password, message.login)
        with unit_of_work() as uow:
            user = people.add_person(
                uow, SYSTEM, login=message.login, name=message.name, title=message.title, role=message.role,
                unit_id=unit_id, password_hash=hashed, one_time=True,
            )  # fmt: skip
        _tell(user.login, password, user.one_time_until)


@users.command()
@click.argument("login")
def reset(login: str) -> None:
    """Print a new one-time password; every sign-in and API token of the person ends."""
    with _installation():
        from .accounts import rules
        from .accounts.commands import people, sign_ins
        from .core.db import reading
        from .dispatch.unit_of_work import unit_of_work
        from .permissions import SYSTEM

        with reading() as db:
            found = _found(db, login)
        password = rules.one_time_password()
        hashed = sign_ins.hash_password(password, found.login)
        with unit_of_work() as uow:
            user = people.reset_password(uow, SYSTEM, found.id, hashed)
        _tell(user.login, password, user.one_time_until)


@users.command()
@click.argument("login")
def disable(login: str) -> None:
    """Close an account: its sign-ins and API tokens end, the trace still names whoever acted."""
    with _installation():
        from .accounts.commands import people
        from .core.db import reading
        from .dispatch.unit_of_work import unit_of_work
        from .permissions import SYSTEM

        with reading() as db:
            found = _found(db, login)
        with unit_of_work() as uow:
            people.disable_person(uow, SYSTEM, found.id)
    click.echo(f"inquiry: the account {login} is closed.")


@users.command()
@click.argument("login")
def enable(login: str) -> None:
    """Open a closed account again, with the password it had."""
    with _installation():
        from .accounts.commands import people
        from .core.db import reading
        from .dispatch.unit_of_work import unit_of_work
        from .permissions import SYSTEM

        with reading() as db:
            found = _found(db, login)
        with unit_of_work() as uow:
            people.enable_person(uow, SYSTEM, found.id)
    click.echo(f"inquiry: the account {login} is open again.")


@click.group()
def units() -> None:
    """Units, who heads them, and their peer groups."""


@units.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Only say what would happen, and which rows cannot be used.")
@click.option(
    "--from",
    "since",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The day from which the groups hold; 1 January of this year.",
)
def import_units(file: Path, dry_run: bool, since: datetime | None) -> None:
    """Import units from a CSV or XLSX file: name, name_en, kind, parent, head, group. Again, it changes nothing."""
    with _in_english():
        from .accounts.commands.importing import import_file

        outcome = import_file(file, since.date() if since else None, dry_run=dry_run)
        would = "would be " if dry_run else ""
        click.echo(
            f"{file.name}: {outcome.added} units {would}added, {outcome.changed} {would}changed, "
            f"{outcome.same} as they are; {len(outcome.groups)} peer groups {would}added"
            + (f": {', '.join(outcome.groups)}" if outcome.groups else "")
        )


@click.group()
def tokens() -> None:
    """API tokens: what a machine shows instead of a sign-in."""


@tokens.command("list")
def list_tokens() -> None:
    """Those that are good: number, whose, name, what for, until when, commands."""
    with _installation():
        from .accounts import queries
        from .core import clock
        from .core.db import reading

        with reading() as db:
            for one in queries.tokens(db, clock.now()):
                place = f"session {one.session_id}" if one.session_id else f"unit {one.unit_id}"
                until, may = clock.iso(one.expires_at), ",".join(one.commands)
                click.echo(f"{one.id}\t{one.user.login}\t{one.name}\t{place}\t{until}\t{may}")


@tokens.command()
@click.argument("login")
@click.option("--name", required=True, help="Where it is used.")
@click.option("--session", "code", default="", help="The session's six-character code.")
@click.option("--unit", default="", help="Or the unit's Chinese name.")
@click.option("--command", "commands", multiple=True, required=True, help="What it may do; again for each.")
@click.option("--days", default=1, show_default=True)
def make(login: str, name: str, code: str, unit: str, commands: tuple[str, ...], days: int) -> None:
    """Make a token for what LOGIN may do, and print it, once."""
    with _installation():
        from .accounts import queries, schemas
        from .accounts.commands import tokens as account_tokens
        from .cli import _stop
        from .core.db import reading
        from .dispatch import registry
        from .dispatch.unit_of_work import unit_of_work
        from .live import queries as live
        from .permissions import SYSTEM

        with reading() as db:
            owner = queries.person(db, _found(db, login))
            session_id = live.session_by_code(db, code).id if code else None
            unit_id = queries.unit_by_name(db, unit)
        if unit and unit_id is None:
            _stop(f"there is no unit named {unit}.")
        told = {"name": name, "commands": list(commands), "session": session_id, "unit": unit_id, "days": days}
        message = registry.parse(schemas.MakeToken, told)
        with unit_of_work() as uow:
            token, secret = account_tokens.make_token(
                uow, SYSTEM, owner, name=message.name, commands=message.commands, session_id=session_id,
                unit_id=unit_id, days=message.days,
            )  # fmt: skip
        click.echo(f"inquiry: token {token.id}, until {token.expires_at}; it is shown this once:")
        click.echo(secret)


@tokens.command()
@click.argument("number", type=int)
def revoke(number: int) -> None:
    """End a token; its connections are closed within seconds."""
    with _installation():
        from .accounts.commands import tokens as account_tokens
        from .dispatch.unit_of_work import unit_of_work
        from .permissions import SYSTEM

        with unit_of_work() as uow:
            account_tokens.revoke_token(uow, SYSTEM, number)
    click.echo(f"inquiry: token {number} is revoked.")
