"""How the picture is, as the worker says it."""

from datetime import datetime

from sqlalchemy import JSON
from sqlalchemy.orm import Mapped, mapped_column

from ..core.db import Base


class MediaWorker(Base):
    """The one process that runs programs for the picture. `programs` names those that it found, with their versions."""

    __tablename__ = "media_workers"
    id: Mapped[int] = mapped_column(primary_key=True)
    seen_at: Mapped[datetime]
    programs: Mapped[dict[str, str]] = mapped_column(JSON)
