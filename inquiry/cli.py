"""The command line: `inquiry serve`, `inquiry demo`, `inquiry trace verify` …"""

import logging
import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from . import server
from .cli_accounts import tokens, units, users
from .cli_exam import exam
from .cli_media import media
from .cli_results import results

if TYPE_CHECKING:
    from flask import Flask

    from .settings import Settings

#: Commands that serve: the standard library has to be patched before anything else is imported.
SERVING = {"serve", "demo"}


def main() -> None:
    """The console script."""
    if len(sys.argv) > 1 and sys.argv[1] in SERVING and not {"crowd", "load"} & set(sys.argv):
        server.patch()
    cli()


def _app(*, serving: bool = False) -> "Flask":
    """The application of this environment; its database made or brought up to date."""
    from sqlalchemy.exc import ArgumentError, NoSuchModuleError, OperationalError

    from . import create_app
    from .core import logs
    from .migrations import upgrade

    settings = _settings()
    if serving:
        logs.set_up(settings.log, settings.label)
    try:
        app = create_app(settings)
        upgrade(app.extensions["inquiry.engine"])
    except (ArgumentError, NoSuchModuleError) as error:
        _stop(f"INQUIRY_DATABASE_URL is not usable: {error}")
    except OperationalError as error:
        _stop(f"the database cannot be used: {str(error.orig).strip()}")
    return app


def _settings() -> "Settings":
    from .settings import Settings, SettingsError

    try:
        return Settings.from_environment()
    except SettingsError as error:
        _stop(str(error))


def _stop(sentence: str) -> NoReturn:
    click.echo(f"inquiry: {sentence}", err=True)
    raise SystemExit(2)


@click.group()
def cli() -> None:
    """Televised public inquiries: serve them, look after them."""


@cli.command()
@click.option("--host", default="127.0.0.1", envvar="HOST", show_default=True)
@click.option("--port", default=5000, envvar="PORT", show_default=True)
def serve(host: str, port: int) -> None:
    """Serve pages and sockets. One process a core, behind nginx."""
    server.reports_to_stderr()
    app = _app(serving=True)
    _report(app, f"serving http://{host}:{port} ({server.mode()}, {server.raise_file_limit()} open files at most)")
    _serve(app, host, port)


def _report(app: "Flask", sentence: str) -> None:
    if app.config["INQUIRY"].log == "json":
        logging.getLogger("inquiry").info(sentence)
    else:
        click.echo(f"inquiry: {sentence}")


def _serve(app: "Flask", host: str, port: int) -> None:
    from .core import claims, clock

    clock.use_monotonic_time()
    try:
        server.serve(app, host, port)
    except (server.PortTaken, claims.DataInUse) as error:
        _stop(str(error))
    except KeyboardInterrupt:
        _report(app, "stopped")


@cli.group(invoke_without_command=True)
@click.option("--host", default="127.0.0.1", envvar="HOST", show_default=True)
@click.option("--port", default=5000, envvar="PORT", show_default=True)
@click.option("--reset", is_flag=True, help="Start over; the data of before waits in var.old until the next time.")
@click.pass_context
def demo(context: click.Context, host: str, port: int, reset: bool) -> None:
    """Serve a fictional city's demo programme; the first time, load it."""
    if context.invoked_subcommand:
        return
    from .core import claims
    from .demo import city, guide, load

    server.reports_to_stderr()
    data_dir = Path(os.environ.get("INQUIRY_DATA_DIR", "var"))
    try:
        server.check_port(host, port)
        if reset and data_dir.exists():
            _put_aside(data_dir)
        data_dir.mkdir(parents=True, exist_ok=True)
        claims.claim(data_dir, alone=True)  # before its tables are touched
    except (server.PortTaken, claims.DataInUse) as error:
        _stop(str(error))
    for name, words in city.IMPRINT.items():
        os.environ.setdefault(name, words)
    app = _app(serving=True)
    load.load_once(app, click.echo)
    guide.show(app, f"http://{host}:{port}", click.echo)
    click.echo("Ctrl-C 停止 stops · make demo 继续 goes on · make demo-reset 重新开始 starts over\n")
    _serve(app, host, port)


def _put_aside(data_dir: Path) -> None:
    """Nothing moves while a server uses the data, or if they are no demo's. Raises DataInUse, NotHere."""
    from .core import claims
    from .demo import load

    folder = data_dir.resolve()
    held = [folder, *claims.inside(folder)]
    for one in held:
        claims.claim(one, alone=True)
    load.check_starting_over(_settings())
    before = data_dir.with_name(f"{data_dir.name}.old")
    shutil.rmtree(before, ignore_errors=True)
    data_dir.rename(before)
    for one in held:
        claims.let_go(one)


@demo.command("load")
@click.option("--url", default="http://127.0.0.1:5000", show_default=True, help="Where it will be served.")
def load_demo(url: str) -> None:
    """Load the demo programme, once, and print the guide; whoever serves it is started by other means."""
    app = _app()
    from .demo import guide, load

    load.load_once(app, click.echo)
    guide.show(app, url, click.echo)


