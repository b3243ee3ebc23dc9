"""A copy of everything that cannot be made again, taken while people work: the database and the pictures of evidence.

It does not hold the secret (INQUIRY_SECRET_KEY), which belongs elsewhere, nor films and recordings, which are larger
than all the rest together: their folder is copied by whatever copies large files.
"""

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

from sqlalchemy import URL, make_url

PICTURES = "evidence"
_SQLITE, _POSTGRESQL = "inquiry.sqlite", "inquiry.dump"
#: How PostgreSQL's programs are told where to connect: everybody on the machine can read their arguments.
_VARIABLES = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD", "dbname": "PGDATABASE"}


class CannotCopy(Exception):
    """The sentence says why, and that nothing was changed."""


def back_up(database_url: str, data_dir: Path, folder: Path) -> None:
    """Write a copy into a new folder. Raises CannotCopy.

    The pictures come last: whatever the copied database speaks of is among them, as none is ever deleted.
    """
    if folder.exists():
        raise CannotCopy(f"{folder} exists: a backup is never written over another.")
    folder.mkdir(parents=True, mode=0o700)
    url = make_url(database_url)
    if url.get_backend_name() == "sqlite":
        with closing(sqlite3.connect(f"file:{url.database}?mode=rw", uri=True, timeout=15)) as database:
            database.execute("VACUUM INTO ?", (str(folder / _SQLITE),))
    else:
        _postgresql(url, ["pg_dump", "--format=custom", "--no-owner", "--no-acl", f"--file={folder / _POSTGRESQL}"])
    if (data_dir / PICTURES).is_dir():
        shutil.copytree(data_dir / PICTURES, folder / PICTURES)


def restore(database_url: str, data_dir: Path, folder: Path) -> None:
    """Bring a copy back into an empty database. Raises CannotCopy."""
    url = make_url(database_url)
    is_sqlite = url.get_backend_name() == "sqlite"
    copy = folder / (_SQLITE if is_sqlite else _POSTGRESQL)
    if not copy.is_file():
        raise CannotCopy(f"{folder} holds no backup of this kind of database ({copy.name}).")
    if is_sqlite:
        target = Path(str(url.database))
        if target.exists() and target.stat().st_size:
            raise CannotCopy(f"{target} exists. Move it away first, together with its -wal and -shm.")
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(copy, target)
        target.chmod(0o600)
    else:
        _must_be_empty(url)
        _postgresql(url, ["pg_restore", "--no-owner", "--no-acl", "--single-transaction", "--dbname=", str(copy)])
    if (folder / PICTURES).is_dir():
        shutil.copytree(folder / PICTURES, data_dir / PICTURES, dirs_exist_ok=True)


def _must_be_empty(url: URL) -> None:
    count = "SELECT count(*) FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
    if _postgresql(url, ["psql", "--no-psqlrc", "--tuples-only", "--no-align", f"--command={count}"]).strip() != "0":
        raise CannotCopy("This database is not empty: restore into a new one (createdb), then change the address.")


def _postgresql(url: URL, command: list[str]) -> str:
    around = url.translate_connect_args(username="user", database="dbname") | dict(url.query)
    told = {_VARIABLES[name]: str(value) for name, value in around.items() if name in _VARIABLES}
    if "sslmode" in around:
        told["PGSSLMODE"] = str(around["sslmode"])
    environment: Mapping[str, str] = os.environ | told
    words = [f"--dbname={told['PGDATABASE']}" if word == "--dbname=" else word for word in command]
    try:
        done = subprocess.run(words, env=environment, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        raise CannotCopy(f"{command[0]} is missing: apt-get install postgresql-client") from None
    if done.returncode:
        raise CannotCopy(f"{command[0]}: {done.stderr.strip()}")
    return done.stdout
