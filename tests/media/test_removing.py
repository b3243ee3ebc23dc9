"""What nobody may see any more is out of the way at once, and is removed by the worker alone."""

import os
import time
from pathlib import Path

from inquiry.live.commands import clearing, rehearsing
from inquiry.media import queries, removing, rules
from inquiry.settings import settings
from tests.live.conftest import Evening, do
from tests.media.conftest import Picture


def filmed(media_id: str) -> tuple[Path, Path]:
    """What was seen of a picture, and what nginx recorded beside it."""
    here = settings().media_dir
    folder, beside = here / queries.PROGRAMMES / media_id, here / queries.FILES / f"{media_id}-1791000000.flv"
    folder.mkdir(parents=True)
    beside.parent.mkdir(exist_ok=True)
    for one in (folder / "s1.ts", folder / "live.m3u8", beside):
        one.write_bytes(b"a second")
    return folder, beside


def there() -> list[str]:
    return sorted(one.name for one in settings().media_dir.rglob("*") if one.is_file())


def test_a_rehearsal_that_goes_takes_its_picture_along_in_one_step_and_the_worker_removes_it(evening: Evening) -> None:
    rehearsal = do(rehearsing.rehearse_session, evening.host, evening.session)
    folder, beside = filmed(Picture(evening, rehearsal.id).media_id)
    writing = (folder / "s2.ts").open("wb")  # as an ffmpeg that has not been told yet
    do(clearing.clear_rehearsal, evening.host, rehearsal.id)
    assert not folder.exists()
    assert not beside.exists()
    away = settings().media_dir / removing.REMOVED
    assert len(list(away.iterdir())) == 2
    assert len(there()) == 4, "gigabytes are removed by nobody who serves"
    writing.close()
    removing.empty()
    assert there() == []


def test_so_it_is_when_the_evening_begins(evening: Evening) -> None:
    rehearsal = do(rehearsing.rehearse_session, evening.host, evening.session)
    folder, beside = filmed(Picture(evening, rehearsal.id).media_id)
    evening.go_live()
    assert (folder.exists(), beside.exists(), len(there())) == (False, False, 3)


def test_what_no_session_names_is_removed_after_a_week(evening: Evening) -> None:
    named, nobodys, just_begun = (filmed(one) for one in (Picture(evening).media_id, "0" * 24, "1" * 24))
    for one in (*named, *nobodys, *just_begun):
        written = time.time() - rules.FILMED_KEPT_FOR.total_seconds() * (0.5 if one in just_begun else 2)
        os.utime(one, (written, written))
    removing.sweep()
    assert [one.exists() for one in (*named, *nobodys, *just_begun)] == [True, True, False, False, True, True]
