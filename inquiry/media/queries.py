"""What is known of the picture."""

from datetime import datetime, timedelta
from typing import Final

from ..core.db import Db
from .models import MediaWorker

#: A worker that said nothing for so long has ended.
SILENT_FOR: Final = timedelta(seconds=10)


def worker(db: Db, now: datetime) -> MediaWorker | None:
    """The worker, if it lives; without it no program runs."""
    found = db.get(MediaWorker, 1)
    return found if found and now - found.seen_at < SILENT_FOR else None
