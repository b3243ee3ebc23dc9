"""Indicators with their versions, targets, actuals, plans of a year, and tables as they were published.

Nothing is overwritten: what is put right gets `superseded_at`, and a new row stands beside it.
"""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import Mapped, declared_attr, mapped_column
from sqlalchemy.types import TypeDecorator

from ..core.db import Base, choice, short
from .rules.periods import PeriodKind
from .rules.scores import Better


class Exact(TypeDecorator[Decimal]):
    """A decimal as it was written: SQLite has none of its own, and would make a float of it."""

    impl = String(40)
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> str | None:
        return None if value is None else f"{value:f}"

    def process_result_value(self, value: str | None, dialect: Dialect) -> Decimal | None:
        return None if value is None else Decimal(value)


def _current(*columns: str) -> Index:
    """Of what supersedes each other, one stands."""
    stands = text("superseded_at IS NULL")
    return Index(None, *columns, unique=True, sqlite_where=stands, postgresql_where=stands)


class Kept:
    """Who wrote a row and when; when another took its place."""

    at: Mapped[datetime]
    superseded_at: Mapped[datetime | None]

    @declared_attr
    def user_id(self) -> Mapped[int | None]:
        return mapped_column(ForeignKey("users.id"))


class Indicator(Base):
    """What is measured, by its code; what it means is said by its newest version."""

    __tablename__ = "indicators"
    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(short(40), unique=True)


class IndicatorVersion(Kept, Base):
    """`groups` are the ids of the peer groups it applies to; `decimals` is how many are shown."""

    __tablename__ = "indicator_versions"
    __table_args__ = (UniqueConstraint("indicator_id", "number"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    indicator_id: Mapped[int] = mapped_column(ForeignKey("indicators.id"), index=True)
    number: Mapped[int]
    name: Mapped[str] = mapped_column(short(80))
    name_en: Mapped[str] = mapped_column(short(120))
    theme: Mapped[str] = mapped_column(short(80))
    theme_en: Mapped[str] = mapped_column(short(80), default="", server_default="")
    measure: Mapped[str] = mapped_column(short(20))
    measure_en: Mapped[str] = mapped_column(short(40), default="", server_default="")
    better: Mapped[Better] = mapped_column(choice(Better))
    accumulates: Mapped[bool]
    period: Mapped[PeriodKind] = mapped_column(choice(PeriodKind))
    decimals: Mapped[int]
    weight: Mapped[Decimal] = mapped_column(Exact)
    groups: Mapped[list[int]] = mapped_column(JSON)
    source: Mapped[str] = mapped_column(short(200))
    definition: Mapped[str]


class Target(Kept, Base):
    """What a unit promised (baseline) and what it must jump for (stretch), for a period of the indicator or a year."""

    __tablename__ = "targets"
    __table_args__ = (_current("indicator_id", "period", "unit_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    indicator_id: Mapped[int] = mapped_column(ForeignKey("indicators.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    period: Mapped[str] = mapped_column(short(8))
    baseline: Mapped[Decimal] = mapped_column(Exact)
    stretch: Mapped[Decimal] = mapped_column(Exact)


class Actual(Kept, Base):
    """What a unit reached in a period, and from what that is known: words, a link, a picture as pledges keep them, or a
    PDF. The defaults are for a version before, which goes on beside this one while processes are changed."""

    __tablename__ = "actuals"
    __table_args__ = (_current("indicator_id", "period", "unit_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    indicator_id: Mapped[int] = mapped_column(ForeignKey("indicators.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    period: Mapped[str] = mapped_column(short(8))
    value: Mapped[Decimal] = mapped_column(Exact)
    evidence: Mapped[str]
    link: Mapped[str] = mapped_column(short(500), default="", server_default="")
    picture: Mapped[str] = mapped_column(short(80), default="", server_default="")


class YearPlan(Kept, Base):
    """How an indicator's targets for a year are spread over its months: twelve shares in percent, as text."""

    __tablename__ = "year_plans"
    __table_args__ = (_current("indicator_id", "year"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    indicator_id: Mapped[int] = mapped_column(ForeignKey("indicators.id"))
    year: Mapped[int]
    shares: Mapped[list[str]]


class PublishedTable(Kept, Base):
    """A table as it was published, with everything it was made from; `digest` is the SHA-256 of `contents`. `why` says
    what was put right in the one before of the same theme, period and group."""

    __tablename__ = "published_tables"
    __table_args__ = (_current("theme", "period", "group_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    theme: Mapped[str] = mapped_column(short(80))
    period: Mapped[str] = mapped_column(short(8))
    group_id: Mapped[int] = mapped_column(ForeignKey("peer_groups.id"))
    theme_en: Mapped[str] = mapped_column(short(80), default="", server_default="")
    contents: Mapped[dict[str, Any]]
    digest: Mapped[str] = mapped_column(short(64))
    why: Mapped[str]


class Place(Base):
    """Where a unit stood in a published table, out of its contents: what later tables, lines of twelve periods and the
    unit's own page need of it. `score` is exact, `head` who headed the unit then, `figures` are
    `[{indicator, version, actual, baseline, stretch, attainment}]`."""

    __tablename__ = "published_places"
    __table_args__ = (Index(None, "table_id", "unit_id", "rank", "score"),)
    table_id: Mapped[int] = mapped_column(ForeignKey("published_tables.id"), primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), primary_key=True, index=True)
    rank: Mapped[int | None]
    score: Mapped[str | None]
    head: Mapped[str] = mapped_column(short(40))
    figures: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