@demo.command()
@click.option("--url", default="http://127.0.0.1:5000", show_default=True, help="The running server.")
@click.option("--minutes", default=5.0, show_default=True, help="How long the evening lasts.")
@click.option("--people", default=24, show_default=True, help="How many phones join.")
@click.option("--seed", default=7, show_default=True, help="The same seed plays the same evening.")
@click.option(
    "--exam", is_flag=True, help="Play the night exam that is live: host, leader, clerk and rooms, no phones."
)
def crowd(url: str, minutes: float, people: int, seed: int, exam: bool) -> None:
    """Play a believable evening against the running server, through its public socket interface."""
    from .demo.crowd import play

    play(url, minutes, people, seed, click.echo, "night_exam" if exam else "inquiry")


@cli.group()
def admin() -> None:
    """People, from the server itself."""


@admin.command("add")
@click.argument("login")
@click.option("--name", default="", help="How the person is called; the sign-in name if not given.")
@click.password_option(help="Asked for when not given.")
def add_administrator(login: str, name: str, password: str) -> None:
    """Add an administrator: the first one is made this way."""
    app = _app()
    from .accounts.commands import people as account_people
    from .accounts.commands import sign_ins
    from .dispatch.unit_of_work import unit_of_work
    from .errors import Refusal
    from .permissions import SYSTEM

    with app.app_context():
        try:
            hashed = sign_ins.hash_password(password, login)
            with unit_of_work() as uow:
                account_people.add_first_administrator(
                    uow, SYSTEM, login=login, name=name or login, password_hash=hashed
                )
        except Refusal as refusal:
            _stop(refusal.message)
    click.echo(f"inquiry: {login} may sign in.")


cli.add_command(users)
cli.add_command(units)
cli.add_command(results)
cli.add_command(exam)
cli.add_command(media)
cli.add_command(tokens)


@cli.group()
def db() -> None:
    """The database."""


@db.command("upgrade")
def upgrade_database() -> None:
    """Create it, or bring it to the newest shape."""
    app = _app()
    click.echo(f"inquiry: {app.extensions['inquiry.engine'].url.render_as_string()} is up to date.")


@db.command()
@click.argument("folder", type=click.Path(path_type=Path))
def backup(folder: Path) -> None:
    """Copy the database and the pictures into a new FOLDER, while people work."""
    from .backup import CannotCopy, back_up

    settings = _settings()
    try:
        back_up(settings.database_url, settings.data_dir, folder)
    except CannotCopy as reason:
        _stop(str(reason))
    click.echo(f"inquiry: everything is in {folder}. The secret (INQUIRY_SECRET_KEY) is not: keep it elsewhere.")
    if settings.media_dir.is_dir():
        click.echo(f"inquiry: films and recordings are not either: copy {settings.media_dir} by itself.")


@db.command("restore")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
def restore_backup(folder: Path) -> None:
    """Bring a backup back into an empty database; then verify the trace."""
    from .backup import CannotCopy, restore

    settings = _settings()
    try:
        restore(settings.database_url, settings.data_dir, folder)
    except CannotCopy as reason:
        _stop(str(reason))
    _app()
    click.echo("inquiry: restored. Now: inquiry trace verify, and compare its root with the last one you published.")


@cli.group()
def questions() -> None:
    """Questions."""


@questions.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--session", "code", required=True, help="The session's six-character code.")
@click.option("--dry-run", is_flag=True, help="Only say what would happen, and which rows cannot be used.")
@click.option("--asked-on", default="", help="The day of messages without a time, like 2026-12-01.")
@click.option("--order", default="", help="What 03/04/2026 begins with: month_first or day_first.")
def import_questions(file: Path, code: str, dry_run: bool, asked_on: str, order: str) -> None:
    """Import citizens' messages from a CSV or XLSX file. Importing the same file again changes nothing."""
    app = _app()
    from flask_babel import force_locale

    from .dispatch.registry import parse
    from .errors import BadInput, NotFound, Refusal
    from .questions.commands.importing import import_file
    from .questions.files import Given
    from .questions.schemas import ReadFile

    with app.app_context(), force_locale("en"):
        try:
            given = parse(ReadFile, {"asked_on": asked_on, "order": order})
            import_file(file, code, dry_run, click.echo, Given(given.asked_on, given.order))
        except BadInput as refusal:
            _stop("; ".join(f"{name}: {why}" for name, why in refusal.data["fields"].items()))
        except NotFound:
            _stop(f"no session has the code {code}.")
        except Refusal as refusal:
            _stop(refusal.message)


@cli.group()
def trace() -> None:
    """The record of every step."""


@trace.command()
def verify() -> None:
    """Check every number and hash; name the first broken entry of each stream."""
    app = _app()
    from .core.db import reading
    from .trace import queries

    with app.app_context(), reading() as db:
        streams, broken = queries.heads(db), queries.breaks(db)
    for one in broken:
        click.echo(f"BROKEN {one.stream} entry {one.seq}: {one.why}", err=True)
    if broken:
        raise SystemExit(1)
    total = sum(stream.last_seq for stream in streams)
    click.echo(f"inquiry: {total} entries in {len(streams)} streams are whole. Root {queries.root(streams)}")


@trace.command()
def head() -> None:
    """Print what to publish: the number and hash at the end of each stream, and one root over them."""
    app = _app()
    from .core.db import reading
    from .trace import queries

    with app.app_context(), reading() as db:
        streams = queries.heads(db)
    for stream in streams:
        click.echo(f"{stream.name} {stream.last_seq} {stream.last_hash}")
    click.echo(f"root {queries.root(streams)}")


if __name__ == "__main__":
    main()
